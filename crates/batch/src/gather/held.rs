//! One observation kept while it repeats.

use facts::{Command, Datum, FlowId, Identity, NetworkId, Observation, Protocol, Seen, Target, Value};
use wire::{CaptureId, Direction, Text, Time};

/// An observation that owns its texts, and how often it was said since it was last passed on. The buffer of the texts
/// is used again and again.
#[derive(Debug)]
pub(super) struct Held {
    seen: Seen,
    /// Its texts are empty here.
    observation: Observation<'static>,
    texts: Vec<u8>,
    /// Where the second text begins.
    split: usize,
    charsets: [wire::Charset; 2],
    times: u32,
    since: Time,
}

impl Default for Held {
    fn default() -> Self {
        let seen = Seen {
            time: Time(0),
            times: 1,
            since: Time(0),
            capture: CaptureId(0),
            network: NetworkId(0),
            protocol: Protocol { id: u16::MAX, name: "" },
            flow: FlowId(0),
            direction: Direction::ToServer,
            source: Default::default(),
            destination: Default::default(),
            copy: false,
        };
        let observation = Observation::Clock { told: Time(0) };
        Self {
            seen,
            observation,
            texts: Vec::new(),
            split: 0,
            charsets: Default::default(),
            times: 0,
            since: Time(0),
        }
    }
}

impl Held {
    /// Keeps an observation that was just passed on.
    pub(super) fn keep(&mut self, seen: &Seen, observation: &Observation<'_>) {
        let (bare, [first, second]) = strip(observation);
        self.texts.clear();
        self.texts.extend_from_slice(first.bytes);
        self.texts.extend_from_slice(second.bytes);
        self.split = first.bytes.len();
        self.charsets = [first.charset, second.charset];
        (self.seen, self.observation, self.times) = (*seen, bare, 0);
    }

    /// Counts that it was said again. The stamp of a value is that of the latest reading.
    pub(super) fn add(&mut self, seen: &Seen, observation: &Observation<'_>) {
        let first = self.times == 0;
        let latest = if first { seen.time } else { self.seen.time.max(seen.time) };
        self.since = if first { seen.since } else { self.since.min(seen.since) };
        self.times = self.times.saturating_add(seen.times);
        if matches!(observation, Observation::Value(_)) {
            self.seen = *seen;
        }
        self.seen.time = latest;
    }

    /// Says what was counted; false when there is nothing to say.
    pub(super) fn take(&mut self, mut say: impl FnMut(&Seen, &Observation<'_>)) -> bool {
        if self.times == 0 {
            return false;
        }
        let seen = Seen { times: self.times, since: self.since, ..self.seen };
        self.times = 0;
        let (first, second) = self.texts.split_at_checked(self.split).unwrap_or_default();
        let [first, second] = [(first, self.charsets[0]), (second, self.charsets[1])]
            .map(|(bytes, charset)| Text { bytes, charset });
        say(&seen, &dress(&self.observation, first, second));
        true
    }
}

/// An observation without its texts, and these.
fn strip<'a>(observation: &Observation<'a>) -> (Observation<'static>, [Text<'a>; 2]) {
    let none = Text::default();
    match *observation {
        Observation::Command(Command { group, code, name, verb, phase, part, target }) => {
            let (target, text) = strip_target(target);
            let command = Command { group, code, name, verb, phase, part, target };
            (Observation::Command(command), [text, none])
        }
        Observation::Identity(Identity { subject, part, property, key, value }) => {
            let identity = Identity { subject, part, property, key, value: none_static() };
            (Observation::Identity(identity), [value, none])
        }
        Observation::Value(Value { subject, part, target, datum }) => {
            let (target, first) = strip_target(target);
            let (datum, second) = match datum {
                Datum::Bool(value) => (Datum::Bool(value), none),
                Datum::Int(value) => (Datum::Int(value), none),
                Datum::UInt(value) => (Datum::UInt(value), none),
                Datum::Float(value) => (Datum::Float(value), none),
                Datum::Text(text) => (Datum::Text(none_static()), text),
            };
            (Observation::Value(Value { subject, part, target, datum }), [first, second])
        }
        Observation::Outcome(outcome) => (Observation::Outcome(outcome), [none, none]),
        Observation::Role { subject, part, role } => {
            (Observation::Role { subject, part, role }, [none, none])
        }
        Observation::Marker(marker) => (Observation::Marker(marker), [none, none]),
        Observation::Malformed(malformed) => (Observation::Malformed(malformed), [none, none]),
        Observation::Anomaly(anomaly) => (Observation::Anomaly(anomaly), [none, none]),
        // Never held: they have no key.
        Observation::Login(_)
        | Observation::File(_)
        | Observation::NameResolved { .. }
        | Observation::Bound { .. }
        | Observation::Neighbour(_)
        | Observation::Clock { .. } => (Observation::Clock { told: Time(0) }, [none, none]),
    }
}

fn none_static() -> Text<'static> {
    Text::default()
}

fn strip_target(target: Target<'_>) -> (Target<'static>, Text<'_>) {
    match target {
        Target::None => (Target::None, Text::default()),
        Target::Range { space, major, first, count } => {
            (Target::Range { space, major, first, count }, Text::default())
        }
        Target::Name { space, name } => (Target::Name { space, name: none_static() }, name),
        Target::Object { space, class, instance, attribute } => {
            (Target::Object { space, class, instance, attribute }, Text::default())
        }
    }
}

/// The observation with its texts again.
fn dress<'a>(bare: &Observation<'static>, first: Text<'a>, second: Text<'a>) -> Observation<'a> {
    let target = |target: Target<'static>| match target {
        Target::Name { space, .. } => Target::Name { space, name: first },
        other => other,
    };
    match *bare {
        Observation::Command(command) => {
            Observation::Command(Command { target: target(command.target), ..command })
        }
        Observation::Identity(identity) => Observation::Identity(Identity { value: first, ..identity }),
        Observation::Value(value) => {
            let datum = match value.datum {
                Datum::Text(_) => Datum::Text(second),
                other => other,
            };
            Observation::Value(Value { target: target(value.target), datum, ..value })
        }
        other => other,
    }
}
