//! A cursor over bytes that cannot be misused: every read is checked, every failure says where.

use crate::{Defect, Malformed};

/// Reads fields in order. All multi-byte reads are big-endian unless the name ends in `_le`.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

macro_rules! number {
    ($($big:ident $little:ident $type:ty;)*) => {$(
        #[doc = concat!("The next big-endian `", stringify!($type), "`.")]
        #[inline]
        pub fn $big(&mut self) -> Result<$type, Malformed> {
            Ok(<$type>::from_be_bytes(self.array()?))
        }
        #[doc = concat!("The next little-endian `", stringify!($type), "`.")]
        #[inline]
        pub fn $little(&mut self) -> Result<$type, Malformed> {
            Ok(<$type>::from_le_bytes(self.array()?))
        }
    )*};
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    #[inline]
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Offset of the next byte from the start.
    #[inline]
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Whether nothing is left.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.remaining() == 0
    }

    /// All bytes that are left, without moving.
    #[inline]
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// All bytes from the start, for formats whose pointers count from there.
    #[inline]
    #[must_use]
    pub fn whole(&self) -> &'a [u8] {
        self.bytes
    }

    /// A defect at the present position.
    #[inline]
    #[must_use]
    pub fn defect(&self, defect: Defect) -> Malformed {
        Malformed::new(self.at, defect)
    }

    /// The next `N` bytes by value.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let array = self.rest().first_chunk::<N>().copied().ok_or(self.defect(Defect::Truncated))?;
        self.at += N;
        Ok(array)
    }

    /// The next `len` bytes.
    #[inline]
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let taken = self.rest().get(..len).ok_or(self.defect(Defect::Truncated))?;
        self.at += len;
        Ok(taken)
    }

    /// The next `len` bytes, or as many as are left: for text fields of damaged messages.
    #[inline]
    pub fn take_up_to(&mut self, len: usize) -> &'a [u8] {
        let len = len.min(self.remaining());
        self.take(len).unwrap_or_default()
    }

    /// A reader over the next `len` bytes; this reader moves behind them.
    #[inline]
    pub fn sub(&mut self, len: usize) -> Result<Reader<'a>, Malformed> {
        self.take(len).map(Reader::new)
    }

    /// Moves over `len` bytes.
    #[inline]
    pub fn skip(&mut self, len: usize) -> Result<(), Malformed> {
        self.take(len).map(|_| ())
    }

    /// The next byte without moving.
    #[inline]
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// The byte `offset` places ahead without moving.
    #[inline]
    #[must_use]
    pub fn peek_at(&self, offset: usize) -> Option<u8> {
        self.rest().get(offset).copied()
    }

    /// The next byte.
    #[inline]
    pub fn u8(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[byte]| byte)
    }

    number! {
        u16 u16_le u16;
        u32 u32_le u32;
        u64 u64_le u64;
        i16 i16_le i16;
        i32 i32_le i32;
        i64 i64_le i64;
        f32 f32_le f32;
        f64 f64_le f64;
    }

    /// The next big-endian 24-bit number.
    #[inline]
    pub fn u24(&mut self) -> Result<u32, Malformed> {
        self.array::<3>().map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    /// The next little-endian 24-bit number.
    #[inline]
    pub fn u24_le(&mut self) -> Result<u32, Malformed> {
        self.array::<3>().map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]))
    }

    /// The bytes up to `stop` (which is passed over but not returned), or all that are left.
    #[inline]
    pub fn until(&mut self, stop: u8) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().position(|byte| *byte == stop).unwrap_or(rest.len());
        self.at += (len + 1).min(rest.len());
        rest.get(..len).unwrap_or_default()
    }

    /// Fails with `defect` at the present position unless `condition` holds.
    #[inline]
    pub fn ensure(&self, condition: bool, defect: Defect) -> Result<(), Malformed> {
        if condition { Ok(()) } else { Err(self.defect(defect)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stop_at_the_end_and_say_where() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.u16(), Ok(0x0102));
        assert_eq!(reader.u16(), Err(Malformed { at: 2, defect: Defect::Truncated }));
        assert_eq!(reader.u8(), Ok(3), "a failed read does not move");
        assert_eq!(reader.take(usize::MAX), Err(Malformed { at: 3, defect: Defect::Truncated }));
    }

    #[test]
    fn until_takes_the_rest_without_a_stop() {
        let mut reader = Reader::new(b"ab\0cd");
        assert_eq!((reader.until(0), reader.until(0), reader.is_empty()), (&b"ab"[..], &b"cd"[..], true));
    }
}
