//! Proposes subnets and zones from where machines were heard.

use super::Level;
use crate::inventory::{AssetIndex, Subnet, Zone};
use core::net::Ipv4Addr;
use facts::NetworkId;

/// A machine's IPv4 address, as the proposal sees it.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) ip: Ipv4Addr,
    pub(crate) asset: AssetIndex,
    pub(crate) vlans: Vec<u16>,
    pub(crate) router: bool,
}

/// More broadcast addresses than this in one network are noise.
const BROADCASTS_MAX: usize = 256;
/// Subnets without any hint of their size are taken as this.
const USUAL_PREFIX: u8 = 24;

/// Subnets of one network: as large as a directed broadcast shows (address, host bits), else 24 bits.
pub(crate) fn subnets(mut placed: Vec<Placed>, broadcasts: &[(Ipv4Addr, u8)]) -> Vec<Subnet> {
    placed.sort_by_key(|one| (one.ip, one.asset));
    let mut found: Vec<Subnet> = Vec::new();
    for one in placed {
        // Addresses come sorted, so only the last subnet can hold the next one.
        let known = found.last().filter(|subnet| holds(subnet.address, subnet.prefix, one.ip));
        if known.is_none() {
            found.push(new_subnet(one.ip, broadcasts));
        }
        let Some(subnet) = found.last_mut() else { continue };
        subnet.vlans.extend(one.vlans);
        subnet.assets.push(one.asset);
        if one.router {
            subnet.gateways.push(one.asset);
        }
    }
    for subnet in &mut found {
        for list in [&mut subnet.assets, &mut subnet.gateways] {
            list.sort();
            list.dedup();
        }
        subnet.vlans.sort_unstable();
        subnet.vlans.dedup();
    }
    found
}

fn new_subnet(ip: Ipv4Addr, broadcasts: &[(Ipv4Addr, u8)]) -> Subnet {
    let shown = broadcasts
        .iter()
        .take(BROADCASTS_MAX)
        .filter(|(broadcast, bits)| holds(*broadcast, 32 - bits, ip))
        .max_by_key(|one| one.1);
    let (prefix, reason) = match shown {
        Some((broadcast, bits)) => {
            (32 - bits, format!("machines in it send to its broadcast address {broadcast}"))
        }
        None => (USUAL_PREFIX, "the usual size; nothing in the traffic tells".to_owned()),
    };
    let address = Ipv4Addr::from(u32::from(ip) & mask(prefix));
    Subnet { address, prefix, reason, vlans: Vec::new(), assets: Vec::new(), gateways: Vec::new() }
}

fn mask(prefix: u8) -> u32 {
    u32::MAX.checked_shl(u32::from(32 - prefix.min(32))).unwrap_or(0)
}

fn holds(subnet: Ipv4Addr, prefix: u8, ip: Ipv4Addr) -> bool {
    (u32::from(subnet) ^ u32::from(ip)) & mask(prefix) == 0
}

/// One zone per subnet and level; machines of unknown level join the level of most of their subnet's machines.
pub(crate) fn zones(
    network: NetworkId,
    subnets: &[Subnet],
    level_of: impl Fn(AssetIndex) -> Option<Level>,
) -> Vec<Zone> {
    let mut zones = Vec::new();
    for subnet in subnets {
        let mut levels: Vec<_> = subnet
            .assets
            .iter()
            .filter(|one| !subnet.gateways.contains(one))
            .map(|one| (level_of(*one), *one))
            .collect();
        let usual = majority(levels.iter().filter_map(|(level, _)| *level));
        for (level, _) in &mut levels {
            *level = level.or(usual);
        }
        levels.sort();
        for group in levels.chunk_by(|a, b| a.0 == b.0) {
            let Some((level, _)) = group.first() else { continue };
            let at = format!("{}/{}", subnet.address, subnet.prefix);
            let name = match level {
                Some(level) => format!("Level {} in {at}", level.number()),
                None => at,
            };
            let assets = group.iter().map(|(_, asset)| *asset).collect();
            zones.push(Zone { name, network, level: *level, assets });
        }
    }
    zones
}

/// The most frequent level, the lower one in a draw.
fn majority(levels: impl Iterator<Item = Level>) -> Option<Level> {
    let mut sorted: Vec<_> = levels.collect();
    sorted.sort();
    let groups = sorted.chunk_by(|a, b| a == b);
    let largest =
        groups.max_by_key(|group| (group.len(), group.first().map(|level| core::cmp::Reverse(*level))))?;
    largest.first().copied()
}
