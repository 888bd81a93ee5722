//! What the page knows: the inventory cut to what a browser can hold, with what was left out counted.
//!
//! The names here are read by the scripts beside this file and by nothing else; programs read the analysis document.

use super::rows::{self, Account, Command, End, Ends, Failure, Link, Network};
use crate::document::{Capture, part};
use facts::Property;
use model::{AssetIndex, Field, Hearing, Inventory};
use serde::Serialize;
use std::collections::HashMap;

/// Assets on the page; those that were heard go first.
const ASSETS_MAX: usize = 20_000;
/// Identity values of one asset on the page; those said most often go first.
const EVIDENCE_MAX: usize = 100;

/// Everything on the page. Ends of links are places in `ends`, assets are places in `assets`.
#[derive(Serialize)]
pub(super) struct PageData<'a> {
    captures: &'a [Capture],
    assets: Vec<Asset<'a>>,
    ends: Vec<End>,
    links: Vec<Link>,
    commands: Vec<Command>,
    failures: Vec<Failure>,
    accounts: Vec<Account<'a>>,
    protocols: Vec<rows::Protocol>,
    defects: Vec<(&'static str, &'static str, u64)>,
    networks: Vec<Network>,
    overflow: Vec<(&'static str, u64)>,
    left_out: LeftOut,
}

/// Rows that are known but not on the page.
#[derive(Serialize)]
struct LeftOut {
    assets: usize,
    links: usize,
    commands: usize,
    failures: usize,
    accounts: usize,
}

/// One machine.
#[derive(Serialize)]
struct Asset<'a> {
    id: &'a str,
    network: u16,
    name: Option<Told<'a>>,
    vendor: Option<Told<'a>>,
    model: Option<Told<'a>>,
    order_number: Option<Told<'a>>,
    firmware: Option<Told<'a>>,
    hardware: Option<Told<'a>>,
    serial: Option<Told<'a>>,
    operating_system: Option<Told<'a>>,
    kind: &'static str,
    kind_reasons: &'a [String],
    level: Option<f32>,
    level_reason: Option<&'a str>,
    hearing: &'static str,
    virtual_machine: bool,
    gateway: Option<u32>,
    behind: u32,
    hides: Option<(u32, &'a str)>,
    contested: Vec<(String, String)>,
    /// Milliseconds by which its clock was ahead of the capture.
    clock_ahead: Option<i64>,
    interfaces: Vec<Interface<'a>>,
    modules: Vec<Module<'a>>,
    services: Vec<Service>,
    evidence: Vec<Evidence<'a>>,
    evidence_left_out: usize,
    subnet: Option<String>,
    first: i64,
    last: i64,
}

/// A value and where it comes from.
#[derive(Serialize)]
struct Told<'a>(&'a str, &'a str);

#[derive(Serialize)]
struct Interface<'a> {
    mac: Option<String>,
    heard: bool,
    /// Address; `heard`, `claimed` by the machine itself, or only `named` by others; why it stands here.
    addresses: Vec<(String, &'static str, &'a str)>,
    vlans: &'a [u16],
    reason: &'a str,
}

#[derive(Serialize)]
struct Module<'a> {
    part: String,
    protocols: &'a [&'static str],
    name: Option<&'a str>,
    vendor: Option<&'a str>,
    model: Option<&'a str>,
    firmware: Option<&'a str>,
    serial: Option<&'a str>,
    messages: u64,
}

#[derive(Serialize)]
struct Service {
    transport: &'static str,
    port: u16,
    protocol: &'static str,
    clients: u32,
}

#[derive(Serialize)]
struct Evidence<'a> {
    protocol: &'static str,
    key: &'static str,
    property: &'static str,
    part: Option<String>,
    value: &'a str,
    count: u64,
}

impl<'a> PageData<'a> {
    pub(super) fn new(captures: &'a [Capture], inventory: &'a Inventory<'_>) -> Self {
        let (shown, place) = choose_assets(inventory);
        let subnets = subnets(inventory);
        let mut ends = Ends::new(&place);
        let (links, links_left_out) = rows::links(inventory, &mut ends);
        let (commands, commands_left_out) = rows::commands(inventory, &mut ends);
        let failures = rows::failures(inventory, &mut ends);
        let accounts = rows::accounts(inventory, &mut ends);
        let left_out = LeftOut {
            assets: inventory.assets.len() - shown.len(),
            links: links_left_out,
            commands: commands_left_out,
            failures: inventory.failures.len() - failures.len(),
            accounts: inventory.accounts.len() - accounts.len(),
        };
        let assets = shown
            .into_iter()
            .map(|(index, asset)| Asset::new(asset, &place, subnets.get(&index).cloned()))
            .collect();
        Self {
            captures,
            assets,
            ends: ends.into_list(),
            links,
            commands,
            failures,
            accounts,
            protocols: inventory.protocols.iter().map(rows::Protocol::from).collect(),
            defects: inventory
                .defects
                .iter()
                .map(|(protocol, what, n)| (*protocol, what.name(), *n))
                .collect(),
            networks: inventory.networks.iter().map(Network::new).collect(),
            overflow: inventory.overflow.rows().filter(|(_, count)| *count > 0).collect(),
            left_out,
        }
    }
}

/// Which assets are on the page, and the place of each in its list.
type Chosen<'a> = (Vec<(AssetIndex, &'a model::Asset)>, HashMap<AssetIndex, u32>);

fn choose_assets<'a>(inventory: &'a Inventory<'_>) -> Chosen<'a> {
    let mut all: Vec<_> = (0..).map(AssetIndex).zip(&inventory.assets).collect();
    if all.len() > ASSETS_MAX {
        all.sort_by_key(|(index, asset)| (asset.hearing == Hearing::OnlyTalkedAbout, *index));
        all.truncate(ASSETS_MAX);
    }
    let place = (0..).zip(&all).map(|(at, (index, _))| (*index, at)).collect();
    (all, place)
}

/// The first proposed subnet of each asset.
fn subnets(inventory: &Inventory<'_>) -> HashMap<AssetIndex, String> {
    let mut found = HashMap::new();
    for subnet in inventory.networks.iter().flat_map(|network| &network.subnets) {
        for asset in &subnet.assets {
            found.entry(*asset).or_insert_with(|| format!("{}/{}", subnet.address, subnet.prefix));
        }
    }
    found
}

impl<'a> Asset<'a> {
    fn new(asset: &'a model::Asset, place: &HashMap<AssetIndex, u32>, subnet: Option<String>) -> Self {
        let mut evidence: Vec<_> = asset.claims.iter().collect();
        evidence.sort_by_key(|claim| std::cmp::Reverse(claim.count));
        evidence.truncate(EVIDENCE_MAX);
        Self {
            id: &asset.id.0,
            network: asset.network.0,
            name: told(&asset.name),
            vendor: told(&asset.vendor),
            model: told(&asset.model),
            order_number: told(&asset.order_number),
            firmware: told(&asset.firmware),
            hardware: told(&asset.hardware),
            serial: told(&asset.serial),
            operating_system: told(&asset.operating_system),
            kind: asset.kind.name(),
            kind_reasons: &asset.kind_reasons,
            level: asset.level.as_ref().map(|(level, _)| level.number()),
            level_reason: asset.level.as_ref().map(|(_, reason)| reason.as_str()),
            hearing: asset.hearing.name(),
            virtual_machine: asset.virtual_machine,
            gateway: asset.gateway.and_then(|index| place.get(&index).copied()),
            behind: asset.behind,
            hides: asset.hides.as_ref().map(|(count, reason)| (*count, reason.as_str())),
            contested: asset.contested.iter().map(|(at, by)| (at.to_string(), by.to_string())).collect(),
            clock_ahead: asset.clock_ahead.map(|nanoseconds| nanoseconds / 1_000_000),
            interfaces: asset.interfaces.iter().map(interface).collect(),
            modules: asset.modules.iter().map(module).collect(),
            services: asset.services.iter().map(service).collect(),
            evidence_left_out: asset.claims.len() - evidence.len(),
            evidence: evidence.into_iter().map(claim).collect(),
            subnet,
            first: rows::milliseconds(asset.first),
            last: rows::milliseconds(asset.last),
        }
    }
}

fn told(field: &Option<Field>) -> Option<Told<'_>> {
    field.as_ref().map(|field| Told(&field.value, &field.source))
}

fn interface(interface: &model::Interface) -> Interface<'_> {
    let standing = |one: &model::InterfaceAddress| match (one.heard, one.claimed) {
        (true, _) => "heard",
        (false, true) => "claimed",
        (false, false) => "named",
    };
    Interface {
        mac: interface.mac.map(|mac| mac.to_string()),
        heard: interface.heard,
        addresses: interface
            .addresses
            .iter()
            .map(|one| (one.ip.to_string(), standing(one), one.reason.as_str()))
            .collect(),
        vlans: &interface.vlans,
        reason: &interface.reason,
    }
}

fn module(module: &model::Module) -> Module<'_> {
    Module {
        part: part(module.part).unwrap_or_default(),
        protocols: &module.protocols,
        name: value(&module.name),
        vendor: value(&module.vendor),
        model: value(if module.model.is_some() { &module.model } else { &module.order_number }),
        firmware: value(&module.firmware),
        serial: value(&module.serial),
        messages: module.messages,
    }
}

fn value(field: &Option<Field>) -> Option<&str> {
    field.as_ref().map(|field| field.value.as_str())
}

fn service(service: &model::Service) -> Service {
    Service {
        transport: rows::transport(service.transport),
        port: service.port,
        protocol: service.protocol,
        clients: service.clients,
    }
}

fn claim(claim: &model::Claim) -> Evidence<'_> {
    Evidence {
        protocol: claim.protocol,
        key: claim.key,
        property: property(claim.property),
        part: part(claim.part),
        value: &claim.value,
        count: claim.count,
    }
}

/// The word under which the page's language table has a property.
fn property(property: Property) -> &'static str {
    match property {
        Property::Name => "name",
        Property::Vendor => "vendor",
        Property::Model => "model",
        Property::OrderNumber => "order-number",
        Property::Firmware => "firmware",
        Property::Hardware => "hardware",
        Property::Serial => "serial",
        Property::OperatingSystem => "operating-system",
        Property::Software => "software",
        Property::Location => "location",
        Property::Contact => "contact",
        Property::Domain => "domain",
        Property::Description => "description",
        Property::Address => "address",
        Property::Fingerprint => "fingerprint",
        Property::Other => "other",
    }
}
