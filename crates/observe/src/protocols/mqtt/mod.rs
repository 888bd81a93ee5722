//! MQTT 3.1, 3.1.1 and 5.0 (OASIS), with the topics and payloads of Sparkplug B 3.0 (Eclipse).
//!
//! TCP port 1883. The code of a command is the packet type. User names, client identifiers and topics are told,
//! passwords never. A publication is a report; one to a Sparkplug command topic writes to a machine.

mod observe;
mod sparkplug;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Mqtt {}

impl Dissector for Mqtt {
    const NAME: &'static str = "mqtt";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(1883)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = wire::Message<'a>;
    type Session = observe::Session;
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        wire::probe(head, direction)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        wire::frame(bytes, Self::MESSAGE_MAX)
    }

    fn parse<'a>(
        bytes: &'a [u8],
        _: Direction,
        session: &Self::Session,
    ) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes, session.version)
    }

    fn observe<'a>(message: &wire::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}
