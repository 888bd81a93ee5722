//! The plant file as written: TOML with unknown keys refused. `check` turns it into a [`crate::Plant`].

use core::net::Ipv4Addr;
use core::str::FromStr;

use serde::Deserialize;
use toml::Spanned;

use crate::item::Item;
use crate::text::Encoding;

/// A name that must exist elsewhere in the file; the span says on which line it stands.
pub(crate) type Name = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlantFile {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) network: Vec<NetworkEntry>,
    #[serde(default)]
    pub(crate) device: Vec<DeviceEntry>,
    #[serde(default)]
    pub(crate) conversation: Vec<ConversationEntry>,
    #[serde(default)]
    pub(crate) event: Vec<EventEntry>,
    #[serde(default)]
    pub(crate) chapter: Vec<ChapterEntry>,
    /// How far the plant's clocks are ahead of UTC; working hours are told by them.
    #[serde(default)]
    pub(crate) utc_offset_h: i8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NetworkEntry {
    pub(crate) name: Name,
    pub(crate) subnet: Spanned<Subnet>,
    pub(crate) vlan: Option<Spanned<u16>>,
    #[serde(default)]
    pub(crate) capture: u16,
    #[serde(default = "yes")]
    pub(crate) mirrored: bool,
    pub(crate) router: Option<Name>,
    pub(crate) dhcp: Option<Name>,
    #[serde(default)]
    pub(crate) duplicate_percent: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceEntry {
    pub(crate) name: Name,
    #[serde(default)]
    pub(crate) kind: String,
    pub(crate) on: Vec<InterfaceEntry>,
    #[serde(default)]
    pub(crate) identity: Identity,
    #[serde(default)]
    pub(crate) system: System,
    #[serde(default)]
    pub(crate) routes: bool,
    pub(crate) nat: Option<NatEntry>,
    #[serde(default)]
    pub(crate) announces: Vec<Name>,
    #[serde(default)]
    pub(crate) listens: Vec<u16>,
    #[serde(default)]
    pub(crate) unit: Vec<Unit>,
    #[serde(default)]
    pub(crate) absent: bool,
    pub(crate) since_h: Option<u32>,
    #[serde(default)]
    pub(crate) heard: Heard,
    #[serde(default = "response_us")]
    pub(crate) response_us: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InterfaceEntry {
    pub(crate) network: Name,
    pub(crate) mac: HardwareAddress,
    pub(crate) ip: Option<Spanned<Ipv4Addr>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NatEntry {
    pub(crate) inside: Vec<Name>,
    #[serde(default)]
    pub(crate) hosts: Vec<NatHostEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NatHostEntry {
    pub(crate) outside: Ipv4Addr,
    pub(crate) device: Name,
    #[serde(default)]
    pub(crate) inward: bool,
}

/// What a device says about itself. Empty text is not sent where the protocol allows that.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// Manufacturer as the device spells it.
    pub vendor: String,
    /// Model or product designation.
    pub model: String,
    /// Order (catalogue) number.
    pub order: String,
    /// Firmware version.
    pub firmware: String,
    /// Hardware version.
    pub hardware: String,
    /// Serial number.
    pub serial: String,
    /// The name that its owner gave it.
    pub label: String,
    /// Where it stands, as its owner typed it in.
    pub location: String,
    /// How `label` and `location` are stored in the device.
    pub encoding: Encoding,
    /// The number that a protocol knows it by: BACnet device instance, PROFINET device, DNP3 or IEC 104 address.
    pub number: u32,
    /// The number that a protocol knows its vendor by (CIP, PROFINET, BACnet).
    pub vendor_number: u16,
    /// The number that a protocol knows its product by (CIP product code, PROFINET device id).
    pub product_number: u16,
    /// Windows domain or workgroup.
    pub domain: String,
}

/// A device behind a gateway, addressed by a unit number (Modbus) or a slot.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// The unit number on the wire.
    pub number: u8,
    /// What this unit says about itself.
    pub identity: Identity,
}

/// The network stack of a device: time to live, window and options of its SYN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum System {
    /// A small controller.
    #[default]
    Embedded,
    /// A SIMATIC controller of the 300 and 400 series.
    Simatic,
    /// Windows since Vista.
    Windows,
    /// Windows XP.
    WindowsXp,
    /// Linux.
    Linux,
    /// A switch, router or firewall.
    Network,
}

/// What the mirror port shows of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heard {
    /// Frames in both directions.
    #[default]
    Both,
    /// Only frames that it sends.
    Sent,
    /// Only frames that are sent to it.
    Received,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConversationEntry {
    pub(crate) client: Name,
    pub(crate) server: Name,
    pub(crate) protocol: Name,
    #[serde(default = "period_ms")]
    pub(crate) period_ms: u32,
    pub(crate) jitter_ms: Option<u32>,
    pub(crate) start_ms: Option<u32>,
    pub(crate) reconnect_s: Option<u32>,
    pub(crate) port: Option<u16>,
    #[serde(default)]
    pub(crate) unit: u8,
    #[serde(default)]
    pub(crate) standing: bool,
    #[serde(default)]
    pub(crate) hours: Hours,
    #[serde(default)]
    pub(crate) once: Vec<Spanned<Item>>,
    #[serde(default)]
    pub(crate) items: Vec<Spanned<Item>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventEntry {
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) at_s: u32,
    pub(crate) every_s: Option<u32>,
    pub(crate) action: ActionEntry,
}

/// When a conversation is busy. Outside of these hours it is rarer in the plant's past; in the present it goes on, so
/// that whoever looks at night sees a plant at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Hours {
    /// Day and night, all week.
    #[default]
    Always,
    /// Monday to Friday, 8 to 18.
    Office,
    /// Day and night shifts from Monday 6 to Saturday 6.
    Shifts,
    /// The evening on which the books are closed: 17 to 20 on the 10th, the 20th and the last day of a month, or the
    /// last weekday before. Outside of these hours it is silent, in the present too.
    Closing,
}

/// A part of the story that the plant can play.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChapterEntry {
    pub(crate) key: Name,
    pub(crate) seconds: u16,
    pub(crate) look: Vec<String>,
    #[serde(default)]
    pub(crate) step: Vec<EventEntry>,
    #[serde(default)]
    pub(crate) undo: Vec<EventEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) enum ActionEntry {
    Join { device: Name },
    Leave { device: Name },
    Silence { device: Name },
    Resume { device: Name },
    Freeze { device: Name },
    Thaw { device: Name },
    Scan(ScanEntry),
    Converse(ConversationEntry),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScanEntry {
    pub(crate) device: Name,
    pub(crate) network: Name,
    pub(crate) ports: Vec<u16>,
    #[serde(default = "first_host")]
    pub(crate) first: u8,
    #[serde(default = "last_host")]
    pub(crate) last: u8,
}

/// A hardware address written as six hexadecimal octets with colons.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct HardwareAddress(pub(crate) wire::Mac);

impl TryFrom<String> for HardwareAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let octets: Vec<u8> =
            text.split(':').filter_map(|octet| u8::from_str_radix(octet, 16).ok()).collect();
        let mac = <[u8; 6]>::try_from(octets).map_err(|_| format!("\"{text}\" is no hardware address"))?;
        Ok(Self(wire::Mac(mac)))
    }
}

/// An IPv4 network in prefix notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Subnet {
    pub(crate) base: Ipv4Addr,
    pub(crate) prefix: u8,
}

impl Subnet {
    pub(crate) fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0)
    }

    pub(crate) fn holds(self, ip: Ipv4Addr) -> bool {
        u32::from(ip) & self.mask() == u32::from(self.base) & self.mask()
    }

    pub(crate) fn broadcast(self) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.base) | !self.mask())
    }
}

impl TryFrom<String> for Subnet {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(base, prefix)| {
            Some(Self { base: Ipv4Addr::from_str(base).ok()?, prefix: prefix.parse().ok()? })
        });
        parsed
            .filter(|subnet| (8..=30).contains(&subnet.prefix))
            .ok_or_else(|| format!("\"{text}\" is no subnet such as 192.168.1.0/24 (prefix 8 to 30)"))
    }
}

fn yes() -> bool {
    true
}
fn response_us() -> u32 {
    2_000
}
fn period_ms() -> u32 {
    1_000
}
fn first_host() -> u8 {
    1
}
fn last_host() -> u8 {
    254
}
