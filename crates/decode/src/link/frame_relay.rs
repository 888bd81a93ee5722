//! Frame relay: the address of ITU-T Q.922 and the encapsulations of RFC 2427 and of Cisco.

use super::{c_hdlc, ethernet, llc};
use crate::ip;
use crate::layers::Layers;
use crate::packet::{Content, LinkProtocol, Undecoded};
use wire::{Defect, Malformed, Reader};

/// Control field of an unnumbered information frame; no EtherType begins with it.
const UNNUMBERED: u8 = 3;

/// A frame from its address on. There are no hardware addresses.
pub(super) fn content<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) -> Result<(), Malformed> {
    skip_address(&mut reader)?;
    if reader.peek() != Some(UNNUMBERED) {
        let number = reader.u16()?;
        c_hdlc::cisco_type(layers, number, reader);
        return Ok(());
    }
    reader.skip(1)?;
    if reader.peek() == Some(0) {
        // Padding, which brings a SNAP header to an even boundary.
        reader.skip(1)?;
    }
    let payload = reader;
    let protocol = reader.u8()?;
    match protocol {
        0xcc => ip::v4::content(layers, reader),
        0x8e => ip::v6::content(layers, reader),
        0x80 => bridged_or_snap(layers, reader),
        // Other network layer protocol identifiers (ISO/IEC TR 9577) read as behind the LLC access point of ISO's
        // network layer, whose packets begin with the same identifier.
        _ => layers.end(Content::Link { kind: LinkProtocol::Llc(0xfe), payload: payload.rest() }),
    }
    Ok(())
}

/// Two to four bytes; the lowest bit marks the last one.
fn skip_address(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    for _ in 0..4 {
        if reader.u8()? & 1 != 0 {
            return Ok(());
        }
    }
    Err(reader.defect(Defect::BadLength))
}

/// SNAP; the numbers 1 and 7 of IEEE 802.1 (RFC 2427, 4.2) carry Ethernet frames with and without their check sum.
fn bridged_or_snap<'a>(layers: &mut Layers<'_, 'a>, reader: Reader<'a>) {
    let mut inside = reader;
    let bridged = inside.u24() == Ok(0x00_80c2) && matches!(inside.u16(), Ok(1 | 7));
    if !bridged {
        return llc::snap(layers, reader);
    }
    if ethernet::content(layers, inside).is_err() {
        layers.cut(Undecoded::TruncatedLink);
    }
}
