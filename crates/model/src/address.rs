//! Addresses, what is known of each, and which hardware and IP addresses stood together.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr};
use facts::{Endpoint, NetworkId};
use wire::{Mac, Time, is_group_ip};

/// A hardware or IP address; it means something only together with its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// Hardware address.
    Mac(Mac),
    /// IP address.
    Ip(IpAddr),
}

impl Address {
    /// Whether it can name one machine: no group, no zero, not unspecified.
    #[must_use]
    pub fn is_host(self) -> bool {
        match self {
            Self::Mac(mac) => mac.is_host(),
            Self::Ip(ip) => is_host_ip(ip),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mac(mac) => mac.fmt(f),
            Self::Ip(ip) => ip.fmt(f),
        }
    }
}

/// Whether an IP address can name one machine. `0.x.x.x` stands for "this network" (RFC 1122, 3.2.1.3).
pub(crate) fn is_host_ip(ip: IpAddr) -> bool {
    let this_network = matches!(ip, IpAddr::V4(ip) if ip.octets().first() == Some(&0));
    !is_group_ip(ip) && !this_network
}

/// Private, shared, link-local or loopback space: addresses that a plant gives itself.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            ip.is_private() || ip.is_link_local() || ip.is_loopback() || (a == 100 && b & 0xc0 == 64)
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback(),
    }
}

/// Valid on one link only, so never behind a router.
pub(crate) fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

/// The usual size of one subnet: the first 24 bits of IPv4, the first 64 of IPv6.
pub(crate) fn usual_subnet(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => IpAddr::V4(Ipv4Addr::from(u32::from(ip) & 0xffff_ff00)),
        IpAddr::V6(ip) => IpAddr::V6((u128::from(ip) >> 64 << 64).into()),
    }
}

/// Row number of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AddressId(pub(crate) u32);

impl AddressId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is known of one address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AddressFacts {
    pub(crate) first: Time,
    pub(crate) last: Time,
    pub(crate) marks: u16,
    pub(crate) vlans: Few<u16, 4>,
    pub(crate) claims: u16,
    /// Host bits of its subnet when it is the broadcast address of one, else 0.
    pub(crate) broadcast_bits: u8,
}

/// It stood in the source field of a frame.
pub(crate) const HEARD: u16 = 1;
/// It sent to one machine.
pub(crate) const SENT_TO_ONE: u16 = 1 << 1;
/// It sent to a group.
pub(crate) const SENT_TO_GROUP: u16 = 1 << 2;
/// Somebody sent to it.
pub(crate) const RECEIVED: u16 = 1 << 3;
/// A conversation of it was heard in both directions.
pub(crate) const BOTH_WAYS: u16 = 1 << 4;
/// A protocol bound it to a hardware address.
pub(crate) const BOUND: u16 = 1 << 5;
/// The machine claimed it itself: it stood beside the sender's hardware address in an address protocol.
pub(crate) const CLAIMED: u16 = 1 << 7;
/// A frame to all stations carried it as destination.
pub(crate) const BROADCAST: u16 = 1 << 6;

impl AddressFacts {
    pub(crate) fn new(time: Time) -> Self {
        Self { first: time, last: time, marks: 0, vlans: Few::default(), claims: 0, broadcast_bits: 0 }
    }

    pub(crate) fn mark(&mut self, marks: u16, time: Time) {
        self.marks |= marks;
        self.first = self.first.min(time);
        self.last = self.last.max(time);
    }

    /// Adds what was learned of the same address in a realm that turned out to be this one.
    pub(crate) fn merge(&mut self, other: Self) {
        self.mark(other.marks, other.first);
        self.mark(0, other.last);
        other.vlans.iter().for_each(|vlan| self.vlans.add(vlan));
        self.broadcast_bits = self.broadcast_bits.max(other.broadcast_bits);
    }

    pub(crate) fn is(&self, mark: u16) -> bool {
        self.marks & mark != 0
    }
}

/// Different hop limits kept per pair.
pub(crate) const HOP_LIMITS_MAX: usize = 6;

/// A hardware and an IP address that stood together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PairFacts {
    pub(crate) first: Time,
    pub(crate) heard: u32,
    pub(crate) bound: u32,
    pub(crate) hop_limits: Few<u8, HOP_LIMITS_MAX>,
}

impl PairFacts {
    pub(crate) fn new(time: Time) -> Self {
        Self { first: time, heard: 0, bound: 0, hop_limits: Few::default() }
    }

    /// Adds what was learned of the same pair in a realm that turned out to be this one.
    pub(crate) fn merge(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.heard = self.heard.saturating_add(other.heard);
        self.bound = self.bound.saturating_add(other.bound);
        other.hop_limits.iter().for_each(|limit| self.hop_limits.add(limit));
    }

    /// The fewest routers between the IP address and the capture, by the usual first values of the hop limit;
    /// `None` when no limit tells (not heard, or limits so low that the packets were meant to die on the way).
    pub(crate) fn hops(&self) -> Option<u8> {
        self.hop_limits.iter().filter_map(hops_of).min()
    }
}

/// First values of the hop limit that stacks use: 60 and 30 by small embedded ones, the others by everybody.
const FIRST_HOP_LIMITS: [u8; 6] = [30, 32, 60, 64, 128, 255];
/// Lower limits are trace-route probes and link-local multicast, which say nothing about distance.
const HOP_LIMIT_MIN: u8 = 20;

/// Routers passed, judged by the nearest first value above.
pub(crate) fn hops_of(limit: u8) -> Option<u8> {
    let first = FIRST_HOP_LIMITS.iter().find(|first| **first >= limit)?;
    (limit >= HOP_LIMIT_MIN).then(|| first - limit)
}

/// A small set that keeps the first `N` different values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Few<T, const N: usize> {
    values: [T; N],
    len: u8,
}

impl<T: Copy + Default + Eq, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Self { values: [T::default(); N], len: 0 }
    }
}

impl<T: Copy + Default + Eq, const N: usize> Few<T, N> {
    pub(crate) fn add(&mut self, value: T) {
        if self.iter().all(|known| known != value)
            && let Some(place) = self.values.get_mut(usize::from(self.len))
        {
            *place = value;
            self.len += 1;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.values.iter().copied().take(usize::from(self.len))
    }
}

/// What stands in the address fields of a conversation: the IP address, else the hardware address.
pub(crate) fn place_of(endpoint: &Endpoint) -> Option<Address> {
    endpoint.ip.map(Address::Ip).or(endpoint.mac.map(Address::Mac))
}

/// The machine at an endpoint: its IP address when that can name a machine, else its hardware address.
pub(crate) fn machine_of(endpoint: &Endpoint) -> Option<Address> {
    let ip = endpoint.ip.map(Address::Ip).filter(|address| address.is_host());
    ip.or_else(|| endpoint.mac.map(Address::Mac).filter(|address| address.is_host()))
}

/// A network and an address: what names a machine.
pub(crate) type AddressKey = (NetworkId, Address);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_are_counted_from_the_usual_first_values() {
        let cases = [
            (64, Some(0)),
            (63, Some(1)),
            (128, Some(0)),
            (120, Some(8)),
            (255, Some(0)),
            (60, Some(0)),
            (1, None),
            (0, None),
        ];
        for (limit, hops) in cases {
            assert_eq!(hops_of(limit), hops, "{limit}");
        }
    }

    #[test]
    fn addresses_that_name_nobody() {
        for (text, host) in [
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("169.254.1.1", true),
            ("::", false),
            ("ff02::1", false),
            ("fe80::1", true),
        ] {
            assert_eq!(Address::Ip(text.parse().expect("address")).is_host(), host, "{text}");
        }
        assert!(!Address::Mac(Mac([0; 6])).is_host());
    }
}
