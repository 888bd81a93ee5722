//! OPC UA over TCP (IEC 62541-6: UA TCP, UA Secure Conversation, UA Binary; services of IEC 62541-4).
//!
//! Port 4840 and, by its message types, any other. Chunks up to 64 KiB are read, larger ones passed over; of a message
//! in several chunks the first is read. Contents are read when the channel's security policy is None, or when a
//! known service stands in clear (signed only, or a channel whose opening was not captured). Reads are remembered
//! (64 of at most 1024 bytes of node identifiers) to name the values of their answers.

mod certificate;
mod chunk;
mod encoding;
mod identity;
mod observe;
mod pending;
mod services;
#[cfg(test)]
mod tests;
mod values;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Opcua {}

impl Dissector for Opcua {
    const NAME: &'static str = "opcua";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(4840)];
    const MESSAGE_MAX: usize = chunk::CHUNK_MAX;
    type Message<'a> = chunk::Chunk<'a>;
    type Session = observe::Session;
    type Pool = pending::Pool;

    fn probe(head: &[u8], direction: Direction) -> Probe {
        chunk::probe(head, direction)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        chunk::frame(bytes)
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<chunk::Chunk<'a>, Malformed> {
        chunk::parse(bytes)
    }

    fn observe<'a>(message: &chunk::Chunk<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}
