//! FINS, the protocol of Omron's controllers (Omron W342, Communications Commands Reference Manual, section 5; FINS/TCP
//! in W421, section 7).
//!
//! UDP 9600 with the bare FINS header; TCP 9600 with a header of its own in front. Node numbers other than 0 of other
//! networks name machines behind the addressed one. Passwords of program protection are never said.

mod names;
mod observe;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed, Reader};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Fins {}

impl Dissector for Fins {
    const NAME: &'static str = "fins";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(9600), Carrier::Udp(9600)];
    const MESSAGE_MAX: usize = 8192;
    type Message<'a> = wire::Message<'a>;
    type Session = observe::Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        wire::probe(head)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        let mut reader = Reader::new(bytes);
        if bytes.first() != wire::TCP_MARK.first() {
            // Without the TCP header a message is its datagram.
            return if wire::probe(bytes) == Probe::No { Frame::Lost } else { Frame::Whole(bytes.len()) };
        }
        let (Ok(mark), Ok(len)) = (reader.array::<4>(), reader.u32()) else { return Frame::Need(8) };
        match usize::try_from(len) {
            // Command and error code are the least; a length beyond any message is passed over by the driver.
            Ok(len) if mark == *wire::TCP_MARK && (8..=0xffff).contains(&len) => Frame::Whole(8 + len),
            _ => Frame::Lost,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes)
    }

    fn observe<'a>(message: &wire::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}
