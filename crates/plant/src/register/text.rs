//! Bytes to text: which encoding a file has.

use encoding_rs::{SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// The encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a mark at its beginning.
    Utf8,
    /// UTF-16, low byte first: what spreadsheets call Unicode text.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows code page 932, the Shift_JIS of Japanese Windows.
    Cp932,
}

impl Encoding {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Cp932 => "cp932",
        }
    }

    /// The encoding of that stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Cp932].into_iter().find(|one| one.name() == name)
    }
}

/// The text of a file; every byte sequence that is no character becomes U+FFFD.
pub(super) fn decode(bytes: &[u8], chosen: Option<Encoding>) -> (Encoding, String) {
    let encoding = chosen.unwrap_or_else(|| detect(bytes));
    let codec = match encoding {
        Encoding::Utf8 => UTF_8,
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
        Encoding::Cp932 => SHIFT_JIS,
    };
    let (text, _) = codec.decode_with_bom_removal(bytes);
    (encoding, text.into_owned())
}

fn detect(bytes: &[u8]) -> Encoding {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        return Encoding::Utf8;
    }
    if bytes.starts_with(&[0xff, 0xfe]) {
        return Encoding::Utf16Le;
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return Encoding::Utf16Be;
    }
    // Titles, commas and line ends of a table in UTF-16 are Latin: every second byte of many is zero.
    let zeros =
        |from: usize| bytes.iter().skip(from).step_by(2).take(2_000).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = (bytes.len() / 2).min(2_000);
    if even.max(odd) * 10 > pairs.max(4) {
        return if odd > even { Encoding::Utf16Le } else { Encoding::Utf16Be };
    }
    // One damaged place makes no file UTF-8 or CP932: what most of it says decides. In CP932 text almost every Japanese
    // character is an error of UTF-8.
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if bad * 4 <= good || (bad == 0) { Encoding::Utf8 } else { Encoding::Cp932 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], encoding: Encoding, text: &str) {
        assert_eq!(decode(bytes, None), (encoding, text.to_owned()));
    }

    #[test]
    fn encodings_are_detected() {
        let text = "設備名,IP\r\nｼﾞｭｳﾃﾝｷ2,10.0.0.1\r\n髙橋①,～";
        check(text.as_bytes(), Encoding::Utf8, text);
        check(&[b"\xef\xbb\xbf", text.as_bytes()].concat(), Encoding::Utf8, text);
        check(&SHIFT_JIS.encode(text).0, Encoding::Cp932, text);
        let wide: Vec<u16> = text.encode_utf16().collect();
        let low: Vec<u8> = wide.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let high: Vec<u8> = wide.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        check(&low, Encoding::Utf16Le, text);
        check(&high, Encoding::Utf16Be, text);
        check(&[&[0xff, 0xfe], low.as_slice()].concat(), Encoding::Utf16Le, text);
        check(b"name,ip\na,b\n", Encoding::Utf8, "name,ip\na,b\n");
        check(b"", Encoding::Utf8, "");
    }

    #[test]
    fn one_damaged_place_changes_no_encoding() {
        let mut bytes = SHIFT_JIS.encode("設備名,型式\nポンプ,A\n").0.into_owned();
        bytes.extend_from_slice(b"\x82,B\n");
        check(&bytes, Encoding::Cp932, "設備名,型式\nポンプ,A\n\u{fffd},B\n");
        let mut bytes = "設備名,型式\nポンプ,A\n".as_bytes().to_vec();
        bytes.extend_from_slice(b"\xe8\xa8,B\n");
        check(&bytes, Encoding::Utf8, "設備名,型式\nポンプ,A\n\u{fffd},B\n");
    }
}
