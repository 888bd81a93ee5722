//! UA Binary (IEC 62541-6, 5.2): node identifiers, strings, variants. All numbers are little-endian.

use facts::{Datum, Target};
use wire::{Defect, Malformed, Reader, Text};

/// Nesting of diagnostics and variants that is followed.
const DEPTH_MAX: usize = 8;

/// A node identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeId<'a> {
    /// Namespace and number.
    Number(u16, u32),
    /// Namespace and name.
    Name(&'a [u8]),
    /// A GUID or opaque identifier.
    Other,
}

impl<'a> NodeId<'a> {
    /// Reads a node identifier; the flags of an expanded one are honoured, too.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let kind = reader.u8()?;
        let node = match kind & 0x3f {
            0 => Self::Number(0, u32::from(reader.u8()?)),
            1 => {
                let namespace = u16::from(reader.u8()?);
                Self::Number(namespace, u32::from(reader.u16_le()?))
            }
            2 => {
                let namespace = reader.u16_le()?;
                Self::Number(namespace, reader.u32_le()?)
            }
            3 => {
                let _namespace = reader.u16_le()?;
                Self::Name(string(reader)?)
            }
            4 => reader.skip(18).map(|()| Self::Other)?,
            5 => {
                let _namespace = reader.u16_le()?;
                string(reader).map(|_| Self::Other)?
            }
            _ => return Err(reader.defect(Defect::BadValue)),
        };
        if kind & 0x80 != 0 {
            let _namespace_uri = string(reader)?;
        }
        if kind & 0x40 != 0 {
            let _server_index = reader.u32_le()?;
        }
        Ok(node)
    }

    /// The node as a target; `attribute` is what of it is meant, 13 its value.
    pub(super) fn target(self, attribute: u32) -> Target<'a> {
        match self {
            Self::Number(namespace, number) => {
                Target::Object { space: "node", class: u32::from(namespace), instance: number, attribute }
            }
            Self::Name(name) => Target::Name { space: "node", name: Text::utf8(name) },
            Self::Other => Target::None,
        }
    }
}

/// A string or byte string; a null one is empty.
pub(super) fn string<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    match reader.i32_le()? {
        -1 => Ok(&[]),
        len => reader.take(usize::try_from(len).map_err(|_| reader.defect(Defect::BadLength))?),
    }
}

/// The number of elements of an array; a null one has none.
pub(super) fn count(reader: &mut Reader<'_>) -> Result<u32, Malformed> {
    Ok(u32::try_from(reader.i32_le()?).unwrap_or(0))
}

pub(super) fn strings(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    for _ in 0..count(reader)? {
        string(reader)?;
    }
    Ok(())
}

/// A localized text: a mask, the locale, the text.
pub(super) fn localized<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let mask = reader.u8()?;
    if mask & 1 != 0 {
        let _locale = string(reader)?;
    }
    if mask & 2 != 0 { string(reader) } else { Ok(&[]) }
}

/// An extension object: the number of its encoding and its bytes.
pub(super) fn extension<'a>(reader: &mut Reader<'a>) -> Result<(NodeId<'a>, &'a [u8]), Malformed> {
    let kind = NodeId::read(reader)?;
    let body = if reader.u8()? == 0 { &[] } else { string(reader)? };
    Ok((kind, body))
}

pub(super) fn diagnostics(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    for _ in 0..DEPTH_MAX {
        let mask = reader.u8()?;
        // Symbol, namespace, locale and text are indexes of four bytes.
        for bit in [1, 2, 4, 8] {
            if mask & bit != 0 {
                reader.skip(4)?;
            }
        }
        if mask & 0x10 != 0 {
            string(reader)?;
        }
        if mask & 0x20 != 0 {
            reader.skip(4)?;
        }
        if mask & 0x40 == 0 {
            return Ok(());
        }
    }
    Err(reader.defect(Defect::TooMany))
}

/// What a variant holds, as far as it can be said.
#[derive(Clone, Copy, Debug)]
pub(super) enum Variant<'a> {
    /// One number, state or text.
    Datum(Datum<'a>),
    /// One structure.
    Extension(NodeId<'a>, &'a [u8]),
    /// An array, or something else.
    Other,
}

fn nested<'a>(reader: &mut Reader<'a>, depth: usize) -> Result<Variant<'a>, Malformed> {
    reader.ensure(depth < DEPTH_MAX, Defect::TooMany)?;
    let mask = reader.u8()?;
    if mask & 0x80 == 0 {
        return scalar(reader, mask & 0x3f, depth);
    }
    for _ in 0..count(reader)? {
        scalar(reader, mask & 0x3f, depth)?;
    }
    if mask & 0x40 != 0 {
        for _ in 0..count(reader)? {
            reader.skip(4)?;
        }
    }
    Ok(Variant::Other)
}

/// One value of a built-in type (5.1.2).
fn scalar<'a>(reader: &mut Reader<'a>, kind: u8, depth: usize) -> Result<Variant<'a>, Malformed> {
    let datum = match kind {
        0 => return Ok(Variant::Other),
        1 => Datum::Bool(reader.u8()? != 0),
        2 => Datum::Int(i64::from(i8::from_le_bytes(reader.array()?))),
        3 => Datum::UInt(u64::from(reader.u8()?)),
        4 => Datum::Int(i64::from(reader.i16_le()?)),
        5 => Datum::UInt(u64::from(reader.u16_le()?)),
        6 => Datum::Int(i64::from(reader.i32_le()?)),
        7 => Datum::UInt(u64::from(reader.u32_le()?)),
        8 => Datum::Int(reader.i64_le()?),
        9 => Datum::UInt(reader.u64_le()?),
        10 => Datum::Float(f64::from(reader.f32_le()?)),
        11 => Datum::Float(reader.f64_le()?),
        12 => Datum::Text(Text::utf8(string(reader)?)),
        13 => return reader.skip(8).map(|()| Variant::Other),
        14 => return reader.skip(16).map(|()| Variant::Other),
        15 | 16 => return string(reader).map(|_| Variant::Other),
        17 | 18 => return NodeId::read(reader).map(|_| Variant::Other),
        19 => Datum::UInt(u64::from(reader.u32_le()?)),
        20 => {
            let _namespace = reader.u16_le()?;
            Datum::Text(Text::utf8(string(reader)?))
        }
        21 => Datum::Text(Text::utf8(localized(reader)?)),
        22 => return extension(reader).map(|(kind, body)| Variant::Extension(kind, body)),
        23 => return data_value_at(reader, depth + 1).map(|_| Variant::Other),
        24 => return nested(reader, depth + 1),
        25 => return diagnostics(reader).map(|()| Variant::Other),
        _ => return Err(reader.defect(Defect::BadValue)),
    };
    Ok(Variant::Datum(datum))
}

/// A data value: the variant, where there is one, and its status.
pub(super) fn data_value<'a>(reader: &mut Reader<'a>) -> Result<(Variant<'a>, u32), Malformed> {
    data_value_at(reader, 0)
}

fn data_value_at<'a>(reader: &mut Reader<'a>, depth: usize) -> Result<(Variant<'a>, u32), Malformed> {
    let mask = reader.u8()?;
    let value = if mask & 1 != 0 { nested(reader, depth)? } else { Variant::Other };
    let status = if mask & 2 != 0 { reader.u32_le()? } else { 0 };
    for (bit, len) in [(4, 8), (0x10, 2), (8, 8), (0x20, 2)] {
        if mask & bit != 0 {
            reader.skip(len)?;
        }
    }
    Ok((value, status))
}
