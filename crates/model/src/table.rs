//! A bounded map that keeps rows in the order they came, so that iterating it is deterministic.

use core::hash::{BuildHasher, Hash};
use hashbrown::{DefaultHashBuilder, HashTable};
use wire::Charset;

/// Rows by key. A row, once in, keeps its number; what finds no room is counted by the caller.
///
/// The hasher is keyed at random, so that addresses chosen by an attacker cannot make look-ups slow; no result
/// depends on it.
pub(crate) struct Table<K, V> {
    rows: Vec<(K, V)>,
    /// For each row the row that was wanted after it the last time: cyclic traffic repeats itself, and a right guess
    /// costs one comparison instead of a hash.
    followers: Vec<u32>,
    latest: u32,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
    limit: usize,
}

impl<K: Hash + Eq, V> Table<K, V> {
    pub(crate) fn new(limit: usize) -> Self {
        let limit = limit.min(u32::MAX as usize);
        Self {
            rows: Vec::new(),
            followers: Vec::new(),
            latest: 0,
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            limit,
        }
    }

    /// A table that holds these rows already, in this order; more than `limit` of them stay.
    pub(crate) fn restore(limit: usize, rows: Vec<(K, V)>) -> Self {
        let mut table = Self::new(limit);
        table.followers = vec![0; rows.len()];
        table.index.reserve(rows.len(), |_| 0);
        for (row, (key, _)) in (0..).zip(&rows) {
            let hash = table.hasher.hash_one(key);
            table.index.insert_unique(hash, row, |row| match rows.get(*row as usize) {
                Some((key, _)) => table.hasher.hash_one(key),
                None => 0,
            });
        }
        table.rows = rows;
        table
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn find(&self, key: &K) -> Option<u32> {
        let hash = self.hasher.hash_one(key);
        self.index.find(hash, |row| self.is(*row, key)).copied()
    }

    /// The value of a key that is there.
    pub(crate) fn known(&mut self, key: &K) -> Option<&mut V> {
        let guess = self.follower(self.latest);
        let row = if self.is(guess, key) {
            guess
        } else {
            let row = self.find(key)?;
            if let Some(follower) = self.followers.get_mut(self.latest as usize) {
                *follower = row;
            }
            row
        };
        self.latest = row;
        self.get_mut(row)
    }

    /// The row of a key, made when it is new; `None` when it is new and there is no room.
    pub(crate) fn entry(&mut self, key: K, make: impl FnOnce() -> V) -> Option<(u32, &mut V)> {
        self.entry_below(key, self.limit, make)
    }

    /// As `entry`, but a new row is made only while there are fewer than `limit`.
    pub(crate) fn entry_below(
        &mut self,
        key: K,
        limit: usize,
        make: impl FnOnce() -> V,
    ) -> Option<(u32, &mut V)> {
        let row = self.row_below(self.latest, key, limit, make)?;
        self.latest = row;
        self.get_mut(row).map(|value| (row, value))
    }

    /// The row of a key, made when it is new, guessed from the row that was wanted before it: by a caller that keeps
    /// that row itself, because what it wants follows a course of its own.
    pub(crate) fn row_after(&mut self, latest: u32, key: K, make: impl FnOnce() -> V) -> Option<u32> {
        self.row_below(latest, key, self.limit, make)
    }

    fn row_below(&mut self, latest: u32, key: K, limit: usize, make: impl FnOnce() -> V) -> Option<u32> {
        let guess = self.follower(latest);
        if self.is(guess, &key) {
            return Some(guess);
        }
        let Self { rows, followers, index, hasher, .. } = self;
        let hash = hasher.hash_one(&key);
        let found = index.find(hash, |row| rows.get(*row as usize).is_some_and(|row| row.0 == key)).copied();
        let row = match found {
            Some(row) => row,
            None => {
                let row = u32::try_from(rows.len()).ok().filter(|_| rows.len() < limit.min(self.limit))?;
                rows.push((key, make()));
                followers.push(row);
                index.insert_unique(hash, row, |row| match rows.get(*row as usize) {
                    Some((key, _)) => hasher.hash_one(key),
                    None => 0,
                });
                row
            }
        };
        if let Some(follower) = followers.get_mut(latest as usize) {
            *follower = row;
        }
        Some(row)
    }

    /// The row that was wanted after a row the last time.
    #[inline]
    pub(crate) fn follower(&self, row: u32) -> u32 {
        self.followers.get(row as usize).copied().unwrap_or_default()
    }

    /// Whether a row is that of a key.
    #[inline]
    pub(crate) fn is(&self, row: u32, key: &K) -> bool {
        self.rows.get(row as usize).is_some_and(|row| row.0 == *key)
    }

    pub(crate) fn get(&self, row: u32) -> Option<&(K, V)> {
        self.rows.get(row as usize)
    }

    pub(crate) fn get_mut(&mut self, row: u32) -> Option<&mut V> {
        self.rows.get_mut(row as usize).map(|(_, value)| value)
    }

    /// Gives rows other keys, in their order; a row whose new key another has already is merged into it. Rows before
    /// the first that changes stay untouched, so that what was learned last is cheap to change.
    pub(crate) fn rekey(&mut self, key: impl Fn(K) -> K, mut merge: impl FnMut(&mut V, V)) -> Renumbering
    where
        K: Copy,
    {
        let kept = self.rows.iter().position(|(old, _)| key(*old) != *old).unwrap_or(self.rows.len());
        let tail = self.rows.split_off(kept);
        self.index.retain(|row| (*row as usize) < kept);
        let mut numbers = Vec::with_capacity(tail.len());
        for (old, value) in tail {
            let new = key(old);
            let row = match self.find(&new) {
                Some(row) => {
                    if let Some(known) = self.get_mut(row) {
                        merge(known, value);
                    }
                    Some(row)
                }
                // There were as many rows before, so there is room.
                None => self.entry(new, || value).map(|(row, _)| row),
            };
            numbers.push(row.unwrap_or(u32::MAX));
        }
        Renumbering { kept, numbers }
    }

    pub(crate) fn rows(&self) -> &[(K, V)] {
        &self.rows
    }

    /// Row numbers with their rows.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u32, &(K, V))> {
        (0..).zip(&self.rows)
    }
}

/// Which number each row has after some were merged.
pub(crate) struct Renumbering {
    kept: usize,
    numbers: Vec<u32>,
}

impl Renumbering {
    /// The new number of a row.
    pub(crate) fn of(&self, row: u32) -> u32 {
        let moved = (row as usize).checked_sub(self.kept).and_then(|at| self.numbers.get(at));
        moved.copied().unwrap_or(row)
    }
}

/// Longer texts are cut; no field of a device is longer.
const TEXT_MAX: usize = 512;

/// A text as it is kept.
pub(crate) fn cut(text: wire::Text<'_>) -> wire::Text<'_> {
    wire::Text { bytes: text.bytes.get(..TEXT_MAX).unwrap_or(text.bytes), charset: text.charset }
}

/// The number of an interned text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TextId(pub(crate) u32);

/// Every different text once, all in one run of bytes.
pub(crate) struct Texts {
    bytes: Vec<u8>,
    spans: Vec<(u32, u32, Charset)>,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
    limit: usize,
    bytes_limit: usize,
}

impl Texts {
    pub(crate) fn new(limit: usize, bytes_limit: usize) -> Self {
        let bytes_limit = bytes_limit.min(u32::MAX as usize);
        let hasher = DefaultHashBuilder::default();
        Self { bytes: Vec::new(), spans: Vec::new(), index: HashTable::new(), hasher, limit, bytes_limit }
    }

    /// The number of a text, given out when it is new; `None` when it is new and there is no room.
    pub(crate) fn intern(&mut self, text: wire::Text<'_>) -> Option<TextId> {
        let Self { bytes, spans, index, hasher, .. } = self;
        let hash = hasher.hash_one((text.bytes, text.charset));
        let same = |row: &u32| read(bytes, spans, *row) == Some((text.bytes, text.charset));
        if let Some(row) = index.find(hash, same) {
            return Some(TextId(*row));
        }
        let row = u32::try_from(spans.len()).ok().filter(|_| spans.len() < self.limit)?;
        let start = u32::try_from(bytes.len()).ok()?;
        let len = u32::try_from(text.bytes.len()).ok()?;
        if bytes.len() + text.bytes.len() > self.bytes_limit {
            return None;
        }
        bytes.extend_from_slice(text.bytes);
        spans.push((start, len, text.charset));
        index.insert_unique(hash, row, |row| hasher.hash_one(read(bytes, spans, *row).unwrap_or_default()));
        Some(TextId(row))
    }

    /// All texts in the order of their numbers.
    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = wire::Text<'_>> {
        (0..self.spans.len()).map(|row| self.get(TextId(u32::try_from(row).unwrap_or(u32::MAX))))
    }

    /// The text of a number; empty for one that was never given out.
    pub(crate) fn get(&self, id: TextId) -> wire::Text<'_> {
        let (bytes, charset) = read(&self.bytes, &self.spans, id.0).unwrap_or_default();
        wire::Text { bytes, charset }
    }
}

fn read<'a>(bytes: &'a [u8], spans: &[(u32, u32, Charset)], row: u32) -> Option<(&'a [u8], Charset)> {
    let (start, len, charset) = *spans.get(row as usize)?;
    Some((bytes.get(start as usize..)?.get(..len as usize)?, charset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::Text;

    #[test]
    fn rows_keep_their_number_and_the_limit_holds() {
        let mut table = Table::new(2);
        for key in ["a", "b", "a", "c"] {
            if let Some((_, count)) = table.entry(key, || 0) {
                *count += 1;
            }
        }
        assert_eq!(table.rows(), [("a", 2), ("b", 1)]);
        assert_eq!((table.find(&"b"), table.find(&"c")), (Some(1), None));
    }

    #[test]
    fn rows_with_new_keys_are_merged_in_their_order() {
        let mut table = Table::new(8);
        for (key, count) in [(1, 10), (2, 20), (11, 100), (13, 300), (3, 30), (12, 200)] {
            table.entry(key, || count);
        }
        let renumbered = table.rekey(|key| key % 10, |known, count| *known += count);
        assert_eq!(table.rows(), [(1, 110), (2, 220), (3, 330)]);
        assert_eq!([0, 1, 2, 3, 4, 5].map(|row| renumbered.of(row)), [0, 1, 0, 2, 2, 1]);
        assert_eq!([1, 2, 3, 11].map(|key| table.find(&key)), [Some(0), Some(1), Some(2), None]);
    }

    #[test]
    fn equal_bytes_of_two_charsets_are_two_texts() {
        let mut texts = Texts::new(8, 64);
        let ids = [b"abc", b"abd", b"abc"].map(|bytes| texts.intern(Text::unknown(bytes)));
        assert_eq!(ids[0], ids[2]);
        assert_ne!(ids[0], ids[1]);
        assert_ne!(ids[0], texts.intern(Text::utf8(b"abc")));
        assert_eq!(texts.get(ids[1].expect("room")).bytes, b"abd");
        assert_eq!(texts.intern(Text::unknown(&[b'x'; 64])), None, "no room for so many bytes");
    }
}
