//! A version taken apart into what counts when versions are compared.

use std::cmp::Ordering;

/// Most parts of a version that are compared.
const PARTS: usize = 24;

/// A version to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    parts: Vec<Part>,
    is_date: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// A placeholder.
    Any,
    Number(u64),
    /// A word with its rank among words, lower case.
    Word(u8, String),
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Before the release of that number.
const BEFORE: u8 = 0;
/// Letters that go on counting: `1.005F`, `2.4.2-r29`.
const LETTERS: u8 = 8;

/// Words that say what the number behind them counts: the higher, the more it weighs.
const WORDS: &[(&str, u8, &str)] = &[
    ("alpha", BEFORE, "alpha"),
    ("beta", BEFORE, "beta"),
    ("preview", BEFORE, "beta"),
    ("rc", BEFORE, "rc"),
    ("build", 2, "build"),
    ("bld", 2, "build"),
    ("hf", 3, "hf"),
    ("hotfix", 3, "hf"),
    ("hotfixrev", 3, "hf"),
    ("sr", 3, "hf"),
    ("fix", 3, "hf"),
    ("upd", 4, "update"),
    ("update", 4, "update"),
    ("patch", 4, "update"),
    ("qu", 4, "update"),
    ("cu", 4, "update"),
    ("uc", 4, "update"),
    ("p", 4, "update"),
    ("fp", 5, "sp"),
    ("mp", 5, "sp"),
    ("sp", 5, "sp"),
    ("pack", 5, "sp"),
    ("r", 6, "r"),
];

impl Key {
    /// `None` when the text has nothing to count.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = without_remarks(text).to_ascii_lowercase();
        let words = split(&text);
        if let Some(parts) = date(&words) {
            return Some(Self { parts, is_date: true });
        }
        let mut parts: Vec<Part> = Vec::new();
        for (place, word) in words.iter().take(PARTS).enumerate() {
            if word.starts_with(|first: char| first.is_ascii_digit()) {
                parts.push(Part::Number(word.parse().unwrap_or(u64::MAX)));
            } else if matches!(*word, "*" | "x" | "xx" | "xxx") {
                parts.push(Part::Any);
            } else if let Some((_, rank, name)) = WORDS.iter().find(|(known, ..)| known == word) {
                let counts = words.get(place + 1).is_some_and(|next| next.starts_with(char::is_numeric));
                // `V14 SP1`, and also `SP1` alone; but the R of `R151` and the P of `P3` are no count.
                if !parts.is_empty() || (*rank == 5 && counts) {
                    parts.push(Part::Word(*rank, (*name).to_owned()));
                }
            } else if !parts.is_empty() && word.len() <= 3 {
                parts.push(Part::Word(LETTERS, (*word).to_owned()));
            }
        }
        if parts.iter().any(|part| matches!(part, Part::Number(_))) {
            return Some(Self { parts, is_date: false });
        }
        // Some makers count in letters alone: `LF` comes before `LG`.
        match words.as_slice() {
            [word] if word.len() <= 2 && word.chars().all(|letter| letter.is_ascii_lowercase()) => {
                Some(Self { parts: vec![Part::Word(LETTERS, (*word).to_owned())], is_date: false })
            }
            _ => None,
        }
    }

    /// How many numbers stand before the first word.
    pub(super) fn numbers(&self) -> Vec<u64> {
        let number = |part: &Part| match part {
            Part::Number(number) => Some(*number),
            _ => None,
        };
        self.parts.iter().map_while(number).collect()
    }

    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.is_date != other.is_date {
            return None;
        }
        let (mut left, mut right) = (self.parts.iter().peekable(), other.parts.iter().peekable());
        loop {
            let (one, two) = match (left.peek(), right.peek()) {
                (None, None) => return Some(Ordering::Equal),
                (Some(rest), None) => {
                    match beyond(rest) {
                        None => left.next(),
                        decided => return decided,
                    };
                    continue;
                }
                (None, Some(rest)) => {
                    match beyond(rest) {
                        None => right.next(),
                        decided => return decided.map(Ordering::reverse),
                    };
                    continue;
                }
                (Some(one), Some(two)) => (*one, *two),
            };
            match (one, two) {
                (Part::Any, _) if left.len() == 1 => return Some(Ordering::Equal),
                (_, Part::Any) if right.len() == 1 => return Some(Ordering::Equal),
                (Part::Number(0), Part::Word(..)) => {
                    left.next();
                    continue;
                }
                (Part::Word(..), Part::Number(0)) => {
                    right.next();
                    continue;
                }
                (Part::Any, _) | (_, Part::Any) => {}
                (Part::Number(one), Part::Number(two)) if one != two => return Some(one.cmp(two)),
                (Part::Number(_), Part::Number(_)) => {}
                (Part::Number(_), Part::Word(..)) => return Some(Ordering::Greater),
                (Part::Word(..), Part::Number(_)) => return Some(Ordering::Less),
                (Part::Word(one, first), Part::Word(two, second)) => {
                    let by_rank = one.cmp(two);
                    let by_text = first.len().cmp(&second.len()).then_with(|| first.cmp(second));
                    match by_rank.then(by_text) {
                        Ordering::Equal => {}
                        different => return Some(different),
                    }
                }
            }
            left.next();
            right.next();
        }
    }

    /// Whether it is the version that a list names: `V28` names every 28.x, `2.4.X` every 2.4.
    pub(super) fn is_one_of(&self, named: &Self) -> Option<bool> {
        Some(self.compare(named)? == Ordering::Equal || self.is_minor_of(named))
    }

    /// Whether `whole` is a single number and this a version under it: 33.011 under 33.
    pub(super) fn is_minor_of(&self, whole: &Self) -> bool {
        match (whole.parts.as_slice(), self.parts.as_slice()) {
            ([Part::Number(wanted)], [Part::Number(found), Part::Number(_), ..]) => {
                wanted == found && !self.is_date
            }
            _ => false,
        }
    }
}

/// What a version is against one that ends here: `None` when this part changes nothing.
fn beyond(part: &Part) -> Option<Ordering> {
    match part {
        Part::Number(0) | Part::Any => None,
        Part::Word(BEFORE, _) => Some(Ordering::Less),
        Part::Number(_) | Part::Word(..) => Some(Ordering::Greater),
    }
}

/// Remarks in brackets are no part of a version, numbers in brackets are.
fn without_remarks(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('(') {
        kept.push_str(before);
        let (inside, after) = behind.split_once(')').unwrap_or((behind, ""));
        let letters = inside.chars().filter(|letter| letter.is_alphabetic()).count();
        if letters < 3 {
            kept.push(' ');
            kept.push_str(inside);
        }
        kept.push(' ');
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Runs of digits, runs of letters, and stars.
fn split(text: &str) -> Vec<&str> {
    let class = |letter: char| match letter {
        letter if letter.is_ascii_digit() => 1,
        letter if letter.is_alphabetic() => 2,
        '*' => 3,
        _ => 0,
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = 0;
    for (at, letter) in text.char_indices() {
        let now = class(letter);
        if now != before || now == 3 {
            if before != 0 {
                words.extend(text.get(start..at));
            }
            start = at;
        }
        before = now;
    }
    if before != 0 {
        words.extend(text.get(start..));
    }
    words
}

/// `June/20/2023`, `april 1, 2018`, `production date December 2020`.
fn date(words: &[&str]) -> Option<Vec<Part>> {
    let mut month = None;
    let mut numbers = Vec::new();
    for word in words {
        if word.len() >= 3
            && let Some(found) = MONTHS.iter().position(|name| word.starts_with(name))
            && (word.len() == 3 || MONTH_ENDS.iter().any(|end| word.ends_with(end)))
        {
            month = u64::try_from(found + 1).ok();
        } else if let Ok(number) = word.parse::<u64>() {
            numbers.push(number);
        }
    }
    let month = month?;
    let year = numbers.iter().position(|number| (1990..2100).contains(number))?;
    let year_number = numbers.remove(year);
    let mut parts = vec![Part::Number(year_number), Part::Number(month)];
    // A month without a day means the whole of it.
    parts.push(Part::Number(numbers.into_iter().find(|day| (1..=31).contains(day)).unwrap_or(31)));
    Some(parts)
}

const MONTH_ENDS: [&str; 7] = ["uary", "rch", "ril", "ber", "une", "uly", "ust"];
