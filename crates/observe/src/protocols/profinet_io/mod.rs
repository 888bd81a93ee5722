//! PROFINET IO (IEC 61158-6-10): connections, records, alarms.
//!
//! Inside connectionless DCE/RPC (UDP port 34964 and others): connect, release, read, write, control. Inside
//! `profinet-rt`: cyclic data, which are measured only, and alarms (frame identifiers 0xFC01, 0xFE01). Fields of DCE/RPC
//! are in the byte order of its header; blocks are big-endian. Only the first fragment of a call is read.

mod alarm;
mod block;
mod observe;
#[cfg(test)]
mod tests;

use super::dcerpc_datagram::{Header, header};
use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use wire::{Direction, Malformed, Reader};

/// The dissector.
#[derive(Debug)]
pub(crate) enum ProfinetIo {}

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// A call or its answer.
    Call {
        /// Header of DCE/RPC.
        header: Header<'a>,
        /// Status of an answer; 0 is good.
        status: u32,
        /// The blocks.
        blocks: &'a [u8],
    },
    /// An alarm.
    Alarm(alarm::Alarm),
    /// Nothing to tell: a later fragment, an acknowledgement of an alarm.
    Other,
}

impl Dissector for ProfinetIo {
    const NAME: &'static str = "profinet-io";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[Carrier::Inner("dcerpc"), Carrier::Inner("profinet-rt")];
    const MESSAGE_MAX: usize = 65_536;
    const INTERFACE: bool = true;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        // The carriers know what they hand on.
        if matches!(head, [4 | 0x80.., ..]) { Probe::Maybe } else { Probe::No }
    }

    fn frame(bytes: &[u8], _: Direction, (): &()) -> Frame {
        match bytes {
            // Frame identifiers of cyclic data.
            [0x80..=0xfb, ..] => Frame::Skip(bytes.len()),
            _ => Frame::Whole(bytes.len()),
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, (): &()) -> Result<Message<'a>, Malformed> {
        match bytes {
            [0xfc | 0xfe, ..] => {
                alarm::parse(bytes).map(|alarm| alarm.map_or(Message::Other, Message::Alarm))
            }
            _ => call(bytes),
        }
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        match message {
            Message::Call { header, status, blocks } => observe::call(header, *status, blocks, out),
            Message::Alarm(alarm) => alarm::observe(alarm, out),
            Message::Other => {}
        }
    }
}

/// Lengths of the arguments and of an array, in an answer after the status, then the blocks.
fn call(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let header = header(bytes)?;
    if header.fragment > 0 {
        return Ok(Message::Other);
    }
    if header.kind == 3 || header.kind == 6 {
        let status = number(&mut Reader::new(header.body), header.little).unwrap_or(0);
        return Ok(Message::Call { header, status, blocks: &[] });
    }
    let mut reader = Reader::new(header.body);
    let first = number(&mut reader, header.little)?;
    for _ in 0..4 {
        number(&mut reader, header.little)?;
    }
    let status = if header.kind == 2 { first } else { 0 };
    Ok(Message::Call { header, status, blocks: reader.rest() })
}

fn number(reader: &mut Reader<'_>, little: bool) -> Result<u32, Malformed> {
    if little { reader.u32_le() } else { reader.u32() }
}
