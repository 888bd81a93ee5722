//! FTP control connections (RFC 959, RFC 2428 for the extended addresses, RFC 2228 for AUTH).
//!
//! Port 21 and any other by a greeting that names FTP. Commands are told with their four letters as the code.
//! Passwords are passed over; of PASV, EPSV, PORT and EPRT the data connection is announced.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::{Expected, Out};
use crate::protocols::Protocol;
use core::net::{IpAddr, Ipv4Addr};
use facts::{
    Command, FileAction, FileMoved, LoginOutcome, Observation, OutcomeKind, Part, Phase, Property, Seen,
    Subject, Target, Transport, Verb,
};
use wire::{Defect, Direction, Malformed, Reader, Text};

const LINE_MAX: usize = 2048;
/// Longest user name that is kept until the answer comes.
const USER_MAX: usize = 32;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Ftp {}

/// What the conversation remembers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    /// The last command, as its letters.
    command: u32,
    user_len: u8,
    user: [u8; USER_MAX],
    greeted: bool,
    /// A log-in was asked for and is not answered.
    login: bool,
    /// TLS was agreed on.
    hidden: bool,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// A command: its letters in upper case, and the rest of the line.
    Command(u32, &'a [u8]),
    /// A reply: three digits, whether more lines follow, and the text.
    Reply(u16, bool, &'a [u8]),
    /// A line inside a longer reply.
    Text,
}

impl Dissector for Ftp {
    const NAME: &'static str = "ftp";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::ClearAdministration);
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(21)];
    const MESSAGE_MAX: usize = LINE_MAX;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        match direction {
            // Mail and news servers greet with 220 and 200, too.
            Direction::ToClient => match reply(head) {
                Some((220, ..)) if head.windows(3).any(|three| three.eq_ignore_ascii_case(b"ftp")) => {
                    Probe::Yes
                }
                Some(_) => Probe::Maybe,
                None if head.len() < 4 => Probe::Maybe,
                None => Probe::No,
            },
            Direction::ToServer => {
                let word = Reader::new(head).until(b' ');
                let line_end = word.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                let word = word.get(..line_end.unwrap_or(word.len())).unwrap_or_default();
                let known = letters(word).is_some_and(|command| !name(command).0.is_empty());
                let short = head.len() < 4 && head.iter().all(u8::is_ascii_alphabetic);
                if known || short { Probe::Maybe } else { Probe::No }
            }
        }
    }

    fn frame(bytes: &[u8], _: Direction, session: &Session) -> Frame {
        if session.hidden {
            return Frame::Skip(bytes.len());
        }
        match bytes.iter().take(LINE_MAX).position(|byte| *byte == b'\n') {
            Some(at) => Frame::Whole(at + 1),
            None if bytes.len() >= LINE_MAX => Frame::Lost,
            None => Frame::Need(bytes.len() + 1),
        }
    }

    fn parse<'a>(bytes: &'a [u8], direction: Direction, _: &Session) -> Result<Message<'a>, Malformed> {
        // Telnet marks may stand before an ABOR (RFC 959, 4.1.3).
        let start = bytes.iter().position(|byte| byte.is_ascii()).unwrap_or(0);
        let line = bytes.get(start..).unwrap_or_default().trim_ascii_end();
        if direction == Direction::ToClient {
            return Ok(
                reply(line).map_or(Message::Text, |(code, more, text)| Message::Reply(code, more, text))
            );
        }
        let mut reader = Reader::new(line);
        let command = letters(reader.until(b' ')).ok_or(Malformed::new(0, Defect::BadValue))?;
        Ok(Message::Command(command, reader.rest().trim_ascii()))
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        match *message {
            Message::Command(command, argument) => request(command, argument, context, out),
            Message::Reply(_, true, text) => greeting(text, context.session, out),
            Message::Reply(code, false, text) => answer(code, text, context, out),
            Message::Text => {}
        }
    }
}

/// Up to four letters as one number, their ASCII bytes read big-endian.
fn letters(word: &[u8]) -> Option<u32> {
    let fits = (3..=4).contains(&word.len()) && word.iter().all(u8::is_ascii_alphabetic);
    fits.then(|| word.iter().fold(0, |all, letter| all << 8 | u32::from(letter.to_ascii_uppercase())))
}

const fn code(word: [u8; 4]) -> u32 {
    let code = u32::from_be_bytes(word);
    if word[3] == b' ' { code >> 8 } else { code }
}

/// Name, verb and what is done with the file that the argument names.
fn name(command: u32) -> (&'static str, Verb, Option<FileAction>) {
    const TABLE: &[(u32, &str, Verb, Option<FileAction>)] = &[
        (code(*b"USER"), "user name", Verb::Login, None),
        (code(*b"PASS"), "password", Verb::Login, None),
        (code(*b"ACCT"), "account", Verb::Login, None),
        (code(*b"REIN"), "reinitialize", Verb::Logout, None),
        (code(*b"QUIT"), "logout", Verb::Logout, None),
        (code(*b"RETR"), "retrieve", Verb::ReadFile, Some(FileAction::Read)),
        (code(*b"STOR"), "store", Verb::WriteFile, Some(FileAction::Write)),
        (code(*b"STOU"), "store unique", Verb::WriteFile, Some(FileAction::Write)),
        (code(*b"APPE"), "append", Verb::WriteFile, Some(FileAction::Write)),
        (code(*b"DELE"), "delete", Verb::DeleteFile, Some(FileAction::Delete)),
        (code(*b"RMD "), "remove directory", Verb::DeleteFile, Some(FileAction::Delete)),
        (code(*b"RNFR"), "rename from", Verb::WriteFile, None),
        (code(*b"RNTO"), "rename to", Verb::WriteFile, None),
        (code(*b"MKD "), "make directory", Verb::WriteFile, None),
        (code(*b"LIST"), "list", Verb::ReadFile, Some(FileAction::List)),
        (code(*b"NLST"), "name list", Verb::ReadFile, Some(FileAction::List)),
        (code(*b"MLSD"), "machine list", Verb::ReadFile, Some(FileAction::List)),
        (code(*b"MLST"), "machine list one", Verb::ReadFile, None),
        (code(*b"SIZE"), "size", Verb::ReadFile, None),
        (code(*b"MDTM"), "modification time", Verb::ReadFile, None),
        (code(*b"SITE"), "site parameters", Verb::Other, None),
        (code(*b"SYST"), "system", Verb::Identify, None),
        (code(*b"STAT"), "status", Verb::Diagnose, None),
        (code(*b"NOOP"), "noop", Verb::Diagnose, None),
        (code(*b"HELP"), "help", Verb::Other, None),
        (code(*b"FEAT"), "features", Verb::Other, None),
        (code(*b"OPTS"), "options", Verb::Other, None),
        (code(*b"AUTH"), "authentication mechanism", Verb::Other, None),
        (code(*b"PBSZ"), "protection buffer size", Verb::Other, None),
        (code(*b"PROT"), "data channel protection", Verb::Other, None),
        (code(*b"CWD "), "change working directory", Verb::Other, None),
        (code(*b"CDUP"), "change to parent directory", Verb::Other, None),
        (code(*b"PWD "), "print working directory", Verb::Other, None),
        (code(*b"TYPE"), "representation type", Verb::Other, None),
        (code(*b"STRU"), "file structure", Verb::Other, None),
        (code(*b"MODE"), "transfer mode", Verb::Other, None),
        (code(*b"REST"), "restart", Verb::Other, None),
        (code(*b"ABOR"), "abort", Verb::Other, None),
        (code(*b"PASV"), "passive", Verb::Other, None),
        (code(*b"PORT"), "data port", Verb::Other, None),
        (code(*b"EPSV"), "extended passive", Verb::Other, None),
        (code(*b"EPRT"), "extended port", Verb::Other, None),
        (code(*b"CLNT"), "client", Verb::Other, None),
    ];
    let found = TABLE.iter().find(|row| row.0 == command);
    found.map_or(("", Verb::Other, None), |(_, name, verb, action)| (*name, *verb, *action))
}

fn reply(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    let code =
        std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_digit))?.parse().ok()?;
    let more = match rest.first() {
        None | Some(b' ') => false,
        Some(b'-') => true,
        Some(_) => return None,
    };
    (100..700).contains(&code).then(|| (code, more, rest.get(1..).unwrap_or_default()))
}

fn request(command: u32, argument: &[u8], context: &mut Context<'_, Ftp>, out: &mut Out<'_, '_>) {
    let (name, verb, action) = name(command);
    let session = &mut *context.session;
    session.command = command;
    let target = match action {
        Some(_) if !argument.is_empty() => Target::Name { space: "file", name: Text::unknown(argument) },
        _ => Target::None,
    };
    let code = u64::from(command);
    out.command(Command { group: "", code, name, verb, phase: Phase::Request, part: Part::Whole, target });
    if let (Some(action), false) = (action, argument.is_empty()) {
        out.push(&Observation::File(FileMoved { name: Text::unknown(argument), action, size: None }));
    }
    if name == "user name" {
        session.user_len = 0;
        session.login = true;
        if let (Some(place), Ok(len)) = (session.user.get_mut(..argument.len()), u8::try_from(argument.len()))
        {
            place.copy_from_slice(argument);
            session.user_len = len;
        }
    }
    if command == code_of_client() {
        out.identity(Subject::Client, Property::Software, "client", Text::unknown(argument));
    }
    if let Some((address, port)) = announced(command, argument, context.seen) {
        expect(address, port, out);
    }
}

const fn code_of_client() -> u32 {
    code(*b"CLNT")
}

/// The address of PORT (RFC 959, 4.1.2) and EPRT (RFC 2428, 2).
fn announced(command: u32, argument: &[u8], seen: &Seen) -> Option<(IpAddr, u16)> {
    if command == code(*b"PORT") {
        return six_numbers(argument);
    }
    if command != code(*b"EPRT") {
        return None;
    }
    let mut fields = argument.split(|byte| Some(byte) == argument.first()).skip(3);
    Some((seen.client().ip?, std::str::from_utf8(fields.next()?).ok()?.parse().ok()?))
}

/// Four numbers of the address and two of the port.
fn six_numbers(text: &[u8]) -> Option<(IpAddr, u16)> {
    let start = text.iter().position(u8::is_ascii_digit)?;
    let text = text.get(start..)?;
    let end = text.iter().position(|byte| !byte.is_ascii_digit() && *byte != b',').unwrap_or(text.len());
    let mut numbers = [0u8; 6];
    let mut fields = text.get(..end)?.split(|byte| *byte == b',');
    for place in &mut numbers {
        *place = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
    }
    let [a, b, c, d, high, low] = numbers;
    Some((Ipv4Addr::new(a, b, c, d).into(), u16::from_be_bytes([high, low])))
}

fn expect(server: IpAddr, port: u16, out: &mut Out<'_, '_>) {
    out.expect(Expected { server, port, transport: Transport::Tcp, protocol: Protocol::FtpData });
}

/// The greeting names the server's software, often the product.
fn greeting(text: &[u8], session: &mut Session, out: &mut Out<'_, '_>) {
    if session.command == 0 && !session.greeted {
        session.greeted = true;
        out.identity(Subject::Server, Property::Software, "banner", Text::unknown(text));
    }
}

fn answer(status: u16, text: &[u8], context: &mut Context<'_, Ftp>, out: &mut Out<'_, '_>) {
    let session = &mut *context.session;
    if session.command == 0 {
        greeting(text, session, out);
        return;
    }
    let (name, verb, _) = name(session.command);
    let code = u64::from(session.command);
    // A preliminary reply is followed by the final one, so only that counts.
    if status < 200 {
        return;
    }
    let part = Part::Whole;
    out.command(Command { group: "", code, name, verb, phase: Phase::Response, part, target: Target::None });
    if status >= 400 {
        let kind = if status >= 500 { OutcomeKind::Refused } else { OutcomeKind::Failed };
        out.outcome("", code, kind, u32::from(status), reason(status));
    }
    login(status, session, out);
    match status {
        215 => out.identity(Subject::Server, Property::OperatingSystem, "system", Text::unknown(text)),
        234 => session.hidden = true,
        227 => {
            // A server behind address translation tells its inner address; the connection goes to the known one.
            if let (Some((_, port)), Some(server)) = (six_numbers(text), context.seen.server().ip) {
                expect(server, port, out);
            }
        }
        229 => {
            let port =
                text.rsplit(|byte| *byte == b'|').nth(1).and_then(|port| std::str::from_utf8(port).ok());
            if let (Some(Ok(port)), Some(server)) = (port.map(str::parse), context.seen.server().ip) {
                expect(server, port, out);
            }
        }
        _ => {}
    }
}

/// 230 lets in, 530 turns away, 331 and 332 ask for more (RFC 959, 5.4).
fn login(status: u16, session: &mut Session, out: &mut Out<'_, '_>) {
    let outcome = match status {
        230 | 232 => LoginOutcome::Accepted,
        430 | 530 => LoginOutcome::Refused,
        _ => return,
    };
    if session.login {
        session.login = false;
        let user = session.user.get(..usize::from(session.user_len)).unwrap_or_default();
        let anonymous = matches!(user, b"anonymous" | b"ftp");
        out.login(Text::unknown(user), if anonymous { "anonymous" } else { "password" }, outcome);
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        421 => "service not available",
        425 => "can't open data connection",
        426 => "connection closed",
        430 => "invalid username or password",
        450 => "file action not taken",
        451 => "local error",
        452 => "insufficient storage",
        500 => "syntax error",
        501 => "syntax error in parameters",
        502 => "command not implemented",
        503 => "bad sequence of commands",
        504 => "parameter not implemented",
        530 => "not logged in",
        532 => "need account",
        550 => "file unavailable",
        552 => "storage exceeded",
        553 => "file name not allowed",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn log_in_files_and_data_connections() {
        let line = |way: char, text: &str| {
            format!("{way} {}0d0a", text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>())
        };
        let messages = [
            line('<', "220 FTP server BMX P34 2020 ready."),
            line('>', "USER sysdiag"),
            line('<', "331 Please specify the password."),
            line('>', "PASS factorycast"),
            line('<', "230 Login successful."),
            line('>', "STOR project.stu"),
            line('<', "150 Ok to send data."),
            line('<', "226 Transfer complete."),
            line('>', "dele old.stu"),
            line('<', "550 No."),
        ];
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        check::stream(
            21,
            &messages,
            r#"
            < ftp identity server Software banner="FTP server BMX P34 2020 ready."
            > ftp command 1431520594 "user name" verb=login Request
            < ftp command 1431520594 "user name" verb=login Response
            > ftp command 1346458451 "password" verb=login Request
            < ftp command 1346458451 "password" verb=login Response
            < ftp login "sysdiag" password Accepted
            > ftp command 1398034258 "store" verb=write-file Request file="project.stu"
            > ftp file Write "project.stu" size=None
            < ftp command 1398034258 "store" verb=write-file Response
            > ftp command 1145392197 "delete" verb=delete-file Request file="old.stu"
            > ftp file Delete "old.stu" size=None
            < ftp command 1145392197 "delete" verb=delete-file Response
            < ftp outcome 1145392197 Refused status=550 "file unavailable"
            "#,
        );
    }

    #[test]
    fn the_data_connection_of_a_real_server_is_recognised() {
        check::shared("testbed/scn_ftp_cleartext.pcap", &["ftp 1380275282 retrieve=2"]);
        let Some(totals) = check::shared_totals("testbed/scn_ftp_cleartext.pcap") else { return };
        assert!(totals.contains("ftp-data messages="), "{totals}");
    }
}
