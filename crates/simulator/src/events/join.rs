//! A machine is plugged in: it asks for an address, checks it, and announces what it announces.

use crate::conversation::Stage;
use crate::engine::speak;
use crate::net::emitter::{MILLISECOND, SECOND};
use crate::protocols;
use crate::random::Random;

/// Runs the arrival of one device.
pub(crate) fn run(stage: &mut Stage<'_>, device: usize, (seed, stream): (u64, u64), time: i64) {
    let mut random = Random::new(seed, stream);
    let Some(names) = stage.plant.devices.get(device).map(|device| &device.announces) else { return };
    let mut time = time + random.below(50 * MILLISECOND);
    let has_server = server(stage, device);
    for name in has_server.iter().copied().chain(["arp"]).chain(names.iter().map(String::as_str)) {
        let Some(announcement) = protocols::announcement(name) else { continue };
        time = speak(stage, device, announcement, &mut random, time) + random.below(SECOND);
    }
}

/// A device asks for an address only where somebody gives addresses away.
fn server(stage: &Stage<'_>, device: usize) -> Option<&'static str> {
    let interface = stage.plant.devices.get(device)?.first_interface()?;
    stage.plant.networks.get(interface.network)?.dhcp.map(|_| "dhcp")
}
