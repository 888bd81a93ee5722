//! PPP over Ethernet, session stage (RFC 2516, 4).

use super::ip_packet;
use crate::ip;
use crate::layers::{Count, Layers};
use crate::packet::{Content, LinkProtocol, Undecoded};
use wire::{Malformed, Reader};

const ETHER_TYPE: u16 = 0x8864;

/// PPP's numbers for IP (RFC 1332, RFC 5072).
const IPV4: u16 = 0x0021;
const IPV6: u16 = 0x0057;

/// What follows the EtherType. Negotiation and other protocols stay whole.
pub(crate) fn content<'a>(layers: &mut Layers<'_, 'a>, reader: Reader<'a>) {
    let Ok(inside) = session(reader) else {
        return layers.cut(Undecoded::BadTunnel);
    };
    layers.end(Content::Link { kind: LinkProtocol::EtherType(ETHER_TYPE), payload: reader.rest() });
    ppp(layers, inside, |counters| &mut counters.pppoe);
}

/// Version and type, code, session, and the length of the PPP frame.
fn session(mut reader: Reader<'_>) -> Result<Reader<'_>, Malformed> {
    reader.skip(4)?;
    let len = usize::from(reader.u16()?);
    Ok(Reader::new(reader.take_up_to(len)))
}

/// An IP packet in PPP; what else PPP carries leaves the layers alone.
pub(super) fn ppp<'a>(layers: &mut Layers<'_, 'a>, mut reader: Reader<'a>, count: Count) {
    match protocol(&mut reader) {
        Ok(IPV4) => ip_packet(layers, reader, count, ip::v4::content),
        Ok(IPV6) => ip_packet(layers, reader, count, ip::v6::content),
        _ => {}
    }
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
