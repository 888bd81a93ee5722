//! Strong evidence that two hardware addresses are one machine.

use super::bindings::Bindings;
use super::unite::Machines;
use crate::Model;
use crate::address::{Address, AddressId};
use crate::table::TextId;
use crate::text::decode_text;
use facts::{NetworkId, Part, Property};
use hashbrown::HashMap;
use wire::Mac;

/// Two addresses that belong to one machine, and why.
pub(crate) struct Evidence {
    pub(crate) first: AddressId,
    pub(crate) second: AddressId,
    pub(crate) reason: String,
}

/// More holders of one value than this make it a default or a copy, not an identity.
const HOLDERS_MAX: usize = 4;

/// All evidence, in an order that depends only on what was said.
pub(crate) fn same_machine(model: &Model, bindings: &Bindings, machines: &Machines) -> Vec<Evidence> {
    let mut evidence = same_serial(model, bindings, machines);
    evidence.extend(same_chassis(model, bindings));
    evidence.extend(chassis_is_address(model, bindings));
    evidence
}

fn network_of(model: &Model, id: AddressId) -> NetworkId {
    model.addresses.get(id.0).map(|((network, _), _)| *network).unwrap_or_default()
}

fn mac_of(model: &Model, id: AddressId) -> Option<Mac> {
    match model.addresses.get(id.0) {
        Some(((_, Address::Mac(mac)), _)) => Some(*mac),
        _ => None,
    }
}

/// A serial number must be able to tell machines apart: not short, not one character repeated, no counting.
fn distinguishes(serial: &str) -> bool {
    let mut characters = serial.chars().filter(|character| character.is_alphanumeric());
    let Some(first) = characters.next() else { return false };
    serial.len() >= 5
        && characters.any(|character| character != first)
        && !"0123456789abcdef".contains(&serial.to_ascii_lowercase())
        && !"1234567890".contains(serial)
}

/// The same serial number told by the same protocol, and no contradicting model or vendor.
fn same_serial(model: &Model, bindings: &Bindings, machines: &Machines) -> Vec<Evidence> {
    let mut holders: HashMap<(NetworkId, u16, &str, TextId), Vec<AddressId>> = HashMap::new();
    for (key, _) in model.claims.rows() {
        let serial = key.property == Property::Serial && key.part == Part::Whole;
        if serial || key.key.ends_with("client-id") {
            let network = network_of(model, key.subject);
            let group = holders.entry((network, key.protocol.id, key.key, key.value)).or_default();
            group.push(key.subject);
        }
    }
    let mut groups: Vec<_> = holders.into_iter().collect();
    groups.sort_by_key(|((network, protocol, key, value), _)| {
        (*network, *protocol, *key, model.texts.get(*value).bytes)
    });
    let fields = told_fields(model, machines);
    let mut evidence = Vec::new();
    for ((_, _, key, value), mut subjects) in groups {
        subjects.sort_by_key(|subject| (bindings.place(machines.root(*subject)), bindings.place(*subject)));
        subjects.dedup_by_key(|subject| machines.root(*subject));
        let text = decode_text(model.texts.get(value));
        if subjects.len() < 2 || subjects.len() > HOLDERS_MAX || !distinguishes(&text) {
            continue;
        }
        let Some((first, others)) = subjects.split_first() else { continue };
        let told = |id: &AddressId| fields.get(&machines.root(*id)).map(Vec::as_slice).unwrap_or_default();
        for second in others.iter().filter(|second| !contradict(told(first), told(second))) {
            let reason = format!("both say {key} {text}");
            evidence.push(Evidence { first: *first, second: *second, reason });
        }
    }
    evidence
}

/// A field that a machine filled: protocol, key and value.
type Told = (u16, &'static str, TextId);

/// What each machine says about its model, order number and vendor.
fn told_fields(model: &Model, machines: &Machines) -> HashMap<AddressId, Vec<Told>> {
    let mut fields: HashMap<AddressId, Vec<Told>> = HashMap::new();
    for (key, _) in model.claims.rows() {
        let fills = matches!(key.property, Property::Model | Property::OrderNumber | Property::Vendor);
        if fills && key.part == Part::Whole {
            let told = (key.protocol.id, key.key, key.value);
            fields.entry(machines.root(key.subject)).or_default().push(told);
        }
    }
    fields
}

/// Whether two machines told nothing but different values by the same field.
fn contradict(a: &[Told], b: &[Told]) -> bool {
    a.iter().any(|(protocol, key, _)| {
        let same_field = |told: &&Told| (told.0, told.1) == (*protocol, *key);
        let mut theirs = b.iter().filter(same_field).peekable();
        theirs.peek().is_some()
            && !theirs.any(|their| a.iter().filter(same_field).any(|mine| mine.2 == their.2))
    })
}

/// Neighbour announcements with the same chassis from hardware addresses of the same vendor: ports of one switch or
/// of one device with several ports. A chassis named like a thousand others ("switch") proves nothing alone, so
/// the vendor prefix must agree.
fn same_chassis(model: &Model, bindings: &Bindings) -> Vec<Evidence> {
    let mut holders: HashMap<(NetworkId, TextId), Vec<(Mac, AddressId)>> = HashMap::new();
    for (key, _) in model.neighbours.rows() {
        let sender = bindings.home_of(key.sender).map_or(key.sender, |(mac, _)| mac);
        if let Some(mac) = mac_of(model, sender) {
            holders.entry((network_of(model, sender), key.chassis)).or_default().push((mac, sender));
        }
    }
    let mut groups: Vec<_> = holders.into_iter().collect();
    groups.sort_by_key(|((network, chassis), _)| (*network, model.texts.get(*chassis).bytes));
    let mut evidence = Vec::new();
    for ((_, chassis), mut ports) in groups {
        ports.sort_by_key(|(mac, _)| *mac);
        ports.dedup();
        let text = decode_text(model.texts.get(chassis));
        for same_vendor in ports.chunk_by(|a, b| a.0.0.first_chunk::<3>() == b.0.0.first_chunk::<3>()) {
            let Some(((_, first), others)) = same_vendor.split_first() else { continue };
            evidence.extend(others.iter().filter(|_| text.len() > 2).map(|(_, second)| Evidence {
                first: *first,
                second: *second,
                reason: format!("port of the same chassis {text}"),
            }));
        }
    }
    evidence
}

/// A neighbour announcement whose chassis is the hardware address of a machine that was heard, same vendor.
fn chassis_is_address(model: &Model, bindings: &Bindings) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for (key, _) in model.neighbours.rows() {
        let text = decode_text(model.texts.get(key.chassis));
        let Some(chassis) = parse_mac(&text) else { continue };
        let network = network_of(model, key.sender);
        let Some(first) = model.addresses.find(&(network, Address::Mac(chassis))).map(AddressId) else {
            continue;
        };
        let Some(sender) = mac_of(model, key.sender) else { continue };
        if first != key.sender && sender.0.first_chunk::<3>() == chassis.0.first_chunk::<3>() {
            evidence.push(Evidence {
                first,
                second: key.sender,
                reason: format!("names {chassis} as its chassis"),
            });
        }
    }
    evidence.sort_by_key(|one| (bindings.place(one.first), bindings.place(one.second)));
    evidence.dedup_by_key(|one| (one.first, one.second));
    evidence
}

/// `aa:bb:cc:dd:ee:ff`, also with dashes.
fn parse_mac(text: &str) -> Option<Mac> {
    let mut octets = [0; 6];
    let mut parts = text.split([':', '-']);
    for octet in &mut octets {
        *octet = u8::from_str_radix(parts.next().filter(|part| part.len() == 2)?, 16).ok()?;
    }
    parts.next().is_none().then_some(Mac(octets)).filter(|mac| mac.is_host())
}
