//! Copies of packets: a mirror that delivers a frame twice, or both sides of a router in one mirror.

use crate::flow::mix;
use crate::{Content, Packet};
use core::net::IpAddr;
use wire::Mac;

/// Entries of the table of recent packets: at 300,000 packets a second about 25 ms.
const RECENT: usize = 8192;
/// A routed copy follows its original within this time; a retransmission comes later (RFC 6298: at least 200 ms).
const ROUTED_NS: i64 = 50_000_000;
/// An exact copy of a frame without IP identification follows at once; cyclic frames repeat later.
const EXACT_NS: i64 = 1_000_000;

/// What a packet is to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// New.
    First,
    /// The same frame again.
    Exact,
    /// The same packet on the other side of a router.
    Routed {
        /// The router's interface that received the packet.
        into: Mac,
        /// The router's interface that sent it on.
        out_of: Mac,
    },
}

#[derive(Clone, Copy, Default)]
struct Recent {
    time: i64,
    source: Mac,
    destination: Mac,
    ttl: u8,
}

/// Remembers recent packets by a hash of what a router leaves unchanged.
///
/// The hashes stand apart from the rest: nearly every packet is new, and then only they are read.
pub struct Copies {
    hashes: Vec<u32>,
    recent: Vec<Recent>,
}

impl Default for Copies {
    fn default() -> Self {
        Self { hashes: vec![0; RECENT], recent: vec![Recent::default(); RECENT] }
    }
}

impl core::fmt::Debug for Copies {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Copies").finish_non_exhaustive()
    }
}

impl Copies {
    /// What this packet is to those before it; `salt` keeps captures or realms apart.
    pub fn check(&mut self, packet: &Packet<'_>, salt: u64) -> Copy {
        let (source, destination) =
            (packet.link.source.unwrap_or_default(), packet.link.destination.unwrap_or_default());
        let ttl = packet.ip.map_or(0, |ip| ip.ttl);
        let hash = hash_of(packet, salt, source, destination);
        let time = packet.time.0;
        let at = usize::try_from(hash % RECENT as u64).unwrap_or(0);
        let (Some(known), Some(slot)) = (self.hashes.get_mut(at), self.recent.get_mut(at)) else {
            return Copy::First;
        };
        // The place takes the low bits; the high ones tell apart what shares it.
        let rest = u32::try_from(hash >> 32).unwrap_or(0);
        let now = Recent { time, source, destination, ttl };
        if core::mem::replace(known, rest) != rest {
            *slot = now;
            return Copy::First;
        }
        let old = core::mem::replace(slot, now);
        let age = time.wrapping_sub(old.time);
        if age < 0 {
            return Copy::First;
        }
        let identified = packet.ip.is_some_and(|ip| ip.id != 0) || matches!(packet.content, Content::Tcp(_));
        let window = if identified { ROUTED_NS } else { EXACT_NS };
        if (old.source, old.destination) == (source, destination) {
            return if age <= window && old.ttl == ttl { Copy::Exact } else { Copy::First };
        }
        match old.ttl.abs_diff(ttl) {
            _ if age > ROUTED_NS => Copy::First,
            // Capture order is not travel order: the higher TTL was earlier on its way.
            1 if old.ttl > ttl => Copy::Routed { into: old.destination, out_of: source },
            1 => Copy::Routed { into: destination, out_of: old.source },
            _ => Copy::Exact,
        }
    }
}

fn hash_of(packet: &Packet<'_>, salt: u64, source: Mac, destination: Mac) -> u64 {
    let mut hash = mix(salt ^ 0x517c_c1b7_2722_0a95, u64::from(packet.wire_len & 0xffff));
    let payload: &[u8] = match &packet.content {
        Content::Tcp(segment) => {
            hash = mix(hash, u64::from(segment.sequence) << 32 | u64::from(segment.acknowledgement));
            let ports = u64::from(segment.source_port) << 16 | u64::from(segment.destination_port);
            hash = mix(hash, u64::from(segment.flags) << 48 | u64::from(segment.window) << 32 | ports);
            // Sequence numbers tell segments apart; the payload need not be looked at.
            &[]
        }
        Content::Udp { source_port, destination_port, payload } => {
            hash = mix(hash, u64::from(*source_port) << 16 | u64::from(*destination_port));
            payload
        }
        Content::Ip { payload } => payload,
        Content::Link { payload, .. } => payload,
        _ => &[],
    };
    match packet.ip {
        Some(ip) => {
            hash = mix(hash, u64::from(ip.protocol) << 16 | u64::from(ip.id));
            hash = mix(mix(hash, word(ip.source)), word(ip.destination));
        }
        None => {
            let pair = [source.0, destination.0];
            hash = pair.as_flattened().chunks(6).fold(hash, |hash, mac| mix(hash, fold(mac)));
        }
    }
    // Cyclic frames differ only in a counter that may stand anywhere: the head and the tail are both taken.
    let head = payload.get(..payload.len().min(48)).unwrap_or_default();
    let tail = payload.get(payload.len().saturating_sub(8)..).unwrap_or_default();
    let hash = head.chunks(8).chain(tail.chunks(8)).fold(hash, |hash, chunk| mix(hash, fold(chunk)));
    hash | 1
}

fn fold(chunk: &[u8]) -> u64 {
    match chunk.first_chunk::<8>() {
        Some(word) => u64::from_le_bytes(*word),
        None => chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

fn word(address: IpAddr) -> u64 {
    match address {
        IpAddr::V4(address) => u64::from(address.to_bits()),
        IpAddr::V6(address) => address.octets().chunks(8).fold(0, |word, half| mix(word, fold(half))),
    }
}
