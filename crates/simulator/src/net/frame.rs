//! Ethernet II, IEEE 802.3 with LLC, 802.1Q, ARP and IPv4 headers, with true checksums.

use core::net::Ipv4Addr;
use wire::Mac;

use crate::bytes::{Put, len16};
use crate::net::route::Hop;

/// EtherType of IPv4.
pub(crate) const IPV4: u16 = 0x0800;
/// EtherType of ARP.
pub(crate) const ARP: u16 = 0x0806;
/// IP protocol number of TCP.
pub(crate) const TCP: u8 = 6;
/// IP protocol number of UDP.
pub(crate) const UDP: u8 = 17;
/// IP protocol number of ICMP.
pub(crate) const ICMP: u8 = 1;
/// Shortest frame as captured: without the check sequence (IEEE 802.3, 4.2.3.3).
const FRAME_MIN: usize = 60;

/// What of an IPv4 packet does not change on its way.
#[derive(Clone, Copy)]
pub(crate) struct Packet<'a> {
    /// Time to live as the sender sets it.
    pub(crate) ttl: u8,
    pub(crate) id: u16,
    pub(crate) protocol: u8,
    /// Transport header and payload with a zero checksum.
    pub(crate) segment: &'a [u8],
    /// One's complement sum of `segment`.
    pub(crate) sum: u32,
}

/// Where the checksum of a transport header stands, and whether it covers the addresses too.
fn checksum_place(protocol: u8) -> (usize, bool) {
    match protocol {
        TCP => (16, true),
        UDP => (6, true),
        _ => (2, false),
    }
}

/// Destination, source, perhaps a VLAN tag, and the type or length field.
pub(crate) fn ethernet(out: &mut Vec<u8>, hop: &Hop, type_or_length: u16) {
    out.put(&hop.to_mac.0).put(&hop.from_mac.0);
    if let Some(vlan) = hop.vlan {
        out.u16(0x8100).u16(vlan);
    }
    out.u16(type_or_length);
}

/// Zeros up to the shortest frame.
pub(crate) fn pad(out: &mut Vec<u8>) {
    if out.len() < FRAME_MIN {
        out.resize(FRAME_MIN, 0);
    }
}

/// A whole frame that carries an IPv4 packet over one hop.
pub(crate) fn ipv4(out: &mut Vec<u8>, hop: &Hop, packet: &Packet<'_>) {
    ethernet(out, hop, IPV4);
    let header = out.len();
    let length = len16(packet.segment.len() + 20);
    out.u8(0x45).u8(0).u16(length).u16(packet.id).u16(0x4000);
    out.u8(packet.ttl.saturating_sub(hop.routers)).u8(packet.protocol).u16(0);
    out.put(&hop.from_ip.octets()).put(&hop.to_ip.octets());
    let sum = fold(sum(out.get(header..).unwrap_or_default()));
    out.patch(header + 10, &sum.to_be_bytes());
    let segment = out.len();
    out.put(packet.segment);
    let (place, pseudo) = checksum_place(packet.protocol);
    let mut total = packet.sum;
    if pseudo {
        total = total.wrapping_add(sum_of_ips(hop.from_ip, hop.to_ip));
        total = total.wrapping_add(u32::from(packet.protocol) + u32::from(length - 20));
    }
    let checksum = match fold(total) {
        0 if packet.protocol == UDP => u16::MAX,
        checksum => checksum,
    };
    out.patch(segment + place, &checksum.to_be_bytes());
    pad(out);
}

/// A whole ARP frame (RFC 826). `operation` 1 asks, 2 answers.
pub(crate) fn arp(
    out: &mut Vec<u8>,
    hop: &Hop,
    operation: u16,
    sender: (Mac, Ipv4Addr),
    target: (Mac, Ipv4Addr),
) {
    ethernet(out, hop, ARP);
    out.u16(1).u16(IPV4).u8(6).u8(4).u16(operation);
    out.put(&sender.0.0).put(&sender.1.octets()).put(&target.0.0).put(&target.1.octets());
    pad(out);
}

/// One's complement sum of 16-bit words, not yet folded.
pub(crate) fn sum(bytes: &[u8]) -> u32 {
    let (words, last) = bytes.as_chunks::<2>();
    let total: u32 = words.iter().map(|word| u32::from(u16::from_be_bytes(*word))).sum();
    last.first().map_or(total, |byte| total + (u32::from(*byte) << 8))
}

fn sum_of_ips(from: Ipv4Addr, to: Ipv4Addr) -> u32 {
    sum(&from.octets()) + sum(&to.octets())
}

/// The Internet checksum (RFC 1071) of a sum.
fn fold(mut sum: u32) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_of_a_known_header() {
        // The header of the worked example that is used everywhere for RFC 1071.
        let header =
            [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7];
        assert_eq!(fold(sum(&header)), 0xb861);
        assert_eq!(sum(&[0x12]), 0x1200, "an odd last octet counts as the high one");
    }
}
