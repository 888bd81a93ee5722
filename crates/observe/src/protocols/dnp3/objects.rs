//! Object headers and objects: which points, and the bytes of each.

use wire::{Defect, Malformed, Reader};

/// One object header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) group: u8,
    pub(super) variation: u8,
    /// First point, where the range says so.
    pub(super) first: Option<u32>,
    /// How many; `None` for all.
    pub(super) count: Option<u32>,
    /// Bytes of the number before each object, and whether that is its size instead of its index.
    prefix: (u8, bool),
}

/// One object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    pub(super) group: u8,
    pub(super) variation: u8,
    /// Point index; 0 where the group has no points.
    pub(super) index: u32,
    pub(super) content: Content<'a>,
}

/// What an object holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'a> {
    /// A state of one or two bits out of a packed field.
    Bits(u8),
    /// Its bytes.
    Bytes(&'a [u8]),
}

/// How long the objects of a group and variation are.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// Packed, this many bits each.
    Packed(u8),
    /// This many bytes each.
    Fixed(usize),
    /// Type octet, length octet, value.
    Attribute,
    /// Not known: nothing behind it can be read.
    Unknown,
}

impl Header {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (group, variation, qualifier) = (reader.u8()?, reader.u8()?, reader.u8()?);
        let prefix = match qualifier >> 4 & 7 {
            0 => (0, false),
            1 => (1, false),
            2 => (2, false),
            3 => (4, false),
            4 => (1, true),
            5 => (2, true),
            6 => (4, true),
            _ => return Err(reader.defect(Defect::BadValue)),
        };
        let (first, count) = match qualifier & 15 {
            0 => span(u32::from(reader.u8()?), u32::from(reader.u8()?)),
            1 => span(u32::from(reader.u16_le()?), u32::from(reader.u16_le()?)),
            2 => span(reader.u32_le()?, reader.u32_le()?),
            6 => (None, None),
            7 | 11 => (None, Some(u32::from(reader.u8()?))),
            8 => (None, Some(u32::from(reader.u16_le()?))),
            9 => (None, Some(reader.u32_le()?)),
            _ => return Err(reader.defect(Defect::BadValue)),
        };
        Ok(Self { group, variation, first, count, prefix })
    }

    /// Passes over the indexes of a header that names points without data, answering the first of them.
    pub(super) fn skip_indexes(&self, reader: &mut Reader<'_>) -> Result<Option<u32>, Malformed> {
        let first =
            if self.prefix.0 > 0 && !self.prefix.1 { self.number(&mut reader.clone()).ok() } else { None };
        let len = usize::from(self.prefix.0).saturating_mul(to_usize(self.count.unwrap_or(0)));
        reader.skip(len)?;
        Ok(first.or(self.first))
    }

    /// Calls `each` for every object behind the header.
    pub(super) fn objects<'a>(
        &self,
        reader: &mut Reader<'a>,
        mut each: impl FnMut(Object<'a>),
    ) -> Result<(), Malformed> {
        let Self { group, variation, .. } = *self;
        let (first, count) = (self.first.unwrap_or(0), self.count.unwrap_or(0));
        let form = form(group, variation);
        if let (Form::Packed(bits), 0) = (form, self.prefix.0) {
            let packed = reader.take(to_usize(count).saturating_mul(usize::from(bits)).div_ceil(8))?;
            for at in 0..count {
                let place = to_usize(at) * usize::from(bits);
                let byte = packed.get(place / 8).copied().unwrap_or(0);
                let content = Content::Bits(byte >> (place % 8) & ((1 << bits) - 1));
                each(Object { group, variation, index: first.saturating_add(at), content });
            }
            return Ok(());
        }
        for at in 0..count {
            let number = self.number(reader)?;
            let content = match (form, self.prefix) {
                (_, (1.., true)) => Content::Bytes(reader.take(to_usize(number))?),
                (Form::Fixed(len), _) => Content::Bytes(reader.take(len)?),
                (Form::Packed(_), _) => Content::Bits(reader.u8()?),
                (Form::Attribute, _) => {
                    let len = usize::from(reader.peek_at(1).unwrap_or(0));
                    Content::Bytes(reader.take(len + 2)?)
                }
                (Form::Unknown, _) => return Err(reader.defect(Defect::BadValue)),
            };
            let index = if self.prefix.0 > 0 && !self.prefix.1 { number } else { first.saturating_add(at) };
            each(Object { group, variation, index, content });
            if reader.is_empty() && at + 1 < count {
                return Err(reader.defect(Defect::Truncated));
            }
        }
        Ok(())
    }

    fn number(&self, reader: &mut Reader<'_>) -> Result<u32, Malformed> {
        Ok(match self.prefix.0 {
            1 => u32::from(reader.u8()?),
            2 => u32::from(reader.u16_le()?),
            4 => reader.u32_le()?,
            _ => 0,
        })
    }
}

fn span(first: u32, last: u32) -> (Option<u32>, Option<u32>) {
    (Some(first), Some(last.checked_sub(first).map_or(0, |more| more.saturating_add(1))))
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn form(group: u8, variation: u8) -> Form {
    Form::Fixed(match (group, variation) {
        (0, _) => return Form::Attribute,
        (1 | 10 | 80, 1) | (12, 3) => return Form::Packed(1),
        (3, 1) => return Form::Packed(2),
        (1 | 3 | 10, 2) | (2 | 4 | 11 | 13, 1) | (102, 1) => 1,
        (2 | 4 | 11 | 13, 2) | (122, 1) => 7,
        (2 | 4, 3) | (81, 1) => 3,
        (12, 1 | 2) => 11,
        (20, 2 | 4) | (21, 2 | 4) | (22 | 23, 2 | 4) => 3,
        (20, 1 | 3) | (21, 1 | 3) | (22 | 23, 1 | 3) => 5,
        (20, 5 | 7) | (21, 9 | 11) => 4,
        (20, 6 | 8) | (21, 10 | 12) => 2,
        (21..=23, 5 | 7) => 11,
        (21..=23, 6 | 8) => 9,
        (30, 3) | (31, 5) | (34, 2 | 3) | (101, 2) => 4,
        (30, 4) | (31, 6) | (34, 1) | (52, 1 | 2) | (101, 1) => 2,
        (30 | 40..=43, 1) | (30, 5) | (31..=33, 1) | (31, 7) | (32 | 33 | 42 | 43, 5) | (40 | 41, 3) => 5,
        (30 | 40..=43, 2) | (31..=33, 2) => 3,
        (30, 6) | (31, 8) | (32 | 33 | 42 | 43, 6) | (40 | 41, 4) => 9,
        (31..=33 | 42 | 43, 3) | (32 | 33 | 42 | 43, 7) => 11,
        (31..=33 | 42 | 43, 4) => 9,
        (32 | 33 | 42 | 43, 8) => 15,
        (50, 1 | 3) | (51, 1 | 2) => 6,
        (50, 2) => 10,
        (50, 4) => 11,
        (60, _) => 0,
        (101, 3) => 8,
        (110..=113, _) => usize::from(variation),
        (121, 1) => 7,
        (122, 2) => 13,
        _ => return Form::Unknown,
    })
}
