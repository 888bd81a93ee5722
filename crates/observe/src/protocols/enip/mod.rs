//! EtherNet/IP encapsulation (ODVA, The CIP Networks Library, Volume 2, chapter 2).
//!
//! TCP and UDP port 44818. A header of 24 bytes (command, length, session, status, sender context, options; all
//! little-endian), then the command's data: items of the Common Packet Format. CIP messages are handed on; the cyclic
//! data of UDP port 2222 is the protocol `cip-io`. TLS and DTLS (port 2221) hide all of it.

mod observe;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed, Reader};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Enip {}

impl Dissector for Enip {
    const NAME: &'static str = "enip";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(44_818), Carrier::Udp(44_818)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = wire::Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        wire::probe(head, direction)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        let mut reader = Reader::new(bytes);
        let (Ok(command), Ok(len)) = (reader.u16_le(), reader.u16_le()) else { return Frame::Need(4) };
        if wire::is_command(command) {
            Frame::Whole(wire::HEADER_LEN + usize::from(len))
        } else {
            Frame::Lost
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes)
    }

    fn observe<'a>(message: &wire::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context.seen, out);
    }
}
