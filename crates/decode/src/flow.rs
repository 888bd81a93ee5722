//! The flow table: conversations by normalised key, each with a slot for the user, bounded, nothing allocated per packet.
//!
//! When the table is full, the second-chance clock (a flow touched since the hand passed stays) chooses whom to evict;
//! evicted flows are handed out so that their accounts are not lost, and counted.

use crate::stream::{Delivery, Half, SegmentPool};
use crate::{Content, LinkProtocol, Packet, Segment};
use core::net::IpAddr;
use hashbrown::HashTable;
use wire::{Both, Direction, Mac, Time};

/// What carries a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// Directly on the link.
    Link(LinkProtocol),
    /// Directly on IP, by protocol number.
    Ip(u8),
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// A conversation's name: realm, carrier and both ends, the lower end first.
#[derive(Clone, Copy, Debug)]
struct Key {
    ends: [u128; 2],
    /// 0..=255 IP protocol; from 65,536 on link protocols.
    carrier: u64,
    /// Realm, then the ports of both ends.
    place: u64,
}

impl Key {
    fn ports(&self) -> [u16; 2] {
        let [_, _, _, _, a, b, c, d] = self.place.to_be_bytes();
        [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]
    }

    fn network(&self) -> u16 {
        let [_, _, a, b, ..] = self.place.to_be_bytes();
        u16::from_be_bytes([a, b])
    }

    /// Never 0.
    fn hash(&self) -> u64 {
        let low = |end: u128| u64::try_from(end & u128::from(u64::MAX)).unwrap_or(0);
        let [[a, b], [c, d]] = self.ends.map(|end| [low(end), low(end >> 64)]);
        [a, b, c, d, self.carrier, self.place].into_iter().fold(0x9e37_79b9_7f4a_7c15, mix) | 1
    }
}

impl PartialEq for Key {
    /// In numbers, not field by field: the key of a packet then stays in registers, where a comparison in memory would
    /// wait for it to be written.
    fn eq(&self, other: &Self) -> bool {
        let ends = (self.ends[0] ^ other.ends[0]) | (self.ends[1] ^ other.ends[1]);
        let rest = (self.carrier ^ other.carrier) | (self.place ^ other.place);
        ends | u128::from(rest) == 0
    }
}

/// One round of multiply and fold: enough for table positions, not for adversaries; the tables are bounded.
#[inline]
pub(crate) fn mix(hash: u64, word: u64) -> u64 {
    let (low, high) = (hash ^ word).carrying_mul(0xd6e8_feb8_6659_fd93, 0);
    low ^ high
}

/// One conversation. The fields stand as they are needed, what every packet needs first: thousands of conversations
/// take turns, so that each line of the cache that a packet touches has to be fetched from far.
#[derive(Debug)]
#[repr(C, align(64))]
pub struct Flow<S> {
    key: Key,
    /// Last packet.
    pub last: Time,
    /// Which end (0 lower, 1 upper) is the client.
    client: u8,
    touched: bool,
    opened: bool,
    answered: bool,
    closed: bool,
    halves: Both<Half>,
    /// Captured packets to the server and to the client.
    pub packets: Both<u64>,
    /// Bytes on the wire to the server and to the client.
    pub bytes: Both<u64>,
    macs: [Option<Mac>; 2],
    addresses: [Option<IpAddr>; 2],
    /// The user's state.
    pub slot: S,
    carrier: Carrier,
    /// Bytes that the stream lacks.
    pub lost_bytes: u64,
    /// First packet.
    pub first: Time,
}

impl<S> Flow<S> {
    /// Carrier of the conversation.
    pub fn carrier(&self) -> Carrier {
        self.carrier
    }

    /// Realm number as given by the caller.
    pub fn network(&self) -> u16 {
        self.key.network()
    }

    /// Address, hardware address and port of the client (`ToServer`'s sender).
    pub fn client(&self) -> (Option<IpAddr>, Option<Mac>, u16) {
        self.end(self.client)
    }

    /// Address, hardware address and port of the server.
    pub fn server(&self) -> (Option<IpAddr>, Option<Mac>, u16) {
        self.end(1 - self.client)
    }

    fn end(&self, end: u8) -> (Option<IpAddr>, Option<Mac>, u16) {
        let ports = self.key.ports();
        match end {
            0 => (self.addresses[0], self.macs[0], ports[0]),
            _ => (self.addresses[1], self.macs[1], ports[1]),
        }
    }

    /// Whether the opening hand-shake was answered; true when none was seen (datagrams, picked up in mid-stream).
    pub fn established(&self) -> bool {
        !self.opened || self.answered
    }

    /// Whether the opening hand-shake of a TCP connection was seen, so that the client is certain.
    pub fn opened(&self) -> bool {
        self.opened
    }

    /// Swaps client and server: the content proves that the first guess was wrong.
    pub fn reverse(&mut self) {
        self.client = 1 - self.client;
        self.packets.swap();
        self.bytes.swap();
        self.halves.swap();
    }

    fn direction_from(&self, end: u8) -> Direction {
        if end == self.client { Direction::ToServer } else { Direction::ToClient }
    }
}

/// What became of the table's bounds.
#[derive(Clone, Copy, Debug, Default)]
pub struct FlowCounters {
    /// Flows ever begun.
    pub begun: u64,
    /// Flows evicted because the table was full.
    pub evicted: u64,
    /// Holes reported in streams.
    pub gaps: u64,
    /// Segments that waited for an earlier one and found no room.
    pub pending_overflow: u64,
    /// Overlapping segments with different bytes.
    pub overlap_conflicts: u64,
}

/// All conversations.
#[derive(Debug)]
pub struct FlowTable<S> {
    index: HashTable<u32>,
    flows: Vec<Flow<S>>,
    flows_max: u32,
    hand: u32,
    latest: u32,
    pool: SegmentPool,
    counters: FlowCounters,
}

/// What a packet meant to its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Position of the flow in the table.
    pub id: u32,
    /// Which way the packet went.
    pub direction: Direction,
    /// The flow was begun by this packet.
    pub fresh: bool,
}

impl<S: Default> FlowTable<S> {
    /// A table for at most `flows_max` conversations at a time; all memory is reserved now.
    #[must_use]
    pub fn new(flows_max: u32) -> Self {
        Self {
            index: HashTable::with_capacity(flows_max as usize * 2),
            flows: Vec::with_capacity(flows_max as usize),
            flows_max,
            hand: 0,
            latest: 0,
            pool: SegmentPool::new(),
            counters: FlowCounters::default(),
        }
    }

    /// What became of the bounds.
    pub fn counters(&self) -> FlowCounters {
        FlowCounters {
            pending_overflow: self.pool.overflow,
            overlap_conflicts: self.pool.conflicts,
            ..self.counters
        }
    }

    /// Holes so far, as [`FlowCounters::gaps`] tells them.
    pub fn gaps(&self) -> u64 {
        self.counters.gaps
    }

    /// The flow at a position.
    pub fn flow_mut(&mut self, id: u32) -> Option<&mut Flow<S>> {
        self.flows.get_mut(id as usize)
    }

    /// All flows, in order of their positions.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &mut Flow<S>)> {
        (0u32..).zip(self.flows.iter_mut())
    }

    /// Finds or begins the packet's flow and counts the packet. `serves` says whether a port is a registered service,
    /// to guess the server of a conversation picked up in the middle. A flow that ends here (evicted, or its ports
    /// used again) goes to `ended` first. `None` for packets that are no conversation (kept fragments, cut headers).
    pub fn offer(
        &mut self,
        packet: &Packet<'_>,
        network: u16,
        serves: impl Fn(u16) -> bool,
        mut ended: impl FnMut(u32, &mut Flow<S>),
    ) -> Option<Offered> {
        let (key, sender) = key_of(packet, network)?;
        // Packets of one conversation come in runs: the last flow is tried before the index.
        let flows = &self.flows;
        let same = move |id: &u32| flows.get(*id as usize).is_some_and(|flow| flow.key == key);
        let hash = if same(&self.latest) { 0 } else { key.hash() };
        let found = if hash == 0 { Some(self.latest) } else { self.index.find(hash, same).copied() };
        let (id, fresh) = match found {
            Some(id) => {
                let flow = self.flows.get_mut(id as usize)?;
                let again =
                    matches!(packet.content, Content::Tcp(segment) if flow.begins_again(&segment, sender));
                if again {
                    ended(id, flow);
                    self.pool.release(&mut flow.halves);
                    *flow = begin(packet, network, &serves)?;
                    self.counters.begun += 1;
                }
                (id, again)
            }
            None => {
                let flow = begin(packet, network, &serves)?;
                (self.insert(flow, hash, &mut ended), true)
            }
        };
        self.latest = id;
        let flow = self.flows.get_mut(id as usize)?;
        let direction = flow.direction_from(sender);
        flow.touched = true;
        flow.last = packet.time;
        // Written only when it changed: whoever reads it next would wait for it.
        if let (Some(mac), Some(end)) = (packet.link.source, flow.macs.get_mut(usize::from(sender)))
            && *end != Some(mac)
        {
            *end = Some(mac);
        }
        flow.count(direction, packet.wire_len);
        Some(Offered { id, direction, fresh })
    }

    fn insert(&mut self, flow: Flow<S>, hash: u64, ended: &mut impl FnMut(u32, &mut Flow<S>)) -> u32 {
        self.counters.begun += 1;
        let id = if self.flows.len() < self.flows_max as usize {
            self.flows.push(flow);
            u32::try_from(self.flows.len() - 1).unwrap_or(0)
        } else {
            let id = self.victim();
            if let Some(old) = self.flows.get_mut(id as usize) {
                ended(id, old);
                self.pool.release(&mut old.halves);
                if let Ok(entry) = self.index.find_entry(old.key.hash(), |other| *other == id) {
                    entry.remove();
                }
                *old = flow;
                self.counters.evicted += 1;
            }
            id
        };
        let flows = &self.flows;
        self.index.insert_unique(hash, id, |id| flows.get(*id as usize).map_or(0, |flow| flow.key.hash()));
        id
    }

    /// Second chance: the first flow from the hand on that was not touched since the hand passed.
    fn victim(&mut self) -> u32 {
        for _ in 0..u64::from(self.flows_max) * 2 {
            let at = self.hand;
            self.hand = if at + 1 < self.flows_max { at + 1 } else { 0 };
            match self.flows.get_mut(at as usize) {
                Some(flow) if flow.touched && !flow.closed => flow.touched = false,
                _ => return at,
            }
        }
        self.hand
    }

    /// Puts a segment in its place and hands out what is now in order, oldest first.
    pub fn reassemble(
        &mut self,
        id: u32,
        direction: Direction,
        segment: &Segment<'_>,
        mut deliver: impl FnMut(&mut Flow<S>, Direction, Delivery<'_>),
    ) {
        let Some(flow) = self.flows.get_mut(id as usize) else { return };
        flow.flags(segment, direction);
        if segment.has(Segment::FLAG_ACK) {
            // The peer has these bytes: what is still missing before them will never be captured.
            let other = direction.reverse();
            self.acknowledged(id, other, segment.acknowledgement, &mut deliver);
        }
        self.pool_segment(id, direction, segment, &mut deliver);
    }

    fn acknowledged(
        &mut self,
        id: u32,
        direction: Direction,
        acknowledgement: u32,
        deliver: &mut impl FnMut(&mut Flow<S>, Direction, Delivery<'_>),
    ) {
        let Some(flow) = self.flows.get_mut(id as usize) else { return };
        while let Some(lost) = flow.halves[direction].lost_before(acknowledgement, &self.pool) {
            self.counters.gaps += 1;
            flow.lost_bytes += u64::from(lost);
            deliver(flow, direction, Delivery::Gap(lost));
            drain(&mut self.pool, flow, direction, deliver);
        }
    }

    fn pool_segment(
        &mut self,
        id: u32,
        direction: Direction,
        segment: &Segment<'_>,
        deliver: &mut impl FnMut(&mut Flow<S>, Direction, Delivery<'_>),
    ) {
        let Some(flow) = self.flows.get_mut(id as usize) else { return };
        let half = &mut flow.halves[direction];
        let in_order = half.accept(segment, &mut self.pool);
        if let Some(bytes) = in_order
            && !bytes.is_empty()
        {
            deliver(flow, direction, Delivery::Data(bytes));
        }
        if segment.missing > 0 && in_order.is_some() {
            flow.halves[direction].advance(segment.missing);
            flow.lost_bytes += u64::from(segment.missing);
            self.counters.gaps += 1;
            deliver(flow, direction, Delivery::Gap(segment.missing));
        }
        drain(&mut self.pool, flow, direction, deliver);
        while let Some(lost) = flow.halves[direction].give_up(&self.pool) {
            self.counters.gaps += 1;
            flow.lost_bytes += u64::from(lost);
            deliver(flow, direction, Delivery::Gap(lost));
            drain(&mut self.pool, flow, direction, deliver);
        }
    }

    /// Hands out everything that still waits in a flow, with the holes reported: for a flow that ends.
    pub fn flush(&mut self, id: u32, mut deliver: impl FnMut(&mut Flow<S>, Direction, Delivery<'_>)) {
        let Some(flow) = self.flows.get_mut(id as usize) else { return };
        for direction in [Direction::ToServer, Direction::ToClient] {
            while let Some(lost) = flow.halves[direction].skip_hole(&self.pool) {
                self.counters.gaps += 1;
                flow.lost_bytes += u64::from(lost);
                deliver(flow, direction, Delivery::Gap(lost));
                drain(&mut self.pool, flow, direction, &mut deliver);
            }
        }
    }
}

fn drain<S>(
    pool: &mut SegmentPool,
    flow: &mut Flow<S>,
    direction: Direction,
    deliver: &mut impl FnMut(&mut Flow<S>, Direction, Delivery<'_>),
) {
    while let Some(block) = flow.halves[direction].ready(pool) {
        if let Some(bytes) = flow.halves[direction].take(block, pool)
            && !bytes.is_empty()
        {
            deliver(flow, direction, Delivery::Data(bytes));
        }
        pool.free(block);
    }
}

impl<S> Flow<S> {
    fn count(&mut self, direction: Direction, wire_len: u32) {
        self.packets[direction] += 1;
        self.bytes[direction] += u64::from(wire_len);
    }

    /// A SYN on a conversation that already carried data or was closed is a new one with the same ports.
    fn begins_again(&self, segment: &Segment<'_>, sender: u8) -> bool {
        let fresh_syn = segment.has(Segment::FLAG_SYN) && !segment.has(Segment::FLAG_ACK);
        let half = &self.halves[self.direction_from(sender)];
        fresh_syn && half.known() && half.differs_from_syn(segment.sequence)
    }

    fn flags(&mut self, segment: &Segment<'_>, direction: Direction) {
        if segment.has(Segment::FLAG_SYN) {
            self.opened = true;
            self.answered |= segment.has(Segment::FLAG_ACK) && direction == Direction::ToClient;
        }
        self.closed |= segment.has(Segment::FLAG_RST) || segment.has(Segment::FLAG_FIN);
    }
}

/// A new conversation. It makes its key anew, so that the caller's never has to lie in memory.
fn begin<S: Default>(packet: &Packet<'_>, network: u16, serves: impl Fn(u16) -> bool) -> Option<Flow<S>> {
    let (key, sender) = key_of(packet, network)?;
    let carrier = carrier_of(packet)?;
    let ips = packet.ip.map_or([None, None], |ip| [Some(ip.source), Some(ip.destination)]);
    let macs = [packet.link.source, packet.link.destination];
    let turn = |pair: [Option<IpAddr>; 2]| if sender == 0 { pair } else { [pair[1], pair[0]] };
    Some(Flow {
        key,
        last: packet.time,
        client: client_of(packet, sender, serves),
        touched: true,
        opened: false,
        answered: false,
        closed: false,
        halves: Both::default(),
        packets: Both::default(),
        bytes: Both::default(),
        macs: if sender == 0 { macs } else { [macs[1], macs[0]] },
        addresses: turn(ips),
        slot: S::default(),
        carrier,
        lost_bytes: 0,
        first: packet.time,
    })
}

/// Who asks: the sender of SYN; else whoever talks to a registered port; else whoever has the higher port; else the first to speak.
fn client_of(packet: &Packet<'_>, sender: u8, serves: impl Fn(u16) -> bool) -> u8 {
    let receiver = 1 - sender;
    let (source, destination, syn) = match packet.content {
        Content::Tcp(segment) => {
            let syn = segment.has(Segment::FLAG_SYN);
            (segment.source_port, segment.destination_port, syn.then(|| segment.has(Segment::FLAG_ACK)))
        }
        Content::Udp { source_port, destination_port, .. } => (source_port, destination_port, None),
        _ => return sender,
    };
    match syn {
        Some(true) => return receiver,
        Some(false) => return sender,
        None => {}
    }
    match (serves(source), serves(destination)) {
        (true, false) => receiver,
        (false, true) => sender,
        (true, true) => sender,
        (false, false) if matches!(packet.content, Content::Tcp(_)) && source < destination => receiver,
        (false, false) => sender,
    }
}

/// What carries the conversation of a packet; `None` for packets that are no conversation.
fn carrier_of(packet: &Packet<'_>) -> Option<Carrier> {
    match packet.content {
        Content::Tcp(_) => Some(Carrier::Tcp),
        Content::Udp { .. } => Some(Carrier::Udp),
        Content::Ip { .. } => packet.ip.as_ref().map(|ip| Carrier::Ip(ip.protocol)),
        Content::Link { kind, .. } => Some(Carrier::Link(kind)),
        Content::Fragment | Content::Cut { .. } => None,
    }
}

/// The key of a packet's conversation, and which of its ends (0 lower, 1 upper) sent the packet. Always inlined, so that
/// the key stays in registers until it is compared.
#[inline(always)]
fn key_of(packet: &Packet<'_>, network: u16) -> Option<(Key, u8)> {
    let (carrier, ports) = match &packet.content {
        Content::Tcp(segment) => (6, [segment.source_port, segment.destination_port]),
        Content::Udp { source_port, destination_port, .. } => (17, [*source_port, *destination_port]),
        Content::Ip { .. } => (u64::from(packet.ip.as_ref()?.protocol), [0, 0]),
        Content::Link { kind, .. } => (link_number(*kind), [0, 0]),
        Content::Fragment | Content::Cut { .. } => return None,
    };
    let ends = match &packet.ip {
        Some(ip) if carrier <= u64::from(u8::MAX) => [ip_number(ip.source), ip_number(ip.destination)],
        _ => [mac_number(packet.link.source), mac_number(packet.link.destination)],
    };
    let swapped = (ends[1], ports[1]) < (ends[0], ports[0]);
    let place = |low: u16, high: u16| u64::from(network) << 32 | u64::from(low) << 16 | u64::from(high);
    let key = if swapped {
        Key { ends: [ends[1], ends[0]], carrier, place: place(ports[1], ports[0]) }
    } else {
        Key { ends, carrier, place: place(ports[0], ports[1]) }
    };
    Some((key, u8::from(swapped)))
}

/// Link protocols as numbers above those of IP.
fn link_number(kind: LinkProtocol) -> u64 {
    match kind {
        LinkProtocol::EtherType(number) => 1 << 16 | u64::from(number),
        LinkProtocol::Llc(number) => 2 << 16 | u64::from(number),
        LinkProtocol::Snap(oui, number) => 3 << 48 | u64::from(oui) << 16 | u64::from(number),
    }
}

/// IPv4 addresses as their IPv4-mapped IPv6 form (RFC 4291, 2.5.5.2), so that both versions share one key.
fn ip_number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => 0xffff << 32 | u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Link addresses in a range that no IP address uses as a host.
fn mac_number(mac: Option<Mac>) -> u128 {
    let [a, b, c, d, e, f] = mac.unwrap_or_default().0;
    0xfe << 120 | u128::from(u64::from_be_bytes([0, 0, a, b, c, d, e, f]))
}
