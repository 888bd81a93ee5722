//! Application fragments to observations.

use super::link::{Frame, USER_DATA_MAX};
use super::objects::{Content, Header, Object};
use super::transport::{Added, Key};
use super::{Dnp3, names, values};
use crate::dissector::Context;
use crate::out::Out;
use facts::{
    Command, FileAction, FileMoved, LoginOutcome, Observation, OutcomeKind, Part, Phase, Property, Role,
    Subject, Target, Value, Verb,
};
use wire::{Defect, Digits, Direction, Malformed, Reader, Text, Time};

const RESPONSE: u8 = 129;
const UNSOLICITED_RESPONSE: u8 = 130;

/// What a conversation remembers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    /// Whether this conversation has been seen before.
    begun: bool,
    /// Function of the last request, to name what a response refuses.
    asked: u8,
    /// Link address last told for each side.
    told: [Option<u16>; 2],
}

/// Who is meant by a fragment.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The outstation's part of its machine.
    part: Part,
    /// The machine the outstation is in.
    outstation: Subject,
}

pub(super) fn observe<'a>(frame: &Frame<'a>, context: &mut Context<'_, Dnp3>, out: &mut Out<'a, '_>) {
    if !context.session.begun {
        context.session.begun = true;
        context.pool.forget(context.seen.flow);
    }
    let (outstation, part) = if frame.from_master {
        (Subject::Receiver, Part::Unit(u32::from(frame.destination)))
    } else {
        (Subject::Sender, Part::Unit(u32::from(frame.source)))
    };
    told_address(frame, part, context, out);
    let mut buffer = [0; USER_DATA_MAX];
    let data = frame.user_data(&mut buffer);
    let (true, Some((header, segment))) = (frame.has_user_data, data.split_first()) else { return };
    let place = Place { part, outstation };
    // First and last at once is the common case and needs no place in the pool.
    if header & 0xc0 == 0xc0 {
        return fragment(segment, place, context.session, out);
    }
    let way = context.seen.direction.index();
    let key = Key { flow: context.seen.flow, way, addresses: [frame.source, frame.destination] };
    match context.pool.add(key, *header, segment) {
        Added::Whole(whole) => fragment(whole, place, context.session, out),
        Added::TooLong(first) => {
            out.push(&Observation::Malformed(Malformed::new(first.len(), Defect::TooLong)));
            fragment(first, place, context.session, out);
        }
        Added::Waiting | Added::OutOfSequence => {}
    }
}

fn told_address(frame: &Frame<'_>, part: Part, context: &mut Context<'_, Dnp3>, out: &mut Out<'_, '_>) {
    let side = match context.seen.direction {
        Direction::ToServer => &mut context.session.told[0],
        Direction::ToClient => &mut context.session.told[1],
    };
    if side.replace(frame.source) != Some(frame.source) {
        let part = if frame.from_master { Part::Whole } else { part };
        let address = Digits::decimal(u64::from(frame.source));
        out.part_identity(Subject::Sender, part, Property::Address, "link-address", address.as_text());
    }
}

fn fragment(bytes: &[u8], place: Place, session: &mut Session, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(bytes);
    let (Ok(_control), Ok(function)) = (reader.u8(), reader.u8()) else {
        return out.push(&Observation::Malformed(reader.defect(Defect::Truncated)));
    };
    let response = matches!(function, RESPONSE | UNSOLICITED_RESPONSE | 131);
    let indications = if response { reader.u16() } else { Ok(0) };
    let (target, verb) = aim(function, reader);
    let (name, usual) = names::function(function);
    let phase = match function {
        UNSOLICITED_RESPONSE => Phase::Unsolicited,
        RESPONSE | 131 => Phase::Response,
        _ => Phase::Request,
    };
    let (verb, part) = (verb.unwrap_or(usual), place.part);
    out.command(Command { group: "", code: u64::from(function), name, verb, phase, part, target });
    match (response, indications) {
        (false, _) if function != 0 => session.asked = function,
        (true, Ok(indications)) => {
            refused(indications, u64::from(session.asked), out);
            out.role(Subject::Sender, place.part, Role::Rtu);
        }
        (true, Err(defect)) => return out.push(&Observation::Malformed(defect)),
        _ => {}
    }
    let asked = session.asked;
    if let Err(defect) =
        each_object(function, &mut reader, |object| said(function, asked, &object, place, out))
    {
        out.push(&Observation::Malformed(defect));
    }
}

/// Requests that name points without sending data for them.
fn names_only(function: u8) -> bool {
    matches!(function, 1 | 7..=15 | 19..=24 | 31)
}

fn each_object<'a>(
    function: u8,
    reader: &mut Reader<'a>,
    mut each: impl FnMut(Object<'a>),
) -> Result<(), Malformed> {
    while !reader.is_empty() {
        let header = Header::read(reader)?;
        // A read of a file block carries the block's number.
        if names_only(function) && header.group != 70 && header.group != 50 {
            header.skip_indexes(reader)?;
        } else {
            header.objects(reader, &mut each)?;
        }
    }
    Ok(())
}

/// The points of the first object header, and what the function does to them.
fn aim<'a>(function: u8, mut reader: Reader<'a>) -> (Target<'a>, Option<Verb>) {
    let Ok(header) = Header::read(&mut reader) else { return (Target::None, None) };
    let Header { group, variation, .. } = header;
    let mut verb = names::verb_of_group(function, group, variation);
    let space = names::space(group);
    if group == 60 {
        let first = u32::from(variation).saturating_sub(1);
        return (Target::Range { space, major: 0, first, count: 1 }, verb);
    }
    if group == 70 {
        let mut target = Target::None;
        // A damaged object names no file; the fragment's own walk says that it is damaged.
        let _ = header.objects(&mut reader, |object| {
            if let Some((name, mode)) = file_name(&object) {
                target = Target::Name { space, name };
                verb = match (function, mode) {
                    (25, 2 | 3) => Some(Verb::WriteFile),
                    _ => verb,
                };
            }
        });
        return (target, verb);
    }
    let indexed = header.skip_indexes(&mut reader.clone()).ok().flatten();
    // The variation of a device attribute is its number; its index is always 0.
    let first = if group == 0 { u32::from(variation) } else { indexed.unwrap_or(0) };
    (Target::Range { space, major: 0, first, count: header.count.unwrap_or(0) }, verb)
}

/// What one object tells.
fn said(function: u8, asked: u8, object: &Object<'_>, place: Place, out: &mut Out<'_, '_>) {
    let target =
        || Target::Range { space: names::space(object.group), major: 0, first: object.index, count: 1 };
    let response = matches!(function, RESPONSE | UNSOLICITED_RESPONSE);
    match (object.group, object.content) {
        (0, Content::Bytes(bytes)) if response => attribute(object.variation, bytes, place, out),
        (50, Content::Bytes(bytes)) if matches!(object.variation, 1 | 3) => clock(bytes, out),
        (70, Content::Bytes(bytes)) => file(function, asked, object, bytes, out),
        (120, Content::Bytes(bytes)) => authentication(object.variation, bytes, out),
        _ if response => {
            if let Some(status @ 1..) = values::control_status(object) {
                let reason = names::control_status(status);
                out.outcome("", u64::from(asked), OutcomeKind::Refused, u32::from(status), reason);
            }
            if let Some(datum) = values::datum(object) {
                out.value(Value { subject: place.outstation, part: place.part, target: target(), datum });
            }
        }
        _ if matches!(function, 4..=6) => {
            if let Some(datum) = values::asked(object) {
                out.value(Value { subject: place.outstation, part: place.part, target: target(), datum });
            }
        }
        _ => {}
    }
}

/// A device attribute: data type, length, value; type 1 is visible text, 2 and 3 are numbers.
fn attribute(variation: u8, bytes: &[u8], place: Place, out: &mut Out<'_, '_>) {
    let Some(([kind, _len], value)) = bytes.split_first_chunk::<2>() else { return };
    let (property, key) = names::attribute(variation);
    match kind {
        1 => out.part_identity(place.outstation, place.part, property, key, Text::unknown(value)),
        2 if value.len() <= 8 && property != Property::Other => {
            let number = value.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
            let number = Digits::decimal(number);
            out.part_identity(place.outstation, place.part, property, key, number.as_text());
        }
        _ => {}
    }
}

/// Milliseconds since 1970 in six bytes.
fn clock(bytes: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(bytes);
    if let (Ok(low), Ok(high)) = (reader.u32_le(), reader.u16_le()) {
        let milliseconds = i64::from(high) << 32 | i64::from(low);
        out.push(&Observation::Clock { told: Time(milliseconds.saturating_mul(1_000_000)) });
    }
}

/// The name in a file command, descriptor or specification, and the mode of a command (group 70).
fn file_name<'a>(object: &Object<'a>) -> Option<(Text<'a>, u16)> {
    let Content::Bytes(bytes) = object.content else { return None };
    let mut reader = Reader::new(bytes);
    if object.variation == 8 {
        return Some((Text::unknown(bytes), 0));
    }
    if !matches!(object.variation, 3 | 7) {
        return None;
    }
    let (offset, len) = (reader.u16_le().ok()?, reader.u16_le().ok()?);
    let name = bytes.get(usize::from(offset)..)?.get(..usize::from(len))?;
    let mode = if object.variation == 3 { Reader::new(bytes.get(20..22)?).u16_le().ok()? } else { 0 };
    Some((Text::unknown(name), mode))
}

fn file(function: u8, asked: u8, object: &Object<'_>, bytes: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(bytes);
    match (object.variation, function) {
        (2, 29) => {
            let (Ok(offset), Ok(len)) = (reader.u16_le(), reader.u16_le()) else { return };
            let user = bytes.get(usize::from(offset)..).and_then(|rest| rest.get(..usize::from(len)));
            out.login(Text::unknown(user.unwrap_or_default()), "password", LoginOutcome::Attempted);
        }
        (3, 25 | 27) => {
            let Some((name, mode)) = file_name(object) else { return };
            let size = Reader::new(bytes.get(16..).unwrap_or_default()).u32_le().ok().map(u64::from);
            let (action, size) = match (function, mode) {
                (27, _) => (FileAction::Delete, None),
                (_, 2 | 3) => (FileAction::Write, size),
                _ => (FileAction::Read, None),
            };
            out.push(&Observation::File(FileMoved { name, action, size }));
        }
        // Status stands behind handle, size, block size and request number, or behind handle and block number.
        (4, RESPONSE) => file_outcome(asked, bytes.get(12), out),
        (6, RESPONSE) => file_outcome(asked, bytes.get(8), out),
        _ => {}
    }
}

fn file_outcome(asked: u8, status: Option<&u8>, out: &mut Out<'_, '_>) {
    if let Some(status @ 1..) = status {
        let reason = names::file_status(*status);
        out.outcome("", u64::from(asked), OutcomeKind::Refused, u32::from(*status), reason);
    }
}

/// Secure authentication (group 120): a reply to a challenge, and an error.
fn authentication(variation: u8, bytes: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(bytes);
    let (Ok(_sequence), Ok(user)) = (reader.u32_le(), reader.u16_le()) else { return };
    let user = Digits::decimal(u64::from(user));
    match variation {
        2 => out.login(user.as_text(), "challenge", LoginOutcome::Attempted),
        7 => out.login(user.as_text(), "challenge", LoginOutcome::Refused),
        _ => {}
    }
}

/// Internal indications that say no.
fn refused(indications: u16, asked: u64, out: &mut Out<'_, '_>) {
    let (kind, reason) = match indications & 0xff {
        bits if bits & 1 != 0 => (OutcomeKind::Refused, "function code not supported"),
        bits if bits & 2 != 0 => (OutcomeKind::Refused, "object unknown"),
        bits if bits & 4 != 0 => (OutcomeKind::Refused, "parameter error"),
        bits if bits & 16 != 0 => (OutcomeKind::Refused, "already executing"),
        bits if bits & 32 != 0 => (OutcomeKind::Failed, "configuration corrupt"),
        _ => return,
    };
    out.outcome("", asked, kind, u32::from(indications), reason);
}
