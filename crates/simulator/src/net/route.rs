//! The way of a packet from one device to another: one hop per network, with the addresses that it has there.
//! A mirror that sees several of these networks sees the same packet several times.

use std::collections::VecDeque;

use core::net::Ipv4Addr;
use wire::Mac;

use crate::file::Heard;
use crate::plant::{Device, Interface, Network};

/// How one direction crosses one network.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    pub(crate) network: usize,
    pub(crate) capture: u16,
    pub(crate) vlan: Option<u16>,
    pub(crate) from_mac: Mac,
    pub(crate) to_mac: Mac,
    /// Addresses in the IP header on this network.
    pub(crate) from_ip: Ipv4Addr,
    pub(crate) to_ip: Ipv4Addr,
    /// Addresses of the two machines that talk on this network, for ARP.
    pub(crate) from_neighbour: Ipv4Addr,
    pub(crate) to_neighbour: Ipv4Addr,
    /// Routers passed so far.
    pub(crate) routers: u8,
    /// Whether the mirror shows this frame.
    pub(crate) visible: bool,
    pub(crate) duplicate_percent: u8,
}

/// Both directions between a client and a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Route {
    pub(crate) there: Vec<Hop>,
    pub(crate) back: Vec<Hop>,
}

/// One crossing of a network: who sends and who receives there.
struct Leg {
    network: usize,
    from: usize,
    to: usize,
}

/// The shortest way through the plant's routers, or why there is none.
pub(crate) fn find(
    networks: &[Network],
    devices: &[Device],
    client: usize,
    server: usize,
) -> Result<Route, &'static str> {
    let legs = legs(networks, devices, client, server).ok_or("no router leads from client to server")?;
    let addresses =
        translated(devices, &legs).ok_or("the server has no outside address at the NAT gateway")?;
    let mut route = Route::default();
    for (routers, (leg, (client_ip, server_ip))) in legs.iter().zip(&addresses).enumerate() {
        let (Some(from), Some(to)) =
            (interface(devices, leg.from, leg.network), interface(devices, leg.to, leg.network))
        else {
            return Err("an interface on the way is missing");
        };
        let Some(network) = networks.get(leg.network) else { return Err("a network on the way is missing") };
        let routers = u8::try_from(routers).unwrap_or(u8::MAX);
        let there = Hop {
            network: leg.network,
            capture: network.capture,
            vlan: network.vlan,
            from_mac: from.mac,
            to_mac: to.mac,
            from_ip: *client_ip,
            to_ip: *server_ip,
            from_neighbour: from.ip.unwrap_or(Ipv4Addr::UNSPECIFIED),
            to_neighbour: to.ip.unwrap_or(Ipv4Addr::UNSPECIFIED),
            routers,
            visible: visible(network, devices, leg.from, leg.to),
            duplicate_percent: network.duplicate_percent,
        };
        let back = Hop {
            from_mac: there.to_mac,
            to_mac: there.from_mac,
            from_ip: there.to_ip,
            to_ip: there.from_ip,
            from_neighbour: there.to_neighbour,
            to_neighbour: there.from_neighbour,
            routers: u8::try_from(legs.len()).unwrap_or(u8::MAX).saturating_sub(routers + 1),
            visible: visible(network, devices, leg.to, leg.from),
            ..there.clone()
        };
        route.there.push(there);
        route.back.insert(0, back);
    }
    Ok(route)
}

/// A frame of one device to one or all machines of its network.
pub(crate) fn local(network: &Network, index: usize, from: &Device, interface: &Interface) -> Hop {
    let ip = interface.ip.unwrap_or(Ipv4Addr::UNSPECIFIED);
    Hop {
        network: index,
        capture: network.capture,
        vlan: network.vlan,
        from_mac: interface.mac,
        to_mac: Mac::BROADCAST,
        from_ip: ip,
        to_ip: Ipv4Addr::BROADCAST,
        from_neighbour: ip,
        to_neighbour: Ipv4Addr::BROADCAST,
        routers: 0,
        visible: network.mirrored && from.heard != Heard::Received,
        duplicate_percent: network.duplicate_percent,
    }
}

fn visible(network: &Network, devices: &[Device], from: usize, to: usize) -> bool {
    let heard = |index: usize| devices.get(index).map_or(Heard::Both, |device| device.heard);
    network.mirrored && heard(from) != Heard::Received && heard(to) != Heard::Sent
}

fn interface(devices: &[Device], device: usize, network: usize) -> Option<&Interface> {
    devices.get(device)?.interfaces.iter().find(|interface| interface.network == network)
}

/// Breadth first over networks; only routers lead from one to the next.
fn legs(networks: &[Network], devices: &[Device], client: usize, server: usize) -> Option<Vec<Leg>> {
    let goals: Vec<usize> =
        devices.get(server)?.interfaces.iter().map(|interface| interface.network).collect();
    let mut came: Vec<Option<(usize, usize)>> = vec![None; networks.len()];
    let mut seen: Vec<bool> = vec![false; networks.len()];
    let mut queue: VecDeque<usize> = VecDeque::new();
    for interface in &devices.get(client)?.interfaces {
        *seen.get_mut(interface.network)? = true;
        queue.push_back(interface.network);
    }
    while let Some(network) = queue.pop_front() {
        if goals.contains(&network) {
            return Some(walk_back(&came, client, server, network));
        }
        for router in devices.iter().filter(|device| device.routes) {
            if !router.interfaces.iter().any(|interface| interface.network == network) {
                continue;
            }
            for next in router.interfaces.iter().map(|interface| interface.network) {
                if !*seen.get(next)? {
                    *seen.get_mut(next)? = true;
                    *came.get_mut(next)? = Some((router.index, network));
                    queue.push_back(next);
                }
            }
        }
    }
    None
}

fn walk_back(came: &[Option<(usize, usize)>], client: usize, server: usize, last: usize) -> Vec<Leg> {
    let (mut legs, mut network, mut to) = (Vec::new(), last, server);
    while let Some((router, previous)) = came.get(network).copied().flatten() {
        legs.insert(0, Leg { network, from: router, to });
        (network, to) = (previous, router);
    }
    legs.insert(0, Leg { network, from: client, to });
    legs
}

/// Client and server address as written in the IP header on each leg.
fn translated(devices: &[Device], legs: &[Leg]) -> Option<Vec<(Ipv4Addr, Ipv4Addr)>> {
    let (first, last) = (legs.first()?, legs.last()?);
    let mut client_ip = interface(devices, first.from, first.network)?.ip.unwrap_or(Ipv4Addr::UNSPECIFIED);
    let mut server_ip = interface(devices, last.to, last.network)?.ip.unwrap_or(Ipv4Addr::UNSPECIFIED);
    let mut addresses: Vec<(Ipv4Addr, Ipv4Addr)> = Vec::new();
    for (leg, next) in legs.iter().zip(legs.iter().skip(1).map(Some).chain([None])) {
        addresses.push((client_ip, server_ip));
        let Some(next) = next else { break };
        let Some(nat) = devices.get(leg.to).and_then(|router| router.nat.as_ref()) else { continue };
        if nat.inside.contains(&leg.network) && !nat.inside.contains(&next.network) {
            let fixed = nat
                .hosts
                .iter()
                .find(|host| host.device == first.from && !host.inward)
                .map(|host| host.outside);
            client_ip = fixed.or_else(|| interface(devices, leg.to, next.network)?.ip)?;
        }
    }
    // The server's side is known from its end, so translate backwards.
    for (index, (leg, next)) in legs.iter().zip(legs.iter().skip(1)).enumerate().rev() {
        if let Some(nat) = devices.get(leg.to).and_then(|router| router.nat.as_ref())
            && nat.inside.contains(&next.network)
            && !nat.inside.contains(&leg.network)
        {
            server_ip = nat.hosts.iter().find(|host| host.device == last.to).map(|host| host.outside)?;
        }
        addresses.get_mut(index)?.1 = server_ip;
    }
    Some(addresses)
}
