//! Messages to observations.

use super::content::{self, Item};
use super::link::{Body, Message, Npdu};
use super::names::{self, DEVICE, PRESENT_VALUE};
use super::routed::Key;
use super::tags::{self, ObjectId, Tag};
use super::{Bacnet, services};
use crate::dissector::Context;
use crate::out::Out;
use facts::{
    Command, FileAction, FileMoved, LoginOutcome, Observation, OutcomeKind, Part, Phase, Property, Role,
    Subject, Target, Value,
};
use wire::{Defect, Digits, Malformed, Reader, Text, Time};

const PENDING_MAX: usize = 16;
/// Marks a unit whose device instance is not known: network number and last octet of the address stand for it.
const UNKNOWN_INSTANCE: u32 = 0x8000_0000;
/// A destination network of all networks.
const ALL_NETWORKS: u16 = 0xffff;

/// The services of the last confirmed requests by invoke identifier: refusals do not repeat them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    pending: [Option<(u8, u8)>; PENDING_MAX],
    next: u8,
}

/// An application PDU (clause 20.1): its type decides what follows.
#[derive(Clone, Copy, Debug)]
struct Apdu<'a> {
    kind: u8,
    invoke: u8,
    /// Service choice, or the reason of a reject or abort.
    choice: u8,
    /// Whether this is a segment after the first, whose bytes begin anywhere in a value.
    continues: bool,
    parameters: &'a [u8],
}

/// Who sends and who is meant.
#[derive(Clone, Copy, Debug)]
struct Ends {
    sender: Subject,
    sender_part: Part,
    receiver_part: Part,
}

pub(super) fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Bacnet>, out: &mut Out<'a, '_>) {
    match message.body {
        Body::Link(parameters) => link(message.function, parameters, out),
        Body::Network(npdu, kind, parameters) => network(&npdu, kind, parameters, context, out),
        Body::Application(npdu, bytes) => match apdu(bytes) {
            Ok(Some(apdu)) => application(&apdu, &npdu, message, context, out),
            Ok(None) => {}
            Err(defect) => out.push(&Observation::Malformed(defect)),
        },
    }
}

fn link(function: Option<u8>, parameters: &[u8], out: &mut Out<'_, '_>) {
    let Some(function) = function else { return };
    let (name, verb) = services::link(function);
    let phase = if matches!(function, 0 | 3 | 7) { Phase::Response } else { Phase::Request };
    let code = u64::from(function);
    out.command(Command { group: "bvlc", code, name, verb, phase, part: Part::Whole, target: Target::None });
    if let (0, Ok(result @ 1..)) = (function, Reader::new(parameters).u16()) {
        // Each refusal has the function's number in its second digit.
        let asked = match result >> 4 {
            1 => 1,
            2 => 2,
            3 => 5,
            4 => 6,
            5 => 8,
            _ => 9,
        };
        out.outcome("bvlc", asked, OutcomeKind::Refused, u32::from(result), names::link_result(result));
    }
}

fn network(
    npdu: &Npdu<'_>,
    kind: u8,
    parameters: &[u8],
    context: &Context<'_, Bacnet>,
    out: &mut Out<'_, '_>,
) {
    let (name, verb) = services::network(kind);
    let phase = match kind {
        1 | 7 | 19 => Phase::Response,
        2..=5 => Phase::Unsolicited,
        _ => Phase::Request,
    };
    let mut reader = Reader::new(parameters);
    let target = match (kind, reader.u16()) {
        (0 | 1 | 2 | 4 | 5 | 8 | 9, Ok(first)) => {
            let count = u32::try_from(parameters.len() / 2).unwrap_or(1);
            Target::Range { space: "network", major: 0, first: u32::from(first), count }
        }
        _ => Target::None,
    };
    let part = receiver_part(npdu, context);
    out.command(Command { group: "network", code: u64::from(kind), name, verb, phase, part, target });
    match kind {
        1 | 7 => out.role(Subject::Sender, Part::Whole, Role::Gateway),
        3 => {
            let reason = parameters.first().copied().unwrap_or(0);
            out.outcome("network", u64::from(kind), OutcomeKind::Refused, u32::from(reason), "not routed");
        }
        _ => {}
    }
}

fn apdu(bytes: &[u8]) -> Result<Option<Apdu<'_>>, Malformed> {
    let mut reader = Reader::new(bytes);
    let first = reader.u8()?;
    let (kind, segmented) = (first >> 4, first & 8 != 0);
    let mut continues = false;
    let invoke = match kind {
        0 => {
            reader.skip(1)?;
            reader.u8()?
        }
        1 => 0,
        2..=7 => reader.u8()?,
        _ => return Err(reader.defect(Defect::BadValue)),
    };
    if matches!(kind, 0 | 3) && segmented {
        continues = reader.u8()? != 0;
        let _window = reader.u8()?;
    }
    if kind == 4 {
        return Ok(None);
    }
    let choice = reader.u8()?;
    Ok(Some(Apdu { kind, invoke, choice, continues, parameters: reader.rest() }))
}

fn application(
    apdu: &Apdu<'_>,
    npdu: &Npdu<'_>,
    message: &Message<'_>,
    context: &mut Context<'_, Bacnet>,
    out: &mut Out<'_, '_>,
) {
    let answer = apdu.kind == 3;
    if let (Some((network, address)), true) = (npdu.source, matches!(apdu.kind, 1 | 3) && !apdu.continues) {
        if let Some(instance) = content::sender_instance(answer, apdu.choice, apdu.parameters) {
            let key = Key::new(context.seen.network.0, &context.seen.source, network, address);
            context.pool.learn(key, instance);
        }
        out.role(Subject::Sender, Part::Whole, Role::Gateway);
    }
    let ends = Ends {
        sender: message.origin.map_or(Subject::Sender, Subject::Ip),
        sender_part: npdu.source.map_or(Part::Whole, |(network, address)| {
            part_of(
                &Key::new(context.seen.network.0, &context.seen.source, network, address),
                context,
                network,
                address,
            )
        }),
        receiver_part: receiver_part(npdu, context),
    };
    match apdu.kind {
        0 => request(apdu, &ends, context.session, out),
        1 => unconfirmed(apdu, &ends, out),
        2 | 3 | 5 => response(apdu, &ends, out),
        _ => refused(apdu, context.session, out),
    }
}

/// The device behind a router: its instance, or a stand-in for it.
fn part_of(key: &Key, context: &Context<'_, Bacnet>, network: u16, address: &[u8]) -> Part {
    let stand_in =
        UNKNOWN_INSTANCE | u32::from(network) << 8 | u32::from(address.last().copied().unwrap_or(0));
    Part::Unit(context.pool.find(key).unwrap_or(stand_in))
}

fn receiver_part(npdu: &Npdu<'_>, context: &Context<'_, Bacnet>) -> Part {
    match npdu.destination {
        Some((network, address)) if network != ALL_NETWORKS && !address.is_empty() => {
            let key = Key::new(context.seen.network.0, &context.seen.destination, network, address);
            part_of(&key, context, network, address)
        }
        _ => Part::Whole,
    }
}

fn request(apdu: &Apdu<'_>, ends: &Ends, session: &mut Session, out: &mut Out<'_, '_>) {
    remember(session, apdu);
    let parameters = if apdu.continues { &[][..] } else { apdu.parameters };
    let (name, usual) = services::confirmed(apdu.choice);
    let mut target = Target::None;
    content::confirmed(apdu.choice, true, parameters, |item| first(&mut target, item));
    let verb = content::verb(apdu.choice, parameters).unwrap_or(usual);
    // A notification goes from the device to its subscriber.
    let (phase, part) = match apdu.choice {
        1 | 2 | 31 | 32 => (Phase::Unsolicited, ends.sender_part),
        _ => (Phase::Request, ends.receiver_part),
    };
    let code = u64::from(apdu.choice);
    out.command(Command { group: "confirmed", code, name, verb, phase, part, target });
    let whose = if phase == Phase::Unsolicited { ends.sender } else { Subject::Receiver };
    match apdu.choice {
        1 | 15 | 16 => {
            content::confirmed(apdu.choice, true, parameters, |item| value(item, whose, part, out))
        }
        6 | 7 => file(apdu.choice, parameters, out),
        _ => {}
    }
}

fn remember(session: &mut Session, apdu: &Apdu<'_>) {
    let same = |place: &Option<(u8, u8)>| place.is_some_and(|pending| pending.0 == apdu.invoke);
    let at = session.pending.iter().position(same).unwrap_or_else(|| {
        session.next = session.next.wrapping_add(1);
        usize::from(session.next) % PENDING_MAX
    });
    if let Some(place) = session.pending.get_mut(at) {
        *place = Some((apdu.invoke, apdu.choice));
    }
}

fn first(target: &mut Target<'static>, item: Item<'_>) {
    if matches!(target, Target::None) {
        *target = content::target_of(item.object, item.property);
    }
}

/// A transfer is told at its first piece only: start position or record 0.
fn file(service: u8, parameters: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(parameters);
    let Some(object) = content::application(&mut reader, 12).and_then(ObjectId::read) else { return };
    let stream = tags::is_next(&mut reader, Tag::Opening(0)) || tags::is_next(&mut reader, Tag::Opening(1));
    if stream && content::application(&mut reader, 3) == Some(&[0]) {
        let name = Digits::decimal(u64::from(object.instance));
        let action = if service == 6 { FileAction::Read } else { FileAction::Write };
        out.push(&Observation::File(FileMoved { name: name.as_text(), action, size: None }));
    }
}

/// Simple and complex acknowledgements and errors; all repeat the service choice.
fn response(apdu: &Apdu<'_>, ends: &Ends, out: &mut Out<'_, '_>) {
    let (name, verb) = services::confirmed(apdu.choice);
    let (code, part, phase) = (u64::from(apdu.choice), ends.sender_part, Phase::Response);
    let parameters = if apdu.kind == 3 && !apdu.continues { apdu.parameters } else { &[] };
    let mut target = Target::None;
    content::confirmed(apdu.choice, false, parameters, |item| first(&mut target, item));
    out.command(Command { group: "confirmed", code, name, verb, phase, part, target });
    if apdu.kind == 5 {
        return error(apdu, out);
    }
    content::confirmed(apdu.choice, false, parameters, |item| {
        if item.object.kind == DEVICE {
            identity(item, ends, out);
        } else {
            value(item, ends.sender, part, out);
        }
    });
    // Whoever lets its objects be read or written is a device; the other services are workstations' too.
    if matches!(apdu.choice, 12 | 14 | 15 | 16 | 26) {
        out.role(ends.sender, part, Role::BuildingController);
    }
}

/// Class and code, of some services inside a constructed value (clause 21, BACnet-Error).
fn error(apdu: &Apdu<'_>, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(apdu.parameters);
    let mut numbers = [None; 2];
    for _ in 0..4 {
        if let Ok(Tag::Application(9, value)) = tags::read(&mut reader) {
            let place = numbers.iter_mut().find(|number| number.is_none());
            if let Some(place) = place {
                *place = tags::unsigned32(value);
            }
        }
    }
    let [Some(class), Some(code)] = numbers else { return };
    // Classes device, resources and communication: it would have been allowed.
    let kind = if matches!(class, 0 | 3 | 7) { OutcomeKind::Failed } else { OutcomeKind::Refused };
    let status = (class & 0xffff) << 16 | (code & 0xffff);
    out.outcome("confirmed", u64::from(apdu.choice), kind, status, names::error(code));
    if code == 26 {
        out.login(Text::default(), "password", LoginOutcome::Refused);
    }
}

/// Reject and abort name a reason instead of the service.
fn refused(apdu: &Apdu<'_>, session: &Session, out: &mut Out<'_, '_>) {
    let asked = session.pending.iter().flatten().find(|pending| pending.0 == apdu.invoke);
    let Some((_, service)) = asked else { return };
    let (kind, reason) = if apdu.kind == 6 {
        (OutcomeKind::Refused, names::reject(apdu.choice))
    } else {
        (OutcomeKind::Failed, names::abort(apdu.choice))
    };
    out.outcome("confirmed", u64::from(*service), kind, u32::from(apdu.choice), reason);
}

fn unconfirmed(apdu: &Apdu<'_>, ends: &Ends, out: &mut Out<'_, '_>) {
    let (name, verb) = services::unconfirmed(apdu.choice);
    let mut target = Target::None;
    content::unconfirmed(apdu.choice, apdu.parameters, |item| first(&mut target, item));
    if let (8, Some((first, count))) = (apdu.choice, content::range(apdu.parameters)) {
        target = Target::Range { space: "device", major: 0, first, count };
    }
    let (phase, part) = match apdu.choice {
        0 | 1 => (Phase::Response, ends.sender_part),
        2..=5 | 11 | 12 => (Phase::Unsolicited, ends.sender_part),
        _ => (Phase::Request, ends.receiver_part),
    };
    out.command(Command {
        group: "unconfirmed",
        code: u64::from(apdu.choice),
        name,
        verb,
        phase,
        part,
        target,
    });
    let mut reader = Reader::new(apdu.parameters);
    match apdu.choice {
        0 => i_am(&mut reader, ends, out),
        1 => i_have(&mut reader, ends, out),
        2 => content::unconfirmed(2, apdu.parameters, |item| value(item, ends.sender, part, out)),
        6 | 9 => clock(&mut reader, out),
        13 => who_am_i(&mut reader, ends, out),
        _ => {}
    }
}

fn i_am(reader: &mut Reader<'_>, ends: &Ends, out: &mut Out<'_, '_>) {
    let Some(device) = content::application(reader, 12).and_then(ObjectId::read) else { return };
    instance(device, ends, out);
    let (_max_apdu, _segmentation) = (content::application(reader, 2), content::application(reader, 9));
    if let Some(vendor) = content::application(reader, 2).and_then(tags::unsigned) {
        self::vendor(vendor, ends, out);
    }
}

fn instance(device: ObjectId, ends: &Ends, out: &mut Out<'_, '_>) {
    if device.kind == DEVICE {
        let number = Digits::decimal(u64::from(device.instance));
        out.part_identity(
            ends.sender,
            ends.sender_part,
            Property::Address,
            "device-instance",
            number.as_text(),
        );
    }
}

fn vendor(identifier: u64, ends: &Ends, out: &mut Out<'_, '_>) {
    let number = Digits::decimal(identifier);
    out.part_identity(ends.sender, ends.sender_part, Property::Other, "vendor-id", number.as_text());
    if let Some(name) = names::vendor(identifier) {
        let name = Text::utf8(name.as_bytes());
        out.part_identity(ends.sender, ends.sender_part, Property::Vendor, "vendor-id.name", name);
    }
}

/// Device, object and its name: the device's own name when the object is the device.
fn i_have(reader: &mut Reader<'_>, ends: &Ends, out: &mut Out<'_, '_>) {
    let Some(device) = content::application(reader, 12).and_then(ObjectId::read) else { return };
    instance(device, ends, out);
    let Some(object) = content::application(reader, 12).and_then(ObjectId::read) else { return };
    if let (true, Some(name)) = (object == device, content::application(reader, 7).and_then(tags::text)) {
        out.part_identity(ends.sender, ends.sender_part, Property::Name, "object-name", name);
    }
}

/// Vendor identifier, model and serial number of a device that has no instance yet.
fn who_am_i(reader: &mut Reader<'_>, ends: &Ends, out: &mut Out<'_, '_>) {
    if let Some(identifier) = content::application(reader, 2).and_then(tags::unsigned) {
        vendor(identifier, ends, out);
    }
    for (property, key) in [(Property::Model, "model-name"), (Property::Serial, "serial-number")] {
        if let Some(text) = content::application(reader, 7).and_then(tags::text) {
            out.part_identity(ends.sender, ends.sender_part, property, key, text);
        }
    }
}

/// Date (year since 1900, month, day, weekday) and time (hour, minute, second, hundredths).
fn clock(reader: &mut Reader<'_>, out: &mut Out<'_, '_>) {
    let (date, time) = (content::application(reader, 10), content::application(reader, 11));
    let (Some([year, month, day, _]), Some([hour, minute, second, hundredths])) = (date, time) else {
        return;
    };
    let date = [1900 + i64::from(*year), i64::from(*month), i64::from(*day)];
    let time = [i64::from(*hour), i64::from(*minute), i64::from(*second)];
    if let Some(told) = Time::from_civil(date, time, u32::from(*hundredths) * 10_000_000) {
        out.push(&Observation::Clock { told });
    }
}

fn identity(item: Item<'_>, ends: &Ends, out: &mut Out<'_, '_>) {
    let (Some((property, key)), Some(bytes)) = (names::identity(item.property), item.value) else { return };
    let (sender, part) = (ends.sender, ends.sender_part);
    match tags::read(&mut Reader::new(bytes)) {
        Ok(Tag::Application(7, text)) => {
            if let Some(text) = tags::text(text) {
                out.part_identity(sender, part, property, key, text);
            }
        }
        Ok(Tag::Application(2, number)) => match (item.property, tags::unsigned(number)) {
            (120, Some(identifier)) => vendor(identifier, ends, out),
            (_, Some(number)) => {
                out.part_identity(sender, part, property, key, Digits::decimal(number).as_text())
            }
            _ => {}
        },
        _ => {}
    }
}

/// Only the present value belongs to the process.
fn value(item: Item<'_>, subject: Subject, part: Part, out: &mut Out<'_, '_>) {
    let (PRESENT_VALUE, Some(bytes)) = (item.property, item.value) else { return };
    if let Some(datum) = tags::read(&mut Reader::new(bytes)).ok().and_then(|tag| tags::datum(&tag)) {
        out.value(Value { subject, part, target: content::target_of(item.object, item.property), datum });
    }
}
