//! Realms: in which network an address means something.
//!
//! Each capture begins as a realm of its own, so that two identical lines stay two. When the same conversation is
//! heard in two realms, they are one network: two files of one plant, or a tap that delivers each direction on its
//! own interface. The conversation must be between two hardware addresses that exist once in the world, with the
//! same IP addresses, and both must have spoken: one side alone may be a frame that somebody else made up.

use decode::{Ip, Packet};
use facts::{NetworkId, Sink};
use std::net::IpAddr;
use wire::{CaptureId, Mac, is_group_ip};

/// Conversations remembered as proof; a power of two. A newer one takes the place of an older one.
const PROOFS: usize = 16_384;

/// Which capture belongs to which realm.
#[derive(Debug)]
pub(crate) struct Realms {
    of_capture: Vec<u16>,
    proofs: Vec<Option<Proof>>,
    several: bool,
}

/// One machine's addresses.
type End = (Mac, IpAddr);

/// A conversation, the realm in which it was heard, and which of its ends (1 the lower, 2 the upper) spoke.
#[derive(Clone, Copy, Debug)]
struct Proof {
    ends: [End; 2],
    spoke: u8,
    realm: u16,
}

/// Both ends spoke.
const BOTH: u8 = 3;

impl Realms {
    pub(crate) fn new() -> Self {
        Self { of_capture: Vec::new(), proofs: vec![None; PROOFS], several: false }
    }

    /// The realm to use for a packet. While there are several, each packet may be the proof that two are one; it is
    /// asked before anything else is said of the packet, so that its conversation continues in the right realm.
    pub(crate) fn of(&mut self, packet: &Packet<'_>, sink: &mut dyn Sink) -> u16 {
        let realm = self.of_capture(packet.capture);
        if self.several { self.prove(packet, realm, sink) } else { realm }
    }

    fn of_capture(&mut self, capture: CaptureId) -> u16 {
        let at = usize::from(capture.0);
        while self.of_capture.len() <= at {
            self.of_capture.push(u16::try_from(self.of_capture.len()).unwrap_or(u16::MAX));
            self.several = self.of_capture.len() > 1;
        }
        self.of_capture.get(at).copied().unwrap_or_default()
    }

    fn prove(&mut self, packet: &Packet<'_>, realm: u16, sink: &mut dyn Sink) -> u16 {
        let Some((ends, spoke)) = conversation(packet) else { return realm };
        let proof = self.proofs.get(place(&ends)).copied().flatten();
        let Some(proof) = proof.filter(|proof| proof.ends == ends && proof.realm != realm) else {
            return realm;
        };
        if proof.spoke | spoke != BOTH {
            return realm;
        }
        let (kept, joined) = (proof.realm.min(realm), proof.realm.max(realm));
        self.of_capture.iter_mut().filter(|of| **of == joined).for_each(|of| *of = kept);
        self.proofs.iter_mut().flatten().filter(|proof| proof.realm == joined).for_each(|p| p.realm = kept);
        self.several = self.of_capture.iter().any(|of| *of != kept);
        sink.same_network(NetworkId(kept), NetworkId(joined));
        kept
    }

    /// Remembers a conversation, once for each direction of a flow. What another realm told of it before stays: it
    /// may still become a proof.
    pub(crate) fn remember(&mut self, packet: &Packet<'_>, realm: u16) {
        let Some((ends, spoke)) = conversation(packet) else { return };
        let Some(proof) = self.proofs.get_mut(place(&ends)) else { return };
        match proof {
            Some(proof) if proof.ends == ends => {
                if proof.realm == realm {
                    proof.spoke |= spoke;
                }
            }
            _ => *proof = Some(Proof { ends, spoke, realm }),
        }
    }
}

/// The two ends, the lower first, and which of them sent the packet; `None` when they prove nothing.
fn conversation(packet: &Packet<'_>) -> Option<([End; 2], u8)> {
    let &Ip { source: from, destination: to, .. } = packet.ip.as_ref()?;
    let (source, destination) = (packet.link.source?, packet.link.destination?);
    if !is_unique(source) || !is_unique(destination) || is_group_ip(from) || is_group_ip(to) {
        return None;
    }
    let (sender, receiver) = ((source, from), (destination, to));
    Some(if sender <= receiver { ([sender, receiver], 1) } else { ([receiver, sender], 2) })
}

/// Whether a hardware address exists once in the world. Redundancy protocols give the same address to a router of
/// every plant (VRRP: RFC 5798, 7.3; HSRP and GLBP: Cisco).
fn is_unique(mac: Mac) -> bool {
    let shared = matches!(
        mac.0,
        [0x00, 0x00, 0x5e, ..]
            | [0x00, 0x00, 0x0c, 0x07, 0xac, _]
            | [0x00, 0x00, 0x0c, 0x9f, 0xf0..=0xff, _]
            | [0x00, 0x07, 0xb4, 0x00, ..]
    );
    mac.is_host() && !mac.is_local() && !shared
}

/// Where a conversation is remembered. The place need not be hard to guess: ends are compared in full.
fn place(ends: &[End; 2]) -> usize {
    let fold = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = ends.iter().fold(0, |hash, (mac, ip)| {
        let [a, b, c, d, e, f] = mac.0;
        let hash = fold(hash, u64::from_le_bytes([a, b, c, d, e, f, 0, 0]));
        match ip {
            IpAddr::V4(ip) => fold(hash, u64::from(ip.to_bits())),
            IpAddr::V6(ip) => ip.segments().iter().fold(hash, |hash, part| fold(hash, u64::from(*part))),
        }
    });
    usize::try_from(hash >> 40).unwrap_or(0) % PROOFS
}

#[cfg(test)]
mod tests {
    use super::*;
    use decode::{Content, Link};
    use facts::{FlowSummary, Heard, Observation, Presence, Seen};
    use wire::Time;

    #[derive(Default)]
    struct Unions(Vec<(u16, u16)>);

    impl Sink for Unions {
        fn observation(&mut self, _: &Seen, _: &Observation<'_>) {}
        fn heard(&mut self, _: &Heard) {}
        fn presence(&mut self, _: &Presence) {}
        fn flow(&mut self, _: &FlowSummary<'_>) {}
        fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}
        fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
            self.0.push((kept.0, joined.0));
        }
    }

    const PANEL: (&str, [u8; 6]) = ("10.0.0.1", [0x00, 0x0b, 0xa3, 0, 0, 1]);
    const CONTROLLER: (&str, [u8; 6]) = ("10.0.0.2", [0x00, 0x80, 0xf4, 0, 0, 2]);

    type Machine = (&'static str, [u8; 6]);

    fn packet(capture: u16, (source, from): Machine, (destination, to): Machine) -> Packet<'static> {
        let ip = |text: &str| text.parse().expect("an address");
        Packet {
            time: Time(0),
            capture: CaptureId(capture),
            wire_len: 60,
            link: Link { source: Some(Mac(from)), destination: Some(Mac(to)), ..Link::default() },
            ip: Some(Ip {
                source: ip(source),
                destination: ip(destination),
                protocol: 6,
                ttl: 64,
                id: 0,
                reassembled: false,
            }),
            content: Content::Ip { payload: &[] },
            outer: None,
        }
    }

    /// The realms of packets, each given as capture, sender and receiver, and the unions said meanwhile.
    fn heard(packets: &[(u16, Machine, Machine)]) -> (Vec<u16>, Vec<(u16, u16)>) {
        let (mut realms, mut unions) = (Realms::new(), Unions::default());
        let of = |(capture, from, to): &(u16, Machine, Machine)| {
            let packet = packet(*capture, *from, *to);
            let realm = realms.of(&packet, &mut unions);
            realms.remember(&packet, realm);
            realm
        };
        (packets.iter().map(of).collect(), unions.0)
    }

    #[test]
    fn each_direction_of_a_tap_on_its_own_interface() {
        let told = heard(&[
            (0, PANEL, CONTROLLER),
            (1, CONTROLLER, PANEL),
            (0, PANEL, CONTROLLER),
            (1, CONTROLLER, PANEL),
        ]);
        assert_eq!(
            told,
            (vec![0, 0, 0, 0], vec![(0, 1)]),
            "the packet that proves it belongs to the realm kept"
        );
    }

    #[test]
    fn a_second_file_of_one_plant() {
        let told = heard(&[(0, PANEL, CONTROLLER), (0, CONTROLLER, PANEL), (1, PANEL, CONTROLLER)]);
        assert_eq!(told, (vec![0, 0, 0], vec![(0, 1)]));
    }

    #[test]
    fn the_lower_realm_stays_whichever_is_heard_first() {
        let told = heard(&[
            (1, PANEL, CONTROLLER),
            (1, CONTROLLER, PANEL),
            (0, PANEL, CONTROLLER),
            (2, CONTROLLER, PANEL),
            (1, PANEL, CONTROLLER),
        ]);
        assert_eq!(told, (vec![1, 1, 0, 0, 0], vec![(0, 1), (0, 2)]));
    }

    #[test]
    fn what_proves_nothing() {
        let with = |mac: [u8; 6]| (CONTROLLER.0, mac);
        let cases: [(&str, Machine, Machine); 6] = [
            ("other hardware, same addresses", with([0x00, 0x80, 0xf4, 0, 0, 9]), CONTROLLER),
            ("other address, same hardware", ("10.0.0.9", CONTROLLER.1), CONTROLLER),
            ("locally administered", with([2, 0, 0, 0, 0, 2]), with([2, 0, 0, 0, 0, 2])),
            ("a virtual router", with([0, 0, 0x5e, 0, 1, 1]), with([0, 0, 0x5e, 0, 1, 1])),
            ("zero", with([0; 6]), with([0; 6])),
            ("a group", ("224.0.0.1", [1, 0, 0x5e, 0, 0, 1]), ("224.0.0.1", [1, 0, 0x5e, 0, 0, 1])),
        ];
        for (case, first, second) in cases {
            let told = heard(&[(0, PANEL, first), (0, first, PANEL), (1, PANEL, second), (1, second, PANEL)]);
            assert_eq!(told, (vec![0, 0, 1, 1], vec![]), "{case}");
        }
    }

    #[test]
    fn one_direction_proves_nothing_until_the_other_speaks() {
        let told = heard(&[
            (0, PANEL, CONTROLLER),
            (1, PANEL, CONTROLLER),
            (1, PANEL, CONTROLLER),
            (1, CONTROLLER, PANEL),
        ]);
        assert_eq!(told, (vec![0, 1, 1, 0], vec![(0, 1)]));
    }

    #[test]
    fn a_router_proves_as_well_as_a_host() {
        let far = ("192.0.2.7", [0x00, 0x0a, 0xdc, 0, 0, 1]);
        let told = heard(&[(0, far, CONTROLLER), (1, CONTROLLER, far)]);
        assert_eq!(told, (vec![0, 0], vec![(0, 1)]));
    }
}
