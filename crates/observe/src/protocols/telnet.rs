//! Telnet (RFC 854, RFC 855): option negotiation, the lines before a prompt, and the user name behind it.
//!
//! Port 23 and any other by two negotiations in a row. What is typed behind a password prompt is passed over and
//! never looked at; after the log-in everything is.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use facts::{LoginOutcome, Marker, Observation, Property, Subject};
use wire::{Defect, Direction, Malformed, Text};

const IAC: u8 = 255;
const SUBNEGOTIATION: u8 = 250;
const SUBNEGOTIATION_END: u8 = 240;
const TERMINAL_TYPE: u8 = 24;
/// Longest line or sub-negotiation that is waited for.
const LINE_MAX: usize = 512;
/// Lines of the server that are told as its banner.
const BANNER_LINES: u8 = 4;
/// Longest user name that is kept.
const USER_MAX: usize = 32;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Telnet {}

/// Where the dialogue stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Before any prompt.
    #[default]
    Banner,
    /// The next line of the client is a user name.
    User,
    /// The next line of the client is a password.
    Password,
    /// The next lines of the server tell the outcome.
    Outcome,
    /// Let in, or given up.
    Done,
}

/// What the conversation remembers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    stage: Stage,
    told: bool,
    lines: u8,
    outcome_lines: u8,
    user_len: u8,
    user: [u8; USER_MAX],
}

/// One piece of the stream.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// DO, DONT, WILL, WONT or a simple function.
    Negotiation,
    /// A sub-negotiation: option and data.
    Option(u8, &'a [u8]),
    /// A line, or text that ends like a prompt.
    Line(&'a [u8]),
}

impl Dissector for Telnet {
    const NAME: &'static str = "telnet";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::ClearAdministration);
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(23)];
    const MESSAGE_MAX: usize = LINE_MAX;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        // Options up to 49 are assigned (IANA, Telnet Options), and 255 is the extended list.
        let negotiation = |three: &[u8]| matches!(three, [IAC, 251..=254, 0..=49 | 255]);
        let mut triples = head.chunks(3);
        match (triples.next().map(negotiation), triples.next()) {
            (Some(true), Some(second)) if negotiation(second) => Probe::Yes,
            (Some(true), Some([IAC, SUBNEGOTIATION, ..])) => Probe::Yes,
            (Some(true), _) => Probe::Maybe,
            // On its port plain text, or the middle of a session, is possible.
            _ if head.iter().all(|byte| matches!(byte, 0 | 7..=13 | 27 | b' '..=b'~' | 0x80..)) => {
                Probe::Maybe
            }
            _ => Probe::No,
        }
    }

    fn frame(bytes: &[u8], direction: Direction, session: &Session) -> Frame {
        if bytes.first() == Some(&IAC) {
            return command(bytes);
        }
        let run = bytes.iter().position(|byte| *byte == IAC).unwrap_or(bytes.len());
        let text = bytes.get(..run).unwrap_or_default();
        let read = match direction {
            Direction::ToServer => matches!(session.stage, Stage::User | Stage::Password),
            Direction::ToClient => session.stage != Stage::Done,
        };
        if !read {
            return Frame::Skip(run.max(1));
        }
        match end_of_line(text, direction) {
            Some(len) => Frame::Whole(len),
            None if run < bytes.len() || run >= LINE_MAX => Frame::Skip(run.max(1)),
            None => Frame::Need(bytes.len() + 1),
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Session) -> Result<Message<'a>, Malformed> {
        match bytes {
            [IAC, SUBNEGOTIATION, option, data @ ..] => {
                let end = data.len().checked_sub(2).ok_or(Malformed::new(3, Defect::Truncated))?;
                Ok(Message::Option(*option, data.get(..end).unwrap_or_default()))
            }
            [IAC, ..] => Ok(Message::Negotiation),
            line => Ok(Message::Line(line)),
        }
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let session = &mut *context.session;
        if !session.told {
            session.told = true;
            out.push(&Observation::Marker(Marker::RemoteControl));
        }
        match (message, context.seen.direction) {
            // The first byte says that the type itself follows (RFC 1091).
            (Message::Option(TERMINAL_TYPE, [0, name @ ..]), _) => {
                out.identity(Subject::Sender, Property::Other, "terminal-type", Text::unknown(name));
            }
            (Message::Line(line), Direction::ToServer) => typed(line, session),
            (Message::Line(line), Direction::ToClient) => shown(line, session, out),
            _ => {}
        }
    }
}

fn command(bytes: &[u8]) -> Frame {
    match bytes {
        [_, SUBNEGOTIATION, ..] => {
            let end = bytes.windows(2).take(LINE_MAX).position(|pair| pair == [IAC, SUBNEGOTIATION_END]);
            match end {
                Some(at) => Frame::Whole(at + 2),
                None if bytes.len() >= LINE_MAX => Frame::Skip(bytes.len()),
                None => Frame::Need(bytes.len() + 1),
            }
        }
        [_, 251..=254, ..] => Frame::Whole(3),
        [_, _, ..] => Frame::Whole(2),
        _ => Frame::Need(2),
    }
}

/// A line ends with its line feed (a client's also with a carriage return, then a NUL or line feed), and the
/// server's also behind the colon and space of a prompt, so that a prompt does not wait for an answer.
fn end_of_line(text: &[u8], direction: Direction) -> Option<usize> {
    let ends = |(at, byte): (usize, &u8)| match (direction, byte) {
        (_, b'\n') => Some(at + 1),
        (Direction::ToServer, b'\r') => Some(at + 1),
        (Direction::ToClient, b':') => prompt(text.get(..=at)?).map(|_| at + 1),
        _ => None,
    };
    text.iter().enumerate().take(LINE_MAX).find_map(ends)
}

/// Which prompt a text ends with.
fn prompt(text: &[u8]) -> Option<Stage> {
    let text = text.strip_suffix(b":")?.trim_ascii_end();
    let ends = |word: &[u8]| {
        let tail = text.get(text.len().checked_sub(word.len())?..)?;
        tail.eq_ignore_ascii_case(word).then_some(())
    };
    if [&b"login"[..], b"username", b"user name", b"user", b"account"]
        .into_iter()
        .any(|word| ends(word).is_some())
    {
        // "Last login: Mon ..." is no prompt.
        let last = text.trim_ascii_start().get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"last"));
        return (!last).then_some(Stage::User);
    }
    ends(b"password").or_else(|| ends(b"passcode")).map(|()| Stage::Password)
}

fn typed(line: &[u8], session: &mut Session) {
    match session.stage {
        Stage::User => {
            let name = line.trim_ascii();
            // The second half of a line end is an empty line.
            if name.is_empty() {
                return;
            }
            session.user_len = 0;
            if let (Some(place), Ok(len)) = (session.user.get_mut(..name.len()), u8::try_from(name.len())) {
                place.copy_from_slice(name);
                session.user_len = len;
            }
        }
        Stage::Password if line.len() > 1 => {
            session.stage = Stage::Outcome;
            session.outcome_lines = 0;
        }
        _ => {}
    }
}

fn shown(line: &[u8], session: &mut Session, out: &mut Out<'_, '_>) {
    let was = session.stage;
    if let Some(stage) = prompt(line) {
        if was == Stage::Outcome {
            login(LoginOutcome::Refused, session, out);
        }
        session.stage = stage;
        return;
    }
    let text = line.trim_ascii();
    match was {
        Stage::Banner if session.lines < BANNER_LINES && text.len() >= 3 => {
            session.lines += 1;
            out.identity(Subject::Server, Property::Software, "banner", Text::unknown(text));
        }
        Stage::Outcome if !text.is_empty() => outcome(text, session, out),
        _ => {}
    }
}

/// The first lines behind a password: a refusal says so; anything else is a greeting or a command line. An echo of
/// what was typed cannot be told from a greeting, so one line is waited for.
fn outcome(text: &[u8], session: &mut Session, out: &mut Out<'_, '_>) {
    let says = |word: &[u8]| text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    if [&b"incorrect"[..], b"fail", b"denied", b"invalid", b"bad "].into_iter().any(says) {
        login(LoginOutcome::Refused, session, out);
        session.stage = Stage::Banner;
        session.lines = BANNER_LINES;
        return;
    }
    session.outcome_lines += 1;
    if session.outcome_lines >= 2 || says(b"last login") || says(b"welcome") {
        login(LoginOutcome::Accepted, session, out);
        session.stage = Stage::Done;
    }
}

fn login(outcome: LoginOutcome, session: &Session, out: &mut Out<'_, '_>) {
    let user = session.user.get(..usize::from(session.user_len)).unwrap_or_default();
    out.login(Text::unknown(user), "password", outcome);
}

#[cfg(test)]
mod tests {
    use crate::check;

    fn text(way: char, text: &str) -> String {
        format!("{way} {}", text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    #[test]
    fn banner_user_and_outcome_are_told_and_the_password_is_not() {
        let messages = [
            "> fffd03 fffb18 fffb1f".to_owned(),
            "< fffd18 fffa1801fff0".to_owned(),
            "> fffa1800 787465726d fff0".to_owned(),
            text('<', "\r\nLinux 6.18 (sw-plc) (pts/0)\r\n\r\nlogin: "),
            text('>', "admin\r\n"),
            text('<', "admin\r\nPassword: "),
            text('>', "private\r\n"),
            text('<', "\r\nLast login: Mon\r\nsw-plc> "),
            text('>', "show secret\r\n"),
        ];
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        check::stream(
            23,
            &messages,
            r#"
            > telnet marker RemoteControl
            > telnet identity sender Other terminal-type="xterm"
            < telnet identity server Software banner="Linux 6.18 (sw-plc) (pts/0)"
            < telnet login "admin" password Accepted
            "#,
        );
    }

    #[test]
    fn a_refused_password_leads_back_to_the_prompt() {
        let messages = [
            "< fffd18 fffd20".to_owned(),
            text('<', "Username:"),
            text('>', "guest\r\n"),
            text('<', "Password:"),
            text('>', "x1\r\n"),
            text('<', "\r\n% Login invalid\r\nUsername:"),
        ];
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        check::stream(
            23,
            &messages,
            r#"
            < telnet marker RemoteControl
            < telnet login "guest" password Refused
            "#,
        );
    }
}
