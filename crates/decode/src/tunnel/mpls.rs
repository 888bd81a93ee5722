//! Multiprotocol label switching (RFC 3032): a stack of labels in front of an IP packet or an Ethernet frame.

use super::{ethernet_frame, ip_packet};
use crate::counters::Counters;
use crate::ip;
use crate::layers::Layers;
use crate::packet::{Content, LinkProtocol, Undecoded};
use wire::{Defect, Malformed, Reader};

/// More labels than this are an attack, not a network.
const LABELS_MAX: usize = 16;

/// A label stack and what it stands in front of. Only the first bits behind it say what that is (RFC 4928):
/// 4 and 6 are IP versions, 0 is a pseudowire's control word, 1 is its management channel.
pub(crate) fn content<'a>(layers: &mut Layers<'_, 'a>, ether_type: u16, mut reader: Reader<'a>) {
    let whole = Content::Link { kind: LinkProtocol::EtherType(ether_type), payload: reader.rest() };
    if skip_labels(&mut reader).is_err() {
        return layers.cut(Undecoded::BadTunnel);
    }
    let frame = match reader.peek().map(|first| first >> 4) {
        Some(4) if is_ipv4(reader) => return ip_packet(layers, reader, count, ip::v4::content),
        Some(6) if !is_frame(reader) => return ip_packet(layers, reader, count, ip::v6::content),
        Some(1) => return layers.end(whole),
        Some(0) if !is_frame(reader) || is_frame(after_control_word(reader)) => after_control_word(reader),
        Some(_) => reader,
        None => return layers.cut(Undecoded::BadTunnel),
    };
    ethernet_frame(layers, frame, count);
}

fn count(counters: &mut Counters) -> &mut u64 {
    &mut counters.mpls
}

/// Label, class and time to live, until the bit for the bottom of the stack.
fn skip_labels(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    for _ in 0..LABELS_MAX {
        if reader.u32()? & 0x100 != 0 {
            return Ok(());
        }
    }
    Err(reader.defect(Defect::TooMany))
}

/// Whether the second half of the first byte and the total length fit IPv4: MACs may begin with a 4, too.
fn is_ipv4(mut reader: Reader<'_>) -> bool {
    let first = reader.u8().unwrap_or(0);
    let total_len = reader.skip(1).and_then(|()| reader.u16()).unwrap_or(u16::MAX);
    first & 15 >= 5 && (total_len == 0 || total_len >= 20)
}

/// Whether a type that is common in Ethernet frames, or a fitting length, stands at its place.
fn is_frame(mut reader: Reader<'_>) -> bool {
    let value = reader.skip(12).and_then(|()| reader.u16());
    match value {
        Ok(
            0x0800 | 0x0806 | 0x86dd | 0x8100 | 0x88a8 | 0x8847 | 0x8864 | 0x8892 | 0x88b8 | 0x88ba | 0x88cc,
        ) => true,
        Ok(len @ 3..=1500) => usize::from(len) <= reader.remaining(),
        _ => false,
    }
}

/// The control word of a pseudowire for Ethernet (RFC 4448, 4.6): reserved bits and a sequence number.
fn after_control_word(mut reader: Reader<'_>) -> Reader<'_> {
    reader.take_up_to(4);
    reader
}
