//! Flows, commands and the shorter lists of the document.

use facts::{OutcomeKind, Transport};
use model::{CommandRow, Link, ProtocolTotal};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Totals of one protocol.
#[derive(Serialize, JsonSchema)]
pub(super) struct Protocol {
    /// Name of the protocol.
    protocol: &'static str,
    /// Packets in which it was, copies included.
    packets: u64,
    /// Whole messages.
    messages: u64,
    /// Messages that broke it.
    malformed: u64,
}

impl From<&ProtocolTotal> for Protocol {
    fn from(total: &ProtocolTotal) -> Self {
        let ProtocolTotal { protocol, packets, messages, malformed } = *total;
        Self { protocol, packets, messages, malformed }
    }
}

/// Who talks to whom in which protocol.
#[derive(Serialize, JsonSchema)]
pub(super) struct Flow {
    /// Name of the protocol, `unknown` where none was recognised.
    protocol: &'static str,
    /// `tcp`, `udp`, `ip` or `link`.
    transport: &'static str,
    /// Address of the side that asks; a hardware address for protocols without IP.
    client: String,
    /// Address of the side that offers the service.
    server: String,
    /// The service's port; null where there is none.
    port: Option<u16>,
    /// Packets, copies included.
    packets: u64,
    /// Bytes on the wire.
    bytes: u64,
    /// Whole messages.
    messages: u64,
    /// Realm of the addresses.
    network: u16,
}

impl Flow {
    pub(super) fn new(link: &Link) -> Self {
        Self {
            protocol: link.protocol,
            transport: transport(link.transport),
            client: link.client.address.to_string(),
            server: link.server.address.to_string(),
            port: matches!(link.transport, Transport::Tcp | Transport::Udp).then_some(link.port),
            packets: link.packets,
            bytes: link.bytes.iter().sum(),
            messages: link.messages,
            network: link.network.0,
        }
    }
}

pub(super) fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Link => "link",
        Transport::Ip => "ip",
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
    }
}

/// What one machine asked of another.
#[derive(Serialize, JsonSchema)]
pub(super) struct Command {
    /// Name of the protocol.
    protocol: &'static str,
    /// Sub-space of the code, mostly empty.
    group: &'static str,
    /// The number on the wire.
    code: u64,
    /// The standard's name; empty when not known.
    name: &'static str,
    /// What it does to the plant.
    verb: &'static str,
    /// Unit or module inside the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    /// Who asks.
    client: String,
    /// Who is asked.
    server: String,
    /// Messages that ask.
    requests: u64,
    /// Messages that answer.
    responses: u64,
    /// All messages that carry the code, unsolicited ones too.
    messages: u64,
    /// First time.
    first_seen: String,
    /// Last time.
    last_seen: String,
}

impl Command {
    pub(super) fn new(row: &CommandRow) -> Self {
        Self {
            protocol: row.protocol,
            group: row.group,
            code: row.code,
            name: row.name,
            verb: row.verb.name(),
            part: super::asset::part(row.part),
            client: row.client.address.to_string(),
            server: row.server.address.to_string(),
            requests: row.requests,
            responses: row.responses,
            messages: row.messages(),
            first_seen: crate::utc(row.first),
            last_seen: crate::utc(row.last),
        }
    }
}

/// A kind of exchange that did not succeed.
#[derive(Serialize, JsonSchema)]
pub(super) struct Failure {
    protocol: &'static str,
    group: &'static str,
    code: u64,
    /// `refused`, `failed` or `unanswered`.
    kind: &'static str,
    status: u32,
    reason: &'static str,
    client: String,
    server: String,
    count: u64,
}

impl Failure {
    pub(super) fn new(failure: &model::Failure) -> Self {
        Self {
            protocol: failure.protocol,
            group: failure.group,
            code: failure.code,
            kind: match failure.kind {
                OutcomeKind::Refused => "refused",
                OutcomeKind::Failed => "failed",
                OutcomeKind::Unanswered => "unanswered",
            },
            status: failure.status,
            reason: failure.reason,
            client: failure.client.address.to_string(),
            server: failure.server.address.to_string(),
            count: failure.count,
        }
    }
}

/// An account as seen in log-ins; never a password or a hash.
#[derive(Serialize, JsonSchema)]
pub(super) struct Account<'a> {
    user: &'a str,
    method: &'static str,
    protocol: &'static str,
    client: String,
    server: String,
    attempted: u64,
    accepted: u64,
    refused: u64,
}

impl<'a> Account<'a> {
    pub(super) fn new(account: &'a model::Account) -> Self {
        Self {
            user: &account.user,
            method: account.method,
            protocol: account.protocol,
            client: account.client.address.to_string(),
            server: account.server.address.to_string(),
            attempted: account.attempted,
            accepted: account.accepted,
            refused: account.refused,
        }
    }
}

/// A realm of addresses with its proposed subnets.
#[derive(Serialize, JsonSchema)]
pub(super) struct Network {
    /// Number of the realm.
    network: u16,
    /// Proposed subnets as `address/prefix`.
    subnets: Vec<String>,
}

impl Network {
    pub(super) fn new(network: &model::Network) -> Self {
        let subnets =
            network.subnets.iter().map(|subnet| format!("{}/{}", subnet.address, subnet.prefix)).collect();
        Self { network: network.id.0, subnets }
    }
}

/// Tables that were full, with the number of facts that found no room.
pub(super) fn overflow(overflow: &model::Overflow) -> BTreeMap<&'static str, u64> {
    overflow.rows().filter(|(_, count)| *count > 0).collect()
}
