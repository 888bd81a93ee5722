//! Names as devices store them: Japanese plants still speak CP932 and EUC-JP beside UTF-8 and UTF-16.

use serde::Deserialize;

/// How a device encodes its own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, and so ASCII too.
    #[default]
    Utf8,
    /// CP932, also called Shift_JIS or MS Kanji.
    Cp932,
    /// EUC-JP.
    EucJp,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
}

/// The bytes of `text` in `encoding`; what the encoding lacks becomes a question mark.
#[must_use]
pub fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Cp932 => with_table(text, encoding_rs::SHIFT_JIS),
        Encoding::EucJp => with_table(text, encoding_rs::EUC_JP),
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

/// `encode` for protocols whose strings are octets: UTF-16 names are sent as UTF-8 there.
pub(crate) fn encode_octets(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => text.as_bytes().to_vec(),
        octets => encode(text, octets),
    }
}

fn with_table(text: &str, table: &'static encoding_rs::Encoding) -> Vec<u8> {
    let mut bytes = Vec::new();
    for character in text.chars() {
        let mut buffer = [0; 4];
        let (encoded, _, lost) = table.encode(character.encode_utf8(&mut buffer));
        if lost {
            bytes.push(b'?');
        } else {
            bytes.extend_from_slice(&encoded);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_names_have_their_code_points() {
        assert_eq!(encode("充填機②", Encoding::Cp932), [0x8f, 0x5b, 0x93, 0x55, 0x8b, 0x40, 0x87, 0x41]);
        assert_eq!(encode("髙橋～", Encoding::Cp932), [0xfb, 0xfc, 0x8b, 0xb4, 0x81, 0x60]);
        assert_eq!(encode("ｼﾞ2", Encoding::Cp932), [0xbc, 0xde, 0x32]);
        assert_eq!(encode("ｼ", Encoding::EucJp), [0x8e, 0xbc]);
        assert_eq!(encode("②", Encoding::Utf16Le), [0x61, 0x24]);
        assert_eq!(encode("é", Encoding::Cp932), b"?");
    }
}
