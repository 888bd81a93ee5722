//! Requests that wait for their response, for all conversations.

use super::path::Path;
use facts::{FlowId, Part};

/// Requests kept at a time; a power of two.
const PENDING_MAX: usize = 4096;

/// Which request a response answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) flow: FlowId,
    /// What the encapsulation said: connection sequence or sender context.
    pub(super) tag: u64,
    /// Place in a Multiple Service Packet, from 1; 0 outside.
    pub(super) index: u16,
    pub(super) service: u8,
}

/// A request that waits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pending {
    pub(super) path: Path,
    pub(super) part: Part,
    /// Byte offset of a fragmented read; connection number of a Forward Open.
    pub(super) number: u32,
    /// The module that a Forward Open leads to.
    pub(super) leads_to: Part,
}

/// A table with one place for each key; a request whose place is taken replaces the older one.
///
/// Marks of the keys stand apart: what lies at a place was written long ago and is far from the processor, and
/// whether it still waits is all that a new request wants to know of it.
#[derive(Debug)]
pub(crate) struct Pool {
    marks: Vec<u32>,
    entries: Vec<(Key, Pending)>,
    evicted: u64,
}

/// The mark of a place where nothing waits.
const FREE: u32 = 0;

impl Default for Pool {
    fn default() -> Self {
        Self { marks: vec![FREE; PENDING_MAX], entries: vec![Default::default(); PENDING_MAX], evicted: 0 }
    }
}

impl Pool {
    pub(super) fn put(&mut self, key: Key, pending: Pending) {
        let (place, mark) = place(key);
        if let (Some(old), Some(entry)) = (self.marks.get_mut(place), self.entries.get_mut(place)) {
            self.evicted += u64::from(*old != FREE && *old != mark);
            *old = mark;
            *entry = (key, pending);
        }
    }

    pub(super) fn take(&mut self, key: Key) -> Option<Pending> {
        let (place, mark) = place(key);
        let kept = self.marks.get_mut(place).filter(|kept| **kept == mark)?;
        let (_, pending) = self.entries.get(place).filter(|(kept, _)| *kept == key)?;
        *kept = FREE;
        Some(*pending)
    }
}

/// Where a key is kept and its mark.
fn place(key: Key) -> (usize, u32) {
    let words = [u64::from(key.flow.0), key.tag, u64::from(key.index) << 8 | u64::from(key.service)];
    let fold = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = words.into_iter().fold(0, fold);
    let mark = u32::try_from(hash >> 32).unwrap_or(0) | 1;
    (usize::try_from(hash >> 40).unwrap_or(0) % PENDING_MAX, mark)
}
