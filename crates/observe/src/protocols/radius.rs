//! RADIUS (RFC 2865, accounting RFC 2866, dynamic authorization RFC 5176).
//!
//! UDP ports 1812, 1813 and 3799, and the older 1645 and 1646. User names and outcomes are told, passwords never.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Command, LoginOutcome, Marker, Observation, Part, Phase, Property, Role, Subject, Target, Verb};
use wire::{Defect, Direction, Malformed, Reader, ShortText, Text};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Radius {}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    code: u8,
    id: u8,
    attributes: &'a [u8],
}

/// The user of the last request: its answer need not repeat the name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    id: u8,
    user: ShortText,
    /// The attribute that carries the proof, which tells the method.
    proof: u8,
}

impl Dissector for Radius {
    const NAME: &'static str = "radius";
    const CARRIERS: &'static [Carrier] =
        &[Carrier::Udp(1812), Carrier::Udp(1813), Carrier::Udp(3799), Carrier::Udp(1645), Carrier::Udp(1646)];
    const MESSAGE_MAX: usize = 4096;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        let mut reader = Reader::new(head);
        let (code, _id, len) = (reader.u8(), reader.u8(), reader.u16());
        let known = code.is_ok_and(|code| !name(code).0.is_empty());
        if known && len.is_ok_and(|len| (20..=4096).contains(&len)) { Probe::Maybe } else { Probe::No }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Session) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let (code, id, len) = (reader.u8()?, reader.u8()?, usize::from(reader.u16()?));
        reader.ensure((20..=bytes.len()).contains(&len), Defect::BadLength)?;
        reader.skip(16)?;
        let attributes = reader.take(len - 20)?;
        let mut rest = Reader::new(attributes);
        while !rest.is_empty() {
            rest.skip(1)?;
            let len = usize::from(rest.u8()?);
            rest.ensure(len >= 2, Defect::BadLength)?;
            rest.skip(len - 2)?;
        }
        Ok(Message { code, id, attributes })
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let (name, verb, phase) = name(message.code);
        let code = u64::from(message.code);
        out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target: Target::None });
        match message.code {
            1 => request(message, context.session, out),
            2 | 3 => {
                let outcome = if message.code == 2 { LoginOutcome::Accepted } else { LoginOutcome::Refused };
                answer(message, context.session, outcome, out);
            }
            4 => access_server(message, out),
            _ => {}
        }
        if matches!(message.code, 2 | 3 | 5 | 11) {
            out.role(Subject::Sender, Part::Whole, Role::Server);
        }
    }
}

fn attribute(attributes: &[u8], wanted: u8) -> Option<&[u8]> {
    let mut reader = Reader::new(attributes);
    loop {
        let (kind, len) = (reader.u8().ok()?, reader.u8().ok()?);
        let value = reader.take(usize::from(len).checked_sub(2)?).ok()?;
        if kind == wanted {
            return Some(value);
        }
    }
}

fn request(message: &Message<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    access_server(message, out);
    let has = |kind: u8| attribute(message.attributes, kind).is_some();
    let proof = [79, 3].into_iter().find(|kind| has(*kind)).unwrap_or(2);
    let user = Text::utf8(attribute(message.attributes, 1).unwrap_or_default());
    // The rounds of one EAP conversation are one log-in; a state attribute marks those after the first.
    if !has(24) {
        out.login(user, method(proof), LoginOutcome::Attempted);
    }
    *session = Session { id: message.id, user: ShortText::keep(user), proof };
}

/// How a user proves who it is: User-Password, CHAP-Password or EAP-Message.
fn method(proof: u8) -> &'static str {
    match proof {
        79 => "eap",
        3 => "chap",
        _ => "password",
    }
}

fn answer(message: &Message<'_>, session: &Session, outcome: LoginOutcome, out: &mut Out<'_, '_>) {
    let asked = Some(session).filter(|session| session.id == message.id);
    let kept = asked.map(|session| session.user).unwrap_or_default();
    let user = attribute(message.attributes, 1).map(Text::utf8).unwrap_or(kept.as_text());
    out.login(user, asked.map_or("password", |session| method(session.proof)), outcome);
}

/// Who asks for the user: switch, access point or host.
fn access_server(message: &Message<'_>, out: &mut Out<'_, '_>) {
    let text = |kind: u8| Text::utf8(attribute(message.attributes, kind).unwrap_or_default());
    out.identity(Subject::Sender, Property::Name, "nas-identifier", text(32));
    out.identity(Subject::Sender, Property::Other, "called-station-id", text(30));
    out.identity(Subject::Sender, Property::Other, "calling-station-id", text(31));
    // Port type 19 is wireless of IEEE 802.11 (RFC 2865, 5.41).
    if attribute(message.attributes, 61) == Some(&[0, 0, 0, 19]) {
        out.push(&Observation::Marker(Marker::Wireless));
    }
}

fn name(code: u8) -> (&'static str, Verb, Phase) {
    match code {
        1 => ("access-request", Verb::Login, Phase::Request),
        2 => ("access-accept", Verb::Login, Phase::Response),
        3 => ("access-reject", Verb::Login, Phase::Response),
        4 => ("accounting-request", Verb::Report, Phase::Request),
        5 => ("accounting-response", Verb::Report, Phase::Response),
        11 => ("access-challenge", Verb::Login, Phase::Response),
        12 => ("status-server", Verb::Diagnose, Phase::Request),
        13 => ("status-client", Verb::Diagnose, Phase::Response),
        40 => ("disconnect-request", Verb::Logout, Phase::Request),
        41 => ("disconnect-ack", Verb::Logout, Phase::Response),
        42 => ("disconnect-nak", Verb::Logout, Phase::Response),
        43 => ("coa-request", Verb::Configure, Phase::Request),
        44 => ("coa-ack", Verb::Configure, Phase::Response),
        45 => ("coa-nak", Verb::Configure, Phase::Response),
        _ => ("", Verb::Other, Phase::Request),
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_user_is_turned_away() {
        let authenticator = "00".repeat(16);
        check::datagrams(
            1812,
            &[
                &format!("> 01 83 002b {authenticator} 0105626f62 0212 {authenticator}"),
                &format!("< 03 83 0014 {authenticator}"),
            ],
            r#"
            > radius command 1 "access-request" verb=login Request
            > radius login "bob" password Attempted
            < radius command 3 "access-reject" verb=login Response
            < radius login "bob" password Refused
            < radius role sender Server
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared(
            "it/zeek__radius.pcap",
            &["radius messages=4 malformed=0", "radius 11 access-challenge=1"],
        );
        check::shared("testbed/scn_aaa.pcap", &["radius 2 access-accept=3", "radius 3 access-reject=1"]);
    }
}
