//! SLMP, the Seamless Message Protocol (CLPA, BAP-C2006ENG-001), which on the wire is the MC protocol's 3E and 4E
//! frames of MELSEC controllers (Mitsubishi Electric, SH-080008).
//!
//! TCP and UDP on ports that the plant chooses; 5000 to 5012 by custom. Frames in binary and in ASCII. Responses do
//! not name their command, so requests are remembered. CC-Link IE Field Basic uses the same frames with commands of
//! its own and is not meant here.

mod file;
mod names;
mod observe;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Slmp {}

impl Dissector for Slmp {
    const NAME: &'static str = "slmp";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[
        Carrier::Tcp(5000),
        Carrier::Tcp(5001),
        Carrier::Tcp(5002),
        Carrier::Tcp(5010),
        Carrier::Tcp(5011),
        Carrier::Tcp(5012),
        Carrier::Udp(5000),
        Carrier::Udp(5010),
        Carrier::Udp(5012),
    ];
    const MESSAGE_MAX: usize = 16_384;
    type Message<'a> = wire::Message<'a>;
    type Session = observe::Session;
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        wire::probe(head, direction)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        wire::frame(bytes)
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes)
    }

    fn observe<'a>(message: &wire::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}
