//! Tabular Data Stream of SQL Server (MS-TDS).
//!
//! TCP port 1433. Packets of type, status and length; the log-in names host, program and user of the client, the
//! answer the server's version. Passwords are never read. The hand-shake of TLS inside is passed over. The code of a
//! command is the packet type, one for each packet.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use core::fmt::Write;
use facts::{Command, LoginOutcome, OutcomeKind, Part, Phase, Property, Subject, Target, Verb};
use wire::{Defect, Direction, Mac, Malformed, Reader, ShortText, Text, TextBuffer};

const HEADER_LEN: usize = 8;
const LOGIN_7: u8 = 16;
const PRE_LOGIN: u8 = 18;
const ANSWER: u8 = 4;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Tds {}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    kind: u8,
    data: &'a [u8],
}

/// The log-in under way; its user name is kept as sent, in UTF-16.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    user: ShortText,
    /// 0 no log-in is waiting for its answer, 1 with a password, 2 with NTLM or Kerberos.
    method: u8,
}

impl Dissector for Tds {
    const NAME: &'static str = "tds";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(1433)];
    const MESSAGE_MAX: usize = 32_768;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        let mut reader = Reader::new(head);
        let (kind, status, len) = (reader.u8(), reader.u8(), reader.u16());
        let _process = reader.u16();
        let (_packet, window) = (reader.u8(), reader.u8());
        let wrong = kind.is_ok_and(|kind| name(kind).0.is_empty())
            || status.is_ok_and(|status| status & 0xe0 != 0)
            || len.is_ok_and(|len| !(8..=32_768).contains(&len))
            || window.is_ok_and(|window| window != 0);
        if wrong { Probe::No } else { Probe::Maybe }
    }

    fn frame(bytes: &[u8], _: Direction, _: &Session) -> Frame {
        let mut reader = Reader::new(bytes);
        let Ok(kind) = reader.u8() else { return Frame::Need(1) };
        if matches!(kind, 0x14..=0x17) && matches!(reader.peek(), Some(3)) {
            // A record of TLS, once encryption covers the whole stream.
            return match (reader.skip(2), reader.u16()) {
                (Ok(()), Ok(len)) => Frame::Skip(5 + usize::from(len)),
                _ => Frame::Need(5),
            };
        }
        match (reader.skip(1), reader.u16()) {
            (Ok(()), Ok(len)) if usize::from(len) >= HEADER_LEN => Frame::Whole(usize::from(len)),
            (Ok(()), Ok(_)) => Frame::Lost,
            _ => Frame::Need(HEADER_LEN),
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Session) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8()?;
        reader.ensure(!name(kind).0.is_empty(), Defect::BadValue)?;
        reader.skip(HEADER_LEN - 1)?;
        Ok(Message { kind, data: reader.rest() })
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let (name, verb) = name(message.kind);
        let request = context.seen.direction == Direction::ToServer;
        let phase = if request { Phase::Request } else { Phase::Response };
        let code = u64::from(message.kind);
        out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target: Target::None });
        match (message.kind, request) {
            (LOGIN_7, true) => login(message.data, context.session, out),
            (ANSWER, false) if context.session.method != 0 => answer(message.data, context.session, out),
            // The server answers its pre-login with the type of an answer.
            (ANSWER | PRE_LOGIN, false) => version(message.data, out),
            _ => {}
        }
    }
}

/// Fixed part of 36 bytes, then for each text its place and length in characters (MS-TDS 2.2.6.4).
fn login(data: &[u8], session: &mut Session, out: &mut Out<'_, '_>) {
    let host = field(data, 36);
    let user = field(data, 40);
    out.identity(Subject::Sender, Property::Name, "login.host-name", host);
    out.identity(Subject::Sender, Property::Software, "login.app-name", field(data, 48));
    out.identity(Subject::Sender, Property::Other, "login.library", field(data, 60));
    out.identity(Subject::Receiver, Property::Other, "login.database", field(data, 68));
    let mac = data.get(72..78).and_then(|bytes| bytes.first_chunk()).map(|bytes| Mac(*bytes));
    if let Some(mac) = mac.filter(|mac| mac.is_host()) {
        let mac = TextBuffer::of(format_args!("{mac}"));
        out.identity(Subject::Sender, Property::Other, "login.client-id", mac.as_text());
    }
    // Place 78 is the security data of Windows authentication, which brings no user name.
    let windows = !field(data, 78).is_empty();
    *session = Session { user: ShortText::keep(user), method: if windows { 2 } else { 1 } };
    out.login(user, called(session.method), LoginOutcome::Attempted);
}

/// The text that the place and length at `at` of the fixed part point to.
fn field(data: &[u8], at: usize) -> Text<'_> {
    let mut reader = Reader::new(data);
    let _ = reader.skip(at);
    let (Ok(place), Ok(len)) = (reader.u16_le(), reader.u16_le()) else { return Text::default() };
    let mut reader = Reader::new(data);
    let bytes = reader.skip(usize::from(place)).and_then(|()| reader.take(usize::from(len) * 2));
    Text::utf16_le(bytes.unwrap_or_default())
}

fn called(method: u8) -> &'static str {
    if method == 2 { "windows" } else { "password" }
}

/// Tokens of the answer to a log-in (MS-TDS 2.2.7): change of environment, information, error, acknowledgement.
fn answer(data: &[u8], session: &mut Session, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    let kept = session.user;
    let user = kept.as_text();
    while let (Ok(token @ (0xaa | 0xab | 0xad | 0xe3)), Ok(len)) = (reader.u8(), reader.u16_le()) {
        let Ok(mut value) = reader.sub(usize::from(len)) else { return };
        match token {
            0xaa => {
                let number = value.u32_le().unwrap_or(0);
                out.login(user, called(session.method), LoginOutcome::Refused);
                let reason = if number == 18456 { "login failed" } else { "" };
                out.outcome("", u64::from(LOGIN_7), OutcomeKind::Refused, number, reason);
            }
            0xad => {
                out.login(user, called(session.method), LoginOutcome::Accepted);
                program(&mut value, out);
            }
            _ => continue,
        }
        session.method = 0;
        return;
    }
}

/// Interface, version of the protocol, program name, its version of four bytes.
fn program(value: &mut Reader<'_>, out: &mut Out<'_, '_>) {
    let Ok(()) = value.skip(5) else { return };
    let Ok(characters) = value.u8() else { return };
    let Ok(name) = value.take(usize::from(characters) * 2) else { return };
    // The field is padded with NUL characters.
    let end = name.chunks(2).rposition(|unit| unit != [0, 0]).map_or(0, |last| (last + 1) * 2);
    let name = Text::utf16_le(name.get(..end).unwrap_or_default());
    out.identity(Subject::Sender, Property::Model, "program-name", name);
    told_version(value, out);
}

/// Options of type, place and length, ended by 255; option 0 is the version (MS-TDS 2.2.6.5).
fn version(data: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    if let (Ok(0), Ok(place), Ok(6)) = (reader.u8(), reader.u16(), reader.u16()) {
        let mut value = Reader::new(data);
        if value.skip(usize::from(place)).is_ok() {
            told_version(&mut value, out);
        }
    }
}

fn told_version(value: &mut Reader<'_>, out: &mut Out<'_, '_>) {
    let (Ok(major), Ok(minor), Ok(build)) = (value.u8(), value.u8(), value.u16()) else { return };
    let mut text = TextBuffer::default();
    // Writing to a text buffer cannot fail.
    let _ = write!(text, "{major}.{minor}.{build}");
    out.identity(Subject::Sender, Property::Software, "version", text.as_text());
}

fn name(kind: u8) -> (&'static str, Verb) {
    match kind {
        1 => ("sql batch", Verb::Other),
        2 => ("login before version 7", Verb::Login),
        3 => ("remote procedure call", Verb::Other),
        4 => ("tabular result", Verb::Other),
        6 => ("attention", Verb::Other),
        7 => ("bulk load", Verb::Write),
        8 => ("federated authentication token", Verb::Login),
        14 => ("transaction manager request", Verb::Other),
        16 => ("login", Verb::Login),
        17 => ("sspi", Verb::Login),
        18 => ("pre-login", Verb::Identify),
        _ => ("", Verb::Other),
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_client_logs_in() {
        let (host, user) = ("68006d006900", "73006100");
        let fixed = "00".repeat(36);
        // Places: host 94+3, user 100+2, all others empty.
        let places = format!("5e000300 64000200 {} 001b1b410011 {}", "00000000".repeat(7), "00".repeat(16));
        let ack = "ad 1600 01 74000004 04 53005100 4c000000 0f0007d0 00000000";
        check::stream(
            1433,
            &[
                "> 1201 0014 0000 0100 00 0006 0006 ff 000000000000",
                "< 0401 0014 0000 0100 00 0006 0006 ff 0f0007d00000",
                &format!("> 1001 0070 0000 0100 {fixed} {places} {host} {user}"),
                &format!("< 0401 0021 0000 0100 {ack}"),
            ],
            r#"
            > tds command 18 "pre-login" verb=identify Request
            < tds command 4 "tabular result" verb=other Response
            < tds identity sender Software version="15.0.2000"
            > tds command 16 "login" verb=login Request
            > tds identity sender Name login.host-name="hmi"
            > tds identity sender Other login.client-id="00:1b:1b:41:00:11"
            > tds login "sa" password Attempted
            < tds command 4 "tabular result" verb=other Response
            < tds login "sa" password Accepted
            < tds identity sender Model program-name="SQL"
            < tds identity sender Software version="15.0.2000"
            "#,
        );
    }
}
