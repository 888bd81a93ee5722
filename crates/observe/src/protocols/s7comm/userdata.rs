//! User data: function groups, system state lists, clock, password, blocks.

use super::S7comm;
use super::names::{block, error, userdata};
use super::pending::Request;
use super::szl;
use super::wire::Message;
use crate::dissector::Context;
use crate::out::Out;
use facts::{Command, LoginOutcome, Observation, OutcomeKind, Part, Phase, Role, Subject, Target, Verb};
use wire::{Reader, Text, Time};

/// Group of the commands told here.
const GROUP: &str = "userdata";

/// The parameters of a user data message.
struct Header {
    phase: Phase,
    group: u8,
    subfunction: u8,
    /// Another message of the same answer follows.
    more: bool,
    /// What went wrong; 0 for nothing.
    error: u16,
}

pub(crate) fn observe(message: &Message<'_>, context: &mut Context<'_, S7comm>, out: &mut Out<'_, '_>) {
    let Some(header) = header(message.parameters) else { return };
    let code = u16::from(header.group) << 8 | u16::from(header.subfunction);
    let data = payload(message.data);
    let (name, mut verb) = userdata(header.group, header.subfunction);
    let mut target = Target::None;
    let asked = match header.phase {
        Phase::Response => context.pool.take(context.seen.flow, message.reference),
        _ => None,
    };
    match header.phase {
        Phase::Request => (verb, target) = request(&header, data, verb),
        _ => verb = asked.map_or(verb, |asked| asked.verb),
    }
    let part = Part::Whole;
    out.command(Command {
        group: GROUP,
        code: u64::from(code),
        name,
        verb,
        phase: header.phase,
        part,
        target,
    });
    match header.phase {
        Phase::Request => {
            context.pool.put(Request::new(context.seen.flow, message.reference, (GROUP, code), (name, verb)));
            if (header.group, header.subfunction) == (5, 1) {
                out.login(Text::default(), "password", LoginOutcome::Attempted);
            }
        }
        Phase::Response => response(&header, data, context, out),
        Phase::Unsolicited => {}
    }
}

/// Head (00 01 12), length, method, type and group, sub-function, sequence; answers also tell data unit, whether it
/// is the last, and an error.
fn header(parameters: &[u8]) -> Option<Header> {
    let mut reader = Reader::new(parameters);
    let (0x112, len) = (reader.u24().ok()?, reader.u8().ok()?) else { return None };
    reader.skip(1).ok()?;
    let kind = reader.u8().ok()?;
    let subfunction = reader.u8().ok()?;
    reader.skip(1).ok()?;
    let phase = match kind >> 4 {
        4 => Phase::Request,
        8 => Phase::Response,
        _ => Phase::Unsolicited,
    };
    let mut header = Header { phase, group: kind & 15, subfunction, more: false, error: 0 };
    if len >= 8 {
        reader.skip(1).ok()?;
        header.more = reader.u8().ok()? != 0;
        header.error = reader.u16().ok()?;
    }
    Some(header)
}

/// The data behind return code, transport size and length.
fn payload(data: &[u8]) -> &[u8] {
    let mut reader = Reader::new(data);
    if reader.skip(2).is_err() {
        return &[];
    }
    let len = reader.u16().unwrap_or(0);
    reader.take_up_to(usize::from(len))
}

/// Verb and target of a request.
fn request<'a>(header: &Header, data: &'a [u8], verb: Verb) -> (Verb, Target<'a>) {
    let mut reader = Reader::new(data);
    match (header.group, header.subfunction) {
        (4, 1) => match (reader.u16(), reader.u16()) {
            (Ok(list), Ok(index)) => {
                let target = Target::Object {
                    space: "szl",
                    class: u32::from(list),
                    instance: u32::from(index),
                    attribute: 0,
                };
                (szl::verb(list), target)
            }
            // A request for the rest of a list.
            _ => (verb, Target::None),
        },
        (3, 2) => match data {
            [_, kind, ..] => (
                verb,
                Target::Object { space: block(*kind), class: u32::from(*kind), instance: 0, attribute: 0 },
            ),
            _ => (verb, Target::None),
        },
        (3, 3) => (verb, super::observe::block_target(data)),
        _ => (verb, Target::None),
    }
}

fn response(header: &Header, data: &[u8], context: &mut Context<'_, S7comm>, out: &mut Out<'_, '_>) {
    let code = u64::from(header.group) << 8 | u64::from(header.subfunction);
    if header.error != 0 {
        out.outcome(GROUP, code, OutcomeKind::Refused, u32::from(header.error), error(header.error));
    } else {
        out.role(Subject::Sender, Part::Whole, Role::Controller);
    }
    match (header.group, header.subfunction) {
        (4, 1) if header.error == 0 => {
            let first = !context.session.goes_on();
            szl::records(data, first, header.more, context.session, out);
        }
        (5, 1) => {
            let outcome = if header.error == 0 { LoginOutcome::Accepted } else { LoginOutcome::Refused };
            out.login(Text::default(), "password", outcome);
        }
        (7, 1 | 3) => {
            if let Some(told) = clock(data) {
                out.push(&Observation::Clock { told });
            }
        }
        _ => {}
    }
}

/// A time stamp: a reserved byte, two bytes of the year, then month, day, hour, minute, second, all in BCD, and
/// milliseconds in three digits. Devices put no true century into the first of the year bytes.
fn clock(data: &[u8]) -> Option<Time> {
    let mut reader = Reader::new(data);
    reader.skip(2).ok()?;
    let fields = reader.array::<6>().ok()?.map(bcd);
    let milliseconds = u32::from(bcd(reader.u8().ok()?)) * 10 + u32::from(reader.u8().ok()? >> 4);
    let [year, month, day, hour, minute, second] = fields;
    let year = if year >= 90 { 1900 } else { 2000 } + i64::from(year);
    Time::from_civil(
        [year, i64::from(month), i64::from(day)],
        [hour, minute, second].map(i64::from),
        milliseconds * 1_000_000,
    )
}

fn bcd(byte: u8) -> u8 {
    (byte >> 4) * 10 + (byte & 15)
}
