//! The blocks of calls and records.

use wire::Reader;

/// Blocks of one call that are read.
const BLOCKS_MAX: usize = 64;

/// Types of blocks (IEC 61158-6-10) that are read.
pub(super) const CONNECT: u16 = 0x0101;
pub(super) const SERVER: u16 = 0x8106;
pub(super) const WRITE: u16 = 0x0008;
pub(super) const READ: u16 = 0x0009;
pub(super) const READ_RESPONSE: u16 = 0x8009;
pub(super) const IDENTIFICATION_0: u16 = 0x0020;
pub(super) const IDENTIFICATION_1: u16 = 0x0021;
pub(super) const IDENTIFICATION_3: u16 = 0x0023;

/// A block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    /// Its type.
    pub(super) kind: u16,
    /// What follows its version.
    pub(super) body: &'a [u8],
}

/// The blocks, each: type, length of all that follows, version of two bytes, body. Record data follow the header of their
/// answer as blocks where they are such; data of other forms end the reading.
pub(super) fn blocks(bytes: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let mut reader = Reader::new(bytes);
    core::iter::from_fn(move || {
        let kind = reader.u16().ok()?;
        let len = usize::from(reader.u16().ok()?);
        let body = reader.take(len).ok()?.get(2..)?;
        Some(Block { kind, body })
    })
    .take(BLOCKS_MAX)
}

/// Which record is read or written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// Slot of the module.
    pub(super) slot: u16,
    /// Sub-slot.
    pub(super) subslot: u16,
    /// Index of the record.
    pub(super) index: u16,
}

/// Sequence number, identifier of the relation, interface, slot, sub-slot, padding, index.
pub(super) fn record(body: &[u8]) -> Option<Record> {
    let mut reader = Reader::new(body);
    reader.skip(22).ok()?;
    let (slot, subslot) = (reader.u16().ok()?, reader.u16().ok()?);
    reader.skip(2).ok()?;
    Some(Record { slot, subslot, index: reader.u16().ok()? })
}

/// The name of the station that is connected to.
pub(super) fn server_name(body: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(body);
    let len = usize::from(reader.u16().ok()?);
    reader.take(len).ok()
}

/// The name of the station that connects: behind type, identifiers, session, address, object, properties, times, port.
pub(super) fn initiator_name(body: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(body);
    reader.skip(2 + 16 + 2 + 6 + 16 + 4 + 2 + 2).ok()?;
    let len = usize::from(reader.u16().ok()?);
    reader.take(len).ok()
}
