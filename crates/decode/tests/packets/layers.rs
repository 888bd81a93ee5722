//! Link layers, IP and transport, one line each.

use crate::support::*;
use wire::LinkType;

#[test]
fn ethernet() {
    check_ethernet(&format!("0800 {UDP4}"), UDP4_LINE);
    check_ethernet(&format!("0800 {TCP4}"), TCP4_LINE);
    check_ethernet(&format!("86dd {}", udp6()), UDP6_LINE);
    check_ethernet("0806 0001 0800", "type 0806 00010800");
    check_ethernet("05ff 01", "type 05ff 01");
}

#[test]
fn padding_of_short_frames_is_not_payload() {
    check_ethernet(&format!("0800 {UDP4} 000000000000"), UDP4_LINE);
    check_ethernet(&format!("0800 {TCP4} 0000000000000000"), TCP4_LINE);
    check_ethernet(&format!("86dd {} ffff", udp6()), UDP6_LINE);
    check_ethernet("0005 42420300 00 eeee", "llc 42 0000");
}

#[test]
fn logical_link_control() {
    check_ethernet("0006 fefe03 831b01", "llc fe 831b01");
    check_ethernet("0006 e0e0 0302 0102", "llc e0 020102");
    check_ethernet("0006 0404 0002 0102", "llc 04 0102");
    check_ethernet(&format!("0028 aaaa03 000000 0800 {UDP4}"), UDP4_LINE);
    check_ethernet("000a aaaa03 0000f8 0806 0001", "type 0806 0001");
    check_ethernet("000a aaaa03 00000c 2000 02b4", "snap 00000c 2000 02b4");
    check_ethernet(&format!("0023 060603 {UDP4}"), UDP4_LINE);
    check_ethernet("0008 aaaa03 00000c 20", "cut truncated_link");
    check_ethernet("0000", "cut truncated_link");
}

#[test]
fn tags() {
    check_ethernet(&format!("8100 2005 0800 {UDP4}"), &format!("vlan 5 {UDP4_LINE}"));
    check_ethernet(&format!("8100 c000 0800 {UDP4}"), &format!("vlan 0 {UDP4_LINE}"));
    check_ethernet(&format!("88a8 0064 8100 0005 0800 {UDP4}"), &format!("vlan 100/5 of 2 {UDP4_LINE}"));
    check_ethernet(&format!("9100 0064 9200 0005 86dd {}", udp6()), &format!("vlan 100/5 of 2 {UDP6_LINE}"));
    check_ethernet(
        &format!("8100 0001 8100 0002 8100 0003 0800 {UDP4}"),
        &format!("vlan 1/3 of 3 {UDP4_LINE}"),
    );
    check_ethernet("8100 0005 0008 aaaa03 00000c 010b ff", "vlan 5 snap 00000c 010b ");
    check_ethernet("8100 0005 88b8 0001", "vlan 5 type 88b8 0001");
    check_ethernet("8100 0005 08", "cut truncated_link");
    check_ethernet(&format!("892f 1020 0001 0800 {UDP4}"), UDP4_LINE);
    check_ethernet(&format!("f1c1 0000 0001 8100 0005 0800 {UDP4}"), &format!("vlan 5 {UDP4_LINE}"));
    check_ethernet(&"8100 0005 ".repeat(17), "vlan 5/5 of 16 type 8100 0005");
}

#[test]
fn raw_and_loopback() {
    let (udp4, udp6) = (format!("- {UDP4_LINE}"), format!("- {UDP6_LINE}"));
    for link in [12, 14, 101, 228].map(LinkType) {
        check(link, UDP4, &udp4);
    }
    for link in [12, 14, 101, 229].map(LinkType) {
        check(link, &crate::support::udp6(), &udp6);
    }
    check(LinkType::RAW, "", "error truncated_link");
    check(LinkType::RAW, "00", "- cut truncated_ipv4");
    for family in ["02000000", "00000002"] {
        check(LinkType::NULL, &format!("{family} {UDP4}"), &udp4);
        check(LinkType::LOOP, &format!("{family} {UDP4}"), &udp4);
    }
    for family in ["0a000000", "17000000", "18000000", "0000001c", "1e000000"] {
        check(LinkType::NULL, &format!("{family} {}", crate::support::udp6()), &udp6);
    }
    check(LinkType::NULL, "0000 0806 0001", "- type 0806 0001");
    check(LinkType::NULL, "07000000 ff", "- type 0007 ff");
    check(LinkType::NULL, "020000", "error truncated_link");
}

#[test]
fn linux_cooked() {
    let from = format!("02:00:00:00:00:01>- {UDP4_LINE}");
    check(LinkType::LINUX_SLL, &format!("0000 0001 0006 0200000000010000 0800 {UDP4}"), &from);
    check(LinkType::LINUX_SLL, &format!("0004 0001 0006 0200000000010000 0800 {UDP4}"), &from);
    let everybody = "02:00:00:00:00:01>ff:ff:ff:ff:ff:ff type 0806 0001";
    check(LinkType::LINUX_SLL, "0001 0001 0006 0200000000010000 0806 0001", everybody);
    check(
        LinkType::LINUX_SLL,
        &format!("0000 0304 0006 0000000000000000 0800 {UDP4}"),
        &format!("- {UDP4_LINE}"),
    );
    check(
        LinkType::LINUX_SLL,
        "0002 0001 0006 0200000000010000 0004 424203 00",
        "02:00:00:00:00:01>- llc 42 00",
    );
    let tagged = format!("0000 0001 0006 0200000000010000 8100 0005 0800 {UDP4}");
    check(LinkType::LINUX_SLL, &tagged, &format!("02:00:00:00:00:01>- vlan 5 {UDP4_LINE}"));
    check(LinkType::LINUX_SLL, "0000 0001 0006 02000000000100", "error truncated_link");
    check(LinkType::LINUX_SLL2, &format!("0800 0000 00000003 0001 00 06 0200000000010000 {UDP4}"), &from);
    check(LinkType::LINUX_SLL2, "0806 0000 00000003 0001 01 06 0200000000010000 0001", everybody);
    check(LinkType::LINUX_SLL2, "0806 0000 00000003 0001 01 06 02000000000100", "error truncated_link");
}

#[test]
fn token_ring() {
    let expected = format!("{FROM_TO} {UDP4_LINE}");
    check(LinkType::TOKEN_RING, &format!("1040 {MACS} aaaa03 000000 0800 {UDP4}"), &expected);
    let routed = format!("1040 020000000002 820000000001 0610 0011 0022 aaaa03 000000 0800 {UDP4}");
    check(LinkType::TOKEN_RING, &routed, &expected);
    check(LinkType::TOKEN_RING, &format!("1000 {MACS} 0102"), &format!("{FROM_TO} llc 00 0102"));
    check(
        LinkType::TOKEN_RING,
        "1040 020000000002 820000000001 00",
        &format!("{FROM_TO} cut truncated_link"),
    );
    check(LinkType::TOKEN_RING, "1040 020000000002 8200", "error truncated_link");
}

#[test]
fn serial_lines() {
    let (udp4, udp6) = (format!("- {UDP4_LINE}"), format!("- {UDP6_LINE}"));
    check(LinkType::FRELAY, &format!("1841 03cc {UDP4}"), &udp4);
    check(LinkType::FRELAY, &format!("184001 038e {}", crate::support::udp6()), &udp6);
    check(LinkType::FRELAY, &format!("1841 0300 80 000000 0800 {UDP4}"), &udp4);
    check(LinkType::FRELAY, "1841 0300 80 000000 0806 0001", "- type 0806 0001");
    check(LinkType::FRELAY, &format!("1841 0800 {UDP4}"), &udp4);
    check(LinkType::FRELAY, "1841 0806 0001", "- type 0806 0001");
    check(LinkType::FRELAY, "0001 0308 00 75", "- llc fe 080075");
    let bridged = format!("1841 0300 80 0080c2 0007 {MACS} 0800 {UDP4}");
    check(LinkType::FRELAY, &bridged, &format!("{FROM_TO} {UDP4_LINE}"));
    check(LinkType::FRELAY, "1840 4040 03", "error truncated_link");
    check(LinkType::C_HDLC, &format!("0f00 0800 {UDP4}"), &udp4);
    check(LinkType::C_HDLC, "8f00 0806 0001", "- type 0806 0001");
    check(LinkType::C_HDLC, "8f00 8035 00000002", "- type 8035 00000002");
    check(LinkType::C_HDLC, "8f00 2000 02b4", "- snap 00000c 2000 02b4");
    check(LinkType::C_HDLC, "0f0008", "error truncated_link");
}

#[test]
fn link_types_that_are_not_read() {
    for (number, name) in
        [(147, "error link_type_147"), (148, "error link_type_148"), (250, "error link_type_250")]
    {
        check(LinkType(number), UDP4, name);
    }
}

#[test]
fn ipv4() {
    let ip = "0a000001 0a000002";
    check_ethernet(&format!("0800 46000024 0001 0000 4011 0000 {ip} 94040000 {UDP}"), UDP4_LINE);
    check_ethernet(&format!("0800 45000000 0001 0000 4011 0000 {ip} {UDP}"), UDP4_LINE);
    check_ethernet(
        &format!("0800 45000018 0001 0000 4001 0000 {ip} 08000001"),
        "10.0.0.1>10.0.0.2 ip 1 08000001",
    );
    check_ethernet(
        &format!("0800 45000018 0001 0000 4084 0000 {ip} 08000001"),
        "10.0.0.1>10.0.0.2 ip 132 08000001",
    );
    let authenticated = format!(
        "0800 45000038 0001 0000 4033 0000 {ip} 11040000 00000001 00000001 {} {UDP}",
        "00".repeat(12)
    );
    check_ethernet(&authenticated, UDP4_LINE);
    check_ethernet(
        &format!("0800 45000013 0001 0000 4011 0000 {ip} {UDP}"),
        "10.0.0.1>10.0.0.2 cut truncated_ipv4",
    );
    check_ethernet(
        &format!("0800 46000024 0001 0000 4011 0000 {ip} 9404"),
        "10.0.0.1>10.0.0.2 cut truncated_ipv4",
    );
    check_ethernet(&format!("0800 44000020 0001 0000 4011 0000 {ip} {UDP}"), "cut truncated_ipv4");
    check_ethernet(&format!("0800 65000020 0001 0000 4011 0000 {ip} {UDP}"), "cut truncated_ipv4");
    check_ethernet("0800 45000020 0001 0000 4011 0000 0a000001 0a0000", "cut truncated_ipv4");
}

#[test]
fn ipv6_with_extensions() {
    let check = |len, next, payload: &str, expected: &str| {
        check_ethernet(&format!("86dd {}", ipv6(len, next, payload)), &format!("fd00::1>fd00::2 {expected}"));
    };
    let udp = "udp 1000>2000 61626364";
    check(20, 0, &format!("1100 0502 0000 0100 {UDP}"), udp);
    check(0, 17, UDP, udp);
    check(44, 43, &format!("3c02 0001 00000000 {} 1100 000000000000 {UDP}", "fd".repeat(16)), udp);
    check(36, 51, &format!("1104 0000 00000001 00000001 {} {UDP}", "00".repeat(12)), udp);
    check(20, 44, &format!("1100 0000 00000007 {UDP}"), udp);
    check(4, 58, "80000001", "ip 58 80000001");
    check(0, 59, "", "ip 59 ");
    check(0, 59, "ffff", "ip 59 ");
    check(8, 50, "00000001 00000002", "ip 50 0000000100000002");
    check(20, 0, "1102 0502", "cut truncated_ipv6");
    check(16, 0, &"0000 0104 00000000".repeat(2), "cut truncated_ipv6");
    check(80, 60, &"3c00 0104 00000000".repeat(10), "cut truncated_ipv6");
    check_ethernet(&format!("86dd 4{}", &udp6()[1..]), "cut truncated_ipv6");
    check_ethernet(&format!("86dd {}", &udp6()[..61]), "cut truncated_ipv6");
}

#[test]
fn tcp() {
    let check = |total: &str, tcp: &str, expected: &str| {
        let ip = format!("0800 4500{total} 00020000 40060000 0a000001 0a000002");
        check_ethernet(
            &format!("{ip} 03e9 01f6 00000001 00000002 {tcp}"),
            &format!("10.0.0.1>10.0.0.2 {expected}"),
        );
    };
    let start = "tcp 1001>502 seq 1 ack 2";
    check("002c", "6002 0400 0000 0000 020405b4", &format!("{start} flags 2 window 1024 "));
    check("0029", "5010 0400 0000 0000 61", &format!("{start} flags 16 window 1024 61"));
    check("0050", "5010 0400 0000 0000 61", &format!("{start} flags 16 window 1024 missing 39 61"));
    check("0050", "8010 0400 0000 0000 0101", &format!("{start} flags 16 window 1024 missing 28 "));
    check("0028", "4010 0400 0000 0000", "cut truncated_tcp");
    check("0028", "6010 0400 0000 0000", "cut truncated_tcp");
    check("0050", "5010 0400 0000 00", "cut truncated_tcp");
}

#[test]
fn udp() {
    let check = |total: &str, udp: &str, expected: &str| {
        let ip = format!("0800 4500{total} 00020000 40110000 0a000001 0a000002");
        check_ethernet(&format!("{ip} 03e8 07d0 {udp}"), &format!("10.0.0.1>10.0.0.2 {expected}"));
    };
    check("0020", "000a 0000 61626364", "udp 1000>2000 6162");
    check("0020", "0000 0000 61626364", "udp 1000>2000 61626364");
    check("0020", "0007 0000 61626364", "udp 1000>2000 61626364");
    check("0020", "ffff 0000 61626364", "udp 1000>2000 61626364");
    check("001c", "0008 0000", "udp 1000>2000 ");
    check("001c", "0008 00", "cut truncated_udp");
}
