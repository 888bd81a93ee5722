//! Bytes to messages: connection header, command header, command.

use crate::dissector::Probe;
use wire::{Defect, Direction, Malformed, Reader};

/// Bytes up to and including the length.
pub(super) const HEADER_LEN: usize = 21;
/// First bytes of the messages.
pub(super) const REQUEST: u8 = 0x57;
pub(super) const RESPONSE: u8 = 0xd7;
pub(super) const SEARCH: u8 = 0x5a;
pub(super) const FOUND: u8 = 0xda;

/// Bytes of the command header between its first byte and the command: two more in a response.
const REST_OF_REQUEST: usize = 23;
const REST_OF_RESPONSE: usize = 25;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// A command or its answer.
    Command {
        /// Command, the group in the high byte.
        command: u16,
        /// Status of an answer, 0 when done.
        status: Option<u16>,
        /// What follows command and serial number.
        data: &'a [u8],
    },
    /// A search for controllers on the segment, or the answer.
    Search {
        /// What is searched for.
        kind: u8,
        /// Whether it is the answer.
        found: bool,
    },
}

/// The marks of the connection header and of the command header.
pub(super) fn probe(head: &[u8], direction: Direction) -> Probe {
    let mut reader = Reader::new(head);
    let Ok(first) = reader.u8() else { return Probe::Maybe };
    let request = direction == Direction::ToServer;
    match first {
        REQUEST if request => marks(&mut reader, 0x1c, 0x16),
        RESPONSE if !request => marks(&mut reader, 0x9c, 0x18),
        SEARCH if request && head.len() <= 4 => search(&mut reader),
        FOUND if !request && head.len() <= 64 => search(&mut reader),
        _ => Probe::No,
    }
}

fn search(reader: &mut Reader<'_>) -> Probe {
    match reader.u16() {
        Ok(0) | Err(_) => Probe::Maybe,
        Ok(_) => Probe::No,
    }
}

/// 0 or 1, the sequence, two zeros and 0x11 0x11 behind the first byte; kind and length of the command header.
fn marks(reader: &mut Reader<'_>, kind: u8, len: u8) -> Probe {
    let (Ok(form), Ok(_sequence)) = (reader.u8(), reader.u8()) else { return Probe::Maybe };
    let (Ok(zeros), Ok(network)) = (reader.u16(), reader.u16()) else { return Probe::Maybe };
    if form > 1 || zeros != 0 || network != 0x1111 {
        return Probe::No;
    }
    let (Ok(()), Ok(seen_kind)) = (reader.skip(14), reader.u8()) else { return Probe::Maybe };
    let (Ok(()), Ok(seen_len)) = (reader.skip(1), reader.u8()) else { return Probe::Maybe };
    if (seen_kind, seen_len) == (kind, len) { Probe::Yes } else { Probe::No }
}

/// Reads one whole message.
pub(super) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let first = reader.u8()?;
    match first {
        SEARCH | FOUND => {
            let zeros = reader.u16()?;
            reader.ensure(zeros == 0, Defect::BadMagic)?;
            Ok(Message::Search { kind: reader.u8()?, found: first == FOUND })
        }
        REQUEST | RESPONSE => {
            reader.skip(HEADER_LEN)?;
            let status = if first == RESPONSE {
                reader.skip(3)?;
                let status = reader.u16_le()?;
                reader.skip(REST_OF_RESPONSE - 5)?;
                Some(status)
            } else {
                reader.skip(REST_OF_REQUEST)?;
                None
            };
            let command = reader.u16()?;
            reader.skip(2)?;
            Ok(Message::Command { command, status, data: reader.rest() })
        }
        _ => Err(reader.defect(Defect::BadMagic)),
    }
}
