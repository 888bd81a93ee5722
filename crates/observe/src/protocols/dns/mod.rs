//! DNS (RFC 1034, RFC 1035; update RFC 2136; addresses of version 6 RFC 3596).
//!
//! Port 53, UDP datagrams and TCP streams with a length before each message. Queries are commands with the name they
//! ask for, so that odd names and beacons can be judged; answers bind names to addresses. The message format is
//! shared with `mdns` and `llmnr`. At most 512 records of a message are read and 32 addresses of it told.

pub(super) mod answers;
pub(super) mod observe;
#[cfg(test)]
mod tests;
pub(super) mod wire;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed, Reader};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Dns {}

impl Dissector for Dns {
    const NAME: &'static str = "dns";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(53), Carrier::Tcp(53)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = wire::Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        let head = head.get(length_before(head)..).unwrap_or_default();
        if wire::certain(head) { Probe::Yes } else { wire::probe(head) }
    }

    fn frame(bytes: &[u8], _: Direction, _: &()) -> Frame {
        if bytes.len() < wire::HEADER_LEN {
            return Frame::Need(wire::HEADER_LEN);
        }
        if length_before(bytes) == 0 {
            return Frame::Whole(bytes.len());
        }
        match Reader::new(bytes).u16() {
            Ok(len) if usize::from(len) >= wire::HEADER_LEN => Frame::Whole(2 + usize::from(len)),
            _ => Frame::Lost,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<wire::Message<'a>, Malformed> {
        wire::parse(bytes.get(length_before(bytes)..).unwrap_or_default())
    }

    fn observe<'a>(message: &wire::Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, out);
    }
}

/// Bytes of the length that TCP puts before a message (RFC 1035, 4.2.2). `frame` is not told the carrier, but the
/// messages of port 53 have one question: where the number of questions stands in a datagram, a stream has the flags,
/// which are never 1. A response that found the query unreadable may repeat no question and be a bare header.
fn length_before(bytes: &[u8]) -> usize {
    let mut reader = Reader::new(bytes);
    let (first, flags, questions) = (reader.u16(), reader.u16(), reader.u16());
    let bare = bytes.len() == wire::HEADER_LEN && flags.is_ok_and(|flags| flags & 0x8000 != 0);
    let prefixed = first.is_ok_and(|len| usize::from(len) >= wire::HEADER_LEN);
    if questions == Ok(1) || bare || !prefixed { 0 } else { 2 }
}
