//! Modules in a rack and units behind an address.

use crate::infer::fields::{choose, choose_vendor};
use crate::inventory::{Claim, Module};
use facts::{Part, Property};

/// A unit or slot that was addressed or spoke: part, protocol, messages.
pub(super) type UnitSeen = (Part, &'static str, u64);

/// Numbers by which a machine is addressed that is no gateway: 255 or 0 by the book (MODBUS Messaging on TCP/IP V1.0b,
/// 4.4.2.2), and 1 by habit.
const ITSELF: [u32; 3] = [0, 1, 255];

/// Units by which their protocol addresses the machine itself: the only one of its protocol, with a number for that.
pub(super) fn own_units(claims: &[Claim], units: &[UnitSeen], is_gateway: bool) -> Vec<(&'static str, Part)> {
    let addressed = units.iter().map(|(part, protocol, _)| (*protocol, *part));
    let told = claims.iter().map(|claim| (claim.protocol, claim.part));
    let mut all: Vec<(&'static str, Part)> =
        addressed.chain(told).filter(|(_, part)| *part != Part::Whole).collect();
    all.sort_unstable();
    all.dedup();
    let lone = all.chunk_by(|a, b| a.0 == b.0).filter(|of_protocol| of_protocol.len() == 1 && !is_gateway);
    lone.flatten()
        .copied()
        .filter(|(_, part)| matches!(part, Part::Unit(unit) if ITSELF.contains(unit)))
        .collect()
}

/// Modules out of what was claimed for parts and which parts were addressed; the machine's own units are none.
pub(super) fn modules(
    claims: &[Claim],
    own: &[(&'static str, Part)],
    mut units: Vec<UnitSeen>,
) -> Vec<Module> {
    units.sort();
    let of_modules = claims.iter().filter(|claim| !own.contains(&(claim.protocol, claim.part)));
    let mut parts: Vec<Part> = of_modules.map(|claim| claim.part).collect();
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
