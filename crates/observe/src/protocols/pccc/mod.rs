//! PCCC, the commands of the PLC-5, SLC 500 and MicroLogix (Rockwell publication 1770-6.5.16, chapters 6 and 7).
//!
//! Inside CIP's Execute PCCC. Command, status, transaction number, function for the commands that have functions.
//! `code` is command × 256 + function; an answer whose request was not seen has the command alone.

mod names;
mod observe;
#[cfg(test)]
mod tests;

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed, Reader};

/// The command bit of an answer.
const REPLY: u8 = 0x40;
/// Status that says that an extended status follows.
const EXTENDED: u8 = 0xf0;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Pccc {}

/// One command or answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Command without the reply bit.
    command: u8,
    /// Whether it is an answer.
    reply: bool,
    /// Status, and the extended status in the high byte.
    status: u16,
    /// Pairs an answer with its command.
    transaction: u16,
    /// Function of a command that has functions.
    function: Option<u8>,
    /// What follows.
    data: &'a [u8],
}

impl Dissector for Pccc {
    const NAME: &'static str = "pccc";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[Carrier::Inner("cip")];
    const MESSAGE_MAX: usize = 512;
    type Message<'a> = Message<'a>;
    type Session = observe::Session;
    type Pool = ();

    /// Found through CIP alone, which names it.
    fn probe(_: &[u8], _: Direction) -> Probe {
        Probe::No
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let first = reader.u8()?;
        let (command, reply) = (first & 0x0f, first & REPLY != 0);
        let status = reader.u8()?;
        let transaction = reader.u16_le()?;
        let has_function = !reply && matches!(command, 0x06 | 0x07 | 0x0f);
        let function = if has_function { Some(reader.u8()?) } else { None };
        let extended = if reply && status == EXTENDED { reader.u8()? } else { 0 };
        let status = u16::from_le_bytes([status, extended]);
        Ok(Message { command, reply, status, transaction, function, data: reader.rest() })
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}
