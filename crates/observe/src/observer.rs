//! Packets in, observations out: copies, realms, flows and dispatch in their order.

use crate::carry::CarryPool;
use crate::dispatch::{
    Bound, Core, LAYERS_MAX, LayerCount, Registry, State, Tables, datagram, link_frame, stream,
};
use crate::expect::Expectations;
use crate::protocols::Pools;
use crate::realm::Realms;
use crate::stations::Stations;
use decode::{Carrier, Content, Copies, Copy, Delivery, Flow, FlowTable, Ip, Link, Offered, Packet, Segment};
use facts::{Endpoint, FlowId, FlowSummary, Heard, Layer, NetworkId, Seen, Sink, Transport};
use std::net::IpAddr;
use wire::{Direction, Mac, Time, is_group_ip};

/// Stands where no protocol is known yet.
const NO_PROTOCOL: facts::Protocol = facts::Protocol { id: u16::MAX, name: "" };
/// Sender addresses remembered as told; a power of two.
const HEARD_CACHE: usize = 4096;

/// Sizes of the tables.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Conversations at a time.
    pub flows: u32,
    /// Hardware addresses whose presence is told; 0 where no plant is listened to.
    pub stations: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { flows: 65_536, stations: 0 }
    }
}

/// What the stage counted: nothing that was lost or passed over is silent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    /// Packets offered.
    pub packets: u64,
    /// Exact copies among them: the capture delivered a frame twice.
    pub duplicates: u64,
    /// Copies that a router made: a capture that hears both of its sides shows each such packet twice, rightly.
    pub routed: u64,
    /// Conversations begun and evicted, holes, overlap conflicts.
    pub flows: decode::FlowCounters,
    /// Unfinished messages that found no room.
    pub carry_exhausted: u64,
    /// Nested payloads beyond the limit of one message.
    pub inner_dropped: u64,
    /// Values of busy cyclic polls that were passed over: of such a conversation every fourth second is read.
    pub values_sampled: u64,
    /// Conversations rejected by eight defects in a row.
    pub rejected: u64,
    /// Announced conversations that made room for others.
    pub expectations_evicted: u64,
    /// Frames whose address found no room among those whose presence is told.
    pub stations_refused: u64,
}

/// The stage. One for each capture thread.
#[derive(Debug)]
pub struct Observer {
    flows: FlowTable<Bound>,
    copies: Copies,
    realms: Realms,
    stations: Stations,
    latest: Time,
    core: Core,
    heard: Vec<u64>,
    packets: u64,
    duplicates: u64,
    routed: u64,
}

impl Observer {
    /// The stage with all its memory reserved.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            flows: FlowTable::new(limits.flows),
            copies: Copies::default(),
            realms: Realms::new(),
            stations: Stations::new(limits.stations),
            latest: Time::default(),
            core: Core {
                carry: CarryPool::new(),
                registry: Registry::new(),
                tables: Tables {
                    pools: Pools::default(),
                    expectations: Expectations::new(),
                    packet: 0,
                    inner_dropped: 0,
                    values_sampled: 0,
                    joining: Vec::with_capacity(crate::out::JOINED_MAX),
                    rejected: 0,
                },
            },
            heard: vec![0; HEARD_CACHE],
            packets: 0,
            duplicates: 0,
            routed: 0,
        }
    }

    /// What was counted so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        Counters {
            packets: self.packets,
            duplicates: self.duplicates,
            routed: self.routed,
            flows: self.flows.counters(),
            carry_exhausted: self.core.carry.exhausted,
            inner_dropped: self.core.tables.inner_dropped,
            values_sampled: self.core.tables.values_sampled,
            rejected: self.core.tables.rejected,
            expectations_evicted: self.core.tables.expectations.evicted,
            stations_refused: self.stations.refused,
        }
    }

    /// What was counted that belongs to the capture of the packet at hand: exact copies, routed copies, holes and values
    /// passed over.
    pub(crate) fn of_capture(&self) -> [u64; 4] {
        [self.duplicates, self.routed, self.flows.gaps(), self.core.tables.values_sampled]
    }

    /// Takes one packet.
    pub fn packet(&mut self, packet: &Packet<'_>, sink: &mut dyn Sink) {
        self.packets += 1;
        self.core.tables.packet = self.core.tables.packet.wrapping_add(1);
        self.latest = packet.time;
        let network = self.realms.of(packet, sink);
        self.stations.count(packet, network);
        let copy = self.copies.check(packet, u64::from(network));
        match copy {
            Copy::First => {}
            Copy::Exact => self.duplicates += 1,
            Copy::Routed { into, out_of } => {
                self.routed += 1;
                sink.forwarded(NetworkId(network), into, out_of);
            }
        }
        self.hear(packet, network, sink);
        let Self { flows, core, .. } = self;
        let Core { registry, carry, .. } = core;
        let offered = flows.offer(
            packet,
            network,
            |port| registry.serves(port),
            |id, flow| {
                flow.slot.carry.iter_mut().for_each(|kept| carry.free(kept));
                summary(id, flow, true, sink);
            },
        );
        let Some(offered) = offered else { return };
        if offered.fresh {
            if let Some(flow) = self.flows.flow_mut(offered.id) {
                flow.slot.capture = packet.capture;
            }
            self.expected(packet, network, offered);
        }
        if self.flows.flow_mut(offered.id).is_some_and(|flow| flow.packets[offered.direction] == 1) {
            self.realms.remember(packet, network);
        }
        self.content(packet, offered, copy != Copy::First, sink);
    }

    /// Accounts every conversation: at the end of a capture.
    pub fn finish(&mut self, sink: &mut dyn Sink) {
        let Self { flows, core, .. } = self;
        let ids: u32 = u32::try_from(flows.iter_mut().count()).unwrap_or(u32::MAX);
        for id in 0..ids {
            flows.flush(id, |flow, direction, delivery| {
                let at = Stamp { time: flow.last, capture: flow.slot.capture, copy: false };
                deliver(id, flow, direction, delivery, at, core, sink);
            });
            if let Some(flow) = flows.flow_mut(id) {
                summary(id, flow, true, sink);
            }
        }
    }

    /// Accounts what every conversation came to since the last account; they go on. Every few seconds also who spoke.
    pub fn account(&mut self, sink: &mut dyn Sink) {
        self.stations.tell(self.latest, sink);
        for (id, flow) in self.flows.iter_mut() {
            summary(id, flow, false, sink);
        }
    }

    fn expected(&mut self, packet: &Packet<'_>, network: u16, offered: Offered) {
        let Some(flow) = self.flows.flow_mut(offered.id) else { return };
        let transport = transport_of(flow.carrier());
        let (client, server) = (flow.client(), flow.server());
        let ends = [(server.0, server.2), (client.0, client.2)];
        if let Some((protocol, at)) =
            self.core.tables.expectations.find(transport, network, ends, packet.time)
        {
            flow.slot.state = State::Known(protocol);
            if at == 1 && !flow.opened() {
                flow.reverse();
            }
        }
    }

    fn content(&mut self, packet: &Packet<'_>, offered: Offered, copy: bool, sink: &mut dyn Sink) {
        let Self { flows, core, .. } = self;
        let stamp = Stamp { time: packet.time, capture: packet.capture, copy };
        match &packet.content {
            // A copy brings nothing new to the stream; its sequence numbers would only be passed over.
            Content::Tcp(_) if copy => {}
            Content::Tcp(segment) => tcp(flows, core, offered, segment, stamp, sink),
            Content::Udp { payload, .. } => {
                let Some(flow) = flows.flow_mut(offered.id) else { return };
                let seen = stamp.seen(offered.id, flow, offered.direction);
                if datagram(&mut flow.slot, core, payload, &seen, sink).is_some() {
                    flow.reverse();
                }
            }
            Content::Ip { payload } => {
                let Some(flow) = flows.flow_mut(offered.id) else { return };
                let seen = stamp.seen(offered.id, flow, offered.direction);
                let number = packet.ip.map_or(0, |ip| ip.protocol);
                link_frame(&mut flow.slot, core, Err(number), payload, &seen, sink);
            }
            Content::Link { kind, payload } => {
                let Some(flow) = flows.flow_mut(offered.id) else { return };
                let seen = stamp.seen(offered.id, flow, offered.direction);
                link_frame(&mut flow.slot, core, Ok(*kind), payload, &seen, sink);
            }
            _ => {}
        }
    }

    /// Tells address pairs the first time, and again when others have taken their place in the cache.
    fn hear(&mut self, packet: &Packet<'_>, network: u16, sink: &mut dyn Sink) {
        let Some(outer) = &packet.outer else {
            return self.hear_one(packet, &packet.link, packet.ip.as_ref(), false, network, sink);
        };
        // A tunnel that carries bare IP has no inner link: its hardware addresses are those of the tunnel's ends.
        let bare = outer.link == packet.link && outer.ip != packet.ip;
        self.hear_one(packet, &packet.link, packet.ip.as_ref(), bare, network, sink);
        self.hear_one(packet, &outer.link, outer.ip.as_ref(), false, network, sink);
    }

    /// The fields are read one by one: copying a packet that was just written costs more than all the rest.
    #[inline]
    fn hear_one(
        &mut self,
        packet: &Packet<'_>,
        link: &Link,
        ip: Option<&Ip>,
        bare: bool,
        network: u16,
        sink: &mut dyn Sink,
    ) {
        let mac = if bare { None } else { link.source };
        let to_group =
            link.destination.is_some_and(Mac::is_group) || ip.is_some_and(|ip| is_group_ip(ip.destination));
        let hash = heard_hash(mac, ip, link.vlan(), network, to_group);
        if let Some(told) = self.heard.get_mut(usize::try_from(hash).unwrap_or(0) & (HEARD_CACHE - 1))
            && *told != hash
        {
            *told = hash;
            sink.heard(&Heard {
                time: packet.time,
                capture: packet.capture,
                network: NetworkId(network),
                mac,
                ip: ip.map(|ip| ip.source),
                vlan: link.vlan(),
                ttl: ip.map_or(0, |ip| ip.ttl),
                to_group,
            });
        }
    }
}

fn tcp(
    flows: &mut FlowTable<Bound>,
    core: &mut Core,
    offered: Offered,
    segment: &Segment<'_>,
    stamp: Stamp,
    sink: &mut dyn Sink,
) {
    flows.reassemble(offered.id, offered.direction, segment, |flow, direction, delivery| {
        deliver(offered.id, flow, direction, delivery, stamp, core, sink);
    });
}

/// When and where the present packet was captured.
#[derive(Clone, Copy)]
struct Stamp {
    time: Time,
    capture: wire::CaptureId,
    copy: bool,
}

impl Stamp {
    fn seen(&self, id: u32, flow: &Flow<Bound>, direction: Direction) -> Seen {
        let (client, server) = (endpoint(flow.client()), endpoint(flow.server()));
        let (source, destination) = match direction {
            Direction::ToServer => (client, server),
            Direction::ToClient => (server, client),
        };
        Seen {
            time: self.time,
            times: 1,
            since: self.time,
            capture: self.capture,
            network: NetworkId(flow.network()),
            protocol: NO_PROTOCOL,
            flow: FlowId(id),
            direction,
            source,
            destination,
            copy: self.copy,
        }
    }
}

fn deliver(
    id: u32,
    flow: &mut Flow<Bound>,
    direction: Direction,
    delivery: Delivery<'_>,
    stamp: Stamp,
    core: &mut Core,
    sink: &mut dyn Sink,
) {
    let seen = stamp.seen(id, flow, direction);
    let opened = flow.opened();
    if stream(&mut flow.slot, core, delivery, opened, &seen, sink).is_some() {
        flow.reverse();
    }
}

fn endpoint((ip, mac, port): (Option<IpAddr>, Option<Mac>, u16)) -> Endpoint {
    Endpoint { mac, ip, port }
}

fn transport_of(carrier: Carrier) -> Transport {
    match carrier {
        Carrier::Link(_) => Transport::Link,
        Carrier::Ip(_) => Transport::Ip,
        Carrier::Tcp => Transport::Tcp,
        Carrier::Udp => Transport::Udp,
    }
}

/// Accounts a conversation and begins its counters anew; a conversation without news is passed over.
fn summary(id: u32, flow: &mut Flow<Bound>, ended: bool, sink: &mut dyn Sink) {
    let packets = flow.packets.into_array();
    if packets == [0, 0] && !(ended && flow.slot.accounted) {
        return;
    }
    // What is still looked for is accounted when it is found or ends, so that it never counts as unknown and known.
    if !ended && flow.slot.state == State::Undecided && flow.carrier() == Carrier::Tcp {
        return;
    }
    let begun = !flow.slot.accounted;
    let over_ip = matches!(flow.carrier(), Carrier::Tcp | Carrier::Udp);
    for (total, more) in flow.slot.packets_in_all.iter_mut().zip(packets) {
        *total += more;
    }
    let mut layers =
        [Layer { protocol: NO_PROTOCOL, messages: 0, malformed: 0, packets: 0, row: true }; LAYERS_MAX];
    let mut used = 0;
    for (place, layer) in layers.iter_mut().zip(flow.slot.layers.iter().flatten()) {
        *place = Layer {
            protocol: layer.protocol.into(),
            messages: layer.messages,
            malformed: layer.malformed,
            packets: layer.packets,
            row: !(over_ip && layer.protocol.info().interface && used > 0),
        };
        used += 1;
    }
    sink.flow(&FlowSummary {
        flow: FlowId(id),
        capture: flow.slot.capture,
        network: NetworkId(flow.network()),
        transport: transport_of(flow.carrier()),
        client: endpoint(flow.client()),
        server: endpoint(flow.server()),
        layers: layers.get(..used).unwrap_or_default(),
        packets,
        bytes: flow.bytes.into_array(),
        first: flow.first,
        last: flow.last,
        established: flow.established(),
        lost_bytes: flow.lost_bytes,
        begun,
        ended,
        packets_in_all: flow.slot.packets_in_all.into_array(),
    });
    flow.slot.accounted = true;
    flow.slot.layers.iter_mut().flatten().for_each(LayerCount::restart);
    (flow.packets, flow.bytes, flow.lost_bytes) = Default::default();
}

/// A hash of who was heard, where; never 0, which marks an empty place of the cache.
#[inline]
fn heard_hash(mac: Option<Mac>, ip: Option<&Ip>, vlan: u16, network: u16, to_group: bool) -> u64 {
    let fold = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let station = match mac {
        Some(Mac([a, b, c, d, e, f])) => u64::from_le_bytes([a, b, c, d, e, f, 1, u8::from(to_group)]),
        None => u64::from(to_group) << 56,
    };
    let ttl = ip.map_or(0, |ip| ip.ttl);
    let place = u64::from(vlan) << 32 | u64::from(network) << 16 | u64::from(ttl);
    let hash = fold(fold(0, station), place);
    let hash = match ip.map(|ip| ip.source) {
        None => hash,
        Some(IpAddr::V4(ip)) => fold(hash, u64::from(ip.to_bits()) | 1 << 32),
        Some(IpAddr::V6(ip)) => {
            let [low, high] = [ip.to_bits() & u128::from(u64::MAX), ip.to_bits() >> 64];
            [low, high].into_iter().fold(hash, |hash, half| fold(hash, u64::try_from(half).unwrap_or(0)))
        }
    };
    (hash ^ hash >> 29) | 1
}
