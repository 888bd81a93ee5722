//! What does not fit together in a structure.

use super::{NAME_MAX, NOTES_MAX, Placement, Structure, TAGS_MAX};
use crate::fold;
use core::fmt;
use core::hash::Hash;
use core::net::IpAddr;
use facts::id::{AssetUid, CellId, LineId, NetworkUid, SiteId, SystemId, ZoneId};
use std::collections::{HashMap, HashSet};

/// One thing of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// The site.
    Site(SiteId),
    /// A line.
    Line(LineId),
    /// A cell.
    Cell(CellId),
    /// A system.
    System(SystemId),
    /// A zone.
    Zone(ZoneId),
    /// A network.
    Network(NetworkUid),
    /// An asset's placement.
    Asset(AssetUid),
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Site(id) => write!(f, "site {id}"),
            Self::Line(id) => write!(f, "line {id}"),
            Self::Cell(id) => write!(f, "cell {id}"),
            Self::System(id) => write!(f, "system {id}"),
            Self::Zone(id) => write!(f, "zone {id}"),
            Self::Network(id) => write!(f, "network {id}"),
            Self::Asset(id) => write!(f, "asset {id}"),
        }
    }
}

/// What does not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StructureFault {
    /// A name is empty, too long or holds control characters.
    Name(Item),
    /// Two things under one parent have names that are equal when folded.
    SameName {
        /// The first of them.
        first: Item,
        /// The other.
        second: Item,
        /// The name of the other.
        name: String,
    },
    /// Two things of one kind have the same id.
    SameId(Item),
    /// Something names what does not exist.
    Missing {
        /// What names it.
        item: Item,
        /// What is missing.
        names: Item,
    },
    /// A system or zone lies inside itself.
    Cycle(Item),
    /// An asset's cell belongs to another line than the asset.
    OtherLine {
        /// The asset.
        asset: AssetUid,
        /// The cell.
        cell: CellId,
    },
    /// Two assets have one equipment number.
    SameEquipmentNumber {
        /// The first of them.
        first: AssetUid,
        /// The other.
        second: AssetUid,
        /// The number.
        number: String,
    },
    /// A value is outside what is allowed.
    Value {
        /// Of what.
        item: Item,
        /// Which value, and what is allowed.
        what: &'static str,
    },
}

impl fmt::Display for StructureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(item) => {
                write!(f, "{item} needs a name of 1 to {NAME_MAX} characters without control characters")
            }
            Self::SameName { first, second, name } => {
                write!(
                    f,
                    "{second} is called `{name}`, as {first} already is: names are unique under one parent"
                )
            }
            Self::SameId(item) => write!(f, "{item} is there twice: ids are unique"),
            Self::Missing { item, names } => write!(f, "{item} names {names}, which does not exist"),
            Self::Cycle(item) => write!(f, "{item} lies inside itself: choose another parent"),
            Self::OtherLine { asset, cell } => {
                write!(f, "asset {asset} is in cell {cell}, which belongs to another line")
            }
            Self::SameEquipmentNumber { first, second, number } => {
                write!(f, "asset {second} has equipment number `{number}`, as asset {first} already has")
            }
            Self::Value { item, what } => write!(f, "{item}: {what}"),
        }
    }
}

/// Everything that does not fit together; empty when the structure can be kept.
#[must_use]
pub fn check(structure: &Structure) -> Vec<StructureFault> {
    let mut faults = Vec::new();
    let Structure { site, lines, cells, systems, zones, networks, placements } = structure;
    let names = core::iter::once((Item::Site(site.id), None, &site.name))
        .chain(lines.iter().map(|line| (Item::Line(line.id), None, &line.name)))
        .chain(cells.iter().map(|cell| (Item::Cell(cell.id), Some(Item::Line(cell.line)), &cell.name)))
        .chain(systems.iter().map(|part| (Item::System(part.id), part.parent.map(Item::System), &part.name)))
        .chain(zones.iter().map(|zone| (Item::Zone(zone.id), zone.parent.map(Item::Zone), &zone.name)))
        .chain(networks.iter().map(|network| (Item::Network(network.id), None, &network.name)));
    check_names(names, &mut faults);

    let items: HashSet<Item> = (lines.iter().map(|line| Item::Line(line.id)))
        .chain(cells.iter().map(|cell| Item::Cell(cell.id)))
        .chain(systems.iter().map(|part| Item::System(part.id)))
        .chain(zones.iter().map(|zone| Item::Zone(zone.id)))
        .chain(networks.iter().map(|network| Item::Network(network.id)))
        .collect();
    let links = (cells.iter().map(|cell| (Item::Cell(cell.id), Item::Line(cell.line))))
        .chain(systems.iter().filter_map(|part| Some((Item::System(part.id), Item::System(part.parent?)))))
        .chain(zones.iter().filter_map(|zone| Some((Item::Zone(zone.id), Item::Zone(zone.parent?)))))
        .chain(
            networks
                .iter()
                .filter_map(|network| Some((Item::Network(network.id), Item::Zone(network.zone?)))),
        )
        .chain(placements.iter().flat_map(named_by));
    for (item, names) in links.filter(|(_, names)| !items.contains(names)) {
        faults.push(StructureFault::Missing { item, names });
    }

    let parents: HashMap<_, _> = systems.iter().map(|part| (part.id, part.parent)).collect();
    faults.extend(cycles(&parents).into_iter().map(|id| StructureFault::Cycle(Item::System(id))));
    let parents: HashMap<_, _> = zones.iter().map(|zone| (zone.id, zone.parent)).collect();
    faults.extend(cycles(&parents).into_iter().map(|id| StructureFault::Cycle(Item::Zone(id))));
    check_values(structure, &mut faults);
    check_placements(structure, &mut faults);
    faults
}

fn check_names<'a>(
    names: impl Iterator<Item = (Item, Option<Item>, &'a String)>,
    faults: &mut Vec<StructureFault>,
) {
    let mut ids = HashSet::new();
    let mut taken = HashMap::new();
    for (item, parent, name) in names {
        if !ids.insert(item) {
            faults.push(StructureFault::SameId(item));
            continue;
        }
        if name.trim().is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            faults.push(StructureFault::Name(item));
            continue;
        }
        // The kind is part of the key: a cell may be called as its line.
        let key = (core::mem::discriminant(&item), parent, fold(name));
        if let Some(&first) = taken.get(&key) {
            faults.push(StructureFault::SameName { first, second: item, name: name.clone() });
        } else {
            taken.insert(key, item);
        }
    }
}

fn named_by(placement: &Placement) -> impl Iterator<Item = (Item, Item)> {
    let asset = Item::Asset(placement.asset);
    (placement.line.map(Item::Line).into_iter())
        .chain(placement.cell.map(Item::Cell))
        .chain(placement.zone.map(Item::Zone))
        .chain(placement.systems.iter().copied().map(Item::System))
        .map(move |names| (asset, names))
}

/// The ids from which the way up comes back to itself.
fn cycles<Id: Copy + Eq + Hash + Ord>(parents: &HashMap<Id, Option<Id>>) -> Vec<Id> {
    let mut found: Vec<Id> = Vec::new();
    for &start in parents.keys() {
        let up = |id: &Id| parents.get(id).copied().flatten();
        // A way longer than there are ids runs in a circle, of which `start` need not be a part.
        if core::iter::successors(up(&start), up).take(parents.len()).any(|id| id == start) {
            found.push(start);
        }
    }
    found.sort();
    found
}

fn check_values(structure: &Structure, faults: &mut Vec<StructureFault>) {
    for zone in structure.zones.iter().filter(|zone| zone.target_level.is_some_and(|level| level > 4)) {
        faults.push(StructureFault::Value { item: Item::Zone(zone.id), what: "the target level is 0 to 4" });
    }
    for network in &structure.networks {
        let item = Item::Network(network.id);
        if network.vlan.is_some_and(|vlan| !(1..=4094).contains(&vlan)) {
            faults.push(StructureFault::Value { item, what: "the VLAN is 1 to 4094" });
        }
        let longest = |address: &IpAddr| if address.is_ipv4() { 32 } else { 128 };
        if network.prefixes.iter().any(|(address, length)| *length > longest(address)) {
            faults.push(StructureFault::Value {
                item,
                what: "a prefix is 0 to 32 bits for IPv4, to 128 for IPv6",
            });
        }
    }
}

fn check_placements(structure: &Structure, faults: &mut Vec<StructureFault>) {
    let line_of: HashMap<_, _> = structure.cells.iter().map(|cell| (cell.id, cell.line)).collect();
    let mut assets = HashSet::new();
    let mut numbers = HashMap::new();
    for placement in &structure.placements {
        let asset = placement.asset;
        let item = Item::Asset(asset);
        if !assets.insert(asset) {
            faults.push(StructureFault::SameId(item));
            continue;
        }
        if let Some(cell) = placement.cell
            && let Some(&line) = line_of.get(&cell)
            && placement.line != Some(line)
        {
            faults.push(StructureFault::OtherLine { asset, cell });
        }
        let number = fold(&placement.equipment_number);
        if !number.is_empty() {
            let first = *numbers.entry(number).or_insert(asset);
            if first != asset {
                let number = placement.equipment_number.clone();
                faults.push(StructureFault::SameEquipmentNumber { first, second: asset, number });
            }
        }
        check_texts(placement, faults);
    }
}

fn check_texts(placement: &Placement, faults: &mut Vec<StructureFault>) {
    let item = Item::Asset(placement.asset);
    let Placement { floor_name, equipment_number, building, panel, switch_port, owner, .. } = placement;
    let short = [floor_name, equipment_number, building, panel, switch_port, owner];
    let too_long = |text: &String| text.chars().count() > NAME_MAX || text.chars().any(char::is_control);
    if short.into_iter().chain(&placement.tags).any(too_long) {
        faults.push(StructureFault::Value { item, what: "a text has up to 200 characters, none of control" });
    }
    if placement.notes.chars().count() > NOTES_MAX {
        faults.push(StructureFault::Value { item, what: "notes have up to 10,000 characters" });
    }
    let distinct: HashSet<String> = placement.tags.iter().map(|tag| fold(tag)).collect();
    if placement.tags.len() > TAGS_MAX || distinct.len() != placement.tags.len() || distinct.contains("") {
        faults.push(StructureFault::Value { item, what: "tags are up to 50 words, none empty, each once" });
    }
}
