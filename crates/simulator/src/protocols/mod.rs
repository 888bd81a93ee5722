//! One file per protocol: requests and answers, byte for byte as the standard wants them. Adding a protocol is a
//! new file and one line in a table here.

mod bacnet;
mod browser;
mod certificate;
mod cip;
pub(crate) mod civil;
mod dhcp;
mod dnp3;
mod enip;
mod fins;
mod iec104;
mod melsec;
mod modbus;
mod names;
mod neighbours;
mod ntp;
mod opcua;
mod ping;
mod profinet;
mod rdp;
mod s7comm;
mod smb;
mod snmp;
mod ssdp;
mod ssh;
mod text_protocols;
mod tls;
mod umas;
mod vnc;

use crate::item::Item;
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
    pub(crate) period_us: u32,
    pub(crate) values: &'a mut Values,
    pub(crate) random: &'a mut Random,
    /// Nanoseconds since 1970, simulated.
    pub(crate) time: i64,
}

/// A protocol spoken between a client and a server; the value holds counters and handles of one connection.
pub(crate) trait Dialogue: Send {
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

const PROTOCOLS: &[Protocol] = &[
    of::<bacnet::Bacnet>("bacnet", Transport::Udp { client: Some(47_808), server: 47_808 }),
    of::<dhcp::Dhcp>("dhcp", Transport::Udp { client: Some(68), server: 67 }),
    of::<dnp3::Dnp3>("dnp3", Transport::Tcp(20_000)),
    of::<names::Dns>("dns", Transport::Udp { client: None, server: 53 }),
    of::<enip::Enip>("enip", Transport::Tcp(44_818)),
    of::<fins::Fins>("fins", Transport::Udp { client: Some(9_600), server: 9_600 }),
    of::<text_protocols::Ftp>("ftp", Transport::Tcp(21)),
    of::<text_protocols::Http>("http", Transport::Tcp(80)),
    of::<iec104::Iec104>("iec104", Transport::Tcp(2_404)),
    of::<melsec::Melsec>("melsec", Transport::Tcp(5_007)),
    of::<modbus::Modbus>("modbus", Transport::Tcp(502)),
    of::<ntp::Ntp>("ntp", Transport::Udp { client: Some(123), server: 123 }),
    of::<opcua::Opcua>("opcua", Transport::Tcp(4_840)),
    of::<ping::Ping>("ping", Transport::Udp { client: None, server: 0 }),
    of::<profinet::Profinet>("profinet", Transport::Link),
    of::<rdp::Rdp>("rdp", Transport::Tcp(3_389)),
    of::<s7comm::S7comm>("s7comm", Transport::Tcp(102)),
    of::<smb::Smb>("smb", Transport::Tcp(445)),
    of::<snmp::Snmp>("snmp", Transport::Udp { client: None, server: 161 }),
    of::<ssh::Ssh>("ssh", Transport::Tcp(22)),
    of::<text_protocols::Telnet>("telnet", Transport::Tcp(23)),
    of::<tls::Tls>("tls", Transport::Tcp(443)),
    of::<vnc::Vnc>("vnc", Transport::Tcp(5_900)),
];

const fn of<D: Dialogue + Default + 'static>(name: &'static str, transport: Transport) -> Protocol {
    Protocol { name, transport, make: || Box::<D>::default() }
}

/// Periods are those of the usual implementations.
const ANNOUNCEMENTS: &[Announcement] = &[
    Announcement { name: "arp", period_s: 600, say: neighbours::arp },
    Announcement { name: "bacnet", period_s: 300, say: bacnet::say_i_am },
    Announcement { name: "browser", period_s: 720, say: browser::announce },
    Announcement { name: "cdp", period_s: 60, say: neighbours::cdp },
    Announcement { name: "dhcp", period_s: 14_400, say: dhcp::say_join },
    Announcement { name: "lldp", period_s: 30, say: neighbours::lldp },
    Announcement { name: "llmnr", period_s: 300, say: names::llmnr },
    Announcement { name: "mdns", period_s: 120, say: names::mdns },
    Announcement { name: "nbns", period_s: 300, say: names::nbns },
    Announcement { name: "ssdp", period_s: 300, say: ssdp::notify },
];

/// The protocol of this name.
pub(crate) fn protocol(name: &str) -> Option<&'static Protocol> {
    PROTOCOLS.iter().find(|protocol| protocol.name == name)
}

/// The announcement of this name.
pub(crate) fn announcement(name: &str) -> Option<&'static Announcement> {
    ANNOUNCEMENTS.iter().find(|announcement| announcement.name == name)
}
