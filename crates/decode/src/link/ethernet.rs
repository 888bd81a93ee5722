//! Ethernet (IEEE 802.3, 3.1).

use super::length_or_type;
use crate::layers::Layers;
use crate::packet::Link;
use wire::{Mac, Malformed, Reader};

/// Length of the header without tags, in bytes.
pub(crate) const HEADER_LEN: usize = 14;

/// The addresses and the type or length field.
#[inline]
pub(crate) fn header(reader: &mut Reader<'_>) -> Result<(Link, u16), Malformed> {
    let destination = Some(Mac(reader.array()?));
    let source = Some(Mac(reader.array()?));
    Ok((Link { source, destination, ..Link::default() }, reader.u16()?))
}

/// A whole frame.
#[inline]
pub(crate) fn content<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) -> Result<(), Malformed> {
    let (link, value) = header(&mut reader)?;
    layers.packet.link = link;
    length_or_type(layers, value, reader);
    Ok(())
}
