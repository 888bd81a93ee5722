//! A client for one server: a request, a connection, an answer.

use serde_json::Value;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer that takes longer is an error.
const PATIENCE: Duration = Duration::from_secs(60);
/// An endless answer of which nothing came for so long has told what there is.
const QUIET: Duration = Duration::from_secs(2);
/// Bytes of an endless answer that are enough.
const BEGINNING_MAX: usize = 1 << 20;

/// Who asks, and whom.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    /// Headers of every request, such as the cookie of a log-in.
    headers: Vec<(String, String)>,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl Client {
    /// Nobody in particular.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { address, headers: Vec::new() }
    }

    /// The same with a further header; one of the same name is replaced.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let Self { address, mut headers } = self.without(name);
        headers.push((name.to_owned(), value.to_owned()));
        Self { address, headers }
    }

    /// The same without a header.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        Self { address: self.address, headers }
    }

    /// The value of a header that is sent with every request.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Asks for a path below `/api/v1`.
    pub fn get(&self, path: &str) -> io::Result<Answer> {
        self.ask("GET", &format!("/api/v1{path}"), "", &[])
    }

    /// Sends JSON to a path below `/api/v1`; null is no body.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> io::Result<Answer> {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.ask(method, &format!("/api/v1{path}"), "application/json", &bytes)
    }

    /// Sends bytes as they are to a path below `/api/v1`.
    pub fn upload(&self, path: &str, bytes: &[u8]) -> io::Result<Answer> {
        self.ask("POST", &format!("/api/v1{path}"), "application/octet-stream", bytes)
    }

    /// The beginning of an answer that does not end, below `/api/v1`: what comes until nothing has come for a while.
    pub fn beginning(&self, path: &str) -> io::Result<Answer> {
        let mut stream = self.connect(QUIET)?;
        stream.write_all(self.head("GET", &format!("/api/v1{path}"), "", 0).as_bytes())?;
        let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
        while bytes.len() < BEGINNING_MAX {
            match stream.read(&mut piece) {
                Ok(0) => break,
                Ok(len) => bytes.extend_from_slice(piece.get(..len).unwrap_or_default()),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => break,
                Err(error) => return Err(error),
            }
        }
        parse(&bytes)
            .ok_or_else(|| io::Error::new(ErrorKind::UnexpectedEof, format!("GET {path}: no answer")))
    }

    /// Any request. It is one of HTTP/1.0: the answer then ends with the connection and is never in chunks.
    pub fn ask(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> io::Result<Answer> {
        let mut stream = self.connect(PATIENCE)?;
        stream.write_all(self.head(method, path, kind, body.len()).as_bytes())?;
        // A server that refuses early may close before it took everything; what it says counts.
        let sent = stream.write_all(body);
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        match parse(&bytes) {
            Some(answer) if answer.is_whole() => Ok(answer),
            _ => {
                sent?;
                read?;
                Err(io::Error::new(ErrorKind::UnexpectedEof, format!("{method} {path}: no whole answer")))
            }
        }
    }
}

impl Client {
    fn connect(&self, patience: Duration) -> io::Result<TcpStream> {
        let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    fn head(&self, method: &str, path: &str, kind: &str, len: usize) -> String {
        let mut head = format!("{method} {path} HTTP/1.0\r\n");
        if self.header("host").is_none() {
            head += &format!("Host: {}\r\n", self.address);
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if len > 0 {
            head += &format!("Content-Type: {kind}\r\n");
        }
        head + &format!("Content-Length: {len}\r\n\r\n")
    }
}

impl Answer {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The same when the status is this one; otherwise an error with the answer's own words.
    pub fn expect(self, status: u16) -> io::Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let text: String = self.text().chars().take(400).collect();
        Err(io::Error::other(format!("answered {} instead of {status}: {text}", self.status)))
    }

    fn is_whole(&self) -> bool {
        let announced = self.header("content-length").and_then(|len| len.parse::<usize>().ok());
        announced.is_none_or(|len| len == self.body.len())
    }
}

fn find<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, rest) = bytes.split_at_checked(end)?;
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.trim().to_owned()))
    };
    Some(Answer { status, headers: lines.filter_map(header).collect(), body: rest.get(4..)?.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read() {
        let answer =
            parse(b"HTTP/1.0 303 See Other\r\nSet-Cookie: a=b\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        assert_eq!((answer.status, answer.header("set-cookie"), answer.is_whole()), (303, Some("a=b"), true));
        assert_eq!(answer.json(), serde_json::json!({}));
        assert!(answer.expect(200).unwrap_err().to_string().starts_with("answered 303 instead of 200"));
        assert!(!parse(b"HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\n{}").unwrap().is_whole());
        assert!(parse(b"HTTP/1.0 200 OK\r\n").is_none());
    }
}
