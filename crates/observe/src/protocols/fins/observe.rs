//! Messages to observations.

use super::names::{self, CONNECTION_DATA_READ, CONTROLLER_DATA_READ};
use super::wire::{Fins, Message};
use crate::dissector::Context;
use crate::out::Out;
use facts::{
    Command, Datum, FileAction, FileMoved, Observation, OutcomeKind, Part, Phase, Property, Role, Subject,
    Target, Value, Verb,
};
use wire::{Digits, Direction, Malformed, Reader, Text, Time};

/// Reads that wait for their answer.
const PENDING_MAX: usize = 6;
/// Bytes of a file name.
const FILE_NAME_LEN: usize = 12;
/// End code bits that only say that an error exists elsewhere (W342, 5-1-3).
const END_CODE_MASK: u16 = 0x7f3f;

/// The last memory reads of a conversation, to name the values of their answers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    pending: [Area; PENDING_MAX],
    next: u8,
}

/// A run of a memory area as the request addresses it.
#[derive(Clone, Copy, Debug, Default)]
struct Area {
    word: u16,
    count: u16,
    code: u8,
    bit: u8,
    service_id: u8,
}

pub(super) fn observe(message: &Message<'_>, context: &mut Context<'_, super::Fins>, out: &mut Out<'_, '_>) {
    match message {
        Message::Fins(fins) => fins_message(fins, context.session, out),
        Message::Nodes { client, server } => {
            node(Subject::Client, *client, out);
            node(Subject::Server, server.unwrap_or(0), out);
        }
        Message::Refused(error) => {
            let to_client = context.seen.direction == Direction::ToClient;
            if to_client {
                out.outcome("tcp", 0, OutcomeKind::Refused, *error, names::tcp_error(*error));
            }
        }
    }
}

fn node(subject: Subject, number: u32, out: &mut Out<'_, '_>) {
    if number != 0 {
        out.identity(subject, Property::Address, "tcp.node", Digits::decimal(u64::from(number)).as_text());
    }
}

fn fins_message(fins: &Fins<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    let (name, verb) = names::command(fins.command);
    let phase = if fins.end_code.is_some() { Phase::Response } else { Phase::Request };
    let [network, node, _unit] = fins.server;
    // Network 0 is the one on which the addressed machine itself stands.
    let part =
        if network == 0 { Part::Whole } else { Part::Unit(u32::from(u16::from_be_bytes([network, node]))) };
    let code = u64::from(fins.command);
    let target = if fins.end_code.is_none() { target(fins).unwrap_or_default() } else { Target::None };
    out.command(Command { group: "", code, name, verb, phase, part, target });
    match fins.end_code.map(|end| end & END_CODE_MASK) {
        None => request(fins, part, session, out),
        Some(0) => {
            out.role(Subject::Sender, part, Role::Controller);
            answer(fins, part, session, out).unwrap_or(());
        }
        Some(end) => {
            let (kind, reason) = names::end_code(end);
            out.outcome("", code, kind, u32::from(end), reason);
        }
    }
}

fn request(fins: &Fins<'_>, part: Part, session: &mut Session, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(fins.data);
    match fins.command {
        names::MEMORY_READ => {
            if let (Ok(area), Some(place)) = (
                area(&mut reader, fins.service_id),
                session.pending.get_mut(usize::from(session.next) % PENDING_MAX),
            ) {
                *place = area;
                session.next = session.next.wrapping_add(1);
            }
        }
        names::MEMORY_WRITE => {
            if let Ok(area) = area(&mut reader, fins.service_id) {
                values(area, reader, part, out);
            }
        }
        _ => {}
    }
    let (_, verb) = names::command(fins.command);
    let action = match verb {
        Verb::ReadFile => FileAction::Read,
        Verb::DeleteFile => FileAction::Delete,
        _ => FileAction::Write,
    };
    if let (Some(name), 0x2202 | 0x2203 | 0x2205) = (file_name(fins), fins.command) {
        out.push(&Observation::File(FileMoved { name, action, size: None }));
    }
}

fn answer(
    fins: &Fins<'_>,
    part: Part,
    session: &mut Session,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let mut reader = Reader::new(fins.data);
    match fins.command {
        names::MEMORY_READ => {
            let asked =
                session.pending.iter_mut().find(|area| area.count > 0 && area.service_id == fins.service_id);
            if let Some(area) = asked.map(core::mem::take) {
                values(area, reader, part, out);
            }
        }
        CONTROLLER_DATA_READ => {
            let model = Text::unknown(reader.take_up_to(20));
            out.part_identity(Subject::Sender, part, Property::Model, "controller-data.model", model);
            let version = Text::unknown(reader.take_up_to(20));
            out.part_identity(Subject::Sender, part, Property::Firmware, "controller-data.version", version);
        }
        CONNECTION_DATA_READ => {
            // The number of units, its highest bit for the last part of the list; then address and model of each.
            for _ in 0..reader.u8()? & 0x7f {
                let unit = Part::Unit(u32::from(reader.u8()?));
                let model = Text::unknown(reader.take(20)?);
                out.part_identity(Subject::Sender, unit, Property::Model, "connection-data.model", model);
            }
        }
        names::CLOCK_READ => {
            if let Some(told) = clock(reader.array()?) {
                out.push(&Observation::Clock { told });
            }
        }
        _ => {}
    }
    Ok(())
}

fn area(reader: &mut Reader<'_>, service_id: u8) -> Result<Area, Malformed> {
    Ok(Area { code: reader.u8()?, word: reader.u16()?, bit: reader.u8()?, count: reader.u16()?, service_id })
}

impl Area {
    fn range(self) -> (&'static str, u32, u32) {
        let (space, bank, size) = names::area(self.code);
        let word = u32::from(self.word);
        (space, bank, if size == 1 { word * 16 + u32::from(self.bit) } else { word })
    }
}

fn target<'a>(fins: &Fins<'a>) -> Result<Target<'a>, Malformed> {
    let mut reader = Reader::new(fins.data);
    Ok(match fins.command {
        names::MEMORY_READ | names::MEMORY_WRITE | names::MEMORY_FILL => {
            let area = area(&mut reader, 0)?;
            let (space, major, first) = area.range();
            Target::Range { space, major, first, count: u32::from(area.count) }
        }
        names::MULTIPLE_READ | names::MEMORY_TRANSFER => {
            let area = Area { code: reader.u8()?, word: reader.u16()?, bit: reader.u8()?, ..Area::default() };
            let (space, major, first) = area.range();
            Target::Range { space, major, first, count: 1 }
        }
        0x0201..=0x0203 => {
            let (major, first, count) = (reader.u16()?, reader.u16()?, reader.u16()?);
            let (major, first, count) = (u32::from(major), u32::from(first), u32::from(count & 0x7fff));
            Target::Range { space: "parameter", major, first, count }
        }
        0x0306 | 0x0307 => {
            let (major, first, count) = (reader.u16()?, reader.u32()?, reader.u16()?);
            Target::Range {
                space: "program",
                major: u32::from(major),
                first,
                count: u32::from(count & 0x7fff),
            }
        }
        names::FORCED_SET_RESET => {
            // How many, then for each what to do, the area and the bit.
            let count = u32::from(reader.u16()?);
            reader.skip(2)?;
            let area = Area { code: reader.u8()?, word: reader.u16()?, bit: reader.u8()?, ..Area::default() };
            let (space, major, first) = area.range();
            Target::Range { space, major, first, count }
        }
        0x2601..=0x2603 => Target::None,
        _ => file_name(fins).map_or(Target::None, |name| Target::Name { space: "file", name }),
    })
}

fn file_name<'a>(fins: &Fins<'a>) -> Option<Text<'a>> {
    let at = names::file_name_at(fins.command)?;
    fins.data.get(at..at + FILE_NAME_LEN).map(Text::unknown)
}

fn values(area: Area, mut reader: Reader<'_>, part: Part, out: &mut Out<'_, '_>) {
    let (_, _, size) = names::area(area.code);
    let (space, major, first) = area.range();
    for item in (first..).take(usize::from(area.count)) {
        let datum = match size {
            1 => reader.u8().map(|bit| Datum::Bool(bit & 1 == 1)),
            2 => reader.u16().map(|word| Datum::UInt(u64::from(word))),
            _ => return,
        };
        let Ok(datum) = datum else { return };
        let target = Target::Range { space, major, first: item, count: 1 };
        out.value(Value { subject: Subject::Server, part, target, datum });
    }
}

/// Year, month, day, hour, minute and second in binary-coded decimal; years below 98 are of this century (W342,
/// 5-3-19).
fn clock(told: [u8; 6]) -> Option<Time> {
    let number = |byte: u8| {
        (byte >> 4 < 10 && byte & 15 < 10).then(|| i64::from(byte >> 4) * 10 + i64::from(byte & 15))
    };
    let [year, month, day, hour, minute, second] = told.map(number);
    let (year, month, day) = (year?, month?, day?);
    let year = if year < 98 { 2000 + year } else { 1900 + year };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days since 1970 in the Gregorian calendar, with years that begin in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468;
    Some(Time::from_parts(((days * 24 + hour?) * 60 + minute?) * 60 + second?, 0))
}
