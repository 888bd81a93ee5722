//! A model that was put away and taken up again goes on as if nothing had happened.

use crate::document::assert_same;
use crate::{captures, plants, words};
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use model::{Limits, Model, RestoreError};
use wire::Mac;

/// A model that never stops, and one that is put away and taken up again after so many calls.
struct Pair {
    always: Model,
    again: Model,
    every: u32,
    calls: u32,
    restarts: u32,
}

impl Pair {
    fn new(every: u32) -> Self {
        let (always, again) = (Model::new(Limits::default()), Model::new(Limits::default()));
        Self { always, again, every, calls: 0, restarts: 0 }
    }

    fn tell(&mut self, tell: impl Fn(&mut Model)) {
        tell(&mut self.always);
        tell(&mut self.again);
        self.calls += 1;
        // Ever rarer, so that a long capture is put away a dozen times.
        if self.calls >= self.every {
            (self.calls, self.every) = (0, self.every * 2);
            let mut snapshot = Vec::new();
            self.again.snapshot(&mut snapshot);
            self.again =
                Model::restore(&snapshot, Limits::default(), &mut words()).expect("a whole snapshot");
            self.restarts += 1;
        }
    }
}

impl Sink for Pair {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        self.tell(|model| model.observation(seen, observation));
    }

    fn heard(&mut self, heard: &Heard) {
        self.tell(|model| model.heard(heard));
    }

    fn presence(&mut self, presence: &Presence) {
        self.tell(|model| model.presence(presence));
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        self.tell(|model| model.flow(summary));
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        self.tell(|model| model.forwarded(network, into, out_of));
    }

    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        self.tell(|model| model.same_network(kept, joined));
    }
}

#[test]
fn the_demo_plant() {
    let mut pair = Pair::new(50);
    plants::demo(30, &mut pair);
    assert!(pair.restarts > 5, "{}", pair.restarts);
    assert_same("demo", &pair.always, &pair.again);
}

#[test]
fn every_capture() {
    for path in captures() {
        let mut pair = Pair::new(7);
        plants::file(&path, &mut pair);
        assert_same(&path.display().to_string(), &pair.always, &pair.again);
    }
}

#[test]
fn what_is_no_snapshot_is_refused() {
    let mut model = Model::new(Limits::default());
    plants::demo(3, &mut model);
    let mut snapshot = Vec::new();
    model.snapshot(&mut snapshot);
    let restore = |bytes: &[u8]| Model::restore(bytes, Limits::default(), &mut words()).err();
    assert_eq!(restore(b"not a snapshot"), Some(RestoreError::NotASnapshot));
    let mut newer = snapshot.clone();
    newer.splice(4..6, [9, 0]);
    assert_eq!(restore(&newer), Some(RestoreError::Version(9)));
    for cut in (6..snapshot.len()).step_by(97) {
        assert_eq!(restore(snapshot.get(..cut).expect("short")), Some(RestoreError::Damaged), "cut at {cut}");
        let mut changed = snapshot.clone();
        if let Some(byte) = changed.get_mut(cut) {
            *byte ^= 0x10;
        }
        assert_eq!(restore(&changed), Some(RestoreError::Damaged), "changed at {cut}");
    }
}

#[test]
fn lower_limits_keep_what_is_there() {
    let mut model = Model::new(Limits::default());
    plants::demo(10, &mut model);
    let mut snapshot = Vec::new();
    model.snapshot(&mut snapshot);
    let limits = Limits { addresses: 1, texts: 1, text_bytes: 1, links: 1, claims: 1, ..Limits::default() };
    let small = Model::restore(&snapshot, limits, &mut words()).expect("a whole snapshot");
    assert_same("lower limits", &model, &small);
}
