//! Who talks to whom in which protocol.

use crate::address::AddressId;
use facts::{FlowSummary, Protocol, Transport};
use wire::Time;

/// Conversations in which no protocol was recognised.
pub(crate) const UNKNOWN: Protocol = Protocol { id: u16::MAX, name: "unknown" };

/// What distinguishes two links. The network is that of the addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LinkKey {
    pub(crate) client: AddressId,
    pub(crate) server: AddressId,
    pub(crate) port: u16,
    /// Number of the protocol, `UNKNOWN.id` where none was recognised.
    pub(crate) protocol: u16,
    pub(crate) transport: Transport,
}

/// The accounts of one link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinkFacts {
    pub(crate) packets: u64,
    pub(crate) messages: u64,
    pub(crate) bytes: [u64; 2],
    pub(crate) first: Time,
    pub(crate) last: Time,
    pub(crate) malformed: u32,
    pub(crate) flows: u32,
    /// Place among the protocols of the conversation, 0 for the outermost.
    pub(crate) depth: u8,
    pub(crate) established: bool,
    /// Packets were seen to the server, to the client.
    pub(crate) ways: [bool; 2],
}

// A million links must stay below 100 MiB with their index.
const _: () = assert!(size_of::<(LinkKey, LinkFacts)>() <= 88);

impl LinkFacts {
    pub(crate) fn new(depth: u8, time: Time) -> Self {
        Self {
            packets: 0,
            messages: 0,
            bytes: [0; 2],
            first: time,
            last: time,
            malformed: 0,
            flows: 0,
            depth,
            established: false,
            ways: [false; 2],
        }
    }

    /// Adds what all protocols of the conversation share; packets, messages and defects are each protocol's own.
    pub(crate) fn add(&mut self, summary: &FlowSummary<'_>) {
        for ((bytes, way), (more, packets)) in
            self.bytes.iter_mut().zip(&mut self.ways).zip(summary.bytes.iter().zip(summary.packets))
        {
            *bytes = bytes.saturating_add(*more);
            *way |= packets > 0;
        }
        self.flows = self.flows.saturating_add(u32::from(summary.begun));
        self.first = self.first.min(summary.first);
        self.last = self.last.max(summary.last);
        self.established |= summary.established;
    }
}

/// What all conversations of one protocol came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtocolTotal {
    /// The protocol.
    pub protocol: &'static str,
    /// Packets in which it was, copies included.
    pub packets: u64,
    /// Whole messages, copies included.
    pub messages: u64,
    /// Messages that broke it.
    pub malformed: u64,
}
