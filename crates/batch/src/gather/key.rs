//! When two observations are the same.

use core::hash::{BuildHasher, Hash, Hasher};
use facts::{
    Command, Datum, Endpoint, Identity, NetworkId, Observation, Outcome, Seen, Subject, Target, Value,
};
use wire::{Mac, is_group_ip};

/// Which realm every realm belongs to.
#[derive(Debug, Default)]
pub(super) struct Realms {
    /// By number; realms beyond the end are their own.
    of: Vec<u16>,
}

impl Realms {
    fn of(&self, network: NetworkId) -> u16 {
        self.of.get(usize::from(network.0)).copied().unwrap_or(network.0)
    }

    pub(super) fn unite(&mut self, kept: NetworkId, joined: NetworkId) {
        let (kept, joined) = (self.of(kept), self.of(joined));
        let known = u16::try_from(self.of.len()).unwrap_or(u16::MAX);
        self.of.extend(known..=joined);
        self.of.iter_mut().filter(|of| **of == joined).for_each(|of| *of = kept);
    }
}

/// What an observation is watched under, and what must be equal for it to be said again rather than anew (`None` when
/// nothing is). For all but values the two are one. `None` for what is never added up.
pub(super) fn keys(
    seen: &Seen,
    observation: &Observation<'_>,
    hasher: &impl BuildHasher,
    realms: &Realms,
) -> Option<(u64, Option<u64>)> {
    let mut state = hasher.build_hasher();
    match observation {
        Observation::Value(value) => return variable(seen, value, hasher, realms),
        Observation::Command(command) => {
            state.write_u8(1);
            let Command { group, code, name, verb, phase, part, target } = command;
            (group, code, name, verb, phase, part).hash(&mut state);
            hash_target(target, &mut state);
        }
        Observation::Identity(identity) => {
            state.write_u8(2);
            let Identity { subject, part, property, key, value } = identity;
            (subject, part, property, key, value).hash(&mut state);
        }
        Observation::Outcome(outcome) => {
            state.write_u8(3);
            let Outcome { group, code, kind, status, reason } = outcome;
            (group, code, kind, status, reason).hash(&mut state);
        }
        Observation::Role { subject, part, role } => {
            state.write_u8(4);
            (subject, part, role).hash(&mut state);
        }
        Observation::Marker(marker) => {
            state.write_u8(5);
            marker.hash(&mut state);
        }
        Observation::Malformed(malformed) => {
            state.write_u8(6);
            malformed.hash(&mut state);
        }
        Observation::Anomaly(anomaly) => {
            state.write_u8(7);
            anomaly.hash(&mut state);
        }
        Observation::Login(_)
        | Observation::File(_)
        | Observation::NameResolved { .. }
        | Observation::Bound { .. }
        | Observation::Neighbour(_)
        | Observation::Clock { .. } => return None,
    }
    let Seen { capture, network, protocol, flow, direction, source, destination, copy, .. } = seen;
    (capture, network, protocol, flow, direction, copy).hash(&mut state);
    (source, destination).hash(&mut state);
    let key = state.finish();
    Some((key, Some(key)))
}

/// The variable, whoever reads it, and its value. A number that is not equal to itself is never the same.
fn variable(
    seen: &Seen,
    value: &Value<'_>,
    hasher: &impl BuildHasher,
    realms: &Realms,
) -> Option<(u64, Option<u64>)> {
    let mut state = hasher.build_hasher();
    (realms.of(seen.network), seen.protocol, machine(seen, value.subject)?, value.part, seen.copy)
        .hash(&mut state);
    let count = match value.target {
        Target::None => return None,
        Target::Range { count, .. } => count,
        Target::Name { .. } | Target::Object { .. } => 0,
    };
    let variable = match value.target {
        Target::Range { space, major, first, .. } => Target::Range { space, major, first, count: 0 },
        other => other,
    };
    hash_target(&variable, &mut state);
    let key = state.finish();
    // The subject is part of it: what is said later stands on the later message's ends.
    (value.subject, count).hash(&mut state);
    match value.datum {
        Datum::Bool(value) => (0u8, value).hash(&mut state),
        Datum::Int(value) => (1u8, value).hash(&mut state),
        Datum::UInt(value) => (2u8, value).hash(&mut state),
        Datum::Float(value) if value.is_nan() => return Some((key, None)),
        Datum::Float(value) => (3u8, value.to_bits()).hash(&mut state),
        Datum::Text(value) => (4u8, value).hash(&mut state),
    }
    Some((key, Some(state.finish())))
}

/// The machine that is meant: its IP address when that can name one, else its hardware address.
fn machine(seen: &Seen, subject: Subject) -> Option<Endpoint> {
    let Endpoint { mac, ip, .. } = match subject {
        Subject::Sender => seen.source,
        Subject::Receiver => seen.destination,
        Subject::Client => seen.client(),
        Subject::Server => seen.server(),
        Subject::Mac(mac) => Endpoint { mac: Some(mac), ..Endpoint::default() },
        Subject::Ip(ip) => Endpoint { ip: Some(ip), ..Endpoint::default() },
    };
    let this_network =
        |ip: &core::net::IpAddr| matches!(ip, core::net::IpAddr::V4(ip) if ip.octets().first() == Some(&0));
    let ip = ip.filter(|ip| !is_group_ip(*ip) && !this_network(ip));
    let mac = mac.filter(|mac: &Mac| mac.is_host() && ip.is_none());
    (ip.is_some() || mac.is_some()).then_some(Endpoint { mac, ip, port: 0 })
}

fn hash_target(target: &Target<'_>, state: &mut impl Hasher) {
    match target {
        Target::None => state.write_u8(0),
        Target::Range { space, major, first, count } => (1u8, space, major, first, count).hash(state),
        Target::Name { space, name } => (2u8, space, name).hash(state),
        Target::Object { space, class, instance, attribute } => {
            (3u8, space, class, instance, attribute).hash(state);
        }
    }
}
