//! Where values are read.

use crate::{Code, Words};
use facts::{Endpoint, Protocol};
use wire::{Defect, Malformed, Reader, Time};

/// Most values for which room is made before they are read.
const RESERVED_MAX: usize = 1024;

/// What was said before and is referred to by number.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    pub(crate) words: Vec<&'static str>,
    pub(crate) endpoints: Vec<Endpoint>,
}

/// Reads values in the order in which they were written.
#[derive(Debug)]
pub struct Decoder<'a, 'd> {
    reader: Reader<'a>,
    dictionary: &'d Dictionary,
    words: &'d mut Words,
    base: Time,
}

impl<'a, 'd> Decoder<'a, 'd> {
    pub(crate) fn new(
        reader: Reader<'a>,
        dictionary: &'d Dictionary,
        words: &'d mut Words,
        base: Time,
    ) -> Self {
        Self { reader, dictionary, words, base }
    }

    /// Reads values that an [`Encoder`](crate::Encoder) wrote, given its words.
    pub fn over<T>(
        bytes: &'a [u8],
        named: &[&str],
        words: &mut Words,
        read: impl FnOnce(&mut Decoder<'a, '_>) -> Result<T, Malformed>,
    ) -> Result<T, Malformed> {
        let named = named.iter().map(|word| words.word(word)).collect();
        let dictionary = Dictionary { words: named, endpoints: Vec::new() };
        read(&mut Decoder::new(Reader::new(bytes), &dictionary, words, Time(0)))
    }

    /// A defect at the present place.
    #[must_use]
    pub fn defect(&self, defect: Defect) -> Malformed {
        self.reader.defect(defect)
    }

    /// How many bytes are left.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.reader.remaining()
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, Malformed> {
        self.reader.u8()
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.reader.array()
    }

    /// A number as [`Encoder::unsigned`](crate::Encoder::unsigned) wrote it.
    pub fn unsigned(&mut self) -> Result<u64, Malformed> {
        unsigned(&mut self.reader)
    }

    /// A number of either sign.
    pub fn signed(&mut self) -> Result<i64, Malformed> {
        let number = self.unsigned()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// Bytes behind their number.
    pub fn sized(&mut self) -> Result<&'a [u8], Malformed> {
        let len = self.unsigned()?;
        let len = usize::try_from(len).map_err(|_| self.defect(Defect::BadLength))?;
        self.reader.take(len)
    }

    /// A word.
    pub fn word(&mut self) -> Result<&'static str, Malformed> {
        let number = self.unsigned()?;
        let word = usize::try_from(number).ok().and_then(|number| self.dictionary.words.get(number));
        word.copied().ok_or_else(|| self.defect(Defect::BadValue))
    }

    /// Values behind their number, at most `limit` of them.
    pub fn list<V: Code<'a>>(&mut self, limit: usize) -> Result<Vec<V>, Malformed> {
        let len = self.unsigned()?;
        // Each value takes a byte at least.
        let len = usize::try_from(len).ok().filter(|len| *len <= limit.min(self.remaining()));
        let len = len.ok_or_else(|| self.defect(Defect::TooMany))?;
        let mut values = Vec::with_capacity(len.min(RESERVED_MAX));
        for _ in 0..len {
            values.push(V::decode(self)?);
        }
        Ok(values)
    }

    pub(crate) fn protocol(&mut self) -> Result<Protocol, Malformed> {
        let name = self.word()?;
        Ok(self.words.protocol(name))
    }

    pub(crate) fn endpoint(&mut self) -> Result<Endpoint, Malformed> {
        let number = self.unsigned()?;
        let known = usize::try_from(number).ok().and_then(|number| self.dictionary.endpoints.get(number));
        known.copied().ok_or_else(|| self.defect(Defect::BadValue))
    }

    pub(crate) fn time(&mut self) -> Result<Time, Malformed> {
        Ok(Time(self.base.0.wrapping_add(self.signed()?)))
    }
}

/// A number of variable length; at most ten bytes.
pub(crate) fn unsigned(reader: &mut Reader<'_>) -> Result<u64, Malformed> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = reader.u8()?;
        let bits = u64::from(byte & 0x7f);
        reader.ensure(bits.leading_zeros() >= shift, Defect::BadValue)?;
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(reader.defect(Defect::BadValue))
}
