//! Messages to observations.

use super::S7comm;
use super::item;
use super::names::{block, error, function, pi_service, pi_service_at_the_end};
use super::pending::Request;
use super::wire::{Kind, Message};
use super::{data, userdata};
use crate::dissector::Context;
use crate::out::Out;
use facts::{Command, OutcomeKind, Part, Phase, Role, Subject, Target, Verb};
use wire::{Reader, Text};

pub(super) fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, S7comm>, out: &mut Out<'a, '_>) {
    match message.kind {
        Kind::Job => job(message, context, out),
        Kind::Ack | Kind::AckData => acknowledgement(message, context, out),
        Kind::Userdata => userdata::observe(message, context, out),
    }
}

/// A request; it is remembered until its answer comes.
fn job(message: &Message<'_>, context: &mut Context<'_, S7comm>, out: &mut Out<'_, '_>) {
    let Some(code) = message.parameters.first().copied() else { return };
    let (mut name, mut verb) = function(code);
    let mut target = Target::None;
    if code == 0x28 {
        (name, verb, target) = invocation(message.parameters);
    }
    let mut request = Request::new(context.seen.flow, message.reference, ("", u16::from(code)), (name, verb));
    match code {
        4 | 5 => {
            let mut reader = Reader::new(message.parameters.get(1..).unwrap_or_default());
            let count = reader.u8().unwrap_or(0);
            (0..count).map_while(|_| item::read(&mut reader)).for_each(|item| request.add(item));
            target = request.items.first().map_or(Target::None, item::Item::target);
        }
        0x1a..=0x1d => target = block_target(block_name(message.parameters)),
        _ => {}
    }
    command(&request, Phase::Request, target, out);
    match code {
        5 => {
            let items = request.items.get(..request.items_len).unwrap_or_default();
            data::values(items, message.data, 5, out);
        }
        0x1a | 0x1d => out.role(Subject::Sender, Part::Whole, Role::EngineeringStation),
        _ => {}
    }
    context.pool.put(request);
}

fn command(request: &Request, phase: Phase, target: Target<'_>, out: &mut Out<'_, '_>) {
    let Request { group, name, verb, .. } = *request;
    out.command(Command {
        group,
        code: u64::from(request.code),
        name,
        verb,
        phase,
        part: Part::Whole,
        target,
    });
}

/// An answer. One without parameters carries no code, so that only a failure is told of it.
fn acknowledgement(message: &Message<'_>, context: &mut Context<'_, S7comm>, out: &mut Out<'_, '_>) {
    let asked = context.pool.take(context.seen.flow, message.reference);
    let code = message.parameters.first().copied();
    let asked = match (asked, code) {
        (Some(asked), None) => asked,
        (Some(asked), Some(code)) if asked.code == u16::from(code) => asked,
        (_, Some(code)) => {
            Request::new(context.seen.flow, message.reference, ("", u16::from(code)), function(code))
        }
        (None, None) => Request::new(context.seen.flow, message.reference, ("", 0), ("", Verb::Other)),
    };
    if code.is_some() {
        command(&asked, Phase::Response, Target::None, out);
    }
    let code = u64::from(asked.code);
    if message.error != 0 {
        out.outcome("", code, OutcomeKind::Refused, u32::from(message.error), error(message.error));
        return;
    }
    let items = asked.items.get(..asked.items_len).unwrap_or_default();
    match asked.code {
        4 => data::values(items, message.data, code, out),
        5 => data::results(message.data, code, out),
        _ => {}
    }
    // Pieces of a download are fetched by the controller, so that there the answer is the engineer's.
    if !matches!(asked.code, 0x1b | 0x1c) {
        out.role(Subject::Sender, Part::Whole, Role::Controller);
    }
}

/// Program invocation: seven bytes, parameter block with its length, name of the service with its length.
fn invocation(parameters: &[u8]) -> (&'static str, Verb, Target<'_>) {
    let mut reader = Reader::new(parameters);
    let read = |reader: &mut Reader<'_>| -> Option<(usize, usize)> {
        reader.skip(8).ok()?;
        let len = usize::from(reader.u16().ok()?);
        let at = reader.at();
        reader.skip(len).ok()?;
        Some((at, len))
    };
    let block = read(&mut reader).and_then(|(at, len)| parameters.get(at..at + len)).unwrap_or_default();
    let len = usize::from(reader.u8().unwrap_or(0));
    let mut service = reader.take(len).unwrap_or_default();
    if service.is_empty() {
        service = pi_service_at_the_end(parameters).unwrap_or_default();
    }
    let (name, verb) = pi_service(service);
    let target = match (service, block) {
        (b"P_PROGRAM", [b'C', ..]) => return ("pi-service: cold restart", verb, Target::None),
        (b"P_PROGRAM", _) => return ("pi-service: warm restart", verb, Target::None),
        // A number of blocks, a filler, then names of eight characters.
        (b"_INSE" | b"_INS2" | b"_DELE", [_, _, name @ ..]) => block_target(name),
        ([], _) => Target::None,
        _ => Target::Name { space: "pi-service", name: Text::unknown(service) },
    };
    (name, verb, target)
}

/// The file name in the parameters of a transfer: eight bytes, a length, a file identifier `_`, the name.
fn block_name(parameters: &[u8]) -> &[u8] {
    let mut reader = Reader::new(parameters);
    if reader.skip(8).is_err() {
        return &[];
    }
    let len = usize::from(reader.u8().unwrap_or(0));
    match reader.take_up_to(len) {
        [b'_', name @ ..] => name,
        name => name,
    }
}

/// A block by its name: `0`, a digit for the type, five digits for the number, a letter for the file system. Where
/// the type is told alone, the leading `0` is left out.
pub(super) fn block_target(name: &[u8]) -> Target<'_> {
    let (kind, number) = match name {
        [b'0', kind, a, b, c, d, e, ..] | [kind, a, b, c, d, e, _] => (*kind, [*a, *b, *c, *d, *e]),
        _ => return Target::None,
    };
    if !number.iter().all(u8::is_ascii_digit) {
        return Target::Name { space: "file", name: Text::unknown(name) };
    }
    let number = number.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    Target::Object { space: block(kind), class: u32::from(kind), instance: number, attribute: 0 }
}
