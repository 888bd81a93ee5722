//! Once everything of a plant was seen, decode and observe allocate nothing, whatever the packets carry.

use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use observe::Limits;
use observe::Pipeline;
use simulator::Simulator;
use wire::{CaptureId, Frame, LinkType, Mac, Time};

/// Counts what it is told, so that nothing is thought away.
#[derive(Default)]
struct Deaf {
    observations: u64,
}

impl Sink for Deaf {
    fn observation(&mut self, _: &Seen, _: &Observation<'_>) {
        self.observations += 1;
    }
    fn heard(&mut self, _: &Heard) {}
    fn presence(&mut self, _: &Presence) {}
    fn flow(&mut self, _: &FlowSummary<'_>) {}
    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}
    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}

const SECOND: i64 = 1_000_000_000;

#[test]
fn the_demo_plant_a_second_time_allocates_nothing() {
    let mut frames: Vec<(Time, u16, Vec<u8>)> = Vec::new();
    let mut simulator = Simulator::new(simulator::demo().expect("the demo plant"), 11, Time(0));
    simulator.run_until(Time(60 * SECOND), |frame| {
        frames.push((frame.time, frame.capture.0, frame.bytes.to_vec()));
    });
    let mut pipeline = Pipeline::new(Limits { flows: 16_384, stations: 1024 });
    let mut sink = Deaf::default();
    let mut play = |from: i64| {
        let before = sink.observations;
        let info = allocation_counter::measure(|| {
            for (time, capture, bytes) in &frames {
                let original_len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let frame = Frame {
                    time: Time(time.0 + from),
                    capture: CaptureId(*capture),
                    link: LinkType::ETHERNET,
                    original_len,
                    bytes,
                };
                pipeline.frame(&frame, &mut sink);
            }
        });
        (info.count_total, sink.observations - before)
    };
    let (_, first) = play(0);
    assert!(first > 10_000, "the plant speaks protocols: {first} observations");
    let (allocations, second) = play(3600 * SECOND);
    assert_eq!(allocations, 0);
    assert!(second > first / 2, "the second time says about as much: {second} after {first}");
}
