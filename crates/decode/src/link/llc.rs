//! Logical link control (IEEE 802.2) and its subnetwork access protocol.

use super::ether_type;
use crate::ip;
use crate::layers::Layers;
use crate::packet::{Content, LinkProtocol, Undecoded};
use wire::{Malformed, Reader};

/// Organisations whose numbers are EtherTypes: the plain one (RFC 1042) and the bridge tunnel (IEEE 802.1H).
const ETHER_TYPE_OUIS: [u32; 2] = [0x00_0000, 0x00_00f8];

/// A frame from its destination service access point on.
pub(super) fn content<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) {
    let Ok(service) = header(&mut reader) else {
        return layers.cut(Undecoded::TruncatedLink);
    };
    match service {
        0xaa => snap(layers, reader),
        0x06 => ip::v4::content(layers, reader),
        _ => layers.end(Content::Link { kind: LinkProtocol::Llc(service), payload: reader.rest() }),
    }
}

/// Both service access points and the control field, which is one byte in unnumbered frames and two in others.
fn header(reader: &mut Reader<'_>) -> Result<u8, Malformed> {
    let destination = reader.u8()?;
    reader.skip(1)?;
    let unnumbered = reader.u8()? & 3 == 3;
    // Novell's frames without LLC begin with an IPX checksum of all ones, which reads as an unnumbered frame.
    reader.skip(usize::from(!unnumbered))?;
    Ok(destination)
}

/// A vendor and its protocol number, or an EtherType.
pub(super) fn snap<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) {
    let Ok((oui, number)) = reader.u24().and_then(|oui| Ok((oui, reader.u16()?))) else {
        return layers.cut(Undecoded::TruncatedLink);
    };
    if ETHER_TYPE_OUIS.contains(&oui) {
        return ether_type(layers, number, reader);
    }
    layers.end(Content::Link { kind: LinkProtocol::Snap(oui, number), payload: reader.rest() })
}
