//! Items of read and write requests: which variable is meant.

use facts::Target;
use wire::Reader;

/// One variable, or a run of them, as a request names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    /// Memory area.
    pub(crate) area: u8,
    /// Type of one element (`transport size`).
    pub(crate) element: u8,
    /// Data block, 0 outside data blocks.
    pub(crate) block: u16,
    /// How many elements.
    pub(crate) count: u16,
    /// First bit, or the number of a timer or counter.
    pub(crate) address: u32,
}

/// Element types.
pub(crate) const BIT: u8 = 1;
pub(crate) const BYTE: u8 = 2;
pub(crate) const CHAR: u8 = 3;
pub(crate) const INT: u8 = 5;
pub(crate) const DINT: u8 = 7;
pub(crate) const REAL: u8 = 8;

impl Item {
    /// Bytes of one element; 0 for bits.
    fn element_len(&self) -> u16 {
        match self.element {
            BIT => 0,
            0x04 | INT | 0x09 | 0x0c | 0x1c | 0x1d => 2,
            0x06..=REAL | 0x0a | 0x0b => 4,
            0x0f => 8,
            _ => 1,
        }
    }

    /// The place in the controller's memory.
    pub(crate) fn target(&self) -> Target<'static> {
        self.elements().map_or(Target::None, |elements| elements.target(0, self.count))
    }

    /// Where its elements stand; `None` in an area that is not known.
    pub(crate) fn elements(&self) -> Option<Elements> {
        let (bytes, bits) = area(self.area)?;
        let len = u32::from(self.element_len());
        let (space, bits_per_address, addresses) = match (bytes, bits) {
            (numbered, "") => (numbered, 1, 1),
            (_, bits) if len == 0 => (bits, 1, 1),
            (bytes, _) => (bytes, 8, len),
        };
        Some(Elements {
            space,
            block: u32::from(self.block),
            address: self.address,
            bits_per_address,
            addresses,
        })
    }
}

/// The elements of an item, worked out once for all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elements {
    space: &'static str,
    block: u32,
    /// As in [`Item`].
    address: u32,
    /// 8 where addresses count bytes, 1 where they count bits or things.
    bits_per_address: u32,
    /// Addresses that one element takes.
    addresses: u32,
}

impl Elements {
    /// So many elements from the one that stands `at` places behind the first.
    pub(crate) fn target(&self, at: u16, count: u16) -> Target<'static> {
        let step = self.addresses * self.bits_per_address;
        Target::Range {
            space: self.space,
            major: self.block,
            first: self.address.saturating_add(u32::from(at) * step) / self.bits_per_address,
            count: self.addresses * u32::from(count),
        }
    }
}

/// Names of an area that is counted in bytes and in bits; the second is empty where things are numbered.
fn area(code: u8) -> Option<(&'static str, &'static str)> {
    Some(match code {
        0x03 => ("system-information", "system-information-bit"),
        0x05 => ("system-flag", "system-flag-bit"),
        0x06 => ("analog-input", "analog-input-bit"),
        0x07 => ("analog-output", "analog-output-bit"),
        0x1c => ("counter", ""),
        0x1d => ("timer", ""),
        0x1e => ("iec-counter", ""),
        0x1f => ("iec-timer", ""),
        0x80 => ("peripheral", "peripheral-bit"),
        0x81 => ("input", "input-bit"),
        0x82 => ("output", "output-bit"),
        0x83 => ("flag", "flag-bit"),
        0x84 => ("db", "db-bit"),
        0x85 => ("instance-db", "instance-db-bit"),
        0x86 => ("local", "local-bit"),
        0x87 => ("previous-local", "previous-local-bit"),
        _ => return None,
    })
}

/// The next item of a request; one in a form that is not known is an empty item.
pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Item> {
    let (_specification, len) = (reader.u8().ok()?, reader.u8().ok()?);
    let mut body = reader.sub(usize::from(len)).ok()?;
    let item = match body.u8().ok()? {
        0x10 => pointer(&mut body),
        0xb0 => block_bytes(&mut body),
        _ => None,
    };
    Some(item.unwrap_or_default())
}

/// An `ANY` pointer.
fn pointer(body: &mut Reader<'_>) -> Option<Item> {
    let (element, count, block) = (body.u8().ok()?, body.u16().ok()?, body.u16().ok()?);
    let (area, address) = (body.u8().ok()?, body.u24().ok()?);
    Some(Item { area, element, block, count, address })
}

/// Bytes of a data block: number of such runs (the first is told), length, block, offset in bytes.
fn block_bytes(body: &mut Reader<'_>) -> Option<Item> {
    body.skip(1).ok()?;
    let (count, block, offset) = (body.u8().ok()?, body.u16().ok()?, body.u16().ok()?);
    Some(Item { area: 0x84, element: BYTE, block, count: u16::from(count), address: u32::from(offset) << 3 })
}
