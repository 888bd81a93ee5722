//! Ways to damage a file, each told in one line so that a failure can be made again by hand.

use crate::random::Random;
use std::fmt::Write;

/// The longest block that is deleted, doubled, inserted or moved.
const BLOCK_MAX: usize = 512;

/// A damaged file.
#[derive(Debug)]
pub(crate) struct Damaged {
    pub(crate) bytes: Vec<u8>,
    /// What was done, with offsets.
    pub(crate) told: String,
    /// The first byte that may differ from the original.
    pub(crate) first: usize,
    /// Where the file was cut, when that is all that was done.
    pub(crate) cut: Option<usize>,
}

/// Damages a copy of `original` once to three times; `other` lends bytes for splicing.
pub(crate) fn damage(original: &[u8], other: &[u8], random: &mut Random) -> Damaged {
    let mut damaged = Damaged { bytes: original.to_vec(), told: String::new(), first: usize::MAX, cut: None };
    let times = 1 + random.below(6) / 3 + random.below(6) / 5;
    for time in 0..times {
        let before = damaged.bytes.len();
        let (name, at) = once(&mut damaged.bytes, other, random);
        damaged.first = damaged.first.min(at);
        damaged.cut = (name == "cut" && times == 1).then_some(at);
        let separator = if time == 0 { "" } else { ", then " };
        let after = damaged.bytes.len();
        // Writing to a string cannot fail.
        let _ = write!(damaged.told, "{separator}{name} at byte {at}");
        if before != after {
            let _ = write!(damaged.told, " ({before} to {after} bytes)");
        }
    }
    damaged
}

/// Damages the bytes; the name of what was done, and where.
fn once(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) -> (&'static str, usize) {
    let at = place(bytes.len(), random);
    let end = at + (1 + random.below(BLOCK_MAX)).min(bytes.len() - at);
    match random.below(11) {
        0 => (set(bytes, at, |byte, random| byte ^ 1 << (random.byte() & 7), random, "bit"), at),
        1 => (set(bytes, at, |_, random| random.byte(), random, "byte"), at),
        2 => (drain(bytes, at, end), at),
        3 => {
            let block = bytes.get(at..end).unwrap_or_default().to_vec();
            (insert(bytes, at, &block, "block doubled"), at)
        }
        4 => {
            let block: Vec<u8> = (at..end).map(|_| random.byte()).collect();
            (insert(bytes, at, &block, "random block inserted"), at)
        }
        5 => {
            bytes.truncate(at);
            ("cut", at)
        }
        6 | 7 => (length(bytes, at, random), at),
        8 => {
            let to = place(bytes.len(), random);
            swap(bytes, at.min(to), at.max(to), end - at);
            ("blocks swapped", at.min(to))
        }
        9 => {
            let from = random.below(other.len());
            let block = other.get(from..other.len().min(from + (end - at))).unwrap_or_default().to_vec();
            (insert(bytes, at, &block, "block of another file inserted"), at)
        }
        _ => {
            let filler = if random.byte() & 1 == 0 { 0 } else { 0xff };
            bytes.get_mut(at..end).unwrap_or_default().fill(filler);
            ("block filled", at)
        }
    }
}

/// Any byte, the first ones more often: much depends on them.
fn place(len: usize, random: &mut Random) -> usize {
    if random.below(32) == 0 { random.below(len.min(64)) } else { random.below(len) }
}

fn set(
    bytes: &mut [u8],
    at: usize,
    change: impl Fn(u8, &mut Random) -> u8,
    random: &mut Random,
    name: &'static str,
) -> &'static str {
    bytes.get_mut(at).into_iter().for_each(|byte| *byte = change(*byte, random));
    name
}

fn drain(bytes: &mut Vec<u8>, at: usize, end: usize) -> &'static str {
    bytes.drain(at..end);
    "block deleted"
}

fn insert(bytes: &mut Vec<u8>, at: usize, block: &[u8], name: &'static str) -> &'static str {
    bytes.splice(at..at, block.iter().copied());
    name
}

/// Takes one, two or four bytes for a length in either byte order and makes it extreme, or wrong by one.
fn length(bytes: &mut [u8], at: usize, random: &mut Random) -> &'static str {
    let width = [1, 2, 4].get(random.below(3)).copied().unwrap_or(1);
    let Some(field) = bytes.get_mut(at..at + width) else { return "length past the end" };
    let is_little = random.byte() & 1 == 0;
    if is_little {
        field.reverse();
    }
    let value = field.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    let (value, name) = match random.below(5) {
        0 => (0, "length 0"),
        1 => (u64::MAX, "length of all ones"),
        2 => (u64::MAX >> (65 - 8 * width), "length of all ones but the sign"),
        3 => (value.wrapping_add(1), "length one more"),
        _ => (value.wrapping_sub(1), "length one less"),
    };
    let value = value.to_be_bytes();
    field.copy_from_slice(value.get(8 - width..).unwrap_or_default());
    if is_little {
        field.reverse();
    }
    name
}

fn swap(bytes: &mut [u8], first: usize, second: usize, len: usize) {
    let len = len.min(second - first).min(bytes.len() - second);
    let (left, right) = bytes.split_at_mut(second);
    if let (Some(left), Some(right)) = (left.get_mut(first..first + len), right.get_mut(..len)) {
        left.swap_with_slice(right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_before_the_first_damage_stay() {
        let original: Vec<u8> = (0..=255).cycle().take(2_000).collect();
        let other = vec![7; 300];
        let mut kinds = std::collections::BTreeSet::new();
        for number in 0..5_000 {
            let damaged = damage(&original, &other, &mut Random::of(1, number));
            assert!(damaged.first <= original.len() && !damaged.told.is_empty());
            let kept = damaged.first.min(damaged.bytes.len());
            assert_eq!(damaged.bytes.get(..kept), original.get(..kept), "{number}: {}", damaged.told);
            if let Some(at) = damaged.cut {
                assert_eq!(damaged.bytes.len(), at);
            }
            kinds.insert(damaged.told.split(" at byte").next().unwrap_or_default().to_owned());
        }
        assert!(kinds.len() >= 14, "every kind occurs: {kinds:?}");
    }

    #[test]
    fn the_seed_and_the_number_decide() {
        let original = vec![1; 500];
        let told = |seed, number| damage(&original, &[2; 9], &mut Random::of(seed, number)).told;
        assert_eq!(told(1, 7), told(1, 7));
        assert!((0..20).any(|number| told(1, number) != told(2, number)));
    }

    #[test]
    fn nothing_can_be_damaged_of_an_empty_file() {
        for number in 0..200 {
            damage(&[], &[], &mut Random::of(3, number));
        }
    }
}
