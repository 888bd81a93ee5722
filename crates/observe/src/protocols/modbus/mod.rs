//! Modbus/TCP (Modbus Messaging on TCP/IP Implementation Guide V1.0b; Application Protocol V1.1b3).
//!
//! Port 502. An MBAP header of seven bytes, a function code and its data; at most 260 bytes. The unit number names a
//! device behind a gateway. Schneider's UMAS travels in function 90, also in longer messages, and is handed on.

mod observe;
#[cfg(test)]
mod tests;
mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed, Reader};

/// Bytes of the MBAP header before the unit identifier.
const MBAP_BEFORE_UNIT: usize = 6;
/// Longest unit identifier and PDU of the standard.
const LEN_MAX: u16 = 254;
/// Longest with UMAS, whose peers agree on more than the standard allows.
const UMAS_LEN_MAX: u16 = 2048;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Modbus {}

impl Dissector for Modbus {
    const NAME: &'static str = "modbus";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(502), Carrier::Udp(502)];
    const MESSAGE_MAX: usize = 2054;
    type Message<'a> = wire::Message<'a>;
    type Session = observe::Session;
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        wire::probe(head, direction)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        let mut reader = Reader::new(bytes);
        let (Ok(_transaction), Ok(protocol), Ok(len)) = (reader.u16(), reader.u16(), reader.u16()) else {
            return Frame::Need(MBAP_BEFORE_UNIT);
        };
        // The length counts the unit identifier and the PDU, so 2 is the least.
        if protocol != 0 || !(2..=UMAS_LEN_MAX).contains(&len) {
            return Frame::Lost;
        }
        if len > LEN_MAX {
            match reader.peek_at(1) {
                Some(wire::UMAS) => {}
                Some(_) => return Frame::Lost,
                None => return Frame::Need(MBAP_BEFORE_UNIT + 2),
            }
        }
        Frame::Whole(MBAP_BEFORE_UNIT + usize::from(len))
    }

    fn parse<'a>(
        bytes: &'a [u8],
        direction: Direction,
        _: &Self::Session,
    ) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes, direction)
    }

    fn observe<'a>(message: &wire::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}
