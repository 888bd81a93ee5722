//! Assets of the document.

use facts::Part;
use model::{Field, Hearing, Inventory};
use schemars::JsonSchema;
use serde::Serialize;

/// Whether the machine itself was heard, or a gateway answers for its address, not only talked about.
pub(super) fn heard(asset: &model::Asset) -> bool {
    let claimed =
        || asset.interfaces.iter().flat_map(|interface| &interface.addresses).any(|address| address.claimed);
    asset.hearing != Hearing::OnlyTalkedAbout || claimed()
}

/// One machine.
#[derive(Serialize, JsonSchema)]
pub(super) struct Asset<'a> {
    /// Stable name of the entry within its network.
    id: String,
    /// Realm in which its addresses mean something.
    network: u16,
    /// Hardware addresses.
    macs: Vec<String>,
    /// IP addresses.
    addresses: Vec<String>,
    /// VLAN ids on which it was heard, without 0.
    vlans: Vec<u16>,
    /// Host, station or tag name.
    name: Option<&'a str>,
    /// Manufacturer.
    vendor: Option<&'a str>,
    /// Product or model.
    model: Option<&'a str>,
    /// Order or catalogue number.
    order_number: Option<&'a str>,
    /// Firmware version.
    firmware: Option<&'a str>,
    /// Hardware revision.
    hardware: Option<&'a str>,
    /// Serial number.
    serial: Option<&'a str>,
    /// Operating system.
    operating_system: Option<&'a str>,
    /// Kind of machine, `unknown` where nothing tells.
    kind: &'static str,
    /// Why it is of this kind.
    kind_reasons: &'a [String],
    /// Purdue level 0 to 5, 3.5 for a DMZ, or null.
    level: Option<f32>,
    /// Why it stands on this level.
    #[serde(skip_serializing_if = "Option::is_none")]
    level_reason: Option<&'a str>,
    /// `both`, `one-way`, `only-broadcasts`.
    hearing: &'static str,
    /// The router through which it was heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<String>,
    /// At least so many machines hide behind its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    hides: Option<Hides<'a>>,
    /// Interfaces with the reason why each belongs to this asset.
    interfaces: Vec<Interface<'a>>,
    /// Modules behind its backplane and units behind it.
    modules: Vec<Module<'a>>,
    /// Services it offers.
    services: Vec<Service>,
    /// Each identity value as the device said it.
    evidence: Vec<Evidence<'a>>,
    /// First time heard.
    first_seen: String,
    /// Last time heard.
    last_seen: String,
}

/// A machine that others talk to or about, but that was never heard itself.
#[derive(Serialize, JsonSchema)]
pub(super) struct Mentioned {
    id: String,
    network: u16,
    macs: Vec<String>,
    addresses: Vec<String>,
    last_seen: String,
}

/// At least so many machines, and why.
#[derive(Serialize, JsonSchema)]
struct Hides<'a> {
    at_least: u32,
    reason: &'a str,
}

/// A network interface.
#[derive(Serialize, JsonSchema)]
struct Interface<'a> {
    /// Hardware address.
    mac: Option<String>,
    /// IP addresses on it.
    addresses: Vec<String>,
    /// Innermost VLAN id, null for none or several.
    vlan: Option<u16>,
    /// Why it belongs to this asset.
    reason: &'a str,
}

/// A module or unit.
#[derive(Serialize, JsonSchema)]
struct Module<'a> {
    /// `slot 0/2`, `unit 5`.
    part: String,
    protocols: &'a [&'static str],
    name: Option<&'a str>,
    vendor: Option<&'a str>,
    model: Option<&'a str>,
    order_number: Option<&'a str>,
    firmware: Option<&'a str>,
    hardware: Option<&'a str>,
    serial: Option<&'a str>,
    messages: u64,
}

/// A service.
#[derive(Serialize, JsonSchema)]
struct Service {
    transport: &'static str,
    port: u16,
    protocol: &'static str,
    clients: u32,
}

/// One identity value.
#[derive(Serialize, JsonSchema)]
struct Evidence<'a> {
    /// Protocol that said it.
    protocol: &'static str,
    /// The project's stable name of the field.
    key: &'static str,
    /// The value.
    value: &'a str,
    /// How often it was said.
    count: u64,
    /// Module or unit it was said of.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    /// First time it was said.
    first_seen: String,
    /// Which field of the machine's identity it speaks of: `name`, `vendor`, `model`, `order_number`, `firmware`,
    /// `hardware`, `serial` or `os`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// How it stands there: `chosen` (the value was taken from it), `agrees` or `differs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
}

impl<'a> Asset<'a> {
    pub(super) fn new(asset: &'a model::Asset, inventory: &Inventory<'_>) -> Self {
        let mut vlans: Vec<u16> =
            asset.interfaces.iter().flat_map(|i| i.vlans.iter().copied()).filter(|v| *v != 0).collect();
        vlans.sort_unstable();
        vlans.dedup();
        Self {
            id: asset.id.to_string(),
            network: asset.network.0,
            macs: macs(asset),
            addresses: addresses(asset),
            vlans,
            name: text(&asset.name),
            vendor: text(&asset.vendor),
            model: text(&asset.model),
            order_number: text(&asset.order_number),
            firmware: text(&asset.firmware),
            hardware: text(&asset.hardware),
            serial: text(&asset.serial),
            operating_system: text(&asset.operating_system),
            kind: asset.kind.name(),
            kind_reasons: &asset.kind_reasons,
            level: asset.level.as_ref().map(|(level, _)| level.number()),
            level_reason: asset.level.as_ref().map(|(_, reason)| reason.as_str()),
            hearing: asset.hearing.name(),
            gateway: asset.gateway.and_then(|index| Some(inventory.asset(index)?.id.to_string())),
            hides: asset.hides.as_ref().map(|(at_least, reason)| Hides { at_least: *at_least, reason }),
            interfaces: asset.interfaces.iter().map(interface).collect(),
            modules: asset.modules.iter().map(module).collect(),
            services: asset.services.iter().map(service).collect(),
            evidence: asset.claims.iter().map(|claim| evidence(asset, claim)).collect(),
            first_seen: crate::utc(asset.first),
            last_seen: crate::utc(asset.last),
        }
    }
}

impl Mentioned {
    pub(super) fn new(asset: &model::Asset, _: &Inventory<'_>) -> Self {
        Self {
            id: asset.id.to_string(),
            network: asset.network.0,
            macs: macs(asset),
            addresses: addresses(asset),
            last_seen: crate::utc(asset.last),
        }
    }
}

fn text(field: &Option<Field>) -> Option<&str> {
    field.as_ref().map(|field| field.value.as_str())
}

fn macs(asset: &model::Asset) -> Vec<String> {
    let heard = asset.interfaces.iter().filter(|interface| interface.heard);
    heard.filter_map(|interface| interface.mac).map(|mac| mac.to_string()).collect()
}

fn addresses(asset: &model::Asset) -> Vec<String> {
    let all = asset.interfaces.iter().flat_map(|interface| &interface.addresses);
    let mut addresses: Vec<_> =
        all.filter(|address| address.heard || address.claimed).map(|address| address.ip).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.into_iter().map(|ip| ip.to_string()).collect()
}

fn interface(interface: &model::Interface) -> Interface<'_> {
    let mut tagged = interface.vlans.iter().copied().filter(|vlan| *vlan != 0);
    let first = tagged.next();
    Interface {
        mac: interface.mac.map(|mac| mac.to_string()),
        addresses: interface.addresses.iter().map(|address| address.ip.to_string()).collect(),
        vlan: first.filter(|_| tagged.next().is_none()),
        reason: if interface.reason.is_empty() { "its first interface" } else { &interface.reason },
    }
}

/// A part as text; `None` for the whole machine.
pub(crate) fn part(part: Part) -> Option<String> {
    match part {
        Part::Whole => None,
        Part::Slot { rack, slot } => Some(format!("slot {rack}/{slot}")),
        Part::Unit(unit) => Some(format!("unit {unit}")),
    }
}

fn module(module: &model::Module) -> Module<'_> {
    Module {
        part: part(module.part).unwrap_or_default(),
        protocols: &module.protocols,
        name: text(&module.name),
        vendor: text(&module.vendor),
        model: text(&module.model),
        order_number: text(&module.order_number),
        firmware: text(&module.firmware),
        hardware: text(&module.hardware),
        serial: text(&module.serial),
        messages: module.messages,
    }
}

fn service(service: &model::Service) -> Service {
    Service {
        transport: super::rows::transport(service.transport),
        port: service.port,
        protocol: service.protocol,
        clients: service.clients,
    }
}

fn evidence<'a>(asset: &model::Asset, claim: &'a model::Claim) -> Evidence<'a> {
    let standing = model::standing(asset, claim);
    Evidence {
        protocol: claim.protocol,
        key: claim.key,
        value: &claim.value,
        count: claim.count,
        part: part(claim.part),
        first_seen: crate::utc(claim.first),
        field: standing.map(|(field, _)| field),
        standing: standing.map(|(_, standing)| standing.name()),
    }
}

/// Everything known of one machine as JSON text: what its page shows.
#[must_use]
pub fn asset_document(asset: &model::Asset, inventory: &Inventory<'_>) -> String {
    serde_json::to_string(&Asset::new(asset, inventory)).unwrap_or_default()
}

/// Whether a machine was heard itself, or answers for its address, and so is an asset and not only talked about.
#[must_use]
pub fn is_heard(asset: &model::Asset) -> bool {
    heard(asset)
}
