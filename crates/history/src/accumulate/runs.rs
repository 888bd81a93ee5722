//! A bounded table of open runs, which knows which of them changed since they were last looked at.

use core::hash::{BuildHasher, Hash};
use hashbrown::{DefaultHashBuilder, HashTable};

/// Runs by key and name. The name is apart so that a look-up copies nothing.
pub(crate) struct Runs<K, R> {
    slots: Vec<Option<Slot<K, R>>>,
    free: Vec<u32>,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Slots that changed, each once.
    changed: Vec<u32>,
    /// Runs that ended and were not taken yet.
    pub(crate) ended: Vec<(K, Box<[u8]>, R)>,
    limit: usize,
}

struct Slot<K, R> {
    key: K,
    name: Box<[u8]>,
    run: R,
    changed: bool,
}

impl<K: Copy + Eq + Hash, R> Runs<K, R> {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            changed: Vec::new(),
            ended: Vec::new(),
            limit: limit.min(u32::MAX as usize),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len() >= self.limit
    }

    pub(crate) fn find(&self, key: &K, name: &[u8]) -> Option<u32> {
        let same =
            |place: &u32| self.slot(*place).is_some_and(|slot| slot.key == *key && *slot.name == *name);
        self.index.find(self.hasher.hash_one((key, name)), same).copied()
    }

    fn slot(&self, place: u32) -> Option<&Slot<K, R>> {
        self.slots.get(place as usize)?.as_ref()
    }

    fn slot_mut(&mut self, place: u32) -> Option<&mut Slot<K, R>> {
        self.slots.get_mut(place as usize)?.as_mut()
    }

    pub(crate) fn get(&self, place: u32) -> Option<&R> {
        self.slot(place).map(|slot| &slot.run)
    }

    /// A run, without saying that it changed.
    pub(crate) fn get_mut(&mut self, place: u32) -> Option<&mut R> {
        self.slot_mut(place).map(|slot| &mut slot.run)
    }

    /// Says that a run changed.
    pub(crate) fn change(&mut self, place: u32) {
        if let Some(slot) = self.slot_mut(place)
            && !slot.changed
        {
            slot.changed = true;
            self.changed.push(place);
        }
    }

    /// Adds a run that is not there; `false` when there is no room.
    pub(crate) fn add(&mut self, key: K, name: &[u8], run: R) -> bool {
        if self.is_full() {
            return false;
        }
        let slot = Some(Slot { key, name: name.into(), run, changed: true });
        let place = match self.free.pop() {
            Some(place) => place,
            None => {
                let Ok(place) = u32::try_from(self.slots.len()) else { return false };
                self.slots.push(None);
                place
            }
        };
        if let Some(empty) = self.slots.get_mut(place as usize) {
            *empty = slot;
        }
        self.changed.push(place);
        let Self { slots, index, hasher, .. } = self;
        index.insert_unique(hasher.hash_one((&key, name)), place, |place| match slots.get(*place as usize) {
            Some(Some(slot)) => hasher.hash_one((&slot.key, &*slot.name)),
            _ => 0,
        });
        true
    }

    /// Takes a run out; it is among the ended ones then.
    pub(crate) fn end(&mut self, place: u32) {
        let Some(slot) = self.slots.get_mut(place as usize).and_then(Option::take) else { return };
        let hash = self.hasher.hash_one((&slot.key, &*slot.name));
        if let Ok(found) = self.index.find_entry(hash, |other| *other == place) {
            found.remove();
        }
        self.free.push(place);
        self.ended.push((slot.key, slot.name, slot.run));
    }

    /// Ends every run for which it is so.
    pub(crate) fn end_where(&mut self, over: impl Fn(&K, &R) -> bool) {
        for place in self.places() {
            if self.slot(place).is_some_and(|slot| over(&slot.key, &slot.run)) {
                self.end(place);
            }
        }
    }

    /// Splits something off runs: what is split off is among the ended ones, the run stays.
    pub(crate) fn split(&mut self, mut off: impl FnMut(&mut R) -> Option<R>) {
        for slot in self.slots.iter_mut().flatten() {
            if let Some(ended) = off(&mut slot.run) {
                self.ended.push((slot.key, slot.name.clone(), ended));
            }
        }
    }

    /// Every place; some may be empty.
    pub(crate) fn places(&self) -> core::ops::Range<u32> {
        0..u32::try_from(self.slots.len()).unwrap_or(u32::MAX)
    }

    /// Shows every run that changed since the last time and is still open.
    pub(crate) fn each_changed(&mut self, mut show: impl FnMut(&K, &[u8], &R)) {
        for place in core::mem::take(&mut self.changed) {
            // A place may be named twice: it was used again since. Then the first showing clears the mark.
            if let Some(slot) = self.slot_mut(place).filter(|slot| slot.changed) {
                slot.changed = false;
                show(&slot.key, &slot.name, &slot.run);
            }
        }
    }
}
