//! CIP, the Common Industrial Protocol (ODVA, The CIP Networks Library, Volume 1, chapters 2 to 5 and appendix C).
//!
//! Explicit messages as EtherNet/IP carries them: a service, a path of segments and data. Responses name neither
//! object nor tag, so requests are remembered until they are answered. Services inside Multiple Service Packet and
//! Unconnected Send count like any other. PCCC travels in Rockwell's Execute PCCC and is handed on.

mod identity;
mod names;
mod objects;
mod observe;
mod path;
mod pending;
mod tags;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use identity::DeviceIdentity;
pub(crate) use observe::{tag_of_connection, tag_of_context};

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Cip {}

impl Dissector for Cip {
    const NAME: &'static str = "cip";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[Carrier::Inner("enip")];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = wire::Message<'a>;
    type Session = observe::Session;
    type Pool = pending::Pool;

    fn probe(head: &[u8], _: Direction) -> Probe {
        if wire::parse(head).is_ok() { Probe::Maybe } else { Probe::No }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes)
    }

    fn observe<'a>(message: &wire::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}
