//! Public holidays of Japan, computed for 1990 to 2099 by the Public Holiday Law (国民の祝日に関する法律, Law 178 of 1948) as it
//! stood in each year. A later change of the law needs a line here; a plant's own days off are stops, not holidays.

use jiff::civil::{Date, Weekday};

/// The first year that is computed.
pub const YEAR_FIRST: i16 = 1990;
/// The last year that is computed: the formula of the equinoxes holds no longer.
pub const YEAR_LAST: i16 = 2099;

/// A public holiday of Japan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// When.
    pub date: Date,
    /// What it is called in English.
    pub english: &'static str,
    /// What the law calls it.
    pub japanese: &'static str,
}

/// The public holidays of a year in order; empty outside [`YEAR_FIRST`] to [`YEAR_LAST`].
#[must_use]
pub fn of_year(year: i16) -> Vec<Holiday> {
    if !(YEAR_FIRST..=YEAR_LAST).contains(&year) {
        return Vec::new();
    }
    let mut days = named(year);
    days.sort_by_key(|day| day.date);
    let between = citizens(&days);
    let instead = substitutes(year, &days);
    // A Monday after a holiday on Sunday is its substitute, even when it also lies between two holidays.
    days.extend(between.into_iter().filter(|day| instead.iter().all(|other| other.date != day.date)));
    days.extend(instead);
    days.sort_by_key(|day| day.date);
    days
}

/// The holiday of a day, if it is one.
#[must_use]
pub fn on(date: Date) -> Option<Holiday> {
    of_year(date.year()).into_iter().find(|day| day.date == date)
}

const COMING_OF_AGE: (&str, &str) = ("Coming of Age Day", "成人の日");
const EMPEROR: (&str, &str) = ("Emperor's Birthday", "天皇誕生日");
const GREENERY: (&str, &str) = ("Greenery Day", "みどりの日");
const MARINE: (&str, &str) = ("Marine Day", "海の日");
const MOUNTAIN: (&str, &str) = ("Mountain Day", "山の日");
const RESPECT: (&str, &str) = ("Respect for the Aged Day", "敬老の日");
const HEALTH: (&str, &str) = ("Health and Sports Day", "体育の日");
const SPORTS: (&str, &str) = ("Sports Day", "スポーツの日");
const ENTHRONEMENT: (&str, &str) = ("Enthronement Ceremony", "即位礼正殿の儀");

/// The days that the law names, unsorted.
fn named(year: i16) -> Vec<Holiday> {
    let mut days = Vec::with_capacity(20);
    let mut add = |month, day, (english, japanese)| {
        if let Ok(date) = Date::new(year, month, day) {
            days.push(Holiday { date, english, japanese });
        }
    };
    add(1, 1, ("New Year's Day", "元日"));
    add(1, if year < 2000 { 15 } else { monday(year, 1, 2) }, COMING_OF_AGE);
    add(2, 11, ("National Foundation Day", "建国記念の日"));
    match year {
        ..2019 => add(12, 23, EMPEROR),
        2019 => {} // The old emperor's birthday had ended, the new one's had passed.
        _ => add(2, 23, EMPEROR),
    }
    add(3, equinox(year, 20_843_100), ("Vernal Equinox Day", "春分の日"));
    add(4, 29, if year < 2007 { GREENERY } else { ("Showa Day", "昭和の日") });
    add(5, 3, ("Constitution Memorial Day", "憲法記念日"));
    if year >= 2007 {
        add(5, 4, GREENERY);
    }
    add(5, 5, ("Children's Day", "こどもの日"));
    match year {
        ..1996 => {}
        1996..2003 => add(7, 20, MARINE),
        2020 => add(7, 23, MARINE),
        2021 => add(7, 22, MARINE),
        _ => add(7, monday(year, 7, 3), MARINE),
    }
    match year {
        ..2016 => {}
        2020 => add(8, 10, MOUNTAIN),
        2021 => add(8, 8, MOUNTAIN),
        _ => add(8, 11, MOUNTAIN),
    }
    add(9, if year < 2003 { 15 } else { monday(year, 9, 3) }, RESPECT);
    add(9, equinox(year, 23_248_800), ("Autumnal Equinox Day", "秋分の日"));
    match year {
        ..2000 => add(10, 10, HEALTH),
        2000..2020 => add(10, monday(year, 10, 2), HEALTH),
        2020 => add(7, 24, SPORTS),
        2021 => add(7, 23, SPORTS),
        _ => add(10, monday(year, 10, 2), SPORTS),
    }
    add(11, 3, ("Culture Day", "文化の日"));
    add(11, 23, ("Labour Thanksgiving Day", "勤労感謝の日"));
    match year {
        1990 => add(11, 12, ENTHRONEMENT),
        1993 => add(6, 9, ("Wedding of the Crown Prince", "皇太子徳仁親王の結婚の儀")),
        2019 => {
            add(5, 1, ("Accession Day", "天皇の即位の日"));
            add(10, 22, ENTHRONEMENT);
        }
        _ => {}
    }
    days
}

/// The day of the month of the `nth` Monday.
fn monday(year: i16, month: i8, nth: i8) -> i8 {
    Date::new(year, month, 1)
        .and_then(|first| first.nth_weekday_of_month(nth, Weekday::Monday))
        .map_or(1, Date::day)
}

/// The day of an equinox from its mean day in 1980, in millionths of a day: the tropical year is 365.242194 days. The
/// government gazette announces each year's date in the February before; it has agreed in every year so far.
fn equinox(year: i16, base: i32) -> i8 {
    let years = i32::from(year) - 1980;
    i8::try_from((base + 242_194 * years) / 1_000_000 - years / 4).unwrap_or(1)
}

/// Article 3 (3): a day between two holidays is one too.
fn citizens(days: &[Holiday]) -> Vec<Holiday> {
    let mut found = Vec::new();
    for (before, after) in days.iter().zip(days.iter().skip(1)) {
        let Ok(date) = before.date.tomorrow() else { continue };
        if date.tomorrow().ok() == Some(after.date) && date.weekday() != Weekday::Sunday {
            found.push(Holiday { date, english: "Citizens' Holiday", japanese: "国民の休日" });
        }
    }
    found
}

/// Article 3 (2): for a holiday on a Sunday the next day is off; since 2007 the next day that is no holiday itself.
fn substitutes(year: i16, days: &[Holiday]) -> Vec<Holiday> {
    let mut found = Vec::new();
    for day in days.iter().filter(|day| day.date.weekday() == Weekday::Sunday) {
        let is_named = |date: &Date| days.iter().any(|other| other.date == *date);
        let mut following = day.date.series(jiff::Span::new().days(1)).skip(1);
        let date = if year < 2007 {
            following.next().filter(|date| !is_named(date))
        } else {
            following.find(|date| !is_named(date))
        };
        if let Some(date) = date {
            found.push(Holiday { date, english: "Substitute Holiday", japanese: "振替休日" });
        }
    }
    found
}
