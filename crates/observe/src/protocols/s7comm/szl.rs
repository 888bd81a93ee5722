//! System state lists: what the controller says about itself (list identifiers after the S7-300/400 reference).

use crate::out::Out;
use facts::{Datum, Part, Property, Subject, Target, Value, Verb};
use wire::{Digits, Reader, Text};

/// The list that goes on in the next message.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    list: u16,
    record_len: u16,
    /// Bytes of a split record that stand in the next message.
    rest: u16,
}

impl Session {
    /// The next answer continues a list.
    pub(crate) fn goes_on(&self) -> bool {
        self.record_len > 0
    }
}

/// What asking for a list is: identity lists identify, the others diagnose.
pub(crate) fn verb(list: u16) -> Verb {
    match list & 0xff {
        0x11 | 0x1c => Verb::Identify,
        _ => Verb::Diagnose,
    }
}

/// Tells the records of an answer. `first` when it begins with the list's header, `more` when another one follows.
pub(crate) fn records(data: &[u8], first: bool, more: bool, session: &mut Session, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    if first {
        let (Ok(list), Ok(_index), Ok(record_len), Ok(_count)) =
            (reader.u16(), reader.u16(), reader.u16(), reader.u16())
        else {
            return;
        };
        *session = Session { list, record_len, rest: 0 };
    } else {
        reader.take_up_to(usize::from(session.rest));
    }
    if session.record_len < 2 {
        return;
    }
    let mut record_len = usize::from(session.record_len);
    while let Ok(bytes) = reader.take(record_len) {
        record(session.list, bytes, out);
    }
    record_len -= reader.remaining();
    let split = more && !reader.is_empty();
    session.rest = if split { u16::try_from(record_len).unwrap_or(0) } else { 0 };
    if !more {
        *session = Session::default();
    }
}

fn record(list: u16, bytes: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(bytes);
    let Ok(index) = reader.u16() else { return };
    match list & 0xff {
        0x11 => module(index, &mut reader, out),
        0x1c => component(index, reader.take_up_to(32), out),
        0x24 => mode(bytes, out),
        0x32 if index == 4 => protection(&mut reader, out),
        _ => {}
    }
}

/// Module identification, list xy11: order number, module type, two version fields.
fn module(index: u16, reader: &mut Reader<'_>, out: &mut Out<'_, '_>) {
    let order = reader.take_up_to(20);
    let (Ok(_kind), Ok([first, second]), Ok([third, fourth])) =
        (reader.u16(), reader.array::<2>(), reader.array::<2>())
    else {
        return;
    };
    let order = Text::unknown(order);
    // Hardware and software without releases count plainly; firmware begins with a letter: `V`, 3, 2, 6;
    // a blank stands for no number.
    let letter = char::from(first);
    let lettered = if second == b' ' {
        Digits::format(format_args!("{letter}{third}.{fourth}"))
    } else {
        Digits::format(format_args!("{letter}{second}.{third}.{fourth}"))
    };
    let plain = Digits::decimal(u64::from(u16::from_be_bytes([first, second])));
    match index {
        1 => {
            out.identity(Subject::Server, Property::OrderNumber, "szl-11.module", order);
            out.identity(Subject::Server, Property::Hardware, "szl-11.module-version", plain.as_text());
        }
        6 => {
            out.identity(Subject::Server, Property::Other, "szl-11.basic-hardware", order);
            out.identity(Subject::Server, Property::Other, "szl-11.basic-hardware-version", plain.as_text());
        }
        7 if first.is_ascii_alphabetic() => {
            out.identity(Subject::Server, Property::Firmware, "szl-11.firmware", lettered.as_text());
        }
        0x81 if first.is_ascii_alphabetic() => {
            out.identity(Subject::Server, Property::Other, "szl-11.firmware-extension", order);
            out.identity(
                Subject::Server,
                Property::Other,
                "szl-11.firmware-extension-version",
                lettered.as_text(),
            );
        }
        _ => out.identity(Subject::Server, Property::Other, "szl-11.other", order),
    }
}

/// Component identification, list xy1c.
fn component(index: u16, text: &[u8], out: &mut Out<'_, '_>) {
    let (property, key) = match index {
        1 => (Property::Name, "szl-1c.station-name"),
        2 => (Property::Other, "szl-1c.module-name"),
        3 => (Property::Domain, "szl-1c.plant"),
        4 => (Property::Other, "szl-1c.copyright"),
        5 => (Property::Serial, "szl-1c.serial"),
        7 => (Property::Model, "szl-1c.module-type"),
        8 => (Property::Other, "szl-1c.memory-card-serial"),
        // Manufacturer and profile as numbers: nothing to read.
        9 => return,
        10 => (Property::Other, "szl-1c.oem-identification"),
        11 => (Property::Location, "szl-1c.location"),
        _ => (Property::Other, "szl-1c.other"),
    };
    out.identity(Subject::Server, property, key, Text::unknown(text));
}

/// Mode transition, list xy24: the low half of the fourth byte is the mode now.
fn mode(bytes: &[u8], out: &mut Out<'_, '_>) {
    let Some(code) = bytes.get(3) else { return };
    let mode: &[u8] = match code & 15 {
        1..=4 => b"stop",
        5 => b"cold restart",
        6 => b"warm restart",
        7 => b"hot restart",
        8 => b"run",
        9 => b"run redundant",
        10 => b"hold",
        11 => b"link-up",
        12 => b"update",
        13 => b"defective",
        14 => b"self-test",
        15 => b"no power",
        _ => return,
    };
    value(b"operating-mode", Datum::Text(Text::utf8(mode)), out);
}

/// Protection, list xy32 index 4: level of the key switch, of the parameters, in force; position of the mode switch.
fn protection(reader: &mut Reader<'_>, out: &mut Out<'_, '_>) {
    let (Ok(_key), Ok(_parameters), Ok(level), Ok(switch)) =
        (reader.u16(), reader.u16(), reader.u16(), reader.u16())
    else {
        return;
    };
    value(b"protection-level", Datum::UInt(u64::from(level)), out);
    let position: &[u8] = match switch {
        1 => b"run",
        2 => b"run-p",
        3 => b"stop",
        4 => b"mres",
        _ => return,
    };
    value(b"mode-switch", Datum::Text(Text::utf8(position)), out);
}

fn value(name: &[u8], datum: Datum<'_>, out: &mut Out<'_, '_>) {
    let target = Target::Name { space: "szl", name: Text::utf8(name) };
    out.value(Value { subject: Subject::Server, part: Part::Whole, target, datum });
}
