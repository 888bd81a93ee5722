//! Kerberos version 5 (RFC 4120).
//!
//! Port 88, UDP datagrams and TCP streams with a length of four bytes before each message. Names, realms and outcomes
//! are told; tickets and encrypted parts are passed over. The code of a command is the message type.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use facts::{Command, LoginOutcome, OutcomeKind, Part, Phase, Property, Role, Subject, Target, Verb};
use wire::{Ber, Defect, Direction, Malformed, Reader, Text, TextBuffer};

/// Parts of one principal's name.
const NAME_PARTS_MAX: usize = 8;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Kerberos {}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Message<'a> {
    kind: u8,
    /// Realm of the client in answers, of the service in requests.
    realm: Text<'a>,
    /// The user or machine that asks: a sequence of names.
    client: &'a [u8],
    /// The service it asks for: a sequence of names.
    service: &'a [u8],
    /// Addresses a client names, among which may be its NetBIOS name.
    addresses: &'a [u8],
    error: u32,
}

impl Dissector for Kerberos {
    const NAME: &'static str = "kerberos";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(88), Carrier::Udp(88)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        match head {
            // The highest bit of the length is reserved, and no message is of 16 MiB.
            [0] | [0, 0] | [0, 0, _] | [0, 0, _, _] => Probe::Maybe,
            [0, 0, _, _, tag, ..] | [tag, ..] if known(*tag) => Probe::Maybe,
            _ => Probe::No,
        }
    }

    fn frame(bytes: &[u8], _: Direction, _: &()) -> Frame {
        match Reader::new(bytes).u32() {
            _ if bytes.first() != Some(&0) => Frame::Whole(bytes.len()),
            Ok(len) => usize::try_from(len).map_or(Frame::Lost, |len| Frame::Whole(4 + len)),
            Err(_) => Frame::Need(4),
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        if reader.peek() == Some(0) {
            reader.skip(4)?;
        }
        let outer = Ber::read(&mut reader)?;
        reader.ensure(known(outer.tag.first), Defect::BadValue)?;
        let kind = outer.tag.first & 0x1f;
        let mut fields = Ber::read(&mut outer.inside())?.inside();
        let mut message = Message { kind, ..Message::default() };
        while !fields.is_empty() {
            let field = Ber::read(&mut fields)?;
            match (kind, field.tag.number) {
                (10 | 12, 4) => body(field, &mut message)?,
                (11 | 13, 3) | (30, 9) => message.realm = text(field),
                (11 | 13, 4) | (30, 8) => message.client = names(field),
                (30, 10) => message.service = names(field),
                (30, 6) => message.error = number(field),
                _ => {}
            }
        }
        Ok(message)
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let (name, verb, phase) = name(message.kind);
        let (client, service) = (joined(message.client), joined(message.service));
        let target = if message.service.is_empty() {
            Target::None
        } else {
            Target::Name { space: "service", name: service.as_text() }
        };
        let code = u64::from(message.kind);
        out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target });
        match message.kind {
            10 => {
                out.login(client.as_text(), "kerberos", LoginOutcome::Attempted);
                host(message.addresses, out);
            }
            11 => out.login(client.as_text(), "kerberos", LoginOutcome::Accepted),
            30 => failed(message, client.as_text(), out),
            _ => {}
        }
        if matches!(message.kind, 11 | 13 | 30) {
            out.identity(Subject::Sender, Property::Domain, "realm", message.realm);
            out.role(Subject::Sender, Part::Whole, Role::Server);
        }
    }
}

/// Tags of class application, constructed: AS-REQ 10 to AP-REP 15, KRB-SAFE 20 to KRB-CRED 22, KRB-ERROR 30.
fn known(tag: u8) -> bool {
    matches!(tag, 0x6a..=0x6f | 0x74..=0x76 | 0x7e)
}

/// KDC-REQ-BODY (RFC 4120, 5.4.1).
fn body<'a>(field: Ber<'a>, message: &mut Message<'a>) -> Result<(), Malformed> {
    let mut fields = Ber::read(&mut field.inside())?.inside();
    while !fields.is_empty() {
        let field = Ber::read(&mut fields)?;
        match field.tag.number {
            1 => message.client = names(field),
            2 => message.realm = text(field),
            3 => message.service = names(field),
            9 => message.addresses = inside(field),
            _ => {}
        }
    }
    Ok(())
}

/// The contents of the one element in a field.
fn inside(field: Ber<'_>) -> &[u8] {
    Ber::read(&mut field.inside()).map(|inner| inner.contents).unwrap_or_default()
}

fn text(field: Ber<'_>) -> Text<'_> {
    Text::utf8(inside(field))
}

fn number(field: Ber<'_>) -> u32 {
    let inner = Ber::read(&mut field.inside()).ok().and_then(|inner| inner.unsigned());
    inner.and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}

/// PrincipalName: a type, and the sequence of names that is answered here (RFC 4120, 5.2.2).
fn names(field: Ber<'_>) -> &[u8] {
    let mut reader = Reader::new(inside(field));
    let (_kind, list) = (Ber::read(&mut reader), Ber::read(&mut reader));
    list.map(inside).unwrap_or_default()
}

/// The names of a principal with slashes between them.
fn joined(names: &[u8]) -> TextBuffer {
    let (mut reader, mut text) = (Reader::new(names), TextBuffer::default());
    for at in 0..NAME_PARTS_MAX {
        let Ok(name) = Ber::read(&mut reader) else { break };
        text.push(if at > 0 { b"/" } else { b"" });
        text.push(name.contents);
    }
    text
}

/// An address of type 20 is a NetBIOS name (RFC 4120, 7.5.3), here the client's own.
fn host(addresses: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(addresses);
    while let Ok(address) = Ber::read(&mut reader) {
        let mut fields = address.inside();
        if let (Ok(kind), Ok(value)) = (Ber::read(&mut fields), Ber::read(&mut fields))
            && number(kind) == 20
        {
            out.identity(Subject::Sender, Property::Name, "netbios-address", text(value));
        }
    }
}

fn failed(message: &Message<'_>, client: Text<'_>, out: &mut Out<'_, '_>) {
    let reason = match message.error {
        // The usual first answer: come again with a proof.
        25 => return,
        6 => "client not found",
        7 => "server not found",
        12 => "policy",
        14 => "encryption type not supported",
        18 => "client revoked",
        23 => "key expired",
        24 => "pre-authentication failed",
        32 => "ticket expired",
        37 => "clock skew too great",
        52 => "response too big",
        _ => "",
    };
    // The error does not say which request it answers; these are answers to log-ins only.
    if matches!(message.error, 6 | 18 | 23 | 24) {
        out.login(client, "kerberos", LoginOutcome::Refused);
    }
    out.outcome("", u64::from(message.kind), OutcomeKind::Refused, message.error, reason);
}

fn name(kind: u8) -> (&'static str, Verb, Phase) {
    match kind {
        10 => ("as-req", Verb::Login, Phase::Request),
        11 => ("as-rep", Verb::Login, Phase::Response),
        12 => ("tgs-req", Verb::Login, Phase::Request),
        13 => ("tgs-rep", Verb::Login, Phase::Response),
        14 => ("ap-req", Verb::Login, Phase::Request),
        15 => ("ap-rep", Verb::Login, Phase::Response),
        20 => ("krb-safe", Verb::Other, Phase::Unsolicited),
        21 => ("krb-priv", Verb::Other, Phase::Unsolicited),
        22 => ("krb-cred", Verb::Other, Phase::Unsolicited),
        30 => ("krb-error", Verb::Login, Phase::Response),
        _ => ("", Verb::Other, Phase::Unsolicited),
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    /// Pre-authentication of user alice failed; the server's time is left out.
    const ERROR: &str =
        "7e4a 3048 a003020105 a10302011e a603020118 a8123010 a003020101 a10930071b05616c696365
        a9071b05504c414e54 aa1a3018 a003020101 a111300f 1b066b7262746774 1b05504c414e54";

    #[test]
    fn a_log_in_fails() {
        check::datagrams(
            88,
            &[&format!("< {ERROR}")],
            r#"
            < kerberos command 30 "krb-error" verb=login Response service="krbtgt/PLANT"
            < kerberos login "alice" kerberos Refused
            < kerberos outcome 30 Refused status=24 "pre-authentication failed"
            < kerberos identity sender Domain realm="PLANT"
            < kerberos role sender Server
            "#,
        );
    }

    #[test]
    fn streams_carry_a_length() {
        check::stream(
            88,
            &[&format!("< 0000004c {ERROR}")],
            r#"
            < kerberos command 30 "krb-error" verb=login Response service="krbtgt/PLANT"
            < kerberos login "alice" kerberos Refused
            < kerberos outcome 30 Refused status=24 "pre-authentication failed"
            < kerberos identity sender Domain realm="PLANT"
            < kerberos role sender Server
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("it/suricata__kerberoast.pcap", &["kerberos 12 tgs-req=1", "kerberos 13 tgs-rep=1"]);
        check::shared(
            "it/zeek__kinit.pcap",
            &["kerberos 10 as-req=93", "kerberos 11 as-rep=51", "kerberos 30 krb-error=43"],
        );
    }
}
