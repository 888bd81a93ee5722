//! The name of a product in an advisory, taken apart into what a device must say to be that product.

use super::names;
use super::version::{Constraint, Range};

/// What a device must say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Order numbers and types of which one is enough, and which no other number of the device may contradict.
    pub(super) catalogue: Vec<Word>,
    /// Of each of these one word.
    pub(super) required: Vec<Vec<Word>>,
    /// Words before the first type: the brand and the sort, which a device often leaves out.
    pub(super) brand: Vec<String>,
    /// Whether the words before the type are those of a program for it, which a device must say.
    pub(super) is_program: bool,
    /// Whether it speaks of processors, and so of no other module of its family.
    pub(super) is_cpu: bool,
    /// Series letters of hardware; empty means all.
    pub(super) series: Vec<char>,
    /// Versions that the name itself means: `V4.X`.
    pub(super) branch: Vec<Range>,
    /// The words of that version, which some devices have in their own name.
    pub(super) branch_words: Vec<String>,
    /// Whether it speaks of a whole family and of no type in it.
    pub(super) is_family: bool,
}

/// A word to be said, lower case without separators.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    Is(String),
    /// With `?` for one letter and `*` for any.
    Like(String),
}

/// Words that say nothing about which product it is.
const NOISE: &[&str] = &[
    "a",
    "affected",
    "all",
    "an",
    "and",
    "any",
    "based",
    "by",
    "controller",
    "device",
    "devices",
    "embedded",
    "family",
    "firmware",
    "following",
    "for",
    "from",
    "hardware",
    "in",
    "included",
    "integrated",
    "its",
    "module",
    "model",
    "multiple",
    "of",
    "on",
    "or",
    "part",
    "number",
    "processor",
    "product",
    "reference",
    "revision",
    "running",
    "series",
    "system",
    "the",
    "to",
    "type",
    "unit",
    "variant",
    "version",
    "with",
    "communication",
    "redistributed",
    "previously",
    "called",
    "region",
    "com'x",
    "industrial",
    "managed",
    "machine",
    "automation",
    "modular",
    "operating",
    "includes",
    "is",
    "only",
    "standard",
    "ethernet",
    "copro",
    "using",
    "signed",
    "unsigned",
    "line",
    "range",
    "legacy",
    "project",
    "generation",
    "discontinued",
    "interface",
    "master",
    "service",
    "option",
    "kit",
    "base",
    "basic",
    "feeder",
    "protection",
    "motor",
    "other",
    "specific",
    "listed",
    "below",
    "earlier",
    "prior",
    "later",
    "newer",
    "higher",
    "central",
];

/// What sort of thing it is: says nothing beside a type, and something where there is none.
const SORTS: &[&str] = &[
    "cpu", "drive", "gateway", "panel", "plc", "relay", "router", "rtu", "software", "switch", "switche",
    "terminal",
];

/// Words of programs that are made for a device and are none.
const PROGRAMS: &[&str] = &[
    "activation",
    "anywhere",
    "app",
    "builder",
    "client",
    "configurator",
    "configuration",
    "designer",
    "desktop",
    "driver",
    "editor",
    "expert",
    "library",
    "manager",
    "mobile",
    "monitor",
    "opc",
    "plugin",
    "portal",
    "programmer",
    "runtime",
    "server",
    "setting",
    "simulator",
    "softwarecontroller",
    "studio",
    "suite",
    "tool",
    "utility",
    "viewer",
    "works",
    "workbench",
    "workshop",
    "plcsim",
    "driver",
];

/// Beginnings of a name that say for what, when something of the name is left.
const FOR_WHAT: &[&str] = &[
    "studio 5000 logix designer ",
    "firmware of ",
    "firmware for ",
    "firmware on ",
    "web server of ",
    "all ",
];

/// Takes a name apart. `None` when nothing in it could tell one product from another.
pub(super) fn compile(path: &[String], vendor: &str) -> Option<Pattern> {
    let mut pattern = Pattern::default();
    // The lowest name decides, and a family above it only when the lowest has no number of its own.
    let name = match path {
        [] => return None,
        [.., above, last]
            if !last.contains(|letter: char| letter.is_ascii_digit()) && !last.contains(above.as_str()) =>
        {
            format!("{above} {last}")
        }
        [.., last] => last.clone(),
    };
    let name = take_series(&clean(&name), &mut pattern);
    let variables = name.contains("x=");
    let vendor_words: Vec<String> = tokens(vendor).iter().map(|word| compact(word)).collect();
    let words = prejoined(&tokens(&name.replace("Software Controller", "SoftwareController")));
    let own_makers = super::makers::groups(vendor);
    let has_series_word = words.iter().any(|word| {
        word.eq_ignore_ascii_case("series")
            || word.to_lowercase().ends_with("-series")
            || word.eq_ignore_ascii_case("family")
    });
    let (mut sorts, mut makers_left, mut left, mut is_cpu) = (Vec::new(), Vec::new(), Vec::new(), false);
    let mut sign = "";
    let mut seen_type = false;
    let mut was_listed = false;
    let mut place = 0;
    while let Some(word) = words.get(place) {
        let word = word.strip_suffix("-series").or_else(|| word.strip_suffix("-Series")).unwrap_or(word);
        let lower = word.to_lowercase();
        place += 1;
        if word.contains('=') {
            continue;
        }
        if matches!(lower.as_str(), "and" | "or" | "," | "&") {
            was_listed = true;
            continue;
        }
        if matches!(lower.as_str(), "<" | "<=") {
            sign = if lower == "<" { "<" } else { "<=" };
            continue;
        }
        if is_branch(&lower) {
            let next =
                |ahead: usize| words.get(place + ahead).map(|word| word.to_lowercase()).unwrap_or_default();
            let older = matches!(next(0).as_str(), "and" | "or")
                && matches!(next(1).as_str(), "earlier" | "below" | "prior" | "older" | "lower");
            let newer = matches!(next(0).as_str(), "and" | "or")
                && matches!(next(1).as_str(), "later" | "newer" | "above" | "higher");
            let text = if !sign.is_empty() {
                format!("{sign} {}", lower.trim_end_matches(".x"))
            } else if older {
                format!("<= {lower}.x")
            } else if newer {
                format!(">= {lower}")
            } else {
                format!("{lower}.x")
            };
            pattern.branch = Constraint::read(&text).ranges;
            pattern.branch_words.push(compact(&lower));
            continue;
        }
        let alternatives: Vec<Word> = if variables && lower.contains('x') && lower.contains('y') {
            vec![Word::Like(compact(&lower.replace(['x', 'y', 'z'], "*")))]
        } else {
            alternatives(word).iter().filter_map(|text| to_word(text)).collect()
        };
        let Some(first) = alternatives.first() else { continue };
        let text = first.text();
        let plain = singular(&lower.replace('-', ""));
        let is_own = vendor_words.contains(&plain);
        let is_noise = NOISE.contains(&plain.as_str()) || is_own;
        if is_noise && !lower.contains(|l: char| l.is_ascii_digit()) {
            if matches!(
                plain.as_str(),
                "controller" | "module" | "device" | "unit" | "interface" | "machine" | "system" | "service"
            ) {
                left.push(plain);
            } else if is_own {
                makers_left.push(plain);
            }
            continue;
        }
        if is_maker(&lower, &own_makers) {
            makers_left.push(plain);
            continue;
        }
        if SORTS.contains(&plain.as_str()) {
            is_cpu |= plain == "cpu";
            sorts.push(plain);
            continue;
        }
        let has_digit = text.contains(|letter: char| letter.is_ascii_digit());
        let has_letter = text.contains(|letter: char| letter.is_alphabetic());
        let is_catalogue = alternatives.iter().any(|word| match word {
            Word::Like(text) => {
                let literal = text.chars().filter(|letter| letter.is_alphanumeric()).count();
                literal >= 3 || literal >= 1 && text.contains(|letter: char| letter.is_ascii_digit())
            }
            Word::Is(text) => names::is_order_number(text),
        });
        if is_catalogue {
            pattern.catalogue.extend(alternatives);
            seen_type = true;
        } else if has_digit || seen_type || !has_letter {
            if was_listed
                && has_digit
                && let Some(last) = pattern
                    .required
                    .last_mut()
                    .filter(|last| last.iter().any(|word| word.text().contains(|l: char| l.is_ascii_digit())))
            {
                last.extend(alternatives);
            } else {
                pattern.required.push(alternatives);
            }
            seen_type |= has_digit && has_letter;
        } else if alternatives.len() > 1 {
            pattern
                .required
                .push(alternatives.into_iter().map(|word| Word::Is(singular(word.text()))).collect());
        } else {
            pattern.is_program |= PROGRAMS.contains(&plain.as_str());
            pattern.brand.push(singular(text));
        }
        was_listed = false;
    }
    let has_number =
        pattern.required.iter().flatten().any(|word| word.text().contains(|l: char| l.is_ascii_digit()));
    if !has_number && pattern.catalogue.is_empty() {
        let bare = pattern.brand.is_empty() && pattern.required.is_empty();
        if bare || !has_series_word {
            pattern.brand.append(&mut sorts);
        }
        if bare {
            pattern.brand.append(&mut left);
            pattern.brand.append(&mut makers_left);
            // The vendor alone, `SIMATIC Series`, is no product; but `RoboDK` of RoboDK is one.
            if has_series_word && pattern.brand.len() < 2 {
                return None;
            }
        }
    }
    pattern.is_cpu = is_cpu;
    let told = pattern.catalogue.len() + pattern.required.len();
    if told == 0 && pattern.brand.is_empty() {
        return None;
    }
    pattern.is_family = has_series_word && pattern.catalogue.is_empty() && !has_number;
    Some(pattern)
}

impl Word {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Is(text) | Self::Like(text) => text,
        }
    }
}

/// Whether a word is the maker under one of its names: `Allen-Bradley`, `Modicon`.
fn is_maker(lower: &str, makers: &[String]) -> bool {
    lower.chars().all(|letter| letter.is_alphabetic() || letter == '-')
        && super::makers::known(lower).iter().any(|maker| makers.iter().any(|own| own == maker))
}

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
    without_remarks(&text)
}

/// Brackets that tell of variants or of other names.
fn without_remarks(text: &str) -> String {
    const REMARKS: [&str; 14] = [
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
fn take_series(name: &str, pattern: &mut Pattern) -> String {
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

/// `v4.x`, `v7`, `v9.0`: the line of versions that a name is about.
fn is_branch(lower: &str) -> bool {
    let Some(rest) = lower.strip_prefix('v') else { return false };
    rest.starts_with(|first: char| first.is_ascii_digit())
        && rest
            .split('.')
            .all(|part| part == "x" || (!part.is_empty() && part.chars().all(|digit| digit.is_ascii_digit())))
        && rest.len() <= 8
}

/// What a word with slashes and optional letters may stand for; the word itself comes first.
fn alternatives(word: &str) -> Vec<String> {
    let mut plain = vec![String::new()];
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('(') {
        let (inside, after) = behind.split_once(')').unwrap_or((behind, ""));
        let mut next = Vec::new();
        for text in plain.iter().take(8) {
            next.push(format!("{text}{before}{inside}"));
            next.push(format!("{text}{before}"));
        }
        plain = next;
        rest = after;
    }
    for text in &mut plain {
        text.push_str(rest);
    }
    let mut all = Vec::new();
    for text in plain {
        let slashed = expand_slashes(&text);
        all.push(text);
        all.extend(slashed);
    }
    all
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
