//! Link layers: which header a frame begins with, and what its type field leads to.

mod c_hdlc;
mod cooked;
pub(crate) mod ethernet;
mod frame_relay;
mod llc;
mod null;
mod token_ring;

use crate::ip;
use crate::layers::Layers;
use crate::packet::{Content, LinkProtocol, Undecoded};
use crate::tunnel::{mpls, pppoe};
use wire::{LinkType, Malformed, Reader};

/// What OpenBSD and some others write for raw IP.
const RAW_OPENBSD: LinkType = LinkType(14);

/// More tags than this in one frame, with all its tunnels, are an attack, not a network.
const TAGS_MAX: u8 = 16;

/// Reads the frame of a link type. The error says that not even the link header could be read.
#[inline]
pub(crate) fn content<'a>(
    layers: &mut Layers<'_, 'a>,
    link: LinkType,
    reader: Reader<'a>,
) -> Result<(), Undecoded> {
    let content = match link {
        LinkType::ETHERNET => ethernet::content(layers, reader),
        LinkType::RAW | LinkType::RAW_BSD | RAW_OPENBSD | LinkType::IPV4 | LinkType::IPV6 => {
            raw(layers, reader)
        }
        LinkType::LINUX_SLL => cooked::version_1(layers, reader),
        LinkType::LINUX_SLL2 => cooked::version_2(layers, reader),
        LinkType::NULL | LinkType::LOOP => null::content(layers, reader),
        LinkType::TOKEN_RING => token_ring::content(layers, reader),
        LinkType::FRELAY => frame_relay::content(layers, reader),
        LinkType::C_HDLC => c_hdlc::content(layers, reader),
        LinkType(number) => return Err(Undecoded::LinkType(number)),
    };
    content.map_err(|_| Undecoded::TruncatedLink)
}

/// IP without a link header. The version field decides, also where the link type names a version: both are read alike.
fn raw<'a>(layers: &mut Layers<'_, 'a>, reader: Reader<'a>) -> Result<(), Malformed> {
    reader.ensure(!reader.is_empty(), wire::Defect::Truncated)?;
    ip::any_version(layers, reader);
    Ok(())
}

/// What follows a type or length field (IEEE 802.3, 3.2.6).
#[inline]
pub(crate) fn length_or_type<'a>(layers: &mut Layers<'_, 'a>, value: u16, mut reader: Reader<'a>) {
    match value {
        0x0800 => ip::v4::content(layers, reader),
        // A length cuts the padding of short frames off.
        0..=1500 => llc::content(layers, Reader::new(reader.take_up_to(usize::from(value)))),
        _ => ether_type(layers, value, reader),
    }
}

/// What follows an EtherType.
pub(crate) fn ether_type<'a>(layers: &mut Layers<'_, 'a>, value: u16, reader: Reader<'a>) {
    match value {
        0x0800 => ip::v4::content(layers, reader),
        0x86dd => ip::v6::content(layers, reader),
        0x8100 | 0x88a8 | 0x9100 | 0x9200 | HSR | R_TAG => tagged(layers, value, reader),
        0x8847 | 0x8848 => mpls::content(layers, value, reader),
        0x8864 => pppoe::content(layers, reader),
        _ => layers.end(Content::Link { kind: LinkProtocol::EtherType(value), payload: reader.rest() }),
    }
}

/// High-availability seamless redundancy (IEC 62439-3, 5.6): path and size, sequence number, then the next type.
const HSR: u16 = 0x892f;

/// Redundancy tag (IEEE 802.1CB, 7.8): reserved, sequence number, then the next type.
const R_TAG: u16 = 0xf1c1;

/// Tags in front of the type: VLANs are kept, outermost and innermost; redundancy tags are passed over.
fn tagged<'a>(layers: &mut Layers<'_, 'a>, first: u16, mut reader: Reader<'a>) {
    let mut value = first;
    // Counted per frame: tags and SNAP headers could otherwise take turns and exhaust the stack.
    while layers.tags < TAGS_MAX {
        layers.tags += 1;
        let next = match value {
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => vlan(layers, &mut reader),
            HSR | R_TAG => reader.skip(4).and_then(|()| reader.u16()),
            _ => return length_or_type(layers, value, reader),
        };
        match next {
            Ok(next) => value = next,
            Err(_) => return layers.cut(Undecoded::TruncatedLink),
        }
    }
    layers.end(Content::Link { kind: LinkProtocol::EtherType(value), payload: reader.rest() })
}

/// One VLAN tag (IEEE 802.1Q, 9.6) and the type behind it.
fn vlan(layers: &mut Layers<'_, '_>, reader: &mut Reader<'_>) -> Result<u16, Malformed> {
    let [control0, control1, next0, next1] = reader.array()?;
    let id = u16::from_be_bytes([control0, control1]) & 0x0fff;
    let [outermost, innermost] = &mut layers.packet.link.vlans;
    *(if layers.packet.link.vlan_count == 0 { outermost } else { innermost }) = id;
    layers.packet.link.vlan_count = layers.packet.link.vlan_count.saturating_add(1);
    Ok(u16::from_be_bytes([next0, next1]))
}
