//! BSD loopback: the address family of the capturing host in front of the packet.

use super::ether_type;
use crate::ip;
use crate::layers::Layers;
use wire::{Malformed, Reader};

/// A packet behind four bytes of address family. The byte order is the capturing host's and not recorded, but
/// families are small numbers, so the order that gives one is right; this also reads the big-endian kind.
pub(super) fn content<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) -> Result<(), Malformed> {
    let bytes = reader.array()?;
    let family = u32::from_be_bytes(bytes).min(u32::from_le_bytes(bytes));
    match family {
        2 => ip::v4::content(layers, reader),
        // AF_INET6 of Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS.
        10 | 23 | 24 | 28 | 30 => ip::v6::content(layers, reader),
        // Some systems write an EtherType; families below 0x600 collide with none.
        _ => ether_type(layers, u16::try_from(family).unwrap_or(0), reader),
    }
    Ok(())
}
