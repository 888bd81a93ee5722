//! A plant that has been checked: every name is an index, every conversation has a way through the networks.

use core::fmt;
use core::net::Ipv4Addr;

use wire::Mac;

use crate::file::{Heard, Hours, Identity, Subnet, System, Unit};
use crate::item::Item;
use crate::net::route::Route;

/// A plant that a [`crate::Simulator`] can run.
#[derive(Clone)]
pub struct Plant {
    /// What the plant calls itself.
    pub name: String,
    pub(crate) networks: Vec<Network>,
    pub(crate) devices: Vec<Device>,
    pub(crate) conversations: Vec<Conversation>,
    pub(crate) events: Vec<Event>,
    pub(crate) chapters: Vec<Chapter>,
    /// Nanoseconds by which the plant's clocks are ahead of UTC.
    pub(crate) utc_offset: i64,
}

/// Why a plant file cannot be used: one line that names the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlantError {
    /// Line in the file, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for PlantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl core::error::Error for PlantError {}

/// One broadcast domain and how the mirror shows it.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) name: String,
    pub(crate) subnet: Subnet,
    pub(crate) vlan: Option<u16>,
    pub(crate) capture: u16,
    pub(crate) mirrored: bool,
    pub(crate) router: Option<usize>,
    pub(crate) dhcp: Option<usize>,
    pub(crate) duplicate_percent: u8,
}

#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) index: usize,
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) identity: Identity,
    pub(crate) system: System,
    pub(crate) routes: bool,
    pub(crate) nat: Option<Nat>,
    pub(crate) announces: Vec<String>,
    pub(crate) ports: Vec<u16>,
    pub(crate) units: Vec<Unit>,
    pub(crate) absent: bool,
    /// Hours before the present at which it came, where it was not there from the beginning.
    pub(crate) since_h: Option<u32>,
    pub(crate) heard: Heard,
    pub(crate) response_us: u32,
}

/// A port of a device on a network. A device without an address speaks only Ethernet there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interface {
    pub(crate) network: usize,
    pub(crate) mac: Mac,
    pub(crate) ip: Option<Ipv4Addr>,
}

/// Address translation: hosts of the inside networks appear under an outside address.
#[derive(Clone)]
pub(crate) struct Nat {
    pub(crate) inside: Vec<usize>,
    pub(crate) hosts: Vec<NatHost>,
}

/// An outside address and the inside device that it stands for.
#[derive(Clone)]
pub(crate) struct NatHost {
    pub(crate) outside: Ipv4Addr,
    pub(crate) device: usize,
    /// It counts for what comes in; what the device sends by itself appears as the gateway.
    pub(crate) inward: bool,
}

#[derive(Clone)]
pub(crate) struct Conversation {
    pub(crate) client: usize,
    pub(crate) server: usize,
    pub(crate) protocol: String,
    pub(crate) period_ms: u32,
    pub(crate) jitter_ms: u32,
    pub(crate) start_ms: Option<u32>,
    pub(crate) reconnect_s: Option<u32>,
    pub(crate) port: u16,
    pub(crate) unit: u8,
    pub(crate) standing: bool,
    pub(crate) hours: Hours,
    pub(crate) once: Vec<Item>,
    pub(crate) items: Vec<Item>,
    pub(crate) route: Route,
}

#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) title: String,
    pub(crate) at_s: u32,
    pub(crate) every_s: Option<u32>,
    pub(crate) action: Action,
}

#[derive(Clone)]
pub(crate) enum Action {
    Join(usize),
    Leave(usize),
    Silence(usize),
    Resume(usize),
    Freeze(usize),
    Thaw(usize),
    Scan { device: usize, network: usize, ports: Vec<u16>, first: u8, last: u8 },
    Converse(Box<Conversation>),
}

/// A part of the story that the plant can play on demand.
#[derive(Clone)]
pub struct Chapter {
    /// Its stable name.
    pub key: String,
    /// How long it takes.
    pub seconds: u16,
    /// Where in the console its result is to be seen: paths with their queries, the first place first.
    pub look: Vec<String>,
    pub(crate) steps: Vec<Event>,
    /// What brings the plant back to where it was before the chapter, as far as that is possible.
    pub(crate) undo: Vec<Event>,
}

impl Plant {
    /// Reads and checks a plant file. The error names the line and the key.
    pub fn parse(text: &str) -> Result<Self, PlantError> {
        crate::check::plant(text)
    }

    /// How many devices the plant has, present or not.
    #[must_use]
    pub fn device_count(&self) -> usize {
        self.devices.len()
    }

    /// Every device: name, kind, and the addresses that it has.
    pub fn devices(&self) -> impl Iterator<Item = (&str, &str, Vec<(Mac, Option<Ipv4Addr>)>)> {
        self.devices.iter().map(|device| {
            let addresses = device.interfaces.iter().map(|interface| (interface.mac, interface.ip)).collect();
            (device.name.as_str(), device.kind.as_str(), addresses)
        })
    }

    /// The parts of its story in their order.
    #[must_use]
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// When each scripted event first happens, in seconds from the start, and what it is called.
    pub fn events(&self) -> impl Iterator<Item = (u32, &str)> {
        self.events.iter().map(|event| (event.at_s, event.title.as_str()))
    }
}

impl Device {
    /// The interface that broadcasts and announcements leave from.
    pub(crate) fn first_interface(&self) -> Option<&Interface> {
        self.interfaces.first()
    }

    /// The first address, or unspecified for a device that speaks only Ethernet.
    pub(crate) fn ip(&self) -> Ipv4Addr {
        self.interfaces.iter().find_map(|interface| interface.ip).unwrap_or(Ipv4Addr::UNSPECIFIED)
    }

    /// The first hardware address.
    pub(crate) fn mac(&self) -> Mac {
        self.first_interface().map(|interface| interface.mac).unwrap_or_default()
    }

    /// What unit `number` says about itself: a device behind this one, or this one.
    pub(crate) fn unit_identity(&self, number: u8) -> &Identity {
        self.units.iter().find(|unit| unit.number == number).map_or(&self.identity, |unit| &unit.identity)
    }

    /// The owner's name for it in the device's own encoding, or its plant name.
    pub(crate) fn label(&self) -> Vec<u8> {
        let label = if self.identity.label.is_empty() { &self.name } else { &self.identity.label };
        crate::text::encode_octets(label, self.identity.encoding)
    }

    /// The owner's name for it as text.
    pub(crate) fn label_text(&self) -> &str {
        if self.identity.label.is_empty() { &self.name } else { &self.identity.label }
    }

    /// Its plant name as a host name of at most 15 characters, as Windows and DNS want it.
    pub(crate) fn host_name(&self) -> String {
        self.name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(15).collect()
    }
}
