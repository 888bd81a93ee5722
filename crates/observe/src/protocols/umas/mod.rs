//! UMAS, the engineering protocol of Schneider Electric's Modicon controllers, inside Modbus function 90.
//!
//! A session key, a function, its data. An answer carries 0xfe (done) or 0xfd (refused) in place of the function, so
//! the request is remembered by its Modbus transaction. The protocol is not published: functions are those that
//! public research has described (Kaspersky ICS CERT, 2022, "The secrets of Schneider Electric's UMAS protocol").
//! What UMAS calls upload goes to the controller; the verbs are the plant's.

#[cfg(test)]
mod tests;

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Command, OutcomeKind, Part, Phase, Property, Role, Subject, Target, Verb};
use wire::{Digits, Direction, Malformed, Reader, Text};

const DONE: u8 = 0xfe;
const REFUSED: u8 = 0xfd;
const READ_ID: u8 = 0x02;
const READ_PROJECT_INFO: u8 = 0x03;
const TAKE_RESERVATION: u8 = 0x10;
/// Requests that wait for their answer.
const PENDING_MAX: usize = 8;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Umas {}

/// One request or answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Function of a request, or 0xfe or 0xfd.
    function: u8,
    /// What follows.
    data: &'a [u8],
}

/// Functions that were asked and not yet answered.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    pending: [Pending; PENDING_MAX],
    next: u8,
}

#[derive(Clone, Copy, Debug, Default)]
struct Pending {
    transaction: u16,
    function: u8,
    /// First byte of the request's data: which project information.
    selector: u8,
}

impl Dissector for Umas {
    const NAME: &'static str = "umas";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] = &[Carrier::Inner("modbus")];
    const MESSAGE_MAX: usize = 4096;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        if head.len() >= 2 { Probe::Maybe } else { Probe::No }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Session) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let _key = reader.u8()?;
        Ok(Message { function: reader.u8()?, data: reader.rest() })
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let transaction = u16::try_from(context.tag).unwrap_or(0);
        if context.seen.direction == Direction::ToServer {
            request(message, transaction, context.session, out);
        } else {
            response(message, transaction, context.session, out);
        }
    }
}

fn request(message: &Message<'_>, transaction: u16, session: &mut Session, out: &mut Out<'_, '_>) {
    say(message.function, Phase::Request, out);
    let selector = message.data.first().copied().unwrap_or(0);
    if let Some(place) = session.pending.get_mut(usize::from(session.next) % PENDING_MAX) {
        *place = Pending { transaction, function: message.function, selector };
        session.next = session.next.wrapping_add(1);
    }
    if message.function == TAKE_RESERVATION {
        // Four bytes, then the name of the engineering station with its length.
        let name = counted(message.data.get(4..).unwrap_or_default());
        out.identity(Subject::Client, Property::Name, "reservation.owner", name);
        out.role(Subject::Client, Part::Whole, Role::EngineeringStation);
    }
}

fn response(message: &Message<'_>, transaction: u16, session: &mut Session, out: &mut Out<'_, '_>) {
    let asked = session
        .pending
        .iter_mut()
        .find(|pending| pending.function != 0 && pending.transaction == transaction);
    let Some(asked) = asked.map(core::mem::take) else {
        say(message.function, Phase::Response, out);
        return;
    };
    say(asked.function, Phase::Response, out);
    if message.function == REFUSED {
        let status = message.data.iter().take(4).fold(0, |status, byte| status << 8 | u32::from(*byte));
        out.outcome("", u64::from(asked.function), OutcomeKind::Refused, status, "");
        return;
    }
    if message.function == DONE {
        out.role(Subject::Server, Part::Whole, Role::Controller);
        match (asked.function, asked.selector) {
            (READ_ID, _) => identity(message.data, out).unwrap_or(()),
            // The name stands behind two versions, two times and four bytes.
            (READ_PROJECT_INFO, 0) => {
                let name = counted(message.data.get(38..).unwrap_or_default());
                out.identity(Subject::Server, Property::Other, "project.name", name);
            }
            _ => {}
        }
    }
}

fn say(function: u8, phase: Phase, out: &mut Out<'_, '_>) {
    let (name, verb) = name(function);
    let (part, target) = (Part::Whole, Target::None);
    out.command(Command { group: "", code: u64::from(function), name, verb, phase, part, target });
}

/// Answer of Read ID: range, hardware number, model number, firmware version, other versions, name.
fn identity(data: &[u8], out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let mut reader = Reader::new(data);
    reader.skip(8)?;
    let [minor, major] = reader.array::<2>()?;
    reader.skip(12)?;
    let name = counted(reader.rest());
    out.identity(Subject::Server, Property::Model, "read-id.name", name);
    // Both bytes are written in hexadecimal, so that 0x0270 reads 2.70.
    let (major, minor) = (Digits::hex(u64::from(major), 1), Digits::hex(u64::from(minor), 2));
    let (mut version, mut len) = ([0; 5], 0);
    let written = [major.as_text().bytes, b".", minor.as_text().bytes];
    for (place, byte) in version.iter_mut().zip(written.into_iter().flatten()) {
        *place = *byte;
        len += 1;
    }
    let version = Text::utf8(version.get(..len).unwrap_or_default());
    out.identity(Subject::Server, Property::Firmware, "read-id.version", version);
    Ok(())
}

/// Text with its length in front; cut off by the end of the message.
fn counted(data: &[u8]) -> Text<'_> {
    let mut reader = Reader::new(data);
    let len = usize::from(reader.u8().unwrap_or(0));
    Text::unknown(reader.take_up_to(len))
}

fn name(function: u8) -> (&'static str, Verb) {
    match function {
        0x01 => ("initialize communication", Verb::Login),
        READ_ID => ("read id", Verb::Identify),
        READ_PROJECT_INFO => ("read project information", Verb::Identify),
        0x04 => ("read plc information", Verb::Diagnose),
        0x06 => ("read card information", Verb::Diagnose),
        0x0a => ("repeat", Verb::Diagnose),
        TAKE_RESERVATION => ("take plc reservation", Verb::Login),
        0x11 => ("release plc reservation", Verb::Logout),
        0x12 => ("keep alive", Verb::Diagnose),
        0x20 => ("read memory block", Verb::Read),
        0x21 => ("write memory block", Verb::Write),
        0x22 => ("read variables", Verb::Read),
        0x23 => ("write variables", Verb::Write),
        0x24 => ("read coils and registers", Verb::Read),
        0x25 => ("write coils and registers", Verb::Write),
        0x30 => ("initialize strategy upload", Verb::DownloadProgram),
        0x31 => ("upload strategy block", Verb::DownloadProgram),
        0x32 => ("end strategy upload", Verb::DownloadProgram),
        0x33 => ("initialize strategy download", Verb::UploadProgram),
        0x34 => ("download strategy block", Verb::UploadProgram),
        0x35 => ("end strategy download", Verb::UploadProgram),
        0x39 => ("read ethernet master data", Verb::Read),
        0x40 => ("start plc", Verb::Start),
        0x41 => ("stop plc", Verb::Stop),
        0x50 => ("monitor plc", Verb::Read),
        0x58 => ("check plc", Verb::Diagnose),
        0x70 => ("read io object", Verb::Read),
        0x71 => ("write io object", Verb::Write),
        0x73 => ("get module status", Verb::Diagnose),
        _ => ("", Verb::Other),
    }
}
