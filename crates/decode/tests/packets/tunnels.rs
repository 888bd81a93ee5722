//! Packets inside packets: the innermost one is decoded, the machines that carried it stand outside.

use crate::support::*;
use decode::{Counters, Decoder};
use wire::LinkType;

/// IPv4 between two tunnel ends, with a payload of this protocol.
fn carrier(protocol: u8, payload: &str) -> String {
    let total = 20 + bytes(payload).len();
    format!("4500{total:04x} 00010000 40{protocol:02x}0000 c0000201 c0000202 {payload}")
}

/// UDP to a port, in the same carrier.
fn carrier_udp(port: u16, payload: &str) -> String {
    carrier(17, &format!("ffff {port:04x} {:04x} 0000 {payload}", 8 + bytes(payload).len()))
}

/// A frame between two other hosts.
const INNER: &str = "040000000002 040000000001";
const INNER_LINE: &str = "04:00:00:00:00:01>04:00:00:00:00:02";
const ENDS: &str = "192.0.2.1>192.0.2.2";

/// The link does not change where the tunnel carries IP.
#[track_caller]
fn check_ip(hex: &str, outer_ip: &str, expected: &str) {
    let line = format!("[{FROM_TO}{outer_ip}] {FROM_TO} {expected}");
    check(LinkType::ETHERNET, &format!("{MACS} {hex}"), &line);
}

#[track_caller]
fn check_frame(hex: &str, outer_ip: &str, expected: &str) {
    let line = format!("[{FROM_TO}{outer_ip}] {INNER_LINE} {expected}");
    check(LinkType::ETHERNET, &format!("{MACS} {hex}"), &line);
}

#[test]
fn mpls() {
    check_ip(&format!("8847 00010140 {UDP4}"), "", UDP4_LINE);
    check_ip(&format!("8848 00010040 00020140 {}", udp6()), "", UDP6_LINE);
    check_frame(&format!("8847 00010140 00000001 {INNER} 0800 {UDP4}"), "", UDP4_LINE);
    check_frame(&format!("8847 00010140 {INNER} 0800 {UDP4}"), "", UDP4_LINE);
    // A frame without a control word whose first address looks like one, or like an IP version.
    let from = |mac: &str| format!("[{FROM_TO}] 04:00:00:00:00:01>{mac} {UDP4_LINE}");
    for (hex, mac) in [
        ("00000c000002", "00:00:0c:00:00:02"),
        ("42000c000002", "42:00:0c:00:00:02"),
        ("60000c000002", "60:00:0c:00:00:02"),
    ] {
        let hex = format!("{MACS} 8847 00010140 {hex} 040000000001 0800 {UDP4}");
        check(LinkType::ETHERNET, &hex, &from(mac));
    }
    check_ethernet("8847 00010140 10000007 01", "type 8847 000101401000000701");
    check_ethernet(&format!("8847 {}", "00010040".repeat(17)), "cut bad_tunnel");
    check_ethernet("8847 00010140", "cut bad_tunnel");
}

#[test]
fn gre() {
    let ends = format!(" {ENDS}");
    for header in ["0000", "8000", "2000", "1000", "b000"] {
        let optional = "00000001 ".repeat(usize::try_from(bytes(header)[0].count_ones()).unwrap());
        check_ip(
            &format!("0800 {}", carrier(47, &format!("{header} 0800 {optional} {UDP4}"))),
            &ends,
            UDP4_LINE,
        );
    }
    check_ip(&format!("0800 {}", carrier(47, &format!("0000 86dd {}", udp6()))), &ends, UDP6_LINE);
    check_frame(
        &format!("0800 {}", carrier(47, &format!("2000 6558 00000001 {INNER} 0800 {UDP4}"))),
        &ends,
        UDP4_LINE,
    );
    check_ip(
        &format!("0800 {}", carrier(47, &format!("3081 880b 00220001 00000001 00000001 ff030021 {UDP4}"))),
        &ends,
        UDP4_LINE,
    );
    check_ip(&format!("0800 {}", carrier(47, &format!("2001 880b 00220001 21 {UDP4}"))), &ends, UDP4_LINE);
    check_ethernet(&format!("0800 {}", carrier(47, "0000 0000")), &format!("{ENDS} ip 47 00000000"));
    check_ethernet(&format!("0800 {}", carrier(47, "2000 0800 0000")), &format!("{ENDS} cut bad_tunnel"));
    check_ethernet(
        &format!("0800 {}", carrier(47, &format!("0000 6558 {}", &INNER[..21]))),
        &format!("{ENDS} cut bad_tunnel"),
    );
}

#[test]
fn erspan() {
    let ends = format!(" {ENDS}");
    let check =
        |gre: String, expected: &str| check_frame(&format!("0800 {}", carrier(47, &gre)), &ends, expected);
    let tagged = format!("vlan 5 {UDP4_LINE}");
    check(format!("0000 88be {INNER} 0800 {UDP4}"), UDP4_LINE);
    check(format!("1000 88be 00000001 1005 0001 00000000 {INNER} 0800 {UDP4}"), UDP4_LINE);
    check(format!("1000 88be 00000001 1005 1001 00000000 {INNER} 0800 {UDP4}"), &tagged);
    check(format!("1000 88be 00000001 1007 1801 00000000 {INNER} 8100 0005 0800 {UDP4}"), &tagged);
    check(format!("1000 22eb 00000001 2005 0001 00000000 0000 0000 {INNER} 0800 {UDP4}"), UDP4_LINE);
    check(
        format!("1000 22eb 00000001 2005 0001 00000000 0000 0001 0000000000000000 {INNER} 0800 {UDP4}"),
        UDP4_LINE,
    );
    let ip = carrier(47, &format!("1000 22eb 00000001 2005 0001 00000000 0000 0800 {UDP4}"));
    check_ip(&format!("0800 {ip}"), &ends, UDP4_LINE);
    check_ethernet(
        &format!("0800 {}", carrier(47, "1000 88be 00000001 1005 00")),
        &format!("{ENDS} cut bad_tunnel"),
    );
    check_ethernet(
        &format!("0800 {}", carrier(47, "1000 22eb 00000001 2005 00")),
        &format!("{ENDS} cut bad_tunnel"),
    );
}

#[test]
fn vxlan() {
    let ends = format!(" {ENDS}");
    for (port, flags) in
        [(4789, "08000000 00000700"), (8472, "08000000 00000700"), (4789, "88000001 00000700")]
    {
        let hex = carrier_udp(port, &format!("{flags} {INNER} 8100 0005 0800 {UDP4}"));
        check_frame(&format!("0800 {hex}"), &ends, &format!("vlan 5 {UDP4_LINE}"));
    }
    // Not VXLAN: flags are wrong, or the frame is too short to be one.
    for (port, payload) in
        [(8472, "88000000 00000700 0102"), (4789, "00000000 00000700 0102"), (4789, "08000000 00000700 0102")]
    {
        let expected = format!("{ENDS} udp 65535>{port} {}", hex(&bytes(payload)));
        check_ethernet(&format!("0800 {}", carrier_udp(port, payload)), &expected);
    }
}

#[test]
fn pppoe() {
    check_ip(&format!("8864 1100 0001 0022 0021 {UDP4}"), "", UDP4_LINE);
    check_ip(&format!("8864 1100 0001 0036 0057 {} 0000", udp6()), "", UDP6_LINE);
    check_ethernet("8864 1100 0001 0004 c021 0101", "type 8864 110000010004c0210101");
    check_ethernet("8863 1109 0000 0000", "type 8863 110900000000");
    check_ethernet("8864 1100 0001 00", "cut bad_tunnel");
}

#[test]
fn ip_in_ip() {
    let ends = format!(" {ENDS}");
    check_ip(&format!("0800 {}", carrier(4, UDP4)), &ends, UDP4_LINE);
    check_ip(&format!("0800 {}", carrier(41, &udp6())), &ends, UDP6_LINE);
    check_ip(&format!("86dd {}", ipv6(32, 4, UDP4)), " fd00::1>fd00::2", UDP4_LINE);
    check_ip(&format!("0800 {}", carrier(4, "4500")), &ends, "cut truncated_ipv4");
}

#[test]
fn the_outermost_addresses_stay_and_nesting_ends() {
    let ends = format!(" {ENDS}");
    check_ip(&format!("0800 {}", carrier(41, &ipv6(32, 4, UDP4))), &ends, UDP4_LINE);
    check_ip(&format!("8847 00010140 {}", carrier(4, UDP4)), &ends, UDP4_LINE);
    let nest = |depth| (0..depth).fold(UDP4.to_string(), |inner, _| carrier(4, &inner));
    check_ip(&format!("0800 {}", nest(4)), &ends, UDP4_LINE);
    check_ip(&format!("0800 {}", nest(5)), &ends, &format!("{ENDS} cut bad_tunnel"));
}

#[test]
fn tunnels_are_counted() {
    let mut decoder = Decoder::new();
    for (link, bytes) in samples() {
        decoder.decode(&frame(link, &bytes)).unwrap();
    }
    let expected =
        Counters { mpls: 2, gre: 1, erspan: 2, vxlan: 1, pppoe: 1, ip_in_ip: 1, ..Counters::default() };
    assert_eq!(decoder.counters(), expected);
}
