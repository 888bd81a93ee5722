//! Paths: segments that lead through ports to a class, an instance, an attribute or a tag (Volume 1, appendix C).

use facts::{Part, Target};
use wire::{Malformed, Reader, Text};

/// Bytes of a tag name with its members that are kept.
const NAME_MAX: usize = 64;
/// The Symbol object, whose instances are the tags of a Logix controller.
pub(super) const SYMBOL: u32 = 0x6b;

/// A tag name put together from its segments; cut when longer than the room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    bytes: [u8; NAME_MAX],
    len: usize,
}

impl Default for Name {
    fn default() -> Self {
        Self { bytes: [0; NAME_MAX], len: 0 }
    }
}

impl Name {
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn as_text(&self) -> Text<'_> {
        Text::unknown(self.bytes.get(..self.len).unwrap_or_default())
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = self.bytes.get_mut(self.len..).unwrap_or_default();
        let len = room.len().min(bytes.len());
        if let (Some(place), Some(bytes)) = (room.get_mut(..len), bytes.get(..len)) {
            place.copy_from_slice(bytes);
            self.len += len;
        }
    }

    /// Adds `[element]`.
    pub(super) fn push_element(&mut self, element: u32) {
        self.push(b"[");
        self.push(wire::Digits::decimal(u64::from(element)).as_text().bytes);
        self.push(b"]");
    }
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Path {
    pub(super) class: Option<u32>,
    pub(super) instance: Option<u32>,
    pub(super) attribute: Option<u32>,
    /// The last member number: the array element when a tag is named.
    pub(super) element: Option<u32>,
    pub(super) name: Name,
    /// Ports passed on the way, and a number that stands for the whole route.
    hops: u8,
    route: u32,
    slot: Option<u16>,
}

impl Path {
    /// Reads segments up to the first that is not understood.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut path = Self::default();
        let mut reader = Reader::new(bytes);
        while let Ok(first) = reader.u8() {
            if path.segment(first, &mut reader).is_err() {
                break;
            }
        }
        path
    }

    /// The class; naming a tag means the Symbol object.
    pub(super) fn object(&self) -> Option<u32> {
        if self.name.is_empty() { self.class } else { Some(SYMBOL) }
    }

    /// The module that the route leads to: a slot of this rack, or a machine behind further ports.
    pub(super) fn part(&self) -> Part {
        match (self.hops, self.slot) {
            (0, _) => Part::Whole,
            (1, Some(slot)) => Part::Slot { rack: 0, slot },
            _ => Part::Unit(self.route),
        }
    }

    /// The name with its element, as people write it.
    pub(super) fn full_name(&self) -> Name {
        let mut name = self.name;
        if let Some(element) = self.element {
            name.push_element(element);
        }
        name
    }

    /// What a command with this path aims at; `name` is [`Path::full_name`].
    pub(super) fn target<'n>(&self, name: &'n Name, space: &'static str) -> Target<'n> {
        if !name.is_empty() {
            return Target::Name { space: "tag", name: name.as_text() };
        }
        let Some(class) = self.class else { return Target::None };
        let (instance, attribute) = (self.instance.unwrap_or(0), self.attribute.unwrap_or(0));
        Target::Object { space, class, instance, attribute }
    }

    fn segment(&mut self, first: u8, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        match first {
            0x00..=0x1f => self.port(first, reader),
            0x34 => reader.skip(9),
            0x20..=0x3f => self.logical(first, reader),
            // Network segments carry one byte, from 0x50 on as many words as the byte says.
            0x40..=0x4f => reader.skip(1),
            0x50..=0x5f | 0x80 => reader.u8().and_then(|words| reader.skip(usize::from(words) * 2)),
            0x60..=0x7f => self.symbol(usize::from(first & 0x1f), reader),
            0x91 => {
                let len = usize::from(reader.u8()?);
                self.symbol(len, reader)
            }
            _ => Err(reader.defect(wire::Defect::BadValue)),
        }
    }

    /// A port and the address behind it: on port 1, the backplane, the address is a slot.
    fn port(&mut self, first: u8, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        let address_len = if first & 0x10 == 0 { 1 } else { usize::from(reader.u8()?) };
        let port = if first & 0x0f == 0x0f { reader.u16_le()? } else { u16::from(first & 0x0f) };
        let address = reader.take(address_len)?;
        if first & 0x10 != 0 {
            reader.skip(address_len % 2)?;
        }
        self.hops = self.hops.saturating_add(1);
        self.slot = match address {
            [slot] if port == 1 => Some(u16::from(*slot)),
            _ => None,
        };
        let fold = |route: u32, byte: &u8| route.wrapping_shl(8) ^ route.wrapping_shr(24) ^ u32::from(*byte);
        self.route = address.iter().fold(fold(self.route, &port.to_le_bytes()[0]), fold);
        Ok(())
    }

    /// A number of 8, 16 or 32 bits; the longer ones stand behind a pad byte.
    fn logical(&mut self, first: u8, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        let number = match first & 3 {
            0 => u32::from(reader.u8()?),
            1 => {
                reader.skip(1)?;
                u32::from(reader.u16_le()?)
            }
            2 => {
                reader.skip(1)?;
                reader.u32_le()?
            }
            _ => return Err(reader.defect(wire::Defect::BadValue)),
        };
        match first & 0x1c {
            0x00 => self.class = Some(number),
            0x04 => self.instance = Some(number),
            0x08 => {
                if let Some(outer) = self.element.replace(number)
                    && !self.name.is_empty()
                {
                    self.name.push_element(outer);
                }
            }
            0x10 => self.attribute = Some(number),
            _ => {}
        }
        Ok(())
    }

    fn symbol(&mut self, len: usize, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        let name = reader.take(len)?;
        reader.skip(len % 2)?;
        if let Some(element) = self.element.take() {
            self.name.push_element(element);
        }
        if !self.name.is_empty() {
            self.name.push(b".");
        }
        self.name.push(name);
        Ok(())
    }
}
