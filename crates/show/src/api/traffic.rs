//! Who talks to whom, which commands, and totals per protocol: of the moment.

use super::caller::Caller;
use super::page::{Page, limit};
use super::problem::{Answer, invalid};
use super::state::Api;
use super::view::{self, View};
use authz::{Permission, Place, Visible};
use axum::Json;
use axum::extract::{Extension, Query, State};
use facts::id::AssetUid;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One end of a link or command. Name and id are left out when the machine lies outside the asker's lines and zones.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EndRow {
    /// IP address, or hardware address for protocols without IP.
    address: String,
    /// Id of the asset.
    asset: Option<String>,
    /// Floor name, or the name on the network.
    name: Option<String>,
    /// Purdue level.
    level: Option<f32>,
}

/// Who talks to whom in which protocol.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LinkRow {
    /// Number of the network in which the addresses mean something.
    network: u16,
    /// Who asks.
    client: EndRow,
    /// Who offers.
    server: EndRow,
    /// Protocol, `unknown` where none was recognised.
    protocol: &'static str,
    /// `link`, `ip`, `tcp` or `udp`.
    transport: &'static str,
    /// Port of the service, 0 where there is none.
    port: u16,
    /// Place among the protocols of the conversation, 0 for the outermost; sum only depth 0 to count packets once.
    depth: u8,
    /// Packets that carried the protocol, copies included.
    packets: u64,
    /// Whole messages.
    messages: u64,
    /// Messages that broke the protocol.
    malformed: u64,
    /// Conversations.
    flows: u32,
    /// Bytes on the wire to the server.
    bytes_to_server: u64,
    /// Bytes on the wire to the client.
    bytes_to_client: u64,
    /// Whether packets to the server were heard.
    heard_to_server: bool,
    /// Whether packets to the client were heard.
    heard_to_client: bool,
    /// Whether one of the conversations was accepted.
    established: bool,
    /// Whether the ends stand on different Purdue levels; null while a level is unknown.
    crosses_levels: Option<bool>,
    /// First packet, UTC.
    first_seen: String,
    /// Last packet, UTC.
    last_seen: String,
}

/// What one machine asked of another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CommandRow {
    /// Number of the network in which the addresses mean something.
    network: u16,
    /// Who asks.
    client: EndRow,
    /// Who is asked.
    server: EndRow,
    /// Protocol.
    protocol: &'static str,
    /// What it does to the plant.
    verb: &'static str,
    /// Sub-space of the code, mostly empty.
    group: &'static str,
    /// Number on the wire.
    code: u64,
    /// The standard's name, empty when not known.
    name: &'static str,
    /// Unit or module that is meant, empty for the machine itself.
    part: String,
    /// Messages that ask.
    requests: u64,
    /// Messages that answer.
    responses: u64,
    /// Messages sent without being asked.
    unsolicited: u64,
    /// Whether the ends stand on different Purdue levels; null while a level is unknown.
    crosses_levels: Option<bool>,
    /// First time, UTC.
    first_seen: String,
    /// Last time, UTC.
    last_seen: String,
}

/// Totals of a protocol over the whole plant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProtocolRow {
    /// Its stable name.
    protocol: &'static str,
    /// Packets that carried it.
    packets: u64,
    /// Whole messages.
    messages: u64,
    /// Messages that broke it.
    malformed: u64,
}

/// Which links or commands.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TrafficFilter {
    /// Only those with this asset at one end.
    asset: Option<String>,
    /// Only this protocol.
    protocol: Option<String>,
    /// Only this verb (commands only).
    verb: Option<String>,
    /// Only those that cross Purdue levels, or only those that do not.
    crosses_levels: Option<bool>,
    /// Rows at most, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Who talks to whom, in the order of client, server, port and protocol.
#[utoipa::path(get, path = "/links", tag = "traffic", params(TrafficFilter),
    responses((status = 200, description = "Links", body = Page<LinkRow>)))]
pub(crate) async fn list_links(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<TrafficFilter>,
) -> Answer<Json<Page<LinkRow>>> {
    let view = api.view();
    let wanted = Wanted::new(&filter)?;
    let visible = caller.visible(Permission::ViewTraffic);
    let rows = view.links.iter().filter(|link| wanted.link(&view, link));
    let (limit, cursor) = (limit(filter.limit)?, filter.cursor.as_deref());
    Ok(Json(page(&view, &visible, limit, cursor, rows, link_key, link_row)))
}

/// Which commands, in the order of client, server, protocol and code.
#[utoipa::path(get, path = "/commands", tag = "traffic", params(TrafficFilter),
    responses((status = 200, description = "Commands", body = Page<CommandRow>)))]
pub(crate) async fn list_commands(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<TrafficFilter>,
) -> Answer<Json<Page<CommandRow>>> {
    let view = api.view();
    let wanted = Wanted::new(&filter)?;
    let visible = caller.visible(Permission::ViewTraffic);
    let rows = view.commands.iter().filter(|command| wanted.command(&view, command));
    let (limit, cursor) = (limit(filter.limit)?, filter.cursor.as_deref());
    Ok(Json(page(&view, &visible, limit, cursor, rows, command_key, command_row)))
}

/// Every link that fits and may be seen, at most so many, for an export.
pub(super) fn every_link(
    view: &View,
    visible: &Visible,
    filter: &TrafficFilter,
    most: u32,
) -> Answer<Page<LinkRow>> {
    let wanted = Wanted::new(filter)?;
    let rows = view.links.iter().filter(|link| wanted.link(view, link));
    Ok(page(view, visible, most, None, rows, link_key, link_row))
}

/// Every command that fits and may be seen, at most so many, for an export.
pub(super) fn every_command(
    view: &View,
    visible: &Visible,
    filter: &TrafficFilter,
    most: u32,
) -> Answer<Page<CommandRow>> {
    let wanted = Wanted::new(filter)?;
    let rows = view.commands.iter().filter(|command| wanted.command(view, command));
    Ok(page(view, visible, most, None, rows, command_key, command_row))
}

impl TrafficFilter {
    /// Reads the pairs of a query, as the lists do.
    pub(super) fn read(pairs: &[(String, String)]) -> Answer<Self> {
        let mut filter = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "asset" => filter.asset = Some(value.clone()),
                "protocol" => filter.protocol = Some(value.clone()),
                "verb" => filter.verb = Some(value.clone()),
                "crosses_levels" => {
                    let crosses = value.parse().map_err(|_| invalid(name, "is not true or false"))?;
                    filter.crosses_levels = Some(crosses);
                }
                _ => return Err(super::problem::unreadable(format!("this list has no filter `{name}`"))),
            }
        }
        Ok(filter)
    }
}

/// Totals per protocol. They count the whole plant, whatever the asker's lines and zones: no machine is named.
#[utoipa::path(get, path = "/protocols", tag = "traffic",
    responses((status = 200, description = "Protocols", body = Page<ProtocolRow>)))]
pub(crate) async fn list_protocols(State(api): State<Api>) -> Json<Page<ProtocolRow>> {
    let view = api.view();
    let row = |total: &view::ProtocolTotal| ProtocolRow {
        protocol: total.protocol,
        packets: total.packets,
        messages: total.messages,
        malformed: total.malformed,
    };
    Json(Page::whole(view.protocols.iter().map(row).collect(), 0))
}

/// A filter whose values were checked.
struct Wanted<'f> {
    asset: Option<AssetUid>,
    protocol: Option<&'f str>,
    verb: Option<&'f str>,
    crosses: Option<bool>,
}

impl<'f> Wanted<'f> {
    fn new(filter: &'f TrafficFilter) -> Answer<Self> {
        let asset = filter.asset.as_deref().map(str::parse).transpose();
        Ok(Self {
            asset: asset.map_err(|_| invalid("asset", "is no id of an asset"))?,
            protocol: filter.protocol.as_deref(),
            verb: filter.verb.as_deref(),
            crosses: filter.crosses_levels,
        })
    }

    fn link(&self, view: &View, link: &view::Link) -> bool {
        self.verb.is_none() && self.common(view, &link.client, &link.server, link.protocol)
    }

    fn command(&self, view: &View, command: &view::Command) -> bool {
        self.verb.is_none_or(|verb| verb == command.verb.name())
            && self.common(view, &command.client, &command.server, command.protocol)
    }

    fn common(&self, view: &View, client: &view::End, server: &view::End, protocol: &str) -> bool {
        let at_an_end = |asset| client.asset == Some(asset) || server.asset == Some(asset);
        self.asset.is_none_or(at_an_end)
            && self.protocol.is_none_or(|wanted| wanted == protocol)
            && self.crosses.is_none_or(|wanted| crosses(view, client, server) == Some(wanted))
    }
}

/// What can stand in a list of links or commands.
trait Talk {
    fn ends(&self) -> [&view::End; 2];
}

impl Talk for view::Link {
    fn ends(&self) -> [&view::End; 2] {
        [&self.client, &self.server]
    }
}

impl Talk for view::Command {
    fn ends(&self) -> [&view::End; 2] {
        [&self.client, &self.server]
    }
}

/// One page of rows that are sorted by `key`. A row is seen by whoever sees one of its ends.
fn page<'v, T: Talk + 'v, R>(
    view: &View,
    visible: &Visible,
    limit: u32,
    cursor: Option<&str>,
    rows: impl Iterator<Item = &'v T>,
    key: impl Fn(&T) -> String,
    show: impl Fn(&View, &Visible, &T) -> R,
) -> Page<R> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut page = Page { items: Vec::new(), next: None, hidden: 0 };
    let mut last = String::new();
    for row in rows {
        if !row.ends().iter().any(|end| seen(view, visible, end)) {
            page.hidden += 1;
            continue;
        }
        if page.next.is_some() {
            continue;
        }
        let key = key(row);
        if cursor.is_some_and(|cursor| key.as_str() <= cursor) {
            continue;
        }
        if page.items.len() < limit {
            page.items.push(show(view, visible, row));
            last = key;
        } else {
            page.next = Some(std::mem::take(&mut last));
        }
    }
    page
}

fn place(view: &View, end: &view::End) -> Place {
    let known = end.asset.and_then(|asset| view.assets.get(&asset));
    Place { line: known.and_then(|known| known.line), zone: known.and_then(|known| known.zone) }
}

pub(super) fn seen(view: &View, visible: &Visible, end: &view::End) -> bool {
    visible.shows(place(view, end))
}

pub(super) fn crosses(view: &View, client: &view::End, server: &view::End) -> Option<bool> {
    let level = |end: &view::End| view.assets.get(&end.asset?)?.level;
    Some((level(client)? - level(server)?).abs() > f32::EPSILON)
}

fn end_row(view: &View, visible: &Visible, end: &view::End) -> EndRow {
    let known = end.asset.filter(|_| seen(view, visible, end));
    let shown = known.and_then(|asset| view.assets.get(&asset));
    EndRow {
        address: end.address.clone(),
        asset: known.map(|asset| asset.to_string()),
        name: shown.map(|known| known.name.clone()),
        level: shown.and_then(|known| known.level),
    }
}

fn link_row(view: &View, visible: &Visible, link: &view::Link) -> LinkRow {
    LinkRow {
        network: link.network,
        client: end_row(view, visible, &link.client),
        server: end_row(view, visible, &link.server),
        protocol: link.protocol,
        transport: link.transport,
        port: link.port,
        depth: link.depth,
        packets: link.packets,
        messages: link.messages,
        malformed: link.malformed,
        flows: link.flows,
        bytes_to_server: link.bytes[0],
        bytes_to_client: link.bytes[1],
        heard_to_server: link.ways[0],
        heard_to_client: link.ways[1],
        established: link.established,
        crosses_levels: crosses(view, &link.client, &link.server),
        first_seen: crate::time::utc_us(link.first_us),
        last_seen: crate::time::utc_us(link.last_us),
    }
}

fn command_row(view: &View, visible: &Visible, command: &view::Command) -> CommandRow {
    let [requests, responses, unsolicited] = command.counts;
    CommandRow {
        network: command.network,
        client: end_row(view, visible, &command.client),
        server: end_row(view, visible, &command.server),
        protocol: command.protocol,
        verb: command.verb.name(),
        group: command.group,
        code: command.code,
        name: command.name,
        part: command.part.clone(),
        requests,
        responses,
        unsolicited,
        crosses_levels: crosses(view, &command.client, &command.server),
        first_seen: crate::time::utc_us(command.first_us),
        last_seen: crate::time::utc_us(command.last_us),
    }
}

/// Sorts as the view is sorted; unique, and readable in a URL.
pub(crate) fn link_key(link: &view::Link) -> String {
    let view::Link { network, client, server, port, protocol, transport, depth, .. } = link;
    format!("{network:05} {} {} {port:05} {transport} {depth} {protocol}", client.address, server.address)
}

/// Sorts as the view is sorted; unique, and readable in a URL.
pub(crate) fn command_key(command: &view::Command) -> String {
    let view::Command { network, client, server, protocol, group, code, verb, part, .. } = command;
    let verb = verb.name();
    format!("{network:05} {} {} {protocol} {group} {code:020} {verb} {part}", client.address, server.address)
}

impl View {
    /// Puts links and commands into the order in which their lists are read.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.links.sort_by_cached_key(link_key);
        self.commands.sort_by_cached_key(command_key);
        self
    }
}
