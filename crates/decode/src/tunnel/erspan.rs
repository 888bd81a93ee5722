//! Encapsulated remote switch port analyser (draft-foschiano-erspan): a mirror port whose copies travel in GRE.

use super::{ethernet_frame, ip_packet};
use crate::counters::Counters;
use crate::ip;
use crate::layers::Layers;
use crate::packet::Undecoded;
use wire::{Malformed, Reader};

/// GRE protocol of types I and II.
pub(super) const TYPE_1_2: u16 = 0x88be;

/// GRE protocol of type III.
pub(super) const TYPE_3: u16 = 0x22eb;

/// Type III frame type: an IP packet without a link header.
const FRAME_IP: u16 = 2;

/// No header between GRE and the frame.
pub(super) fn type_1<'a>(layers: &mut Layers<'_, 'a>, reader: Reader<'a>) {
    frame(layers, reader, None)
}

/// Eight bytes of header.
pub(super) fn type_2<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) {
    match type_2_vlan(&mut reader) {
        Ok(vlan) => frame(layers, reader, vlan),
        Err(_) => layers.cut(Undecoded::BadTunnel),
    }
}

/// The VLAN whose tag the mirror took off the frame, when it says that there was one.
fn type_2_vlan(reader: &mut Reader<'_>) -> Result<Option<u16>, Malformed> {
    let vlan = reader.u16()? & 0x0fff;
    // How the frame was tagged: 0 not at all, 1 by ISL, 2 by IEEE 802.1Q, 3 the tag is still there.
    let tagging = reader.u16()? >> 11 & 3;
    reader.skip(4)?;
    Ok(matches!(tagging, 1 | 2).then_some(vlan))
}

/// Twelve bytes of header, and eight more when their last bit says so.
pub(super) fn type_3<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) {
    let Ok(frame_type) = type_3_header(&mut reader) else {
        return layers.cut(Undecoded::BadTunnel);
    };
    if frame_type != FRAME_IP {
        return frame(layers, reader, None);
    }
    ip_packet(layers, reader, count, ip::any_version);
}

fn type_3_header(reader: &mut Reader<'_>) -> Result<u16, Malformed> {
    reader.skip(10)?;
    let fields = reader.u16()?;
    reader.skip(if fields & 1 == 0 { 0 } else { 8 })?;
    Ok(fields >> 10 & 0x1f)
}

fn frame<'a>(layers: &mut Layers<'_, 'a>, reader: Reader<'a>, vlan: Option<u16>) {
    let tunnels = layers.tunnels;
    ethernet_frame(layers, reader, count);
    let link = &mut layers.packet.link;
    // Only while it is the link of the mirrored frame, and not of a tunnel inside it.
    if let (Some(vlan), 0, 1) = (vlan, link.vlan_count, layers.tunnels - tunnels) {
        link.vlans = [vlan, 0];
        link.vlan_count = 1;
    }
}

fn count(counters: &mut Counters) -> &mut u64 {
    &mut counters.erspan
}
