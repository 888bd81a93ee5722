//! The data link layer (clause 9): start bytes, length, control, addresses, and a CRC for each block.

use crate::dissector::{Frame as Framing, Probe};
use wire::{Defect, Malformed, Reader};

/// Header of ten bytes, 250 bytes of user data and the CRCs of sixteen blocks.
pub(super) const FRAME_MAX: usize = 292;
/// Most user data of one frame.
pub(super) const USER_DATA_MAX: usize = 250;
const HEADER_LEN: usize = 10;
/// The length counts control and both addresses, too.
const LENGTH_MIN: u8 = 5;
const BLOCK_LEN: usize = 16;

/// One link frame whose checksums are right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    /// Sent by the master's side (the DIR bit).
    pub(crate) from_master: bool,
    /// Carries user data.
    pub(crate) has_user_data: bool,
    /// Link address it is for.
    pub(crate) destination: u16,
    /// Link address it is from.
    pub(crate) source: u16,
    blocks: &'a [u8],
}

impl Frame<'_> {
    /// Joins the blocks without their CRCs; answers how many bytes of `into` are used.
    pub(crate) fn user_data<'b>(&self, into: &'b mut [u8; USER_DATA_MAX]) -> &'b [u8] {
        let mut len = 0;
        for block in self.blocks.chunks(BLOCK_LEN + 2) {
            let data = block.split_last_chunk::<2>().map_or(&[][..], |(data, _crc)| data);
            if let Some(place) = into.get_mut(len..len + data.len()) {
                place.copy_from_slice(data);
                len += data.len();
            }
        }
        into.get(..len).unwrap_or_default()
    }
}

/// The start bytes and a right header CRC are a mark of their own.
pub(super) fn probe(head: &[u8]) -> Probe {
    let mut reader = Reader::new(head);
    if head.len() < HEADER_LEN {
        return if head.iter().zip([5, 0x64]).all(|(byte, start)| *byte == start) {
            Probe::Maybe
        } else {
            Probe::No
        };
    }
    match header(&mut reader) {
        Ok(_) => Probe::Yes,
        Err(_) => Probe::No,
    }
}

pub(super) fn frame_len(bytes: &[u8]) -> Framing {
    match bytes {
        [5, 0x64, len, ..] if *len >= LENGTH_MIN => {
            let user = usize::from(len - LENGTH_MIN);
            Framing::Whole(HEADER_LEN + user + 2 * user.div_ceil(BLOCK_LEN))
        }
        [] | [5] | [5, 0x64] => Framing::Need(3),
        _ => Framing::Lost,
    }
}

pub(super) fn parse(bytes: &[u8]) -> Result<Frame<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let (control, destination, source) = header(&mut reader)?;
    let blocks = reader.rest();
    for block in blocks.chunks(BLOCK_LEN + 2) {
        reader.ensure(right_crc(block), Defect::BadChecksum)?;
        reader.skip(block.len())?;
    }
    // Primary functions 3 and 4 are user data, confirmed or not.
    let has_user_data = matches!(control & 0x4f, 0x43 | 0x44);
    Ok(Frame { from_master: control & 0x80 != 0, has_user_data, destination, source, blocks })
}

fn header(reader: &mut Reader<'_>) -> Result<(u8, u16, u16), Malformed> {
    let header = Reader::new(reader.take(HEADER_LEN)?);
    let mut fields = header;
    let (start, len) = (fields.u16()?, fields.u8()?);
    fields.ensure(start == 0x0564, Defect::BadMagic)?;
    fields.ensure(len >= LENGTH_MIN, Defect::BadLength)?;
    let found = (fields.u8()?, fields.u16_le()?, fields.u16_le()?);
    fields.ensure(right_crc(header.rest()), Defect::BadChecksum)?;
    Ok(found)
}

/// Whether the last two bytes are the CRC of the others.
fn right_crc(block: &[u8]) -> bool {
    block.split_last_chunk::<2>().is_some_and(|(data, crc)| self::crc(data) == u16::from_le_bytes(*crc))
}

fn crc(data: &[u8]) -> u16 {
    let step = |crc: u16, byte: &u8| {
        let [low, _] = (crc ^ u16::from(*byte)).to_le_bytes();
        crc >> 8 ^ CRC_TABLE.get(usize::from(low)).copied().unwrap_or(0)
    };
    !data.iter().fold(0, step)
}

/// The polynomial 0x3d65, reflected.
const CRC_TABLE: [u16; 256] = {
    let mut table = [0; 256];
    let (mut rest, mut number) = (table.as_mut_slice(), 0);
    while let Some((place, others)) = rest.split_first_mut() {
        let (mut crc, mut bit) = (number, 0);
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xa6bc } else { crc >> 1 };
            bit += 1;
        }
        *place = crc;
        rest = others;
        number += 1;
    }
    table
};
