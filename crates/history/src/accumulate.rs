//! Observations become rows: what repeats stays one row, what changes makes a new one.
//!
//! Pure: no clock, no I/O, no panic. Every table is bounded; what finds no room is written as a row of its own while
//! there is room for rows, else it is counted ([`Dropped`]). Nothing is allocated for what repeats.

mod commands;
mod flows;
mod key;
mod runs;
#[cfg(test)]
mod tests;
mod values;

use crate::hour::{HOUR_US, hour_of};
use crate::row::RowOf;
use commands::{CommandKey, CommandRun};
use core::fmt;
use facts::id::{AssetUid, NetworkUid, SiteId};
use facts::{Endpoint, FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink, Verb};
use flows::{FlowKey, FlowRun};
use hashbrown::HashMap;
use model::Level;
use runs::Runs;
use values::{ValueKey, Variable};
use wire::{Mac, Time};

/// A run ends after a pause of at least this.
const PAUSE_MIN_US: i64 = 60_000_000;
/// A conversation's accounts come more rarely than its packets.
const FLOW_PAUSE_MIN_US: i64 = 300_000_000;
/// A run ends after this many of its own intervals.
const INTERVALS: i64 = 10;
/// What happened at the very end of an hour may arrive so much later.
const LATE_US: i64 = 5_000_000;
/// How often every open run is looked at, whether it has ended.
const SWEEP_US: i64 = 10_000_000;
/// Codes whose verb and name are remembered for their outcomes.
const CODES_MAX: usize = 8192;

/// How much is kept in memory and how finely.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Runs of commands at the same time.
    pub commands: usize,
    /// Conversations at the same time.
    pub flows: usize,
    /// Variables whose last value is known.
    pub variables: usize,
    /// Rows between two drains; the rest is dropped and counted.
    pub rows: usize,
    /// A number that keeps changing makes one row in so many microseconds.
    pub value_window_us: i64,
    /// Changes of a flag or text in a window that each make a row; further ones share the last.
    pub value_changes: u32,
    /// A value that does not change is stated again after so many microseconds, so that deleting old history does
    /// not lose it.
    pub value_again_us: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            commands: 200_000,
            flows: 200_000,
            variables: 200_000,
            rows: 100_000,
            value_window_us: 60_000_000,
            value_changes: 20,
            value_again_us: 24 * HOUR_US,
        }
    }
}

/// What found no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Rows that stand alone because there was no room to let them grow.
    pub not_grown: u64,
    /// Rows that were not written at all.
    pub rows: u64,
    /// Values of variables beyond the limit.
    pub values: u64,
}

/// What the model knows of a machine when a row is written.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Known {
    /// Which asset it is.
    pub asset: Option<AssetUid>,
    /// Where its addresses mean something.
    pub network: Option<NetworkUid>,
    /// Its Purdue level.
    pub level: Option<Level>,
}

/// Looks up a machine by its addresses (the port is that of the service, or 0).
pub type Resolve<'a> = dyn Fn(NetworkId, &Endpoint) -> Known + 'a;

/// A row as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which row: a later change with the same id has it as it is then. Ids are counted from 0.
    pub id: u64,
    /// It will not change any more.
    pub closed: bool,
    /// The row. Its `row` number is given by the writer.
    pub row: RowOf,
}

/// Turns observations into rows. Feed it as a sink, drain it every second.
pub struct Accumulate {
    site: SiteId,
    limits: Limits,
    dropped: Dropped,
    next_id: u64,
    commands: Runs<CommandKey, CommandRun>,
    flows: Runs<FlowKey, FlowRun>,
    values: Runs<ValueKey, Variable>,
    /// Verb and name of codes seen, by protocol, group and code.
    codes: HashMap<(u16, &'static str, u64), (Verb, &'static str)>,
    swept_us: Option<i64>,
}

impl fmt::Debug for Accumulate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Accumulate").field("dropped", &self.dropped).finish_non_exhaustive()
    }
}

/// When a run happened, how often, and which row it is.
#[derive(Clone, Copy, Debug)]
struct Span {
    id: u64,
    first: i64,
    last: i64,
    count: u64,
    /// The interval at which it came back after the pause before, 0 when not known.
    interval: i64,
}

impl Span {
    fn new(id: u64, (first, last, count): (i64, i64, u64)) -> Self {
        Self { id, first, last, count, interval: 0 }
    }

    /// Observations may come late: then the beginning moves.
    fn add(&mut self, (first, last, count): (i64, i64, u64)) {
        self.first = self.first.min(first);
        self.last = self.last.max(last);
        self.count = self.count.saturating_add(count);
    }

    /// How long it may be silent and go on.
    fn pause(&self, least: i64) -> i64 {
        let times = i64::try_from(self.count.saturating_sub(1)).unwrap_or(i64::MAX).max(1);
        let own = self.last.saturating_sub(self.first) / times;
        own.max(self.interval).saturating_mul(INTERVALS).max(least)
    }

    /// Whether nothing more can come to it: silent for long, its hour over, or far from the clock, which was set.
    fn is_over(&self, now: i64, least: i64) -> bool {
        let pause = self.pause(least);
        let ahead = self.last.saturating_sub(now) > pause;
        let hour_over = now >= hour_of(self.first).saturating_add(HOUR_US + LATE_US);
        ahead || hour_over || now.saturating_sub(self.last) > pause
    }
}

/// First and last moment in microseconds, and how often: an observation may stand for equal ones before it.
fn times_of(seen: &Seen) -> (i64, i64, u64) {
    let last = micros(seen.time);
    (micros(seen.since).min(last), last, u64::from(seen.times.max(1)))
}

fn micros(time: Time) -> i64 {
    time.0.div_euclid(1_000)
}

impl Accumulate {
    /// An empty one for a plant.
    #[must_use]
    pub fn new(site: SiteId, limits: Limits) -> Self {
        Self {
            site,
            limits,
            dropped: Dropped::default(),
            next_id: 0,
            commands: Runs::new(limits.commands),
            flows: Runs::new(limits.flows),
            values: Runs::new(limits.variables),
            codes: HashMap::new(),
            swept_us: None,
        }
    }

    /// What found no room so far.
    #[must_use]
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }

    /// Runs that are open: commands, flows, variables known.
    #[must_use]
    pub fn open(&self) -> [usize; 3] {
        [self.commands.len(), self.flows.len(), self.values.len()]
    }

    /// Every row that is new, has grown or has ended since the last drain. `now_us` is the clock for live traffic,
    /// the time of the last packet for a capture that is read.
    pub fn drain(&mut self, now_us: i64, resolve: &Resolve<'_>) -> Vec<Change> {
        if self.swept_us.is_none_or(|swept| now_us.abs_diff(swept) >= SWEEP_US.unsigned_abs()) {
            self.swept_us = Some(now_us);
            self.sweep_commands(now_us);
            self.flows.end_where(|_, run| run.span.is_over(now_us, FLOW_PAUSE_MIN_US));
            self.sweep_values(now_us);
        }
        let mut changes = Vec::new();
        self.drain_commands(resolve, &mut changes);
        self.drain_flows(resolve, &mut changes);
        self.drain_values(resolve, &mut changes);
        changes
    }

    /// As [`Self::drain`], and every row is closed: at the end of a capture, before the process ends.
    pub fn finish(&mut self, resolve: &Resolve<'_>) -> Vec<Change> {
        self.commands.end_where(|_, _| true);
        self.flows.end_where(|_, _| true);
        self.end_values();
        self.drain(self.swept_us.unwrap_or_default(), resolve)
    }

    fn id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        id
    }
}

impl Sink for Accumulate {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        // The same packet captured once more happened once.
        if seen.copy {
            return;
        }
        match observation {
            Observation::Command(command) => self.command(seen, command),
            Observation::Outcome(outcome) => self.outcome(seen, outcome),
            Observation::Login(login) => self.login(seen, login),
            Observation::File(file) => self.file(seen, file),
            Observation::Value(value) => self.value(seen, value),
            // These say what is, not what happened: the model keeps them.
            Observation::Identity(_)
            | Observation::NameResolved { .. }
            | Observation::Bound { .. }
            | Observation::Role { .. }
            | Observation::Neighbour(_)
            | Observation::Clock { .. }
            | Observation::Marker(_)
            | Observation::Malformed(_)
            | Observation::Anomaly(_) => (),
        }
    }

    fn heard(&mut self, _: &Heard) {}
    fn presence(&mut self, _: &Presence) {}

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        self.account(summary);
    }

    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}

    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}
