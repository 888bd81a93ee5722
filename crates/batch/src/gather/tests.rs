//! What is added up and what is not.

use super::*;
use facts::{Command, Datum, Endpoint, FlowId, Part, Phase, Protocol, Subject, Target, Value, Verb};
use wire::{CaptureId, Direction, Text};

/// Each observation with when it was said last, how often and since when.
#[derive(Debug, Default)]
struct Said(Vec<String>);

impl Sink for Said {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        let what = match observation {
            Observation::Command(command) => format!("{} {:?}", command.name, command.target),
            Observation::Value(value) => format!("{:?}", value.datum),
            _ => "other".into(),
        };
        let times = [seen.time, seen.since].map(|time| time.0 / 1_000_000);
        self.0.push(format!("{what} ×{} {}..{}", seen.times, times[1], times[0]));
    }

    fn heard(&mut self, _: &Heard) {}
    fn presence(&mut self, _: &Presence) {}
    fn flow(&mut self, _: &FlowSummary<'_>) {}
    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}
    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        self.0.push(format!("{kept:?} = {joined:?}"));
    }
}

fn end(last: u8, port: u16) -> Endpoint {
    Endpoint { mac: None, ip: Some([10, 0, 0, last].into()), port }
}

/// A message from a client to 10.0.0.9 after some milliseconds.
fn seen(at: i64, client: u8) -> Seen {
    let time = Time(at * 1_000_000);
    Seen {
        time,
        times: 1,
        since: time,
        capture: CaptureId(0),
        network: NetworkId(0),
        protocol: Protocol { id: 1, name: "modbus" },
        flow: FlowId(u32::from(client)),
        direction: Direction::ToServer,
        source: end(client, 4000),
        destination: end(9, 502),
        copy: false,
    }
}

fn read(space: &'static str) -> Observation<'static> {
    let target = Target::Range { space, major: 0, first: 1, count: 10 };
    let (verb, phase) = (Verb::Read, Phase::Request);
    Observation::Command(Command { group: "", code: 3, name: "read", verb, phase, part: Part::Whole, target })
}

fn is(datum: Datum<'_>) -> Observation<'_> {
    let target = Target::Name { space: "tag", name: Text::utf8(b"speed") };
    Observation::Value(Value { subject: Subject::Server, part: Part::Whole, target, datum })
}

#[test]
fn a_poll_passes_at_once_and_then_once_a_second() {
    let mut gather = Gather::new(Said::default());
    for at in (0..2_500).step_by(100) {
        gather.observation(&seen(at, 1), &read("input"));
    }
    let target = "read Range { space: \"input\", major: 0, first: 1, count: 10 }";
    assert_eq!(
        gather.sink().0,
        [format!("{target} ×1 0..0"), format!("{target} ×9 100..900"), format!("{target} ×10 1000..1900")]
    );
    assert_eq!(gather.gathered(), Gathered { told: 25, said: 3, evicted: 0 });
    assert_eq!(gather.into_sink().0.last(), Some(&format!("{target} ×5 2000..2400")));
}

#[test]
fn another_value_comes_after_the_repetitions_of_the_old_one() {
    let mut gather = Gather::new(Said::default());
    for (at, client, value) in [(0, 1, 5), (10, 2, 5), (20, 1, 5), (30, 2, 6), (40, 1, 5)] {
        gather.observation(&seen(at, client), &is(Datum::Int(value)));
    }
    gather.observation(&seen(50, 1), &is(Datum::Float(f64::NAN)));
    gather.observation(&seen(50, 1), &is(Datum::Float(f64::NAN)));
    let said = gather.into_sink().0;
    let expected = [
        "Int(5) ×1 0..0",
        "Int(5) ×2 10..20",
        "Int(6) ×1 30..30",
        "Int(5) ×1 40..40",
        "Float(NaN) ×1 50..50",
    ];
    assert_eq!(said[..5], expected);
    assert_eq!(said[5..], ["Float(NaN) ×1 50..50"], "not equal to itself, so never the same");
}

#[test]
fn different_messages_are_not_added_up() {
    let mut gather = Gather::new(Said::default());
    gather.observation(&seen(0, 1), &read("input"));
    gather.observation(&seen(0, 2), &read("input"));
    gather.observation(&seen(0, 1), &read("holding"));
    gather.observation(&Seen { copy: true, ..seen(0, 1) }, &read("input"));
    gather.observation(&seen(0, 1), &Observation::Clock { told: Time(0) });
    gather.observation(&seen(0, 1), &Observation::Clock { told: Time(0) });
    assert_eq!(gather.sink().0.len(), 6);
}

#[test]
fn a_full_table_says_what_it_gives_up() {
    let mut gather = Gather::new(Said::default());
    let item = |first| {
        let target = Target::Range { space: "input", major: 0, first, count: 1 };
        let (verb, phase, part) = (Verb::Read, Phase::Request, Part::Whole);
        Observation::Command(Command { group: "", code: 3, name: "read", verb, phase, part, target })
    };
    let many = u32::try_from(SLOTS_MAX).expect("few") + 100;
    for first in 0..many {
        gather.observation(&seen(0, 1), &item(first));
        gather.observation(&seen(0, 1), &item(first));
    }
    assert_eq!(gather.gathered().evicted, 100);
    let gathered = gather.gathered();
    assert_eq!((gathered.told, gathered.said), (u64::from(many) * 2, u64::from(many) + 100));
    let said = gather.into_sink().0;
    assert_eq!(said.len(), 2 * many as usize, "nothing is lost");
}

#[test]
fn what_repeats_is_said_before_two_networks_become_one() {
    let mut gather = Gather::new(Said::default());
    let there = |at| Seen { network: NetworkId(1), ..seen(at, 1) };
    gather.observation(&there(0), &is(Datum::Int(1)));
    gather.observation(&there(10), &is(Datum::Int(1)));
    gather.same_network(NetworkId(0), NetworkId(1));
    gather.observation(&there(20), &is(Datum::Int(1)));
    gather.observation(&seen(30, 1), &is(Datum::Int(2)));
    gather.observation(&there(40), &is(Datum::Int(1)));
    let expected = [
        "Int(1) ×1 0..0",
        "Int(1) ×1 10..10",
        "NetworkId(0) = NetworkId(1)",
        "Int(1) ×1 20..20",
        "Int(2) ×1 30..30",
        "Int(1) ×1 40..40",
    ];
    assert_eq!(gather.into_sink().0, expected, "one variable in one network");
}
