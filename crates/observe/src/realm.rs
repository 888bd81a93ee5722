//! Realms: in which network an address means something.
//!
//! Each capture begins as a realm of its own, so that two identical lines stay two. When the same conversation (both
//! hardware addresses globally unique, both IP addresses equal) is heard in two realms, they are one network: two
//! files of one plant, or a tap that delivers each direction on its own interface.

use decode::Packet;
use facts::{NetworkId, Sink};
use std::hash::{BuildHasher, Hash};
use wire::{CaptureId, Mac};

/// Conversations remembered as proof.
const PROOFS: usize = 16_384;

/// Which capture belongs to which realm.
#[derive(Debug)]
pub(crate) struct Realms {
    of_capture: Vec<u16>,
    proofs: Vec<(u64, u16)>,
    hasher: std::hash::BuildHasherDefault<std::hash::DefaultHasher>,
}

impl Realms {
    pub(crate) fn new() -> Self {
        Self { of_capture: Vec::new(), proofs: vec![(0, 0); PROOFS], hasher: Default::default() }
    }

    pub(crate) fn of(&mut self, capture: CaptureId) -> u16 {
        let at = usize::from(capture.0);
        while self.of_capture.len() <= at {
            self.of_capture.push(u16::try_from(self.of_capture.len()).unwrap_or(u16::MAX));
        }
        self.of_capture.get(at).copied().unwrap_or_default()
    }

    /// Takes a conversation as proof; answers the realm to use for it.
    pub(crate) fn prove(&mut self, packet: &Packet<'_>, realm: u16, sink: &mut dyn Sink) -> u16 {
        let Some(hash) = self.conversation(packet) else { return realm };
        let at = usize::try_from(hash).unwrap_or(0) % PROOFS;
        let Some(proof) = self.proofs.get_mut(at) else { return realm };
        if proof.0 != hash {
            *proof = (hash, realm);
            return realm;
        }
        let (kept, joined) = (proof.1.min(realm), proof.1.max(realm));
        if kept != joined {
            proof.1 = kept;
            self.of_capture.iter_mut().filter(|of| **of == joined).for_each(|of| *of = kept);
            self.proofs.iter_mut().filter(|proof| proof.1 == joined).for_each(|proof| proof.1 = kept);
            sink.same_network(NetworkId(kept), NetworkId(joined));
        }
        kept
    }

    fn conversation(&self, packet: &Packet<'_>) -> Option<u64> {
        let unique = |mac: Mac| mac.is_host() && !mac.is_local();
        let (source, destination) = (packet.link.source?, packet.link.destination?);
        let ip = packet.ip?;
        if !unique(source) || !unique(destination) {
            return None;
        }
        let ends = [(source, ip.source), (destination, ip.destination)];
        let ordered = if ends[0] <= ends[1] { ends } else { [ends[1], ends[0]] };
        let mut hasher = self.hasher.build_hasher();
        ordered.hash(&mut hasher);
        Some(std::hash::Hasher::finish(&hasher) | 1)
    }
}
