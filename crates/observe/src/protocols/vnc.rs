//! RFB, the protocol of VNC (RFC 6143): versions, security types, outcome of the log-in, name of the desktop.
//!
//! Ports 5900 to 5906 and any other by the version message. The session itself is passed over.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use facts::{LoginOutcome, Marker, Observation, Property, Subject};
use wire::{Defect, Direction, Malformed, Reader, Text};

/// Longest reason or desktop name.
const TEXT_MAX: usize = 4096;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Vnc {}

/// What comes next from a side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Step {
    /// The version message (RFC 6143, 7.1.1).
    #[default]
    Version,
    /// Server: the security types (7.1.2). Client: its choice.
    Security,
    /// Challenge and response of VNC Authentication (7.2.2).
    Challenge,
    /// Server: the result (7.1.3).
    Result,
    /// Server: ServerInit (7.3.2). Client: ClientInit (7.3.1).
    Init,
    /// Nothing that is read.
    Done,
}

/// The hand-shake.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    server: Step,
    client: Step,
    /// Minor version both speak: 3, 7 or 8.
    minor: u8,
    security: u8,
}

/// One message of the hand-shake.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// As sent, with its minor number.
    Version(&'a [u8], u8),
    /// Security types offered, or the one that the server of version 3.3 decides.
    Types(&'a [u8]),
    /// No types; why.
    Refusal(&'a [u8]),
    /// The client's choice.
    Choice(u8),
    /// Never looked into.
    Secret,
    /// 0 is good; a reason may follow.
    Result(u32, &'a [u8]),
    /// ClientInit.
    ClientInit,
    /// The name of the desktop.
    Desktop(&'a [u8]),
}

impl Dissector for Vnc {
    const NAME: &'static str = "vnc";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::RemoteSeat);
    const CARRIERS: &'static [Carrier] = &[
        Carrier::Tcp(5900),
        Carrier::Tcp(5901),
        Carrier::Tcp(5902),
        Carrier::Tcp(5903),
        Carrier::Tcp(5904),
        Carrier::Tcp(5905),
        Carrier::Tcp(5906),
    ];
    const MESSAGE_MAX: usize = TEXT_MAX + 64;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        let mark = b"RFB 00";
        let len = head.len().min(mark.len());
        if head.get(..len) != mark.get(..len) {
            return Probe::No;
        }
        match head.get(11) {
            None => Probe::Maybe,
            Some(b'\n') => Probe::Yes,
            Some(_) => Probe::No,
        }
    }

    fn frame(bytes: &[u8], direction: Direction, session: &Session) -> Frame {
        match direction {
            Direction::ToServer => match session.client {
                Step::Version => Frame::Whole(12),
                Step::Security | Step::Init => Frame::Whole(1),
                Step::Challenge => Frame::Whole(16),
                Step::Result | Step::Done => Frame::Skip(bytes.len()),
            },
            Direction::ToClient => match session.server {
                Step::Version => Frame::Whole(12),
                Step::Security if session.minor < 7 => after_word(bytes, 4),
                Step::Security => match bytes {
                    [0, rest @ ..] => with_text(rest, 1),
                    [count, ..] => Frame::Whole(1 + usize::from(*count)),
                    [] => Frame::Need(1),
                },
                Step::Challenge => Frame::Whole(16),
                Step::Result if session.minor < 8 => Frame::Whole(4),
                Step::Result => match bytes {
                    [0, 0, 0, 0, ..] => Frame::Whole(4),
                    [_, _, _, _, rest @ ..] => with_text(rest, 4),
                    _ => Frame::Need(4),
                },
                Step::Init => with_text(bytes.get(20..).unwrap_or_default(), 20),
                Step::Done => Frame::Skip(bytes.len()),
            },
        }
    }

    fn parse<'a>(bytes: &'a [u8], direction: Direction, session: &Session) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let step = if direction == Direction::ToServer { session.client } else { session.server };
        Ok(match (direction, step) {
            (_, Step::Version) => {
                let text = reader.take(12)?;
                let minor = text.get(8..11).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
                reader.ensure(text.starts_with(b"RFB 00"), Defect::BadMagic)?;
                Message::Version(text, minor.ok_or(Malformed::new(8, Defect::BadValue))?)
            }
            (Direction::ToServer, Step::Security) => Message::Choice(reader.u8()?),
            (Direction::ToServer, Step::Init) => Message::ClientInit,
            (Direction::ToClient, Step::Security) if session.minor < 7 => match reader.u32()? {
                0 => Message::Refusal(reason(&mut reader)?),
                _ => Message::Types(bytes.get(3..4).unwrap_or_default()),
            },
            (Direction::ToClient, Step::Security) => match reader.u8()? {
                0 => Message::Refusal(reason(&mut reader)?),
                count => Message::Types(reader.take(usize::from(count))?),
            },
            (Direction::ToClient, Step::Result) => {
                let result = reader.u32()?;
                Message::Result(result, if reader.is_empty() { &[] } else { reason(&mut reader)? })
            }
            (Direction::ToClient, Step::Init) => {
                reader.skip(20)?;
                Message::Desktop(reason(&mut reader)?)
            }
            _ => Message::Secret,
        })
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let to_server = context.seen.direction == Direction::ToServer;
        let session = &mut *context.session;
        match *message {
            Message::Version(text, minor) => version(text, minor, to_server, session, out),
            Message::Types(types) => offered(types, session, out),
            Message::Refusal(reason) => {
                out.identity(Subject::Server, Property::Other, "refusal", Text::unknown(reason));
                (session.server, session.client) = (Step::Done, Step::Done);
            }
            Message::Choice(security) => chosen(security, session),
            Message::Secret if to_server => session.client = Step::Init,
            Message::Secret => session.server = Step::Result,
            Message::Result(result, reason) => {
                let outcome = if result == 0 { LoginOutcome::Accepted } else { LoginOutcome::Refused };
                let method = if session.security == 1 { "anonymous" } else { "password" };
                out.login(Text::default(), method, outcome);
                out.identity(Subject::Server, Property::Other, "refusal", Text::unknown(reason));
                session.server = if result == 0 { Step::Init } else { Step::Done };
            }
            Message::ClientInit => session.client = Step::Done,
            Message::Desktop(name) => {
                out.identity(Subject::Server, Property::Name, "desktop-name", Text::unknown(name));
                out.push(&Observation::Marker(Marker::RemoteControl));
                session.server = Step::Done;
            }
        }
    }
}

fn version(text: &[u8], minor: u8, to_server: bool, session: &mut Session, out: &mut Out<'_, '_>) {
    out.identity(Subject::Sender, Property::Software, "version", Text::unknown(text));
    if to_server {
        // The client chooses the version; what is neither 7 nor 8 is read as 3 (RFC 6143, 7.1.1).
        session.minor = if minor >= 7 { minor.min(8) } else { 3 };
        session.client = if session.minor == 3 { Step::Done } else { Step::Security };
    } else {
        session.server = Step::Security;
    }
}

/// In version 3.3 the server decides alone; later the client chooses.
fn offered(types: &[u8], session: &mut Session, out: &mut Out<'_, '_>) {
    for security in types {
        let name = security_name(*security);
        out.identity(Subject::Server, Property::Other, "security-type", Text::utf8(name.as_bytes()));
    }
    if let ([security], 3) = (types, session.minor) {
        chosen(*security, session);
    }
}

fn chosen(security: u8, session: &mut Session) {
    session.security = security;
    (session.server, session.client) = match security {
        1 if session.minor >= 8 => (Step::Result, Step::Init),
        1 => (Step::Init, Step::Init),
        2 => (Step::Challenge, Step::Challenge),
        // TLS and vendors' own schemes hide what follows.
        _ => (Step::Done, Step::Done),
    };
}

fn security_name(security: u8) -> &'static str {
    match security {
        1 => "none",
        2 => "VNC authentication",
        5 => "RA2",
        6 => "RA2ne",
        16 => "Tight",
        17 => "Ultra",
        18 => "TLS",
        19 => "VeNCrypt",
        30 => "Apple remote desktop",
        129 => "RA2 256",
        _ => "other",
    }
}

/// A word of 32 bits, then text when it is zero.
fn after_word(bytes: &[u8], len: usize) -> Frame {
    match bytes {
        [0, 0, 0, 0, rest @ ..] => with_text(rest, len),
        [_, _, _, _, ..] => Frame::Whole(len),
        _ => Frame::Need(len),
    }
}

/// `before` bytes and a text behind its length.
fn with_text(rest: &[u8], before: usize) -> Frame {
    match Reader::new(rest).u32().map(usize::try_from) {
        Ok(Ok(len)) if len <= TEXT_MAX => Frame::Whole(before + 4 + len),
        Ok(_) => Frame::Lost,
        Err(_) => Frame::Need(before + 4),
    }
}

fn reason<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let len = usize::try_from(reader.u32()?).unwrap_or(usize::MAX);
    reader.take(len)
}

#[cfg(test)]
mod tests {
    use crate::check;

    const SESSION: &[&str] = &[
        "< 524642203030332e3030380a",
        "> 524642203030332e3030380a",
        "< 020210",
        "> 02",
        "< 00112233445566778899aabbccddeeff",
        "> ffeeddccbbaa99887766554433221100",
        "< 00000000",
        "> 01",
        "< 0400 0300 20180001 00ff00ff 00ff1008 00000000 00000009 53434144412048 4d49",
        "> 00000000 00010203",
        "< 00000001 00000000",
    ];

    #[test]
    fn a_session_tells_versions_outcome_and_desktop() {
        check::stream(
            5900,
            SESSION,
            r#"
            < vnc identity sender Software version="RFB 003.008"
            > vnc identity sender Software version="RFB 003.008"
            < vnc identity server Other security-type="VNC authentication"
            < vnc identity server Other security-type="Tight"
            < vnc login "" password Accepted
            < vnc identity server Name desktop-name="SCADA HMI"
            < vnc marker RemoteControl
            "#,
        );
    }

    #[test]
    fn a_wrong_password_is_a_refused_login() {
        check::stream(
            5901,
            &[
                "< 524642203030332e3030380a",
                "> 524642203030332e3030380a",
                "< 0102",
                "> 02",
                "< 00112233445566778899aabbccddeeff",
                "> ffeeddccbbaa99887766554433221100",
                "< 00000001 00000006 6661696c6564",
            ],
            r#"
            < vnc identity sender Software version="RFB 003.008"
            > vnc identity sender Software version="RFB 003.008"
            < vnc identity server Other security-type="VNC authentication"
            < vnc login "" password Refused
            < vnc identity server Other refusal="failed"
            "#,
        );
    }
}
