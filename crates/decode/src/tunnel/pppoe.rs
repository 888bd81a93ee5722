//! PPP over Ethernet, session stage (RFC 2516, 4).

use crate::ip;
use crate::layers::{Layers, cut};
use crate::packet::{Content, LinkProtocol, Undecoded};
use wire::{Malformed, Reader};

const ETHER_TYPE: u16 = 0x8864;

/// PPP's numbers for IP (RFC 1332, RFC 5072).
const IPV4: u16 = 0x0021;
const IPV6: u16 = 0x0057;

/// What follows the EtherType. Negotiation and other protocols stay whole.
pub(crate) fn content<'a>(layers: &mut Layers<'_, 'a>, reader: Reader<'a>) -> Content<'a> {
    let whole = Content::Link { kind: LinkProtocol::EtherType(ETHER_TYPE), payload: reader.rest() };
    let Ok(inside) = session(reader) else {
        return cut(Undecoded::BadTunnel);
    };
    match ppp(layers, inside) {
        Some(content) => {
            layers.counters.pppoe += 1;
            content
        }
        None => whole,
    }
}

/// Version and type, code, session, and the length of the PPP frame.
fn session(mut reader: Reader<'_>) -> Result<Reader<'_>, Malformed> {
    reader.skip(4)?;
    let len = usize::from(reader.u16()?);
    Ok(Reader::new(reader.take_up_to(len)))
}

/// An IP packet in PPP; nothing for what else PPP carries.
pub(super) fn ppp<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>) -> Option<Content<'a>> {
    let content = match protocol(&mut reader).ok()? {
        IPV4 => ip::v4::content,
        IPV6 => ip::v6::content,
        _ => return None,
    };
    Some(if layers.enter() { content(layers, reader) } else { cut(Undecoded::BadTunnel) })
}

/// The protocol field, past the address and control bytes that some links keep. It has one byte when that is odd
/// (RFC 1661, 2 and 6.5).
fn protocol(reader: &mut Reader<'_>) -> Result<u16, Malformed> {
    if reader.peek() == Some(0xff) && reader.peek_at(1) == Some(3) {
        reader.skip(2)?;
    }
    let first = u16::from(reader.u8()?);
    if first & 1 != 0 {
        return Ok(first);
    }
    Ok(first << 8 | u16::from(reader.u8()?))
}
