//! Frames written in hexadecimal, and packets printed in one line.

use core::fmt::Write;
use core::net::IpAddr;
use decode::{Content, Decoder, Ip, Link, LinkProtocol, Packet, Undecoded};
use wire::{CaptureId, Frame, LinkType, Mac, Time};

/// Receiver and sender of most test frames.
pub(crate) const MACS: &str = "020000000002 020000000001";

/// What most lines begin with that come out of such frames.
pub(crate) const FROM_TO: &str = "02:00:00:00:00:01>02:00:00:00:00:02";

/// A UDP datagram with the payload `abcd`.
pub(crate) const UDP4: &str = "45000020 00010000 40110000 0a000001 0a000002  03e8 07d0 000c 0000 61626364";

/// Its line, without link.
pub(crate) const UDP4_LINE: &str = "10.0.0.1>10.0.0.2 udp 1000>2000 61626364";

/// A TCP segment with the payload `abc`.
pub(crate) const TCP4: &str =
    "4500002b 00024000 40060000 0a000001 0a000002  03e9 01f6 00000001 00000002 5018 0400 0000 0000 616263";

/// Its line, without link.
pub(crate) const TCP4_LINE: &str = "10.0.0.1>10.0.0.2 tcp 1001>502 seq 1 ack 2 flags 24 window 1024 616263";

/// IPv6 from fd00::1 to fd00::2 with this length, next header and payload.
pub(crate) fn ipv6(len: u16, next: u8, payload: &str) -> String {
    let addresses = "fd000000000000000000000000000001 fd000000000000000000000000000002";
    format!("60000000 {len:04x} {next:02x} 40 {addresses} {payload}")
}

/// The same UDP datagram, without IP.
pub(crate) const UDP: &str = "03e8 07d0 000c 0000 61626364";

/// The same UDP datagram in IPv6.
pub(crate) fn udp6() -> String {
    ipv6(12, 17, UDP)
}

/// Its line, without link.
pub(crate) const UDP6_LINE: &str = "fd00::1>fd00::2 udp 1000>2000 61626364";

pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    assert!(digits.len().is_multiple_of(2), "half a byte in {hex}");
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
}

pub(crate) fn frame(link: LinkType, bytes: &[u8]) -> Frame<'_> {
    let original_len = u32::try_from(bytes.len()).unwrap();
    Frame { time: Time(0), capture: CaptureId(0), link, original_len, bytes }
}

/// Decodes one frame with a new decoder and compares it with a line.
#[track_caller]
pub(crate) fn check(link: LinkType, hex: &str, expected: &str) {
    let bytes = bytes(hex);
    assert_eq!(line(&Decoder::new().decode(&frame(link, &bytes))), expected, "{hex}");
}

/// An Ethernet frame between the usual two hosts, from its type field on.
#[track_caller]
pub(crate) fn check_ethernet(hex: &str, expected: &str) {
    check(LinkType::ETHERNET, &format!("{MACS} {hex}"), &format!("{FROM_TO} {expected}"));
}

/// `[outer] link ip content`, without what is not there.
pub(crate) fn line(packet: &Result<Packet<'_>, Undecoded>) -> String {
    let packet = match packet {
        Ok(packet) => packet,
        Err(undecoded) => return format!("error {}", undecoded.name()),
    };
    let mut line = String::new();
    if let Some(outer) = &packet.outer {
        write!(line, "[{}{}] ", link_line(&outer.link), outer.ip.map_or(String::new(), ip_line)).unwrap();
    }
    line + &link_line(&packet.link) + &packet.ip.map_or(String::new(), ip_line) + " " + &content_line(packet)
}

fn link_line(link: &Link) -> String {
    let mac = |mac: Option<Mac>| mac.map_or("-".into(), |mac| mac.to_string());
    let addresses = match (link.source, link.destination) {
        (None, None) => "-".into(),
        (source, destination) => format!("{}>{}", mac(source), mac(destination)),
    };
    let [outermost, innermost] = link.vlans;
    match link.vlan_count {
        0 => addresses,
        1 => format!("{addresses} vlan {outermost}"),
        count => format!("{addresses} vlan {outermost}/{innermost} of {count}"),
    }
}

fn ip_line(ip: Ip) -> String {
    let whole = if ip.reassembled { " reassembled" } else { "" };
    format!(" {}>{}{whole}", ip.source, ip.destination)
}

fn content_line(packet: &Packet<'_>) -> String {
    match packet.content {
        Content::Tcp(segment) => {
            let missing = match segment.missing {
                0 => String::new(),
                missing => format!(" missing {missing}"),
            };
            format!(
                "tcp {}>{} seq {} ack {} flags {} window {}{missing} {}",
                segment.source_port,
                segment.destination_port,
                segment.sequence,
                segment.acknowledgement,
                segment.flags,
                segment.window,
                hex(segment.payload)
            )
        }
        Content::Udp { source_port, destination_port, payload } => {
            format!("udp {source_port}>{destination_port} {}", hex(payload))
        }
        Content::Ip { payload } => format!("ip {} {}", packet.ip.unwrap().protocol, hex(payload)),
        Content::Link { kind: LinkProtocol::EtherType(value), payload } => {
            format!("type {value:04x} {}", hex(payload))
        }
        Content::Link { kind: LinkProtocol::Llc(service), payload } => {
            format!("llc {service:02x} {}", hex(payload))
        }
        Content::Link { kind: LinkProtocol::Snap(oui, value), payload } => {
            format!("snap {oui:06x} {value:04x} {}", hex(payload))
        }
        Content::Fragment => "fragment".into(),
        Content::Cut { why } => format!("cut {}", why.name()),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a packet hands on, empty when that is nothing.
pub(crate) fn payload<'a>(packet: &Packet<'a>) -> &'a [u8] {
    match packet.content {
        Content::Tcp(segment) => segment.payload,
        Content::Udp { payload, .. } | Content::Ip { payload } | Content::Link { payload, .. } => payload,
        Content::Fragment | Content::Cut { .. } => &[],
    }
}

/// Every fixture of these tests, for those that cut and change frames.
pub(crate) fn samples() -> Vec<(LinkType, Vec<u8>)> {
    let udp6 = udp6();
    let ethernet = [
        format!("{MACS} 0800 {UDP4}"),
        format!("{MACS} 0800 {TCP4}"),
        format!("{MACS} 86dd {udp6}"),
        format!("{MACS} 88a8 0064 8100 0005 0800 {TCP4}"),
        format!("{MACS} 0028 aaaa03 000000 0800 {UDP4}"),
        format!("{MACS} 8100 0005 892f 1020 0001 0800 {TCP4}"),
        format!("{MACS} 8847 00010140 {UDP4}"),
        format!("{MACS} 8847 00010140 00000000 {MACS} 0800 {UDP4}"),
        format!("{MACS} 8864 11000001 0022 0021 {UDP4}"),
        format!("{MACS} 0800 45000038 00010000 402f0000 c0000201 c0000202 00000800 {UDP4}"),
        format!(
            "{MACS} 0800 45000050 00010000 402f0000 c0000201 c0000202 100088be 00000001 100510010000 0000 {MACS} 0800 {UDP4}"
        ),
        format!(
            "{MACS} 0800 45000054 00010000 402f0000 c0000201 c0000202 100022eb 00000001 200510010000000000000000 {MACS} 0800 {UDP4}"
        ),
        format!(
            "{MACS} 0800 45000052 00010000 40110000 c0000201 c0000202 ffff12b5003e0000 0800000000000700 {MACS} 0800 {UDP4}"
        ),
        format!("{MACS} 0800 45000034 00010000 40040000 c0000201 c0000202 {UDP4}"),
        format!("{MACS} 86dd {}", ipv6(28, 0, &format!("3c00010400000000 1100010400000000 {UDP}"))),
    ];
    let others = [
        (LinkType::RAW, UDP4.to_string()),
        (LinkType::NULL, format!("02000000 {UDP4}")),
        (LinkType::LINUX_SLL, format!("0000 0001 0006 0200000000010000 0800 {UDP4}")),
        (LinkType::LINUX_SLL2, format!("0800 0000 00000003 0001 00 06 0200000000010000 {UDP4}")),
        (
            LinkType::TOKEN_RING,
            format!("1040 020000000002 820000000001 0610 0011 0022 aaaa03 000000 0800 {UDP4}"),
        ),
        (LinkType::FRELAY, format!("1841 03cc {UDP4}")),
        (LinkType::C_HDLC, format!("0f00 0800 {UDP4}")),
    ];
    let ethernet = ethernet.iter().map(|hex| (LinkType::ETHERNET, bytes(hex)));
    ethernet.chain(others.iter().map(|(link, hex)| (*link, bytes(hex)))).collect()
}

/// Where the shared captures are; says so when they are not.
pub(crate) fn shared() -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("YAGURA_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: ../shared is absent");
    None
}

/// Sender and receiver of an IP layer.
pub(crate) fn addresses(ip: Option<Ip>) -> Option<(IpAddr, IpAddr)> {
    ip.map(|ip| (ip.source, ip.destination))
}
