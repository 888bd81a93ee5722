//! The MELSOFT connection, with which Mitsubishi Electric's engineering software works on MELSEC controllers.
//!
//! UDP 5560 and 5006, TCP 5562 and 5007. A header of 21 bytes that ends with a length, a command header, a command of
//! 16 bits and its data. The protocol is not published: what is told here are the names that public research gave its
//! commands and what captures show. SLMP, the published protocol of the same controllers, is `slmp`.

mod observe;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed, Reader};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Melsec {}

impl Dissector for Melsec {
    const NAME: &'static str = "melsec";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] =
        &[Carrier::Udp(5560), Carrier::Udp(5006), Carrier::Tcp(5562), Carrier::Tcp(5007)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = wire::Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        wire::probe(head, direction)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        match bytes.first() {
            Some(&wire::REQUEST | &wire::RESPONSE) => {
                let mut reader = Reader::new(bytes);
                match (reader.skip(wire::HEADER_LEN - 2), reader.u16_le()) {
                    (Ok(()), Ok(len)) => Frame::Whole(wire::HEADER_LEN + usize::from(len)),
                    _ => Frame::Need(wire::HEADER_LEN),
                }
            }
            Some(&wire::SEARCH | &wire::FOUND) => Frame::Whole(bytes.len()),
            _ => Frame::Lost,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes)
    }

    fn observe<'a>(message: &wire::Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, out);
    }
}
