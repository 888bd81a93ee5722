//! A small deterministic generator (`SplitMix64`): the same seed gives the same plant on every machine.

use crate::bytes::{low16, low32};

/// The state of one stream of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// A stream of its own for `seed` and `stream`, so that one actor's draws never shift another's.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.draw();
        random
    }

    /// The next 64 bits.
    pub(crate) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// The next 32 bits.
    pub(crate) fn u32(&mut self) -> u32 {
        low32(self.draw())
    }

    /// The next 16 bits.
    pub(crate) fn u16(&mut self) -> u16 {
        low16(self.draw())
    }

    /// A number in `0..limit`; 0 when `limit` is not positive.
    pub(crate) fn below(&mut self, limit: i64) -> i64 {
        let bits = i64::try_from(self.draw() >> 1).unwrap_or_default();
        if limit <= 0 { 0 } else { bits % limit }
    }

    /// True in `percent` of a hundred draws.
    pub(crate) fn percent(&mut self, percent: u8) -> bool {
        percent > 0 && self.below(100) < i64::from(percent)
    }
}

/// Scrambles a number (the finaliser of `SplitMix64`): also used as a hash of small keys.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}
