//! Where values are written.

use crate::Code;
use facts::Endpoint;
use hashbrown::HashMap;
use wire::Time;

/// Writes values behind each other, and keeps the words and endpoints that they use once.
///
/// The words are not part of the bytes: whoever makes an encoder also sees to it that the reader is told them.
#[derive(Debug, Default)]
pub struct Encoder {
    pub(crate) bytes: Vec<u8>,
    /// Times are written as their distance from this.
    pub(crate) base: Time,
    pub(crate) words: Numbered<Word>,
    pub(crate) endpoints: Numbered<Endpoint>,
}

/// A word by where it stands, which is quicker to look up than what it says. The same word may stand at two places;
/// it then has two numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word(pub(crate) &'static str);

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.0, other.0)
    }
}

impl Eq for Word {}

impl core::hash::Hash for Word {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        state.write_usize(self.0.as_ptr().addr());
        state.write_usize(self.0.len());
    }
}

/// Values with the number that each got when it was first used.
#[derive(Debug)]
pub(crate) struct Numbered<T> {
    numbers: HashMap<T, u32>,
    /// In the order of their numbers.
    pub(crate) all: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), all: Vec::new() }
    }
}

impl<T: Copy + Eq + core::hash::Hash> Numbered<T> {
    fn number(&mut self, value: T) -> u64 {
        let Self { numbers, all } = self;
        let number = numbers.entry(value).or_insert_with(|| {
            all.push(value);
            u32::try_from(all.len() - 1).unwrap_or(u32::MAX)
        });
        u64::from(*number)
    }

    /// Forgets the values from a number on, as if they had never been used.
    pub(crate) fn forget_from(&mut self, len: usize) {
        for value in self.all.drain(len.min(self.all.len())..) {
            self.numbers.remove(&value);
        }
    }
}

impl Encoder {
    /// An encoder with nothing written.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written, without the words.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The words used, in the order of their numbers.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &'static str> + '_ {
        self.words.all.iter().map(|word| word.0)
    }

    /// One byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Bytes as they are, without their number.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A number in as few bytes as it needs: seven bits in each, the lowest first, the top bit set in all but the last.
    pub fn unsigned(&mut self, number: u64) {
        let mut rest = number;
        while rest >= 0x80 {
            self.bytes.push(low_bits(rest) | 0x80);
            rest >>= 7;
        }
        self.bytes.push(low_bits(rest));
    }

    /// A number of either sign, small when it is near zero.
    pub fn signed(&mut self, number: i64) {
        self.unsigned((number << 1 ^ number >> 63).cast_unsigned());
    }

    /// Bytes behind their number.
    pub fn sized(&mut self, bytes: &[u8]) {
        self.unsigned(bytes.len() as u64);
        self.raw(bytes);
    }

    /// A word as its number.
    pub fn word(&mut self, word: &'static str) {
        let number = self.words.number(Word(word));
        self.unsigned(number);
    }

    /// Values behind their number.
    pub fn list<'v, V: Code<'v> + 'v>(&mut self, values: impl ExactSizeIterator<Item = &'v V>) {
        self.unsigned(values.len() as u64);
        values.for_each(|value| value.encode(self));
    }

    pub(crate) fn endpoint(&mut self, endpoint: Endpoint) {
        let number = self.endpoints.number(endpoint);
        self.unsigned(number);
    }
}

/// The lowest seven bits.
pub(crate) fn low_bits(number: u64) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low & 0x7f
}
