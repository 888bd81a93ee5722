//! What a mirror delivers twice is told apart from what a router passes on, and each capture gets its own.

#![expect(clippy::indexing_slicing, reason = "a test may fail loudly in what its cases share")]

use facts::{FlowSummary, Heard, NetworkId, Observation, Seen, Sink};
use observe::{CaptureCounters, Limits, Pipeline};
use simulator::{Plant, Simulator};
use wire::{CaptureId, Mac, Time};

struct Deaf;

impl Sink for Deaf {
    fn observation(&mut self, _: &Seen, _: &Observation<'_>) {}
    fn presence(&mut self, _: &facts::Presence) {}
    fn heard(&mut self, _: &Heard) {}
    fn flow(&mut self, _: &FlowSummary<'_>) {}
    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}
    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}

/// Frames of both captures, and what was counted of each.
fn counted(plant: Plant, seconds: i64) -> [(u64, CaptureCounters); 2] {
    let mut pipeline = Pipeline::new(Limits { flows: 4_096, stations: 0 });
    let mut frames = [0; 2];
    Simulator::new(plant, 3, Time(0)).run_until(Time(seconds * 1_000_000_000), |frame| {
        frames[usize::from(frame.capture.0)] += 1;
        pipeline.frame(&frame, &mut Deaf);
    });
    let ids = [CaptureId(0), CaptureId(1)];
    ids.into_iter().for_each(|id| pipeline.end_capture(id));
    [0, 1].map(|at| (frames[at], pipeline.capture(ids[at])))
}

#[test]
fn a_mirror_of_both_sides_of_a_router_delivers_nothing_twice() {
    let [(frames, first), (_, second)] = counted(simulator::demo().expect("the demo plant"), 60);
    assert!(first.routed > frames / 20, "many packets cross the core switch: {} of {frames}", first.routed);
    assert!(first.duplicates < frames / 50, "{} of {frames} are exact copies", first.duplicates);
    assert_eq!(second.duplicates, 0, "line 2 is mirrored once");
}

#[test]
fn copies_belong_to_the_capture_that_delivered_them() {
    let network = |name: &str, capture: u16, percent: u8| {
        format!(
            r#"
[[network]]
name = "{name}"
subnet = "10.{capture}.0.0/24"
capture = {capture}
duplicate_percent = {percent}
[[device]]
name = "client-{name}"
on = [{{ network = "{name}", mac = "00:00:00:00:0{capture}:01", ip = "10.{capture}.0.5" }}]
[[device]]
name = "server-{name}"
on = [{{ network = "{name}", mac = "02:00:00:00:0{capture}:02", ip = "10.{capture}.0.10" }}]
"#
        )
    };
    let talk = |name: &str| {
        format!(
            "[[conversation]]\nclient = \"client-{name}\"\nserver = \"server-{name}\"\nprotocol = \"modbus\"\n\
             items = [\"read holding 0 4\"]\n"
        )
    };
    let text =
        ["name = \"x\"\n", &network("a", 0, 0), &network("b", 1, 100), &talk("a"), &talk("b")].concat();
    let [(_, first), (frames, second)] = counted(Plant::parse(&text).expect("a plant"), 30);
    assert_eq!((first.duplicates, first.routed), (0, 0));
    assert_eq!((second.duplicates, second.routed), (frames / 2, 0));
}
