//! Values of Logix tags: elementary types (Volume 1, appendix C, 6.1) by name.

use super::path::Path;
use super::pending::Pending;
use crate::out::Out;
use facts::{Datum, Part, Subject, Target, Value};
use wire::{Malformed, Reader};

/// Values told of one message: enough for set points, and no flood from large arrays.
const VALUES_MAX: usize = 64;

/// Values of a Read Tag response: type, values. Structures are of the controller's own making and stay unread.
pub(super) fn read(pending: &Pending, data: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    let Ok(kind) = reader.u16_le() else { return };
    values(&pending.path, kind, pending.number, reader, pending.part, out);
}

/// Values of a Write Tag request: type, number of elements, offset of a fragment, values.
pub(super) fn written(path: &Path, fragmented: bool, data: &[u8], part: Part, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    let (Ok(kind), Ok(_count)) = (reader.u16_le(), reader.u16_le()) else { return };
    let offset = if fragmented { reader.u32_le().unwrap_or(0) } else { 0 };
    values(path, kind, offset, reader, part, out);
}

fn values(path: &Path, kind: u16, offset: u32, mut reader: Reader<'_>, part: Part, out: &mut Out<'_, '_>) {
    let Some(size) = size(kind) else { return };
    if out.passes_over((reader.remaining() / size).min(VALUES_MAX)) {
        return;
    }
    let single = path.element.is_none() && offset == 0 && reader.remaining() == size;
    let first = path.element.unwrap_or(0).saturating_add(offset / u32::try_from(size).unwrap_or(1));
    for element in (first..).take(VALUES_MAX) {
        let Ok(datum) = datum(kind, &mut reader) else { return };
        let mut name = path.name;
        if !single {
            name.push_element(element);
        }
        let target = Target::Name { space: "tag", name: name.as_text() };
        out.value(Value { subject: Subject::Server, part, target, datum });
    }
}

/// Bytes of an elementary type.
fn size(kind: u16) -> Option<usize> {
    Some(match kind {
        0xc1 | 0xc2 | 0xc6 | 0xd1 => 1,
        0xc3 | 0xc7 | 0xd2 => 2,
        0xc4 | 0xc8 | 0xca | 0xd3 => 4,
        0xc5 | 0xc9 | 0xcb | 0xd4 => 8,
        _ => return None,
    })
}

fn datum(kind: u16, reader: &mut Reader<'_>) -> Result<Datum<'static>, Malformed> {
    Ok(match kind {
        0xc1 => Datum::Bool(reader.u8()? != 0),
        0xc2 => Datum::Int(i64::from(i8::from_le_bytes(reader.array()?))),
        0xc3 => Datum::Int(i64::from(reader.i16_le()?)),
        0xc4 => Datum::Int(i64::from(reader.i32_le()?)),
        0xc5 => Datum::Int(reader.i64_le()?),
        0xc6 | 0xd1 => Datum::UInt(u64::from(reader.u8()?)),
        0xc7 | 0xd2 => Datum::UInt(u64::from(reader.u16_le()?)),
        0xc8 | 0xd3 => Datum::UInt(u64::from(reader.u32_le()?)),
        0xc9 | 0xd4 => Datum::UInt(reader.u64_le()?),
        0xca => Datum::Float(f64::from(reader.f32_le()?)),
        _ => Datum::Float(reader.f64_le()?),
    })
}
