//! Who speaks and who is only spoken to is told every few seconds of packet time, and only where a plant is listened to.

use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use observe::{Limits, Pipeline};
use wire::{CaptureId, Frame, LinkType, Mac, Time};

#[derive(Default)]
struct Told(Vec<Presence>);

impl Sink for Told {
    fn observation(&mut self, _: &Seen, _: &Observation<'_>) {}
    fn heard(&mut self, _: &Heard) {}
    fn presence(&mut self, presence: &Presence) {
        self.0.push(*presence);
    }
    fn flow(&mut self, _: &FlowSummary<'_>) {}
    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}
    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}

const PLC: [u8; 6] = [0x00, 0x1b, 0x1b, 0, 0, 1];
const PANEL: [u8; 6] = [0x00, 0x0c, 0x29, 0, 0, 2];
const EVERYBODY: [u8; 6] = [0xff; 6];

/// A frame of an experimental protocol (IEEE 802, local experimental `EtherType` 1) in this second.
fn frame(pipeline: &mut Pipeline, told: &mut Told, second: i64, from: [u8; 6], to: [u8; 6]) {
    let bytes = [to.as_slice(), from.as_slice(), &[0x88, 0xb5], &[0; 46]].concat();
    let original_len = 60;
    let time = Time(second * 1_000_000_000);
    let frame = Frame { time, capture: CaptureId(0), link: LinkType::ETHERNET, original_len, bytes: &bytes };
    pipeline.frame(&frame, told);
    pipeline.account(told);
}

fn counts(told: &mut Told, mac: [u8; 6]) -> Vec<(u32, u32)> {
    let of = |presence: &&Presence| presence.mac == Mac(mac);
    told.0.iter().filter(of).map(|presence| (presence.sent, presence.received)).collect()
}

#[test]
fn who_speaks_is_told_every_five_seconds() {
    let (mut pipeline, mut told) = (Pipeline::new(Limits { flows: 64, stations: 64 }), Told::default());
    for second in 0..=4 {
        frame(&mut pipeline, &mut told, second, PLC, PANEL);
        frame(&mut pipeline, &mut told, second, PANEL, EVERYBODY);
    }
    assert!(told.0.is_empty(), "not yet: {:?}", told.0);
    frame(&mut pipeline, &mut told, 5, PANEL, PLC);
    assert_eq!(counts(&mut told, PLC), [(5, 1)]);
    assert_eq!(counts(&mut told, PANEL), [(6, 5)], "what goes to everybody is nobody's");
    // The port of the controller left the mirror: it is only spoken to.
    frame(&mut pipeline, &mut told, 10, PANEL, PLC);
    assert_eq!(counts(&mut told, PLC), [(5, 1), (0, 1)]);
    assert_eq!(told.0.last().map(|presence| presence.time), Some(Time(10_000_000_000)));
}

#[test]
fn of_a_file_nothing_is_told() {
    let (mut pipeline, mut told) = (Pipeline::new(Limits::default()), Told::default());
    for second in 0..30 {
        frame(&mut pipeline, &mut told, second, PLC, PANEL);
    }
    assert!(told.0.is_empty());
}

#[test]
fn addresses_without_room_are_counted() {
    let (mut pipeline, mut told) = (Pipeline::new(Limits { flows: 64, stations: 16 }), Told::default());
    for last in 0..40 {
        frame(&mut pipeline, &mut told, 0, [0x02, 0, 0, 0, 1, last], EVERYBODY);
    }
    assert_eq!(pipeline.counters().stations_refused, 24);
}
