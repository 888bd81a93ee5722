//! Calls to observations.

use super::block::{
    CONNECT, IDENTIFICATION_0, IDENTIFICATION_1, IDENTIFICATION_3, READ, READ_RESPONSE, Record, SERVER,
    WRITE, blocks, initiator_name, record, server_name,
};
use crate::out::Out;
use crate::protocols::dcerpc_datagram::Header;
use crate::protocols::identification;
use facts::{Command, OutcomeKind, Part, Phase, Property, Role, Subject, Target, Verb};
use wire::{Digits, Reader, Text};

const CALL_CONNECT: u16 = 0;

pub(super) fn call(header: &Header<'_>, status: u32, bytes: &[u8], out: &mut Out<'_, '_>) {
    let request = header.kind == 0;
    let phase = if request { Phase::Request } else { Phase::Response };
    let place = blocks(bytes)
        .find(|block| matches!(block.kind, READ | READ_RESPONSE | WRITE))
        .and_then(|block| record(block.body));
    let (name, verb) = operation(header.operation, place);
    let target = match place {
        Some(Record { slot, subslot, index }) => Target::Object {
            space: "record",
            class: u32::from(slot),
            instance: u32::from(index),
            attribute: u32::from(subslot),
        },
        None => Target::None,
    };
    let code = u64::from(header.operation);
    out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target });
    if status != 0 {
        let reason = if header.kind == 2 { error_code(status) } else { "call not executed" };
        out.outcome("", code, OutcomeKind::Refused, status, reason);
    }
    if request && header.operation == CALL_CONNECT {
        out.role(Subject::Sender, Part::Whole, Role::Controller);
        device(header.object, out);
    }
    if !request && header.operation == CALL_CONNECT && status == 0 {
        out.role(Subject::Sender, Part::Whole, Role::RemoteIo);
    }
    let part = place.map_or(Part::Whole, |place| part(place.slot));
    for block in blocks(bytes) {
        match block.kind {
            CONNECT => {
                let name = initiator_name(block.body).unwrap_or_default();
                out.identity(
                    Subject::Sender,
                    Property::Name,
                    "ar.initiator-station-name",
                    Text::unknown(name),
                );
            }
            SERVER => {
                let name = server_name(block.body).unwrap_or_default();
                out.identity(Subject::Sender, Property::Name, "ar.server-station-name", Text::unknown(name));
            }
            IDENTIFICATION_0 if !request => {
                // A record that ends early tells nothing; the call itself was sound.
                let _ = identification::record_0(&mut Reader::new(block.body), part, out);
            }
            IDENTIFICATION_1 if !request => {
                let (function, location) = halves(block.body, 32);
                out.part_identity(Subject::Sender, part, Property::Other, "im1.function", function);
                out.part_identity(Subject::Sender, part, Property::Location, "im1.location", location);
            }
            IDENTIFICATION_3 if !request => {
                let text = Text::unknown(block.body);
                out.part_identity(Subject::Sender, part, Property::Other, "im3.descriptor", text);
            }
            _ => {}
        }
    }
}

fn halves(body: &[u8], at: usize) -> (Text<'_>, Text<'_>) {
    body.split_at_checked(at).map_or((Text::unknown(body), Text::default()), |(function, location)| {
        (Text::unknown(function), Text::unknown(location))
    })
}

/// Slot 0 is the machine's own interface.
pub(super) fn part(slot: u16) -> Part {
    if slot == 0 { Part::Whole } else { Part::Slot { rack: 0, slot } }
}

/// Numbers of the device that is called, out of its object identifier.
fn device([_, device, vendor]: [u16; 3], out: &mut Out<'_, '_>) {
    for (key, number) in [("object.vendor-id", vendor), ("object.device-id", device)] {
        let text = Digits::format(format_args!("0x{number:04x}"));
        out.identity(Subject::Receiver, Property::Other, key, text.as_text());
    }
}

/// Name and verb of an operation (IEC 61158-6-10), by the record where one is named.
fn operation(operation: u16, place: Option<Record>) -> (&'static str, Verb) {
    let read = match place.map(|place| place.index) {
        Some(0xaff0..=0xafff | 0xf840 | 0xf000) => Verb::Identify,
        // Diagnosis of sub-slots, slots, relations, interfaces, and of the device.
        Some(0x800a..=0x800c | 0xc00a..=0xc00c | 0xe00a..=0xe00c | 0xf00a..=0xf00c | 0xf80c) => {
            Verb::Diagnose
        }
        _ => Verb::Read,
    };
    match operation {
        CALL_CONNECT => ("connect", Verb::Login),
        1 => ("release", Verb::Logout),
        2 => ("read", read),
        3 => ("write", Verb::Configure),
        4 => ("control", Verb::Configure),
        5 => ("read implicit", read),
        _ => ("", Verb::Other),
    }
}

/// First byte of a status (IEC 61158-6-10).
fn error_code(status: u32) -> &'static str {
    match status >> 24 {
        0x81 => "pnio",
        0xcf => "rta error",
        0xda => "alarm acknowledge",
        0xdb => "connect response",
        0xdc => "release response",
        0xdd => "control response",
        0xde => "read response",
        0xdf => "write response",
        _ => "",
    }
}
