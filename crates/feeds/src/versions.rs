//! Ranges of versions as CVE records and NVD write them.

use knowledge::advisory::{Bound, Constraint, Range, Version};

/// An end of a range.
pub(crate) fn bound(text: &str, inclusive: bool) -> Bound {
    Bound { version: Version { text: text.trim().to_owned() }, inclusive }
}

/// One range; its text reads like the constraint language of CSAF.
pub(crate) fn between(low: Option<Bound>, high: Option<Bound>) -> Constraint {
    let same = |low: &Bound, high: &Bound| low.inclusive && high.inclusive && low.version == high.version;
    let text = match (&low, &high) {
        (Some(low), Some(high)) if same(low, high) => low.version.text.clone(),
        (low, high) => {
            let low = low
                .as_ref()
                .map(|low| format!("{}{}", if low.inclusive { ">=" } else { ">" }, low.version.text));
            let high = high
                .as_ref()
                .map(|high| format!("{}{}", if high.inclusive { "<=" } else { "<" }, high.version.text));
            let ends: Vec<String> = [low, high].into_iter().flatten().collect();
            if ends.is_empty() { "*".to_owned() } else { ends.join("|") }
        }
    };
    Constraint { text, ranges: vec![Range { low, high }] }
}

/// Any version.
pub(crate) fn all(text: &str) -> Constraint {
    Constraint { text: text.to_owned(), ranges: vec![Range::default()] }
}

/// Versions that are told, but not in a form that can be compared.
pub(crate) fn unread(text: &str) -> Constraint {
    Constraint { text: text.to_owned(), ranges: Vec::new() }
}

/// Whether a text means "from the first version on".
pub(crate) fn is_beginning(text: &str) -> bool {
    matches!(
        text.trim().to_ascii_lowercase().as_str(),
        "" | "0" | "0.0" | "0.0.0" | "*" | "-" | "unspecified" | "all"
    )
}

/// Text of a version field that stands for itself: one version, all of them, or words.
pub(crate) fn plain(text: &str) -> Constraint {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        // `0` alone is what a form leaves behind when nothing but "affected" was filled in.
        "*" | "0" | "all" | "all versions" | "any" => all(text),
        "" | "-" | "n/a" | "na" | "unspecified" | "unknown" => unread(text),
        _ => Constraint::read(text),
    }
}
