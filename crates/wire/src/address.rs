//! Hardware addresses and what kind of address an IP address is.

use core::fmt;
use core::net::IpAddr;

/// A 48-bit hardware address (IEEE 802).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// The broadcast address.
    pub const BROADCAST: Self = Self([0xff; 6]);

    /// Multicast or broadcast (IEEE 802-2014, 8.2.2: the I/G bit).
    #[must_use]
    pub fn is_group(self) -> bool {
        self.0[0] & 1 != 0
    }

    /// Locally administered, so that it says nothing about a vendor and may repeat elsewhere (the U/L bit).
    #[must_use]
    pub fn is_local(self) -> bool {
        self.0[0] & 2 != 0
    }

    /// All zero: no address at all (loopback captures, unset fields).
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == [0; 6]
    }

    /// Names one machine: neither a group nor zero.
    #[must_use]
    pub fn is_host(self) -> bool {
        !self.is_group() && !self.is_zero()
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Multicast, broadcast or unspecified: an address that names no machine. Directed broadcasts need the network's
/// mask and are recognised later, in `model`.
#[must_use]
pub fn is_group_ip(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_multicast() || address.is_broadcast() || address.is_unspecified(),
        IpAddr::V6(address) => address.is_multicast() || address.is_unspecified(),
    }
}
