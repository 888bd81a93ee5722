//! SNMP versions 1 (RFC 1157), 2c (RFC 1901, RFC 3416) and 3 (RFC 3412, RFC 3414).
//!
//! UDP ports 161 (agents) and 162 (notifications). The code of a command is the number of the PDU's tag. A community
//! is a password sent in clear: that one was used is said, never which. Encrypted PDUs of version 3 are only counted.

mod objects;
mod observe;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Snmp {}

impl Dissector for Snmp {
    const NAME: &'static str = "snmp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(161), Carrier::Udp(162)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = wire::Message<'a>;
    type Session = observe::Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        wire::probe(head)
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes)
    }

    fn observe<'a>(message: &wire::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context.session, out);
    }
}
