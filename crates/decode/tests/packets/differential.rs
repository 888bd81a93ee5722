//! The same frames through `etherparse`: where both read a layer, they must read the same.

use crate::support::*;
use decode::{Content, Decoder, Ip, Link, Packet};
use etherparse::{LaxLinkExtSlice, LaxNetSlice, LaxSlicedPacket, LinkSlice, TransportSlice};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use wire::{CaptureId, Frame, LinkType, Mac, Time};

/// How many packets had each layer compared.
#[derive(Debug, Default)]
struct Compared {
    links: usize,
    ips: usize,
    transports: usize,
}

#[test]
fn captures_read_like_another_decoder() {
    let Some(shared) = shared() else { return };
    let mut compared = Compared::default();
    for path in captures(&shared.join("captures")) {
        let file = std::fs::read(&path).unwrap();
        let mut decoder = Decoder::new();
        each_frame(&file, |number, frame| {
            let Ok(packet) = decoder.decode(&frame) else {
                assert!(LaxSlicedPacket::from_ethernet(frame.bytes).is_err(), "{}: {number}", path.display());
                return;
            };
            let other = LaxSlicedPacket::from_ethernet(frame.bytes).unwrap();
            let differs = compare(&packet, &other, &mut compared);
            assert_eq!(differs, None, "{} frame {number}: {packet:?}\n{other:?}", path.display());
        });
    }
    println!("{compared:?}");
    assert!(
        compared.links > 100_000 && compared.ips > 100_000 && compared.transports > 100_000,
        "{compared:?}"
    );
}

/// The classic capture files of a folder and those inside it.
fn captures(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| if path.is_dir() { captures(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "pcap"))
        .collect();
    found.sort();
    found
}

/// Frames of a classic capture file of Ethernet; none for others.
fn each_frame(file: &[u8], mut each: impl FnMut(usize, Frame<'_>)) {
    let number = |at: usize| -> u32 {
        let bytes = file[at..at + 4].try_into().unwrap();
        if file[0] == 0xa1 { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    if number(20) != 1 {
        return;
    }
    let (mut at, mut count) = (24, 0);
    while at + 16 <= file.len() {
        let len = usize::try_from(number(at + 8)).unwrap();
        let Some(bytes) = file.get(at + 16..at + 16 + len) else { break };
        let time = Time::from_parts(number(at).into(), number(at + 4).saturating_mul(1000));
        let original_len = number(at + 12);
        count += 1;
        each(count, Frame { time, capture: CaptureId(0), link: LinkType::ETHERNET, original_len, bytes });
        at += 16 + len;
    }
}

/// Names the first layer that differs. The other decoder opens no tunnels and puts no fragments together.
fn compare(
    packet: &Packet<'_>,
    other: &LaxSlicedPacket<'_>,
    compared: &mut Compared,
) -> Option<&'static str> {
    let (link, ip) = packet.outer.map_or((packet.link, packet.ip), |outer| (outer.link, outer.ip));
    let Some(LinkSlice::Ethernet2(ethernet)) = &other.link else { return Some("link") };
    if link.source != Some(Mac(ethernet.source())) || link.destination != Some(Mac(ethernet.destination())) {
        return Some("addresses of the link");
    }
    compared.links += 1;
    if !same_tags(&link, other) {
        return Some("tags");
    }
    let net = other.net.as_ref().filter(|net| !matches!(net, LaxNetSlice::Arp(_)))?;
    let (source, destination, ttl): (IpAddr, IpAddr, u8) = match net {
        LaxNetSlice::Ipv4(net) => {
            let header = net.header();
            (header.source_addr().into(), header.destination_addr().into(), header.ttl())
        }
        LaxNetSlice::Ipv6(net) => {
            let header = net.header();
            (header.source_addr().into(), header.destination_addr().into(), header.hop_limit())
        }
        LaxNetSlice::Arp(_) => return Some("net"),
    };
    let Some(ip) = ip else { return Some("no IP") };
    if (ip.source, ip.destination, ip.ttl) != (source, destination, ttl) {
        return Some("IP");
    }
    compared.ips += 1;
    let payload = net.ip_payload_ref()?;
    if packet.outer.is_some() || payload.fragmented {
        return None;
    }
    if matches!(packet.content, Content::Cut { .. }) {
        return other.transport.is_some().then_some("cut");
    }
    if ip.protocol != payload.ip_number.0 {
        return Some("protocol");
    }
    compared.transports += usize::from(other.transport.is_some());
    compare_transport(packet, &ip, other)
}

fn same_tags(link: &Link, other: &LaxSlicedPacket<'_>) -> bool {
    let ids: Vec<u16> = other
        .link_exts
        .iter()
        .filter_map(|extension| match extension {
            LaxLinkExtSlice::Vlan(vlan) => Some(vlan.vlan_identifier().value()),
            LaxLinkExtSlice::Macsec(_) => None,
        })
        .collect();
    let first = ids.first().is_none_or(|id| *id == link.vlans[0]);
    first
        && usize::from(link.vlan_count) >= ids.len()
        && (ids.len() > 2 || ids.last().is_none_or(|id| *id == link.vlan()))
}

fn compare_transport(packet: &Packet<'_>, ip: &Ip, other: &LaxSlicedPacket<'_>) -> Option<&'static str> {
    let same = match (packet.content, other.transport.as_ref()?) {
        (Content::Tcp(segment), TransportSlice::Tcp(tcp)) => {
            let flags = [tcp.fin(), tcp.syn(), tcp.rst(), tcp.psh(), tcp.ack()];
            (segment.source_port, segment.destination_port) == (tcp.source_port(), tcp.destination_port())
                && segment.sequence == tcp.sequence_number()
                && segment.acknowledgement == tcp.acknowledgment_number()
                && segment.window == tcp.window_size()
                && (0..).zip(flags).all(|(bit, set)| segment.has(1 << bit) == set)
                && segment.payload == tcp.payload()
        }
        (Content::Udp { source_port, destination_port, payload }, TransportSlice::Udp(udp)) => {
            (source_port, destination_port, payload)
                == (udp.source_port(), udp.destination_port(), udp.payload())
        }
        (Content::Ip { payload }, TransportSlice::Icmpv4(icmp)) => {
            ip.protocol == 1 && payload == icmp.slice()
        }
        (Content::Ip { payload }, TransportSlice::Icmpv6(icmp)) => {
            ip.protocol == 58 && payload == icmp.slice()
        }
        (Content::Ip { payload }, TransportSlice::Igmp(igmp)) => ip.protocol == 2 && payload == igmp.slice(),
        _ => false,
    };
    (!same).then_some("transport")
}
