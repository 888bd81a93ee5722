//! What the plant's process does: a value for every address of every device at every time, made from the
//! seed alone, unless somebody wrote it or the device is frozen.

use std::collections::BTreeMap;

use crate::bytes::{low8, low16, low32};
use crate::net::emitter::SECOND;
use crate::random::mix;

/// The process values of all devices.
pub(crate) struct Values {
    seed: u64,
    written: BTreeMap<(usize, u64), i64>,
    frozen: BTreeMap<usize, i64>,
    time: i64,
}

impl Values {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, written: BTreeMap::new(), frozen: BTreeMap::new(), time: 0 }
    }

    /// Moves the process on to `time`.
    pub(crate) fn advance(&mut self, time: i64) {
        self.time = time;
    }

    /// The device's values stay as they are now, until `thaw`.
    pub(crate) fn freeze(&mut self, device: usize) {
        self.frozen.insert(device, self.time);
    }

    /// The device's values move again.
    pub(crate) fn thaw(&mut self, device: usize) {
        self.frozen.remove(&device);
    }

    /// Whether the device's program stands still.
    pub(crate) fn is_frozen(&self, device: usize) -> bool {
        self.frozen.contains_key(&device)
    }

    /// Somebody sets a value; it stays.
    pub(crate) fn write(&mut self, device: usize, area: &str, address: u32, value: i64) {
        self.written.insert((device, key(area, address)), value);
    }

    /// A value in 0..=4000 that moves slowly, as level, temperature or speed do.
    pub(crate) fn read(&self, device: usize, area: &str, address: u32) -> i64 {
        let key = key(area, address);
        if let Some(value) = self.written.get(&(device, key)) {
            return *value;
        }
        let time = self.frozen.get(&device).copied().unwrap_or(self.time);
        let hash = mix(self.seed ^ key ^ mix(device as u64));
        let base = i64::from(low16(hash) % 3_000) + 400;
        let seconds = time / SECOND;
        match low8(hash >> 16) % 8 {
            0 | 1 => base,
            2 => (base + seconds / i64::from(1 + low8(hash >> 24) % 10)).rem_euclid(4_000),
            _ => base + triangle(time, 20 + i64::from(low16(hash >> 32) % 600)) * (20 + base / 20) / 100,
        }
    }

    /// A value as an unsigned word.
    pub(crate) fn word(&self, device: usize, area: &str, address: u32) -> u16 {
        low16(self.read(device, area, address).cast_unsigned())
    }

    /// A value as a double word.
    pub(crate) fn double_word(&self, device: usize, area: &str, address: u32) -> u32 {
        low32(self.read(device, area, address).cast_unsigned())
    }

    /// A value as a real number with one decimal.
    pub(crate) fn real(&self, device: usize, area: &str, address: u32) -> f32 {
        f32::from(i16::try_from(self.read(device, area, address)).unwrap_or(i16::MAX)) / 10.0
    }

    /// A value as a state: what was written, or a slow change.
    pub(crate) fn bit(&self, device: usize, area: &str, address: u32) -> bool {
        match self.written.get(&(device, key(area, address))) {
            Some(value) => *value != 0,
            None => self.read(device, area, address) / 16 % 2 == 1,
        }
    }
}

/// A triangle wave of `period` seconds between -100 and 100. Whole numbers, so that every machine agrees.
fn triangle(time: i64, period: i64) -> i64 {
    let phase = (time / (SECOND / 1_000)).rem_euclid(period * 1_000) * 400 / (period * 1_000);
    if phase < 200 { phase - 100 } else { 300 - phase }
}

fn key(area: &str, address: u32) -> u64 {
    let area = area
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    mix(area ^ u64::from(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_move_freeze_and_stay_written() {
        let mut values = Values::new(1);
        let moving = (0..64).find(|address| {
            values.advance(0);
            let before = values.read(3, "D", *address);
            values.advance(30 * SECOND);
            before != values.read(3, "D", *address)
        });
        let address = moving.expect("some of 64 values move within half a minute");
        values.freeze(3);
        let frozen = values.read(3, "D", address);
        values.advance(95 * SECOND);
        assert_eq!(values.read(3, "D", address), frozen);
        values.write(3, "D", address, 77);
        assert_eq!(values.word(3, "D", address), 77);
        assert!((0..=4_000).contains(&Values::new(9).read(0, "x", 5)));
    }
}
