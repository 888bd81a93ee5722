//! Alarms: frames of their own, sent by devices and acknowledged by controllers.

use super::observe::part;
use crate::out::Out;
use facts::{Command, Part, Phase, Role, Subject, Target, Verb};
use wire::{Malformed, Reader};

/// An alarm as a device tells it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alarm {
    kind: u16,
    slot: u16,
    subslot: u16,
}

/// Reads an alarm; `None` for acknowledgements of the transport.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Alarm>, Malformed> {
    let mut reader = Reader::new(bytes);
    // Frame identifier, both endpoints.
    reader.skip(6)?;
    let kind = reader.u8()? & 15;
    // Flags, both sequence numbers, length.
    reader.skip(7)?;
    if kind != 1 {
        return Ok(None);
    }
    let block = reader.u16()?;
    reader.skip(4)?;
    let alarm = Alarm { kind: reader.u16()?, slot: alarm_slot(&mut reader)?, subslot: reader.u16()? };
    // High and low priority; answers of the controller are other blocks.
    Ok(Some(alarm).filter(|_| matches!(block, 1 | 2)))
}

/// The slot stands behind the interface.
fn alarm_slot(reader: &mut Reader<'_>) -> Result<u16, Malformed> {
    reader.skip(4)?;
    reader.u16()
}

pub(super) fn observe(alarm: &Alarm, out: &mut Out<'_, '_>) {
    let target = Target::Object {
        space: "sub-slot",
        class: u32::from(alarm.slot),
        instance: u32::from(alarm.subslot),
        attribute: 0,
    };
    out.command(Command {
        group: "alarm",
        code: u64::from(alarm.kind),
        name: name(alarm.kind),
        verb: Verb::Report,
        phase: Phase::Unsolicited,
        part: part(alarm.slot),
        target,
    });
    out.role(Subject::Sender, Part::Whole, Role::RemoteIo);
}

/// Types of alarms (IEC 61158-6-10).
fn name(kind: u16) -> &'static str {
    match kind {
        0x01 => "diagnosis",
        0x02 => "process",
        0x03 => "pull",
        0x04 => "plug",
        0x05 => "status",
        0x06 => "update",
        0x07 => "redundancy",
        0x08 => "controlled by supervisor",
        0x09 => "released",
        0x0a => "plug wrong submodule",
        0x0b => "return of submodule",
        0x0c => "diagnosis disappears",
        0x0d => "multicast communication mismatch",
        0x0e => "port data change",
        0x0f => "sync data change",
        0x10 => "isochronous mode problem",
        0x11 => "network component problem",
        0x12 => "time data change",
        0x1e => "upload and retrieval",
        0x1f => "pull module",
        _ => "",
    }
}
