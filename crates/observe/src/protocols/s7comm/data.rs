//! Data of read answers and write requests: values and what became of each item.

use super::item::{self, BIT, BYTE, CHAR, Item};
use super::names::return_code;
use crate::out::Out;
use facts::{Datum, OutcomeKind, Part, Subject, Value};
use wire::{Reader, Text};

/// Values of one message that are told.
const VALUES_MAX: u16 = 128;

/// Tells the values that stand in `data`, in the order of `items`; an item that failed is an outcome of `code`.
pub(crate) fn values(items: &[Item], data: &[u8], code: u64, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    let mut told = 0;
    let mut failed = false;
    for item in items {
        let (Ok(status), Ok(size), Ok(len)) = (reader.u8(), reader.u8(), reader.u16()) else { return };
        // Bit, byte and integer data count their length in bits, the others in bytes.
        let len = if matches!(size, 3..=5) { usize::from(len).div_ceil(8) } else { usize::from(len) };
        let bytes = reader.take_up_to(len);
        if len % 2 == 1 {
            reader.take_up_to(1);
        }
        // A write request has 0 here, a read answer 0xff when the item could be read.
        if matches!(status, 0 | 0xff) {
            told += elements(item, bytes, VALUES_MAX - told, out);
        } else if !failed {
            failed = true;
            refusal(code, status, out);
        }
    }
}

/// Tells what became of the items of a write: one byte each.
pub(crate) fn results(data: &[u8], code: u64, out: &mut Out<'_, '_>) {
    if let Some(status) = data.iter().find(|status| **status != 0xff) {
        refusal(code, *status, out);
    }
}

fn refusal(code: u64, status: u8, out: &mut Out<'_, '_>) {
    let kind = if status == 1 { OutcomeKind::Failed } else { OutcomeKind::Refused };
    out.outcome("", code, kind, u32::from(status), return_code(status));
}

/// Tells the elements of one item, at most `limit`; answers how many.
fn elements(item: &Item, bytes: &[u8], limit: u16, out: &mut Out<'_, '_>) -> u16 {
    if item.count == 0 || limit == 0 {
        return 0;
    }
    let count = item.count.min(limit);
    if out.passes_over(usize::from(count)) {
        return count;
    }
    if item.element == CHAR && item.count > 1 {
        tell(item.target(), Datum::Text(Text::unknown(bytes)), out);
        return 1;
    }
    let mut reader = Reader::new(bytes);
    let elements = item.elements();
    for at in 0..count {
        let Some(datum) = element(item.element, &mut reader) else { return at };
        tell(elements.map_or(facts::Target::None, |elements| elements.target(at, 1)), datum, out);
    }
    count
}

fn tell(target: facts::Target<'_>, datum: Datum<'_>, out: &mut Out<'_, '_>) {
    out.value(Value { subject: Subject::Server, part: Part::Whole, target, datum });
}

fn element(kind: u8, reader: &mut Reader<'_>) -> Option<Datum<'static>> {
    Some(match kind {
        BIT => Datum::Bool(reader.u8().ok()? & 1 == 1),
        item::INT => Datum::Int(i64::from(reader.i16().ok()?)),
        item::DINT => Datum::Int(i64::from(reader.i32().ok()?)),
        item::REAL => Datum::Float(f64::from(reader.f32().ok()?)),
        0x04 | 0x09 | 0x0c | 0x1c | 0x1d => Datum::UInt(u64::from(reader.u16().ok()?)),
        0x06 | 0x0a | 0x0b => Datum::UInt(u64::from(reader.u32().ok()?)),
        0x0f => Datum::UInt(reader.u64().ok()?),
        BYTE | CHAR => Datum::UInt(u64::from(reader.u8().ok()?)),
        _ => return None,
    })
}
