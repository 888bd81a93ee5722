//! Token ring (IEEE 802.5, 3.2).

use super::llc;
use crate::layers::Layers;
use crate::packet::{Content, LinkProtocol, Undecoded};
use wire::{Defect, Mac, Malformed, Reader};

/// First bit of a source address: routing information follows.
const ROUTED: u8 = 0x80;

/// A frame from its access control field on.
pub(super) fn content<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) -> Result<(), Malformed> {
    reader.skip(1)?;
    let frame_control = reader.u8()?;
    let destination = reader.array()?;
    let [first, source @ ..] = reader.array::<6>()?;
    let [b, c, d, e, f] = source;
    layers.packet.link.destination = Some(Mac(destination));
    layers.packet.link.source = Some(Mac([first & !ROUTED, b, c, d, e, f]));
    if first & ROUTED != 0 && skip_route(&mut reader).is_err() {
        layers.cut(Undecoded::TruncatedLink);
        return Ok(());
    }
    match frame_control >> 6 {
        1 => llc::content(layers, reader),
        // Frames of the ring's own management have no LLC header; the null access point stands for them.
        _ => layers.end(Content::Link { kind: LinkProtocol::Llc(0), payload: reader.rest() }),
    }
    Ok(())
}

/// The routing information field: its length, which includes itself, is in the low five bits.
fn skip_route(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    let len = usize::from(reader.u8()? & 0x1f);
    reader.ensure(len >= 2, Defect::BadLength)?;
    reader.skip(len - 1)
}
