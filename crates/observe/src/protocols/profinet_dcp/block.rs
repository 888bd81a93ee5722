//! The blocks of a message.

use wire::Reader;

/// Blocks of one message that are read.
const BLOCKS_MAX: usize = 64;

/// Option and sub-option (IEC 61158-6-10), and the value without information or qualifier.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    /// Option.
    pub(super) option: u8,
    /// Sub-option.
    pub(super) sub: u8,
    /// Value.
    pub(super) value: &'a [u8],
}

/// The blocks, each padded to an even length; `informed` when two bytes of information or qualifier lead each value.
pub(super) fn blocks(bytes: &[u8], informed: bool) -> impl Iterator<Item = Block<'_>> {
    let mut reader = Reader::new(bytes);
    core::iter::from_fn(move || {
        let (option, sub) = (reader.u8().ok()?, reader.u8().ok()?);
        let len = usize::from(reader.u16().ok()?);
        let mut value = reader.take(len).ok()?;
        reader.take_up_to(len % 2);
        // Answers of control blocks have no information.
        if informed && (option, sub) != (5, 4) {
            value = value.get(2..).unwrap_or_default();
        }
        Some(Block { option, sub, value })
    })
    .take(BLOCKS_MAX)
}
