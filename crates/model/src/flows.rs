//! Accounts of conversations.

use crate::Model;
use crate::address::{AddressId, BOTH_WAYS, BROADCAST, RECEIVED, SENT_TO_GROUP, SENT_TO_ONE, place_of};
use crate::links::{LinkFacts, LinkKey, ProtocolTotal, UNKNOWN};
use core::net::IpAddr;
use facts::{FlowSummary, Layer};
use wire::Mac;

impl Model {
    /// Folds the accounts of one conversation: a link per protocol in it, and how its two ends were heard.
    pub(crate) fn fold_flow(&mut self, summary: &FlowSummary<'_>) {
        let places = [place_of(&summary.client), place_of(&summary.server)];
        let [Some(client_place), Some(server_place)] = places else { return };
        let Some(client) = self.address(summary.network, client_place, 0, summary.first) else { return };
        let Some(server) = self.address(summary.network, server_place, 0, summary.first) else { return };
        let to_group = summary.server.mac.is_some_and(Mac::is_group) || !server_place.is_host();
        self.mark_ends(summary, client, server, to_group);
        let port = summary.server.port;
        let mut key = LinkKey { client, server, port, protocol: UNKNOWN.id, transport: summary.transport };
        if summary.layers.is_empty()
            && let Some(facts) = self.link(key, 0, summary)
        {
            facts.packets = facts.packets.saturating_add(summary.packets.iter().sum());
        }
        for (depth, layer) in (0u8..).zip(summary.layers) {
            self.protocol_total(layer);
            if !layer.row {
                continue;
            }
            key.protocol = layer.protocol.id;
            if let Some(facts) = self.link(key, depth, summary) {
                facts.packets = facts.packets.saturating_add(u64::from(layer.packets));
                facts.messages = facts.messages.saturating_add(u64::from(layer.messages));
                facts.malformed = facts.malformed.saturating_add(layer.malformed);
            }
        }
    }

    fn protocol_total(&mut self, layer: &Layer) {
        let place = usize::from(layer.protocol.id);
        if self.protocols.len() <= place {
            self.protocols.resize(place + 1, None);
        }
        if let Some(total) = self.protocols.get_mut(place) {
            let name = layer.protocol.name;
            let total =
                total.get_or_insert(ProtocolTotal { protocol: name, packets: 0, messages: 0, malformed: 0 });
            total.packets += u64::from(layer.packets);
            total.messages += u64::from(layer.messages);
            total.malformed += u64::from(layer.malformed);
        }
    }

    fn link(&mut self, key: LinkKey, depth: u8, summary: &FlowSummary<'_>) -> Option<&mut LinkFacts> {
        let room = if key.protocol == UNKNOWN.id { self.limits.links / 3 * 2 } else { usize::MAX };
        match self.links.entry_below(key, room, || LinkFacts::new(depth, summary.first)) {
            Some((_, facts)) => {
                facts.add(summary);
                Some(facts)
            }
            None => {
                self.overflow.links += 1;
                None
            }
        }
    }

    /// What the accounts of a conversation say about its two ends.
    fn mark_ends(&mut self, summary: &FlowSummary<'_>, client: AddressId, server: AddressId, to_group: bool) {
        let [to_server, to_client] = summary.packets.map(|packets| packets > 0);
        let both = if to_server && to_client && !to_group { BOTH_WAYS } else { 0 };
        let sent = if to_group { SENT_TO_GROUP } else { SENT_TO_ONE };
        let ends = [
            (client, both | if to_server { sent } else { 0 } | if to_client { RECEIVED } else { 0 }),
            (server, both | if to_client { SENT_TO_ONE } else { 0 } | if to_server { RECEIVED } else { 0 }),
        ];
        for (end, marks) in ends {
            if let Some(facts) = self.addresses.get_mut(end.0) {
                facts.mark(marks, summary.last);
                facts.mark(0, summary.first);
            }
        }
        if summary.server.mac == Some(Mac::BROADCAST) {
            self.mark_broadcast(summary, server);
        }
    }

    /// A frame to all stations with an IPv4 destination of its own is a directed broadcast: the trailing one bits
    /// that it takes to hold the sender too are the host bits of the subnet.
    fn mark_broadcast(&mut self, summary: &FlowSummary<'_>, server: AddressId) {
        let (Some(IpAddr::V4(from)), Some(IpAddr::V4(to))) = (summary.client.ip, summary.server.ip) else {
            return;
        };
        let (from, to) = (u32::from(from), u32::from(to));
        let differing = u32::BITS - (from ^ to).leading_zeros();
        let bits = differing.max(2);
        if to == u32::MAX || bits > to.trailing_ones() || bits > 24 {
            return;
        }
        if let Some(facts) = self.addresses.get_mut(server.0) {
            facts.mark(BROADCAST, summary.first);
            facts.broadcast_bits = facts.broadcast_bits.max(u8::try_from(bits).unwrap_or(0));
        }
    }
}
