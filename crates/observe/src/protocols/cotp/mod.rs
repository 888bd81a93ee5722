//! ISO transport on TCP: TPKT (RFC 1006, section 6; version 3) with the connection-oriented transport protocol
//! (ISO/IEC 8073 = ITU-T X.224), class 0 and 2.
//!
//! Port 102 for S7 and MMS, also found elsewhere. One message is one TPDU, or all data TPDUs of one TSDU: those up to
//! the end-of-TSDU mark, at most 64 KiB and 256 TPDUs. The user data are handed on; the selectors (TSAPs) of both sides are
//! evidence, with rack and slot where they have the form of S7.

mod observe;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Cotp {}

impl Dissector for Cotp {
    const NAME: &'static str = "cotp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(102)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = wire::Message<'a>;
    type Session = observe::Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        wire::probe(head)
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
