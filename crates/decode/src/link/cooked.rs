//! Linux cooked captures: what the kernel tells of frames whose link header it does not show.

use super::{ether_type, llc};
use crate::layers::Layers;
use crate::packet::{Content, LinkProtocol};
use wire::{Mac, Malformed, Reader};

/// ARPHRD_ETHER: the kind of device whose addresses are MACs.
const ETHERNET: u16 = 1;

/// Packet type: sent to everybody. The others are to this host 0, multicast 2, to another host 3, from this host 4;
/// none of these names the receiver's address.
const BROADCAST: u16 = 1;

/// LINKTYPE_LINUX_SLL.
pub(super) fn version_1<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) -> Result<(), Malformed> {
    let (packet, device, address_len) = (reader.u16()?, reader.u16()?, reader.u16()?);
    let address = reader.array()?;
    let protocol = reader.u16()?;
    addresses(layers, packet, device, address_len, address);
    content(layers, protocol, reader);
    Ok(())
}

/// LINKTYPE_LINUX_SLL2.
pub(super) fn version_2<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) -> Result<(), Malformed> {
    let protocol = reader.u16()?;
    reader.skip(6)?;
    let (device, packet, address_len) = (reader.u16()?, reader.u8()?, reader.u8()?);
    let address = reader.array()?;
    addresses(layers, packet.into(), device, address_len.into(), address);
    content(layers, protocol, reader);
    Ok(())
}

fn addresses(layers: &mut Layers<'_, '_>, packet: u16, device: u16, address_len: u16, address: [u8; 8]) {
    let [a, b, c, d, e, f, ..] = address;
    if device == ETHERNET && address_len == 6 {
        layers.packet.link.source = Some(Mac([a, b, c, d, e, f]));
        layers.packet.link.destination = (packet == BROADCAST).then_some(Mac::BROADCAST);
    }
}

/// The protocol is an EtherType, or a number of the kernel's own for frames without one.
fn content<'a>(layers: &mut Layers<'_, 'a>, protocol: u16, reader: Reader<'a>) {
    match protocol {
        // Novell's frames without LLC, under the access point that their first bytes spell.
        1 => layers.end(Content::Link { kind: LinkProtocol::Llc(0xff), payload: reader.rest() }),
        4 => llc::content(layers, reader),
        _ => ether_type(layers, protocol, reader),
    }
}
