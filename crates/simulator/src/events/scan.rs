//! A sweep over the hosts of a network and some of their TCP ports, as scanners do it: asks for the address, then
//! knocks, and resets what opens.

use core::net::Ipv4Addr;

use crate::conversation::{Stage, sender};
use crate::net::emitter::{MILLISECOND, Sender};
use crate::net::route::{self, Hop, Route};
use crate::net::tcp::Connection;
use crate::random::Random;

/// Runs the scan of one device over one network.
pub(crate) fn run(
    stage: &mut Stage<'_>,
    (device, network): (usize, usize),
    ports: &[u16],
    (first, last): (u8, u8),
    (seed, stream): (u64, u64),
    time: i64,
) {
    let mut random = Random::new(seed, stream);
    let plant = stage.plant;
    let Some(subnet) = plant.networks.get(network).map(|network| network.subnet) else { return };
    let mut time = time;
    for host in first..=last {
        let ip = Ipv4Addr::from(u32::from(subnet.base) & subnet.mask() | u32::from(host));
        time += 2 * MILLISECOND + random.below(2 * MILLISECOND);
        let owner = plant.devices.iter().find(|device| {
            !device.absent
                && device.interfaces.iter().any(|place| place.network == network && place.ip == Some(ip))
        });
        match owner {
            Some(owner) if owner.index == device => {}
            Some(owner) => {
                if let Ok(route) = route::find(&plant.networks, &plant.devices, device, owner.index) {
                    time = knock_all(stage, device, owner.index, &route, ports, &mut random, time);
                }
            }
            None => nobody(stage, device, network, ip, time),
        }
    }
}

fn knock_all(
    stage: &mut Stage<'_>,
    from: usize,
    to: usize,
    route: &Route,
    ports: &[u16],
    random: &mut Random,
    time: i64,
) -> i64 {
    let plant = stage.plant;
    let (Some(scanner), Some(target)) = (plant.devices.get(from), plant.devices.get(to)) else { return time };
    let mut time = stage.emitter.resolve(time, route);
    for port in ports {
        let near: (u16, Sender, _) = (40_000 + random.u16() % 20_000, sender(plant, from), scanner.system);
        let far = (*port, sender(plant, to), target.system);
        let mut connection = Connection::new(near, far, random);
        if target.ports.contains(port) {
            time = connection.open(stage.emitter, route, time);
            connection.reset(stage.emitter, route, time);
        } else {
            connection.refused(stage.emitter, route, time);
        }
        time += MILLISECOND + random.below(MILLISECOND);
    }
    time
}

/// Only a scanner on the same network asks for an address that nobody has.
fn nobody(stage: &mut Stage<'_>, device: usize, network: usize, ip: Ipv4Addr, time: i64) {
    let plant = stage.plant;
    let Some(scanner) = plant.devices.get(device) else { return };
    let Some(place) = scanner.interfaces.iter().find(|place| place.network == network) else { return };
    let Some(entry) = plant.networks.get(network) else { return };
    let hop = Hop { to_neighbour: ip, ..route::local(entry, network, scanner, place) };
    stage.emitter.ask(time, &hop);
}
