//! Cisco's HDLC: an address, a control byte and an EtherType.

use super::ether_type;
use crate::layers::Layers;
use crate::packet::{Content, LinkProtocol};
use wire::{Malformed, Reader};

/// Cisco's discovery protocol, which elsewhere has this number under Cisco's OUI.
const CDP: u16 = 0x2000;

/// A frame from its address on. There are no hardware addresses.
pub(super) fn content<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) -> Result<(), Malformed> {
    reader.skip(2)?;
    let number = reader.u16()?;
    cisco_type(layers, number, reader);
    Ok(())
}

/// What follows an EtherType, or one of Cisco's numbers that are none.
pub(super) fn cisco_type<'a>(layers: &mut Layers<'_, 'a>, number: u16, reader: Reader<'a>) {
    match number {
        CDP => layers.end(Content::Link { kind: LinkProtocol::Snap(0x00_000c, CDP), payload: reader.rest() }),
        _ => ether_type(layers, number, reader),
    }
}
