//! Sparkplug B 3.0: topics `spBv1.0/group/type/node/device`, payloads of metrics (section 6.4).
//!
//! The payload is a message of Protocol Buffers; only the fields that name a metric and hold a plain value are read.

use crate::out::Out;
use facts::{Datum, Part, Property, Role, Subject, Target, Value};
use wire::{Reader, Text};

/// Metrics read of one payload.
const METRICS_MAX: usize = 256;

/// Whether a publication to this topic tells a node or device what to do.
pub(super) fn is_command(topic: Text<'_>) -> bool {
    matches!(parts(topic).map(|topic| topic.kind), Some(b"NCMD" | b"DCMD"))
}

struct Topic<'a> {
    group: &'a [u8],
    kind: &'a [u8],
    node: &'a [u8],
    device: &'a [u8],
}

fn parts(topic: Text<'_>) -> Option<Topic<'_>> {
    let mut reader = Reader::new(topic.bytes);
    if reader.until(b'/') != b"spBv1.0" {
        return None;
    }
    let (group, kind) = (reader.until(b'/'), reader.until(b'/'));
    Some(Topic { group, kind, node: reader.until(b'/'), device: reader.rest() })
}

/// Says what a publisher's births and data tell of it.
pub(super) fn published(topic: Text<'_>, payload: &[u8], out: &mut Out<'_, '_>) {
    let Some(topic) = parts(topic) else { return };
    if matches!(topic.kind, b"NBIRTH" | b"DBIRTH") {
        out.identity(Subject::Client, Property::Domain, "sparkplug.group", Text::utf8(topic.group));
        out.identity(Subject::Client, Property::Name, "sparkplug.edge-node", Text::utf8(topic.node));
        out.identity(Subject::Client, Property::Other, "sparkplug.device", Text::utf8(topic.device));
        out.role(Subject::Client, Part::Whole, Role::Gateway);
    }
    if matches!(topic.kind, b"NBIRTH" | b"DBIRTH" | b"NDATA" | b"DDATA") {
        let mut reader = Reader::new(payload);
        let metrics =
            core::iter::from_fn(|| field(&mut reader)).filter_map(|(number, data)| match (number, data) {
                (2, Data::Bytes(metric)) => Some(metric),
                _ => None,
            });
        metrics.take(METRICS_MAX).for_each(|data| metric(data, out));
    }
}

#[derive(Clone, Copy)]
enum Data<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Four([u8; 4]),
    Eight([u8; 8]),
}

/// The next field of a message: its number and what it holds. `None` at the end and where the message is damaged.
fn field<'a>(reader: &mut Reader<'a>) -> Option<(u64, Data<'a>)> {
    let key = number(reader)?;
    let data = match key & 7 {
        0 => Data::Number(number(reader)?),
        1 => Data::Eight(reader.array().ok()?),
        2 => {
            let len = usize::try_from(number(reader)?).ok()?;
            Data::Bytes(reader.take(len).ok()?)
        }
        5 => Data::Four(reader.array().ok()?),
        _ => return None,
    };
    Some((key >> 3, data))
}

fn number(reader: &mut Reader<'_>) -> Option<u64> {
    let mut value = 0;
    for place in 0..10 {
        let byte = reader.u8().ok()?;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Name 1 or alias 2, data type 4, and a value in one of the fields from 10 on.
fn metric(bytes: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(bytes);
    let (mut name, mut alias, mut kind, mut datum) = (Text::default(), None, 0, None);
    while let Some((number, data)) = field(&mut reader) {
        match (number, data) {
            (1, Data::Bytes(text)) => name = Text::utf8(text),
            (2, Data::Number(number)) => alias = u32::try_from(number).ok(),
            (4, Data::Number(number)) => kind = number,
            (10 | 11, Data::Number(number)) => datum = Some(integer(kind, number)),
            (12, Data::Four(bytes)) => datum = Some(Datum::Float(f64::from(f32::from_le_bytes(bytes)))),
            (13, Data::Eight(bytes)) => datum = Some(Datum::Float(f64::from_le_bytes(bytes))),
            (14, Data::Number(number)) => datum = Some(Datum::Bool(number != 0)),
            (15, Data::Bytes(text)) => datum = Some(Datum::Text(Text::utf8(text))),
            _ => {}
        }
    }
    let Some(datum) = datum else { return };
    if let Datum::Text(value) = datum
        && let Some((property, key)) = property(name)
    {
        out.identity(Subject::Client, property, key, value);
        return;
    }
    let target = match (name.is_empty(), alias) {
        (false, _) => Target::Name { space: "metric", name },
        (true, Some(first)) => Target::Range { space: "metric-alias", major: 0, first, count: 1 },
        (true, None) => return,
    };
    out.value(Value { subject: Subject::Client, part: Part::Whole, target, datum });
}

/// Types 1 to 3 are signed and carried as 32-bit numbers, 4 as a 64-bit one (section 6.4.16).
fn integer(kind: u64, number: u64) -> Datum<'static> {
    match kind {
        1..=3 => Datum::Int(i64::from(u32::try_from(number & 0xffff_ffff).unwrap_or(0).cast_signed())),
        4 => Datum::Int(number.cast_signed()),
        _ => Datum::UInt(number),
    }
}

/// Properties that the specification proposes for births.
fn property(name: Text<'_>) -> Option<(Property, &'static str)> {
    match name.bytes {
        b"Properties/Hardware Make" => Some((Property::Vendor, "sparkplug.hardware-make")),
        b"Properties/Hardware Model" => Some((Property::Model, "sparkplug.hardware-model")),
        b"Properties/Serial Number" => Some((Property::Serial, "sparkplug.serial-number")),
        b"Properties/FW" | b"Properties/Firmware" => Some((Property::Firmware, "sparkplug.firmware")),
        b"Properties/OS" => Some((Property::Other, "sparkplug.os")),
        b"Properties/OS Version" => Some((Property::Other, "sparkplug.os-version")),
        _ => None,
    }
}
