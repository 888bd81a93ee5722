//! Virtual extensible LAN (RFC 7348): Ethernet frames in UDP.

use super::ethernet_frame;
use crate::layers::Layers;
use crate::link::ethernet;
use wire::{Malformed, Reader};

const PORT: u16 = 4789;

/// Linux used this port before there was a registered one; other things use it too.
const PORT_LINUX: u16 = 8472;

/// The network identifier is valid. RFC 7348 reserves the other flags; extensions of it use some.
const FLAG_VALID: u8 = 8;

/// The frame in a datagram to one of the ports; false when the datagram is not VXLAN.
#[inline]
pub(crate) fn content<'a>(layers: &mut Layers<'_, 'a>, port: u16, payload: &'a [u8]) -> bool {
    if port != PORT && port != PORT_LINUX {
        return false;
    }
    let mut reader = Reader::new(payload);
    let Ok((flags, reserved)) = header(&mut reader) else {
        return false;
    };
    let strict = flags == FLAG_VALID && reserved == 0;
    let valid = strict || port == PORT && flags & FLAG_VALID != 0;
    if !valid || reader.remaining() < ethernet::HEADER_LEN {
        return false;
    }
    ethernet_frame(layers, reader, |counters| &mut counters.vxlan);
    true
}

/// The flags, and all reserved fields together.
fn header(reader: &mut Reader<'_>) -> Result<(u8, u32), Malformed> {
    let (flags, reserved) = (reader.u8()?, reader.u24()?);
    reader.skip(3)?;
    Ok((flags, reserved | u32::from(reader.u8()?)))
}
