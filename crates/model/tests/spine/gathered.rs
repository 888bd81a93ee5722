//! A stream that was added up gives the same inventory.

use crate::document::assert_same;
use crate::{captures, plants, words};
use batch::{Gather, Gathered, Writer, replay};
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use model::{Limits, Model};
use wire::Mac;

/// A model that is told everything, and another that is told batches of what was added up.
struct Pair {
    direct: Model,
    gather: Gather<Writer>,
    far: Model,
    words: batch::Words,
    calls: u32,
}

impl Pair {
    fn new() -> Self {
        let sensor = "0192f0c1-2b3c-7d4e-8f50-617283940a1b".parse().expect("an id");
        Self {
            direct: Model::new(Limits::default()),
            gather: Gather::new(Writer::new(sensor, 0, 1 << 20)),
            far: Model::new(Limits::default()),
            words: words(),
            calls: 0,
        }
    }

    fn told(&mut self) {
        self.calls += 1;
        if self.calls.is_multiple_of(500) {
            self.send();
        }
    }

    fn send(&mut self) {
        self.gather.settle();
        let batch = self.gather.sink_mut().take();
        let report = replay(&batch, &mut self.words, &mut self.far).expect("a whole batch");
        assert_eq!((report.damaged, report.unknown, report.header.refused.total()), (0, 0, 0));
    }

    fn same(mut self, of: &str) -> Gathered {
        self.send();
        assert_same(of, &self.direct, &self.far);
        self.gather.gathered()
    }
}

impl Sink for Pair {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        self.direct.observation(seen, observation);
        self.gather.observation(seen, observation);
        self.told();
    }

    fn heard(&mut self, heard: &Heard) {
        self.direct.heard(heard);
        self.gather.heard(heard);
    }

    fn presence(&mut self, presence: &Presence) {
        self.direct.presence(presence);
        self.gather.presence(presence);
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        self.direct.flow(summary);
        self.gather.flow(summary);
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        self.direct.forwarded(network, into, out_of);
        self.gather.forwarded(network, into, out_of);
    }

    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        self.direct.same_network(kept, joined);
        self.gather.same_network(kept, joined);
    }
}

#[test]
fn the_demo_plant() {
    let mut pair = Pair::new();
    plants::demo(60, &mut pair);
    let gathered = pair.same("demo");
    println!("demo: {gathered:?}");
    assert!(gathered.told - gathered.said > 1_000, "something is added up: {gathered:?}");
}

#[test]
fn every_capture() {
    for path in captures() {
        let mut pair = Pair::new();
        plants::file(&path, &mut pair);
        let gathered = pair.same(&path.display().to_string());
        println!("{}: {gathered:?}", path.display());
    }
}
