//! The tagged encoding of values (clause 20.2).

use facts::Datum;
use wire::{Charset, Defect, Malformed, Reader, Text, trim};

/// Nesting of constructed values that is followed.
const DEPTH_MAX: usize = 16;

/// One tag; a primitive one with the bytes of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag<'a> {
    /// An application tag: data type and value; the value of a boolean is one byte.
    Application(u8, &'a [u8]),
    /// A context tag and its value.
    Context(u8, &'a [u8]),
    Opening(u8),
    Closing(u8),
}

/// An object: type and instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ObjectId {
    pub(super) kind: u32,
    pub(super) instance: u32,
}

impl ObjectId {
    /// Ten bits of type and 22 of instance (20.2.14).
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let number = Reader::new(bytes).u32().ok()?;
        Some(Self { kind: number >> 22, instance: number & 0x3f_ffff })
    }
}

pub(super) fn read<'a>(reader: &mut Reader<'a>) -> Result<Tag<'a>, Malformed> {
    let first = reader.u8()?;
    let number = match first >> 4 {
        15 => reader.u8()?,
        number => number,
    };
    let context = first & 8 != 0;
    match (context, first & 7) {
        (true, 6) => return Ok(Tag::Opening(number)),
        (true, 7) => return Ok(Tag::Closing(number)),
        // A boolean's value stands in its tag (20.2.3).
        (false, value) if number == 1 => {
            return Ok(Tag::Application(1, if value == 0 { &[0] } else { &[1] }));
        }
        _ => {}
    }
    let len = match first & 7 {
        5 => match reader.u8()? {
            254 => usize::from(reader.u16()?),
            255 => usize::try_from(reader.u32()?).map_err(|_| reader.defect(Defect::TooLong))?,
            len => usize::from(len),
        },
        len @ 0..=4 => usize::from(len),
        _ => return Err(reader.defect(Defect::BadValue)),
    };
    let value = reader.take(len)?;
    Ok(if context { Tag::Context(number, value) } else { Tag::Application(number, value) })
}

/// The value of the next context tag, if it has this number; otherwise nothing is read.
pub(super) fn context<'a>(reader: &mut Reader<'a>, number: u8) -> Option<&'a [u8]> {
    let mut ahead = *reader;
    match read(&mut ahead) {
        Ok(Tag::Context(found, value)) if found == number => {
            *reader = ahead;
            Some(value)
        }
        _ => None,
    }
}

/// Whether the next tag is this one; it is passed over then.
pub(super) fn is_next(reader: &mut Reader<'_>, wanted: Tag<'_>) -> bool {
    let mut ahead = *reader;
    let found = read(&mut ahead).is_ok_and(|tag| tag == wanted);
    if found {
        *reader = ahead;
    }
    found
}

/// What stands up to the closing tag, which is passed over; all that is left when it is missing.
pub(super) fn enclosed<'a>(reader: &mut Reader<'a>) -> &'a [u8] {
    let (rest, start) = (reader.rest(), reader.at());
    let mut depth = 0;
    let mut end = start;
    while depth <= DEPTH_MAX {
        match read(reader) {
            Ok(Tag::Opening(_)) => depth += 1,
            Ok(Tag::Closing(_)) if depth == 0 => return rest.get(..end - start).unwrap_or_default(),
            Ok(Tag::Closing(_)) => depth -= 1,
            Ok(_) => {}
            Err(_) => break,
        }
        end = reader.at();
    }
    let _ = reader.take_up_to(usize::MAX);
    rest
}

/// An unsigned number of at most eight bytes.
pub(super) fn unsigned(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// An unsigned number that must fit 32 bits, as most do.
pub(super) fn unsigned32(bytes: &[u8]) -> Option<u32> {
    unsigned(bytes).and_then(|number| u32::try_from(number).ok())
}

/// A primitive value as something to say: numbers, states and text.
pub(super) fn datum<'a>(tag: &Tag<'a>) -> Option<Datum<'a>> {
    let Tag::Application(kind, bytes) = *tag else { return None };
    let mut reader = Reader::new(bytes);
    Some(match kind {
        1 => Datum::Bool(bytes == [1]),
        2 | 9 => Datum::UInt(unsigned(bytes)?),
        3 => {
            let start = if bytes.first()? & 0x80 == 0 { 0 } else { -1 };
            (bytes.len() <= 8).then_some(())?;
            Datum::Int(bytes.iter().fold(start, |number, byte| number << 8 | i64::from(*byte)))
        }
        4 => Datum::Float(f64::from(reader.f32().ok()?)),
        5 => Datum::Float(reader.f64().ok()?),
        7 => Datum::Text(text(bytes)?),
        _ => return None,
    })
}

/// A character string: an octet for the character set (20.2.9), then its bytes.
pub(super) fn text(bytes: &[u8]) -> Option<Text<'_>> {
    let (set, rest) = bytes.split_first()?;
    Some(match set {
        0 => Text::utf8(rest),
        // A code page of two octets; Japanese devices use 932.
        1 => {
            let (page, rest) = rest.split_first_chunk::<2>()?;
            let charset = if *page == 932_u16.to_be_bytes() { Charset::Cp932 } else { Charset::Unknown };
            Text { bytes: trim(rest), charset }
        }
        4 => Text { bytes: rest, charset: Charset::Utf16Be },
        5 => Text { bytes: trim(rest), charset: Charset::Latin1 },
        _ => Text::unknown(rest),
    })
}
