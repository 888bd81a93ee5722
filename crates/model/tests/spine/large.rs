//! How long a model of ten thousand machines takes.

use crate::document::assert_same;
use crate::words;
use facts::{
    Command, Datum, Endpoint, FlowId, FlowSummary, Heard, Identity, Layer, NetworkId, Observation, Part,
    Phase, Property, Protocol, Seen, Sink, Subject, Target, Transport, Value, Verb,
};
use model::{Limits, Model};
use std::time::Instant;
use wire::{CaptureId, Direction, Mac, Text, Time};

const START: i64 = 1_700_000_000_000_000_000;

fn machine(number: u32) -> Endpoint {
    let [_, high, middle, low] = number.to_be_bytes();
    Endpoint {
        mac: Some(Mac([0, 0x80, 0xf4, high, middle, low])),
        ip: Some([10, high, middle, low].into()),
        port: 502,
    }
}

/// Each machine is heard, says five things of itself, is read by ten others and has eight variables.
fn tell(model: &mut Model, number: u32) {
    let (time, capture, network) = (Time(START + i64::from(number)), CaptureId(0), NetworkId(0));
    let protocol: Protocol = observe::Protocol::Modbus.into();
    let server = machine(number);
    let Endpoint { mac, ip, .. } = server;
    model.heard(&Heard { time, capture, network, mac, ip, vlan: 0, ttl: 64, to_group: false });
    for other in 1..=10 {
        let client = Endpoint { port: 40_000, ..machine((number + other * 13) % 10_000) };
        let layers = [Layer { protocol, messages: 10, malformed: 0, packets: 10, row: true }];
        model.flow(&FlowSummary {
            flow: FlowId(number),
            capture,
            network,
            transport: Transport::Tcp,
            client,
            server,
            layers: &layers,
            packets: [10, 10],
            bytes: [1000, 1000],
            first: time,
            last: time,
            established: true,
            lost_bytes: 0,
            begun: true,
            ended: true,
            packets_in_all: [10, 10],
        });
        let seen = Seen {
            time,
            times: 1,
            since: time,
            capture,
            network,
            protocol,
            flow: FlowId(number),
            direction: Direction::ToServer,
            source: client,
            destination: server,
            copy: false,
        };
        let (part, name) = (Part::Unit(1), format!("value {other}"));
        let target = Target::Name { space: "tag", name: Text::utf8(name.as_bytes()) };
        let (verb, phase) = (Verb::Read, Phase::Request);
        model.observation(
            &seen,
            &Observation::Command(Command { group: "", code: 3, name: "read", verb, phase, part, target }),
        );
        let datum = Datum::UInt(u64::from(other));
        let value = Value { subject: Subject::Server, part, target, datum };
        model.observation(&seen, &Observation::Value(value));
        let keys = [Property::Name, Property::Vendor, Property::Model, Property::Firmware, Property::Serial];
        for property in keys.into_iter().take(if other == 1 { 5 } else { 0 }) {
            let (text, key) = (format!("{property:?} {number}"), "device-id.text");
            let value = Text::utf8(text.as_bytes());
            let identity = Identity { subject: Subject::Server, part: Part::Whole, property, key, value };
            model.observation(&seen, &Observation::Identity(identity));
        }
    }
}

#[test]
fn ten_thousand_machines() {
    let mut model = Model::new(Limits::default());
    (0..10_000).for_each(|number| tell(&mut model, number));
    let mut snapshot = Vec::new();
    let started = Instant::now();
    model.snapshot(&mut snapshot);
    let wrote = started.elapsed();
    let started = Instant::now();
    let again = Model::restore(&snapshot, Limits::default(), &mut words()).expect("a whole snapshot");
    let read = started.elapsed();
    println!("snapshot of 10,000 machines: {} bytes, written in {wrote:?}, read in {read:?}", snapshot.len());
    assert_same("10,000 machines", &model, &again);
    assert_eq!(model.inventory().assets.len(), 10_000);
    assert!(read.as_secs() < 5, "a restart may take five seconds in all");
}
