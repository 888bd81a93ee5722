//! Bytes to messages: MBAP header, function, data.

use crate::dissector::Probe;
use facts::Verb;
use wire::{Defect, Direction, Malformed, Reader};

/// Schneider's function for UMAS.
pub(super) const UMAS: u8 = 90;

/// One request or response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Pairs a response with its request.
    pub(crate) transaction: u16,
    /// Device behind the gateway; 0 and 255 mean the addressed device itself.
    pub(crate) unit: u8,
    /// Function code without the exception bit.
    pub(crate) function: u8,
    /// What the data say.
    pub(crate) body: Body<'a>,
}

/// The data of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    /// A request for a run of coils or registers: first item and number.
    Range(u16, u16),
    /// A write with its values as sent.
    Write {
        /// First item.
        first: u16,
        /// Number of items.
        count: u16,
        /// The values, two bytes a register.
        values: &'a [u8],
    },
    /// The values of a read response.
    Values(&'a [u8]),
    /// Exception code (Application Protocol, section 7).
    Exception(u8),
    /// Sub-function of Diagnostics.
    Diagnostics(u16),
    /// Objects of a Read Device Identification response, each: identifier, length, value.
    DeviceId(&'a [u8]),
    /// Additional data of a Report Server ID response.
    ServerId(&'a [u8]),
    /// The payload of function 90 (UMAS).
    Umas(&'a [u8]),
    /// Anything else.
    Other,
}

/// Name and verb of a function code (Application Protocol, section 5).
pub(super) fn function(code: u8, body: &Body<'_>) -> (&'static str, Verb) {
    match code {
        1 => ("read coils", Verb::Read),
        2 => ("read discrete inputs", Verb::Read),
        3 => ("read holding registers", Verb::Read),
        4 => ("read input registers", Verb::Read),
        5 => ("write single coil", Verb::Write),
        6 => ("write single register", Verb::Write),
        7 => ("read exception status", Verb::Diagnose),
        // Sub-function 1 restarts the communications, 4 silences the device.
        8 => match body {
            Body::Diagnostics(1) => ("restart communications option", Verb::Reset),
            Body::Diagnostics(4) => ("force listen only mode", Verb::ChangeMode),
            _ => ("diagnostics", Verb::Diagnose),
        },
        11 => ("get comm event counter", Verb::Diagnose),
        12 => ("get comm event log", Verb::Diagnose),
        15 => ("write multiple coils", Verb::Write),
        16 => ("write multiple registers", Verb::Write),
        17 => ("report server id", Verb::Identify),
        20 => ("read file record", Verb::ReadFile),
        21 => ("write file record", Verb::WriteFile),
        22 => ("mask write register", Verb::Write),
        23 => ("read/write multiple registers", Verb::Write),
        24 => ("read fifo queue", Verb::Read),
        43 => ("encapsulated interface transport", Verb::Identify),
        UMAS => ("umas", Verb::Other),
        _ => ("", Verb::Other),
    }
}

/// The address space of a function code.
pub(super) fn space(code: u8) -> &'static str {
    match code {
        1 | 5 | 15 => "coil",
        2 => "discrete-input",
        4 => "input-register",
        _ => "holding-register",
    }
}

/// Transaction, protocol 0, a length that fits, a possible function code.
pub(super) fn probe(head: &[u8], direction: Direction) -> Probe {
    let mut reader = Reader::new(head);
    let (Ok(_transaction), Ok(protocol), Ok(len)) = (reader.u16(), reader.u16(), reader.u16()) else {
        return Probe::Maybe;
    };
    if protocol != 0 || !(2..=254).contains(&len) {
        return Probe::No;
    }
    let (Ok(_unit), Ok(code)) = (reader.u8(), reader.u8()) else { return Probe::Maybe };
    let known = !function(code & 0x7f, &Body::Other).0.is_empty();
    let expected_len = match (direction, code) {
        (Direction::ToServer, 1..=6) => len == 6,
        (Direction::ToServer, 15 | 16) => reader.peek_at(4).is_some_and(|count| len == 7 + u16::from(count)),
        (Direction::ToServer, 43) => len == 5,
        (Direction::ToClient, 1..=4) => reader.peek().is_some_and(|count| len == 3 + u16::from(count)),
        (Direction::ToClient, 5 | 6 | 15 | 16) => len == 6,
        (Direction::ToClient, 0x81..) => len == 3,
        _ => return if known { Probe::Maybe } else { Probe::No },
    };
    if expected_len && known { Probe::Yes } else { Probe::Maybe }
}

/// Reads one whole message.
pub(super) fn parse(bytes: &[u8], direction: Direction) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let transaction = reader.u16()?;
    // `frame` has already checked protocol and length.
    reader.skip(4)?;
    let unit = reader.u8()?;
    let code = reader.u8()?;
    let body = match (direction, code) {
        (Direction::ToClient, 0x80..) => Body::Exception(reader.u8()?),
        (Direction::ToServer, _) => request(code, &mut reader)?,
        (Direction::ToClient, _) => response(code, &mut reader)?,
    };
    Ok(Message { transaction, unit, function: code & 0x7f, body })
}

fn request<'a>(code: u8, reader: &mut Reader<'a>) -> Result<Body<'a>, Malformed> {
    Ok(match code {
        1..=4 => Body::Range(reader.u16()?, reader.u16()?),
        5 | 6 => Body::Write { first: reader.u16()?, count: 1, values: reader.take(2)? },
        8 => Body::Diagnostics(reader.u16()?),
        15 | 16 => {
            let (first, count) = (reader.u16()?, reader.u16()?);
            let len = usize::from(reader.u8()?);
            Body::Write { first, count, values: reader.take(len)? }
        }
        22 => Body::Write { first: reader.u16()?, count: 1, values: &[] },
        23 => {
            reader.skip(4)?;
            let (first, count) = (reader.u16()?, reader.u16()?);
            let len = usize::from(reader.u8()?);
            Body::Write { first, count, values: reader.take(len)? }
        }
        UMAS => Body::Umas(reader.rest()),
        _ => Body::Other,
    })
}

fn response<'a>(code: u8, reader: &mut Reader<'a>) -> Result<Body<'a>, Malformed> {
    Ok(match code {
        1..=4 | 23 => {
            let len = usize::from(reader.u8()?);
            Body::Values(reader.take(len)?)
        }
        5 | 6 | 15 | 16 => Body::Range(reader.u16()?, reader.u16()?),
        8 => Body::Diagnostics(reader.u16()?),
        17 => {
            let len = usize::from(reader.u8()?);
            Body::ServerId(reader.take(len)?)
        }
        43 => device_id(reader)?,
        UMAS => Body::Umas(reader.rest()),
        _ => Body::Other,
    })
}

/// MEI type 14 (Application Protocol, 6.21): read code, conformity, more follows, next object, number of objects.
fn device_id<'a>(reader: &mut Reader<'a>) -> Result<Body<'a>, Malformed> {
    if reader.peek() != Some(14) {
        return Ok(Body::Other);
    }
    reader.skip(5)?;
    reader.ensure(!reader.is_empty(), Defect::Truncated)?;
    Ok(Body::DeviceId(reader.rest()))
}
