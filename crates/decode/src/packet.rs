//! What a frame turns out to be: link, network and transport fields of one packet, borrowed from the frame.

use core::net::IpAddr;
use wire::{CaptureId, Frame, Mac, Time};

/// A decoded packet. With tunnels, these are the innermost addresses; the outer ones stand in `outer`.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// When captured.
    pub time: Time,
    /// Where captured.
    pub capture: CaptureId,
    /// Length on the wire in bytes, of the whole frame.
    pub wire_len: u32,
    /// Link layer of the packet (of the inner frame, when a tunnel carried Ethernet).
    pub link: Link,
    /// IP layer, where there is one.
    pub ip: Option<Ip>,
    /// What the packet carries.
    pub content: Content<'a>,
    /// The machines that carried it, when it came through a tunnel.
    pub outer: Option<Outer>,
}

impl Packet<'_> {
    /// The packet of a frame of which nothing is decoded yet.
    #[inline]
    #[must_use]
    pub fn of(frame: &Frame<'_>) -> Self {
        Self {
            time: frame.time,
            capture: frame.capture,
            wire_len: frame.original_len,
            link: Link::default(),
            ip: None,
            content: Content::Fragment,
            outer: None,
        }
    }
}

/// Link-layer fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Sender, where the link has addresses.
    pub source: Option<Mac>,
    /// Receiver.
    pub destination: Option<Mac>,
    /// VLAN ids, outermost first; the number that is used is `vlan_count`.
    pub vlans: [u16; 2],
    /// How many tags were seen (at most two are kept).
    pub vlan_count: u8,
}

impl Link {
    /// The innermost VLAN id, 0 without a tag (or with a priority tag).
    #[must_use]
    pub fn vlan(&self) -> u16 {
        match self.vlan_count {
            0 => 0,
            1 => self.vlans[0],
            _ => self.vlans[1],
        }
    }
}

/// IP-layer fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ip {
    /// Sender.
    pub source: IpAddr,
    /// Receiver.
    pub destination: IpAddr,
    /// Protocol number of the content, after extension headers.
    pub protocol: u8,
    /// Time to live or hop limit.
    pub ttl: u8,
    /// IPv4 identification; 0 for IPv6.
    pub id: u16,
    /// Put together from fragments.
    pub reassembled: bool,
}

/// Addresses of the machines that tunnelled a packet (GRE, ERSPAN, VXLAN, IP in IP).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outer {
    /// Link layer of the tunnel's packet.
    pub link: Link,
    /// IP layer of the tunnel's packet; `None` for tunnels directly on the link.
    pub ip: Option<Ip>,
}

/// What a packet carries.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// A TCP segment.
    Tcp(Segment<'a>),
    /// A UDP datagram.
    Udp {
        /// Sender's port.
        source_port: u16,
        /// Receiver's port.
        destination_port: u16,
        /// The datagram's payload, cut to its length field.
        payload: &'a [u8],
    },
    /// Another IP protocol (its number is in `Ip::protocol`), or ICMP.
    Ip {
        /// The IP payload.
        payload: &'a [u8],
    },
    /// A protocol directly on the link.
    Link {
        /// Which one.
        kind: LinkProtocol,
        /// What follows the EtherType or LLC header.
        payload: &'a [u8],
    },
    /// A fragment that was kept for reassembly, or whose other parts are missing.
    Fragment,
    /// The next layer is cut or contradicts itself; the layers before it are in the packet.
    Cut {
        /// Which layer, and how.
        why: Undecoded,
    },
}

/// How the link layer names its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkProtocol {
    /// An EtherType (IEEE 802.3, 3.2.6), also out of a SNAP header with OUI 00-00-00.
    EtherType(u16),
    /// An LLC destination service access point (IEEE 802.2).
    Llc(u8),
    /// A SNAP protocol of a vendor: OUI and number.
    Snap(u32, u16),
}

/// A TCP segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Sender's port.
    pub source_port: u16,
    /// Receiver's port.
    pub destination_port: u16,
    /// Sequence number of the first payload byte (of SYN, when that is set).
    pub sequence: u32,
    /// Acknowledgement number.
    pub acknowledgement: u32,
    /// Flag bits as on the wire (RFC 9293, 3.1): FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
    pub flags: u8,
    /// Receive window as sent.
    pub window: u16,
    /// Payload as captured.
    pub payload: &'a [u8],
    /// Bytes of the payload that the snap length cut off.
    pub missing: u32,
}

impl Segment<'_> {
    /// Opens a connection.
    pub const FLAG_SYN: u8 = 2;
    /// No more data.
    pub const FLAG_FIN: u8 = 1;
    /// Aborts.
    pub const FLAG_RST: u8 = 4;
    /// The acknowledgement number is valid.
    pub const FLAG_ACK: u8 = 16;

    /// Whether all bits of `flags` are set.
    #[must_use]
    pub fn has(&self, flags: u8) -> bool {
        self.flags & flags == flags
    }
}

/// Why a frame, or a layer of it, could not be decoded. Each is a counter in the analysis document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Undecoded {
    /// A link type that the product does not read.
    LinkType(u16),
    /// The link header is cut.
    TruncatedLink,
    /// The IPv4 header or its content is cut or contradicts itself.
    TruncatedIpv4,
    /// The IPv6 header or its extensions are cut.
    TruncatedIpv6,
    /// The TCP header is cut.
    TruncatedTcp,
    /// The UDP header is cut.
    TruncatedUdp,
    /// A tunnel header is cut, or tunnels nest too deep.
    BadTunnel,
    /// Fragments contradict each other.
    BadFragment,
}

impl Undecoded {
    /// The counter's name in documents.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::LinkType(number) => format!("link_type_{number}"),
            Self::TruncatedLink => "truncated_link".into(),
            Self::TruncatedIpv4 => "truncated_ipv4".into(),
            Self::TruncatedIpv6 => "truncated_ipv6".into(),
            Self::TruncatedTcp => "truncated_tcp".into(),
            Self::TruncatedUdp => "truncated_udp".into(),
            Self::BadTunnel => "bad_tunnel".into(),
            Self::BadFragment => "bad_fragment".into(),
        }
    }
}
