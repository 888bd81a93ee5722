//! What one word of a name may stand for: lists of types with slashes, optional letters, placeholders.

use super::pattern::Word;
use super::words::compact;

/// What a word with slashes and optional letters may stand for; the word itself comes first.
pub(super) fn alternatives(word: &str) -> Vec<Word> {
    let mut plain = vec![String::new()];
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('(') {
        let (inside, after) = behind.split_once(')').unwrap_or((behind, ""));
        let optional = |text: &String| [format!("{text}{before}{inside}"), format!("{text}{before}")];
        plain = plain.iter().take(8).flat_map(optional).collect();
        rest = after;
    }
    let mut all = Vec::new();
    for text in plain {
        let text = format!("{text}{rest}");
        let slashed = expand_slashes(&text);
        all.push(text);
        all.extend(slashed);
    }
    all.iter().filter_map(|text| to_word(text)).collect()
}

/// `R04/08/16SFCPU`: R04SFCPU, R08SFCPU, R16SFCPU. `CS1H/G-CPU`: CS1H-CPU, CS1G-CPU. `1734-AENT/1734-AENTR`: both.
fn expand_slashes(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty()).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return Vec::new() };
    if parts.len() < 2 || parts.len() > 20 {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    let is_type = |part: &str| part.len() >= 2 && part.contains(char::is_alphabetic);
    found.extend(parts.iter().filter(|part| is_type(part)).map(|part| (*part).trim_matches('-').to_owned()));
    if let (Some((front, _)), true) =
        (first.rsplit_once('-'), parts.iter().skip(1).all(|part| part.starts_with('-')))
    {
        found.extend(parts.iter().skip(1).map(|part| format!("{front}{part}")));
    }
    // What changes from part to part is the last run of digits or of letters of the first part.
    let digits = first.ends_with(|letter: char| letter.is_ascii_digit());
    let same = |letter: char| if digits { letter.is_ascii_digit() } else { letter.is_alphabetic() };
    let stem = first.trim_end_matches(same);
    let tail_at = last.find(|letter: char| !same(letter)).unwrap_or(last.len());
    let (_, tail) = last.split_at_checked(tail_at).unwrap_or((last, ""));
    if digits {
        for part in &parts {
            let core = part.strip_prefix(stem).unwrap_or(part);
            let core_end = core.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(core.len());
            if core_end > 0 {
                found.push(format!("{stem}{}{tail}", core.get(..core_end).unwrap_or_default()));
            }
        }
    } else {
        let keep = first.len() - first.chars().next_back().map_or(0, char::len_utf8);
        let one_letter = parts
            .iter()
            .skip(1)
            .all(|part| part.chars().take_while(|letter| letter.is_alphabetic()).count() == 1);
        if one_letter {
            found.push(format!("{first}{tail}"));
            for part in parts.iter().skip(1) {
                let letter: String = part.chars().take(1).collect();
                found.push(format!("{}{letter}{tail}", first.get(..keep).unwrap_or_default()));
            }
        }
    }
    found
}

/// A word or one with placeholders. Small `x`, `y` and `z` in a type of capitals and digits are placeholders.
fn to_word(text: &str) -> Option<Word> {
    let letters: Vec<char> = text.chars().filter(|letter| letter.is_alphabetic()).collect();
    let placeholder = |letter: char| matches!(letter, 'x' | 'z' | 'y');
    let has_small = letters.iter().any(|letter| placeholder(*letter));
    let rest_capital = letters.iter().all(|letter| letter.is_uppercase() || placeholder(*letter));
    let has_digit = text.contains(|letter: char| letter.is_ascii_digit());
    let marked = text.replace("**", "*");
    let marked = if has_small && rest_capital && has_digit {
        let trimmed = marked.trim_end_matches(placeholder);
        let ended = if trimmed.len() < marked.len() { format!("{trimmed}*") } else { marked.clone() };
        ended.replace('x', "?").replace(['z', 'y'], "*")
    } else {
        marked
    };
    let text = compact(&marked);
    if !text.chars().any(char::is_alphanumeric) {
        None
    } else if text.contains(['*', '?']) {
        let ended = text.trim_end_matches('?');
        Some(Word::Like(if ended.len() < text.len() { format!("{ended}*") } else { text }))
    } else {
        Some(Word::Is(text))
    }
}

/// Whether a text fits a pattern of `?` and `*`.
pub(super) fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut place) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), text.get(place)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                retry = Some((at, place));
                at += 1;
            }
            (Some(wanted), Some(found)) if *wanted == b'?' || wanted == found => {
                at += 1;
                place += 1;
            }
            (_, rest) => match retry {
                Some((star, from)) if rest.is_some() || from < text.len() => {
                    retry = Some((star, from + 1));
                    at = star + 1;
                    place = from + 1;
                    if place > text.len() {
                        return false;
                    }
                }
                _ => return false,
            },
        }
    }
}
