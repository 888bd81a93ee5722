//! Internet protocol version 4 (RFC 791, 3.1).

use super::fragment::{Key, Piece};
use crate::layers::{Layers, cut};
use crate::packet::{Content, Ip, Undecoded};
use core::net::{IpAddr, Ipv4Addr};
use wire::{Malformed, Reader};

const HEADER_LEN: usize = 20;
const MORE_FRAGMENTS: u16 = 0x2000;
const OFFSET: u16 = 0x1fff;

/// The fields of the fixed part that matter here.
struct Header {
    len: usize,
    total_len: usize,
    fragment: u16,
    ip: Ip,
}

/// A packet from its header on.
#[inline]
pub(crate) fn content<'a>(layers: &mut Layers<'a>, mut reader: Reader<'a>) -> Content<'a> {
    let Ok(Some(header)) = header(&mut reader) else {
        return cut(Undecoded::TruncatedIpv4);
    };
    layers.ip = Some(header.ip);
    // Segmentation offload leaves the total length empty: the packet then ends with the frame.
    let whole = reader.remaining() + layers.cut + HEADER_LEN;
    let total_len = if header.total_len == 0 { whole } else { header.total_len };
    let Some(len) = total_len.checked_sub(header.len) else {
        return cut(Undecoded::TruncatedIpv4);
    };
    if reader.skip(header.len - HEADER_LEN).is_err() {
        return cut(Undecoded::TruncatedIpv4);
    }
    // Behind the total length stand padding and trailers of the link.
    let payload = reader.take_up_to(len);
    if header.fragment & (MORE_FRAGMENTS | OFFSET) != 0 {
        return fragment(layers, &header, payload, len);
    }
    upper(layers, header.ip.protocol, payload, len)
}

/// The fixed part of the header; nothing when its version or length is impossible.
#[inline]
fn header(reader: &mut Reader<'_>) -> Result<Option<Header>, Malformed> {
    let mut fixed = reader.sub(HEADER_LEN)?;
    let first = fixed.u8()?;
    fixed.skip(1)?;
    let (total_len, id, fragment) = (usize::from(fixed.u16()?), fixed.u16()?, fixed.u16()?);
    let (ttl, protocol) = (fixed.u8()?, fixed.u8()?);
    fixed.skip(2)?;
    let source = IpAddr::V4(Ipv4Addr::from_bits(fixed.u32()?));
    let destination = IpAddr::V4(Ipv4Addr::from_bits(fixed.u32()?));
    let len = usize::from(first & 15) * 4;
    let ip = Ip { source, destination, protocol, ttl, id, reassembled: false };
    Ok((first >> 4 == 4 && len >= HEADER_LEN).then_some(Header { len, total_len, fragment, ip }))
}

/// The payload, past an authentication header.
#[inline]
fn upper<'a>(layers: &mut Layers<'a>, protocol: u8, payload: &'a [u8], len: usize) -> Content<'a> {
    if protocol != super::AUTHENTICATION {
        return super::payload(layers, protocol, payload, len);
    }
    let mut reader = Reader::new(payload);
    let Ok(next) = super::authentication(&mut reader) else {
        return cut(Undecoded::TruncatedIpv4);
    };
    if let Some(ip) = &mut layers.ip {
        ip.protocol = next;
    }
    super::payload(layers, next, reader.rest(), len.saturating_sub(reader.at()))
}

#[cold]
fn fragment<'a>(layers: &mut Layers<'a>, header: &Header, payload: &'a [u8], len: usize) -> Content<'a> {
    let piece = Piece {
        key: Key {
            id: header.ip.id.into(),
            capture: layers.capture,
            vlan: layers.link.vlan(),
            source: header.ip.source,
            destination: header.ip.destination,

            // Identifications are counted per protocol (RFC 791, 3.2).
            protocol: header.ip.protocol,
        },
        time: layers.time,
        offset: usize::from(header.fragment & OFFSET) * 8,
        last: header.fragment & MORE_FRAGMENTS == 0,
        protocol: header.ip.protocol,
        bytes: payload,
        len,
    };
    match super::reassemble(layers, &piece) {
        Ok((protocol, whole)) => upper(layers, protocol, whole, whole.len()),
        Err(content) => content,
    }
}
