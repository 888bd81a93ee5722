//! The stamp on every observation, and the accounts of a conversation.

use core::cmp::Ordering;
use core::hash::{Hash, Hasher};
use core::net::IpAddr;
use wire::{CaptureId, Direction, Mac, Time};

/// An addressing realm: within it an address means one thing, across realms it means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct NetworkId(pub u16);

/// A slot of the flow table; used again after the flow has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FlowId(pub u32);

/// A protocol: its place in the registry and its stable name. Two are equal when their places are.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    /// Place in the registry of `observe`.
    pub id: u16,
    /// The name used in documents.
    pub name: &'static str,
}

impl PartialEq for Protocol {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Protocol {}

impl Hash for Protocol {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl PartialOrd for Protocol {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Protocol {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

/// One end of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Endpoint {
    /// Hardware address on this segment: the next router's when the machine is not on it.
    pub mac: Option<Mac>,
    /// IP address; `None` for protocols directly on Ethernet.
    pub ip: Option<IpAddr>,
    /// TCP or UDP port, 0 where there is none.
    pub port: u16,
}

/// What carries a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    /// Directly on the link (Ethernet and the like).
    Link,
    /// Directly on IP.
    Ip,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// When, where and between whom something was observed.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Time of the packet that completed the message; the latest of them when the same was said several times.
    pub time: Time,
    /// How often the same was said, at least 1: a cyclic poll is added up where it is observed.
    pub times: u32,
    /// The earliest time at which it was said; equal to `time` when it was said once.
    pub since: Time,
    /// Capture it comes from.
    pub capture: CaptureId,
    /// Realm in which its addresses mean something.
    pub network: NetworkId,
    /// Protocol of the message.
    pub protocol: Protocol,
    /// Flow it belongs to.
    pub flow: FlowId,
    /// Which way it went.
    pub direction: Direction,
    /// Who sent it.
    pub source: Endpoint,
    /// To whom.
    pub destination: Endpoint,
    /// A further captured copy of a packet already seen (mirror duplicate, other side of a router): counted, not believed twice.
    pub copy: bool,
}

impl Seen {
    /// The side that asked.
    #[must_use]
    pub fn client(&self) -> Endpoint {
        match self.direction {
            Direction::ToServer => self.source,
            Direction::ToClient => self.destination,
        }
    }

    /// The side that offers the service.
    #[must_use]
    pub fn server(&self) -> Endpoint {
        match self.direction {
            Direction::ToServer => self.destination,
            Direction::ToClient => self.source,
        }
    }
}

/// One protocol layer of a conversation (`cotp`, then `s7comm` inside it).
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    /// The protocol.
    pub protocol: Protocol,
    /// Whole messages of it, copies included.
    pub messages: u32,
    /// Messages that broke it.
    pub malformed: u32,
    /// Packets in which it was.
    pub packets: u32,
    /// It has a row of its own in who talks to whom. Interfaces of a remote procedure call protocol have none: they
    /// are commands of the conversation that carries them.
    pub row: bool,
}

/// What a conversation came to since it was last accounted. Sent when it ends, is evicted, or on request.
#[derive(Clone, Copy, Debug)]
pub struct FlowSummary<'a> {
    /// The flow.
    pub flow: FlowId,
    /// Capture in which it began.
    pub capture: CaptureId,
    /// Realm of its addresses.
    pub network: NetworkId,
    /// Carrier.
    pub transport: Transport,
    /// Who asked.
    pub client: Endpoint,
    /// Who offers the service; its port is the service's.
    pub server: Endpoint,
    /// Protocols seen in it, outermost first; empty when nothing was recognised.
    pub layers: &'a [Layer],
    /// Captured packets to the server and to the client, copies included.
    pub packets: [u64; 2],
    /// Bytes on the wire to the server and to the client.
    pub bytes: [u64; 2],
    /// First packet.
    pub first: Time,
    /// Last packet.
    pub last: Time,
    /// Whether an opening hand-shake was accepted; always true without a hand-shake.
    pub established: bool,
    /// Bytes missing in the stream.
    pub lost_bytes: u64,
    /// The first account of this conversation.
    pub begun: bool,
    /// The last one.
    pub ended: bool,
    /// Captured packets to the server and to the client since the conversation began.
    pub packets_in_all: [u64; 2],
}

/// A machine was heard: these addresses stood together in the source fields of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Heard {
    /// When first.
    pub time: Time,
    /// In which capture.
    pub capture: CaptureId,
    /// Realm of the addresses.
    pub network: NetworkId,
    /// Sender's hardware address on this segment.
    pub mac: Option<Mac>,
    /// Sender's IP address.
    pub ip: Option<IpAddr>,
    /// Innermost VLAN id, 0 without a tag.
    pub vlan: u16,
    /// IPv4 time to live or IPv6 hop limit; 0 without IP.
    pub ttl: u8,
    /// The frame went to a group (broadcast or multicast), so it proves one direction only.
    pub to_group: bool,
}

/// Whether a hardware address speaks and is spoken to, since this was told of it before. Told every few seconds while a
/// plant is listened to; of a capture file, which is history, never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The last packet before this was told.
    pub time: Time,
    /// Realm of the address.
    pub network: NetworkId,
    /// The address.
    pub mac: Mac,
    /// Frames from it.
    pub sent: u32,
    /// Frames to it alone.
    pub received: u32,
}

/// Receives what `observe` has to say. Implementations must not block and must not panic.
pub trait Sink {
    /// Something happened in the plant.
    fn observation(&mut self, seen: &Seen, observation: &crate::Observation<'_>);
    /// A machine was heard with an address pair that this flow had not shown before.
    fn heard(&mut self, heard: &Heard);
    /// A hardware address that spoke or was spoken to in the last seconds.
    fn presence(&mut self, presence: &Presence);
    /// A conversation's accounts.
    fn flow(&mut self, summary: &FlowSummary<'_>);
    /// A packet addressed to `into` was captured again, sent by `out_of`, its time to live or hop limit exactly one
    /// less: the two addresses are interfaces of one router. Never said of exact copies (same addresses, same
    /// limit), nor across two routers. May be said once per packet.
    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac);
    /// The same conversation was heard in two realms: they are one. `joined` is no longer used for new observations.
    fn same_network(&mut self, kept: NetworkId, joined: NetworkId);
}
