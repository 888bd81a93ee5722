//! Plants that come with the crate: the demo, small ones for tests, and load.

use core::fmt::Write;

use crate::plant::{Plant, PlantError};

/// What the people of the demo's plant would enter of it: requests to the interface, as JSON.
pub const DEMO_PEOPLE: &str = include_str!("../plants/demo-people.json");
/// The register of assets that they keep: a CSV file that knows one machine which is not there, and two others
/// differently from what they say of themselves.
pub const DEMO_REGISTER: &[u8] = include_bytes!("../plants/demo-register.csv");

/// The factory of `yagura demo`: office, server room, DMZ, building, warehouse, physical security and four lines;
/// and its story.
pub fn demo() -> Result<Plant, PlantError> {
    let parts = core::iter::once(include_str!("../plants/demo.toml")).chain(STORY.iter().copied());
    Plant::parse(&parts.collect::<Vec<_>>().join("\n"))
}

/// The chapters of the demo's story, in their order: a file each, with the machines that only the story has.
const STORY: &[&str] = &[
    include_str!("../plants/story/1-runs.toml"),
    include_str!("../plants/story/2-laptop.toml"),
    include_str!("../plants/story/3-scan.toml"),
    include_str!("../plants/story/4-program.toml"),
    include_str!("../plants/story/5-stop.toml"),
    include_str!("../plants/story/6-know.toml"),
];

/// Two identical lines on captures 0 and 1: the same IP addresses and VLAN, different hardware addresses.
pub fn two_lines() -> Result<Plant, PlantError> {
    Plant::parse(include_str!("../plants/two_lines.toml"))
}

/// A few devices with Japanese names in CP932, EUC-JP, UTF-16 and UTF-8.
pub fn japanese_names() -> Result<Plant, PlantError> {
    Plant::parse(include_str!("../plants/japanese_names.toml"))
}

/// A plant for load: `connections` (1 to 40,000) standing Modbus/TCP connections that each poll every millisecond of
/// simulated time, so that the machine, not the plant, sets the rate of packets.
pub fn load(connections: u16) -> Result<Plant, PlantError> {
    let mut text = String::from("name = \"load\"\n[[network]]\nname = \"n\"\nsubnet = \"10.0.0.0/8\"\n");
    for host in 0..connections.clamp(1, 40_000) {
        let (high, low) = (host / 250, host % 250 + 1);
        for (side, second, oui) in [("c", 1, "00:0c:29"), ("s", 2, "00:80:f4")] {
            let _ = write!(
                text,
                "[[device]]\nname = \"{side}{host}\"\non = [{{ network = \"n\", mac = \"{oui}:{second:02x}:{high:02x}:\
                 {low:02x}\", ip = \"10.{second}.{high}.{low}\" }}]\n",
            );
        }
        let _ = write!(
            text,
            "[[conversation]]\nclient = \"c{host}\"\nserver = \"s{host}\"\nprotocol = \"modbus\"\nperiod_ms = 1\n\
             standing = true\nitems = [\"read holding {host} 60\"]\n",
        );
    }
    Plant::parse(&text)
}
