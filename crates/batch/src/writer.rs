//! Makes batches of what is observed.

use crate::encoder::low_bits;
use crate::fact_types::encode_flow;
use crate::header::{HEADER_LEN, Header, Refused};
use crate::{Code, Encoder, MirrorAccount};
use facts::id::SensorId;
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use wire::{Mac, Time};

/// Kinds of records. A reader passes over one that it does not know.
pub(crate) mod kind {
    pub(crate) const WORD: u8 = 0;
    pub(crate) const ENDPOINT: u8 = 1;
    pub(crate) const OBSERVATION: u8 = 2;
    pub(crate) const HEARD: u8 = 3;
    pub(crate) const FLOW: u8 = 4;
    pub(crate) const FORWARDED: u8 = 5;
    pub(crate) const SAME_NETWORK: u8 = 6;
    pub(crate) const MIRROR: u8 = 7;
    pub(crate) const STAGES: u8 = 8;
    pub(crate) const PRESENCE: u8 = 9;
    /// The last that this version knows.
    pub(crate) const LAST: u8 = PRESENCE;
}

/// A sink that writes what it is told behind each other until [`Writer::take`] takes the batch. When a batch is full
/// the rest is refused and counted; an eighth of it is reserved for everything but observations, since a lost command
/// is a smaller loss than a machine, a conversation or the accounts of the mirror.
#[derive(Debug)]
pub struct Writer {
    sensor: SensorId,
    sequence: u64,
    limit: usize,
    batch: Vec<u8>,
    encoder: Encoder,
    /// Words and endpoints that the batch defines already.
    defined: (usize, usize),
    /// Base, earliest and latest time; `None` in a batch without a time.
    times: Option<(Time, Time, Time)>,
    records: u64,
    refused: Refused,
}

impl Writer {
    /// A writer whose next batch has this number. No batch is longer than `limit` bytes (at least 4,096).
    #[must_use]
    pub fn new(sensor: SensorId, sequence: u64, limit: usize) -> Self {
        let limit = limit.max(4096);
        Self {
            sensor,
            sequence,
            limit,
            batch: vec![0; HEADER_LEN],
            encoder: Encoder::new(),
            defined: (0, 0),
            times: None,
            records: 0,
            refused: Refused::default(),
        }
    }

    /// Bytes of the batch so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batch.len()
    }

    /// Whether nothing was written or refused since the last batch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records == 0 && self.refused == Refused::default()
    }

    /// What was refused since the last batch.
    #[must_use]
    pub fn refused(&self) -> Refused {
        self.refused
    }

    /// The number of the batch that is being written.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Ends the batch and begins the next. An empty batch is valid: it says that the sensor is alive.
    pub fn take(&mut self) -> Vec<u8> {
        let (base, first, last) = self.times.take().unwrap_or_default();
        let refused = core::mem::take(&mut self.refused);
        let header = Header { sensor: self.sensor, sequence: self.sequence, base, first, last, refused };
        let mut next = Vec::with_capacity(self.batch.len());
        next.resize(HEADER_LEN, 0);
        let mut batch = core::mem::replace(&mut self.batch, next);
        if let Some(place) = batch.get_mut(..HEADER_LEN) {
            place.copy_from_slice(&header.to_bytes());
        }
        self.sequence = self.sequence.wrapping_add(1);
        self.encoder.words.forget_from(0);
        self.encoder.endpoints.forget_from(0);
        (self.defined, self.records) = ((0, 0), 0);
        batch
    }

    /// Writes what was measured of a capture.
    pub fn mirror(&mut self, account: &MirrorAccount) {
        self.time(account.last);
        let written = self.record(kind::MIRROR, self.limit, |encoder| account.encode(encoder));
        self.refused.accounts += u64::from(!written);
    }

    /// Writes counters of the stages by name; all since the sensor started.
    pub fn stages(&mut self, counters: &[(&'static str, u64)]) {
        let written = self.record(kind::STAGES, self.limit, |encoder| encoder.list(counters.iter()));
        self.refused.accounts += u64::from(!written);
    }

    fn time(&mut self, time: Time) {
        let (base, first, last) = self.times.unwrap_or((time, time, time));
        self.times = Some((base, first.min(time), last.max(time)));
        self.encoder.base = base;
    }

    /// Writes one record behind the words and endpoints that it uses for the first time; false when there is no room
    /// below `limit`.
    fn record(&mut self, kind: u8, limit: usize, write: impl FnOnce(&mut Encoder)) -> bool {
        let Self { batch, encoder, .. } = self;
        encoder.bytes.clear();
        write(encoder);
        let body = core::mem::take(&mut encoder.bytes);
        let before = batch.len();
        let (words, endpoints) = self.defined;
        for at in words..encoder.words.all.len() {
            let Some(word) = encoder.words.all.get(at).copied() else { break };
            push(batch, kind::WORD, word.0.as_bytes());
        }
        for at in endpoints..encoder.endpoints.all.len() {
            let Some(endpoint) = encoder.endpoints.all.get(at).copied() else { break };
            endpoint.encode(encoder);
            push(batch, kind::ENDPOINT, &encoder.bytes);
            encoder.bytes.clear();
        }
        push(batch, kind, &body);
        // The buffer is used again.
        encoder.bytes = body;
        let fits = batch.len() <= limit;
        if fits {
            self.defined = (encoder.words.all.len(), encoder.endpoints.all.len());
            self.records += 1;
        } else {
            batch.truncate(before);
            encoder.words.forget_from(words);
            encoder.endpoints.forget_from(endpoints);
        }
        fits
    }
}

/// One record: its kind, the length of its body, its body.
fn push(batch: &mut Vec<u8>, kind: u8, body: &[u8]) {
    batch.push(kind);
    let mut rest = body.len() as u64;
    while rest >= 0x80 {
        batch.push(low_bits(rest) | 0x80);
        rest >>= 7;
    }
    batch.push(low_bits(rest));
    batch.extend_from_slice(body);
}

impl Sink for Writer {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        let room = self.limit - self.limit / 8;
        if self.batch.len() >= room {
            self.refused.observations += u64::from(seen.times);
            return;
        }
        self.time(seen.since);
        self.time(seen.time);
        let written = self.record(kind::OBSERVATION, room, |encoder| {
            seen.encode(encoder);
            observation.encode(encoder);
        });
        self.refused.observations += if written { 0 } else { u64::from(seen.times) };
    }

    fn heard(&mut self, heard: &Heard) {
        self.time(heard.time);
        let written = self.record(kind::HEARD, self.limit, |encoder| heard.encode(encoder));
        self.refused.heard += u64::from(!written);
    }

    fn presence(&mut self, presence: &Presence) {
        self.time(presence.time);
        let written = self.record(kind::PRESENCE, self.limit, |encoder| presence.encode(encoder));
        self.refused.heard += u64::from(!written);
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        self.time(summary.first);
        self.time(summary.last);
        let written = self.record(kind::FLOW, self.limit, |encoder| encode_flow(summary, encoder));
        self.refused.flows += u64::from(!written);
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        let written =
            self.record(kind::FORWARDED, self.limit, |encoder| (network, into, out_of).encode(encoder));
        self.refused.forwarded += u64::from(!written);
    }

    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        let written = self.record(kind::SAME_NETWORK, self.limit, |encoder| (kept, joined).encode(encoder));
        self.refused.same_network += u64::from(!written);
    }
}
