//! Keeps a sensor within its own block of numbers, whatever it says.

use super::{BLOCK, Remote};
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use wire::{CaptureId, Mac};

/// Passes on what lies within the block and counts the rest.
pub(crate) struct Fence<'a> {
    inner: &'a mut dyn Sink,
    first: u16,
    /// What lay outside.
    pub(crate) refused: u64,
}

impl<'a> Fence<'a> {
    pub(crate) fn new(remote: Remote, inner: &'a mut dyn Sink) -> Self {
        Self { inner, first: remote.first.0, refused: 0 }
    }

    fn admits(&mut self, networks: &[NetworkId], capture: Option<CaptureId>) -> bool {
        let mut numbers = networks.iter().map(|network| network.0).chain(capture.map(|capture| capture.0));
        let is_inside = numbers.all(|number| number >= self.first && number - self.first < BLOCK);
        self.refused += u64::from(!is_inside);
        is_inside
    }
}

impl Sink for Fence<'_> {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        if self.admits(&[seen.network], Some(seen.capture)) {
            self.inner.observation(seen, observation);
        }
    }

    fn heard(&mut self, heard: &Heard) {
        if self.admits(&[heard.network], Some(heard.capture)) {
            self.inner.heard(heard);
        }
    }

    fn presence(&mut self, presence: &Presence) {
        if self.admits(&[presence.network], None) {
            self.inner.presence(presence);
        }
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        if self.admits(&[summary.network], Some(summary.capture)) {
            self.inner.flow(summary);
        }
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        if self.admits(&[network], None) {
            self.inner.forwarded(network, into, out_of);
        }
    }

    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        if self.admits(&[kept, joined], None) {
            self.inner.same_network(kept, joined);
        }
    }
}
