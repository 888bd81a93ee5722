//! Messages to observations.

use super::Cip;
use super::path::{Path, SYMBOL};
use super::pending::{Key, Pending};
use super::wire::{self, Message};
use super::{names, objects, tags};
use crate::Protocol;
use crate::dissector::Context;
use crate::out::Out;
use ::wire::Reader;
use facts::{Command, Part, Phase, Property, Role, Subject, Verb};

/// Connections whose route is remembered per conversation: each has a number for either way.
const CONNECTIONS_MAX: usize = 4;
/// Multiple Service Packet and Unconnected Send inside each other.
const DEPTH_MAX: u8 = 3;
/// Marks tags of connected messages, so that they never equal those of unconnected ones.
const CONNECTED: u64 = 1 << 63;
/// Requestor identification of PCCC: length, vendor, serial number.
const REQUESTOR_LEN: u8 = 7;

/// Where the message connections of this conversation lead.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    connections: [(u32, Part); CONNECTIONS_MAX],
    next: u8,
}

impl Session {
    fn learn(&mut self, connection: u32, part: Part) {
        if part == Part::Whole {
            return;
        }
        if let Some(place) = self.connections.get_mut(usize::from(self.next) % CONNECTIONS_MAX) {
            *place = (connection, part);
            self.next = self.next.wrapping_add(1);
        }
    }

    fn part(&self, tag: u64) -> Part {
        let connection = u32::try_from(tag >> 16 & u64::from(u32::MAX)).unwrap_or(0);
        let known = self.connections.iter().find(|known| known.0 == connection && tag & CONNECTED != 0);
        known.map_or(Part::Whole, |known| known.1)
    }
}

/// What pairs a connected message: its connection, to know where it leads, and its sequence number.
pub(crate) fn tag_of_connection(connection: u32, sequence: u16) -> u64 {
    CONNECTED | u64::from(connection) << 16 | u64::from(sequence)
}

/// What pairs an unconnected message: the sender context.
pub(crate) fn tag_of_context(context: u64) -> u64 {
    context & !CONNECTED
}

/// Where in a packet a message stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    index: u16,
    depth: u8,
    part: Part,
}

pub(super) fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Cip>, out: &mut Out<'a, '_>) {
    let part = context.session.part(context.tag);
    one(message, Place { index: 0, depth: 0, part }, context, out);
}

fn one<'a>(message: &Message<'a>, place: Place, context: &mut Context<'_, Cip>, out: &mut Out<'a, '_>) {
    match *message {
        Message::Request { service, path, data } => request(service, path, data, place, context, out),
        Message::Response { service, status, data } => response(service, status, data, place, context, out),
    }
}

/// A damaged message inside a whole one is said as such; the others of the packet still stand.
fn inside<'a>(bytes: &'a [u8], place: Place, context: &mut Context<'_, Cip>, out: &mut Out<'a, '_>) {
    match wire::parse(bytes) {
        Ok(message) => one(&message, place, context, out),
        Err(defect) => out.push(&facts::Observation::Malformed(defect)),
    }
}

fn packed<'a>(data: &'a [u8], place: Place, context: &mut Context<'_, Cip>, out: &mut Out<'a, '_>) {
    if place.depth < DEPTH_MAX {
        for (index, bytes) in (place.index + 1..).zip(wire::packed(data)) {
            inside(bytes, Place { index, depth: place.depth + 1, ..place }, context, out);
        }
    }
}

/// A response is found again by flow, sequence or sender context, place in the packet and service.
fn key(service: u8, place: Place, context: &Context<'_, Cip>) -> Key {
    // The two ways of a connection have different numbers, so only the sequence pairs.
    let tag = if context.tag & CONNECTED == 0 { context.tag } else { context.tag & (CONNECTED | 0xffff) };
    Key { flow: context.seen.flow, tag, index: place.index, service }
}

fn request<'a>(
    service: u8,
    path: &'a [u8],
    data: &'a [u8],
    place: Place,
    context: &mut Context<'_, Cip>,
    out: &mut Out<'a, '_>,
) {
    let path = Path::read(path);
    let object = path.object();
    let mut pending = Pending { path, part: place.part, ..Pending::default() };
    let mut verb_of_connection = None;
    match (object, service) {
        (Some(names::CONNECTION_MANAGER), wire::FORWARD_OPEN | wire::LARGE_FORWARD_OPEN) => {
            if let Ok(open) = wire::forward_open(data, service == wire::LARGE_FORWARD_OPEN) {
                pending.number = open.to_originator;
                pending.leads_to = Path::read(open.path).part();
                // Classes 0 and 1 carry cyclic data until further notice.
                verb_of_connection = (open.class < 2).then_some(Verb::Subscribe);
                let serial = ::wire::Digits::hex(u64::from(open.originator.1), 8);
                out.identity(Subject::Client, Property::Other, "originator.serial", serial.as_text());
            }
        }
        (Some(SYMBOL), names::READ_TAG_FRAGMENTED) => {
            pending.number = Reader::new(data.get(2..).unwrap_or_default()).u32_le().unwrap_or(0);
        }
        _ => {}
    }
    let (name, verb) = names::service(service, object);
    let verb = verb_of_connection.unwrap_or(verb);
    say(service, name, verb, Phase::Request, &pending, out);
    context.pool.put(key(service, place, context), pending);
    match (object, service) {
        (_, wire::MULTIPLE_SERVICE_PACKET) => packed(data, place, context, out),
        (Some(names::CONNECTION_MANAGER), wire::UNCONNECTED_SEND) if place.depth < DEPTH_MAX => {
            if let Ok((message, route)) = wire::unconnected_send(data) {
                let part = Path::read(route).part();
                inside(message, Place { depth: place.depth + 1, part, ..place }, context, out);
            }
        }
        (Some(names::PCCC), names::EXECUTE_PCCC) => pccc(data, out),
        (Some(SYMBOL), names::WRITE_TAG | names::WRITE_TAG_FRAGMENTED) => {
            tags::written(&path, service == names::WRITE_TAG_FRAGMENTED, data, place.part, out);
        }
        _ => {}
    }
}

fn response<'a>(
    service: u8,
    status: u8,
    data: &'a [u8],
    place: Place,
    context: &mut Context<'_, Cip>,
    out: &mut Out<'a, '_>,
) {
    let known = context.pool.take(key(service, place, context));
    let pending = known.unwrap_or(Pending { part: place.part, ..Pending::default() });
    let object = pending.path.object();
    let (name, verb) = names::service(service, object);
    say(service, name, verb, Phase::Response, &pending, out);
    if !matches!(status, names::SUCCESS | names::PARTIAL_TRANSFER) {
        let (kind, reason) = names::status(status);
        out.outcome("", u64::from(service), kind, u32::from(status), reason);
        if status != names::EMBEDDED_SERVICE_ERROR {
            return;
        }
    }
    match (object, service) {
        (_, wire::MULTIPLE_SERVICE_PACKET) => packed(data, place, context, out),
        (Some(names::CONNECTION_MANAGER), wire::FORWARD_OPEN | wire::LARGE_FORWARD_OPEN) => {
            context.session.learn(pending.number, pending.leads_to);
            if let Ok(to_target) = Reader::new(data).u32_le() {
                context.session.learn(to_target, pending.leads_to);
            }
        }
        (Some(names::PCCC), names::EXECUTE_PCCC) => pccc(data, out),
        (None, names::EXECUTE_PCCC) if data.first() == Some(&REQUESTOR_LEN) => pccc(data, out),
        (Some(SYMBOL), names::READ_TAG | names::READ_TAG_FRAGMENTED) => {
            tags::read(&pending, data, out);
            out.role(Subject::Server, pending.part, Role::Controller);
        }
        (Some(_), _) => objects::told(service, &pending, data, out),
        (None, _) => {}
    }
}

fn say(service: u8, name: &'static str, verb: Verb, phase: Phase, pending: &Pending, out: &mut Out<'_, '_>) {
    let path = &pending.path;
    let full_name = path.element.is_some().then(|| path.full_name());
    let target = path.target(full_name.as_ref().unwrap_or(&path.name), names::class(path.class.unwrap_or(0)));
    out.command(Command {
        group: "",
        code: u64::from(service),
        name,
        verb,
        phase,
        part: pending.part,
        target,
    });
}

/// Execute PCCC (Rockwell publication 1770-6.5.16): the requestor's identification stands before the command.
fn pccc<'a>(data: &'a [u8], out: &mut Out<'a, '_>) {
    let len = data.first().map_or(0, |len| usize::from(*len));
    if let Some(command) = data.get(len..).filter(|command| !command.is_empty()) {
        out.inner_as(Protocol::Pccc, command, 0);
    }
}
