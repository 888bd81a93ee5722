//! What the folded facts mean: plain values for everybody who shows, stores or judges them.

use crate::address::Address;
use crate::limits::Overflow;
use crate::links::ProtocolTotal;
use crate::records::OwnedDatum;
use crate::{Hearing, Kind, Level};
use core::fmt;
use facts::{Anomaly, Marker, NetworkId, OutcomeKind, Part, Property, Transport, Verb};
use wire::{Defect, Mac, Time};

/// Place of an asset in [`Inventory::assets`]; it means something only together with that inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssetIndex(pub u32);

/// Everything known, in an order that depends only on what was observed. Links and commands, of which there may be
/// a million, are read from the model without a copy.
pub struct Inventory<'m> {
    /// Machines, sorted by network and first address.
    pub assets: Vec<Asset>,
    /// Realms of addresses with their subnets.
    pub networks: Vec<Network>,
    /// Proposed zones.
    pub zones: Vec<Zone>,
    /// Accounts as seen in log-ins.
    pub accounts: Vec<Account>,
    /// Exchanges that failed.
    pub failures: Vec<Failure>,
    /// Names that stand for addresses.
    pub names: Vec<Name>,
    /// Traces of remote access, tunnels and wireless.
    pub markers: Vec<Marked<Marker>>,
    /// What machines told their neighbours on Ethernet, by asset.
    pub announcements: Vec<Announcement>,
    /// What transport and dispatch found odd.
    pub anomalies: Vec<Marked<Anomaly>>,
    /// Messages that broke their protocol: protocol, kind of damage, how many.
    pub defects: Vec<(&'static str, Defect, u64)>,
    /// Totals per protocol, sorted by name.
    pub protocols: Vec<ProtocolTotal>,
    /// What found no room.
    pub overflow: Overflow,
    pub(crate) rows: crate::rows::Rows<'m>,
}

/// A name that lasts as long as the machine keeps its hardware address (or its IP address, where that is all that
/// is known): `network/address`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssetId(pub String);

impl fmt::Display for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One machine.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its name in this product.
    pub id: AssetId,
    /// Where its addresses mean something.
    pub network: NetworkId,
    /// Its interfaces; the first carries no reason, each further one says why it belongs here.
    pub interfaces: Vec<Interface>,
    /// Host, station or tag name.
    pub name: Option<Field>,
    /// Manufacturer.
    pub vendor: Option<Field>,
    /// Product or model.
    pub model: Option<Field>,
    /// Order or catalogue number.
    pub order_number: Option<Field>,
    /// Firmware version.
    pub firmware: Option<Field>,
    /// Hardware revision.
    pub hardware: Option<Field>,
    /// Serial number.
    pub serial: Option<Field>,
    /// Operating system.
    pub operating_system: Option<Field>,
    /// What it is.
    pub kind: Kind,
    /// Why, most weighty first; empty for an unknown kind.
    pub kind_reasons: Vec<String>,
    /// Purdue level, with the reason.
    pub level: Option<(Level, String)>,
    /// Whether its hardware address is that of a virtual network card.
    pub virtual_machine: bool,
    /// Every identity value, as said.
    pub claims: Vec<Claim>,
    /// Modules in its rack and units behind it.
    pub modules: Vec<Module>,
    /// Services it offers.
    pub services: Vec<Service>,
    /// How it was heard.
    pub hearing: Hearing,
    /// The router through which it was heard, when it stands on no hardware address of this capture.
    pub gateway: Option<AssetIndex>,
    /// How many other assets were heard only through it.
    pub behind: u32,
    /// At least so many machines hide behind its address, and why.
    pub hides: Option<(u32, String)>,
    /// Addresses that stand here but that another machine claims too: address and the other's hardware address.
    pub contested: Vec<(Address, Mac)>,
    /// Nanoseconds by which its clock was ahead of the capture when it last told the time.
    pub clock_ahead: Option<i64>,
    /// First time heard or named.
    pub first: Time,
    /// Last time heard or named.
    pub last: Time,
}

/// One network interface, or the addresses of a machine whose interface was never in the capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Hardware address; `None` behind a router and in captures without a link layer.
    pub mac: Option<Mac>,
    /// Whether the hardware address was the source of a frame.
    pub heard: bool,
    /// IP addresses on it.
    pub addresses: Vec<InterfaceAddress>,
    /// VLANs on which it was heard; 0 without a tag.
    pub vlans: Vec<u16>,
    /// Why this interface belongs to this asset; empty for the first.
    pub reason: String,
}

/// An IP address of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceAddress {
    /// The address.
    pub ip: core::net::IpAddr,
    /// Whether it was the source of a packet.
    pub heard: bool,
    /// Whether the machine claimed it itself in an address protocol (ARP, NDP); neither heard nor claimed means that
    /// others bound it (DHCP) or talked about it.
    pub claimed: bool,
    /// Why it stands on this interface.
    pub reason: String,
}

/// A chosen value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The value as people read it.
    pub value: String,
    /// Protocol and key of the claim, or what else told it.
    pub source: String,
}

/// One identity value as a device said it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// By which protocol.
    pub protocol: &'static str,
    /// The project's stable name of the field.
    pub key: &'static str,
    /// What it tells.
    pub property: Property,
    /// Of which part.
    pub part: Part,
    /// Address it was said of.
    pub address: Address,
    /// As people read it.
    pub value: String,
    /// As sent.
    pub bytes: Vec<u8>,
    /// How far it is trusted, 0 to 100.
    pub confidence: u8,
    /// How often it was said.
    pub count: u64,
    /// First time.
    pub first: Time,
    /// Last time.
    pub last: Time,
}

/// A module in a rack, or a unit behind a gateway.
#[derive(Clone, Debug)]
pub struct Module {
    /// Which one.
    pub part: Part,
    /// Protocols in which it was addressed or spoke.
    pub protocols: Vec<&'static str>,
    /// Its own name.
    pub name: Option<Field>,
    /// Manufacturer.
    pub vendor: Option<Field>,
    /// Product or model.
    pub model: Option<Field>,
    /// Order or catalogue number.
    pub order_number: Option<Field>,
    /// Firmware version.
    pub firmware: Option<Field>,
    /// Hardware revision.
    pub hardware: Option<Field>,
    /// Serial number.
    pub serial: Option<Field>,
    /// Messages to or from it that carried a command.
    pub messages: u64,
}

/// A service that an asset offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Carrier.
    pub transport: Transport,
    /// Port, 0 where there is none.
    pub port: u16,
    /// Protocol, `unknown` where none was recognised.
    pub protocol: &'static str,
    /// How many addresses used it.
    pub clients: u32,
}

/// An end of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Party {
    /// IP address, or the hardware address for protocols without IP.
    pub address: Address,
    /// Whose it is; `None` for groups and addresses that name nobody.
    pub asset: Option<AssetIndex>,
}

/// Who talks to whom in which protocol.
#[derive(Clone, Debug)]
pub struct Link {
    /// Realm of the addresses.
    pub network: NetworkId,
    /// Protocol, `unknown` where none was recognised.
    pub protocol: &'static str,
    /// Place among the protocols of the conversation, 0 for the outermost; sum only depth 0 to count packets once.
    pub depth: u8,
    /// Carrier.
    pub transport: Transport,
    /// Who asks.
    pub client: Party,
    /// Who offers.
    pub server: Party,
    /// Port of the service, 0 where there is none.
    pub port: u16,
    /// Packets that carried the protocol, copies included.
    pub packets: u64,
    /// Whole messages, copies included.
    pub messages: u64,
    /// Messages that broke the protocol.
    pub malformed: u64,
    /// Bytes on the wire to the server and to the client.
    pub bytes: [u64; 2],
    /// Conversations.
    pub flows: u32,
    /// Whether one of them was accepted.
    pub established: bool,
    /// Whether packets were seen to the server, to the client.
    pub ways: [bool; 2],
    /// First packet.
    pub first: Time,
    /// Last packet.
    pub last: Time,
}

/// What one machine asked of another.
#[derive(Clone, Debug)]
pub struct CommandRow {
    /// Realm of the addresses.
    pub network: NetworkId,
    /// Protocol.
    pub protocol: &'static str,
    /// Sub-space of the code, mostly empty.
    pub group: &'static str,
    /// Number on the wire.
    pub code: u64,
    /// The standard's name, empty when not known.
    pub name: &'static str,
    /// What it does to the plant.
    pub verb: Verb,
    /// Which unit or module is meant.
    pub part: Part,
    /// Who asks.
    pub client: Party,
    /// Who is asked.
    pub server: Party,
    /// Messages that ask, copies included.
    pub requests: u64,
    /// Messages that answer, copies included.
    pub responses: u64,
    /// Messages sent without being asked, copies included.
    pub unsolicited: u64,
    /// How many of all these were further copies.
    pub copies: u64,
    /// First time.
    pub first: Time,
    /// Last time.
    pub last: Time,
}

impl CommandRow {
    /// All messages that carried the command.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.requests + self.responses + self.unsolicited
    }
}

/// A named value of the process.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Whose.
    pub party: Party,
    /// Of which part.
    pub part: Part,
    /// By which protocol.
    pub protocol: &'static str,
    /// Its name in the protocol's address space: `holding-register 40`, `db 1.0`, a tag.
    pub name: String,
    /// Last value.
    pub value: OwnedDatum,
    /// How often it was told.
    pub count: u64,
    /// How often it differed from the time before.
    pub changes: u64,
    /// First time.
    pub first: Time,
    /// Last time.
    pub last: Time,
}

/// An account as seen in log-ins; never a password or a hash.
#[derive(Clone, Debug)]
pub struct Account {
    /// User name, empty when anonymous or not visible.
    pub user: String,
    /// `password`, `ntlm`, `anonymous`, …
    pub method: &'static str,
    /// Protocol.
    pub protocol: &'static str,
    /// From where.
    pub client: Party,
    /// Where.
    pub server: Party,
    /// Tries whose end is not known.
    pub attempted: u64,
    /// Let in.
    pub accepted: u64,
    /// Turned away.
    pub refused: u64,
    /// First time.
    pub first: Time,
    /// Last time.
    pub last: Time,
}

/// A kind of failed exchange.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Protocol.
    pub protocol: &'static str,
    /// Group of the command.
    pub group: &'static str,
    /// Code of the command.
    pub code: u64,
    /// Refused, failed or unanswered.
    pub kind: OutcomeKind,
    /// Status on the wire.
    pub status: u32,
    /// The standard's name of the status.
    pub reason: &'static str,
    /// Who asked.
    pub client: Party,
    /// Who was asked.
    pub server: Party,
    /// How often.
    pub count: u64,
}

/// A name that stands for an address.
#[derive(Clone, Debug)]
pub struct Name {
    /// Realm of the address.
    pub network: NetworkId,
    /// The name.
    pub name: String,
    /// The address.
    pub address: core::net::IpAddr,
    /// Which protocol said so.
    pub protocol: &'static str,
    /// How often.
    pub count: u64,
}

/// How a machine named itself and one of its ports to its neighbours (LLDP, CDP). Such frames reach the next port
/// only, so that a mirror which shows one takes in the link at that port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Announcement {
    /// Who.
    pub asset: AssetIndex,
    /// By which protocol.
    pub protocol: &'static str,
    /// Its chassis, as people read it.
    pub chassis: String,
    /// The port through which it was sent, as people read it.
    pub port: String,
    /// How often.
    pub count: u64,
    /// First time.
    pub first: Time,
    /// Last time.
    pub last: Time,
}

/// Something noticed between two parties.
#[derive(Clone, Debug)]
pub struct Marked<T> {
    /// What.
    pub what: T,
    /// Protocol.
    pub protocol: &'static str,
    /// Who asked.
    pub client: Party,
    /// Who was asked.
    pub server: Party,
    /// How often.
    pub count: u64,
    /// First time.
    pub first: Time,
    /// Last time.
    pub last: Time,
}

/// A realm of addresses.
#[derive(Clone, Debug)]
pub struct Network {
    /// Its number.
    pub id: NetworkId,
    /// Proposed IPv4 subnets.
    pub subnets: Vec<Subnet>,
}

/// A proposed IPv4 subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Lowest address.
    pub address: core::net::Ipv4Addr,
    /// Prefix length in bits.
    pub prefix: u8,
    /// How the size was found.
    pub reason: String,
    /// VLANs on which its machines were heard.
    pub vlans: Vec<u16>,
    /// Machines in it.
    pub assets: Vec<AssetIndex>,
    /// Routers with an address in it.
    pub gateways: Vec<AssetIndex>,
}

/// A proposed zone: machines of one subnet and one level. Routers border zones and stand in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Proposed name.
    pub name: String,
    /// Realm.
    pub network: NetworkId,
    /// Level of its machines, where known.
    pub level: Option<Level>,
    /// Its machines.
    pub assets: Vec<AssetIndex>,
}
