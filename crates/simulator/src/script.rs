//! What two machines say to each other in one round: messages in order, without addresses and times.

use core::net::Ipv4Addr;
use wire::Mac;

pub(crate) use crate::net::tcp::Side;

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// Over the conversation's own connection or ports.
    Main,
    /// As a datagram between these ports (source, destination), whatever the conversation uses.
    Udp(u16, u16),
    /// Directly on Ethernet with this `EtherType`.
    Link(u16),
    /// Directly on Ethernet with a length field; the bytes begin with the LLC header.
    Llc,
    /// As an ICMP message.
    Icmp,
}

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// The other side.
    Peer,
    /// Everybody on the network, at 255.255.255.255.
    Everybody,
    /// Everybody on the network, at the network's own broadcast address.
    Subnet,
    /// A group.
    Group(Mac, Ipv4Addr),
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) side: Side,
    pub(crate) via: Via,
    pub(crate) to: To,
    /// Sent without an address of its own, as a machine does that has none yet.
    pub(crate) no_address: bool,
    /// How long the sender waits before it, in microseconds, on top of its usual time.
    pub(crate) wait_us: u32,
    pub(crate) bytes: Vec<u8>,
}

/// Messages in the order in which they are sent.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) messages: Vec<Message>,
}

impl Script {
    /// The client says something to the server.
    pub(crate) fn ask(&mut self, bytes: Vec<u8>) -> &mut Self {
        self.say(Side::Client, bytes)
    }

    /// The server says something to the client.
    pub(crate) fn answer(&mut self, bytes: Vec<u8>) -> &mut Self {
        self.say(Side::Server, bytes)
    }

    /// One side says something to the other.
    pub(crate) fn say(&mut self, side: Side, bytes: Vec<u8>) -> &mut Self {
        let message = Message { side, via: Via::Main, to: To::Peer, no_address: false, wait_us: 0, bytes };
        self.messages.push(message);
        self
    }

    /// The message said last travels another way.
    pub(crate) fn via(&mut self, via: Via) -> &mut Self {
        self.change(|message| message.via = via)
    }

    /// The message said last is for others than the other side.
    pub(crate) fn to(&mut self, to: To) -> &mut Self {
        self.change(|message| message.to = to)
    }

    /// The sender of the message said last has no address yet.
    pub(crate) fn no_address(&mut self) -> &mut Self {
        self.change(|message| message.no_address = true)
    }

    /// The sender of the message said last takes its time.
    pub(crate) fn wait_ms(&mut self, wait: u32) -> &mut Self {
        self.change(|message| message.wait_us = wait.saturating_mul(1_000))
    }

    fn change(&mut self, change: impl FnOnce(&mut Message)) -> &mut Self {
        if let Some(message) = self.messages.last_mut() {
            change(message);
        }
        self
    }
}
