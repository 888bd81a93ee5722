//! Bytes as an attacker, a bad cable or a short snap length leaves them; and no heap while reading them.

use crate::support::*;
use decode::{Content, Decoder, Packet, Undecoded};
use wire::{CaptureId, Frame, LinkType, Time};

/// Numbers that look random and are the same in every run (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below).unwrap()).unwrap()
    }
}

/// A payload must lie within the captured bytes, or in the buffer of reassembly.
fn assert_within(packet: &Result<Packet<'_>, Undecoded>, bytes: &[u8]) {
    let Ok(packet) = packet else { return };
    let payload = payload(packet);
    let reassembled = packet.ip.is_some_and(|ip| ip.reassembled)
        || packet.outer.and_then(|outer| outer.ip).is_some_and(|ip| ip.reassembled);
    if !payload.is_empty() && !reassembled {
        assert!(bytes.as_ptr_range().start <= payload.as_ptr_range().start, "{packet:?}");
        assert!(payload.as_ptr_range().end <= bytes.as_ptr_range().end, "{packet:?}");
    }
}

#[test]
fn frames_cut_at_every_byte() {
    for (link, bytes) in samples() {
        let (mut decoder, mut other) = (Decoder::new(), Decoder::new());
        let whole = other.decode(&frame(link, &bytes)).unwrap();
        let (hosts, whole_payload) = ((whole.link, addresses(whole.ip)), payload(&whole).to_vec());
        let mut last_len = 0;
        for len in 0..bytes.len() {
            let cut =
                Frame { original_len: u32::try_from(bytes.len()).unwrap(), ..frame(link, &bytes[..len]) };
            let packet = decoder.decode(&cut);
            assert_within(&packet, &bytes[..len]);
            let Ok(packet) = packet else { continue };
            if let (None, Some(link)) = (packet.outer, packet.link.source) {
                assert_eq!(
                    Some(link),
                    whole.outer.map_or(hosts.0, |outer| outer.link).source,
                    "cut at {len}"
                );
            }
            if let Content::Tcp(segment) = packet.content {
                let seen = segment.payload.len() + usize::try_from(segment.missing).unwrap();
                assert_eq!(seen, whole_payload.len(), "what is missing is counted");
            }
            // Once the transport header is whole, the payload is what was captured of it.
            if whole.outer.is_some() == packet.outer.is_some()
                && matches!(packet.content, Content::Tcp(_) | Content::Udp { .. })
            {
                assert!(whole_payload.starts_with(payload(&packet)), "cut at {len}");
                assert!(payload(&packet).len() >= last_len, "cut at {len}");
                assert_eq!(addresses(packet.ip), hosts.1);
                last_len = payload(&packet).len();
            }
        }
    }
}

#[test]
fn ten_thousand_mutations() {
    let samples = samples();
    let mut numbers = Numbers(0x5961_6775_7261);
    let mut decoder = Decoder::new();
    let mut decoded = 0;
    for _ in 0..10_000 {
        let (link, mut bytes) = samples[numbers.next(samples.len())].clone();
        for _ in 0..=numbers.next(4) {
            let at = numbers.next(bytes.len());
            match numbers.next(4) {
                0 => bytes[at] ^= 1 << numbers.next(8),
                1 => bytes[at] = u8::try_from(numbers.next(256)).unwrap(),
                2 => bytes.truncate(at + 1),
                _ => bytes.extend_from_within(at / 2..at),
            }
        }
        let packet = decoder.decode(&frame(link, &bytes));
        assert_within(&packet, &bytes);
        decoded += usize::from(packet.is_ok());
    }
    assert!(decoded > 8_000, "mutations should reach the inner layers: {decoded}");
}

#[test]
fn random_bytes_of_every_link_type() {
    let mut numbers = Numbers(7);
    let mut decoder = Decoder::new();
    for link in [0, 1, 6, 12, 14, 101, 104, 107, 108, 113, 228, 229, 276].map(LinkType) {
        for _ in 0..1000 {
            let bytes: Vec<u8> =
                (0..numbers.next(200)).map(|_| u8::try_from(numbers.next(256)).unwrap()).collect();
            assert_within(&decoder.decode(&frame(link, &bytes)), &bytes);
        }
    }
}

#[test]
fn tags_and_snap_headers_in_turns_end() {
    // As long as a capture may make it: each round would be one more level without the limit.
    let hex = format!("{MACS} {}", "8100 0005 05dc aaaa03 000000 ".repeat(100_000));
    let bytes = bytes(&hex);
    let mut decoder = Decoder::new();
    let packet = decoder.decode(&frame(LinkType::ETHERNET, &bytes)).unwrap();
    assert!(packet.link.vlan_count <= 16);
}

#[test]
fn no_heap_after_start() {
    let samples = samples();
    let fragment = |id: usize, more: bool| {
        let field = if more { "2000" } else { "0001" };
        bytes(&format!("4500001c {:04x}{field} 40110000 0a000001 0a000002 03e8 07d0 0010 0000", id & 0xffff))
    };
    let fragments: Vec<_> =
        (0..2000).map(|count| fragment(count / 2, count % 2 == 0 || count % 10 == 1)).collect();
    let mut decoder = Decoder::new();
    let info = allocation_counter::measure(|| {
        for time in 0..100 {
            for (link, bytes) in &samples {
                let packet = decoder.decode(&Frame { time: Time(time), ..frame(*link, bytes) });
                assert!(packet.is_ok());
            }
        }
        for (time, bytes) in (0..).zip(&fragments) {
            let frame = Frame { time: Time(time), capture: CaptureId(0), ..frame(LinkType::RAW, bytes) };
            assert!(decoder.decode(&frame).is_ok());
        }
    });
    assert_eq!(info.count_total, 0);
    assert!(decoder.counters().reassembled > 500, "{:?}", decoder.counters());
}
