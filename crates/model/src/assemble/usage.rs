//! What each machine serves and asks, gathered from links and commands.

use super::Context;
use super::modules::UnitSeen;
use crate::address::AddressId;
use crate::infer::Usage;
use crate::inventory::{AssetIndex, Service};
use crate::links::{LinkFacts, LinkKey, UNKNOWN};
use facts::{Part, Transport};
use hashbrown::HashMap;

/// What one asset does.
#[derive(Clone, Debug, Default)]
pub(super) struct AssetUsage {
    pub(super) behaviour: Usage,
    pub(super) services: Vec<Service>,
    pub(super) units: Vec<UnitSeen>,
}

/// What every asset does.
pub(super) struct Usages(Vec<AssetUsage>);

impl Usages {
    /// Takes out what an asset does.
    pub(super) fn of(&mut self, index: AssetIndex) -> AssetUsage {
        self.0.get_mut(index.0 as usize).map(core::mem::take).unwrap_or_default()
    }

    fn slot(&mut self, index: Option<AssetIndex>) -> Option<&mut AssetUsage> {
        self.0.get_mut(index?.0 as usize)
    }
}

/// Protocols of controllers and field devices: who asks in them supervises.
const FIELD_PROTOCOLS: &[&str] = &[
    "modbus",
    "umas",
    "s7comm",
    "s7comm-plus",
    "cip",
    "pccc",
    "fins",
    "melsec",
    "slmp",
    "ads",
    "opcua",
    "dnp3",
    "iec104",
    "bacnet",
    "mms",
    "codesys",
    "ge-srtp",
    "toyopuc",
    "keyence-kv",
    "mewtocol",
    "focas",
    "hart-ip",
    "roc",
    "bsap",
    "dlms",
    "c1222",
    "synchrophasor",
    "tristation",
    "knx",
];
/// Services listed per asset; a machine that answers on more is a trap for scanners.
const SERVICES_MAX: usize = 512;
/// Protocols in which a device publishes to a group instead of answering.
const PUBLISHED: &[&str] = &["goose", "sv"];

pub(super) fn usages(context: &Context<'_>) -> Usages {
    let mut usages = Usages(vec![AssetUsage::default(); context.members.len()]);
    from_links(context, &mut usages);
    from_commands(context, &mut usages);
    for usage in &mut usages.0 {
        usage.services.sort_by_key(|service| (service.transport, service.port, service.protocol));
        usage.behaviour.serves.sort_unstable();
        usage.behaviour.serves.dedup();
        usage.behaviour.asks.sort_unstable();
        usage.behaviour.verbs.sort_unstable();
        usage.behaviour.verbs.dedup();
        usage.behaviour.units = most_units(&usage.units);
    }
    usages
}

/// Whether the link proves that the service is there: it was recognised or accepted, and somebody answered.
fn is_service(key: &LinkKey, facts: &LinkFacts) -> bool {
    let [_, answered] = facts.ways;
    let recognised = key.protocol != UNKNOWN.id;
    answered && (recognised || (key.transport == Transport::Tcp && facts.established))
}

fn from_links(context: &Context<'_>, usages: &mut Usages) {
    // Row numbers and small keys only: there may be a million links.
    let mut offered: Vec<(AssetIndex, u32)> = Vec::new();
    let mut asked: Vec<(AssetIndex, u16, AddressId)> = Vec::new();
    for (row, (key, facts)) in context.model.links.numbered() {
        let (client, server) = (context.asset_at(key.client), context.asset_at(key.server));
        let protocol = context.model.protocol_name(key);
        if let (Some(server), true) = (server, is_service(key, facts)) {
            offered.push((server, row));
        }
        if let (Some(usage), true) = (usages.slot(client), PUBLISHED.contains(&protocol)) {
            usage.behaviour.serves.push((protocol, key.transport));
        }
        let field = FIELD_PROTOCOLS.contains(&protocol) && server.is_some() && server != client;
        if let (Some(client), true) = (client, field && facts.ways == [true, true]) {
            asked.push((client, key.protocol, key.server));
        }
    }
    add_services(context, offered, usages);
    asked.sort_unstable();
    asked.dedup();
    for machines in asked.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let Some((client, protocol, _)) = machines.first() else { continue };
        let Some(usage) = usages.slot(Some(*client)) else { continue };
        let total = context.model.protocols.get(usize::from(*protocol)).copied().flatten();
        let count = u32::try_from(machines.len()).unwrap_or(u32::MAX);
        usage.behaviour.asks.extend(total.map(|total| (total.protocol, count)));
    }
}

/// One service per asset, carrier, port and protocol; recognised ones first when there are too many.
fn add_services(context: &Context<'_>, mut offered: Vec<(AssetIndex, u32)>, usages: &mut Usages) {
    let service = |row: u32| {
        let (key, _) = context.model.links.get(row)?;
        Some((key.protocol == UNKNOWN.id, key.transport, key.port, key.protocol))
    };
    let client = |row: u32| context.model.links.get(row).map(|(key, _)| key.client);
    offered.sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| (service(a.1), client(a.1)).cmp(&(service(b.1), client(b.1))))
    });
    for links in offered.chunk_by(|a, b| a.0 == b.0 && service(a.1) == service(b.1)) {
        let Some((server, row)) = links.first() else { continue };
        let (Some((key, _)), Some(usage)) = (context.model.links.get(*row), usages.slot(Some(*server)))
        else {
            continue;
        };
        if usage.services.len() >= SERVICES_MAX {
            continue;
        }
        let protocol = context.model.protocol_name(key);
        let clients =
            u32::try_from(links.chunk_by(|a, b| client(a.1) == client(b.1)).count()).unwrap_or(u32::MAX);
        usage.behaviour.serves.push((protocol, key.transport));
        usage.services.push(Service { transport: key.transport, port: key.port, protocol, clients });
    }
}

fn from_commands(context: &Context<'_>, usages: &mut Usages) {
    let mut units: HashMap<(AssetIndex, Part, &'static str), u64> = HashMap::new();
    for (key, facts) in context.model.commands.rows() {
        let Some((talk, _)) = context.model.conversations.get(key.conversation) else { continue };
        let [requests, responses, unsolicited] = facts.counts;
        if let (Some(usage), true) = (usages.slot(context.asset_at(talk.client)), requests > 0) {
            usage.behaviour.verbs.push(key.verb);
        }
        // A scan asks many units that do not exist; only those that answered are there.
        if let (Some(server), true) = (context.asset_at(talk.server), responses + unsolicited > 0) {
            *units.entry((server, key.part, talk.protocol.name)).or_default() +=
                facts.counts.iter().sum::<u64>();
        }
    }
    for ((server, part, protocol), messages) in units {
        if let Some(usage) = usages.slot(Some(server)) {
            usage.units.push((part, protocol, messages));
        }
    }
}

/// The most different units that answered in one protocol.
fn most_units(units: &[UnitSeen]) -> u32 {
    let mut counts: HashMap<&'static str, u32> = HashMap::new();
    for (part, protocol, _) in units {
        if matches!(part, Part::Unit(_)) {
            *counts.entry(protocol).or_default() += 1;
        }
    }
    counts.into_values().max().unwrap_or(0)
}
