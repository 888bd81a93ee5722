//! Turns folded facts into the inventory.

mod assets;
mod modules;
mod usage;

use crate::Model;
use crate::address::{Address, AddressId, BROADCAST, HEARD};
use crate::infer::{Kind, Level, level_of_subnets, networks, networks::Placed};
use crate::inventory::{
    Account, Announcement, Asset, AssetIndex, Failure, Inventory, Marked, Name, Network, Party, Variable,
};
use crate::merge::{Bindings, Machines, settle, unite};
use crate::records::TargetKey;
use crate::rows::Rows;
use crate::text::decode_text;
use core::net::{IpAddr, Ipv4Addr};
use facts::NetworkId;
use wire::Time;

/// What every step of the assembly reads.
pub(crate) struct Context<'m> {
    pub(crate) model: &'m Model,
    pub(crate) bindings: Bindings,
    pub(crate) machines: Machines,
    pub(crate) asset_of: Vec<Option<AssetIndex>>,
    /// Addresses of each asset in the order of network and address.
    pub(crate) members: Vec<Vec<AddressId>>,
}

impl Model {
    /// What is known now. May be called at any time and as often as wanted.
    #[must_use]
    pub fn inventory(&self) -> Inventory<'_> {
        let context = Context::new(self);
        let mut assets = assets::assets(&context);
        let networks = networks(&context, &assets);
        levels_by_neighbours(&mut assets, &networks);
        let level_of = |index: AssetIndex| Some(assets.get(index.0 as usize)?.level.as_ref()?.0);
        let zones =
            networks.iter().flat_map(|network| networks::zones(network.id, &network.subnets, level_of));
        let zones = zones.collect();
        let announcements = announcements(&context);
        let rows = Rows::new(self, &context.bindings.order, context.asset_of);
        let mut protocols: Vec<_> = self.protocols.iter().flatten().copied().collect();
        protocols.sort_by_key(|total| total.protocol);
        let mut defects: Vec<_> = self
            .defects
            .rows()
            .iter()
            .map(|((protocol, defect), count)| (protocol.name, *defect, *count))
            .collect();
        defects.sort();
        Inventory {
            zones,
            networks,
            accounts: accounts(&rows),
            failures: failures(&rows),
            names: names(self),
            announcements,
            markers: marked(
                &rows,
                self.markers.rows().iter().map(|((talk, what), tally)| (*talk, *what, *tally)),
            ),
            anomalies: marked(
                &rows,
                self.anomalies.rows().iter().map(|((talk, what), tally)| (*talk, *what, *tally)),
            ),
            defects,
            protocols,
            overflow: self.overflow,
            rows,
            assets,
        }
    }
}

impl<'m> Context<'m> {
    fn new(model: &'m Model) -> Self {
        let bindings = settle(model);
        let machines = unite(model, &bindings);
        let mut rows: Vec<AddressId> = model.addresses.numbered().map(|(row, _)| AddressId(row)).collect();
        rows.retain(|id| names_a_machine(model, *id));
        rows.sort_by_key(|id| (bindings.place(machines.root(*id)), bindings.place(*id)));
        let mut asset_of = vec![None; model.addresses.len()];
        let mut members = Vec::new();
        for (index, group) in (0..).zip(rows.chunk_by(|a, b| machines.root(*a) == machines.root(*b))) {
            for id in group {
                if let Some(place) = asset_of.get_mut(id.index()) {
                    *place = Some(AssetIndex(index));
                }
            }
            members.push(group.to_vec());
        }
        Self { model, bindings, machines, asset_of, members }
    }

    pub(crate) fn asset_at(&self, id: AddressId) -> Option<AssetIndex> {
        self.asset_of.get(id.index()).copied().flatten()
    }
}

/// Whether an address is somebody's: no group, no broadcast. An address that ends in `.255` and never sent
/// anything is taken for the broadcast address of a usual subnet.
fn names_a_machine(model: &Model, id: AddressId) -> bool {
    let Some(((_, address), facts)) = model.addresses.get(id.0) else { return false };
    let looks_broadcast = matches!(address, Address::Ip(IpAddr::V4(ip)) if ip.octets().last() == Some(&255));
    address.is_host() && (facts.is(HEARD) || !(facts.is(BROADCAST) || looks_broadcast))
}

fn networks(context: &Context<'_>, assets: &[Asset]) -> Vec<Network> {
    let mut ids: Vec<NetworkId> = assets.iter().map(|asset| asset.network).collect();
    ids.sort();
    ids.dedup();
    let of_network = |id: NetworkId| {
        let broadcasts: Vec<(Ipv4Addr, u8)> = broadcasts(context.model, id);
        let indexed = (0u32..).zip(assets).filter(|(_, asset)| asset.network == id);
        let placed = indexed.flat_map(|(index, asset)| placed(AssetIndex(index), asset)).collect();
        Network { id, subnets: networks::subnets(placed, &broadcasts) }
    };
    ids.into_iter().map(of_network).collect()
}

fn announcements(context: &Context<'_>) -> Vec<Announcement> {
    let text = |id| decode_text(context.model.texts.get(id));
    let told = context.model.neighbours.rows().iter().filter_map(|(key, tally)| {
        Some(Announcement {
            asset: context.asset_at(key.sender)?,
            protocol: key.protocol.name,
            chassis: text(key.chassis),
            port: text(key.port),
            count: tally.count,
            first: tally.first,
            last: tally.last,
        })
    });
    let mut told: Vec<_> = told.collect();
    told.sort();
    told
}

/// Gives machines whose kind tells no level the level of their neighbours. Routers stand between levels.
fn levels_by_neighbours(assets: &mut [Asset], networks: &[Network]) {
    let told: Vec<Option<Level>> = assets.iter().map(|asset| Some(asset.level.as_ref()?.0)).collect();
    for subnet in networks.iter().flat_map(|network| &network.subnets) {
        let members = subnet.assets.iter();
        let known: Vec<Level> =
            members.filter_map(|index| told.get(index.0 as usize).copied().flatten()).collect();
        let Some(level) = level_of_subnets(&known, &format!("{}/{}", subnet.address, subnet.prefix)) else {
            continue;
        };
        for index in &subnet.assets {
            let asset = assets.get_mut(index.0 as usize);
            if let Some(asset) = asset.filter(|asset| asset.level.is_none() && !is_border(asset.kind)) {
                asset.level = Some(level.clone());
            }
        }
    }
}

fn is_border(kind: Kind) -> bool {
    matches!(kind, Kind::Router | Kind::Firewall)
}

fn broadcasts(model: &Model, id: NetworkId) -> Vec<(Ipv4Addr, u8)> {
    let rows = model
        .addresses
        .rows()
        .iter()
        .filter(|((network, _), facts)| *network == id && facts.broadcast_bits > 0);
    let mut found: Vec<_> = rows
        .filter_map(|((_, address), facts)| match address {
            Address::Ip(IpAddr::V4(ip)) => Some((*ip, facts.broadcast_bits)),
            _ => None,
        })
        .collect();
    found.sort();
    found
}

/// The addresses of an asset that stand on an interface: only those show where a subnet is.
fn placed(index: AssetIndex, asset: &Asset) -> Vec<Placed> {
    let on_link = asset.interfaces.iter().filter(|interface| interface.mac.is_some());
    on_link
        .flat_map(|interface| {
            interface.addresses.iter().filter_map(|address| match address.ip {
                IpAddr::V4(ip) if !ip.is_link_local() => Some(Placed {
                    ip,
                    asset: index,
                    vlans: interface.vlans.clone(),
                    router: is_border(asset.kind),
                }),
                _ => None,
            })
        })
        .collect()
}

pub(crate) fn variables(rows: &Rows<'_>) -> Vec<Variable> {
    let mut variables: Vec<_> = rows
        .model
        .variables
        .rows()
        .iter()
        .filter_map(|(key, facts)| {
            Some(Variable {
                party: rows.party(key.subject)?,
                part: key.part,
                protocol: key.protocol.name,
                name: target_name(rows.model, &key.target),
                value: facts.value.clone(),
                count: facts.tally.count,
                changes: facts.changes,
                first: facts.tally.first,
                last: facts.tally.last,
            })
        })
        .collect();
    variables.sort_by(|a, b| {
        (a.party, a.protocol, a.part, &a.name, a.first).cmp(&(b.party, b.protocol, b.part, &b.name, b.first))
    });
    variables
}

/// The name of a variable in its protocol's address space.
fn target_name(model: &Model, target: &TargetKey) -> String {
    match *target {
        TargetKey::Range { space, major: 0, first } => format!("{space} {first}"),
        TargetKey::Range { space, major, first } => format!("{space} {major}.{first}"),
        TargetKey::Name { name, .. } => decode_text(model.texts.get(name)),
        TargetKey::Object { space, class, instance, attribute: 0 } => format!("{space} {class}.{instance}"),
        TargetKey::Object { space, class, instance, attribute } => {
            format!("{space} {class}.{instance}.{attribute}")
        }
    }
}

fn accounts(rows: &Rows<'_>) -> Vec<Account> {
    let mut accounts: Vec<_> = rows
        .model
        .accounts
        .rows()
        .iter()
        .filter_map(|(key, facts)| {
            let [attempted, accepted, refused] = facts.outcomes;
            Some(Account {
                user: decode_text(rows.model.texts.get(key.user)),
                method: key.method,
                protocol: key.protocol.name,
                client: rows.party(key.client)?,
                server: rows.party(key.server)?,
                attempted,
                accepted,
                refused,
                first: facts.first,
                last: facts.last,
            })
        })
        .collect();
    accounts.sort_by(|a, b| {
        let key = |one: &Account| (one.server, one.protocol, one.client, one.method, one.first);
        key(a).cmp(&key(b)).then_with(|| a.user.cmp(&b.user))
    });
    accounts
}

fn failures(rows: &Rows<'_>) -> Vec<Failure> {
    let mut failures: Vec<_> = rows
        .model
        .outcomes
        .rows()
        .iter()
        .filter_map(|(key, tally)| {
            let (client, server, protocol) = rows.conversation(key.conversation)?;
            let (group, code, kind, status, reason) = (key.group, key.code, key.kind, key.status, key.reason);
            Some(Failure { protocol, group, code, kind, status, reason, client, server, count: tally.count })
        })
        .collect();
    failures
        .sort_by_key(|one| (one.protocol, one.client, one.server, one.group, one.code, one.kind, one.status));
    failures
}

fn names(model: &Model) -> Vec<Name> {
    let mut names: Vec<_> = model
        .names
        .rows()
        .iter()
        .map(|((network, address, protocol, name), tally)| Name {
            network: *network,
            name: decode_text(model.texts.get(*name)),
            address: *address,
            protocol: protocol.name,
            count: tally.count,
        })
        .collect();
    names.sort_by(|a, b| {
        (a.network, a.address, &a.name, a.protocol).cmp(&(b.network, b.address, &b.name, b.protocol))
    });
    names
}

fn marked<T>(
    rows: &Rows<'_>,
    marks: impl Iterator<Item = (u32, T, crate::records::Tally)>,
) -> Vec<Marked<T>> {
    let mut marked: Vec<Marked<T>> = marks
        .filter_map(|(conversation, what, tally)| {
            let (client, server, protocol) = rows.conversation(conversation)?;
            let (count, first, last) = (tally.count, tally.first, tally.last);
            Some(Marked { what, protocol, client, server, count, first, last })
        })
        .collect();
    let key = |one: &Marked<T>| -> (Party, Party, &'static str, Time, Time, u64) {
        (one.client, one.server, one.protocol, one.first, one.last, one.count)
    };
    marked.sort_by_key(key);
    marked
}
