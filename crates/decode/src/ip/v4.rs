//! Internet protocol version 4 (RFC 791, 3.1).

use super::fragment::{Key, Piece};
use crate::layers::Layers;
use crate::packet::{Ip, Undecoded};
use core::net::{IpAddr, Ipv4Addr};
use wire::Reader;

const HEADER_LEN: usize = 20;
const MORE_FRAGMENTS: u16 = 0x2000;
const OFFSET: u16 = 0x1fff;

/// A packet from its header on.
#[inline]
pub(crate) fn content<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) {
    let Ok(fixed) = reader.array::<HEADER_LEN>() else {
        return layers.cut(Undecoded::TruncatedIpv4);
    };
    let [first, _, len0, len1, id0, id1, fragment0, fragment1, ttl, protocol, _, _, addresses @ ..] = fixed;
    let [s0, s1, s2, s3, d0, d1, d2, d3] = addresses;
    let header_len = usize::from(first & 15) * 4;
    if first >> 4 != 4 || header_len < HEADER_LEN {
        return layers.cut(Undecoded::TruncatedIpv4);
    }
    layers.packet.ip = Some(Ip {
        source: IpAddr::V4(Ipv4Addr::new(s0, s1, s2, s3)),
        destination: IpAddr::V4(Ipv4Addr::new(d0, d1, d2, d3)),
        protocol,
        ttl,
        id: u16::from_be_bytes([id0, id1]),
        reassembled: false,
    });
    // Segmentation offload leaves the total length empty: the packet then ends with the frame.
    let total_len = match u16::from_be_bytes([len0, len1]) {
        0 => reader.remaining() + layers.cut_off + HEADER_LEN,
        total_len => usize::from(total_len),
    };
    let Some(len) = total_len.checked_sub(header_len) else {
        return layers.cut(Undecoded::TruncatedIpv4);
    };
    if header_len > HEADER_LEN && reader.skip(header_len - HEADER_LEN).is_err() {
        return layers.cut(Undecoded::TruncatedIpv4);
    }
    // Behind the total length stand padding and trailers of the link.
    let payload = reader.take_up_to(len);
    let position = u16::from_be_bytes([fragment0, fragment1]);
    if position & (MORE_FRAGMENTS | OFFSET) != 0 {
        return fragment(layers, position, payload, len);
    }
    upper(layers, protocol, payload, len)
}

/// The payload, past an authentication header.
#[inline]
fn upper<'a>(layers: &mut Layers<'_, 'a>, protocol: u8, payload: &'a [u8], len: usize) {
    if protocol != super::AUTHENTICATION {
        return super::payload(layers, protocol, payload, len);
    }
    let mut reader = Reader::new(payload);
    let Ok(next) = super::authentication(&mut reader) else {
        return layers.cut(Undecoded::TruncatedIpv4);
    };
    if let Some(ip) = &mut layers.packet.ip {
        ip.protocol = next;
    }
    super::payload(layers, next, reader.rest(), len.saturating_sub(reader.at()))
}

#[cold]
fn fragment<'a>(layers: &mut Layers<'_, 'a>, position: u16, payload: &'a [u8], len: usize) {
    let Some(ip) = layers.packet.ip else {
        return;
    };
    let piece = Piece {
        key: Key {
            id: ip.id.into(),
            capture: layers.packet.capture,
            vlan: layers.packet.link.vlan(),
            source: ip.source,
            destination: ip.destination,
            // Identifications are counted per protocol (RFC 791, 3.2).
            protocol: ip.protocol,
        },
        time: layers.packet.time,
        offset: usize::from(position & OFFSET) * 8,
        last: position & MORE_FRAGMENTS == 0,
        protocol: ip.protocol,
        bytes: payload,
        len,
    };
    if let Some((protocol, whole)) = super::reassemble(layers, &piece) {
        upper(layers, protocol, whole, whole.len());
    }
}
