//! What each machine serves and asks, gathered from links and commands.

use super::Context;
use super::modules::UnitSeen;
use crate::address::AddressId;
use crate::infer::Usage;
use crate::inventory::{AssetIndex, Service};
use crate::links::{LinkFacts, LinkKey, UNKNOWN};
use facts::{Part, Transport};
use hashbrown::{HashMap, HashSet};

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
    let mut clients: HashMap<(AssetIndex, Transport, u16, &'static str), HashSet<AddressId>> = HashMap::new();
    let mut asked: HashMap<(AssetIndex, &'static str), HashSet<AddressId>> = HashMap::new();
    for (key, facts) in context.model.links.rows() {
        let (client, server) = (context.asset_at(key.client), context.asset_at(key.server));
        let protocol = context.model.protocol_name(key);
        if let (Some(server), true) = (server, is_service(key, facts)) {
            clients.entry((server, key.transport, key.port, protocol)).or_default().insert(key.client);
        }
        if let (Some(usage), true) = (usages.slot(client), PUBLISHED.contains(&protocol)) {
            usage.behaviour.serves.push((protocol, key.transport));
        }
        let field = FIELD_PROTOCOLS.contains(&protocol) && server.is_some() && server != client;
        if let (Some(client), true) = (client, field && facts.ways == [true, true]) {
            asked.entry((client, protocol)).or_default().insert(key.server);
        }
    }
    for ((server, transport, port, protocol), clients) in clients {
        let Some(usage) = usages.slot(Some(server)) else { continue };
        usage.behaviour.serves.push((protocol, transport));
        let clients = u32::try_from(clients.len()).unwrap_or(u32::MAX);
        usage.services.push(Service { transport, port, protocol, clients });
    }
    for ((client, protocol), machines) in asked {
        let Some(usage) = usages.slot(Some(client)) else { continue };
        usage.behaviour.asks.push((protocol, u32::try_from(machines.len()).unwrap_or(u32::MAX)));
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
