//! ASDUs to observations.

use super::Iec104;
use super::asdu::Asdu;
use super::types;
use crate::dissector::Context;
use crate::out::Out;
use facts::{
    Command, Datum, FileAction, FileMoved, Observation, OutcomeKind, Part, Phase, Property, Role, Subject,
    Target, Value, Verb,
};
use wire::{Digits, Direction, Reader, Time};

/// Cause of a command itself.
const ACTIVATION: u8 = 6;
/// The common address of all stations (7.2.4).
const GLOBAL_ADDRESS: u16 = 0xffff;
/// Quality: the value is not valid (7.2.6.3).
const INVALID: u8 = 0x80;

/// What a conversation remembers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    /// The common address told last.
    told: Option<u16>,
}

pub(super) fn observe(asdu: &Asdu<'_>, context: &mut Context<'_, Iec104>, out: &mut Out<'_, '_>) {
    let to_server = context.seen.direction == Direction::ToServer;
    let part = if asdu.address == GLOBAL_ADDRESS { Part::Whole } else { Part::Unit(u32::from(asdu.address)) };
    let (name, usual) = types::type_of(asdu.type_id);
    let first = asdu.first().unwrap_or(0);
    // Without the SQ bit the objects need not follow one another; the first and their number are told.
    let target = Target::Range { space: "ioa", major: 0, first, count: u32::from(asdu.count) };
    let (code, verb, phase) =
        (u64::from(asdu.type_id), verb(asdu, usual, to_server), phase(asdu.cause, to_server));
    out.command(Command { group: "", code, name, verb, phase, part, target });
    if let Some(reason) = types::unknown(asdu.cause) {
        out.outcome("", code, OutcomeKind::Refused, u32::from(asdu.cause), reason);
    } else if asdu.negative {
        out.outcome("", code, OutcomeKind::Refused, u32::from(asdu.cause), "negative confirmation");
    }
    if matches!(asdu.type_id, 1..=41 | 70) {
        station(asdu.address, part, context.session, out);
    }
    if let Err(defect) = asdu.objects(|address, element| said(asdu, address, element, part, out)) {
        out.push(&Observation::Malformed(defect));
    }
}

/// A station that reports shows its address and that it is one.
fn station(address: u16, part: Part, session: &mut Session, out: &mut Out<'_, '_>) {
    if session.told.replace(address) != Some(address) {
        let digits = Digits::decimal(u64::from(address));
        out.part_identity(Subject::Sender, part, Property::Address, "common-address", digits.as_text());
        out.role(Subject::Sender, part, Role::Rtu);
    }
}

fn verb(asdu: &Asdu<'_>, usual: Verb, to_server: bool) -> Verb {
    let last = asdu.objects.last().copied().unwrap_or(0);
    match asdu.type_id {
        // Qualifier of the counter interrogation: bits 6 and 7 ask for a freeze with reset, or a reset.
        101 if asdu.cause == ACTIVATION && matches!(last >> 6, 2 | 3) => Verb::Write,
        // Select and call qualifier: 4 deletes the file.
        122 if last & 15 == 4 => Verb::DeleteFile,
        120 | 121 | 123 | 125 if to_server => Verb::WriteFile,
        124 if !to_server => Verb::WriteFile,
        _ => usual,
    }
}

/// The cause of transmission says where a message stands (7.2.3); for others the direction does.
fn phase(cause: u8, to_server: bool) -> Phase {
    match cause {
        1..=4 | 11 | 12 => Phase::Unsolicited,
        6 | 8 => Phase::Request,
        7 | 9 | 10 | 20..=41 | 44..=47 => Phase::Response,
        _ if to_server => Phase::Request,
        _ => Phase::Response,
    }
}

/// What one information object tells.
fn said(asdu: &Asdu<'_>, address: u32, element: &[u8], part: Part, out: &mut Out<'_, '_>) {
    let executed = asdu.cause == ACTIVATION && matches!(asdu.type_id, 45..=51 | 58..=64);
    let (subject, datum) = match asdu.type_id {
        1..=40 => (Subject::Sender, monitored(asdu.type_id, element)),
        _ if executed => (Subject::Receiver, ordered(asdu.type_id, element)),
        103 if asdu.cause == ACTIVATION => return clock(element, out),
        120 | 122 | 126 => return file(asdu, element, out),
        _ => return,
    };
    if let Some(datum) = datum {
        let target = Target::Range { space: "ioa", major: 0, first: address, count: 1 };
        out.value(Value { subject, part, target, datum });
    }
}

/// The value of an element in monitor direction, unless its quality says that it is invalid (7.2.6).
fn monitored(type_id: u8, element: &[u8]) -> Option<Datum<'static>> {
    let mut reader = Reader::new(element);
    let valid = |reader: &mut Reader<'_>| reader.u8().is_ok_and(|quality| quality & INVALID == 0);
    let datum = match type_id {
        1 | 2 | 30 => {
            let point = reader.u8().ok()?;
            return (point & INVALID == 0).then_some(Datum::Bool(point & 1 == 1));
        }
        3 | 4 | 31 => {
            let point = reader.u8().ok()?;
            return (point & INVALID == 0).then_some(Datum::UInt(u64::from(point & 3)));
        }
        // Seven bits with a sign; bit 8 says that the equipment is moving.
        5 | 6 | 32 => {
            let [step] = reader.array::<1>().ok()?;
            Datum::Int(i64::from(i8::from_be_bytes([step << 1]) >> 1))
        }
        7 | 8 | 33 => Datum::UInt(u64::from(reader.u32_le().ok()?)),
        9 | 10 | 34 => normalized(&mut reader)?,
        21 => return normalized(&mut reader),
        11 | 12 | 35 => Datum::Int(i64::from(reader.i16_le().ok()?)),
        13 | 14 | 36 => Datum::Float(f64::from(reader.f32_le().ok()?)),
        // The octet behind a counter holds its sequence number and, in the same bit, whether it is invalid.
        15 | 16 | 37 => Datum::Int(i64::from(reader.i32_le().ok()?)),
        _ => return None,
    };
    valid(&mut reader).then_some(datum)
}

/// The value of a command that is executed and not only selected (the S/E bit, 7.2.6.15 and following).
fn ordered(type_id: u8, element: &[u8]) -> Option<Datum<'static>> {
    let mut reader = Reader::new(element);
    let executed = |reader: &mut Reader<'_>| reader.u8().is_ok_and(|qualifier| qualifier & 0x80 == 0);
    match type_id {
        45 | 58 => {
            let command = reader.peek()?;
            executed(&mut reader).then_some(Datum::Bool(command & 1 == 1))
        }
        46 | 47 | 59 | 60 => {
            let command = reader.peek()?;
            executed(&mut reader).then_some(Datum::UInt(u64::from(command & 3)))
        }
        48 | 61 => normalized(&mut reader).filter(|_| executed(&mut reader)),
        49 | 62 => {
            reader.i16_le().ok().map(|value| Datum::Int(i64::from(value))).filter(|_| executed(&mut reader))
        }
        50 | 63 => {
            reader.f32_le().ok().map(|value| Datum::Float(f64::from(value))).filter(|_| executed(&mut reader))
        }
        // A bitstring has no qualifier.
        51 | 64 => reader.u32_le().ok().map(|bits| Datum::UInt(u64::from(bits))),
        _ => None,
    }
}

fn normalized(reader: &mut Reader<'_>) -> Option<Datum<'static>> {
    reader.i16_le().ok().map(|value| Datum::Float(f64::from(value) / 32768.0))
}

/// CP56Time2a (7.2.6.18): milliseconds, minute, hour, day, month, year of the century.
fn clock(element: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(element);
    let (Ok(milliseconds), Ok([minute, hour, day, month, year])) = (reader.u16_le(), reader.array::<5>())
    else {
        return;
    };
    let date = [2000 + i64::from(year & 0x7f), i64::from(month & 15), i64::from(day & 31)];
    let time = [i64::from(hour & 31), i64::from(minute & 63), i64::from(milliseconds / 1000)];
    let nanoseconds = u32::from(milliseconds % 1000) * 1_000_000;
    if let Some(told) = Time::from_civil(date, time, nanoseconds) {
        out.push(&Observation::Clock { told });
    }
}

/// Files have a number instead of a name (7.2.6.33).
fn file(asdu: &Asdu<'_>, element: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(element);
    let Ok(number) = reader.u16_le() else { return };
    let last = element.last().copied().unwrap_or(0);
    let (action, size) = match (asdu.type_id, last & 15) {
        (120, _) => (FileAction::Write, reader.u24_le().ok().map(u64::from)),
        (122, 2) => (FileAction::Read, None),
        (122, 4) => (FileAction::Delete, None),
        (126, _) => (FileAction::List, reader.u24_le().ok().map(u64::from)),
        _ => return,
    };
    // A file that the station offers is read, as its call has already told.
    if asdu.type_id == 120 && out.seen.direction == Direction::ToClient {
        return;
    }
    let name = Digits::decimal(u64::from(number));
    out.push(&Observation::File(FileMoved { name: name.as_text(), action, size }));
}
