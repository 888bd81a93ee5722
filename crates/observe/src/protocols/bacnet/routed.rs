//! Devices behind routers: which device instance has which network address.

use core::net::IpAddr;
use facts::Endpoint;
use wire::Mac;

const PLACES: usize = 1024;
/// Places looked at for one key.
const WAYS: usize = 8;
/// Longest address of the network layer that is remembered; longer ones are cut.
const ADDRESS_MAX: usize = 7;

/// A device behind a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    network: u16,
    router: (Option<IpAddr>, Option<Mac>),
    place: (u16, [u8; ADDRESS_MAX]),
}

impl Key {
    /// `realm` is the addressing realm of the router's address.
    pub(super) fn new(realm: u16, router: &Endpoint, network: u16, address: &[u8]) -> Self {
        let mut kept = [0; ADDRESS_MAX];
        kept.iter_mut().zip(address).for_each(|(kept, byte)| *kept = *byte);
        // The hardware address counts only where there is no other.
        let mac = if router.ip.is_none() { router.mac } else { None };
        Self { network: realm, router: (router.ip, mac), place: (network, kept) }
    }

    fn slot(&self) -> usize {
        let [a, b] = self.place.0.to_le_bytes();
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in self.place.1.into_iter().chain([a, b]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        usize::try_from(hash >> 40).unwrap_or(0) % (PLACES / WAYS) * WAYS
    }
}

/// Known devices behind routers, over all conversations; within eight places the oldest makes room.
#[derive(Debug)]
pub(crate) struct Pool {
    places: Box<[Option<(Key, u32, u64)>]>,
    learned: u64,
    /// Devices that had to make room.
    evicted: u64,
}

impl Default for Pool {
    fn default() -> Self {
        Self { places: vec![None; PLACES].into_boxed_slice(), learned: 0, evicted: 0 }
    }
}

impl Pool {
    pub(super) fn find(&self, key: &Key) -> Option<u32> {
        self.places
            .iter()
            .skip(key.slot())
            .take(WAYS)
            .flatten()
            .find(|place| place.0 == *key)
            .map(|place| place.1)
    }

    pub(super) fn learn(&mut self, key: Key, instance: u32) {
        self.learned += 1;
        let entry = (key, instance, self.learned);
        let ways = || self.places.iter().skip(key.slot()).take(WAYS).enumerate();
        let own = ways().find(|(_, place)| place.is_none_or(|place| place.0 == key));
        let oldest = || ways().min_by_key(|(_, place)| place.map_or(0, |place| place.2));
        let at = own.or_else(oldest).map_or(0, |(at, _)| at);
        if let Some(place) = self.places.get_mut(key.slot() + at) {
            self.evicted += u64::from(place.is_some_and(|place| place.0 != key));
            *place = Some(entry);
        }
    }
}
