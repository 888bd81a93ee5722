//! NetBIOS datagram service (RFC 1002, 4.4): who sends to which name; the SMB inside is handed on.
//!
//! UDP port 138.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Property, Subject};
use wire::{Defect, Direction, Malformed, Reader, Text};

/// Bytes of an encoded name without scope: a length, 32 letters and the closing zero.
const NAME_LEN: usize = 34;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Nbdgm {}

/// One datagram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Decoded source name, its last byte the suffix.
    source: Option<[u8; 16]>,
    /// Decoded destination name.
    destination: Option<[u8; 16]>,
    payload: &'a [u8],
}

impl Dissector for Nbdgm {
    const NAME: &'static str = "nbdgm";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(138)];
    const MESSAGE_MAX: usize = 65_535;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        // Types 0x10 to 0x16; a datagram with data has its first name behind fourteen bytes.
        match (head.first(), head.get(14)) {
            (Some(0x10..=0x12), Some(32)) => Probe::Maybe,
            (Some(0x13..=0x16), _) => Probe::Maybe,
            _ => Probe::No,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, (): &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8()?;
        // Flags, identifier, source address and port.
        reader.skip(9)?;
        if kind > 0x12 {
            return Ok(Message { source: None, destination: None, payload: &[] });
        }
        // Length, offset.
        let _len = reader.u16()?;
        let offset = reader.u16()?;
        let (source, destination) = (name(&mut reader)?, name(&mut reader)?);
        // A later fragment continues the data of another datagram.
        let payload = if offset == 0 { reader.rest() } else { &[] };
        Ok(Message { source: Some(source), destination: Some(destination), payload })
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        // Suffixes 0x00 and 0x20 are a machine's workstation and server service, 0x1d and 0x1e those of a group.
        if let Some([name @ .., 0x00 | 0x20]) = &message.source {
            out.identity(Subject::Sender, Property::Name, "source-name", Text::unknown(name));
        }
        if let Some([name @ .., 0x1d | 0x1e]) = &message.destination {
            out.identity(Subject::Sender, Property::Domain, "destination-name", Text::unknown(name));
        }
        if !message.payload.is_empty() {
            out.inner(message.payload, 0);
        }
    }
}

/// First-level encoding (RFC 1001, 14.1): each half byte as a letter from A.
fn name(reader: &mut Reader<'_>) -> Result<[u8; 16], Malformed> {
    let defect = reader.defect(Defect::BadValue);
    let [32, letters @ .., 0] = reader.array::<NAME_LEN>()? else { return Err(defect) };
    let mut name = [0; 16];
    for (place, pair) in name.iter_mut().zip(letters.chunks_exact(2)) {
        let [high @ b'A'..=b'P', low @ b'A'..=b'P'] = *pair else { return Err(defect) };
        *place = (high - b'A') << 4 | (low - b'A');
    }
    Ok(name)
}
