//! Text put together on the stack, for values that a protocol sends in pieces or as numbers.

use crate::{Charset, Text};
use core::fmt;

/// Bytes of the longest text.
const LEN_MAX: usize = 256;
/// Bytes of the longest short text.
const SHORT_MAX: usize = 47;

/// Up to 256 bytes of text; what goes beyond is cut. Takes `write!`, which then cannot fail.
#[derive(Clone, Copy, Debug)]
pub struct TextBuffer {
    bytes: [u8; LEN_MAX],
    len: usize,
}

impl Default for TextBuffer {
    fn default() -> Self {
        Self { bytes: [0; LEN_MAX], len: 0 }
    }
}

impl TextBuffer {
    /// What `arguments` write out: `TextBuffer::of(format_args!("{mac}"))`.
    #[must_use]
    pub fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut buffer = Self::default();
        // Writing here cannot fail, and a type's own `Display` that fails leaves what it wrote so far.
        let _ = fmt::Write::write_fmt(&mut buffer, arguments);
        buffer
    }

    /// Bytes as hexadecimal digits.
    #[must_use]
    pub fn hex(bytes: &[u8]) -> Self {
        let mut buffer = Self::default();
        for byte in bytes.iter().take(LEN_MAX / 2) {
            for nibble in [byte >> 4, byte & 15] {
                buffer.push(&[if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }]);
            }
        }
        buffer
    }

    /// Adds bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        let bytes = bytes.get(..LEN_MAX - self.len).unwrap_or(bytes);
        if let Some(place) = self.bytes.get_mut(self.len..self.len + bytes.len()) {
            place.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }

    /// What was put together, trimmed.
    #[must_use]
    pub fn as_text(&self) -> Text<'_> {
        Text::unknown(self.bytes.get(..self.len).unwrap_or_default())
    }
}

impl fmt::Write for TextBuffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// A short text kept by value, to pair an answer with the name that was asked for. A longer one is kept as empty:
/// half a user name would be another user's.
#[derive(Clone, Copy, Debug)]
pub struct ShortText {
    bytes: [u8; SHORT_MAX],
    len: u8,
    charset: Charset,
}

impl Default for ShortText {
    fn default() -> Self {
        Self { bytes: [0; SHORT_MAX], len: 0, charset: Charset::Unknown }
    }
}

impl ShortText {
    /// Keeps a text of at most 47 bytes.
    #[must_use]
    pub fn keep(text: Text<'_>) -> Self {
        let mut kept = Self::default();
        if let (Some(place), Ok(len)) =
            (kept.bytes.get_mut(..text.bytes.len()), u8::try_from(text.bytes.len()))
        {
            place.copy_from_slice(text.bytes);
            kept.len = len;
            kept.charset = text.charset;
        }
        kept
    }

    /// What was kept.
    #[must_use]
    pub fn as_text(&self) -> Text<'_> {
        Text { bytes: self.bytes.get(..usize::from(self.len)).unwrap_or_default(), charset: self.charset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_long_names_forgotten() {
        let mut buffer = TextBuffer::of(format_args!("{}-", 7));
        buffer.push(&[b'x'; 300]);
        assert_eq!((buffer.as_text().bytes.len(), buffer.as_text().bytes.first()), (256, Some(&b'7')));
        assert_eq!(TextBuffer::hex(&[0x0a, 0xff]).as_text().bytes, b"0aff");
        assert_eq!(ShortText::keep(Text::utf8(b"operator")).as_text().bytes, b"operator");
        assert!(ShortText::keep(Text::utf8(&[b'x'; 48])).as_text().is_empty());
    }
}
