//! DNP3 (IEEE Std 1815-2012): data link frames over TCP or UDP, transport segments, application fragments.
//!
//! Port 20000. A link frame carries at most 250 bytes of user data in blocks of sixteen, each with its CRC; the CRCs
//! are checked and the blocks joined. Application fragments up to 2048 bytes are put together from segments in a
//! pool of 32 places. Link functions without user data say nothing about the plant and make no command.

mod link;
mod names;
mod objects;
mod observe;
#[cfg(test)]
mod tests;
mod transport;
mod values;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Dnp3 {}

impl Dissector for Dnp3 {
    const NAME: &'static str = "dnp3";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(20000), Carrier::Udp(20000)];
    const MESSAGE_MAX: usize = link::FRAME_MAX;
    type Message<'a> = link::Frame<'a>;
    type Session = observe::Session;
    type Pool = transport::Pool;

    fn probe(head: &[u8], _: Direction) -> Probe {
        link::probe(head)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        link::frame_len(bytes)
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<link::Frame<'a>, Malformed> {
        link::parse(bytes)
    }

    fn observe<'a>(message: &link::Frame<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}
