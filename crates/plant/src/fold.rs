//! One spelling for comparing: what people type with and without full width, capitals and the right dash.

use unicode_normalization::UnicodeNormalization;

/// The form of a text in which search and name matching compare; never shown, never stored as a name.
///
/// Equal after folding: half and full width (`ｼﾞｭｳﾃﾝｷ2`, `ジュウテンキ２`), capitals, circled and other compatibility
/// characters (`②` and `2`), every dash, minus and long-vowel mark (`ー ｰ - － ‐ – — ― −`), both wave dashes, runs of
/// any white space, and the drawn variants of one character that Japanese names and machine lists mix (`髙` and `高`).
/// Not equal: hiragana and katakana, and words that differ by a long vowel (`ビル`, `ビール`). Apart from white space at
/// the ends each character folds by itself, so that a part of a name is still found in the name.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    // Lower case may leave a character that composes again, so normalisation is done on both sides of it.
    let lower = text.nfkc().flat_map(char::to_lowercase).nfkc();
    for character in lower.filter(|&character| !is_invisible(character)) {
        if character.is_whitespace() {
            space = !folded.is_empty();
            continue;
        }
        if core::mem::take(&mut space) {
            folded.push(' ');
        }
        folded.push(unify(character));
    }
    folded
}

/// Variation selectors, joiners and the soft hyphen: nobody sees them, copying from a document brings them.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn unify(character: char) -> char {
    match character {
        'ー' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{2501}' | '\u{30a0}' => '-',
        '\u{301c}' | '\u{3030}' | '\u{223c}' => '~',
        '髙' => '高',
        '﨑' => '崎',
        '𠮷' => '吉',
        '德' => '徳',
        '濵' => '濱',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spellings_of_one_name_are_equal() {
        for (left, right) in [
            ("ｼﾞｭｳﾃﾝｷ2", "ジュウテンキ２"),
            ("充填機②", "充填機2"),
            ("髙橋", "高橋"),
            ("1号～3号", "１号〜３号"),
            ("サーバー", "ｻｰﾊﾞｰ"),
            ("PLC‐01", "plc−０１"),
            ("PLC-01", "ＰＬＣー０１"),
            ("Line　A", " line  a\u{200b} "),
        ] {
            assert_eq!(fold(left), fold(right), "{left} {right}");
        }
        assert_ne!(fold("ビル"), fold("ビール"));
        assert_ne!(fold("充填機2"), fold("充填機3"));
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}|[ｦ-ﾟァ-ヶー ～-]{0,20}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }
    }
}
