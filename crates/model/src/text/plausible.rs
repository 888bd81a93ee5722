//! How much a reading looks like something a person wrote on a machine in a plant.

use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS};

/// Points of a Japanese or UTF-8 reading: per character, by how common its kind is in names of machines.
pub(super) fn plausibility(text: &str, encoding: &'static Encoding) -> i32 {
    let mut points = 0;
    let mut before = ' ';
    for character in text.chars() {
        points += match character {
            // EUC-JP spends two bytes on each, the first always the single shift: no accident.
            '\u{ff61}'..='\u{ff9f}' if encoding == EUC_JP => 2 * half_width(before, character) + 2,
            '\u{ff61}'..='\u{ff9f}' => half_width(before, character),
            _ if character.is_ascii() => 0,
            '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fc}' => 6,
            '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => ideograph(character),
            '\u{ff01}'..='\u{ff5e}' => 4,
            '\u{3000}'..='\u{303f}' => 2,
            '\u{2460}'..='\u{2473}' | '\u{2160}'..='\u{2169}' => 3,
            // User-defined areas of the double-byte encodings, and the control codes of the single-byte ones.
            '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' => -10,
            _ if encoding == SHIFT_JIS || encoding == EUC_JP => 1,
            _ => 4,
        };
        before = character;
    }
    points
}

/// Half-width katakana: a voicing mark belongs behind a letter that can take it, small letters and the long mark
/// never open a word, and brackets and full stops are rare in names.
fn half_width(before: char, character: char) -> i32 {
    let opens = !('\u{ff66}'..='\u{ff9f}').contains(&before);
    match character {
        // People change to half width between words, not in one.
        _ if ('\u{4e00}'..='\u{9fff}').contains(&before) || ('\u{f900}'..='\u{faff}').contains(&before) => -3,
        'ﾞ' if matches!(before, 'ｳ' | 'ｶ'..='ﾄ' | 'ﾊ'..='ﾎ') => 3,
        'ﾟ' if matches!(before, 'ﾊ'..='ﾎ') => 3,
        'ﾞ' | 'ﾟ' => -8,
        'ｧ'..='ｯ' | 'ｰ' if opens => -6,
        '｡' | '｢' | '｣' | '､' | '･' => -4,
        _ => 2,
    }
}

/// Ideographs of JIS level 1 are the common ones; CP932 places them below lead byte 0x98.
fn ideograph(character: char) -> i32 {
    let mut buffer = [0; 4];
    let (bytes, _, unmapped) = SHIFT_JIS.encode(character.encode_utf8(&mut buffer));
    match bytes.first() {
        Some(0x88..=0x97) if !unmapped => 4,
        _ => 1,
    }
}

/// Points of a Latin-1 reading: accented letters stand among letters; the C1 control codes are in no text.
pub(super) fn western(text: &str) -> i32 {
    let characters: Vec<char> = text.chars().collect();
    let letter =
        |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(|one| one.is_alphabetic());
    let high = characters.iter().enumerate().filter(|(_, character)| !character.is_ascii());
    high.map(|(at, character)| match character {
        '\u{80}'..='\u{9f}' => -10,
        '°' | '±' | 'µ' | '²' | '³' | '®' | '©' | '§' | '·' => 1,
        _ if !character.is_alphabetic() => -4,
        _ if letter(at.checked_sub(1)) || letter(Some(at + 1)) => 2,
        _ => -2,
    })
    .sum()
}
