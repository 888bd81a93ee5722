//! Bytes to messages: header, integrity part, operation, trailer.

use crate::dissector::{Frame, Probe};
use wire::{Defect, Malformed, Reader};

/// Protocol identifier.
const MAGIC: u8 = 0x72;
/// Bytes of the header, and of the trailer.
const HEADER: usize = 4;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// What it is.
    pub(crate) body: Body<'a>,
    /// The trailer is there: nothing of it follows in the next message.
    pub(crate) ends: bool,
}

/// What a message is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    /// A request.
    Request {
        /// Function code.
        function: u16,
        /// Pairs an answer with its request.
        sequence: u16,
        /// Identifier of the session.
        session: u32,
        /// What follows the flags.
        data: &'a [u8],
    },
    /// An answer.
    Response {
        /// Function code.
        function: u16,
        /// Pairs an answer with its request.
        sequence: u16,
        /// What follows the flags.
        data: &'a [u8],
    },
    /// A report of a subscription.
    Notification,
    /// More of the message before, a sign of life, or an event of the system.
    Other,
}

/// The identifier and a version that exists.
pub(super) fn probe(head: &[u8]) -> Probe {
    match head {
        [] | [MAGIC] => Probe::Maybe,
        [MAGIC, 1..=3 | 0xfe, ..] => Probe::Yes,
        _ => Probe::No,
    }
}

/// Header, as many bytes as it says, and the trailer where there is one.
pub(super) fn frame(bytes: &[u8]) -> Frame {
    let mut reader = Reader::new(bytes);
    let (Ok(MAGIC), Ok(version), Ok(len)) = (reader.u8(), reader.u8(), reader.u16()) else {
        return if bytes.len() < HEADER { Frame::Need(HEADER) } else { Frame::Lost };
    };
    let whole = HEADER + usize::from(len);
    let trailer = bytes.get(whole..whole + HEADER) == Some(&[MAGIC, version, 0, 0]);
    Frame::Whole(if trailer { whole + HEADER } else { whole })
}

/// Reads one whole message; `continued` when it continues the one before.
pub(super) fn parse(bytes: &[u8], continued: bool) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    reader.ensure(reader.peek() == Some(MAGIC), Defect::BadMagic)?;
    reader.skip(1)?;
    let version = reader.u8()?;
    let len = usize::from(reader.u16()?);
    let mut content = reader.sub(len)?;
    let ends = !reader.is_empty() || !(1..=3).contains(&version);
    if continued || len == 0 || !(1..=3).contains(&version) {
        return Ok(Message { body: Body::Other, ends: ends || len == 0 });
    }
    if version == 3 {
        // Length and digest of the integrity part.
        let digest = usize::from(content.u8()?);
        content.skip(digest)?;
    }
    let body = match content.u8()? {
        0x31 => {
            let (function, sequence) = function(&mut content)?;
            let session = content.u32()?;
            content.skip(1)?;
            Body::Request { function, sequence, session, data: content.rest() }
        }
        0x02 | 0x32 => {
            let (function, sequence) = function(&mut content)?;
            content.skip(1)?;
            Body::Response { function, sequence, data: content.rest() }
        }
        0x33 => Body::Notification,
        _ => return Err(content.defect(Defect::BadValue)),
    };
    Ok(Message { body, ends })
}

/// Function code between two reserved fields, then the sequence number.
fn function(content: &mut Reader<'_>) -> Result<(u16, u16), Malformed> {
    content.skip(2)?;
    let function = content.u16()?;
    content.skip(2)?;
    Ok((function, content.u16()?))
}

/// A number of variable length: seven bits a byte while the top bit is set, the ninth byte whole.
pub(super) fn variable(reader: &mut Reader<'_>) -> Option<u64> {
    let mut number = 0_u64;
    for at in 0..9 {
        let byte = reader.u8().ok()?;
        if at == 8 {
            return Some(number << 8 | u64::from(byte));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}
