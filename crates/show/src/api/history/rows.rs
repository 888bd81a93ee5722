//! Rows of history on the wire.

use super::super::sight::Sight;
use crate::time::utc_us;
use core::net::IpAddr;
use facts::id::AssetUid;
use facts::{Phase, Transport};
use history::{CommandRow, DetectionRow, FlowRow, ValueRow};
use model::Level;
use serde::Serialize;
use utoipa::ToSchema;
use wire::Mac;

/// How a kind of history is told.
pub(crate) trait Told: Sized {
    /// As it is kept.
    type Row;
    /// Assets of which the asker must see one.
    fn ends(row: &Self::Row) -> Vec<Option<AssetUid>>;
    /// As the asker may see it; its assets were looked up.
    fn told(row: Self::Row, sight: &Sight<'_>) -> Self;
}

/// One end. Name and id are left out when the machine lies outside the asker's lines and zones.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryEnd {
    /// Id of the asset.
    asset: Option<String>,
    /// Floor name, or the name on the network, as it is now.
    name: Option<String>,
    /// IP address.
    ip: Option<String>,
    /// Hardware address on the segment that was heard.
    mac: Option<String>,
    /// Port; null where there is none, or where there were several.
    port: Option<u16>,
    /// Purdue level then.
    level: Option<f32>,
}

/// Conversations between two machines over one service within an hour.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryFlow {
    /// First packet, UTC.
    first_seen: String,
    /// Last packet, UTC.
    last_seen: String,
    /// Id of the network in which the addresses mean something.
    network: Option<String>,
    /// `link`, `ip`, `tcp` or `udp`.
    transport: &'static str,
    /// The innermost protocol; empty when nothing was recognised.
    protocol: String,
    /// Every protocol, outermost first, with `/` between them.
    layers: String,
    /// Who asked.
    client: HistoryEnd,
    /// Who offers the service.
    server: HistoryEnd,
    /// Whether both Purdue levels were known and differed.
    crosses_levels: bool,
    /// Conversations that began.
    begun: u64,
    /// Conversations that ended.
    ended: u64,
    /// Conversations that ended without having been accepted.
    not_established: u64,
    /// Packets to the server.
    packets_to_server: u64,
    /// Packets to the client.
    packets_to_client: u64,
    /// Bytes on the wire to the server.
    bytes_to_server: u64,
    /// Bytes on the wire to the client.
    bytes_to_client: u64,
    /// Whole messages of the innermost protocol.
    messages: u64,
    /// Messages that broke any of the protocols.
    malformed: u64,
    /// Bytes missing in the streams.
    lost_bytes: u64,
}

/// The same command, repeated without a long pause.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryCommand {
    /// First time, UTC.
    first_seen: String,
    /// Last time, UTC.
    last_seen: String,
    /// How often.
    count: u64,
    /// Id of the network in which the addresses mean something.
    network: Option<String>,
    /// Protocol.
    protocol: String,
    /// Who asked.
    client: HistoryEnd,
    /// Who was asked.
    server: HistoryEnd,
    /// Whether both Purdue levels were known and differed.
    crosses_levels: bool,
    /// What it does to the plant.
    verb: &'static str,
    /// `request`, `response` or `unsolicited`.
    phase: &'static str,
    /// Sub-space of the code (`login` and `file` for what is no command of its own), else empty.
    group: String,
    /// Number on the wire.
    code: u64,
    /// The standard's name, the method of a log-in; empty when not known.
    name: String,
    /// Which part of the server, empty for the whole.
    part: String,
    /// Address space of the target.
    space: String,
    /// The target: an address range, a name, a user, a file.
    target: String,
    /// `refused`, `failed`, `unanswered`, `accepted`, `attempted`; empty when nothing was said.
    outcome: String,
    /// Status on the wire.
    status: Option<u32>,
    /// The standard's name of the status.
    reason: String,
    /// Bytes of a file, where told.
    bytes: Option<u64>,
}

/// A variable's value while it held, or its range in a minute in which it kept changing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryValue {
    /// First time, UTC.
    first_seen: String,
    /// Last time, UTC.
    last_seen: String,
    /// How often it was told.
    count: u64,
    /// How often it changed, 0 when it is only stated again.
    changes: u64,
    /// Id of the network in which the address means something.
    network: Option<String>,
    /// Whose.
    subject: HistoryEnd,
    /// Protocol that told it.
    protocol: String,
    /// Which part of it, empty for the whole.
    part: String,
    /// Address space of the variable.
    space: String,
    /// The variable.
    target: String,
    /// `bool`, `int`, `uint`, `float` or `text`.
    class: String,
    /// The last number (a flag is 0 or 1).
    number: Option<f64>,
    /// The least number.
    min: Option<f64>,
    /// The greatest number.
    max: Option<f64>,
    /// The last text; the digits of a whole number that a float does not hold.
    text: Option<String>,
}

/// What a rule saw.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryDetection {
    /// First time, UTC.
    first_seen: String,
    /// Last time, UTC.
    last_seen: String,
    /// How often.
    count: u64,
    /// The rule.
    rule: String,
    /// `low`, `medium`, `high` or `critical`.
    severity: String,
    /// Ids of the assets that the asker may see.
    assets: Vec<String>,
    /// How many more there are that the asker may not see.
    assets_hidden: usize,
    /// The flow in which it was seen; empty when in none.
    flow: String,
    /// Where its packets are kept; empty when nowhere.
    evidence: String,
    /// What the rule tells.
    #[schema(value_type = Object)]
    text: serde_json::Value,
}

fn end(
    sight: &Sight<'_>,
    asset: Option<AssetUid>,
    (ip, mac, port): (Option<IpAddr>, Option<Mac>, u16),
    level: Option<Level>,
) -> HistoryEnd {
    let known = asset.and_then(|id| sight.asset(id));
    let name = known.map(|asset| match asset.floor_name.as_str() {
        "" => asset.name.clone(),
        floor_name => floor_name.to_owned(),
    });
    HistoryEnd {
        asset: known.map(|asset| asset.id.to_string()),
        name: name.filter(|name| !name.is_empty()),
        ip: ip.map(|ip| ip.to_string()),
        mac: mac.map(|mac| mac.to_string()),
        port: Some(port).filter(|port| *port != 0),
        level: level.map(Level::number),
    }
}

impl Told for HistoryFlow {
    type Row = FlowRow;

    fn ends(row: &FlowRow) -> Vec<Option<AssetUid>> {
        vec![row.client_asset, row.server_asset]
    }

    fn told(row: FlowRow, sight: &Sight<'_>) -> Self {
        let client = (row.client_ip, row.client_mac, row.client_port);
        let server = (row.server_ip, row.server_mac, row.server_port);
        Self {
            first_seen: utc_us(row.time),
            last_seen: utc_us(row.last),
            network: row.network.map(|network| network.to_string()),
            transport: match row.transport {
                Transport::Link => "link",
                Transport::Ip => "ip",
                Transport::Tcp => "tcp",
                Transport::Udp => "udp",
            },
            protocol: row.protocol.into_owned(),
            layers: row.layers.into_owned(),
            client: end(sight, row.client_asset, client, row.client_level),
            server: end(sight, row.server_asset, server, row.server_level),
            crosses_levels: row.crosses_levels,
            begun: row.begun,
            ended: row.ended,
            not_established: row.not_established,
            packets_to_server: row.packets_to_server,
            packets_to_client: row.packets_to_client,
            bytes_to_server: row.bytes_to_server,
            bytes_to_client: row.bytes_to_client,
            messages: row.messages,
            malformed: row.malformed,
            lost_bytes: row.lost_bytes,
        }
    }
}

impl Told for HistoryCommand {
    type Row = CommandRow;

    fn ends(row: &CommandRow) -> Vec<Option<AssetUid>> {
        vec![row.client_asset, row.server_asset]
    }

    fn told(row: CommandRow, sight: &Sight<'_>) -> Self {
        let client = (row.client_ip, row.client_mac, 0);
        let server = (row.server_ip, row.server_mac, row.server_port);
        Self {
            first_seen: utc_us(row.time),
            last_seen: utc_us(row.last),
            count: row.count,
            network: row.network.map(|network| network.to_string()),
            protocol: row.protocol.into_owned(),
            client: end(sight, row.client_asset, client, row.client_level),
            server: end(sight, row.server_asset, server, row.server_level),
            crosses_levels: row.crosses_levels,
            verb: row.verb.name(),
            phase: match row.phase {
                Phase::Request => "request",
                Phase::Response => "response",
                Phase::Unsolicited => "unsolicited",
            },
            group: row.group.into_owned(),
            code: row.code,
            name: row.name.into_owned(),
            part: row.part.into_owned(),
            space: row.space.into_owned(),
            target: row.target,
            outcome: row.outcome.into_owned(),
            status: row.status,
            reason: row.reason.into_owned(),
            bytes: row.bytes,
        }
    }
}

impl Told for HistoryValue {
    type Row = ValueRow;

    fn ends(row: &ValueRow) -> Vec<Option<AssetUid>> {
        vec![row.asset]
    }

    fn told(row: ValueRow, sight: &Sight<'_>) -> Self {
        Self {
            first_seen: utc_us(row.time),
            last_seen: utc_us(row.last),
            count: row.count,
            changes: row.changes,
            network: row.network.map(|network| network.to_string()),
            subject: end(sight, row.asset, (row.ip, row.mac, 0), None),
            protocol: row.protocol.into_owned(),
            part: row.part.into_owned(),
            space: row.space.into_owned(),
            target: row.target,
            class: row.class.into_owned(),
            number: row.number,
            min: row.min,
            max: row.max,
            text: row.text,
        }
    }
}

impl Told for HistoryDetection {
    type Row = DetectionRow;

    fn ends(row: &DetectionRow) -> Vec<Option<AssetUid>> {
        let ids: Vec<_> = row.assets.split_whitespace().map(|id| id.parse().ok()).collect();
        if ids.is_empty() { vec![None] } else { ids }
    }

    fn told(row: DetectionRow, sight: &Sight<'_>) -> Self {
        let (mut assets, mut assets_hidden) = (Vec::new(), 0);
        for asset in row.assets.split_whitespace() {
            if sight.shows(asset.parse().ok()) {
                assets.push(asset.to_owned());
            } else {
                assets_hidden += 1;
            }
        }
        Self {
            first_seen: utc_us(row.time),
            last_seen: utc_us(row.last),
            count: row.count,
            rule: row.rule.into_owned(),
            severity: row.severity.into_owned(),
            assets,
            assets_hidden,
            flow: row.flow,
            evidence: row.evidence,
            text: serde_json::from_str(&row.text).unwrap_or_default(),
        }
    }
}
