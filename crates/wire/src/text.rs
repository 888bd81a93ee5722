//! Text as a device sent it: bytes, and what is known of their encoding. Decoding happens where people read.

/// How a protocol says, or does not say, that its text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Charset {
    /// The protocol does not say: to be detected (ASCII, UTF-8, CP932, EUC-JP, Latin-1).
    #[default]
    Unknown,
    /// UTF-8 by the standard.
    Utf8,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// CP932, also called Shift_JIS or MS Kanji.
    Cp932,
    /// EUC-JP.
    EucJp,
    /// ISO 8859-1.
    Latin1,
}

/// Bytes that a person should be able to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Text<'a> {
    /// As sent, after trimming.
    pub bytes: &'a [u8],
    /// What the protocol says about them.
    pub charset: Charset,
}

impl<'a> Text<'a> {
    /// Text of unknown encoding, without trailing NULs and surrounding white space.
    #[must_use]
    pub fn unknown(bytes: &'a [u8]) -> Self {
        Self { bytes: trim(bytes), charset: Charset::Unknown }
    }

    /// UTF-8 by the standard, trimmed.
    #[must_use]
    pub fn utf8(bytes: &'a [u8]) -> Self {
        Self { bytes: trim(bytes), charset: Charset::Utf8 }
    }

    /// UTF-16 little-endian, as Windows protocols send it; not trimmed here.
    #[must_use]
    pub fn utf16_le(bytes: &'a [u8]) -> Self {
        Self { bytes, charset: Charset::Utf16Le }
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// Cuts at the first NUL and removes surrounding white space and padding.
#[must_use]
pub fn trim(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default().trim_ascii()
}
