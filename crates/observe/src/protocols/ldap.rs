//! LDAP version 3 (RFC 4511).
//!
//! TCP port 389, and UDP for a domain controller's ping (MS-ADTS 6.3.3). The code of a command is the number of the
//! operation's tag. Bind names and outcomes are told, passwords never. After a bind with sealing the stream is
//! encrypted in pieces with a length before each, which are passed over.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use facts::{Command, LoginOutcome, OutcomeKind, Part, Phase, Role, Subject, Target, Verb};
use wire::{Ber, Defect, Direction, Malformed, Reader, ShortText, Text};

/// Longest message that is read; larger ones are entries with pictures or certificates, which are passed over.
const READ_MAX: usize = 65_536;
const SEQUENCE: u8 = 0x30;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Ldap {}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    operation: u32,
    contents: Reader<'a>,
}

/// The last bind, so that its answer can be told with its name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    user: ShortText,
    method: u8,
}

impl Dissector for Ldap {
    const NAME: &'static str = "ldap";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(389), Carrier::Udp(389), Carrier::Tcp(3268)];
    const MESSAGE_MAX: usize = READ_MAX;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        let mut reader = Reader::new(head);
        let Ok(SEQUENCE) = reader.u8() else { return Probe::No };
        match reader.u8() {
            Ok(len @ 0x81..=0x84) if reader.skip(usize::from(len & 0x7f)).is_err() => return Probe::Maybe,
            Err(_) => return Probe::Maybe,
            _ => {}
        }
        let (Ok(tag), Ok(len)) = (reader.u8(), reader.u8()) else { return Probe::Maybe };
        if tag != 2 || !(1..=4).contains(&len) {
            return Probe::No;
        }
        match (reader.skip(usize::from(len)), reader.u8()) {
            (Ok(()), Ok(operation))
                if name(u32::from(operation & 0x1f)).0.is_empty() || operation & 0xc0 != 0x40 =>
            {
                Probe::No
            }
            _ => Probe::Maybe,
        }
    }

    fn frame(bytes: &[u8], _: Direction, _: &Session) -> Frame {
        let mut reader = Reader::new(bytes);
        let Ok(first) = reader.u8() else { return Frame::Need(1) };
        let len = match (first, reader.u8()) {
            // A sealed piece: four bytes of length, of which the first is always 0.
            (0, Ok(high)) => {
                let Ok(low) = reader.u16() else { return Frame::Need(4) };
                return Frame::Skip(4 + (usize::from(high) << 16 | usize::from(low)));
            }
            // Indefinite lengths are forbidden (RFC 4511, 5.1).
            (SEQUENCE, Ok(0x80 | 0x85..)) => return Frame::Lost,
            (SEQUENCE, Ok(long)) if long > 0x80 => {
                let Ok(octets) = reader.take(usize::from(long & 0x7f)) else { return Frame::Need(6) };
                octets.iter().fold(0, |len, octet| len << 8 | usize::from(*octet))
            }
            (SEQUENCE, Ok(short)) => usize::from(short),
            (0 | SEQUENCE, Err(_)) => return Frame::Need(2),
            _ => return Frame::Lost,
        };
        let whole = reader.at() + len;
        if whole > READ_MAX { Frame::Skip(whole) } else { Frame::Whole(whole) }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Session) -> Result<Message<'a>, Malformed> {
        let mut inner = Ber::read(&mut Reader::new(bytes))?.inside();
        let id = Ber::read(&mut inner)?;
        inner.ensure(id.tag.first == 2, Defect::BadValue)?;
        let operation = Ber::read(&mut inner)?;
        // Operations are of class application (RFC 4511, 4.1.1).
        inner.ensure(operation.tag.first & 0xc0 == 0x40, Defect::BadValue)?;
        Ok(Message { operation: operation.tag.number, contents: operation.inside() })
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let (name, verb) = name(message.operation);
        let response = matches!(message.operation, 1 | 4 | 5 | 7 | 9 | 11 | 13 | 15 | 19 | 24 | 25);
        let phase = if response { Phase::Response } else { Phase::Request };
        let code = u64::from(message.operation);
        let object = object(message);
        let target =
            if object.is_empty() { Target::None } else { Target::Name { space: "dn", name: object } };
        out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target });
        match message.operation {
            0 => bind(message.contents, context.session, out),
            1 => bound(message.contents, context.session, out),
            _ if response => failed(message, out),
            _ => {}
        }
        if response {
            out.role(Subject::Sender, Part::Whole, Role::Server);
        }
    }
}

/// The entry that a request is about.
fn object<'a>(message: &Message<'a>) -> Text<'a> {
    let mut contents = message.contents;
    match message.operation {
        // The contents of a delete request are the name itself.
        10 => Text::utf8(contents.rest()),
        3 | 4 | 6 | 8 | 12 | 14 => {
            Ber::read(&mut contents).map(|name| Text::utf8(name.contents)).unwrap_or_default()
        }
        _ => Text::default(),
    }
}

/// Version, name, then a simple password [0] or SASL [3] with a mechanism (RFC 4511, 4.2).
fn bind(mut contents: Reader<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    let version = Ber::read(&mut contents);
    let (Ok(_), Ok(user), Ok(proof)) = (version, Ber::read(&mut contents), Ber::read(&mut contents)) else {
        return;
    };
    let user = Text::utf8(user.contents);
    let anonymous = proof.tag.number == 0 && proof.contents.is_empty();
    let method = if anonymous { 0 } else { u8::try_from(proof.tag.number).unwrap_or(0).saturating_add(1) };
    *session = Session { user: ShortText::keep(user), method };
    out.login(user, called(method), LoginOutcome::Attempted);
}

fn called(method: u8) -> &'static str {
    match method {
        0 => "anonymous",
        4 => "sasl",
        _ => "password",
    }
}

fn bound(mut contents: Reader<'_>, session: &Session, out: &mut Out<'_, '_>) {
    let Some(result) = Ber::read(&mut contents).ok().and_then(|result| result.unsigned()) else { return };
    let outcome = match result {
        0 => LoginOutcome::Accepted,
        // One more round of a SASL mechanism.
        14 => return,
        _ => LoginOutcome::Refused,
    };
    out.login(session.user.as_text(), called(session.method), outcome);
    if result != 0 {
        refused(0, result, out);
    }
}

/// The result that most answers begin with; entries, references and intermediate answers have none.
fn failed(message: &Message<'_>, out: &mut Out<'_, '_>) {
    let mut contents = message.contents;
    if let (5 | 7 | 9 | 11 | 13 | 15 | 24, Ok(result)) = (message.operation, Ber::read(&mut contents))
        && let Some(result) = result.unsigned().filter(|result| !matches!(result, 0 | 5 | 6 | 10 | 14))
    {
        // Each answer's number is one above its request's; a search is answered by entries first.
        let asked = if message.operation == 5 { 3 } else { u64::from(message.operation) - 1 };
        refused(asked, result, out);
    }
}

fn refused(code: u64, result: u64, out: &mut Out<'_, '_>) {
    let status = u32::try_from(result).unwrap_or(u32::MAX);
    let kind =
        if matches!(result, 1 | 3 | 51 | 52 | 80) { OutcomeKind::Failed } else { OutcomeKind::Refused };
    out.outcome("", code, kind, status, reason(result));
}

/// Result codes (RFC 4511, 4.1.9).
fn reason(result: u64) -> &'static str {
    match result {
        1 => "operations error",
        2 => "protocol error",
        3 => "time limit exceeded",
        4 => "size limit exceeded",
        7 => "authentication method not supported",
        8 => "stronger authentication required",
        32 => "no such object",
        48 => "inappropriate authentication",
        49 => "invalid credentials",
        50 => "insufficient access rights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwilling to perform",
        68 => "entry already exists",
        80 => "other",
        _ => "",
    }
}

fn name(operation: u32) -> (&'static str, Verb) {
    match operation {
        0 => ("bind request", Verb::Login),
        1 => ("bind response", Verb::Login),
        2 => ("unbind request", Verb::Logout),
        3 => ("search request", Verb::Read),
        4 => ("search result entry", Verb::Read),
        5 => ("search result done", Verb::Read),
        6 => ("modify request", Verb::Configure),
        7 => ("modify response", Verb::Configure),
        8 => ("add request", Verb::Configure),
        9 => ("add response", Verb::Configure),
        10 => ("delete request", Verb::Configure),
        11 => ("delete response", Verb::Configure),
        12 => ("modify dn request", Verb::Configure),
        13 => ("modify dn response", Verb::Configure),
        14 => ("compare request", Verb::Read),
        15 => ("compare response", Verb::Read),
        16 => ("abandon request", Verb::Other),
        19 => ("search result reference", Verb::Read),
        23 => ("extended request", Verb::Other),
        24 => ("extended response", Verb::Other),
        25 => ("intermediate response", Verb::Other),
        _ => ("", Verb::Other),
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_bind_is_refused() {
        check::stream(
            389,
            &[
                "> 3014 020101 600f 020103 0405 636e3d616d 8003 707764",
                "< 300c 020101 6107 0a0131 0400 0400",
                "> 3005 020102 4200",
            ],
            r#"
            > ldap command 0 "bind request" verb=login Request
            > ldap login "cn=am" password Attempted
            < ldap command 1 "bind response" verb=login Response
            < ldap login "cn=am" password Refused
            < ldap outcome 0 Refused status=49 "invalid credentials"
            < ldap role sender Server
            > ldap command 2 "unbind request" verb=logout Request
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("testbed/scn_aaa.pcap", &["ldap messages=9 malformed=0", "ldap 1 bind response=2"]);
    }
}
