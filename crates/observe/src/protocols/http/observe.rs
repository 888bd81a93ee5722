//! Messages to observations.

use super::{Body, Http, Message, number};
use crate::dissector::Context;
use crate::out::Out;
use facts::{FileAction, FileMoved, LoginOutcome, Observation, Property, Subject};
use wire::{Both, Reader, Text, trim};

/// Longest user name of Basic authentication that is kept until the answer comes.
const USER_MAX: usize = 24;

/// Where both directions stand, and what the last request asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    pub(super) body: Both<Body>,
    /// One bit for each request without its answer, the oldest lowest: whether it was HEAD, whose answer has no body.
    heads: u16,
    unanswered: u8,
    connect: bool,
    /// The last request carried Basic credentials.
    credentials: bool,
    user_len: u8,
    user: [u8; USER_MAX],
}

/// The header fields that matter here.
#[derive(Clone, Copy, Debug, Default)]
struct Fields<'a> {
    length: Option<u64>,
    chunked: bool,
    host: &'a [u8],
    agent: &'a [u8],
    server: &'a [u8],
    powered_by: &'a [u8],
    authorization: &'a [u8],
    authenticate: &'a [u8],
    disposition: &'a [u8],
}

pub(super) fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Http>, out: &mut Out<'a, '_>) {
    let direction = context.seen.direction;
    match *message {
        Message::Request { method, target, fields } => {
            let fields = read(fields);
            request(method, target, &fields, context.session, out);
            context.session.body[direction] = body(&fields, Body::None);
        }
        Message::Response { status, fields } => {
            let fields = read(fields);
            response(status, &fields, context.session, out);
        }
        Message::LastChunk => context.session.body[direction] = Body::None,
    }
}

fn request(method: &[u8], target: &[u8], fields: &Fields<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    out.identity(Subject::Client, Property::Software, "user-agent", Text::unknown(fields.agent));
    out.identity(Subject::Server, Property::Other, "host", Text::unknown(fields.host));
    if session.unanswered < 16 {
        session.heads |= u16::from(method == b"HEAD") << session.unanswered;
        session.unanswered += 1;
    }
    session.connect = method == b"CONNECT";
    credentials(fields.authorization, session, out);
    let action = match method {
        b"GET" => FileAction::Read,
        b"PUT" => FileAction::Write,
        b"DELETE" => FileAction::Delete,
        _ => return,
    };
    if let Some(name) = file_name(target) {
        moved(name, action, fields.length.filter(|_| action == FileAction::Write), out);
    }
}

fn response(status: u16, fields: &Fields<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    out.identity(Subject::Server, Property::Software, "server", Text::unknown(fields.server));
    out.identity(Subject::Server, Property::Software, "x-powered-by", Text::unknown(fields.powered_by));
    out.identity(Subject::Server, Property::Other, "www-authenticate", Text::unknown(fields.authenticate));
    if let Some(name) = disposition_name(fields.disposition) {
        moved(name, FileAction::Read, fields.length, out);
    }
    if status == 101 {
        // Another protocol goes on in both directions (RFC 9110, 7.8).
        session.body = Both { to_server: Body::Rest, to_client: Body::Rest };
        return;
    }
    if status < 200 {
        return;
    }
    let head = session.heads & 1 == 1;
    session.heads >>= 1;
    session.unanswered = session.unanswered.saturating_sub(1);
    answered(status, session, out);
    if session.connect && status < 300 {
        session.body = Both { to_server: Body::Rest, to_client: Body::Rest };
    } else if head || matches!(status, 204 | 304) {
        session.body.to_client = Body::None;
    } else {
        session.body.to_client = body(fields, Body::Rest);
    }
}

/// What follows (RFC 9112, 6.3); lengths beyond 4 GiB are passed over up to there.
fn body(fields: &Fields<'_>, otherwise: Body) -> Body {
    match fields.length {
        _ if fields.chunked => Body::Chunked,
        Some(0) => Body::None,
        Some(len) => Body::Length(u32::try_from(len).unwrap_or(u32::MAX)),
        None => otherwise,
    }
}

fn read(lines: &[u8]) -> Fields<'_> {
    let mut fields = Fields::default();
    let mut reader = Reader::new(lines);
    while !reader.is_empty() {
        let mut line = Reader::new(reader.until(b'\n'));
        let name = line.until(b':');
        let value = line.rest().trim_ascii();
        let is = |wanted: &[u8]| name.eq_ignore_ascii_case(wanted);
        match name.len() {
            4 if is(b"host") => fields.host = value,
            6 if is(b"server") => fields.server = value,
            10 if is(b"user-agent") => fields.agent = value,
            12 if is(b"x-powered-by") => fields.powered_by = value,
            13 if is(b"authorization") => fields.authorization = value,
            14 if is(b"content-length") => fields.length = number(value, 10),
            16 if is(b"www-authenticate") => fields.authenticate = value,
            17 if is(b"transfer-encoding") => {
                let last = value.rsplit(|byte| *byte == b',').next().unwrap_or_default();
                fields.chunked = last.trim_ascii().eq_ignore_ascii_case(b"chunked");
            }
            19 if is(b"content-disposition") => fields.disposition = value,
            _ => {}
        }
    }
    fields
}

/// Takes the user name of Basic credentials (RFC 7617); of other schemes only the scheme is told.
fn credentials(value: &[u8], session: &mut Session, out: &mut Out<'_, '_>) {
    session.credentials = false;
    if value.is_empty() {
        return;
    }
    let mut reader = Reader::new(value);
    let scheme = reader.until(b' ');
    out.identity(Subject::Client, Property::Other, "authorization.scheme", Text::unknown(scheme));
    if !scheme.eq_ignore_ascii_case(b"basic") {
        return;
    }
    session.credentials = true;
    session.user_len = 0;
    for group in reader.rest().trim_ascii().chunks(4) {
        let mut bits = 0u32;
        for digit in group {
            let Some(sextet) = sextet(*digit) else { break };
            bits = bits << 6 | u32::from(sextet);
        }
        let known = group.iter().take_while(|digit| sextet(**digit).is_some()).count();
        let missing = u32::try_from(4usize.saturating_sub(known)).unwrap_or(4);
        let [_, bytes @ ..] = (bits << (6 * missing)).to_be_bytes();
        for byte in bytes.into_iter().take(known.saturating_sub(1)) {
            let Some(place) = session.user.get_mut(usize::from(session.user_len)) else {
                // A longer name would be told cut, which is another name: told as not visible.
                session.user_len = 0;
                return;
            };
            if byte == b':' {
                return;
            }
            *place = byte;
            session.user_len += 1;
        }
    }
}

/// One digit of base64 (RFC 4648, 4).
fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// The answer to a request with credentials says whether they were good.
fn answered(status: u16, session: &mut Session, out: &mut Out<'_, '_>) {
    if session.credentials {
        let outcome = match status {
            401 | 403 => LoginOutcome::Refused,
            200..=399 => LoginOutcome::Accepted,
            _ => LoginOutcome::Attempted,
        };
        let user = session.user.get(..usize::from(session.user_len)).unwrap_or_default();
        out.login(Text::unknown(user), "password", outcome);
        session.credentials = false;
    }
}

/// The last part of a path when its ending is that of a program, project, firmware, archive or document: pages and
/// their pictures are no files worth telling.
fn file_name(target: &[u8]) -> Option<&[u8]> {
    let path = target.split(|byte| matches!(byte, b'?' | b'#')).next()?;
    let name = path.rsplit(|byte| *byte == b'/').next()?;
    let dot = name.iter().rposition(|byte| *byte == b'.')?;
    let ending = name.get(dot + 1..)?;
    FILE_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)).then_some(name)
}

const FILE_ENDINGS: [&[u8]; 34] = [
    b"exe", b"dll", b"msi", b"bat", b"cmd", b"ps1", b"vbs", b"sh", b"elf", b"jar", b"bin", b"img", b"fw",
    b"hex", b"upd", b"fwu", b"zip", b"gz", b"tgz", b"tar", b"7z", b"rar", b"cab", b"iso", b"deb", b"rpm",
    b"stu", b"sta", b"zap", b"acd", b"csv", b"doc", b"xls", b"cfg",
];

/// The `filename` of Content-Disposition (RFC 6266, 4.3).
fn disposition_name(value: &[u8]) -> Option<&[u8]> {
    let part = value
        .split(|byte| *byte == b';')
        .map(<[u8]>::trim_ascii)
        .find_map(|part| part.strip_prefix(b"filename=").or_else(|| part.strip_prefix(b"Filename=")))?;
    let name = part.strip_prefix(b"\"").unwrap_or(part);
    Some(trim(name.strip_suffix(b"\"").unwrap_or(name))).filter(|name| !name.is_empty())
}

fn moved(name: &[u8], action: FileAction, size: Option<u64>, out: &mut Out<'_, '_>) {
    out.push(&Observation::File(FileMoved { name: Text::unknown(name), action, size }));
}
