//! The built-in plants run: in time order, the same bytes every time, and right in the eyes of tshark.

mod common;

use common::{START, counts, tshark, write_pcap};
use simulator::{Plant, Simulator};
use wire::Time;

fn digest(plant: Plant, seed: u64, frames: usize) -> (u64, i64) {
    let mut simulator = Simulator::new(plant, seed, START);
    let (mut hash, mut last) = (0xcbf2_9ce4_8422_2325_u64, START.0);
    for _ in 0..frames {
        let Some(frame) = simulator.next() else { break };
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

/// Each network on its own: tshark takes the copies of a routed packet for retransmissions.
#[test]
fn tshark_finds_nothing_malformed_on_any_network_of_the_demo() {
    for vlan in [10, 20, 30, 40, 50, 60, 70, 110, 120, 130, 140, 150] {
        let tag = |bytes: &[u8]| bytes[12..16] == [0x81, 0, 0, vlan];
        let name = format!("demo-{vlan}.pcap");
        let (path, count) =
            write_pcap(simulator::demo().expect("right"), 400, &name, tag).expect("disk space");
        assert!(count > 100, "{count} frames on network {vlan}");
        let Some(bad) = tshark(&path, &[CHECKSUMS, &["-Y", BAD]].concat()) else {
            println!("skipped: tshark is not installed");
            return;
        };
        assert_eq!(bad, "", "malformed or wrong among {count} frames of network {vlan}");
    }
}

#[test]
fn tshark_knows_every_protocol_of_the_demo() {
    let (path, _) =
        write_pcap(simulator::demo().expect("right"), 400, "demo.pcap", |_| true).expect("disk space");
    if tshark(&path, &["-c", "1"]).is_none() {
        println!("skipped: tshark is not installed");
        return;
    }
    for (filter, count) in PROTOCOLS.iter().zip(counts(&path, PROTOCOLS)) {
        assert!(count > 0, "{filter} is missing");
    }
}

const CHECKSUMS: &[&str] =
    &["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"];

/// One network shows one side of some connections only where the mirror hears one direction.
const BAD: &str = "_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0 or udp.checksum.status == 0 \
                   or ((tcp.analysis.lost_segment or tcp.analysis.ack_lost_segment) \
                   and not ip.addr in {10.10.150.41, 10.10.150.42})";

/// Display filters that must each match some frame of the demo.
const PROTOCOLS: &[&str] = &[
    "arp",
    "modbus.func_code == 43",
    "modbus.func_code == 90",
    "s7comm.param.func == 0x29",
    "s7comm.param.func == 0x1a",
    "cip.service == 0x54",
    "cipio",
    "enip.command == 0x63",
    "pn_dcp",
    "pn_rt",
    "tcp.port == 5007",
    "omron",
    "opcua",
    "dnp3",
    "iec60870_104",
    "bacapp",
    "dhcp",
    "dns",
    "mdns",
    "llmnr",
    "nbns",
    "browser",
    "ssdp",
    "snmp",
    "http",
    "tls.handshake.type == 11",
    "ssh",
    "smb2",
    "ntlmssp",
    "rdp.client.name",
    "rdp.rt_cookie",
    "vnc",
    "ftp",
    "telnet",
    "ntp",
    "lldp",
    "cdp",
    "icmp",
    "tcp.flags.reset == 1",
];
