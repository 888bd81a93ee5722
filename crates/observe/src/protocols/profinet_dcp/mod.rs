//! PROFINET discovery and basic configuration (IEC 61158-6-10: DCP).
//!
//! Inside `profinet-rt` (EtherType 0x8892, frame identifiers 0xFEFC to 0xFEFF). Supervisors identify machines by broadcast,
//! read and set their names and addresses, let them flash and reset them. Nothing is authenticated.

mod block;
mod observe;
#[cfg(test)]
mod tests;

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use wire::{Defect, Direction, Malformed, Reader};

/// The dissector.
#[derive(Debug)]
pub(crate) enum ProfinetDcp {}

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// 3 get, 4 set, 5 identify, 6 hello.
    service: u8,
    /// An answer.
    response: bool,
    /// The service is not supported.
    unsupported: bool,
    /// The blocks.
    blocks: &'a [u8],
}

impl Dissector for ProfinetDcp {
    const NAME: &'static str = "profinet-dcp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Inner("profinet-rt")];
    const MESSAGE_MAX: usize = 1536;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        match head {
            [0xfe, 0xfc..=0xff, 3..=6, ..] => Probe::Yes,
            [] | [0xfe] | [0xfe, 0xfc..=0xff] => Probe::Maybe,
            _ => Probe::No,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, (): &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        reader.skip(2)?;
        let service = reader.u8()?;
        let kind = reader.u8()?;
        reader.ensure((3..=6).contains(&service), Defect::BadValue)?;
        // Transaction, delay of the response (or nothing).
        reader.skip(6)?;
        let len = usize::from(reader.u16()?);
        let blocks = reader.take(len)?;
        Ok(Message { service, response: kind & 1 == 1, unsupported: kind & 4 != 0, blocks })
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context.seen, out);
    }
}
