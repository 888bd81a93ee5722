//! Text of devices as people read it.
//!
//! A protocol's rule decides the encoding; where there is none, every encoding that plants use is tried and the most
//! plausible reading wins. Nothing is dropped: bytes that no encoding explains are shown as `\xNN`.

mod euc_extension;
mod plausible;

use encoding_rs::{DecoderResult, EUC_JP, Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use euc_extension::euc_extension;
use plausible::plausibility;
use wire::{Charset, Text};

/// A reading of bytes in one encoding.
struct Reading {
    text: String,
    /// Bytes that the encoding does not explain, not counting a character cut off at the end.
    bad: usize,
}

/// The text as people read it.
#[must_use]
pub fn decode_text(text: Text<'_>) -> String {
    let bytes = text.bytes;
    let read = |encoding| shown(&read_as(bytes, encoding).text);
    match text.charset {
        Charset::Utf16Le => read(UTF_16LE),
        Charset::Utf16Be => read(UTF_16BE),
        Charset::Cp932 => read(SHIFT_JIS),
        Charset::EucJp => read(EUC_JP),
        Charset::Latin1 => shown(&latin1(bytes)),
        // Devices do not always keep their protocol's promise.
        Charset::Utf8 | Charset::Unknown => detect(bytes),
    }
}

fn detect(bytes: &[u8]) -> String {
    let stripped = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some(text) = core::str::from_utf8(stripped).ok().filter(|text| !text.contains('\0')) {
        return shown(text);
    }
    if let Some(encoding) = utf16_by_shape(bytes) {
        return shown(&read_as(bytes, encoding).text);
    }
    // The first of equals wins, so the order is the order of what plants use.
    let mut best: Option<(i32, String)> = None;
    let readings = [SHIFT_JIS, EUC_JP, UTF_8].map(|encoding| (encoding, read_as(bytes, encoding)));
    for (encoding, reading) in readings {
        let score =
            plausibility(&reading.text, encoding) - 8 * i32::try_from(reading.bad).unwrap_or(i32::MAX / 16);
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, reading.text));
        }
    }
    let western = latin1(bytes);
    let score = plausible::western(&western);
    match best {
        Some((most, text)) if most >= score => shown(&text),
        _ => shown(&western),
    }
}

/// UTF-16 shows by its byte order mark, or by Latin text in which every other byte is zero.
fn utf16_by_shape(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ if bytes.len() < 4 || !bytes.len().is_multiple_of(2) => return None,
        _ => (),
    }
    let zeros = |offset: usize| bytes.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), bytes.len() / 2);
    match (even * 2 > pairs, odd * 2 > pairs) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// Reads bytes in an encoding; what it does not explain stays visible as `\xNN`.
fn read_as(bytes: &[u8], encoding: &'static Encoding) -> Reading {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut text = String::with_capacity(bytes.len() * 3 + 16);
    let (mut at, mut bad) = (0, 0);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        text.reserve(rest.len() * 3 + 16);
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return Reading { text, bad },
            DecoderResult::OutputFull => text.reserve(64),
            DecoderResult::Malformed(len, after) => {
                let end = at.saturating_sub(usize::from(after));
                let start = end.saturating_sub(usize::from(len));
                let broken = bytes.get(start..end).unwrap_or_default();
                let explained = push_broken(&mut text, broken, encoding);
                bad += if explained || end == bytes.len() { 0 } else { broken.len() };
            }
        }
    }
}

/// Shows bytes that an encoding does not explain, unless the vendors' extension of EUC-JP does; says whether.
fn push_broken(text: &mut String, broken: &[u8], encoding: &'static Encoding) -> bool {
    if encoding == EUC_JP
        && let [0x8f, row, cell] = broken
        && let Some(character) = euc_extension(*row, *cell)
    {
        text.push(character);
        return true;
    }
    for byte in broken {
        text.push_str(&format!("\\x{byte:02X}"));
    }
    false
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Trims, and makes visible what would not show or would reorder the line.
fn shown(text: &str) -> String {
    let text = text.split('\0').next().unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for character in text.trim().chars() {
        match character {
            '\t' | '\r' | '\n' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            control if control.is_control() && u32::from(control) < 0x100 => {
                out.push_str(&format!("\\x{:02X}", u32::from(control)));
            }
            // Zero-width and direction marks let one name pass for another.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
                out.push_str(&format!("\\u{{{:04X}}}", u32::from(character)));
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(hex: &str, charset: Charset) -> String {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|two| u8::from_str_radix(core::str::from_utf8(two).expect("ascii"), 16).expect("hex"))
            .collect();
        decode_text(Text { bytes: &bytes, charset })
    }

    /// Name, CP932, EUC-JP (as eucJP-ms where that differs), both also to be found without being told.
    const NAMES: &[(&str, &str, &str)] = &[
        ("ｼﾞｭｳﾃﾝｷ2", "bcdeadb3c3ddb732", "8ebc8ede8ead8eb38ec38edd8eb732"),
        ("充填機②", "8f5b93558b408741", "bdbcc5b6b5a1ada2"),
        ("髙橋", "fbfc8bb4", "8ff4fbb6b6"),
        ("髙橋", "eee08bb4", "fce2b6b6"),
        ("ポンプ～1", "837c8393837681603 1", "a5dda5f3a5d7a1c131"),
        ("第1ライン", "91e6318389834383 93", "c2e831a5e9a5a4a5f3"),
        ("制御盤", "90a78ce494d5", "c0a9b8e6c8d7"),
    ];

    #[test]
    fn japanese_names_come_out_right_when_the_protocol_tells() {
        for (name, cp932, euc) in NAMES {
            assert_eq!(&read(cp932, Charset::Cp932), name);
            assert_eq!(&read(euc, Charset::EucJp), name);
        }
        assert_eq!((read("8160", Charset::Cp932), read("a1c1", Charset::EucJp)), ("～".into(), "～".into()));
    }

    #[test]
    fn japanese_names_come_out_right_when_nobody_tells() {
        for (name, cp932, euc) in NAMES {
            assert_eq!(&read(cp932, Charset::Unknown), name, "{cp932}");
            assert_eq!(&read(euc, Charset::Unknown), name, "{euc}");
            let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(&decode_text(Text { bytes: &utf16, charset: Charset::Utf16Le }), name);
            let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(&decode_text(Text { bytes: &utf16, charset: Charset::Utf16Be }), name);
            assert_eq!(&decode_text(Text { bytes: name.as_bytes(), charset: Charset::Unknown }), name);
        }
    }

    #[test]
    fn western_names_stay_western() {
        for name in ["Gerät 1", "Förderband", "Größe", "Kühlung", "Température", "25°C", "PLC_01"] {
            let latin1: Vec<u8> =
                name.chars().map(|one| u8::try_from(u32::from(one)).expect("latin-1")).collect();
            assert_eq!(decode_text(Text { bytes: &latin1, charset: Charset::Unknown }), name);
            assert_eq!(decode_text(Text { bytes: &latin1, charset: Charset::Latin1 }), name);
            assert_eq!(decode_text(Text { bytes: name.as_bytes(), charset: Charset::Unknown }), name);
        }
    }

    #[test]
    fn nothing_is_dropped_and_nothing_hides() {
        let cases = [
            ("50 4c 43 01 31", Charset::Unknown, "PLC\\x011"),
            ("41 ff 42", Charset::EucJp, "A\\xFFB"),
            ("41 81", Charset::Cp932, "A\\x81"),
            ("41 00 42 00 43 00", Charset::Unknown, "ABC"),
            ("41 00 00 d8", Charset::Utf16Le, "A\\x00\\xD8"),
            ("ef bb bf 41", Charset::Unknown, "A"),
            ("41 0d 0a 42", Charset::Unknown, "A B"),
            ("61 e2 80 ae 62", Charset::Utf8, "a\\u{202E}b"),
            ("20 41 20", Charset::Unknown, "A"),
            ("", Charset::Unknown, ""),
        ];
        for (hex, charset, text) in cases {
            assert_eq!(read(hex, charset), text, "{hex}");
        }
    }

    #[test]
    fn a_utf8_name_cut_in_a_character_keeps_the_rest() {
        let name = "充填機".as_bytes();
        assert_eq!(decode_text(Text { bytes: &name[..8], charset: Charset::Utf8 }), "充填\\xE6\\xA9");
    }
}
