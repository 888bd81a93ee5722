//! Datagrams in fragments: in any order, twice, overlapping, contradicting, late, too many.

use crate::support::*;
use decode::{Content, Counters, Decoder};
use wire::{CaptureId, Frame, LinkType, Time};

const SECOND: i64 = 1_000_000_000;

/// A decoder and its packet clock, which each frame moves on by a microsecond.
struct Bench {
    decoder: Decoder,
    now: i64,
    capture: u16,
}

impl Bench {
    fn new() -> Self {
        Self { decoder: Decoder::new(), now: 0, capture: 0 }
    }

    fn see(&mut self, hex: &str) -> String {
        self.now += 1000;
        let bytes = bytes(hex);
        let frame =
            Frame { time: Time(self.now), capture: CaptureId(self.capture), ..frame(LinkType::RAW, &bytes) };
        line(&self.decoder.decode(&frame)).split_off(2)
    }

    /// Sees a fragment of the datagram `id`: offset in bytes, whether more follow, and the bytes.
    fn see4(&mut self, id: u16, offset: u16, more: bool, payload: &str) -> String {
        self.see(&fragment4(id, offset, more, payload))
    }

    fn see6(&mut self, offset: u16, more: bool, payload: &str) -> String {
        let len = u16::try_from(8 + bytes(payload).len()).unwrap();
        let header = format!("1100 {:04x} 00000007", offset | u16::from(more));
        self.see(&ipv6(len, 44, &format!("{header} {payload}")))
    }
}

fn fragment4(id: u16, offset: u16, more: bool, payload: &str) -> String {
    let field = (offset / 8) | if more { 0x2000 } else { 0 };
    let total = 20 + bytes(payload).len();
    format!("4500{total:04x} {id:04x}{field:04x} 40110000 0a000001 0a000002 {payload}")
}

/// A UDP header for 20 bytes of payload, and the payload in parts.
const HEAD: &str = "03e8 07d0 001c 0000";
const A: &str = "6161616161616161";
const B: &str = "6262626262626262";
const C: &str = "63636363";
const WAITING4: &str = "10.0.0.1>10.0.0.2 fragment";
const BAD4: &str = "10.0.0.1>10.0.0.2 cut bad_fragment";
const WHOLE4: &str = "10.0.0.1>10.0.0.2 reassembled udp 1000>2000 6161616161616161626262626262626263636363";
const WHOLE6: &str = "fd00::1>fd00::2 reassembled udp 1000>2000 6161616161616161626262626262626263636363";

#[test]
fn any_order_gives_the_datagram() {
    let parts = [(0, true, HEAD), (8, true, A), (16, true, B), (24, false, C)];
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2], [3, 0, 1, 2]];
    for order in orders {
        let (mut four, mut six) = (Bench::new(), Bench::new());
        for (count, (offset, more, payload)) in order.map(|index: usize| parts[index]).into_iter().enumerate()
        {
            let (seen4, seen6) = (four.see4(1, offset, more, payload), six.see6(offset, more, payload));
            assert_eq!(seen4, if count == 3 { WHOLE4 } else { WAITING4 }, "{order:?}");
            assert_eq!(seen6, if count == 3 { WHOLE6 } else { "fd00::1>fd00::2 fragment" }, "{order:?}");
        }
        let expected = Counters { fragments: 4, reassembled: 1, ..Counters::default() };
        assert_eq!((four.decoder.counters(), six.decoder.counters()), (expected, expected));
    }
}

#[test]
fn copies_change_nothing() {
    let mut bench = Bench::new();
    for _ in 0..2 {
        assert_eq!(bench.see4(1, 0, true, &format!("{HEAD} {A}")), WAITING4);
    }
    assert_eq!(bench.see4(1, 16, false, &format!("{B} {C}")), WHOLE4);
    assert_eq!(bench.see4(1, 16, false, &format!("{B} {C}")), WAITING4, "a copy does not start it again");
    assert_eq!(bench.decoder.counters(), Counters { fragments: 4, reassembled: 1, ..Counters::default() });

    bench.now += SECOND;
    assert_eq!(bench.see4(1, 0, true, &format!("{HEAD} {A}")), WAITING4);
    assert_eq!(bench.see4(1, 16, false, &format!("{B} {C}")), WHOLE4, "the number is used again");
}

#[test]
fn the_first_copy_of_a_byte_wins() {
    let mut bench = Bench::new();
    assert_eq!(bench.see4(1, 0, true, &format!("{HEAD} {A}")), WAITING4);
    assert_eq!(bench.see4(1, 8, true, &format!("{C}{C} {B}")), BAD4, "its bytes 16 to 23 are new and kept");
    assert_eq!(bench.see4(1, 24, false, C), WHOLE4);
    assert_eq!(bench.decoder.counters().conflicts, 1);

    assert_eq!(bench.see4(2, 0, true, &format!("{HEAD} {A}")), WAITING4);
    assert_eq!(bench.see4(2, 8, false, &format!("{A} {B} {C}")), WHOLE4, "the same bytes are no conflict");
    assert_eq!(bench.decoder.counters().conflicts, 1);

    assert_eq!(bench.see4(3, 0, true, &format!("{HEAD} {A}")), WAITING4);
    assert_eq!(
        bench.see4(3, 8, false, &format!("{B} {B} {C}")),
        WHOLE4,
        "different ones are, also in the last part"
    );
    assert_eq!(bench.decoder.counters().conflicts, 2);
}

#[test]
fn lengths_that_contradict_are_dropped() {
    let mut bench = Bench::new();
    assert_eq!(bench.see4(1, 24, false, C), WAITING4);
    assert_eq!(bench.see4(1, 24, true, A), BAD4, "behind the end");
    assert_eq!(bench.see4(1, 16, false, A), BAD4, "another end");
    assert_eq!(bench.see4(1, 0, true, &format!("{HEAD} {A} {B}")), WHOLE4);

    assert_eq!(bench.see4(2, 0, true, &format!("{HEAD} {A}")), WAITING4);
    assert_eq!(bench.see4(2, 8, false, C), BAD4, "an end before what came");
    assert_eq!(bench.see4(3, 0, true, C), BAD4, "no whole unit");
    assert_eq!(bench.see4(3, 65528, false, A), BAD4, "longer than a datagram can be");
    assert_eq!(bench.see4(3, 8, true, ""), BAD4, "nothing at all");
    assert_eq!(bench.decoder.counters().conflicts, 6);
}

#[test]
fn fragments_that_the_snap_length_cut_are_not_used() {
    let mut bench = Bench::new();
    let mut hex = fragment4(1, 0, true, &format!("{HEAD} {A}"));
    hex.truncate(hex.len() - 2);
    assert_eq!(bench.see(&hex), WAITING4);
    assert_eq!(bench.see4(1, 16, false, &format!("{B} {C}")), WAITING4);
    assert_eq!(bench.decoder.counters(), Counters { fragments: 2, cut: 1, ..Counters::default() });
}

#[test]
fn what_comes_too_late_starts_anew() {
    let mut bench = Bench::new();
    assert_eq!(bench.see4(1, 0, true, &format!("{HEAD} {A}")), WAITING4);
    bench.now += 31 * SECOND;
    assert_eq!(bench.see4(1, 16, false, &format!("{B} {C}")), WAITING4);
    assert_eq!(bench.decoder.counters().timed_out, 1);
    bench.now -= 31 * SECOND;
    assert_eq!(bench.see4(1, 0, true, &format!("{HEAD} {A}")), WAITING4, "also when the clock jumps back");
    assert_eq!(bench.decoder.counters().timed_out, 2);
    assert_eq!(bench.see4(1, 16, false, &format!("{B} {C}")), WHOLE4);
}

#[test]
fn the_same_number_elsewhere_is_another_datagram() {
    let mut bench = Bench::new();
    assert_eq!(bench.see4(1, 0, true, &format!("{HEAD} {A}")), WAITING4);
    bench.capture = 1;
    assert_eq!(bench.see4(1, 16, false, &format!("{B} {C}")), WAITING4);
    bench.capture = 0;
    let other_protocol = fragment4(1, 16, false, &format!("{B} {C}")).replace("40110000", "40060000");
    assert_eq!(bench.see(&other_protocol), WAITING4);
    assert_eq!(bench.see4(1, 16, false, &format!("{B} {C}")), WHOLE4);

    let mut decoder = Decoder::new();
    for (vlan, fragment, whole) in [(1, 0, false), (2, 16, false), (1, 16, true)] {
        let payload = if fragment == 0 { format!("{HEAD} {A}") } else { format!("{B} {C}") };
        let hex = format!("{MACS} 8100 {vlan:04x} 0800 {}", fragment4(1, fragment, fragment == 0, &payload));
        let bytes = bytes(&hex);
        let packet = decoder.decode(&frame(LinkType::ETHERNET, &bytes)).unwrap();
        assert_eq!(packet.ip.unwrap().reassembled, whole, "{hex}");
    }
}

#[test]
fn the_oldest_makes_room() {
    let mut bench = Bench::new();
    for id in 0..257 {
        assert_eq!(bench.see4(id, 0, true, &format!("{HEAD} {A}")), WAITING4);
    }
    assert_eq!(bench.decoder.counters().evicted, 1);
    assert_eq!(bench.see4(1, 16, false, &format!("{B} {C}")), WHOLE4);
    assert_eq!(bench.see4(0, 16, false, &format!("{B} {C}")), WAITING4, "it was the oldest");
    assert_eq!(bench.decoder.counters().evicted, 1, "the place of the finished one is free");
}

#[test]
fn memory_is_bounded_too() {
    // 100 datagrams of 60 KB do not fit; those that are given up are the oldest.
    let mut bench = Bench::new();
    // Zeros, so that the length field of UDP says nothing.
    let part = "00".repeat(1480);
    for id in 0..100 {
        for count in 0..40 {
            assert_eq!(bench.see4(id, 1480 * count, true, &part), WAITING4);
        }
    }
    // 40 fragments of 1,480 bytes touch 29 blocks of 2,048, of which there are 1,792.
    assert_eq!(bench.decoder.counters().evicted, 100 - 1792 / 29);
    let whole = bench.see4(99, 1480 * 40, false, "62");
    assert!(whole.contains("reassembled") && whole.ends_with("000062"), "{}", &whole[..80]);
}

#[test]
fn the_longest_datagram() {
    let mut bench = Bench::new();
    let parts = 44;
    // Zeros, so that the length field of UDP says nothing.
    let part = "00".repeat(1480);
    for count in (0..parts).rev() {
        bench.see4(1, 1480 * count, true, &part);
    }
    let whole = bench.see4(1, 1480 * parts, false, &"62".repeat(65_535 - 1480 * 44));
    assert!(
        whole.contains("reassembled") && whole.len() > 130_000 && whole.ends_with("62"),
        "{}",
        &whole[..80]
    );
}

#[test]
fn tunnels_and_headers_inside_a_reassembled_datagram() {
    // IPv6: a destination options header inside the fragments.
    let mut bench = Bench::new();
    let header = |offset: u16, more: bool| format!("3c00 {:04x} 00000007", offset | u16::from(more));
    let first = ipv6(16, 44, &format!("{} 1100 0104 00000000", header(0, true)));
    assert_eq!(bench.see(&first), "fd00::1>fd00::2 fragment");
    let last = ipv6(20, 44, &format!("{} {UDP}", header(8, false)));
    assert_eq!(bench.see(&last), "fd00::1>fd00::2 reassembled udp 1000>2000 61626364");

    // VXLAN in two fragments, which carries a fragment: that one stays one.
    let inner = format!("{MACS} 0800 {}", fragment4(9, 0, true, &format!("{HEAD} {A}")));
    let datagram = format!("ffff 12b5 0042 0000 0800000000000700 {inner}");
    let datagram = hex(&bytes(&datagram));
    let (head, tail) = datagram.split_at(64);
    assert_eq!(bench.see4(2, 0, true, head), WAITING4);
    let mut expected = bench.see4(2, 32, false, tail);
    expected.retain(|character| character != ' ');
    assert_eq!(
        expected,
        "10.0.0.1>10.0.0.2reassembled]02:00:00:00:00:01>02:00:00:00:00:0210.0.0.1>10.0.0.2fragment"
    );
}

#[test]
fn a_first_fragment_alone_is_not_read() {
    let bytes = bytes(&fragment4(1, 0, true, &format!("{HEAD} {A}")));
    let mut decoder = Decoder::new();
    let packet = decoder.decode(&frame(LinkType::RAW, &bytes)).unwrap();
    assert!(matches!(packet.content, Content::Fragment));
}
