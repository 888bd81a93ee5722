//! Generic routing encapsulation (RFC 2784, RFC 2890) and its enhanced version (RFC 2637).

use super::{erspan, ethernet_frame, ip_packet, mpls, pppoe};
use crate::counters::Counters;
use crate::ip;
use crate::layers::Layers;
use crate::packet::{Content, Undecoded};
use wire::{Malformed, Reader};

const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
const ACKNOWLEDGEMENT: u16 = 0x0080;
const VERSION: u16 = 7;

const TRANSPARENT_ETHERNET: u16 = 0x6558;
const PPP: u16 = 0x880b;

/// An IP payload of protocol 47. What is not a known tunnel stays the content of the IP packet, whole.
pub(crate) fn content<'a>(layers: &mut Layers<'_, 'a>, payload: &'a [u8]) {
    let mut reader = Reader::new(payload);
    let Ok((flags, protocol)) = header(&mut reader) else {
        return layers.cut(Undecoded::BadTunnel);
    };
    // Where a tunnel is found, it overwrites this.
    layers.end(Content::Ip { payload });
    if flags & ROUTING != 0 || flags & VERSION > 1 {
        return;
    }
    match protocol {
        0x0800 => ip_packet(layers, reader, count, ip::v4::content),
        0x86dd => ip_packet(layers, reader, count, ip::v6::content),
        TRANSPARENT_ETHERNET => ethernet_frame(layers, reader, count),
        // Type I is type II without the header, which it announces by having no sequence number.
        erspan::TYPE_1_2 if flags & SEQUENCE == 0 => erspan::type_1(layers, reader),
        erspan::TYPE_1_2 => erspan::type_2(layers, reader),
        erspan::TYPE_3 => erspan::type_3(layers, reader),
        0x8847 | 0x8848 => mpls::content(layers, protocol, reader),
        PPP => pppoe::ppp(layers, reader, count),
        _ => {}
    }
}

fn count(counters: &mut Counters) -> &mut u64 {
    &mut counters.gre
}

/// The flags with the version, and the EtherType of the content. Source routes, which nobody sends, are not passed.
fn header(reader: &mut Reader<'_>) -> Result<(u16, u16), Malformed> {
    let (flags, protocol) = (reader.u16()?, reader.u16()?);
    for optional in [CHECKSUM | ROUTING, KEY, SEQUENCE] {
        reader.skip(if flags & optional == 0 { 0 } else { 4 })?;
    }
    if flags & VERSION == 1 && flags & ACKNOWLEDGEMENT != 0 {
        reader.skip(4)?;
    }
    Ok((flags, protocol))
}
