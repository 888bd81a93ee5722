//! Internet protocol: both versions, and what they carry.

pub(crate) mod fragment;
pub(crate) mod v4;
pub(crate) mod v6;

use crate::layers::Layers;
use crate::packet::{Content, Undecoded};
use crate::transport;
use crate::tunnel::{self, gre};
use fragment::{Kept, Piece};
use wire::{Malformed, Reader};

/// Authentication header (RFC 4302), which both versions have.
const AUTHENTICATION: u8 = 51;

/// A packet whose version is known only from its first four bits.
pub(crate) fn any_version<'a>(layers: &mut Layers<'_, 'a>, reader: Reader<'a>) {
    match reader.peek().map(|first| first >> 4) {
        Some(6) => v6::content(layers, reader),
        _ => v4::content(layers, reader),
    }
}

/// What follows the IP headers. `len` is the payload's length as the IP header says it, `payload` what was captured.
#[inline]
pub(crate) fn payload<'a>(layers: &mut Layers<'_, 'a>, protocol: u8, payload: &'a [u8], len: usize) {
    match protocol {
        6 => transport::tcp(layers, payload, len),
        17 => transport::udp(layers, payload),
        4 => tunnel::ip_packet(layers, Reader::new(payload), |counters| &mut counters.ip_in_ip, v4::content),
        41 => tunnel::ip_packet(layers, Reader::new(payload), |counters| &mut counters.ip_in_ip, v6::content),
        47 => gre::content(layers, payload),
        _ => layers.end(Content::Ip { payload }),
    }
}

/// Passes over an authentication header: what follows it.
fn authentication(reader: &mut Reader<'_>) -> Result<u8, Malformed> {
    let next = reader.u8()?;
    // In units of four bytes, less two, of which this field's two bytes are a part.
    let len = (usize::from(reader.u8()?) + 2) * 4;
    reader.skip(len - 2)?;
    Ok(next)
}

/// Puts a fragment to the others of its datagram: the protocol and bytes of the whole. Without one, the packet ends here.
#[cold]
fn reassemble<'a>(layers: &mut Layers<'_, 'a>, piece: &Piece<'_>) -> Option<(u8, &'a [u8])> {
    layers.counters.fragments += 1;
    layers.end(Content::Fragment);
    // Fragments inside a datagram that was itself put together stay fragments: its bytes occupy the table.
    let fragments = layers.fragments.take()?;
    match fragments.keep(piece, layers.counters) {
        Kept::Waiting => {}
        Kept::Bad => layers.cut(Undecoded::BadFragment),
        Kept::Whole { protocol, len } => {
            if let Some(ip) = &mut layers.packet.ip {
                ip.protocol = protocol;
                ip.reassembled = true;
            }
            return Some((protocol, fragments.assembled(len)));
        }
    }
    None
}
