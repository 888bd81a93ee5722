//! Packets inside packets: tunnels between machines, and mirrors that send copies of frames to a collector.

mod erspan;
pub(crate) mod gre;
pub(crate) mod mpls;
pub(crate) mod pppoe;
pub(crate) mod vxlan;

use crate::layers::{Layers, cut};
use crate::link::{ethernet, length_or_type};
use crate::packet::{Content, Undecoded};
use wire::{Malformed, Reader};

/// An IP packet directly inside another (RFC 2003, RFC 4213).
pub(crate) fn ip_packet<'a>(
    layers: &mut Layers<'_, 'a>,
    payload: &'a [u8],
    content: fn(&mut Layers<'_, 'a>, Reader<'a>) -> Content<'a>,
) -> Content<'a> {
    if !layers.enter() {
        return cut(Undecoded::BadTunnel);
    }
    layers.counters.ip_in_ip += 1;
    content(layers, Reader::new(payload))
}

/// A whole Ethernet frame inside a tunnel. Fails, and leaves the layers alone, when its header is cut.
fn ethernet_frame<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) -> Result<Content<'a>, Malformed> {
    let (link, value) = ethernet::header(&mut reader)?;
    if !layers.enter() {
        return Ok(cut(Undecoded::BadTunnel));
    }
    layers.packet.link = link;
    Ok(length_or_type(layers, value, reader))
}
