//! Observations as lines that a person can compare.

use facts::{
    Command, Datum, FlowSummary, Heard, NetworkId, Observation, Part, Presence, Seen, Sink, Subject, Target,
};
use std::collections::BTreeMap;
use std::fmt::Write;
use wire::{Charset, Direction, Mac, Text};

/// Collects one line per observation, and totals.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    lines: Vec<String>,
    commands: BTreeMap<String, u64>,
    layers: BTreeMap<&'static str, (u64, u64)>,
}

impl Lines {
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub(crate) fn totals(&self) -> String {
        let mut text = String::new();
        for (protocol, (messages, malformed)) in &self.layers {
            writeln!(text, "{protocol} messages={messages} malformed={malformed}").unwrap();
        }
        for (command, count) in &self.commands {
            writeln!(text, "{command}={count}").unwrap();
        }
        text
    }
}

impl Sink for Lines {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        let way = if seen.direction == Direction::ToServer { '>' } else { '<' };
        if let Observation::Command(command) = observation {
            let key = format!("{} {}{} {}", seen.protocol.name, group(command), command.code, command.name);
            *self.commands.entry(key).or_default() += 1;
        }
        self.lines.push(format!("{way} {} {}", seen.protocol.name, line(observation)));
    }

    fn heard(&mut self, _: &Heard) {}
    fn presence(&mut self, _: &Presence) {}

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        for layer in summary.layers {
            let total = self.layers.entry(layer.protocol.name).or_default();
            total.0 += u64::from(layer.messages);
            total.1 += u64::from(layer.malformed);
        }
    }

    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}

    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}

fn line(observation: &Observation<'_>) -> String {
    match observation {
        Observation::Identity(identity) => format!(
            "identity {}{} {:?} {}={}",
            subject(identity.subject),
            part(identity.part),
            identity.property,
            identity.key,
            text(identity.value)
        ),
        Observation::Command(command) => format!(
            "command {}{} {:?} verb={} {:?}{}{}",
            group(command),
            command.code,
            command.name,
            command.verb.name(),
            command.phase,
            part(command.part),
            target(command.target)
        ),
        Observation::Value(value) => {
            format!(
                "value {}{}{} = {}",
                subject(value.subject),
                part(value.part),
                target(value.target),
                datum(value.datum)
            )
        }
        Observation::Outcome(outcome) => {
            format!(
                "outcome {} {:?} status={} {:?}",
                outcome.code, outcome.kind, outcome.status, outcome.reason
            )
        }
        Observation::Login(login) => {
            format!("login {} {} {:?}", text(login.user), login.method, login.outcome)
        }
        Observation::File(file) => format!("file {:?} {} size={:?}", file.action, text(file.name), file.size),
        Observation::NameResolved { name, address } => format!("name {} is {address}", text(*name)),
        Observation::Bound { mac, ip } => format!("bound {ip} is at {mac}"),
        Observation::Role { subject: who, part: which, role } => {
            format!("role {}{} {role:?}", subject(*who), part(*which))
        }
        Observation::Neighbour(neighbour) => {
            format!("neighbour {} port {}", text(neighbour.chassis), text(neighbour.port))
        }
        Observation::Clock { told } => format!("clock {}", told.0),
        Observation::Marker(marker) => format!("marker {marker:?}"),
        Observation::Malformed(malformed) => {
            format!("malformed {} at {}", malformed.defect.name(), malformed.at)
        }
        Observation::Anomaly(anomaly) => format!("anomaly {anomaly:?}"),
    }
}

fn group(command: &Command<'_>) -> String {
    if command.group.is_empty() { String::new() } else { format!("{} ", command.group) }
}

fn subject(subject: Subject) -> String {
    match subject {
        Subject::Mac(mac) => mac.to_string(),
        Subject::Ip(ip) => ip.to_string(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn part(part: Part) -> String {
    match part {
        Part::Whole => String::new(),
        Part::Slot { rack, slot } => format!(" slot={rack}/{slot}"),
        Part::Unit(unit) => format!(" unit={unit}"),
    }
}

fn target(target: Target<'_>) -> String {
    match target {
        Target::None => String::new(),
        Target::Range { space, major: 0, first, count } => format!(" {space}:{first}+{count}"),
        Target::Range { space, major, first, count } => format!(" {space}{major}:{first}+{count}"),
        Target::Name { space, name } => format!(" {space}={}", text(name)),
        Target::Object { space, class, instance, attribute } => {
            format!(" {space}={class}/{instance}/{attribute}")
        }
    }
}

fn datum(datum: Datum<'_>) -> String {
    match datum {
        Datum::Bool(value) => value.to_string(),
        Datum::Int(value) => value.to_string(),
        Datum::UInt(value) => value.to_string(),
        Datum::Float(value) => format!("{value:?}"),
        Datum::Text(value) => text(value),
    }
}

fn text(value: Text<'_>) -> String {
    match value.charset {
        Charset::Utf16Le | Charset::Utf16Be => {
            let unit = |pair: &[u8]| match value.charset {
                Charset::Utf16Le => u16::from_le_bytes([pair[0], pair[1]]),
                _ => u16::from_be_bytes([pair[0], pair[1]]),
            };
            let units: Vec<u16> = value.bytes.chunks_exact(2).map(unit).collect();
            format!("{:?}", String::from_utf16_lossy(&units))
        }
        _ => format!("\"{}\"", value.bytes.escape_ascii()),
    }
}
