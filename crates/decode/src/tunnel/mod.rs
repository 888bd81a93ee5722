//! Packets inside packets: tunnels between machines, and mirrors that send copies of frames to a collector.

mod erspan;
pub(crate) mod gre;
pub(crate) mod mpls;
pub(crate) mod pppoe;
pub(crate) mod vxlan;

use crate::layers::{Count, Layers};
use crate::link::{ethernet, length_or_type};
use crate::packet::Undecoded;
use wire::Reader;

/// An IP packet directly inside a tunnel: for IP in IP (RFC 2003, RFC 4213) and what carries IP behind its own header.
pub(crate) fn ip_packet<'a>(
    layers: &mut Layers<'_, 'a>,
    reader: Reader<'a>,
    count: Count,
    content: fn(&mut Layers<'_, 'a>, Reader<'a>),
) {
    if layers.enter(count) {
        content(layers, reader);
    }
}

/// A whole Ethernet frame inside a tunnel.
fn ethernet_frame<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>, count: Count) {
    let Ok((link, value)) = ethernet::header(&mut reader) else {
        return layers.cut(Undecoded::BadTunnel);
    };
    if layers.enter(count) {
        layers.packet.link = link;
        length_or_type(layers, value, reader);
    }
}
