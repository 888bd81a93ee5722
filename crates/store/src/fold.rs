//! Text as search compares it.

use unicode_normalization::UnicodeNormalization;

/// The form in which names are compared: compatibility forms unified (ｼﾞｭｳﾃﾝｷ is ジュウテンキ, ② is 2), lower case, the
/// wave dash of one code table the tilde of the other, white space single.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let words = text.split(|letter: char| letter.is_ascii_whitespace() || letter.is_ascii_control());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        return words.join(" ").to_ascii_lowercase();
    }
    let unified = text.nfkc().flat_map(char::to_lowercase).map(|letter| match letter {
        // CP932 and JIS X 0208 map the same character differently.
        '\u{301c}' => '~',
        letter if letter.is_whitespace() || letter.is_control() => ' ',
        letter => letter,
    });
    // Lower case can decompose once more (İ), so the result is composed again: folding twice changes nothing.
    let text: String = unified.nfkc().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The pattern of `LIKE … ESCAPE '\'` that finds a folded word anywhere.
pub(crate) fn pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_and_full_width_are_equal() {
        for (a, b) in [
            ("ｼﾞｭｳﾃﾝｷ2", "ジュウテンキ２"),
            ("充填機②", "充填機2"),
            ("ＰＬＣ－１", "plc-1"),
            ("～", "〜"),
            ("A\u{3000}B", "a b"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
        assert_ne!(fold("髙橋"), fold("高橋"), "different characters of one name stay different");
    }

    #[test]
    fn the_short_way_for_ascii_ends_at_the_same_place() {
        for text in ["PLC-1\n6ES7  x", "\u{b}a\0b\u{7f}c ", "", " "] {
            assert_eq!(
                fold(&format!("{text} é")).strip_suffix('é').map(str::trim_end),
                Some(fold(text).as_str())
            );
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["İstanbul", "ﬁlter", "  a\tb ", "ΑΣ", "①％_"] {
            assert_eq!(fold(&fold(text)), fold(text));
        }
    }

    #[test]
    fn wildcards_in_a_word_are_letters() {
        assert_eq!(pattern("50%_\\"), "%50\\%\\_\\\\%");
    }
}
