//! Commands to observations.

use super::{Message, Pccc, names};
use crate::dissector::Context;
use crate::out::Out;
use facts::{Command, Datum, OutcomeKind, Part, Phase, Property, Role, Subject, Target, Value, Verb};
use wire::{Digits, Malformed, Reader, Text};

/// Commands that wait for their answer.
const PENDING_MAX: usize = 6;

/// The last commands of a conversation, since answers name neither function nor address.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    pending: [Pending; PENDING_MAX],
    next: u8,
}

#[derive(Clone, Copy, Debug, Default)]
struct Pending {
    transaction: u16,
    file: u16,
    element: u16,
    command: u8,
    function: u8,
    /// File type; 0 when no file is addressed.
    kind: u8,
    waits: bool,
}

/// Where a typed logical read or write goes: size, file, type, element, and a part of the element.
#[derive(Clone, Copy, Debug)]
struct Address<'a> {
    size: u8,
    file: u16,
    kind: u8,
    element: u16,
    part: u16,
    data: &'a [u8],
}

pub(super) fn observe(message: &Message<'_>, context: &mut Context<'_, Pccc>, out: &mut Out<'_, '_>) {
    if message.reply {
        reply(message, context.session, out);
    } else {
        request(message, context.session, out);
    }
}

fn request(message: &Message<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    let function = message.function.unwrap_or(0);
    let (name, verb) = names::command(message.command, function, message.data);
    let address = address(message.command, function, message.data).ok().flatten();
    let target = address.map_or(Target::None, |address| address.target());
    say(message.command, Some(function), name, verb, Phase::Request, target, out);
    if let Some(address) = address
        && matches!(function, names::WRITE_TWO_FIELDS | names::WRITE_THREE_FIELDS)
        && address.part == 0
    {
        values(address.kind, address.file, address.element, address.data, out);
    }
    let pending = Pending {
        transaction: message.transaction,
        file: address.map_or(0, |address| address.file),
        element: address.map_or(0, |address| address.element),
        command: message.command,
        function,
        kind: address.filter(|address| address.part == 0).map_or(0, |address| address.kind),
        waits: true,
    };
    if let Some(place) = session.pending.get_mut(usize::from(session.next) % PENDING_MAX) {
        *place = pending;
        session.next = session.next.wrapping_add(1);
    }
}

fn reply(message: &Message<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    let asked = session.pending.iter_mut().find(|pending| {
        pending.waits && (pending.transaction, pending.command) == (message.transaction, message.command)
    });
    let asked = asked.map(|pending| {
        pending.waits = false;
        *pending
    });
    let function = asked.map(|asked| asked.function);
    let (name, verb) =
        function.map_or(("", Verb::Other), |function| names::command(message.command, function, &[]));
    say(message.command, function, name, verb, Phase::Response, Target::None, out);
    let Some(asked) = asked else { return };
    if message.status != 0 {
        let code = code(message.command, function);
        let [status, _] = message.status.to_le_bytes();
        out.outcome("", code, OutcomeKind::Refused, u32::from(message.status), names::status(status));
        return;
    }
    if (asked.command, asked.function) == names::DIAGNOSTIC_STATUS {
        diagnostic_status(message.data, out);
    }
    if matches!(asked.function, names::READ_TWO_FIELDS | names::READ_THREE_FIELDS) && asked.kind != 0 {
        values(asked.kind, asked.file, asked.element, message.data, out);
    }
    out.role(Subject::Server, Part::Whole, Role::Controller);
}

fn code(command: u8, function: Option<u8>) -> u64 {
    function.map_or(u64::from(command), |function| u64::from(command) << 8 | u64::from(function))
}

fn say(
    command: u8,
    function: Option<u8>,
    name: &'static str,
    verb: Verb,
    phase: Phase,
    target: Target<'_>,
    out: &mut Out<'_, '_>,
) {
    out.command(Command {
        group: "",
        code: code(command, function),
        name,
        verb,
        phase,
        part: Part::Whole,
        target,
    });
}

/// The address fields of the protected typed logical functions; a field of 255 stands before one of two bytes.
fn address(command: u8, function: u8, data: &[u8]) -> Result<Option<Address<'_>>, Malformed> {
    let fields = match function {
        names::READ_TWO_FIELDS | names::WRITE_TWO_FIELDS if command == 0x0f => 2,
        names::READ_THREE_FIELDS | names::WRITE_THREE_FIELDS | names::WRITE_MASKED if command == 0x0f => 3,
        _ => return Ok(None),
    };
    let mut reader = Reader::new(data);
    let size = reader.u8()?;
    let file = field(&mut reader)?;
    let kind = reader.u8()?;
    let element = field(&mut reader)?;
    let part = if fields == 3 { field(&mut reader)? } else { 0 };
    Ok(Some(Address { size, file, kind, element, part, data: reader.rest() }))
}

fn field(reader: &mut Reader<'_>) -> Result<u16, Malformed> {
    match reader.u8()? {
        255 => reader.u16_le(),
        short => Ok(u16::from(short)),
    }
}

impl Address<'_> {
    fn target(&self) -> Target<'static> {
        let (space, size) = names::file(self.kind);
        let count = u32::from(self.size).div_ceil(size);
        Target::Range { space, major: u32::from(self.file), first: u32::from(self.element), count }
    }
}

/// Elements of files of whole numbers and of floating-point numbers.
fn values(kind: u8, file: u16, element: u16, data: &[u8], out: &mut Out<'_, '_>) {
    let (space, _) = names::file(kind);
    let mut reader = Reader::new(data);
    for first in u32::from(element).. {
        let datum = match space {
            "N" => reader.i16_le().map(|value| Datum::Int(i64::from(value))),
            "B" | "O" | "I" | "S" => reader.u16_le().map(|value| Datum::UInt(u64::from(value))),
            "F" => reader.f32_le().map(|value| Datum::Float(f64::from(value))),
            "L" => reader.i32_le().map(|value| Datum::Int(i64::from(value))),
            _ => return,
        };
        let Ok(datum) = datum else { return };
        let target = Target::Range { space, major: u32::from(file), first, count: 1 };
        out.value(Value { subject: Subject::Server, part: Part::Whole, target, datum });
    }
}

/// Diagnostic status of an SLC 500 or MicroLogix (1770-6.5.16, chapter 10): mode, type extender 0xee, two type bytes,
/// series and revision, eleven characters of catalogue number or name.
fn diagnostic_status(data: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    let (Ok(_mode), Ok(0xee), Ok(_types), Ok(revision)) =
        (reader.u8(), reader.u8(), reader.u16_le(), reader.u8())
    else {
        return;
    };
    let name = Text::unknown(reader.take_up_to(11));
    out.identity(Subject::Server, Property::Model, "diagnostic-status.name", name);
    let revision = Digits::hex(u64::from(revision), 2);
    out.identity(Subject::Server, Property::Other, "diagnostic-status.series-revision", revision.as_text());
}
