//! Objects to values of the process.

use super::objects::{Content, Object};
use facts::Datum;
use wire::{Reader, Text};

/// Flag of an object whose value is current (ONLINE).
const ONLINE: u8 = 1;

/// The value of an input, output or counter; `None` for other objects and for points that are not online.
pub(super) fn datum<'a>(object: &Object<'a>) -> Option<Datum<'a>> {
    let bytes = match object.content {
        Content::Bits(bits) if object.group == 3 => return Some(Datum::UInt(u64::from(bits))),
        Content::Bits(bits) => return Some(Datum::Bool(bits & 1 == 1)),
        Content::Bytes(bytes) => bytes,
    };
    let mut reader = Reader::new(bytes);
    match (object.group, object.variation) {
        (1 | 2 | 10 | 11, _) => online(&mut reader).map(|flags| Datum::Bool(flags & 0x80 != 0)),
        (3 | 4, _) => online(&mut reader).map(|flags| Datum::UInt(u64::from(flags >> 6))),
        (20 | 22, 5 | 6) | (21, 9 | 10) => count(reader),
        (20..=23, _) => {
            online(&mut reader)?;
            let wide = matches!(object.variation, 1 | 3 | 5 | 7);
            let count = if wide { reader.u32_le().ok()? } else { u32::from(reader.u16_le().ok()?) };
            Some(Datum::UInt(u64::from(count)))
        }
        (30, 3 | 4) | (31, 5 | 6) => integer(&mut reader, bytes.len() == 4),
        (30, 1 | 2) | (31 | 32 | 33 | 42, 1..=4) | (40, 1 | 2) => {
            online(&mut reader)?;
            integer(&mut reader, object.variation % 2 == 1)
        }
        (30, 5) | (31 | 32 | 33 | 42, 5 | 7) | (40, 3) => {
            online(&mut reader)?;
            reader.f32_le().ok().map(|value| Datum::Float(f64::from(value)))
        }
        (30, 6) | (31 | 32 | 33 | 42, 6 | 8) | (40, 4) => {
            online(&mut reader)?;
            reader.f64_le().ok().map(Datum::Float)
        }
        (110 | 111, _) => Some(Datum::Text(Text::unknown(bytes))),
        _ => None,
    }
}

/// What a control asks for: the control code of a relay block, or the set point of an analog output.
pub(super) fn asked<'a>(object: &Object<'a>) -> Option<Datum<'a>> {
    let Content::Bytes(bytes) = object.content else { return None };
    let mut reader = Reader::new(bytes);
    match (object.group, object.variation) {
        (12, 1 | 2) => reader.u8().ok().map(|code| Datum::UInt(u64::from(code))),
        (41, 1 | 2) => integer(&mut reader, object.variation == 1),
        (41, 3) => reader.f32_le().ok().map(|value| Datum::Float(f64::from(value))),
        (41, 4) => reader.f64_le().ok().map(Datum::Float),
        _ => None,
    }
}

/// The status that ends a control object of a response.
pub(super) fn control_status(object: &Object<'_>) -> Option<u8> {
    match object.content {
        Content::Bytes(bytes) if matches!(object.group, 12 | 41) => bytes.last().map(|status| status & 0x7f),
        _ => None,
    }
}

fn online(reader: &mut Reader<'_>) -> Option<u8> {
    reader.u8().ok().filter(|flags| flags & ONLINE != 0)
}

fn count(mut reader: Reader<'_>) -> Option<Datum<'static>> {
    let wide = reader.remaining() == 4;
    let count = if wide { reader.u32_le().ok()? } else { u32::from(reader.u16_le().ok()?) };
    Some(Datum::UInt(u64::from(count)))
}

fn integer(reader: &mut Reader<'_>, wide: bool) -> Option<Datum<'static>> {
    let value = if wide { reader.i32_le().ok()? } else { i32::from(reader.i16_le().ok()?) };
    Some(Datum::Int(i64::from(value)))
}
