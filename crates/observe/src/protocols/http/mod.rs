//! HTTP/1 (RFC 9112, RFC 9110): start lines and header fields; bodies are measured, never read.
//!
//! Ports 80, 591, 2869, 5000, 5985, 8000, 8008, 8080, 8081, 8088, 8443 (often clear text in plants) and any other by
//! its start line. A header section is at most 16 KiB. Credentials of Basic authentication are never kept: only the
//! user name leaves this file.

mod observe;
#[cfg(test)]
mod tests;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use wire::{Defect, Direction, Malformed, Reader};

/// Longest header section that is waited for.
const HEADER_MAX: usize = 16_384;
/// Longest line with the size of a chunk.
const CHUNK_LINE_MAX: usize = 256;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Http {}

/// One header section, or the end of a chunked body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// Method, target and header fields.
    Request {
        /// `GET` and the like.
        method: &'a [u8],
        /// As sent.
        target: &'a [u8],
        /// Header lines.
        fields: &'a [u8],
    },
    /// Status and header fields.
    Response {
        /// Three digits.
        status: u16,
        /// Header lines.
        fields: &'a [u8],
    },
    /// The last chunk with its trailers.
    LastChunk,
}

/// What follows a header section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Body {
    /// The next header section.
    #[default]
    None,
    /// So many bytes.
    Length(u32),
    /// Chunks (RFC 9112, 7.1).
    Chunked,
    /// Everything until the connection ends, or another protocol (RFC 9110, 7.8 and 9.3.6).
    Rest,
}

impl Dissector for Http {
    const NAME: &'static str = "http";
    const CARRIERS: &'static [Carrier] = &[
        Carrier::Tcp(80),
        Carrier::Tcp(591),
        Carrier::Tcp(2869),
        Carrier::Tcp(5000),
        Carrier::Tcp(5985),
        Carrier::Tcp(8000),
        Carrier::Tcp(8008),
        Carrier::Tcp(8080),
        Carrier::Tcp(8081),
        Carrier::Tcp(8088),
        Carrier::Tcp(8443),
    ];
    const MESSAGE_MAX: usize = HEADER_MAX;
    type Message<'a> = Message<'a>;
    type Session = observe::Session;
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        let starts = |mark: &[u8]| {
            let len = head.len().min(mark.len());
            head.get(..len) == mark.get(..len)
        };
        let known = match direction {
            Direction::ToServer => METHODS.iter().any(|method| starts(method)),
            Direction::ToClient => starts(b"HTTP/1."),
        };
        match (known, direction) {
            (false, _) => Probe::No,
            (true, Direction::ToClient) if head.len() >= 9 => Probe::Yes,
            // A target begins with a slash, an asterisk or a scheme (RFC 9112, 3.2).
            (true, Direction::ToServer) if head.len() >= 12 => {
                let mut reader = Reader::new(head);
                reader.until(b' ');
                let target = reader.rest();
                let plausible =
                    target.starts_with(b"/") || target.starts_with(b"*") || target.starts_with(b"http");
                if plausible || head.starts_with(b"CONNECT ") { Probe::Yes } else { Probe::No }
            }
            (true, _) => Probe::Maybe,
        }
    }

    fn frame(bytes: &[u8], direction: Direction, session: &Self::Session) -> Frame {
        match session.body[direction] {
            Body::Length(len) if len > 0 => Frame::Skip(usize::try_from(len).unwrap_or(bytes.len())),
            Body::Rest => Frame::Skip(bytes.len()),
            Body::Chunked => chunk(bytes),
            _ => header(bytes, direction),
        }
    }

    fn skipped(session: &mut Self::Session, direction: Direction) {
        if let Body::Length(_) = session.body[direction] {
            session.body[direction] = Body::None;
        }
    }

    fn parse<'a>(
        bytes: &'a [u8],
        direction: Direction,
        session: &Self::Session,
    ) -> Result<Message<'a>, Malformed> {
        if session.body[direction] == Body::Chunked {
            return Ok(Message::LastChunk);
        }
        let mut reader = Reader::new(bytes);
        let line = reader.until(b'\n');
        let fields = reader.rest();
        let mut reader = Reader::new(line);
        let first = reader.until(b' ');
        match direction {
            Direction::ToServer => {
                let target = reader.until(b' ');
                reader.ensure(!target.is_empty(), Defect::Truncated)?;
                Ok(Message::Request { method: first, target, fields })
            }
            Direction::ToClient => {
                let status =
                    number(reader.until(b' ').trim_ascii(), 10).and_then(|status| u16::try_from(status).ok());
                reader.ensure(first.starts_with(b"HTTP/1."), Defect::BadMagic)?;
                let status = status.filter(|status| (100..1000).contains(status));
                Ok(Message::Response { status: status.ok_or(reader.defect(Defect::BadValue))?, fields })
            }
        }
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}

/// Methods with the space behind them: RFC 9110, 9.3; RFC 5789; WebDAV (RFC 4918); UPnP and its eventing.
const METHODS: [&[u8]; 20] = [
    b"GET ",
    b"POST ",
    b"HEAD ",
    b"PUT ",
    b"DELETE ",
    b"OPTIONS ",
    b"CONNECT ",
    b"TRACE ",
    b"PATCH ",
    b"PROPFIND ",
    b"PROPPATCH ",
    b"MKCOL ",
    b"COPY ",
    b"MOVE ",
    b"LOCK ",
    b"UNLOCK ",
    b"SUBSCRIBE ",
    b"UNSUBSCRIBE ",
    b"NOTIFY ",
    b"SEARCH ",
];

/// A header section ends with an empty line. Bytes that cannot start one (the middle of a body whose header was not
/// captured) are passed over.
fn header(bytes: &[u8], direction: Direction) -> Frame {
    if Http::probe(bytes, direction) == Probe::No {
        return Frame::Skip(bytes.len());
    }
    let within = bytes.get(..HEADER_MAX).unwrap_or(bytes);
    match end_of_header(within) {
        Some(len) => Frame::Whole(len),
        None if bytes.len() >= HEADER_MAX => Frame::Lost,
        None => Frame::Need(bytes.len() + 1),
    }
}

/// Where the empty line ends; line ends without a carriage return are accepted (RFC 9112, 2.2).
fn end_of_header(bytes: &[u8]) -> Option<usize> {
    let mut reader = Reader::new(bytes);
    while !reader.is_empty() {
        let (line, at) = (reader.until(b'\n'), reader.at());
        if matches!(line, b"" | b"\r") && bytes.get(at.checked_sub(1)?) == Some(&b'\n') {
            return Some(at);
        }
    }
    None
}

/// A chunk is its size in hexadecimal, a line end, the data and a line end; the last has size 0 and trailers.
fn chunk(bytes: &[u8]) -> Frame {
    let mut reader = Reader::new(bytes);
    let line = reader.until(b'\n');
    if reader.at() == line.len() {
        return if line.len() >= CHUNK_LINE_MAX { Frame::Lost } else { Frame::Need(bytes.len() + 1) };
    }
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    match number(digits, 16) {
        Some(0) => match end_of_header(reader.rest().get(..HEADER_MAX / 2).unwrap_or(reader.rest())) {
            Some(len) => Frame::Whole(reader.at() + len),
            None if bytes.len() >= HEADER_MAX / 2 => Frame::Lost,
            None => Frame::Need(bytes.len() + 1),
        },
        Some(size) => match usize::try_from(size) {
            Ok(size) if size < 1 << 31 => Frame::Skip(reader.at() + size + 2),
            _ => Frame::Lost,
        },
        None => Frame::Lost,
    }
}

/// A number in digits only.
fn number(digits: &[u8], base: u32) -> Option<u64> {
    if digits.is_empty() || digits.len() > 15 {
        return None;
    }
    digits.iter().try_fold(0u64, |number, digit| {
        Some(number * u64::from(base) + u64::from(char::from(*digit).to_digit(base)?))
    })
}
