//! Bytes to messages: FINS/TCP header, FINS header, command.

use super::names;
use crate::dissector::Probe;
use wire::{Defect, Malformed, Reader};

/// The first bytes of a message on TCP.
pub(super) const TCP_MARK: &[u8; 4] = b"FINS";
/// Information control field: answer.
const ICF_ANSWER: u8 = 0x40;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// A FINS command or its answer.
    Fins(Fins<'a>),
    /// Numbers that FINS/TCP gave to client and server when the connection opened (0 while it asks).
    Nodes {
        /// Of the client.
        client: u32,
        /// Of the server; `None` in the request.
        server: Option<u32>,
    },
    /// FINS/TCP refuses; the error code of its header.
    Refused(u32),
}

/// A FINS command or its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fins<'a> {
    /// Network, node and unit of the machine that serves.
    pub server: [u8; 3],
    /// Pairs an answer with its command.
    pub service_id: u8,
    /// Main and sub request code.
    pub command: u16,
    /// End code of an answer.
    pub end_code: Option<u16>,
    /// What follows.
    pub data: &'a [u8],
}

/// The TCP mark, or a FINS header with a known command.
pub(super) fn probe(head: &[u8]) -> Probe {
    let mut reader = Reader::new(head);
    if head.starts_with(b"F") {
        let mark = TCP_MARK.iter().zip(head).all(|(wanted, seen)| wanted == seen);
        return match (mark, head.len()) {
            (false, _) => Probe::No,
            (true, 0..12) => Probe::Maybe,
            // Commands 0 to 3 exist, so the three bytes before are 0.
            _ if head.get(8..11) == Some(&[0, 0, 0]) => Probe::Yes,
            _ => Probe::No,
        };
    }
    let Ok(control) = reader.u8() else { return Probe::Maybe };
    // Bit 7 is always set, bits 1 to 5 are always 0; the next byte is reserved and 0, the gateway count is small.
    if control & 0xbe != 0x80 || reader.peek().is_some_and(|reserved| reserved != 0) {
        return Probe::No;
    }
    let (Ok(_), Ok(gateways)) = (reader.u8(), reader.u8()) else { return Probe::Maybe };
    if gateways > 7 {
        return Probe::No;
    }
    match (reader.skip(7), reader.u16()) {
        (Ok(()), Ok(command)) if names::is_command(command) => {
            if gateways == 2 {
                Probe::Yes
            } else {
                Probe::Maybe
            }
        }
        (Ok(()), Ok(_)) => Probe::No,
        _ => Probe::Maybe,
    }
}

/// Reads one whole message.
pub(super) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    if !bytes.starts_with(TCP_MARK) {
        return fins(&mut reader).map(Message::Fins);
    }
    reader.skip(8)?;
    let (command, error) = (reader.u32()?, reader.u32()?);
    match command {
        _ if error != 0 => Ok(Message::Refused(error)),
        0 => Ok(Message::Nodes { client: reader.u32()?, server: None }),
        1 => Ok(Message::Nodes { client: reader.u32()?, server: Some(reader.u32()?) }),
        2 => fins(&mut reader).map(Message::Fins),
        3 => Ok(Message::Refused(error)),
        _ => Err(reader.defect(Defect::BadValue)),
    }
}

fn fins<'a>(reader: &mut Reader<'a>) -> Result<Fins<'a>, Malformed> {
    let control = reader.u8()?;
    reader.ensure(control & 0x80 != 0, Defect::BadMagic)?;
    reader.skip(2)?;
    let (destination, source) = (reader.array::<3>()?, reader.array::<3>()?);
    let service_id = reader.u8()?;
    let command = reader.u16()?;
    let answer = control & ICF_ANSWER != 0;
    let end_code = if answer { Some(reader.u16()?) } else { None };
    let server = if answer { source } else { destination };
    Ok(Fins { server, service_id, command, end_code, data: reader.rest() })
}
