//! The built-in plants run: in time order, the same bytes every time, and right in the eyes of tshark.

mod common;

use common::{START, counts, tshark, write_pcap};
use simulator::{Plant, Simulator};
use wire::Time;

fn digest(plant: Plant, seed: u64, frames: usize) -> (u64, i64) {
    let mut simulator = Simulator::new(plant, seed, START);
    let (mut hash, mut last) = (0xcbf2_9ce4_8422_2325_u64, START.0);
    for _ in 0..frames {
        let frame = simulator.next().expect("a plant never ends");
        assert!(frame.time.0 >= last, "time order");
        last = frame.time.0;
        for byte in frame.time.0.to_le_bytes().iter().chain(frame.bytes) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
    (hash, last)
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let plant = simulator::demo().expect("the demo plant is right");
    let first = digest(plant.clone(), 1, 20_000);
    assert_eq!(first, digest(plant.clone(), 1, 20_000));
    assert_ne!(first.0, digest(plant, 2, 20_000).0);
}

#[test]
fn two_lines_are_alike_but_for_their_machines() {
    let mut seen = [0_usize; 2];
    let mut simulator = Simulator::new(simulator::two_lines().expect("right"), 3, START);
    simulator.run_until(Time(START.0 + 5_000_000_000), |frame| {
        seen[usize::from(frame.capture.0)] += 1;
        let side = if frame.capture.0 == 0 { 0x0a } else { 0x0b };
        assert_eq!(frame.bytes[9], side, "the fourth octet of the source address names the line");
    });
    assert!(seen[0] > 30 && seen[1] > 30, "{seen:?}");
}

#[test]
fn load_polls_every_connection() {
    let mut simulator = Simulator::new(simulator::load(300).expect("right"), 1, START);
    let mut sources = std::collections::BTreeSet::new();
    for _ in 0..20_000 {
        let frame = simulator.next().expect("load never ends");
        sources.insert(frame.bytes[6..12].to_vec());
    }
    assert_eq!(sources.len(), 600);
}

#[test]
fn tshark_finds_nothing_malformed_in_the_demo() {
    let (path, count) = write_pcap(simulator::demo().expect("right"), 0, 400, "demo.pcap");
    let Some(bad) = tshark(
        &path,
        &[
            "-o",
            "tcp.check_checksum:TRUE",
            "-o",
            "ip.check_checksum:TRUE",
            "-o",
            "udp.check_checksum:TRUE",
            "-Y",
            BAD,
        ],
    ) else {
        println!("skipped: tshark is not installed");
        return;
    };
    assert_eq!(bad, "", "malformed or wrong frames among {count}");
    for (filter, count) in PROTOCOLS.iter().zip(counts(&path, PROTOCOLS)) {
        assert!(count > 0, "{filter} is missing among {count} frames");
    }
}

const BAD: &str = "_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0 or udp.checksum.status == 0 \
                   or tcp.analysis.lost_segment or tcp.analysis.ack_lost_segment";

/// Display filters that must each match some frame of the demo.
const PROTOCOLS: &[&str] = &["arp", "modbus.func_code == 3", "modbus.func_code == 43"];
