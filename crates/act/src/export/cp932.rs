//! Text to Windows code page 932, with an account of what it cannot hold.
//!
//! The table is that of the Encoding Standard, which is what Windows and spreadsheets use: the bytes 81 60 are `～` (U+FF5E).
//! A WAVE DASH `〜` (U+301C), which Macintosh and JIS X 0208 tables give for the same bytes, is therefore written as 81 60 and
//! counted as changed, because it comes back as U+FF5E. The same holds for the few other characters of which the two families of
//! tables disagree (minus, dash, parallel, cent, pound, not) and for the yen sign, which must not become a backslash.

use encoding_rs::{EncoderResult, SHIFT_JIS};
use std::collections::{BTreeMap, HashMap};

/// What stands for a character that code page 932 does not have: GETA MARK, by which Japanese printers show a missing type.
pub const REPLACEMENT: char = '〓';
/// The most places that are listed one by one; all are counted.
pub const PLACES_MAX: usize = 10_000;

/// What code page 932 could not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// How many characters were changed, all places together.
    pub count: u64,
    /// Every such character, what it became, and how often.
    pub characters: BTreeMap<char, Becomes>,
    /// Where, in the file's order, the first [`PLACES_MAX`].
    pub places: Vec<Place>,
}

/// What became of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Becomes {
    /// What it reads as: a character of the same look, or [`REPLACEMENT`].
    pub character: char,
    /// How often.
    pub count: u64,
}

/// Where a character was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The row of the file as a spreadsheet counts, from 1.
    pub row: usize,
    /// The column, from 1.
    pub column: usize,
    /// The character as it was.
    pub character: char,
}

/// Encodes cells and keeps the account.
#[derive(Default)]
pub(super) struct Encoder {
    known: HashMap<char, ([u8; 2], usize, Option<char>)>,
    pub(super) losses: Losses,
}

impl Encoder {
    /// The bytes of a cell; `row` and `column` are for the account.
    pub(super) fn encode(&mut self, text: &str, row: usize, column: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars() {
            let (pair, length, becomes) =
                *self.known.entry(character).or_insert_with(|| encode_character(character));
            bytes.extend(pair.into_iter().take(length));
            if let Some(becomes) = becomes {
                let account = &mut self.losses;
                account.count += 1;
                account
                    .characters
                    .entry(character)
                    .or_insert(Becomes { character: becomes, count: 0 })
                    .count += 1;
                if account.places.len() < PLACES_MAX {
                    account.places.push(Place { row, column, character });
                }
            }
        }
        bytes
    }
}

/// Bytes, how many of them, and what they read as when that is another character.
fn encode_character(character: char) -> ([u8; 2], usize, Option<char>) {
    if let Some(alike) = alike(character)
        && let Some((pair, length)) = exact(alike)
    {
        return (pair, length, Some(alike));
    }
    match exact(character).or_else(|| private(character)) {
        Some((pair, length)) => (pair, length, None),
        None => ([0x81, 0xac], 2, Some(REPLACEMENT)),
    }
}

/// The character of code page 932 that looks the same.
fn alike(character: char) -> Option<char> {
    Some(match character {
        '\u{a0}' => ' ',
        '\u{a2}' => '￠',
        '\u{a3}' => '￡',
        '\u{a5}' => '￥',
        '\u{ac}' => '￢',
        '\u{2011}' => '‐',
        '\u{2013}' | '\u{2212}' => '－',
        '\u{2014}' => '―',
        '\u{2016}' => '∥',
        '\u{203e}' => '￣',
        '\u{301c}' => '～',
        _ => return None,
    })
}

fn exact(character: char) -> Option<([u8; 2], usize)> {
    let mut text = [0; 4];
    let text = character.encode_utf8(&mut text);
    let mut pair = [0; 2];
    let mut encoder = SHIFT_JIS.new_encoder();
    let (result, _, length) = encoder.encode_from_utf8_without_replacement(text, &mut pair, true);
    (result == EncoderResult::InputEmpty).then_some((pair, length))
}

/// The user's own characters (外字): lead bytes F0 to F9 stand for U+E000 to U+E757. The Encoding Standard reads them and does
/// not write them; they came from such a file, so they go back into one.
fn private(character: char) -> Option<([u8; 2], usize)> {
    let place = u32::from(character).checked_sub(0xe000).filter(|place| *place <= 0x757)?;
    let trail = place % 188;
    let trail = trail + if trail < 0x3f { 0x40 } else { 0x41 };
    Some(([u8::try_from(0xf0 + place / 188).ok()?, u8::try_from(trail).ok()?], 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text reads as after it was written.
    fn check(text: &str, reads: &str, lost: &[(char, char)]) {
        let mut encoder = Encoder::default();
        let bytes = encoder.encode(text, 1, 1);
        let (read, _, damaged) = SHIFT_JIS.decode(&bytes);
        assert!(!damaged, "{bytes:02x?}");
        assert_eq!(read, reads);
        let found: Vec<_> =
            encoder.losses.characters.iter().map(|(from, to)| (*from, to.character)).collect();
        assert_eq!(found, lost);
    }

    #[test]
    fn what_code_page_932_holds() {
        for text in [
            "ｼﾞｭｳﾃﾝｷ2",
            "充填機②",
            "髙橋",
            "～",
            "\u{ff0d}\u{2015}\u{2225}",
            "㈱№Ⅳ",
            "\\~",
            "\u{e000}\u{e03f}\u{e757}",
        ] {
            check(text, text, &[]);
        }
    }

    #[test]
    fn what_it_does_not_hold() {
        check("1〜2", "1～2", &[('〜', '～')]);
        check("−5", "－5", &[('−', '－')]);
        check("¥100", "￥100", &[('¥', '￥')]);
        check("𠮷野", "〓野", &[('𠮷', '〓')]);
        check("한국é", "〓〓〓", &[('é', '〓'), ('국', '〓'), ('한', '〓')]);
    }

    #[test]
    fn every_character_that_is_called_exact_comes_back() {
        for character in ('\u{20}'..='\u{ffff}').filter(|character| !character.is_control()) {
            let (pair, length, becomes) = encode_character(character);
            let (read, _) = SHIFT_JIS.decode_without_bom_handling(&pair[..length]);
            assert_eq!(read, becomes.unwrap_or(character).to_string(), "{:04x}", u32::from(character));
        }
    }
}
