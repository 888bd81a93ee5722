//! Messages to observations.

use super::Modbus;
use super::wire::{Body, Message, function, space};
use crate::dissector::Context;
use crate::out::Out;
use facts::{Command, Datum, OutcomeKind, Part, Phase, Property, Role, Subject, Target, Value};
use wire::{Direction, Reader, Text};

/// Requests whose response carries values without saying which.
const PENDING_MAX: usize = 6;

/// The last read requests of a conversation, to name the values of their responses.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    pending: [Pending; PENDING_MAX],
    next: u8,
}

#[derive(Clone, Copy, Debug, Default)]
struct Pending {
    transaction: u16,
    first: u16,
    count: u16,
    unit: u8,
    function: u8,
}

pub(super) fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Modbus>, out: &mut Out<'a, '_>) {
    let request = context.seen.direction == Direction::ToServer;
    let part =
        if matches!(message.unit, 0 | 255) { Part::Whole } else { Part::Unit(u32::from(message.unit)) };
    let (name, verb) = function(message.function, &message.body);
    let phase = if request { Phase::Request } else { Phase::Response };
    let code = u64::from(message.function);
    let target = target(message);
    out.command(Command { group: "", code, name, verb, phase, part, target });
    match message.body {
        Body::Range(first, count) if request => remember(context.session, message, first, count),
        Body::Values(values) => read_values(context.session, message, values, part, out),
        Body::Write { first, values, .. } => told_values(message.function, first, values, part, out),
        Body::Exception(status) => {
            let kind = if matches!(status, 1..=3) { OutcomeKind::Refused } else { OutcomeKind::Failed };
            out.outcome("", code, kind, u32::from(status), exception(status));
        }
        Body::DeviceId(objects) => device_id(objects, part, out),
        Body::ServerId(data) => server_id(data, part, out),
        Body::Umas(payload) => out.inner(payload, u64::from(message.transaction)),
        _ => {}
    }
    if !request && !matches!(message.body, Body::Exception(_)) {
        out.role(Subject::Server, part, Role::Controller);
    }
}

fn target(message: &Message<'_>) -> Target<'static> {
    match message.body {
        Body::Range(first, count) | Body::Write { first, count, .. } if message.function != 8 => {
            let single = matches!(message.function, 5 | 6);
            let count = if single { 1 } else { u32::from(count) };
            Target::Range { space: space(message.function), major: 0, first: u32::from(first), count }
        }
        _ => Target::None,
    }
}

fn remember(session: &mut Session, message: &Message<'_>, first: u16, count: u16) {
    let pending = Pending {
        transaction: message.transaction,
        first,
        count,
        unit: message.unit,
        function: message.function,
    };
    if let Some(place) = session.pending.get_mut(usize::from(session.next) % PENDING_MAX) {
        *place = pending;
        session.next = session.next.wrapping_add(1);
    }
}

fn read_values(
    session: &mut Session,
    message: &Message<'_>,
    values: &[u8],
    part: Part,
    out: &mut Out<'_, '_>,
) {
    let asked = session.pending.iter_mut().find(|pending| {
        pending.count > 0
            && (pending.transaction, pending.unit, pending.function)
                == (message.transaction, message.unit, message.function)
    });
    let Some(asked) = asked else { return };
    let (first, count) = (asked.first, asked.count);
    asked.count = 0;
    if matches!(message.function, 3 | 4) {
        told_values(message.function, first, values, part, out);
    } else {
        bits(message.function, first, count, values, part, out);
    }
}

/// Registers of two bytes, or the single coil of function 5 (0xff00 is on).
fn told_values(code: u8, first: u16, values: &[u8], part: Part, out: &mut Out<'_, '_>) {
    if code == 15 || out.passes_over(values.len() / 2) {
        return;
    }
    let mut reader = Reader::new(values);
    let mut item = u32::from(first);
    while let Ok(value) = reader.u16() {
        let datum = if code == 5 { Datum::Bool(value == 0xff00) } else { Datum::UInt(u64::from(value)) };
        value_of(code, item, datum, part, out);
        item += 1;
    }
}

/// Coils and inputs, eight to a byte, the lowest bit first.
fn bits(code: u8, first: u16, count: u16, values: &[u8], part: Part, out: &mut Out<'_, '_>) {
    if out.passes_over(usize::from(count)) {
        return;
    }
    for at in 0..count {
        let Some(byte) = values.get(usize::from(at / 8)) else { return };
        value_of(code, u32::from(first) + u32::from(at), Datum::Bool(byte >> (at % 8) & 1 == 1), part, out);
    }
}

fn value_of(code: u8, item: u32, datum: Datum<'_>, part: Part, out: &mut Out<'_, '_>) {
    let target = Target::Range { space: space(code), major: 0, first: item, count: 1 };
    out.value(Value { subject: Subject::Server, part, target, datum });
}

/// Basic, regular and extended objects (Application Protocol, 6.21, table of object identifiers).
fn device_id(objects: &[u8], part: Part, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(objects);
    let Ok(count) = reader.u8() else { return };
    for _ in 0..count {
        let (Ok(object), Ok(len)) = (reader.u8(), reader.u8()) else { return };
        let (property, key) = match object {
            0 => (Property::Vendor, "device-id.vendor-name"),
            1 => (Property::OrderNumber, "device-id.product-code"),
            2 => (Property::Firmware, "device-id.revision"),
            3 => (Property::Other, "device-id.vendor-url"),
            4 => (Property::Model, "device-id.product-name"),
            5 => (Property::Model, "device-id.model-name"),
            6 => (Property::Name, "device-id.application-name"),
            _ => (Property::Other, "device-id.private"),
        };
        let value = Text::unknown(reader.take_up_to(usize::from(len)));
        out.part_identity(Subject::Server, part, property, key, value);
    }
}

/// Report Server ID has no fixed form; devices that answer it put readable text behind the run indicator.
fn server_id(data: &[u8], part: Part, out: &mut Out<'_, '_>) {
    let text = data.get(2..).unwrap_or_default();
    if text.len() >= 4 && text.iter().filter(|byte| byte.is_ascii_graphic()).count() * 4 >= text.len() * 3 {
        out.part_identity(Subject::Server, part, Property::Description, "server-id", Text::unknown(text));
    }
}

fn exception(status: u8) -> &'static str {
    match status {
        1 => "illegal function",
        2 => "illegal data address",
        3 => "illegal data value",
        4 => "server device failure",
        5 => "acknowledge",
        6 => "server device busy",
        8 => "memory parity error",
        10 => "gateway path unavailable",
        11 => "gateway target device failed to respond",
        _ => "",
    }
}
