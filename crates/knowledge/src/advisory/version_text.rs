//! Ranges out of what people write: `< V2.9`, `>= 1.0 | <= 2.3`, `V2.0 and prior`, `versions 14 through 21`.

use super::version::{Bound, Range, Version};
use super::version_key::Key;

/// Most ranges kept of one text.
const RANGES: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Below,
    Upto,
    Above,
    From,
    Is,
}

/// Ends of sentences that say what the version before them is the end of.
const BEHIND: &[(&str, &str)] = &[
    ("and prior", "<="),
    ("or prior", "<="),
    ("and earlier", "<="),
    ("or earlier", "<="),
    ("and older", "<="),
    ("or older", "<="),
    ("and below", "<="),
    ("and  below", "<="),
    ("or below", "<="),
    ("and lower", "<="),
    ("or lower", "<="),
    ("and previous", "<="),
    ("and before", "<="),
    ("and later", ">="),
    ("or later", ">="),
    ("and newer", ">="),
    ("or newer", ">="),
    ("and above", ">="),
    ("or above", ">="),
    ("and higher", ">="),
    ("or higher", ">="),
    ("(including)", "<="),
    ("(excluding)", "<"),
];

/// Beginnings that say what the version behind them is the end of. The longer of two comes first.
const BEFORE: &[(&str, &str)] = &[
    ("up to and including", "<="),
    ("less than or equal to", "<="),
    ("greater than or equal to", ">="),
    ("prior to", "<"),
    ("earlier than", "<"),
    ("older than", "<"),
    ("lower than", "<"),
    ("less than", "<"),
    ("before", "<"),
    ("below", "<"),
    ("newer than", ">"),
    ("later than", ">"),
    ("greater than", ">"),
    ("through", "<="),
    ("up to", "<="),
    ("from", ">="),
    ("=>", ">="),
    ("=<", "<="),
];

/// The ranges a text means; none when it cannot be read.
pub(super) fn ranges(text: &str) -> Vec<Range> {
    let text = plain(text);
    if means_all(&text) {
        return vec![Range::default()];
    }
    let signed = scan(&spoken_signs(&text));
    join(&signed)
}

/// Lower case, one sort of signs and spaces, without what says nothing about versions.
fn plain(text: &str) -> String {
    let mut plain = text.to_lowercase().replace('_', " ");
    for (from, to) in [("≤", "<="), ("≥", ">="), ("–", "-"), ("—", "-"), ("\"", ""), ("“", ""), ("”", "")]
    {
        plain = plain.replace(from, to);
    }
    if let Some(rest) = plain.trim_start().strip_prefix("vers:") {
        plain = rest.split_once('/').map_or(rest, |(_, rest)| rest).to_owned();
    }
    // Serial numbers whose first digits decide count as versions.
    for (at, _) in plain.clone().match_indices("first ") {
        let Some(tail) = plain.get(at..) else { continue };
        if let Some(end) = tail.find("serial no").or_else(|| tail.find("serial number")) {
            let head = plain.get(..at).unwrap_or_default().trim_end().trim_end_matches("the").trim_end();
            let head = head.trim_end_matches("with").to_owned();
            let behind = tail.get(end..).unwrap_or_default();
            let behind = behind.trim_start_matches("serial numbers").trim_start_matches("serial number");
            plain = format!("{head} {}", behind.trim_start_matches("serial no").trim_start_matches('.'));
            break;
        }
    }
    plain.trim().to_owned()
}

fn means_all(text: &str) -> bool {
    let head = text.split(['(', ',']).next().unwrap_or_default().trim();
    matches!(
        head,
        "" | "*"
            | "-"
            | "all"
            | "any"
            | "n/a"
            | "no version"
            | "all versions"
            | "all version"
            | "all firmware"
            | "all firmware versions"
            | "all software versions"
            | "any version"
            | "all releases"
    ) || head.starts_with("* installed on")
        || head.starts_with("*installed on")
        || head.starts_with("all versions with")
        || head.starts_with("all versions using")
        || head.starts_with("all versions only")
}

/// Words that mean a sign become the sign, in front of the version they belong to.
fn spoken_signs(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some((_, rest)) = text.split_once("between ")
        && let Some((low, high)) = rest.split_once(" and ")
    {
        let low_sign = if low.contains("excluding") { ">" } else { ">=" };
        let high_sign = if high.contains("excluding") { "<" } else { "<=" };
        let clean = |text: &str| text.replace("(including)", "").replace("(excluding)", "");
        return format!("{low_sign} {} | {high_sign} {}", clean(low), clean(high));
    }
    for (words, sign) in BEHIND {
        while let Some(at) = text.find(words) {
            let before = text.get(..at).unwrap_or_default().trim_end();
            let start = before.rfind(['|', ',', ';']).map_or(0, |at| at + 1);
            let (head, version) = before.split_at_checked(start).unwrap_or((before, ""));
            let behind = text.get(at + words.len()..).unwrap_or_default();
            // "and prior to 3" begins a range and ends none.
            if behind.trim_start().starts_with("to ") || version.contains(['<', '>']) {
                text = format!("{before} {behind}");
                continue;
            }
            text = format!("{head} {sign} {version} {behind}");
        }
    }
    for (words, sign) in BEFORE {
        text = text.replace(words, sign);
    }
    text
}

/// Signs with the text of the version behind each.
fn scan(text: &str) -> Vec<(Sign, String)> {
    let mut found = Vec::new();
    for segment in text.split(['|', ';', ',']) {
        let mut rest = segment;
        let mut sign = Sign::Is;
        loop {
            let at = rest.find(['<', '>', '=']).unwrap_or(rest.len());
            let (version, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
            push_versions(sign, version, &mut found);
            if behind.is_empty() || found.len() >= RANGES {
                break;
            }
            (sign, rest) = match behind.as_bytes() {
                [b'<', b'=', ..] => (Sign::Upto, behind.get(2..).unwrap_or_default()),
                [b'>', b'=', ..] => (Sign::From, behind.get(2..).unwrap_or_default()),
                [b'<', ..] => (Sign::Below, behind.get(1..).unwrap_or_default()),
                [b'>', ..] => (Sign::Above, behind.get(1..).unwrap_or_default()),
                _ => (Sign::Is, behind.get(1..).unwrap_or_default()),
            };
        }
    }
    found
}

/// One text behind a sign may hold two versions of a range or one limit for each branch.
fn push_versions(sign: Sign, text: &str, found: &mut Vec<(Sign, String)>) {
    let text = tidy(text);
    if text.is_empty() || Key::read(&text).is_none() {
        return;
    }
    if sign == Sign::Is {
        for between in [" - ", " to ", " thru ", "-"] {
            if let Some((low, high)) = text.split_once(between)
                && is_span(low, high, between == "-")
            {
                found.push((Sign::From, tidy(low)));
                found.push((Sign::Upto, tidy(high)));
                return;
            }
        }
    }
    let dotted: Vec<&str> = text.split([' ', ',']).filter(|word| is_dotted(word)).collect();
    let same = dotted.first().map(|word| word.matches('.').count());
    let alike = dotted.iter().all(|word| Some(word.matches('.').count()) == same);
    if dotted.len() > 1 && alike && !text.contains("build") && !text.contains("(") {
        found.extend(dotted.into_iter().map(|word| (sign, word.to_owned())));
    } else {
        found.push((sign, text));
    }
}

/// Whether two texts are the ends of a span: `20-33`, `12.0.1-12.0.13`, but not `8.00-20140730` or `2.4.2-r29`.
fn is_span(low: &str, high: &str, tight: bool) -> bool {
    let (Some(from), Some(to)) = (Key::read(low), Key::read(high)) else { return false };
    if from.compare(&to) != Some(std::cmp::Ordering::Less) {
        return false;
    }
    let digits =
        |text: &str| text.trim().trim_start_matches(['v', 'r']).starts_with(|l: char| l.is_ascii_digit());
    if !tight {
        return digits(low) && digits(high);
    }
    let number_end = high.len() < 8 || high.contains('.');
    digits(low)
        && digits(high)
        && !high.contains('-')
        && number_end
        && from.numbers().len() == to.numbers().len()
        && high.starts_with('r') == low.starts_with('r')
}

fn is_dotted(word: &str) -> bool {
    let word = word.trim_start_matches(['v', 'r']);
    word.starts_with(|first: char| first.is_ascii_digit())
        && word.contains('.')
        && word.ends_with(|last: char| last.is_ascii_digit())
}

/// The version without words around it.
fn tidy(text: &str) -> String {
    const AROUND: [&str; 24] = [
        "all",
        "firmware",
        "software",
        "bios",
        "versions",
        "version",
        "ver.",
        "ver",
        "release",
        "releases",
        "fw",
        "sw",
        "and",
        "or",
        "is",
        "the",
        "rev",
        "rev.",
        "revision",
        "revisions",
        "series",
        "serial",
        "number",
        "to",
    ];
    const FROM_HERE: [&str; 12] =
        ["with", "if", "only", "when", "on", "using", "in", "installed", "for", "but", "without", "running"];
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        if FROM_HERE.contains(&word) && !words.is_empty() {
            break;
        }
        words.push(word.trim_end_matches([':', ',', ';']));
    }
    while words.first().is_some_and(|word| AROUND.contains(word)) {
        words.remove(0);
    }
    while words.last().is_some_and(|word| AROUND.contains(word) || word.is_empty()) {
        words.pop();
    }
    words.join(" ")
}

/// Ranges out of signs in the order written: a lower end waits for its upper end.
fn join(signed: &[(Sign, String)]) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    let mut limits: Vec<Bound> = Vec::new();
    let mut low: Option<Bound> = None;
    let mut waiting: Option<&str> = None;
    for (sign, text) in signed {
        let bound = |inclusive| Bound { version: Version::new(text), inclusive };
        let is_upper = matches!(sign, Sign::Below | Sign::Upto);
        // `5.011 | < 8.011` and `V14 < V14 SP3` begin at the version without a sign.
        if let Some(start) = waiting.take() {
            if is_upper && limits.is_empty() {
                low = Some(Bound { version: Version::new(start), inclusive: true });
            } else {
                ranges.push(Range::exactly(start));
            }
        }
        match sign {
            Sign::From | Sign::Above => {
                if let Some(open) = low.take() {
                    ranges.push(Range { low: Some(open), high: None });
                }
                low = Some(bound(*sign == Sign::From));
            }
            Sign::Below | Sign::Upto => match low.take() {
                Some(low) => ranges.push(Range { low: Some(low), high: Some(bound(*sign == Sign::Upto)) }),
                None => limits.push(bound(*sign == Sign::Upto)),
            },
            Sign::Is => match low.take() {
                // `>= 2.0.0 | 2.6.2`
                Some(low) => ranges.push(Range { low: Some(low), high: Some(bound(true)) }),
                None => waiting = Some(text),
            },
        }
    }
    ranges.extend(waiting.map(Range::exactly));
    ranges.extend(low.map(|low| Range { low: Some(low), high: None }));
    ranges.extend(branches(limits));
    ranges.truncate(RANGES);
    ranges
}

/// Upper ends without lower ones: each is the end of its own branch. A version past the end of its branch is mended
/// although other branches end later: of `1.2.3.17` and `2.1.0.1`, 1.2.3.18 is past its end and 1.3 is not mended.
pub(super) fn branches(mut limits: Vec<Bound>) -> Vec<Range> {
    let key = |bound: &Bound| Key::read(&bound.version.text);
    limits.retain(|limit| key(limit).is_some());
    limits.sort_by(|one, two| match (key(one), key(two)) {
        (Some(one), Some(two)) => one.compare(&two).unwrap_or(std::cmp::Ordering::Equal),
        _ => std::cmp::Ordering::Equal,
    });
    let mut ranges: Vec<Range> = Vec::new();
    let mut before: Option<Vec<u64>> = None;
    for limit in limits {
        let numbers = key(&limit).map(|key| key.numbers()).unwrap_or_default();
        let low = before.as_ref().and_then(|before| next_branch(before, &numbers));
        ranges.push(Range { low, high: Some(limit) });
        before = Some(numbers);
    }
    ranges
}

/// Where the branch of the lower limit ends: at the number in which the limits differ, when it is not their last.
fn next_branch(lower: &[u64], upper: &[u64]) -> Option<Bound> {
    let differ = lower.iter().zip(upper).position(|(one, two)| one != two)?;
    if differ + 1 >= lower.len() {
        return None;
    }
    let mut start: Vec<String> = lower.iter().take(differ).map(u64::to_string).collect();
    start.push(lower.get(differ)?.saturating_add(1).to_string());
    Some(Bound { version: Version::new(&start.join(".")), inclusive: true })
}
