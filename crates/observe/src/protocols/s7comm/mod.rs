//! S7 communication of SIMATIC S7-200, 300, 400 and, where allowed, 1200 and 1500 (no public standard; names after
//! common use in Siemens' documents).
//!
//! Inside COTP (port 102). A header of ten or twelve bytes, parameters, data. Jobs and their acknowledgements carry a
//! function code; user data messages carry a function group and a sub-function instead, told here as commands of the
//! group `userdata` with code group × 256 + sub-function. The controller may ask, too: in a download it fetches each
//! piece of the block.
//!
//! Targets: `db`, `flag`, `input` … count bytes; the same with `-bit` count bits; timers and counters are numbered;
//! blocks are objects (`block-db`: type, number). Limits: 20 items of a request are remembered to name the values
//! of its answer, 128 values of a message are told, and a record of a system state list that is split between two
//! messages is passed over.

mod data;
mod item;
mod names;
mod observe;
mod pending;
mod szl;
#[cfg(test)]
mod tests;
mod userdata;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum S7comm {}

impl Dissector for S7comm {
    const NAME: &'static str = "s7comm";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[Carrier::Inner("cotp")];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = wire::Message<'a>;
    type Session = szl::Session;
    type Pool = pending::Requests;

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
