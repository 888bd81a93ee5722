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
        // Written by hand: a document names thousands, and six formatted numbers cost ten times as much.
        let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        let mut text = [b':'; 17];
        for (place, byte) in text.chunks_mut(3).zip(self.0) {
            if let [high, low, ..] = place {
                (*high, *low) = (digit(byte >> 4), digit(byte & 15));
            }
        }
        f.write_str(core::str::from_utf8(&text).unwrap_or_default())
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
