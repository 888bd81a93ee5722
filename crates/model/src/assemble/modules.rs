//! Modules in a rack and units behind an address.

use crate::infer::fields::{choose, choose_vendor};
use crate::inventory::{Claim, Module};
use facts::{Part, Property};

/// A unit or slot that was addressed or spoke: part, protocol, messages.
pub(super) type UnitSeen = (Part, &'static str, u64);

/// Modules out of what was claimed for parts and which parts were addressed. A lone unit that says nothing of itself
/// is only how its protocol addresses the machine, so it is no module.
pub(super) fn modules(claims: &[Claim], mut units: Vec<UnitSeen>) -> Vec<Module> {
    units.sort();
    let mut parts: Vec<Part> = claims.iter().map(|claim| claim.part).collect();
    for same_protocol in by_protocol(&units) {
        if same_protocol.len() > 1 {
            parts.extend(same_protocol.iter().map(|(part, ..)| *part));
        }
    }
    parts.retain(|part| *part != Part::Whole);
    parts.sort();
    parts.dedup();
    parts.into_iter().map(|part| module(part, claims, &units)).collect()
}

fn by_protocol(units: &[UnitSeen]) -> Vec<Vec<UnitSeen>> {
    let mut sorted: Vec<UnitSeen> = units.iter().copied().filter(|(part, ..)| *part != Part::Whole).collect();
    sorted.sort_by_key(|(part, protocol, _)| (*protocol, *part));
    sorted.chunk_by(|a, b| a.1 == b.1).map(<[UnitSeen]>::to_vec).collect()
}

fn module(part: Part, claims: &[Claim], units: &[UnitSeen]) -> Module {
    let seen = units.iter().filter(|(of, ..)| *of == part);
    let told = claims.iter().filter(|claim| claim.part == part).map(|claim| claim.protocol);
    let mut protocols: Vec<&'static str> =
        seen.clone().map(|(_, protocol, _)| *protocol).chain(told).collect();
    protocols.sort_unstable();
    protocols.dedup();
    Module {
        part,
        protocols,
        name: choose(claims, part, Property::Name),
        vendor: choose_vendor(claims, part, &[]),
        model: choose(claims, part, Property::Model),
        order_number: choose(claims, part, Property::OrderNumber),
        firmware: choose(claims, part, Property::Firmware),
        hardware: choose(claims, part, Property::Hardware),
        serial: choose(claims, part, Property::Serial),
        messages: seen.map(|(_, _, messages)| messages).sum(),
    }
}
