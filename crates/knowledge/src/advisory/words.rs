//! The words of a product's name, as advisories and devices write them.

use super::names;
use super::pattern::Pattern;

/// Beginnings of a name that say for what, when something of the name is left.
const FOR_WHAT: [&str; 6] = [
    "studio 5000 logix designer ",
    "firmware of ",
    "firmware for ",
    "firmware on ",
    "web server of ",
    "all ",
];

/// Lower-cases nothing; takes marks and remarks out that are no part of a name.
pub(super) fn clean(name: &str) -> String {
    let mut text = name
        .replace(['®', '™', '©', '\u{a0}'], " ")
        .replace("(R)", " ")
        .replace("(TM)", " ")
        .replace("(r)", " ");
    for (from, to) in [
        ("[ ]", "□"),
        ("[]", "□"),
        ("…", ".."),
        (" -L", "-L"),
        (" - L", "-L"),
        ("’", "'"),
        (" - (", "-("),
        (") BT", ")BT"),
    ] {
        text = text.replace(from, to);
    }
    // Boxes are places for letters, whatever blanks the printer left around them.
    while text.contains(" □") || text.contains("□ ") || text.contains("□- ") {
        text = text.replace(" □", "□").replace("□ ", "□").replace("□- ", "□-");
    }
    text = text.replace('□', "?");
    while text.contains("..") {
        text = text.replace("...", "..").replace("..", "*");
    }
    let mut lower = text.to_lowercase();
    if lower.len() == text.len() {
        for start in FOR_WHAT {
            if let Some(rest) = lower.trim_start().strip_prefix(start)
                && rest.len() > 3
                && let Some(kept) = text.get(text.len() - rest.len()..)
            {
                text = kept.to_owned();
                lower = text.to_lowercase();
            }
        }
    }
    for end in [" with serial n", " containing ", " manufactured between "] {
        let at = lower.find(end).filter(|at| *at > 3 && lower.len() == text.len());
        if let Some(kept) = at.and_then(|at| text.get(..at)) {
            text = kept.to_owned();
            lower = text.to_lowercase();
        }
    }
    without_remarks(&text)
}

/// A name and what stands in brackets of their own behind it. Brackets of one or two letters (`R04 (EN) CPU`) and those
/// that touch a word belong to the name.
pub(super) fn split_brackets(name: &str) -> (String, Vec<String>) {
    let mut main = String::new();
    let mut inside_all = Vec::new();
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('(') {
        let (inside, after) = behind.split_once(')').unwrap_or((behind, ""));
        main.push_str(before);
        let touches = before.ends_with(|letter: char| !letter.is_whitespace());
        let short =
            inside.trim().len() <= 2 || touches && inside.len() <= 8 && !inside.contains(char::is_whitespace);
        if short {
            main.push_str(&format!("({inside})"));
        } else {
            main.push(' ');
            inside_all.push(inside.to_owned());
        }
        rest = after;
    }
    main.push_str(rest);
    (main, inside_all)
}

/// Brackets that tell of variants or of other names.
fn without_remarks(text: &str) -> String {
    const REMARKS: [&str; 15] = [
        "serial n",
        "incl",
        "formerly",
        "only",
        "discontinued",
        "all ",
        "previously",
        "excl",
        "end of",
        "eol",
        "these ",
        "version",
        "signed",
        "unsigned",
        "other than",
    ];
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('(') {
        kept.push_str(before);
        let (inside, after) = behind.split_once(')').unwrap_or((behind, ""));
        let lower = inside.trim().to_lowercase();
        if !REMARKS.iter().any(|remark| lower.starts_with(remark)) {
            kept.push('(');
            kept.push_str(inside);
            kept.push(')');
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Words of a name; a bracket of few letters that touches a word stays with it.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    let mut held = 0_usize;
    for (at, letter) in letters.iter().enumerate() {
        let close = letters.iter().skip(at).take(9).position(|letter| *letter == ')');
        let inside = letters.iter().skip(at + 1).take(close.unwrap_or(0).saturating_sub(1));
        let short =
            close.is_some_and(|close| close > 1) && !inside.clone().any(|letter| letter.is_whitespace());
        match letter {
            '(' if !word.is_empty() && short => {
                held += 1;
                word.push('(');
            }
            ')' if held > 0 => {
                held -= 1;
                word.push(')');
            }
            ' ' | '\t' | '\n' | '(' | ')' | ';' | ':' | '"' | '\'' | '!' => {
                words.push(std::mem::take(&mut word))
            }
            ',' => {
                words.push(std::mem::take(&mut word));
                words.push(",".to_owned());
            }
            _ => word.push(*letter),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty() && word != "-" && word != "/");
    words
        .into_iter()
        .map(|word| word.trim_matches(['.', '-']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Joins order numbers that are written in groups: `6ES7 515-2AM01-0AB0`, `BMX NOE 0110`, `R04 (EN) CPU`.
pub(super) fn prejoined(words: &[String]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut place = 0;
    while let Some(word) = words.get(place) {
        let mut whole = word.clone();
        place += 1;
        let is_digit = |letter: char| letter.is_ascii_digit();
        if names::is_siemens_head(word) && word.len() == 4 {
            if let Some(next) = words.get(place).filter(|next| next.starts_with(is_digit) && next.len() >= 3)
            {
                whole.push_str(next);
                place += 1;
            }
        } else if matches!(
            word.to_uppercase().as_str(),
            "BMX" | "BME" | "TSX" | "BMEP" | "BMEH" | "BMXP" | "140" | "171" | "STB" | "TM" | "HMI"
        ) {
            while let Some(next) = words.get(place) {
                let fits = next.len() <= 6
                    && next.chars().all(|l| l.is_ascii_alphanumeric() || l == '*' || l == '?')
                    && next.to_uppercase() != *"AND";
                let numbered = whole.contains(is_digit) && whole.len() > 3;
                if !fits || (numbered && !next.starts_with(is_digit)) {
                    break;
                }
                whole.push_str(next);
                place += 1;
            }
        } else if starts_melsec(word) {
            while let Some(next) = words.get(place) {
                let lower = next.to_lowercase();
                let is_rest = lower.contains("cpu") || matches!(lower.as_str(), "en" | "p");
                if whole.to_lowercase().contains("cpu") || !is_rest || next.starts_with(is_digit) {
                    break;
                }
                if matches!(lower.as_str(), "en" | "p") {
                    whole = format!("{whole}({next})");
                } else {
                    whole.push_str(next);
                }
                place += 1;
            }
        }
        joined.push(whole);
    }
    joined
}

/// `R04`, `R04/08/16`, `Q06`, `L26`.
fn starts_melsec(word: &str) -> bool {
    let word = word.strip_suffix("(EN)").unwrap_or(word);
    let mut letters = word.chars();
    matches!(letters.next(), Some('R' | 'Q' | 'L' | 'r' | 'q' | 'l'))
        && word.len() > 2
        && letters.all(|letter| letter.is_ascii_digit() || letter == '/')
}

/// Takes `Series A`, `Series A/B/C` and `/C` behind a Rockwell number out of a name.
pub(super) fn take_series(name: &str, pattern: &mut Pattern) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let mut kept: Vec<String> = Vec::new();
    let mut place = 0;
    while let Some(word) = words.get(place) {
        place += 1;
        let bare = word.trim_end_matches(',');
        if bare.eq_ignore_ascii_case("series") {
            let mut found = Vec::new();
            while let Some(next) = words.get(place) {
                let next = next.trim_end_matches(',');
                let letters: Option<Vec<char>> = next.split('/').map(single_capital).collect();
                match letters {
                    Some(letters) => found.extend(letters),
                    None if matches!(next, "and" | "or" | "&")
                        && !found.is_empty()
                        && words.get(place + 1).is_some_and(|word| single_capital(word).is_some()) => {}
                    None => break,
                }
                place += 1;
            }
            if found.is_empty() {
                kept.push((*word).to_owned());
            }
            pattern.series.extend(found);
            continue;
        }
        let (head, letter) = split_series(bare);
        pattern.series.extend(letter);
        // `MicroLogix 1400 B/C`
        let before =
            kept.last().is_some_and(|before| before.len() == 4 && before.chars().all(|d| d.is_ascii_digit()));
        let letters: Option<Vec<char>> = bare.split('/').map(single_capital).collect();
        if let (true, Some(letters)) = (before, letters) {
            pattern.series.extend(letters);
            continue;
        }
        kept.push(if letter.is_some() { head.to_owned() } else { (*word).to_owned() });
    }
    kept.join(" ")
}

fn single_capital(text: &str) -> Option<char> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter @ 'A'..='K'), None) => Some(letter),
        _ => None,
    }
}

/// `1756-EN2T/D`: the number and its series. Only for numbers in the form of Rockwell.
pub(super) fn split_series(word: &str) -> (&str, Option<char>) {
    let Some((head, tail)) = word.rsplit_once('/') else { return (word, None) };
    let rockwell = head.split_once('-').is_some_and(|(front, rest)| {
        (3..=5).contains(&front.len()) && front.starts_with(|l: char| l.is_ascii_digit()) && !rest.is_empty()
    });
    match single_capital(tail) {
        Some(letter) if rockwell && !head.contains('/') => (head, Some(letter)),
        _ => (word, None),
    }
}

/// Lower case, letters, digits and placeholders only.
pub(super) fn compact(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, '*' | '?' | '+'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Without the ending of the plural.
pub(super) fn singular(word: &str) -> String {
    let long = word.len() > 3 && !word.ends_with("ss") && !word.ends_with("is") && word != "series";
    let long = long && (!word.ends_with("us") || matches!(word, "cpus" | "gpus"));
    if long && let Some(one) = word.strip_suffix('s') { one.to_owned() } else { word.to_owned() }
}
