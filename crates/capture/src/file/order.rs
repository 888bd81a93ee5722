//! The byte order of a file or section.

use wire::{Malformed, Reader};

/// The byte order in which the capturing host wrote its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    #[inline]
    pub(super) fn u16(self, reader: &mut Reader<'_>) -> Result<u16, Malformed> {
        match self {
            Self::Little => reader.u16_le(),
            Self::Big => reader.u16(),
        }
    }

    #[inline]
    pub(super) fn u32(self, reader: &mut Reader<'_>) -> Result<u32, Malformed> {
        match self {
            Self::Little => reader.u32_le(),
            Self::Big => reader.u32(),
        }
    }

    /// Four numbers at once: one check of the bounds, and one look at the order.
    #[inline]
    pub(super) fn u32s(self, reader: &mut Reader<'_>) -> Result<[u32; 4], Malformed> {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = reader.array::<16>()?;
        let words = [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]];
        Ok(match self {
            Self::Little => words.map(u32::from_le_bytes),
            Self::Big => words.map(u32::from_be_bytes),
        })
    }
}

/// A length field as a size in memory; no target of ours has less than 32 bits.
#[inline]
pub(super) fn size(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
