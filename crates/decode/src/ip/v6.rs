//! Internet protocol version 6 (RFC 8200) with its extension headers.

use super::fragment::{Key, Piece};
use crate::layers::Layers;
use crate::packet::{Ip, Undecoded};
use core::net::{IpAddr, Ipv6Addr};
use wire::{Malformed, Reader};

/// More extension headers than this are an attack, not a network: the standard knows seven.
const EXTENSIONS_MAX: usize = 8;

const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const NO_NEXT: u8 = 59;
const DESTINATION: u8 = 60;

/// A packet from its header on.
#[inline]
pub(crate) fn content<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) {
    let (Ok(fixed), Ok(source), Ok(destination)) =
        (reader.array::<8>(), reader.array::<16>(), reader.array::<16>())
    else {
        return layers.cut(Undecoded::TruncatedIpv6);
    };
    let [first, _, _, _, len0, len1, protocol, ttl] = fixed;
    if first >> 4 != 6 {
        return layers.cut(Undecoded::TruncatedIpv6);
    }
    layers.packet.ip = Some(Ip {
        source: IpAddr::V6(Ipv6Addr::from(source)),
        destination: IpAddr::V6(Ipv6Addr::from(destination)),
        protocol,
        ttl,
        id: 0,
        reassembled: false,
    });
    // Jumbograms and segmentation offload leave the length empty: the packet then ends with the frame.
    let len = match u16::from_be_bytes([len0, len1]) {
        0 if protocol != NO_NEXT => reader.remaining() + layers.cut_off,
        len => usize::from(len),
    };
    let payload = reader.take_up_to(len);
    match protocol {
        6 | 17 => super::payload(layers, protocol, payload, len),
        _ => upper(layers, protocol, payload, len),
    }
}

/// Passes the extension headers over. Encrypted content (50) and what is unknown end the chain.
fn upper<'a>(layers: &mut Layers<'_, 'a>, first: u8, payload: &'a [u8], len: usize) {
    let (mut protocol, mut reader) = (first, Reader::new(payload));
    for _ in 0..EXTENSIONS_MAX {
        let next = match protocol {
            HOP_BY_HOP | ROUTING | DESTINATION => options(&mut reader),
            super::AUTHENTICATION => super::authentication(&mut reader),
            FRAGMENT => match fragment_header(&mut reader) {
                Ok(header) if header.is_fragment() => {
                    let len = len.saturating_sub(reader.at());
                    return fragment(layers, &header, reader.rest(), len);
                }
                // A fragment that is the whole datagram needs no others (RFC 6946).
                Ok(header) => Ok(header.next),
                Err(malformed) => Err(malformed),
            },
            _ => return super::payload(layers, protocol, reader.rest(), len.saturating_sub(reader.at())),
        };
        let Ok(next) = next else {
            return layers.cut(Undecoded::TruncatedIpv6);
        };
        protocol = next;
        if let Some(ip) = &mut layers.packet.ip {
            ip.protocol = next;
        }
    }
    layers.cut(Undecoded::TruncatedIpv6)
}

/// An extension header whose length is in units of eight bytes, less one (RFC 8200, 4.3 to 4.6).
fn options(reader: &mut Reader<'_>) -> Result<u8, Malformed> {
    let next = reader.u8()?;
    let len = (usize::from(reader.u8()?) + 1) * 8;
    reader.skip(len - 2)?;
    Ok(next)
}

/// The fragment header (RFC 8200, 4.5).
struct FragmentHeader {
    next: u8,
    offset: u16,
    id: u32,
}

impl FragmentHeader {
    const OFFSET: u16 = 0xfff8;
    const MORE: u16 = 1;

    fn is_fragment(&self) -> bool {
        self.offset & (Self::OFFSET | Self::MORE) != 0
    }
}

fn fragment_header(reader: &mut Reader<'_>) -> Result<FragmentHeader, Malformed> {
    let next = reader.u8()?;
    reader.skip(1)?;
    Ok(FragmentHeader { next, offset: reader.u16()?, id: reader.u32()? })
}

#[cold]
fn fragment<'a>(layers: &mut Layers<'_, 'a>, header: &FragmentHeader, payload: &'a [u8], len: usize) {
    let Some(ip) = &mut layers.packet.ip else {
        return;
    };
    ip.protocol = header.next;
    let piece = Piece {
        key: Key {
            id: header.id,
            capture: layers.packet.capture,
            vlan: layers.packet.link.vlan(),
            source: ip.source,
            destination: ip.destination,
            // Identifications are counted per pair of addresses; the first fragment says what the datagram carries.
            protocol: FRAGMENT,
        },
        time: layers.packet.time,
        offset: usize::from(header.offset & FragmentHeader::OFFSET),
        last: header.offset & FragmentHeader::MORE == 0,
        protocol: header.next,
        bytes: payload,
        len,
    };
    if let Some((protocol, whole)) = super::reassemble(layers, &piece) {
        upper(layers, protocol, whole, whole.len());
    }
}
