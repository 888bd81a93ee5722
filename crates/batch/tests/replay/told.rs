//! A sink that keeps what it is told as lines.

use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use wire::Mac;

/// One line for each call.
#[derive(Debug, Default)]
pub(crate) struct Told(pub(crate) Vec<String>);

impl Sink for Told {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        self.0.push(format!("{seen:?} {observation:?}"));
    }

    fn heard(&mut self, heard: &Heard) {
        self.0.push(format!("{heard:?}"));
    }

    fn presence(&mut self, presence: &Presence) {
        self.0.push(format!("{presence:?}"));
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        self.0.push(format!("{summary:?}"));
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        self.0.push(format!("forwarded {network:?} {into} {out_of}"));
    }

    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        self.0.push(format!("same {kept:?} {joined:?}"));
    }
}

/// Counts, for inputs that are read thousands of times.
#[derive(Debug, Default)]
pub(crate) struct Counted(pub(crate) u64);

impl Sink for Counted {
    fn observation(&mut self, _: &Seen, _: &Observation<'_>) {
        self.0 += 1;
    }

    fn heard(&mut self, _: &Heard) {
        self.0 += 1;
    }

    fn presence(&mut self, _: &Presence) {
        self.0 += 1;
    }

    fn flow(&mut self, _: &FlowSummary<'_>) {
        self.0 += 1;
    }

    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {
        self.0 += 1;
    }

    fn same_network(&mut self, _: NetworkId, _: NetworkId) {
        self.0 += 1;
    }
}

/// Tells two sinks the same.
pub(crate) struct Both<'s, A, B>(pub(crate) &'s mut A, pub(crate) &'s mut B);

impl<A: Sink, B: Sink> Sink for Both<'_, A, B> {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        self.0.observation(seen, observation);
        self.1.observation(seen, observation);
    }

    fn heard(&mut self, heard: &Heard) {
        self.0.heard(heard);
        self.1.heard(heard);
    }

    fn presence(&mut self, presence: &Presence) {
        self.0.presence(presence);
        self.1.presence(presence);
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        self.0.flow(summary);
        self.1.flow(summary);
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        self.0.forwarded(network, into, out_of);
        self.1.forwarded(network, into, out_of);
    }

    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        self.0.same_network(kept, joined);
        self.1.same_network(kept, joined);
    }
}
