//! IEC 60870-5-104 (edition 2.1, 2016) with the application data of IEC 60870-5-101.
//!
//! Port 2404. APDUs of 6 to 255 bytes: start byte, length, four control octets and, in I format, one ASDU. Several
//! APDUs share a segment. The common address of the ASDU names the station; information object addresses are the
//! points. U and S format carry no type and make no command.

mod asdu;
mod observe;
#[cfg(test)]
mod tests;
mod types;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed, Reader};

const START: u8 = 0x68;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Iec104 {}

impl Dissector for Iec104 {
    const NAME: &'static str = "iec104";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(2404)];
    const MESSAGE_MAX: usize = 255;
    type Message<'a> = asdu::Apdu<'a>;
    type Session = observe::Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        asdu::probe(head)
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        let mut reader = Reader::new(bytes);
        match (reader.u8(), reader.u8()) {
            (Ok(START), Ok(len @ 4..=253)) => Frame::Whole(usize::from(len) + 2),
            (Ok(START), Err(_)) => Frame::Need(2),
            _ => Frame::Lost,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<asdu::Apdu<'a>, Malformed> {
        asdu::parse(bytes)
    }

    fn observe<'a>(message: &asdu::Apdu<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        if let asdu::Apdu::Information(asdu) = message {
            observe::observe(asdu, context, out);
        }
    }
}
