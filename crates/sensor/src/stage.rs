//! From frames to batches: the pipeline of `observe`, what repeats is added up, and the writer of `batch`.

use crate::account::CaptureAccount;
use batch::{Gather, MirrorAccount, Writer};
use facts::id::SensorId;
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use observe::{Limits, Pipeline};
use wire::{Frame, Mac};

/// A batch is ended when it has this many bytes.
const BATCH_BYTES: usize = 256 * 1024;
/// No batch is longer than this: the largest single record fits behind a batch that was just not full.
const BATCH_BYTES_MAX: usize = 2 * BATCH_BYTES;

/// Nanoseconds of an hour.
const HOUR_NS: i64 = 3_600_000_000_000;

/// The stages with their tables reserved.
#[derive(Debug)]
pub(crate) struct Stage {
    pipeline: Pipeline,
    gather: Gather<Batches>,
    /// The hour of the latest frame, counted from 1970.
    hour: i64,
}

impl Stage {
    /// The first batch gets the number `sequence`; `stations` as in [`Limits`].
    pub(crate) fn new(sensor: SensorId, sequence: u64, flows_max: u32, stations: u32) -> Self {
        let writer = Writer::new(sensor, sequence, BATCH_BYTES_MAX);
        Self {
            pipeline: Pipeline::new(Limits { flows: flows_max, stations }),
            gather: Gather::new(Batches { writer, full: Vec::new() }),
            hour: 0,
        }
    }

    /// Takes a frame. Conversations are accounted before the first of another hour, so that each hour of the history has
    /// its own however fast the frames come.
    pub(crate) fn frame(&mut self, frame: &Frame<'_>) {
        let hour = frame.time.0.div_euclid(HOUR_NS);
        if hour != self.hour {
            self.hour = hour;
            self.account();
        }
        self.pipeline.frame(frame, &mut self.gather);
    }

    /// Accounts of the conversations; they go on.
    pub(crate) fn account(&mut self) {
        self.pipeline.account(&mut self.gather);
    }

    /// Accounts of all conversations at the end of a capture.
    pub(crate) fn finish(&mut self) {
        self.pipeline.finish(&mut self.gather);
    }

    /// Writes the counts of the stages into the account of a capture, and that into the batch.
    pub(crate) fn settle(&mut self, account: &mut CaptureAccount) {
        self.pipeline.end_capture(account.capture);
        let counters = self.pipeline.capture(account.capture);
        account.undecoded = counters.undecoded.iter().map(|(why, count)| (why.name(), *count)).collect();
        account.duplicates = counters.duplicates;
        account.routed = counters.routed;
        account.values_sampled = counters.values_sampled;
        account.gaps = counters.gaps;
        account.one_way_flows = counters.one_way_flows;
        account.vlans = counters.vlans;
        self.gather.sink_mut().writer.mirror(&MirrorAccount {
            capture: account.capture,
            last: account.last.unwrap_or_default(),
            frames: account.packets,
            bytes: account.bytes,
            kernel_drops: account.kernel_dropped,
            queue_drops: 0,
            duplicates: account.duplicates,
            values_sampled: account.values_sampled,
            gaps: account.gaps,
            one_way_flows: account.one_way_flows,
            undecoded: account.undecoded.iter().map(|(why, count)| (why.clone(), *count)).collect(),
            vlans: account.vlans.iter().map(|(vlan, count)| (*vlan, *count)).collect(),
        });
    }

    /// Whether a batch is full; true at once after it became so.
    pub(crate) fn is_full(&self) -> bool {
        let batches = self.gather.sink();
        !batches.full.is_empty() || batches.writer.len() >= BATCH_BYTES
    }

    /// The batches that are full with their numbers, and with `all` also the one that is being written.
    pub(crate) fn take(&mut self, all: bool) -> impl Iterator<Item = (u64, Vec<u8>)> + '_ {
        if all {
            self.gather.settle();
        }
        let batches = self.gather.sink_mut();
        if batches.writer.len() >= BATCH_BYTES || (all && !batches.writer.is_empty()) {
            batches.end();
        }
        batches.full.drain(..)
    }
}

/// Ends a batch whenever it is full, however much is said at once: the accounts of all conversations are many batches.
#[derive(Debug)]
struct Batches {
    writer: Writer,
    full: Vec<(u64, Vec<u8>)>,
}

impl Batches {
    fn end(&mut self) {
        let sequence = self.writer.sequence();
        self.full.push((sequence, self.writer.take()));
    }

    fn room(&mut self) -> &mut Writer {
        if self.writer.len() >= BATCH_BYTES {
            self.end();
        }
        &mut self.writer
    }
}

impl Sink for Batches {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        self.room().observation(seen, observation);
    }

    fn heard(&mut self, heard: &Heard) {
        self.room().heard(heard);
    }

    fn presence(&mut self, presence: &Presence) {
        self.room().presence(presence);
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        self.room().flow(summary);
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        self.room().forwarded(network, into, out_of);
    }

    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        self.room().same_network(kept, joined);
    }
}
