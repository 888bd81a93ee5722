//! Bytes to APDUs (IEC 60870-5-104, clause 5) and ASDUs (IEC 60870-5-101, clause 7).

use super::{START, types};
use crate::dissector::Probe;
use wire::{Defect, Malformed, Reader};

/// Bytes of an ASDU before its first information object: type, qualifier, cause of two octets, address of two.
const ASDU_HEADER_LEN: usize = 6;

/// One APDU.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Apdu<'a> {
    /// I format.
    Information(Asdu<'a>),
    /// S format (acknowledges) and U format (start, stop and test of the transfer).
    Control,
}

/// One application service data unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asdu<'a> {
    /// Type identification.
    pub(crate) type_id: u8,
    /// One address stands before all elements, which follow one another (the SQ bit).
    pub(crate) sequence: bool,
    /// Number of objects or elements.
    pub(crate) count: u8,
    /// Cause of transmission without its two flags.
    pub(crate) cause: u8,
    /// The P/N bit: a negative confirmation.
    pub(crate) negative: bool,
    /// Common address.
    pub(crate) address: u16,
    /// Information objects.
    pub(crate) objects: &'a [u8],
}

impl<'a> Asdu<'a> {
    /// First information object address.
    pub(crate) fn first(&self) -> Option<u32> {
        Reader::new(self.objects).u24_le().ok()
    }

    /// Calls `each` with the address and the element of every information object. Types whose elements have no
    /// fixed length end the walk without a defect.
    pub(crate) fn objects(&self, mut each: impl FnMut(u32, &'a [u8])) -> Result<(), Malformed> {
        let Some(len) = types::element_len(self.type_id) else { return Ok(()) };
        let mut reader = Reader::new(self.objects);
        let mut address = 0;
        for at in 0..u32::from(self.count) {
            address = if at == 0 || !self.sequence { reader.u24_le()? } else { address + 1 };
            each(address, reader.take(len)?);
        }
        reader.ensure(reader.is_empty(), Defect::BadLength)
    }

    fn fits(&self) -> bool {
        let Some(len) = types::element_len(self.type_id) else { return false };
        let count = usize::from(self.count);
        let addresses = if self.sequence { 1 } else { count };
        self.objects.len() == addresses * 3 + count * len
    }
}

/// A function of the U format, or an ASDU whose length follows from its type, is a mark of its own.
pub(super) fn probe(head: &[u8]) -> Probe {
    let mut reader = Reader::new(head);
    match (reader.u8(), reader.u8()) {
        (Ok(START), Ok(4..=253)) => {}
        (Ok(START), Err(_)) => return Probe::Maybe,
        _ => return Probe::No,
    }
    let len = head.get(1).map_or(0, |len| usize::from(*len));
    let Ok([first, second, third, fourth]) = reader.array::<4>() else { return Probe::Maybe };
    match (first & 3, len) {
        (3, 4) if first.count_ones() == 3 && [second, third, fourth] == [0; 3] => Probe::Yes,
        (1, 4) if first == 1 && second == 0 && third & 1 == 0 => Probe::Maybe,
        (0 | 2, 10..) if third & 1 == 0 => {
            let whole = reader.take(len - 4);
            let known = |asdu: &Asdu<'_>| !types::type_of(asdu.type_id).0.is_empty() && asdu.cause != 0;
            match (whole.map(asdu), asdu(reader.rest())) {
                (Ok(Ok(asdu)), _) if known(&asdu) && asdu.fits() => Probe::Yes,
                (Ok(Ok(asdu)), _) if known(&asdu) => Probe::Maybe,
                // The head is cut: the header alone tells less.
                (Err(_), Ok(asdu)) if known(&asdu) => Probe::Maybe,
                (Err(_), Err(_)) => Probe::Maybe,
                _ => Probe::No,
            }
        }
        _ => Probe::No,
    }
}

/// Reads one APDU.
pub(super) fn parse(bytes: &[u8]) -> Result<Apdu<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    // `frame` has already checked start byte and length.
    reader.skip(2)?;
    let control = reader.u8()?;
    reader.skip(3)?;
    if control & 1 == 1 {
        reader.ensure(reader.is_empty(), Defect::BadLength)?;
        return Ok(Apdu::Control);
    }
    asdu(reader.rest()).map(Apdu::Information).map_err(|defect| Malformed::new(bytes.len(), defect.defect))
}

fn asdu(bytes: &[u8]) -> Result<Asdu<'_>, Malformed> {
    let reader = Reader::new(bytes);
    let header = bytes.split_first_chunk::<ASDU_HEADER_LEN>().ok_or(reader.defect(Defect::Truncated))?;
    let ([type_id, qualifier, cause, _originator, low, high], objects) = header;
    Ok(Asdu {
        type_id: *type_id,
        sequence: qualifier & 0x80 != 0,
        count: qualifier & 0x7f,
        cause: cause & 0x3f,
        negative: cause & 0x40 != 0,
        address: u16::from_le_bytes([*low, *high]),
        objects,
    })
}
