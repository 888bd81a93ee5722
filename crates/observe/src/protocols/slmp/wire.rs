//! Bytes to messages: subheader, access route, length; then command or end code. In ASCII each field is written in
//! hexadecimal digits, most significant first; in binary numbers are little-endian.

use super::names;
use crate::dissector::{Frame, Probe};
use wire::{Defect, Direction, Malformed, Reader};

/// Subheaders: 3E (single transmission) and 4E (with a serial number) of requests; responses have the high bit.
const SINGLE: u8 = 0x50;
const NUMBERED: u8 = 0x54;
const RESPONSE: u8 = 0x80;
/// Longest data that the length may count.
const LEN_MAX: u32 = 8192;

/// One request or response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Serial number of a 4E frame, 0 of a 3E frame.
    pub(super) serial: u32,
    /// Network and station that the access route names.
    pub(super) network: u32,
    pub(super) station: u32,
    pub(super) body: Body,
    /// What follows.
    pub(super) data: Fields<'a>,
}

/// What kind of message it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body {
    /// Command and subcommand.
    Request(u32, u32),
    /// End code, 0 when done.
    Response(u32),
}

/// Reads numbers in either form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) ascii: bool,
}

impl Fields<'_> {
    /// The next number of `len` bytes (twice as many digits in ASCII).
    pub(super) fn number(&mut self, len: usize) -> Result<u32, Malformed> {
        if !self.ascii {
            let bytes = self.reader.take(len)?;
            return Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)));
        }
        let digits = self.reader.take(len * 2)?;
        digits.iter().try_fold(0, |number, digit| {
            let value = char::from(*digit).to_digit(16).ok_or(self.reader.defect(Defect::BadValue))?;
            Ok(number << 4 | value)
        })
    }
}

/// What stands before the command or end code.
struct Head<'a> {
    response: bool,
    serial: u32,
    network: u32,
    station: u32,
    module: u32,
    len: u32,
    rest: Fields<'a>,
}

fn head(bytes: &[u8]) -> Result<Head<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let (first, second) = (reader.u8()?, reader.u8()?);
    let ascii = matches!((first, second), (b'5' | b'D', b'0' | b'4'));
    let kind = match (ascii, first, second) {
        (true, b'5', low) => SINGLE | (low & 4),
        (true, _, low) => RESPONSE | SINGLE | (low & 4),
        (false, kind, 0) => kind,
        _ => return Err(Malformed::new(0, Defect::BadMagic)),
    };
    reader.ensure(matches!(kind & !RESPONSE, SINGLE | NUMBERED), Defect::BadMagic)?;
    let mut fields = Fields { reader, ascii };
    if ascii {
        let zeros = fields.number(1)?;
        fields.reader.ensure(zeros == 0, Defect::BadMagic)?;
    }
    let serial = if kind & NUMBERED == NUMBERED {
        let serial = fields.number(2)?;
        let zeros = fields.number(2)?;
        fields.reader.ensure(zeros == 0, Defect::BadMagic)?;
        serial
    } else {
        0
    };
    let (network, station) = (fields.number(1)?, fields.number(1)?);
    let module = fields.number(2)?;
    let _multidrop = fields.number(1)?;
    let len = fields.number(2)?;
    Ok(Head { response: kind & RESPONSE != 0, serial, network, station, module, len, rest: fields })
}

/// Subheader, a module number that exists, a length and a command that fit.
pub(super) fn probe(bytes: &[u8], direction: Direction) -> Probe {
    let mut head = match head(bytes) {
        Ok(head) => head,
        Err(Malformed { defect: Defect::Truncated, .. }) => return Probe::Maybe,
        Err(_) => return Probe::No,
    };
    let request = direction == Direction::ToServer;
    // SLMP, 4.2.1: the own station's CPU, its control CPU, CPUs 1 to 4 and those of redundant systems.
    let module = matches!(head.module, 0x03ff | 0x03d0..=0x03d3 | 0x03e0..=0x03e3);
    if head.response == request || !module || head.len < if request { 6 } else { 2 } || head.len > LEN_MAX {
        return Probe::No;
    }
    if !request {
        return if head.rest.number(2).is_ok() { Probe::Yes } else { Probe::Maybe };
    }
    let (Ok(_timer), Ok(command), Ok(_sub)) = (head.rest.number(2), head.rest.number(2), head.rest.number(2))
    else {
        return Probe::Maybe;
    };
    if names::command(command).0.is_empty() { Probe::No } else { Probe::Yes }
}

/// The length counts from behind itself; in ASCII it counts characters.
pub(super) fn frame(bytes: &[u8]) -> Frame {
    match head(bytes) {
        Ok(head) if (2..=LEN_MAX).contains(&head.len) => {
            Frame::Whole(head.rest.reader.at() + usize::try_from(head.len).unwrap_or(0))
        }
        Err(Malformed { defect: Defect::Truncated, .. }) => Frame::Need(bytes.len() + 1),
        _ => Frame::Lost,
    }
}

/// Reads one whole message.
pub(super) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let Head { response, serial, network, station, rest: mut data, .. } = head(bytes)?;
    let body = if response {
        Body::Response(data.number(2)?)
    } else {
        let _timer = data.number(2)?;
        Body::Request(data.number(2)?, data.number(2)?)
    };
    Ok(Message { serial, network, station, body, data })
}
