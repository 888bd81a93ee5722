//! One captured frame and what kind of link it comes from.

use crate::Time;

/// Which capture file or live interface a frame comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CaptureId(pub u16);

/// The LINKTYPE number of a capture (the registry of pcap and pcapng).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkType(pub u16);

impl LinkType {
    /// BSD loopback: a 4-byte address family in the byte order of the capturing host.
    pub const NULL: Self = Self(0);
    /// Ethernet.
    pub const ETHERNET: Self = Self(1);
    /// IEEE 802.5 token ring.
    pub const TOKEN_RING: Self = Self(6);
    /// Raw IP, as some systems write it in the file header.
    pub const RAW_BSD: Self = Self(12);
    /// Raw IP.
    pub const RAW: Self = Self(101);
    /// Cisco HDLC.
    pub const C_HDLC: Self = Self(104);
    /// Frame relay.
    pub const FRELAY: Self = Self(107);
    /// OpenBSD loopback: a 4-byte address family, big-endian.
    pub const LOOP: Self = Self(108);
    /// Linux cooked capture, version 1.
    pub const LINUX_SLL: Self = Self(113);
    /// Raw IPv4.
    pub const IPV4: Self = Self(228);
    /// Raw IPv6.
    pub const IPV6: Self = Self(229);
    /// Linux cooked capture, version 2.
    pub const LINUX_SLL2: Self = Self(276);
}

/// One frame as captured. It borrows the buffer of its source.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// When it was captured.
    pub time: Time,
    /// Where it was captured.
    pub capture: CaptureId,
    /// How to read its first bytes.
    pub link: LinkType,
    /// Its length on the wire in bytes; more than `bytes.len()` when the snap length cut it.
    pub original_len: u32,
    /// What was captured of it.
    pub bytes: &'a [u8],
}
