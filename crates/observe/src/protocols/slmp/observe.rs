//! Messages to observations.

use super::Slmp;
use super::file::{self, Opened};
use super::names::{self, READ, READ_TYPE_NAME, WRITE};
use super::wire::{Body, Fields, Message};
use crate::dissector::Context;
use crate::out::Out;
use facts::{Command, Datum, Part, Phase, Property, Role, Subject, Target, Value, Verb};
use wire::{Defect, Digits, Malformed, Text};

/// Requests that wait for their response.
const PENDING_MAX: usize = 2;
/// Subcommand bits: points of one bit; addresses of iQ-R, two bytes longer.
const SUB_BITS: u32 = 1;
const SUB_LONG: u32 = 2;

/// The last requests of a conversation, since responses do not name their command.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    pending: [Pending; PENDING_MAX],
    next: u8,
    /// A program file is open for writing.
    writes_program: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Pending {
    serial: u32,
    command: u32,
    verb: Option<Verb>,
    run: Run,
    waits: bool,
}

/// A run of devices.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    /// Binary code of the device.
    device: u32,
    first: u32,
    count: u16,
    /// Whether points are bits.
    bits: bool,
}

pub(super) fn observe(message: &Message<'_>, context: &mut Context<'_, Slmp>, out: &mut Out<'_, '_>) {
    // Network 0, or station 255, is the machine that is connected.
    let part = match (message.network, message.station) {
        (0, _) | (_, 0xff) => Part::Whole,
        (network, station) => Part::Unit(network << 8 | station),
    };
    match message.body {
        Body::Request(command, sub) => request(message, command, sub, part, context.session, out),
        Body::Response(end) => response(message, end, part, context.session, out),
    }
}

fn request(
    message: &Message<'_>,
    command: u32,
    sub: u32,
    part: Part,
    session: &mut Session,
    out: &mut Out<'_, '_>,
) {
    let mut data = message.data;
    let run = if matches!(command, READ | WRITE) { run(&mut data, sub).ok() } else { None };
    let opened = if command == file::OPEN { file::opened(data, sub) } else { None };
    let target = match (run, &opened) {
        (Some(run), _) => run.target(u32::from(run.count)),
        (None, Some(Opened { name, .. })) => Target::Name { space: "file", name: *name },
        (None, None) => Target::None,
    };
    match command {
        file::OPEN => session.writes_program = opened.is_some_and(|opened| opened.is_program_written),
        file::CLOSE => session.writes_program = false,
        _ => {}
    }
    // What is written into a program file is the program.
    let verb = (command == file::WRITE && session.writes_program).then_some(Verb::DownloadProgram);
    say((command, verb), Phase::Request, part, target, out);
    if let (Some(run), WRITE) = (run, command) {
        values(run, data, part, out).unwrap_or(());
    }
    let pending =
        Pending { serial: message.serial, command, verb, run: run.unwrap_or_default(), waits: true };
    if let Some(place) = session.pending.get_mut(usize::from(session.next) % PENDING_MAX) {
        *place = pending;
        session.next = session.next.wrapping_add(1);
    }
}

fn response(message: &Message<'_>, end: u32, part: Part, session: &mut Session, out: &mut Out<'_, '_>) {
    let asked = session.pending.iter_mut().find(|pending| pending.waits && pending.serial == message.serial);
    // Without its request a response does not tell what it answers.
    let Some(asked) = asked.map(core::mem::take) else { return };
    say((asked.command, asked.verb), Phase::Response, part, Target::None, out);
    if end != 0 {
        let (kind, reason) = names::end_code(end);
        out.outcome("", u64::from(asked.command), kind, end, reason);
        return;
    }
    out.role(Subject::Server, part, Role::Controller);
    match asked.command {
        READ => values(asked.run, message.data, part, out).unwrap_or(()),
        READ_TYPE_NAME => {
            let mut data = message.data;
            let model = Text::unknown(data.reader.take_up_to(16));
            out.part_identity(Subject::Server, part, Property::Model, "type-name.model", model);
            if let Ok(code) = data.number(2) {
                let code = Digits::hex(u64::from(code), 4);
                out.part_identity(
                    Subject::Server,
                    part,
                    Property::Other,
                    "type-name.model-code",
                    code.as_text(),
                );
            }
        }
        _ => {}
    }
}

/// Tells a command; what it does in this conversation may be more than what it does in general.
fn say(
    (command, verb): (u32, Option<Verb>),
    phase: Phase,
    part: Part,
    target: Target<'_>,
    out: &mut Out<'_, '_>,
) {
    let (name, general) = names::command(command);
    let verb = verb.unwrap_or(general);
    out.command(Command { group: "", code: u64::from(command), name, verb, phase, part, target });
}

/// First device and number of points. In ASCII the device stands first and its number is text of six digits.
fn run(data: &mut Fields<'_>, sub: u32) -> Result<Run, Malformed> {
    let long = sub & SUB_LONG != 0;
    let bits = sub & SUB_BITS != 0;
    let (device, first) = if data.ascii {
        let device = data.reader.take(if long { 4 } else { 2 })?;
        let text = device.get(..2).unwrap_or_default();
        let (device, hexadecimal) =
            names::device_of_text(text).ok_or(data.reader.defect(Defect::BadValue))?;
        let digits = data.reader.take(if long { 8 } else { 6 })?;
        let radix = if hexadecimal { 16 } else { 10 };
        let first =
            core::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, radix).ok());
        (device, first.ok_or(data.reader.defect(Defect::BadValue))?)
    } else {
        let first = data.number(if long { 4 } else { 3 })?;
        (data.number(if long { 2 } else { 1 })?, first)
    };
    let count = u16::try_from(data.number(2)?).unwrap_or(0);
    Ok(Run { device, first, count, bits })
}

impl Run {
    fn target(self, count: u32) -> Target<'static> {
        Target::Range { space: names::device(self.device), major: 0, first: self.first, count }
    }
}

/// Words of two bytes, or bits of four: the first in the high half of its byte.
fn values(run: Run, mut data: Fields<'_>, part: Part, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let mut half = None;
    for at in 0..u32::from(run.count) {
        let datum = match (run.bits, data.ascii) {
            (false, _) => Datum::UInt(u64::from(data.number(2)?)),
            (true, true) => Datum::Bool(data.reader.u8()? == b'1'),
            (true, false) => match half.take() {
                Some(low) => Datum::Bool(low),
                None => {
                    let byte = data.reader.u8()?;
                    half = Some(byte & 1 == 1);
                    Datum::Bool(byte >> 4 & 1 == 1)
                }
            },
        };
        let target = Run { first: run.first.saturating_add(at), ..run }.target(1);
        out.value(Value { subject: Subject::Server, part, target, datum });
    }
    Ok(())
}
