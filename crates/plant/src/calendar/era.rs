//! Japanese eras: 令和8年11月23日.

use jiff::civil::{Date, date};

/// Name, letter and first day of each era, newest first. Dates before the Gregorian calendar (1873) are not era dates here.
const ERAS: [(&str, char, Date); 5] = [
    ("令和", 'R', date(2019, 5, 1)),
    ("平成", 'H', date(1989, 1, 8)),
    ("昭和", 'S', date(1926, 12, 25)),
    ("大正", 'T', date(1912, 7, 30)),
    ("明治", 'M', date(1873, 1, 1)),
];

/// The year that the era counts as its first; Meiji's lies before the first date that is accepted.
fn first_year(letter: char, first: Date) -> i16 {
    if letter == 'M' { 1868 } else { first.year() }
}

/// A date as Japanese offices write it; `None` before 1873. The first year of an era is 元年.
#[must_use]
pub fn era_date(date: Date) -> Option<String> {
    let (name, letter, first) = ERAS.into_iter().find(|(_, _, first)| date >= *first)?;
    let year = match date.year() - first_year(letter, first) + 1 {
        1 => "元".to_owned(),
        year => year.to_string(),
    };
    Some(format!("{name}{year}年{}月{}日", date.month(), date.day()))
}

/// Reads an era and its year in front of a date: `令和8`, `R8`, `平成元`. Gives the Gregorian year and what follows.
pub(crate) fn era_year(text: &str) -> Option<(i16, &str)> {
    let (rest, letter, first) = ERAS.into_iter().find_map(|(name, letter, first)| {
        let rest = text.strip_prefix(name).or_else(|| text.strip_prefix(letter));
        let rest = rest.or_else(|| text.strip_prefix(letter.to_ascii_lowercase()));
        rest.map(|rest| (rest, letter, first))
    })?;
    let rest = rest.trim_start();
    let (number, rest) = match rest.strip_prefix('元') {
        Some(rest) => (1, rest),
        None => {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, rest) = rest.split_at_checked(end)?;
            (digits.parse::<i16>().ok()?, rest)
        }
    };
    (1..=99).contains(&number).then(|| (first_year(letter, first) + number - 1, rest))
}

/// Whether the era named at the front of a text had begun and not ended on a day: 平成 did not see 2020.
pub(crate) fn is_in_named_era(text: &str, day: Date) -> bool {
    let era = ERAS.into_iter().find(|(_, _, first)| day >= *first);
    era.is_some_and(|(name, letter, _)| {
        text.starts_with(name) || text.starts_with(letter) || text.starts_with(letter.to_ascii_lowercase())
    })
}
