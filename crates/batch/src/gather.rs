//! Adds up what repeats, before it is written, sent and kept.
//!
//! A cyclic poll says the same hundreds of times a second. The first time passes at once, in its place; what is said
//! again within a second of packet time becomes one call with how often and since when. So everything new comes as
//! early and in the same order as without this sink, and whoever only counts comes to the same counts.
//!
//! A value is added up only while it stays what it was, whoever reads it: before another value of the same variable
//! passes, the repetitions of the old one are said. Log-ins, files, names, bindings, clocks and neighbours pass as
//! they are: they are rare, or each is worth a line.

mod held;
mod key;

use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use hashbrown::{DefaultHashBuilder, HashTable};
use held::Held;
use wire::{Mac, Time};

/// Different observations that are watched for repetition at a time.
const SLOTS_MAX: usize = 16_384;
/// Nanoseconds of packet time after which repetitions are said at the latest.
const WINDOW: i64 = 1_000_000_000;

/// What was added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    /// Observations told.
    pub told: u64,
    /// Calls that they became.
    pub said: u64,
    /// Observations no longer watched because the table was full; their repetitions were said.
    pub evicted: u64,
}

/// The sink in front.
#[derive(Debug)]
pub struct Gather<S> {
    sink: S,
    table: Table,
    started: Time,
    gathered: Gathered,
}

impl<S: Sink> Gather<S> {
    /// Stands in front of `sink`.
    pub fn new(sink: S) -> Self {
        Self { sink, table: Table::default(), started: Time(i64::MIN), gathered: Gathered::default() }
    }

    /// Says everything that is held. Call it before a batch is taken and at the end; a quiet network moves no packet
    /// time.
    pub fn settle(&mut self) {
        let Self { sink, table, gathered, .. } = self;
        table.settle(|seen, observation| {
            gathered.said += 1;
            sink.observation(seen, observation);
        });
    }

    /// What was added up since the beginning.
    #[must_use]
    pub fn gathered(&self) -> Gathered {
        self.gathered
    }

    /// The sink behind.
    pub fn sink(&self) -> &S {
        &self.sink
    }

    /// The sink behind, to take a batch from it.
    pub fn sink_mut(&mut self) -> &mut S {
        &mut self.sink
    }

    /// The sink behind; what is still held is said first.
    pub fn into_sink(mut self) -> S {
        self.settle();
        self.sink
    }

    fn say(&mut self, seen: &Seen, observation: &Observation<'_>) {
        self.gathered.said += 1;
        self.sink.observation(seen, observation);
    }
}

impl<S: Sink> Sink for Gather<S> {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        self.gathered.told += u64::from(seen.times);
        if !(0..WINDOW).contains(&seen.time.since(self.started)) {
            self.settle();
            self.started = seen.time;
        }
        let Some((key, content)) = self.table.keys(seen, observation) else {
            return self.say(seen, observation);
        };
        if let Some(slot) = self.table.find(key) {
            if content.is_some() && slot.content == content {
                return slot.held.add(seen, observation);
            }
            // Another value of the same variable: the old one's repetitions come before it.
            slot.content = content;
            let before = slot.held.take(|seen, observation| self.sink.observation(seen, observation));
            slot.held.keep(seen, observation);
            self.gathered.said += u64::from(before);
            return self.say(seen, observation);
        }
        let Self { sink, table, gathered, .. } = self;
        gathered.evicted += u64::from(table.insert(key, content, seen, observation, |seen, observation| {
            gathered.said += 1;
            sink.observation(seen, observation);
        }));
        self.say(seen, observation);
    }

    fn heard(&mut self, heard: &Heard) {
        self.sink.heard(heard);
    }

    fn presence(&mut self, presence: &Presence) {
        self.sink.presence(presence);
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        self.sink.flow(summary);
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        self.sink.forwarded(network, into, out_of);
    }

    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        // Twice: what repeated is said, then nothing is watched under a network that ends.
        self.settle();
        self.settle();
        self.table.realms.unite(kept, joined);
        self.sink.same_network(kept, joined);
    }
}

/// What is watched for repetition.
#[derive(Debug, Default)]
struct Table {
    index: HashTable<u32>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// The slot that makes room next: they are taken in turn, so it is among the oldest.
    hand: u32,
    hasher: DefaultHashBuilder,
    realms: key::Realms,
}

/// One observation. Keys and contents are hashes of 64 bits with a random seed: that two differ and look the same is
/// as unlikely as that nobody can bring it about.
#[derive(Debug)]
struct Slot {
    key: u64,
    content: Option<u64>,
    used: bool,
    held: Held,
}

impl Table {
    fn keys(&self, seen: &Seen, observation: &Observation<'_>) -> Option<(u64, Option<u64>)> {
        key::keys(seen, observation, &self.hasher, &self.realms)
    }

    fn find(&mut self, key: u64) -> Option<&mut Slot> {
        let Self { index, slots, .. } = self;
        let at = *index.find(key, |at| slots.get(*at as usize).is_some_and(|slot| slot.key == key))?;
        slots.get_mut(at as usize)
    }

    /// Watches something new; true when it took the place of something else, whose repetitions are said.
    fn insert(
        &mut self,
        key: u64,
        content: Option<u64>,
        seen: &Seen,
        observation: &Observation<'_>,
        say: impl FnMut(&Seen, &Observation<'_>),
    ) -> bool {
        let mut evicted = false;
        let at = match self.free.pop() {
            Some(at) => at,
            None if self.slots.len() < SLOTS_MAX => {
                self.slots.push(Slot { key, content, used: false, held: Held::default() });
                u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
            }
            None => {
                let at = self.hand;
                self.hand = if at as usize + 1 < SLOTS_MAX { at + 1 } else { 0 };
                if let Some(slot) = self.slots.get_mut(at as usize) {
                    slot.held.take(say);
                }
                self.forget(at);
                evicted = true;
                at
            }
        };
        let Self { index, slots, .. } = self;
        if let Some(slot) = slots.get_mut(at as usize) {
            (slot.key, slot.content, slot.used) = (key, content, true);
            slot.held.keep(seen, observation);
            index.insert_unique(key, at, |at| slots.get(*at as usize).map_or(0, |slot| slot.key));
        }
        evicted
    }

    /// Takes a slot out of the index.
    fn forget(&mut self, at: u32) {
        let Some(slot) = self.slots.get_mut(at as usize) else { return };
        slot.used = false;
        if let Ok(entry) = self.index.find_entry(slot.key, |other| *other == at) {
            entry.remove();
        }
    }

    /// Says what is held. What did not repeat since the last time is no longer watched.
    fn settle(&mut self, mut say: impl FnMut(&Seen, &Observation<'_>)) {
        for at in 0..u32::try_from(self.slots.len()).unwrap_or(u32::MAX) {
            let Some(slot) = self.slots.get_mut(at as usize).filter(|slot| slot.used) else { continue };
            if !slot.held.take(&mut say) {
                self.forget(at);
                self.free.push(at);
            }
        }
    }
}

#[cfg(test)]
mod tests;
