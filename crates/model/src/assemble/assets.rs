//! Builds one asset per machine.

use super::Context;
use super::modules::{modules, own_units};
use super::usage::{Usages, usages};
use crate::address::{Address, AddressId, CLAIMED, HEARD, is_private};
use crate::infer::weights::weight;
use crate::infer::{Clue, Kind, Level, fields, hearing, kind, level, nat, role_clue, text_clues};
use crate::inventory::{Asset, AssetId, AssetIndex, Claim, Interface, InterfaceAddress};
use crate::merge::Forwarder;
use crate::text::decode_text;
use facts::{Part, Property};
use hashbrown::HashMap;
use knowledge::is_virtual_machine;
use wire::{Mac, Time};

/// Resolved names kept per address.
const NAMES_MAX: usize = 4;

/// Facts grouped by asset.
struct Grouped {
    claims: Vec<Vec<Claim>>,
    clues: Vec<Vec<Clue>>,
    clocks: Vec<Option<i64>>,
    gateways: Vec<Option<AssetIndex>>,
    hides: Vec<Option<(u32, String)>>,
    contested: Vec<Vec<(Address, Mac)>>,
    usages: Usages,
}

pub(super) fn assets(context: &Context<'_>) -> Vec<Asset> {
    let mut grouped = group(context);
    let numbered = (0..).zip(&context.members);
    let mut assets: Vec<Asset> =
        numbered.map(|(index, members)| asset(context, AssetIndex(index), members, &mut grouped)).collect();
    let gateways: Vec<AssetIndex> = assets.iter().filter_map(|asset| asset.gateway).collect();
    for gateway in gateways {
        if let Some(asset) = slot(&mut assets, Some(gateway)) {
            asset.behind += 1;
        }
    }
    assets
}

fn group(context: &Context<'_>) -> Grouped {
    let len = context.members.len();
    let mut grouped = Grouped {
        claims: vec![Vec::new(); len],
        clues: vec![Vec::new(); len],
        clocks: vec![None; len],
        gateways: vec![None; len],
        hides: vec![None; len],
        contested: vec![Vec::new(); len],
        usages: usages(context),
    };
    group_claims(context, &mut grouped.claims);
    group_names(context, &mut grouped.claims);
    group_clues(context, &mut grouped.clues);
    group_pairs(context, &mut grouped);
    for (subject, (offset, _)) in context.model.clocks.rows() {
        if let Some(place) = slot(&mut grouped.clocks, context.asset_at(*subject)) {
            *place = Some(*offset);
        }
    }
    for (ip, claimant) in &context.bindings.contested {
        let (Some(ip_address), Some(Address::Mac(mac))) =
            (address_of(context, *ip), address_of(context, *claimant))
        else {
            continue;
        };
        if let Some(list) = slot(&mut grouped.contested, context.asset_at(*ip)) {
            list.push((ip_address, mac));
        }
    }
    grouped
}

fn slot<T>(list: &mut [T], index: Option<AssetIndex>) -> Option<&mut T> {
    list.get_mut(index?.0 as usize)
}

fn take<T: Default>(list: &mut [T], index: AssetIndex) -> T {
    slot(list, Some(index)).map(core::mem::take).unwrap_or_default()
}

fn address_of(context: &Context<'_>, id: AddressId) -> Option<Address> {
    context.model.addresses.get(id.0).map(|((_, address), _)| *address)
}

fn group_claims(context: &Context<'_>, claims: &mut [Vec<Claim>]) {
    let model = context.model;
    for (key, tally) in model.claims.rows() {
        let Some(address) = address_of(context, key.subject) else { continue };
        let Some(list) = slot(claims, context.asset_at(key.subject)) else { continue };
        let text = model.texts.get(key.value);
        list.push(Claim {
            protocol: key.protocol.name,
            key: key.key,
            property: key.property,
            part: key.part,
            address,
            value: decode_text(text),
            bytes: text.bytes.to_vec(),
            confidence: weight(key.protocol.name, key.key, key.property),
            count: tally.count,
            first: tally.first,
            last: tally.last,
        });
    }
    for list in claims.iter_mut() {
        list.sort_by(|a, b| {
            (a.protocol, a.key, a.part, &a.value, &a.bytes, a.address)
                .cmp(&(b.protocol, b.key, b.part, &b.value, &b.bytes, b.address))
        });
    }
}

/// Names of name services are claims about whoever holds the address. A few are enough: content networks have
/// thousands.
fn group_names(context: &Context<'_>, claims: &mut [Vec<Claim>]) {
    let model = context.model;
    let mut names: Vec<_> = model.names.rows().iter().collect();
    names.sort_by_key(|((network, address, protocol, name), tally)| {
        (*network, *address, core::cmp::Reverse(tally.count), protocol.name, model.texts.get(*name).bytes)
    });
    for same_address in names.chunk_by(|a, b| (a.0.0, a.0.1) == (b.0.0, b.0.1)) {
        for ((network, ip, protocol, name), tally) in same_address.iter().take(NAMES_MAX) {
            let address = Address::Ip(*ip);
            let row = model.addresses.find(&(*network, address)).map(AddressId);
            let Some(list) = slot(claims, row.and_then(|row| context.asset_at(row))) else { continue };
            let text = model.texts.get(*name);
            list.push(Claim {
                protocol: protocol.name,
                key: "resolved-name",
                property: Property::Name,
                part: Part::Whole,
                address,
                value: decode_text(text),
                bytes: text.bytes.to_vec(),
                confidence: weight(protocol.name, "resolved-name", Property::Name),
                count: tally.count,
                first: tally.first,
                last: tally.last,
            });
        }
    }
}

/// What protocols and addresses say outright about the kind.
fn group_clues(context: &Context<'_>, clues: &mut [Vec<Clue>]) {
    for (key, _) in context.model.roles.rows() {
        if let (Part::Whole, Some(list)) = (key.part, slot(clues, context.asset_at(key.subject))) {
            list.push(role_clue(key.role, key.protocol.name));
        }
    }
    for (row, ((_, address), _)) in context.model.addresses.numbered() {
        let id = AddressId(row);
        let Some(list) = slot(clues, context.asset_at(id)) else { continue };
        if let Some(forwarder) = context.bindings.forwarder_of(id) {
            list.push(forwarder_clue(forwarder));
        }
        if let Address::Mac(mac) = address
            && let Some(protocol) = virtual_router(*mac)
        {
            list.push(Clue {
                kind: Kind::Router,
                weight: 92,
                reason: format!("virtual address of {protocol}"),
            });
        }
    }
}

fn forwarder_clue(forwarder: Forwarder) -> Clue {
    let (weight, reason) = match forwarder {
        Forwarder::SeenAtWork => (91, "the same packets were captured on both sides of it"),
        Forwarder::CarriesOthers => (78, "sends packets of addresses that stand elsewhere"),
        Forwarder::FarAddresses => (72, "sends packets of addresses that cannot be its own"),
        Forwarder::ManyAddresses => (60, "sends or answers for many addresses"),
    };
    Clue { kind: Kind::Router, weight, reason: reason.to_owned() }
}

/// Hardware addresses that redundancy protocols share between routers (VRRP: RFC 5798, 7.3; HSRP and GLBP: Cisco).
fn virtual_router(mac: Mac) -> Option<&'static str> {
    match mac.0 {
        [0x00, 0x00, 0x5e, 0x00, 0x01 | 0x02, _] => Some("VRRP"),
        [0x00, 0x00, 0x0c, 0x07, 0xac, _] | [0x00, 0x00, 0x0c, 0x9f, 0xf0..=0xff, _] => Some("HSRP"),
        [0x00, 0x07, 0xb4, 0x00, ..] => Some("GLBP"),
        _ => None,
    }
}

/// Gateways of addresses that stand on no hardware address, and machines hidden behind one.
fn group_pairs(context: &Context<'_>, grouped: &mut Grouped) {
    let mut pairs: Vec<_> = context.model.pairs.rows().iter().collect();
    pairs.sort_by_key(|((mac, ip), _)| (context.bindings.place(*ip), context.bindings.place(*mac)));
    for ((mac, ip), pair) in pairs {
        match context.bindings.home_of(*ip) {
            Some((home, _)) if home == *mac => {
                // A known router passes packets of others with their own addresses; only its own address hides.
                if let (Some(place), Some(found)) =
                    (slot(&mut grouped.hides, context.asset_at(*ip)), nat::hidden(pair))
                {
                    *place = Some(found);
                }
            }
            None if pair.heard > 0 => {
                let router = context.asset_at(*mac);
                if let Some(place) = slot(&mut grouped.gateways, context.asset_at(*ip)) {
                    *place = place.or(router);
                }
            }
            _ => (),
        }
    }
}

fn asset(context: &Context<'_>, index: AssetIndex, members: &[AddressId], grouped: &mut Grouped) -> Asset {
    let interfaces = interfaces(context, members);
    let claims = take(&mut grouped.claims, index);
    let macs: Vec<Mac> = interfaces.iter().filter_map(|interface| interface.mac).collect();
    let usage = grouped.usages.of(index);
    let mut clues = take(&mut grouped.clues, index);
    let is_gateway = clues.iter().any(|clue| clue.kind == Kind::Gateway);
    let own = own_units(&claims, &usage.units, is_gateway);
    let mut read = of_itself(&claims, &own);
    clues.extend(text_clues(claims.iter().chain(&read)));
    read.extend(fields::read_descriptions(&claims));
    let (kind, kind_reasons) = kind(clues, &usage.behaviour);
    let facts = members.iter().filter_map(|id| context.model.addresses.get(id.0));
    let (marks, first, last) =
        facts.fold((0, Time(i64::MAX), Time(i64::MIN)), |(marks, first, last), (_, facts)| {
            (marks | facts.marks, facts.first.min(first), facts.last.max(last))
        });
    let choose = |property| fields::choose(claims.iter().chain(&read), Part::Whole, property);
    let key = members.first().and_then(|id| context.model.addresses.get(id.0)).map(|(key, _)| *key);
    let network = key.map(|(network, _)| network).unwrap_or_default();
    let id = AssetId(key.map(|(network, address)| format!("{}/{address}", network.0)).unwrap_or_default());
    Asset {
        id,
        network,
        name: choose(Property::Name),
        vendor: fields::choose_vendor(claims.iter().chain(&read), Part::Whole, &macs),
        model: choose(Property::Model),
        order_number: choose(Property::OrderNumber),
        firmware: choose(Property::Firmware),
        hardware: choose(Property::Hardware),
        serial: choose(Property::Serial),
        operating_system: choose(Property::OperatingSystem),
        level: level(kind).or_else(|| outside(&interfaces)),
        kind,
        kind_reasons,
        virtual_machine: !macs.is_empty() && macs.iter().all(|mac| is_virtual_machine(*mac)),
        modules: modules(&claims, &own, usage.units),
        services: usage.services,
        hearing: hearing(marks, members.iter().any(|id| context.model.is_lost(*id))),
        gateway: take(&mut grouped.gateways, index).filter(|gateway| *gateway != index),
        behind: 0,
        hides: take(&mut grouped.hides, index),
        contested: take(&mut grouped.contested, index),
        clock_ahead: take(&mut grouped.clocks, index),
        interfaces,
        claims,
        first,
        last,
    }
}

/// What its own units say, as said of the machine.
fn of_itself(claims: &[Claim], own: &[(&'static str, Part)]) -> Vec<Claim> {
    let said = claims.iter().filter(|claim| own.contains(&(claim.protocol, claim.part)));
    said.map(|claim| Claim { part: Part::Whole, ..claim.clone() }).collect()
}

/// Addresses of the public internet that stand on no hardware address are outside the plant.
fn outside(interfaces: &[Interface]) -> Option<(Level, String)> {
    let mut addresses = interfaces.iter().flat_map(|interface| &interface.addresses).peekable();
    addresses.peek()?;
    let public = addresses.all(|address| !is_private(address.ip));
    (public && interfaces.iter().all(|interface| interface.mac.is_none()))
        .then(|| (Level::External, "a public address that is not on this network".to_owned()))
}

/// One interface per hardware address, and one for the addresses that stand on none.
fn interfaces(context: &Context<'_>, members: &[AddressId]) -> Vec<Interface> {
    let mut interfaces: Vec<Interface> = Vec::new();
    let mut places: HashMap<Option<AddressId>, usize> = HashMap::new();
    // Hardware addresses sort before IP addresses, so each interface is there before its addresses.
    for id in members {
        let Some(((_, address), facts)) = context.model.addresses.get(id.0) else { continue };
        let mut reason = context.machines.reason.get(id.index()).cloned().unwrap_or_default();
        let heard = facts.is(HEARD);
        let home = match address {
            Address::Mac(_) => Some(*id),
            Address::Ip(_) => context.bindings.home_of(*id).map(|(mac, _)| mac),
        };
        let place = *places.entry(home).or_insert(interfaces.len());
        if place == interfaces.len() {
            let mac = if let Address::Mac(mac) = address { Some(*mac) } else { None };
            let mut vlans: Vec<u16> = facts.vlans.iter().collect();
            vlans.sort_unstable();
            let reason = core::mem::take(&mut reason);
            let heard = heard && mac.is_some();
            interfaces.push(Interface { mac, heard, addresses: Vec::new(), vlans, reason });
        }
        if let (Address::Ip(ip), Some(interface)) = (address, interfaces.get_mut(place)) {
            let claimed = facts.is(CLAIMED);
            interface.addresses.push(InterfaceAddress { ip: *ip, heard, claimed, reason });
        }
    }
    interfaces
}
