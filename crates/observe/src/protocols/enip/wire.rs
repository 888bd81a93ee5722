//! Bytes to messages: the encapsulation header and the items of the Common Packet Format.

use crate::dissector::Probe;
use wire::{Defect, Direction, Malformed, Reader};

/// Bytes of the encapsulation header.
pub(super) const HEADER_LEN: usize = 24;

pub(super) const NOP: u16 = 0x00;
pub(super) const LIST_TARGETS: u16 = 0x01;
pub(super) const LIST_SERVICES: u16 = 0x04;
pub(super) const LIST_IDENTITY: u16 = 0x63;
pub(super) const LIST_INTERFACES: u16 = 0x64;
pub(super) const REGISTER_SESSION: u16 = 0x65;
pub(super) const UNREGISTER_SESSION: u16 = 0x66;
pub(super) const SEND_RR_DATA: u16 = 0x6f;
pub(super) const SEND_UNIT_DATA: u16 = 0x70;
pub(super) const INDICATE_STATUS: u16 = 0x72;
pub(super) const CANCEL: u16 = 0x73;
pub(super) const START_DTLS: u16 = 0xc8;

/// One encapsulated message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// What is asked (Volume 2, table of encapsulation commands).
    pub command: u16,
    /// 0 unless a reply refuses.
    pub status: u32,
    /// Chosen by the client, returned by the server.
    pub sender_context: u64,
    /// Item count and items of the Common Packet Format; empty for commands without items.
    pub items: &'a [u8],
}

/// One item of the Common Packet Format.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
}

/// Whether the number is an encapsulation command.
pub(super) fn is_command(command: u16) -> bool {
    matches!(
        command,
        NOP | LIST_TARGETS | LIST_SERVICES | LIST_IDENTITY
            ..=UNREGISTER_SESSION | SEND_RR_DATA | SEND_UNIT_DATA | INDICATE_STATUS | CANCEL | START_DTLS
    )
}

/// A known command with the length, status and options that it always has.
pub(super) fn probe(head: &[u8], direction: Direction) -> Probe {
    let mut reader = Reader::new(head);
    let Ok(command) = reader.u16_le() else { return Probe::Maybe };
    if !is_command(command) {
        return Probe::No;
    }
    let Ok(len) = reader.u16_le() else { return Probe::Maybe };
    let (Ok(session), Ok(status)) = (reader.u32_le(), reader.u32_le()) else { return Probe::Maybe };
    let (Ok(_context), Ok(options)) = (reader.u64_le(), reader.u32_le()) else { return Probe::Maybe };
    // Volume 2, 2-3.3 and 2-3.5: status codes are small, options shall be 0.
    if options != 0 || status > 0xffff {
        return Probe::No;
    }
    let request = direction == Direction::ToServer;
    let interface = reader.u32_le();
    let items = reader.u16_le().and_then(|_timeout| reader.u16_le());
    let marked = match command {
        LIST_TARGETS | LIST_SERVICES | LIST_IDENTITY | LIST_INTERFACES if len == 0 => request && session == 0,
        LIST_SERVICES | LIST_IDENTITY => interface.is_ok_and(|first| matches!(first & 0xffff, 1..=8)),
        REGISTER_SESSION => len == 4 && interface.is_ok_and(|version| version == 1),
        SEND_RR_DATA | SEND_UNIT_DATA => {
            session != 0
                && (interface == Ok(0) || interface.is_err())
                && items.is_ok_and(|count| matches!(count, 2..=8))
                && reader.u16_le().is_ok_and(|kind| matches!(kind, 0 | 0xa1))
        }
        _ => false,
    };
    if marked { Probe::Yes } else { Probe::Maybe }
}

/// Reads one whole message.
pub(super) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let command = reader.u16_le()?;
    let len = usize::from(reader.u16_le()?);
    let _session = reader.u32_le()?;
    let status = reader.u32_le()?;
    let sender_context = reader.u64_le()?;
    let options = reader.u32_le()?;
    reader.ensure(is_command(command) && options == 0, Defect::BadMagic)?;
    reader.ensure(reader.remaining() >= len, Defect::Truncated)?;
    let items = match command {
        SEND_RR_DATA | SEND_UNIT_DATA if !reader.is_empty() => {
            // Interface handle 0 (CIP) and a timeout stand before the items.
            reader.ensure(reader.remaining() >= 8, Defect::Truncated)?;
            reader.skip(6)?;
            reader.rest()
        }
        LIST_TARGETS | LIST_SERVICES | LIST_IDENTITY | LIST_INTERFACES => reader.rest(),
        _ => &[],
    };
    Ok(Message { command, status, sender_context, items })
}

/// The items, as far as they are whole.
pub(super) fn items(bytes: &[u8]) -> impl Iterator<Item = Item<'_>> {
    let mut reader = Reader::new(bytes);
    let count = reader.u16_le().unwrap_or(0);
    (0..count).map_while(move |_| {
        let kind = reader.u16_le().ok()?;
        let len = reader.u16_le().ok()?;
        Some(Item { kind, data: reader.take(usize::from(len)).ok()? })
    })
}

/// The standard's name of a status (Volume 2, table of error codes).
pub(super) fn status_name(status: u32) -> &'static str {
    match status {
        0x01 => "invalid command",
        0x02 => "no memory resources",
        0x03 => "incorrect data",
        0x64 => "invalid session handle",
        0x65 => "invalid length",
        0x69 => "unsupported protocol revision",
        0x6a => "encapsulated cip service not allowed on this port",
        _ => "",
    }
}
