//! Messages to observations.

use super::wire::{Body, Message, variable};
use super::{PENDING_MAX, Session};
use crate::out::Out;
use crate::protocols::identification;
use facts::{Command, OutcomeKind, Part, Phase, Property, Role, Subject, Target, Verb};
use wire::{Reader, Text};

/// Class of the object that a client makes to open a session.
const CLASS_SESSION: u64 = 287;
/// Class of a subscription.
const CLASS_SUBSCRIPTION: u64 = 1000;
/// Classes of blocks of the program.
const CLASS_BLOCKS: core::ops::RangeInclusive<u64> = 2574..=2600;
/// The object that runs the program.
const OBJECT_EXECUTION: u32 = 52;
/// Its attribute for the requested operating state.
const STATE_REQUEST: u64 = 2167;

pub(super) fn observe(message: &Message<'_>, state: &mut Session, out: &mut Out<'_, '_>) {
    match message.body {
        Body::Request { function, sequence, session, data } => {
            let (name, verb) = name(function);
            let verb = request_verb(function, session, data).unwrap_or(verb);
            let target = match Reader::new(data).u32() {
                Ok(instance @ 1..) if begins_with_object(function) => {
                    Target::Object { space: "object", class: 0, instance, attribute: 0 }
                }
                _ => Target::None,
            };
            if let Some(place) = state.pending.get_mut(usize::from(sequence) % PENDING_MAX) {
                *place = Some((sequence, verb));
            }
            command(function, name, verb, Phase::Request, target, out);
            if function == 0x04ca {
                texts(data, &[(CLIENT_PATH, Subject::Client, Property::Other, "session.client-path")], out);
            }
        }
        Body::Response { function, sequence, data } => {
            let (name, verb) = name(function);
            let asked = state.pending.iter().flatten().find(|(number, _)| *number == sequence);
            let verb = asked.map_or(verb, |(_, verb)| *verb);
            command(function, name, verb, Phase::Response, Target::None, out);
            response(function, data, out);
        }
        Body::Notification => {
            let part = Part::Whole;
            let (verb, phase) = (Verb::Report, Phase::Unsolicited);
            let (group, code, name) = ("notification", 0x33, "notification");
            out.command(Command { group, code, name, verb, phase, part, target: Target::None });
            out.role(Subject::Sender, Part::Whole, Role::Controller);
        }
        Body::Other => {}
    }
}

fn command(
    function: u16,
    name: &'static str,
    verb: Verb,
    phase: Phase,
    target: Target<'_>,
    out: &mut Out<'_, '_>,
) {
    out.command(Command {
        group: "",
        code: u64::from(function),
        name,
        verb,
        phase,
        part: Part::Whole,
        target,
    });
}

fn name(function: u16) -> (&'static str, Verb) {
    match function {
        0x04bb => ("explore", Verb::Read),
        0x04ca => ("create object", Verb::Configure),
        0x04d4 => ("delete object", Verb::Configure),
        0x04f2 => ("set variable", Verb::Write),
        0x04fc => ("get variable", Verb::Read),
        0x0506 => ("add link", Verb::Configure),
        0x051a => ("remove link", Verb::Configure),
        0x0524 => ("get link", Verb::Read),
        0x0542 => ("set multi variables", Verb::Write),
        0x054c => ("get multi variables", Verb::Read),
        0x0556 => ("begin sequence", Verb::Other),
        0x0560 => ("end sequence", Verb::Other),
        0x056b => ("invoke", Verb::Operate),
        0x057c => ("set variable sub-streamed", Verb::Write),
        0x0586 => ("get variable sub-streamed", Verb::Read),
        0x0590 => ("get variables address", Verb::Read),
        0x059a => ("abort", Verb::Other),
        0x05a9 => ("error", Verb::Other),
        0x05b3 => ("init ssl", Verb::Login),
        _ => ("", Verb::Other),
    }
}

/// Whether the data of a request begin with the object that is meant.
fn begins_with_object(function: u16) -> bool {
    matches!(function, 0x04bb..=0x0542 | 0x054c | 0x057c..=0x0590)
}

/// What a request does, where its object says more than its function.
fn request_verb(function: u16, session: u32, data: &[u8]) -> Option<Verb> {
    let mut reader = Reader::new(data);
    let object = reader.u32().ok()?;
    match function {
        0x04ca => match created_class(&mut reader)? {
            CLASS_SESSION => Some(Verb::Login),
            CLASS_SUBSCRIPTION => Some(Verb::Subscribe),
            class if CLASS_BLOCKS.contains(&class) => Some(Verb::DownloadProgram),
            _ => None,
        },
        0x04d4 if object == session => Some(Verb::Logout),
        // Blocks have object numbers by type: 0x8a is a data block, 0x92 to 0x95 are code.
        0x04d4 if matches!(object >> 24, 0x8a | 0x92..=0x95) => Some(Verb::DeleteProgram),
        // The second half of opening a session.
        0x0542 if object == session && session != 0 => Some(Verb::Login),
        0x04f2 if object == OBJECT_EXECUTION => state_request(&mut reader),
        _ => None,
    }
}

/// The class of the object to be made: behind a value of four bytes and the mark of an object.
fn created_class(reader: &mut Reader<'_>) -> Option<u64> {
    let _flags_and_type = reader.u16().ok()?;
    variable(reader)?;
    reader.skip(4).ok()?;
    // Some clients put a number of elements in between.
    for _ in 0..5 {
        if reader.u8().ok()? == 0xa1 {
            reader.skip(4).ok()?;
            return variable(reader);
        }
    }
    None
}

/// One attribute, then its value: flags, type, number; 1 stops, 3 starts.
fn state_request(reader: &mut Reader<'_>) -> Option<Verb> {
    reader.skip(1).ok()?;
    if variable(reader)? != STATE_REQUEST {
        return None;
    }
    let _flags_and_type = reader.u16().ok()?;
    match variable(reader)? {
        1 => Some(Verb::Stop),
        3 => Some(Verb::Start),
        _ => Some(Verb::ChangeMode),
    }
}

/// The return value, and who the machine is where it says so.
fn response(function: u16, data: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    let status = variable(&mut reader).unwrap_or(0);
    // The low 16 bits are the error, negative when the function failed.
    if status & 0x8000 != 0 {
        let status = u32::try_from(status & 0xffff).unwrap_or(0);
        out.outcome("", u64::from(function), OutcomeKind::Refused, status, "");
        return;
    }
    out.role(Subject::Sender, Part::Whole, Role::Controller);
    match function {
        0x04ca => {
            texts(
                data,
                &[(SERVER_RELEASE, Subject::Server, Property::Software, "session.server-release")],
                out,
            );
            machine(data, out);
        }
        0x0586 => {
            // A record of identification, type and length of its block and its version.
            if let Some(at) = find(data, &[0x00, 0x20, 0x00, 0x38, 0x01, 0x00]) {
                let mut record = Reader::new(data.get(at..).unwrap_or_default());
                let _ = identification::record_0(&mut record, Part::Whole, out);
            }
        }
        _ => {}
    }
}

/// Attribute numbers as they stand on the wire, with flags and the type of a text.
const CLIENT_PATH: [u8; 4] = [0x82, 0x21, 0x00, 0x15];
const SERVER_RELEASE: [u8; 4] = [0x82, 0x2d, 0x00, 0x15];
const MACHINE: [u8; 4] = [0x82, 0x3f, 0x00, 0x15];

type Wanted = ([u8; 4], Subject, Property, &'static str);

fn texts(data: &[u8], wanted: &[Wanted], out: &mut Out<'_, '_>) {
    for (attribute, subject, property, key) in wanted {
        if let Some(text) = text(data, attribute) {
            out.identity(*subject, *property, key, text);
        }
    }
}

/// Order number and firmware: `1;6ES7 214-1HE30-0XB0 ;V2.2`.
fn machine(data: &[u8], out: &mut Out<'_, '_>) {
    let Some(text) = text(data, &MACHINE) else { return };
    let mut parts = text.bytes.split(|byte| *byte == b';');
    if let (Some(_), Some(order), Some(firmware)) = (parts.next(), parts.next(), parts.next()) {
        out.identity(Subject::Server, Property::OrderNumber, "session.order-number", Text::utf8(order));
        out.identity(Subject::Server, Property::Firmware, "session.firmware", Text::utf8(firmware));
    }
}

/// The text of an attribute; the bytes of its number, flags and type are looked for, since objects nest freely.
fn text<'a>(data: &'a [u8], attribute: &[u8]) -> Option<Text<'a>> {
    let mut reader = Reader::new(data.get(find(data, attribute)?..)?);
    let len = usize::try_from(variable(&mut reader)?).ok()?;
    reader.take(len).ok().map(Text::utf8)
}

/// The offset behind the first place where `wanted` stands.
fn find(data: &[u8], wanted: &[u8]) -> Option<usize> {
    data.windows(wanted.len()).position(|window| window == wanted).map(|at| at + wanted.len())
}
