//! What the names of products are made of.

use super::types::Kind;
use super::version_key::Key;

/// Splits a name that carries its version (`Example Server 2.3`): the name path and the version text.
#[must_use]
pub(super) fn split_version(name: &str) -> (Vec<String>, String) {
    if let Some((name, version)) = name.split_once(": ")
        && (version == "*" || version.contains(['<', '>']) || Key::read(version).is_some())
    {
        return (vec![name.to_owned()], version.to_owned());
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let starts = |word: &&str| {
        let bare = word.trim_start_matches(['v', 'V', '<', '>', '=']);
        bare.contains('.') && bare.starts_with(|first: char| first.is_ascii_digit())
    };
    match words.iter().position(starts) {
        Some(at) if at > 0 => {
            let (head, tail) = words.split_at_checked(at).unwrap_or((&words, &[]));
            (vec![head.join(" ")], tail.join(" "))
        }
        _ => (vec![name.to_owned()], String::new()),
    }
}

/// Order numbers that stand in a name, as written there.
#[must_use]
pub(super) fn order_numbers(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split([' ', '(', ')', ',', ';']).filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    for (place, word) in words.iter().enumerate() {
        if is_siemens_head(word) && word.len() == 4 {
            if let Some(next) = words.get(place + 1).filter(|next| next.contains('-')) {
                found.push(format!("{word}{next}"));
            }
        } else if is_order_number(word) {
            found.push((*word).to_owned());
        }
    }
    found
}

/// `6ES7` and what begins like it.
pub(super) fn is_siemens_head(word: &str) -> bool {
    let mut bytes = word.bytes();
    let head = [bytes.next(), bytes.next(), bytes.next(), bytes.next()];
    matches!(head, [Some(b'1'..=b'9'), Some(a), Some(b), Some(b'0'..=b'9')]
        if a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
}

/// Enough digits and letters of one number to order a single product by.
pub(super) fn is_order_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(char::is_ascii_alphabetic).count();
    let dotted = word.contains('.');
    !dotted && digits >= 4 && letters >= 1 && digits + letters >= 7 && word.len() <= 40
}

/// What sort of thing a product is, by its names and its CPE.
#[must_use]
pub(super) fn kind_of(path: &[String], cpe: &str) -> Kind {
    let part = cpe.strip_prefix("cpe:2.3:").or_else(|| cpe.strip_prefix("cpe:/"));
    match part.and_then(|rest| rest.chars().next()) {
        Some('a') => return Kind::Software,
        Some('h') => return Kind::Hardware,
        Some('o') => return Kind::OperatingSystem,
        _ => {}
    }
    let Some(name) = path.last() else { return Kind::Unknown };
    let lower = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["firmware"]) {
        Kind::Firmware
    } else if has(&[
        "software",
        "studio",
        "designer",
        "runtime",
        "server",
        "workbench",
        "builder",
        "suite",
        "toolkit",
    ]) {
        Kind::Software
    } else if path.iter().any(|name| !order_numbers(name).is_empty())
        || has(&[
            "controller",
            "cpu",
            "switch",
            "relay",
            "gateway",
            "module",
            "drive",
            "router",
            "plc",
            "camera",
        ])
    {
        Kind::Device
    } else {
        Kind::Unknown
    }
}

/// Words with numbers of a name, lower case, in order.
#[must_use]
pub(super) fn numbers_in(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words = lower
        .split([' ', '(', ')', ',', '/'])
        .filter(|word| word.contains(|letter: char| letter.is_ascii_digit()));
    words.map(str::to_owned).collect()
}

/// Whether a text speaks of a product: it has every number of its name, or its whole name when that has none.
#[must_use]
pub(super) fn told_in(name: &str, text: &str) -> bool {
    let told = numbers_in(name);
    let (name, text) = (name.to_lowercase(), text.to_lowercase());
    if told.is_empty() {
        !name.is_empty() && text.contains(name.trim())
    } else {
        told.iter().all(|word| has_word(&text, word))
    }
}

/// Whether the word stands in the text with nothing that goes on counting before or behind it.
fn has_word(text: &str, word: &str) -> bool {
    let counts = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|behind| behind.chars().next());
        !counts(before) && !counts(behind)
    })
}
