//! DHCP for IPv4 (RFC 2131, options RFC 2132) and the BOOTP messages it grew from (RFC 951).
//!
//! UDP ports 67 (server) and 68 (client). The message type (option 53) is the command; what a client says of itself
//! is identity, an acknowledgement binds its hardware address to its IP address.

mod observe;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed, Reader};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Dhcp {}

impl Dissector for Dhcp {
    const NAME: &'static str = "dhcp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(67), Carrier::Udp(68)];
    const MESSAGE_MAX: usize = 9000;
    type Message<'a> = wire::Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        let mut reader = Reader::new(head);
        let (operation, _kind, len, hops) = (reader.u8(), reader.u8(), reader.u8(), reader.u8());
        let wrong = matches!(operation, Ok(0 | 3..)) || matches!(len, Ok(17..)) || matches!(hops, Ok(17..));
        if wrong { Probe::No } else { Probe::Maybe }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes)
    }

    fn observe<'a>(message: &wire::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context.seen, out);
    }
}
