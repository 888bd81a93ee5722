//! Accounts of conversations, folded by who talks to whom over which service: a client that opens a connection for
//! every poll is one row.

use super::commands::{crosses, end_alone};
use super::{Accumulate, Change, FLOW_PAUSE_MIN_US, Resolve, Span, micros};
use crate::hour::hour_of;
use crate::row::{FlowRow, RowOf, Word};
use facts::id::SiteId;
use facts::{Endpoint, FlowSummary, Layer, NetworkId, Transport};

/// Layers kept by name; conversations are not nested deeper.
const LAYERS_MAX: usize = 6;

/// Who talks to whom over what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FlowKey {
    hour: i64,
    network: NetworkId,
    transport: Transport,
    client: Endpoint,
    server: Endpoint,
    layers: [&'static str; LAYERS_MAX],
}

/// Their accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlowRun {
    pub(crate) span: Span,
    client_port: u16,
    begun: u64,
    ended: u64,
    not_established: u64,
    packets: [u64; 2],
    bytes: [u64; 2],
    messages: u64,
    malformed: u64,
    lost_bytes: u64,
}

impl FlowRun {
    fn new(id: u64, summary: &FlowSummary<'_>) -> Self {
        let inner = summary.layers.iter().rev().find(|layer| layer.row);
        let mut run = Self {
            span: Span::new(id, (micros(summary.first), micros(summary.last), 1)),
            client_port: summary.client.port,
            begun: u64::from(summary.begun),
            ended: u64::from(summary.ended),
            not_established: u64::from(summary.ended && !summary.established),
            packets: summary.packets,
            bytes: summary.bytes,
            messages: inner.map_or(0, |layer| u64::from(layer.messages)),
            malformed: summary.layers.iter().map(|layer| u64::from(layer.malformed)).sum(),
            lost_bytes: summary.lost_bytes,
        };
        // Clocks of two captures may disagree within one conversation.
        run.span.last = run.span.last.max(run.span.first);
        run
    }

    fn add(&mut self, more: &Self) {
        self.span.add((more.span.first, more.span.last, 1));
        if self.client_port != more.client_port {
            self.client_port = 0;
        }
        let [packets_to_server, packets_to_client] = &mut self.packets;
        let [bytes_to_server, bytes_to_client] = &mut self.bytes;
        let pairs = [
            (&mut self.begun, more.begun),
            (&mut self.ended, more.ended),
            (&mut self.not_established, more.not_established),
            (packets_to_server, more.packets[0]),
            (packets_to_client, more.packets[1]),
            (bytes_to_server, more.bytes[0]),
            (bytes_to_client, more.bytes[1]),
            (&mut self.messages, more.messages),
            (&mut self.malformed, more.malformed),
            (&mut self.lost_bytes, more.lost_bytes),
        ];
        for (sum, more) in pairs {
            *sum = sum.saturating_add(more);
        }
    }
}

impl Accumulate {
    pub(crate) fn account(&mut self, summary: &FlowSummary<'_>) {
        let key = FlowKey {
            hour: hour_of(micros(summary.first)),
            network: summary.network,
            transport: summary.transport,
            client: Endpoint { port: 0, ..summary.client },
            server: summary.server,
            layers: names(summary.layers),
        };
        let place = self.flows.find(&key, &[]);
        // An account that goes on with a known row takes no number.
        let known = place.and_then(|place| self.flows.get(place)).map(|run| run.span.id);
        let id = known.unwrap_or_else(|| self.id());
        let mut more = FlowRun::new(id, summary);
        if let Some(place) = place
            && let Some(run) = self.flows.get_mut(place)
        {
            if more.span.first.saturating_sub(run.span.last) <= run.span.pause(FLOW_PAUSE_MIN_US) {
                run.add(&more);
                self.flows.change(place);
                return;
            }
            self.flows.end(place);
            more.span.id = self.id();
        }
        if !self.flows.add(key, &[], more) {
            end_alone(
                &mut self.flows.ended,
                &mut self.dropped,
                self.limits.rows,
                (key, Box::default(), more),
            );
        }
    }

    pub(crate) fn drain_flows(&mut self, resolve: &Resolve<'_>, changes: &mut Vec<Change>) {
        let site = self.site;
        let mut put = |key: &FlowKey, run: &FlowRun, closed| {
            changes.push(Change {
                id: run.span.id,
                closed,
                row: RowOf::Flow(row_of(site, key, run, resolve)),
            });
        };
        for (key, _, run) in core::mem::take(&mut self.flows.ended) {
            put(&key, &run, true);
        }
        self.flows.each_changed(|key, _, run| put(key, run, false));
    }
}

fn names(layers: &[Layer]) -> [&'static str; LAYERS_MAX] {
    let mut names = [""; LAYERS_MAX];
    for (name, layer) in names.iter_mut().zip(layers.iter().filter(|layer| layer.row)) {
        *name = layer.protocol.name;
    }
    names
}

fn row_of(site: SiteId, key: &FlowKey, run: &FlowRun, resolve: &Resolve<'_>) -> FlowRow {
    let (client, server) = (resolve(key.network, &key.client), resolve(key.network, &key.server));
    let layers: Vec<&'static str> = key.layers.into_iter().filter(|name| !name.is_empty()).collect();
    let [packets_to_server, packets_to_client] = run.packets;
    let [bytes_to_server, bytes_to_client] = run.bytes;
    FlowRow {
        row: 0,
        site,
        time: run.span.first,
        last: run.span.last,
        network: server.network.or(client.network),
        transport: key.transport,
        protocol: Word::Borrowed(layers.last().copied().unwrap_or_default()),
        layers: Word::Owned(layers.join("/")),
        client_asset: client.asset,
        client_mac: key.client.mac,
        client_ip: key.client.ip,
        client_port: run.client_port,
        client_level: client.level,
        server_asset: server.asset,
        server_mac: key.server.mac,
        server_ip: key.server.ip,
        server_port: key.server.port,
        server_level: server.level,
        crosses_levels: crosses(&client, &server),
        begun: run.begun,
        ended: run.ended,
        not_established: run.not_established,
        packets_to_server,
        packets_to_client,
        bytes_to_server,
        bytes_to_client,
        messages: run.messages,
        malformed: run.malformed,
        lost_bytes: run.lost_bytes,
    }
}
