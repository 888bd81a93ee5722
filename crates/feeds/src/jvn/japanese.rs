//! Versions as JVN writes them in Japanese: 未満 (before), 以前 (up to), から … まで (from … to), 以降 (from … on).

use crate::versions::{all, between, bound, plain};
use knowledge::advisory::limits::{NAME, cut};
use knowledge::advisory::{Bound, Constraint, Fixed};

/// Words after a version that end a range, longest first, and whether the version itself belongs to it.
const ENDS: [(&str, bool); 12] = [
    ("より前のバージョン", false),
    ("およびそれ以前のバージョン", true),
    ("およびそれ以前", true),
    ("及びそれ以前", true),
    ("以前のバージョン", true),
    ("よりも前", false),
    ("より前", false),
    ("未満", false),
    ("以前", true),
    ("以下", true),
    ("まで", true),
    ("迄", true),
];

/// Words after a version that begin a range.
const BEGINNINGS: [&str; 4] = ["以降のバージョン", "およびそれ以降", "以降", "以上"];

/// Reads one text; its range keeps the text as it is.
pub(super) fn versions(text: &str) -> Constraint {
    let text = cut(text.trim(), NAME);
    let ranges = match text {
        "すべてのバージョン" | "全てのバージョン" | "全バージョン" | "すべて" => {
            all(text).ranges
        }
        _ => match read(text) {
            Some((low, high)) => between(low, high).ranges,
            None => return plain(text),
        },
    };
    Constraint { text: text.to_owned(), ranges }
}

/// The version before which something is affected mends it.
pub(super) fn fixed(versions: &Constraint) -> Vec<Fixed> {
    let ends = versions.ranges.iter().filter_map(|range| range.high.as_ref()).filter(|high| !high.inclusive);
    ends.map(|high| Fixed { version: high.version.text.clone(), remediation: None }).collect()
}

fn read(text: &str) -> Option<(Option<Bound>, Option<Bound>)> {
    let (low, rest) = match text.split_once("から") {
        Some((low, rest)) => (Some(bound(version(low)?, true)), rest.trim()),
        None => match BEGINNINGS.iter().find_map(|word| text.split_once(word)) {
            Some((low, rest)) => (Some(bound(version(low)?, true)), rest.trim()),
            None => (None, text),
        },
    };
    let rest = rest.trim_start_matches(['、', ',', ' ', '　']);
    if rest.is_empty() {
        return low.map(|low| (Some(low), None));
    }
    let (high, inclusive) =
        ENDS.iter().find_map(|(word, inclusive)| Some((rest.strip_suffix(word)?, *inclusive)))?;
    Some((low, Some(bound(version(high)?, inclusive))))
}

/// The last word, which must have a digit: a family may stand before it.
fn version(text: &str) -> Option<&str> {
    let word = text.trim().trim_end_matches(['の', ' ', '　']);
    let word = word.rsplit([' ', '　']).next()?;
    (word.is_ascii() && word.bytes().any(|byte| byte.is_ascii_digit())).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::versions;

    #[test]
    fn ranges_in_japanese() {
        for (text, expected) in [
            ("5.16.3 未満", ".. 5.16.3)"),
            ("2.13.0 から 2.15.0 より前のバージョン", "[2.13.0 .. 2.15.0)"),
            ("core 2.0-beta9 から 2.12.1 より前のバージョン", "[2.0-beta9 .. 2.12.1)"),
            ("1.05 およびそれ以前", ".. 1.05]"),
            ("Ver.1.10 以前", ".. Ver.1.10]"),
            ("1.0 以降", "[1.0 .."),
            ("1.0 以上 2.0 未満", "[1.0 .. 2.0)"),
            ("1.0 から 1.4 まで", "[1.0 .. 1.4]"),
            ("すべてのバージョン", ".."),
        ] {
            let read = versions(text);
            let range = read.ranges.first().unwrap_or_else(|| panic!("{text} is not read"));
            let low = range.low.as_ref().map_or(String::new(), |low| format!("[{} ", low.version.text));
            let high = range.high.as_ref().map_or(String::new(), |high| {
                format!(" {}{}", high.version.text, if high.inclusive { "]" } else { ")" })
            });
            assert_eq!((read.text.as_str(), format!("{low}..{high}").as_str()), (text, expected));
        }
        assert!(versions("ファームウェアについてはベンダに").ranges.is_empty());
    }
}
