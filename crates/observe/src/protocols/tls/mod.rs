//! TLS (RFC 8446, RFC 5246) and SSL 3.0: hellos, names, fingerprints of clients, certificates of TLS 1.2 and older.
//!
//! Port 443, other registered ports of services over TLS, and any other by the record of a hello. Encrypted records
//! are passed over. A hand-shake message may span records; what goes beyond 16 KiB of one flight is not read.

mod certificate;
mod fingerprint;
mod hello;
mod observe;
#[cfg(test)]
mod tests;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use wire::{Both, Defect, Direction, Malformed, Reader};

/// Bytes of a record header.
const RECORD_HEADER: usize = 5;
/// Longest record: 2^14 bytes and the expansion that TLS 1.2 allows (RFC 5246, 6.2.3).
const RECORD_MAX: usize = 16_384 + 2048;
/// Records that one flight may span.
const FLIGHT_MAX: usize = 48_000;

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const HEARTBEAT: u8 = 24;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Tls {}

/// One record, or the records that a hand-shake message spans.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// Hand-shake records with their headers.
    Handshake(&'a [u8]),
    /// What follows in this direction is encrypted.
    ChangeCipherSpec,
}

impl Dissector for Tls {
    const NAME: &'static str = "tls";
    const CARRIERS: &'static [Carrier] = &[
        Carrier::Tcp(443),
        Carrier::Tcp(636),
        Carrier::Tcp(853),
        Carrier::Tcp(989),
        Carrier::Tcp(990),
        Carrier::Tcp(993),
        Carrier::Tcp(5061),
        Carrier::Tcp(5986),
        Carrier::Tcp(8883),
        Carrier::Inner("radius"),
    ];
    const MESSAGE_MAX: usize = FLIGHT_MAX;
    type Message<'a> = Message<'a>;
    type Session = Both<bool>;
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        let mut reader = Reader::new(head);
        let (Ok(kind), Ok(3), Ok(minor), Ok(len)) = (reader.u8(), reader.u8(), reader.u8(), reader.u16())
        else {
            let possible =
                matches!(head, [] | [20..=24] | [20..=24, 3] | [20..=24, 3, 0..=4, ..]) && head.len() < 5;
            return if possible { Probe::Maybe } else { Probe::No };
        };
        if minor > 4 || len == 0 || usize::from(len) > RECORD_MAX {
            return Probe::No;
        }
        if kind != HANDSHAKE {
            let possible = match kind {
                CHANGE_CIPHER_SPEC => len == 1,
                ALERT | APPLICATION_DATA | HEARTBEAT => true,
                _ => false,
            };
            return if possible { Probe::Maybe } else { Probe::No };
        }
        let (Ok(message), Ok(_len), Ok(major), Ok(minor)) =
            (reader.u8(), reader.u24(), reader.u8(), reader.u8())
        else {
            return Probe::Maybe;
        };
        let hello = match direction {
            Direction::ToServer => 1,
            Direction::ToClient => 2,
        };
        if message == hello && major == 3 && minor <= 3 { Probe::Yes } else { Probe::Maybe }
    }

    fn frame(bytes: &[u8], direction: Direction, session: &Self::Session) -> Frame {
        records(bytes, session[direction])
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<Message<'a>, Malformed> {
        match bytes.first() {
            Some(&HANDSHAKE) => Ok(Message::Handshake(bytes)),
            Some(&CHANGE_CIPHER_SPEC) => Ok(Message::ChangeCipherSpec),
            _ => Err(Malformed::new(0, Defect::BadMagic)),
        }
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        match *message {
            Message::ChangeCipherSpec => context.session[context.seen.direction] = true,
            Message::Handshake(records) => observe::handshake(records, out),
        }
    }
}

/// Where the record at the front ends, for this protocol and those that change to it. Records of other kinds and
/// encrypted ones are skipped; hand-shake records that a message spans are waited for together.
pub(crate) fn records(bytes: &[u8], encrypted: bool) -> Frame {
    let mut reader = Reader::new(bytes);
    let (Ok(kind), Ok(major), Ok(_minor), Ok(len)) = (reader.u8(), reader.u8(), reader.u8(), reader.u16())
    else {
        return Frame::Need(RECORD_HEADER);
    };
    let len = usize::from(len);
    if !(CHANGE_CIPHER_SPEC..=HEARTBEAT).contains(&kind) || major != 3 || len > RECORD_MAX {
        return Frame::Lost;
    }
    match kind {
        CHANGE_CIPHER_SPEC => Frame::Whole(RECORD_HEADER + len),
        HANDSHAKE if !encrypted && len >= 4 => flight(bytes),
        _ => Frame::Skip(RECORD_HEADER + len),
    }
}

/// The records up to the end of the message that the first one begins; after an end inside a record that record
/// is the last. A first byte that is no hand-shake type is an encrypted record whose cipher change was missed.
fn flight(bytes: &[u8]) -> Frame {
    let (mut reader, mut missing, mut at_header) = (Reader::new(bytes), 0usize, 0usize);
    let mut header = [0u8; 4];
    loop {
        let (Ok(kind), Ok(_version), Ok(len)) = (reader.u8(), reader.u16(), reader.u16()) else {
            return Frame::Need(reader.at().max(bytes.len()) + 1);
        };
        if kind != HANDSHAKE || usize::from(len) > RECORD_MAX {
            return Frame::Skip(reader.at() - RECORD_HEADER);
        }
        let end = reader.at() + usize::from(len);
        if end > FLIGHT_MAX {
            return Frame::Skip(end);
        }
        let Ok(record) = reader.take(usize::from(len)) else { return Frame::Need(end) };
        for byte in record {
            if missing > 0 {
                missing -= 1;
                continue;
            }
            if let Some(place) = header.get_mut(at_header) {
                *place = *byte;
            }
            at_header += 1;
            if at_header == 4 {
                let [kind, high, middle, low] = header;
                if !matches!(kind, 0..=26 | 254) {
                    return Frame::Skip(end);
                }
                missing = usize::try_from(u32::from_be_bytes([0, high, middle, low])).unwrap_or(usize::MAX);
                at_header = 0;
            }
        }
        if missing == 0 && at_header == 0 {
            return Frame::Whole(end);
        }
        if missing > FLIGHT_MAX {
            return Frame::Skip(end);
        }
    }
}
