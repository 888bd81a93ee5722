//! S7comm-plus of SIMATIC S7-1200 and 1500 (no public standard), versions 1 to 3.
//!
//! Inside COTP (port 102). A header (0x72, version, length), from version 3 on an integrity part, then operation, function
//! and data, and a trailer that repeats the header with length 0. A message without a trailer goes on in the next one;
//! only its beginning is read. Functions are commands; of the attributes those are read that tell the machine's order
//! number and firmware, and the requested operating state.

mod observe;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::facts::Verb;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum S7commPlus {}

/// Requests remembered for the verb of their answers.
const PENDING_MAX: usize = 8;

/// What a conversation remembers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    /// For each direction, whether the last message goes on in the next.
    goes_on: [bool; 2],
    /// Sequence numbers of requests and what they do, at the place of the number's low bits.
    pending: [Option<(u16, Verb)>; PENDING_MAX],
}

impl Dissector for S7commPlus {
    const NAME: &'static str = "s7comm-plus";
    const CARRIERS: &'static [Carrier] = &[Carrier::Inner("cotp")];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = wire::Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        wire::probe(head)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Session) -> Frame {
        wire::frame(bytes)
    }

    fn parse<'a>(
        bytes: &'a [u8],
        direction: Direction,
        session: &Session,
    ) -> Result<wire::Message<'a>, Malformed> {
        let goes_on = session.goes_on.get(direction.index()).is_some_and(|goes_on| *goes_on);
        wire::parse(bytes, goes_on)
    }

    fn observe<'a>(message: &wire::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        if let Some(goes_on) = context.session.goes_on.get_mut(context.seen.direction.index()) {
            *goes_on = !message.ends;
        }
        observe::observe(message, context.session, out);
    }
}
