//! From the inventory to the view that every request reads.

use crate::project::{Ids, us};
use facts::NetworkId;
use facts::id::AssetUid;
use model::{AssetIndex, Inventory, Party};
use show::api::view::{Announcement, Command, End, Known, Link, ProtocolTotal, Segment, View};
use std::collections::{BTreeMap, HashMap};

/// Links, commands and totals of the moment; mirrors and the process are the caller's to tell.
pub(crate) fn view(
    inventory: &Inventory<'_>,
    ids: &Ids,
    places: &HashMap<facts::id::AssetUid, Known>,
) -> View {
    let end = |party: &Party| End {
        address: party.address.to_string(),
        asset: party.asset.and_then(|index| ids.get(&index).copied()),
    };
    let links = inventory.links().filter(|link| link.protocol != "unknown" || link.established);
    let links = links.map(|link| Link {
        network: link.network.0,
        client: end(&link.client),
        server: end(&link.server),
        protocol: link.protocol,
        transport: transport(link.transport),
        port: link.port,
        depth: link.depth,
        packets: link.packets,
        messages: link.messages,
        malformed: link.malformed,
        flows: link.flows,
        bytes: link.bytes,
        ways: link.ways,
        established: link.established,
        first_us: us(link.first),
        last_us: us(link.last),
    });
    let commands = inventory.commands().map(|command| Command {
        network: command.network.0,
        client: end(&command.client),
        server: end(&command.server),
        protocol: command.protocol,
        verb: command.verb,
        group: command.group,
        code: command.code,
        name: command.name,
        part: part(command.part),
        counts: [command.requests, command.responses, command.unsolicited],
        first_us: us(command.first),
        last_us: us(command.last),
    });
    let protocols = inventory.protocols.iter().map(|total| ProtocolTotal {
        protocol: total.protocol,
        packets: total.packets,
        messages: total.messages,
        malformed: total.malformed,
    });
    View {
        assets: assets(inventory, ids, places),
        links: links.collect(),
        commands: commands.collect(),
        protocols: protocols.collect(),
        announcements: announcements(inventory, ids),
        segments: segments(inventory, ids),
        overflow: inventory.overflow.rows().collect(),
        ..View::default()
    }
    .sorted()
}

fn assets(
    inventory: &Inventory<'_>,
    ids: &Ids,
    places: &HashMap<facts::id::AssetUid, Known>,
) -> HashMap<facts::id::AssetUid, Known> {
    let known = ids.iter().filter_map(|(index, uid)| {
        let asset = inventory.asset(*index)?;
        let place = places.get(uid).cloned().unwrap_or_default();
        let heard_name = asset.name.as_ref().map(|name| name.value.clone());
        let name = Some(place.name).filter(|name| !name.is_empty()).or(heard_name);
        let level = place.level.or_else(|| asset.level.as_ref().map(|(level, _)| level.number()));
        let name = name.unwrap_or_else(|| asset.id.0.rsplit('/').next().unwrap_or_default().to_owned());
        Some((*uid, Known { name, level, ..place }))
    });
    known.collect()
}

/// A machine that announces ever new ports must not fill the view: the first in their order stay.
const ANNOUNCED_MAX: usize = 256;

fn announcements(inventory: &Inventory<'_>, ids: &Ids) -> Vec<Announcement> {
    let of_each = inventory.announcements.chunk_by(|one, other| one.asset == other.asset);
    let told = of_each.flat_map(|told| told.iter().take(ANNOUNCED_MAX)).filter_map(|told| {
        let asset = *ids.get(&told.asset)?;
        Some(Announcement { asset, chassis: told.chassis.clone(), port: told.port.clone() })
    });
    told.collect()
}

/// Subnets with their machines. A machine without an address, as many switches are, stands in the subnet whose VLAN
/// its frames carried.
fn segments(inventory: &Inventory<'_>, ids: &Ids) -> Vec<Segment> {
    let mut on_vlan: BTreeMap<(NetworkId, u16), Vec<AssetUid>> = BTreeMap::new();
    for (index, asset) in (0..).map(AssetIndex).zip(&inventory.assets) {
        let has_address = asset.interfaces.iter().any(|interface| !interface.addresses.is_empty());
        let Some(uid) = ids.get(&index).filter(|_| !has_address) else { continue };
        let vlans = asset.interfaces.iter().flat_map(|interface| &interface.vlans);
        for vlan in vlans.filter(|vlan| **vlan != 0) {
            on_vlan.entry((asset.network, *vlan)).or_default().push(*uid);
        }
    }
    let mut segments = Vec::new();
    for network in &inventory.networks {
        for subnet in &network.subnets {
            let here = subnet.assets.iter().filter_map(|index| ids.get(index));
            let beside = subnet.vlans.iter().filter_map(|vlan| on_vlan.get(&(network.id, *vlan))).flatten();
            let name = format!("{}/{}", subnet.address, subnet.prefix);
            segments.push(Segment { name, assets: here.chain(beside).copied().collect() });
        }
    }
    segments
}

fn transport(transport: facts::Transport) -> &'static str {
    match transport {
        facts::Transport::Link => "link",
        facts::Transport::Ip => "ip",
        facts::Transport::Tcp => "tcp",
        facts::Transport::Udp => "udp",
    }
}

fn part(part: facts::Part) -> String {
    match part {
        facts::Part::Whole => String::new(),
        facts::Part::Slot { rack, slot } => format!("slot {rack}/{slot}"),
        facts::Part::Unit(unit) => format!("unit {unit}"),
    }
}
