//! One file per protocol: requests and answers, byte for byte as the standard wants them. Adding a protocol is a
//! new file and one line in a table here.

mod modbus;
mod umas;

use crate::item::Item;
use crate::net::route::Route;
use crate::plant::{Device, Plant};
use crate::random::Random;
use crate::script::Script;
use crate::values::Values;

/// What a protocol file may look at when it makes messages.
pub(crate) struct Turn<'a> {
    pub(crate) plant: &'a Plant,
    pub(crate) client: &'a Device,
    pub(crate) server: &'a Device,
    /// Unit or slot that the conversation is about.
    pub(crate) unit: u8,
    pub(crate) route: &'a Route,
    pub(crate) period_us: u32,
    pub(crate) values: &'a mut Values,
    pub(crate) random: &'a mut Random,
    /// Nanoseconds since 1970, simulated.
    pub(crate) time: i64,
}

/// A protocol spoken between a client and a server; the value holds counters and handles of one connection.
pub(crate) trait Dialogue {
    /// What is said right after the connection stands.
    fn open(&mut self, _turn: &mut Turn<'_>, _script: &mut Script) {}

    /// One item of the conversation's script; an error says which words the protocol knows.
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str>;
}

/// What carries a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// TCP to this port.
    Tcp(u16),
    /// UDP to this port, from a port of its own or an ephemeral one.
    Udp { client: Option<u16>, server: u16 },
    /// Ethernet alone.
    Link,
}

impl Transport {
    /// The port that the server listens on; 0 without ports.
    pub(crate) fn server_port(self) -> u16 {
        match self {
            Self::Tcp(port) | Self::Udp { server: port, .. } => port,
            Self::Link => 0,
        }
    }
}

/// A protocol of conversations.
pub(crate) struct Protocol {
    name: &'static str,
    pub(crate) transport: Transport,
    pub(crate) make: fn() -> Box<dyn Dialogue>,
}

/// Something that a device says unasked.
pub(crate) struct Announcement {
    name: &'static str,
    pub(crate) period_s: u32,
    pub(crate) say: fn(&mut Turn<'_>, &mut Script),
}

const PROTOCOLS: &[Protocol] =
    &[Protocol { name: "modbus", transport: Transport::Tcp(502), make: || Box::<modbus::Modbus>::default() }];

const ANNOUNCEMENTS: &[Announcement] = &[];

/// The protocol of this name.
pub(crate) fn protocol(name: &str) -> Option<&'static Protocol> {
    PROTOCOLS.iter().find(|protocol| protocol.name == name)
}

/// The announcement of this name.
pub(crate) fn announcement(name: &str) -> Option<&'static Announcement> {
    ANNOUNCEMENTS.iter().find(|announcement| announcement.name == name)
}
