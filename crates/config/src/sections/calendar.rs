//! `[calendar]`

use super::backup::parse_time;
use crate::at::At;
use crate::check::Check;
use jiff::civil::{Date, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawCalendar {
    /// Month in which the fiscal year begins.
    #[schemars(range(min = 1, max = 12), extend("x-change" = "live"))]
    fiscal_year_month: At<i8>,
    /// Day on which weeks begin.
    #[schemars(extend("x-change" = "live"))]
    week_starts: At<Weekday>,
    /// Public holidays on which the plant stands still.
    #[schemars(extend("x-change" = "live"))]
    holidays: At<Holidays>,
    /// A shift that is worked each day. One section for each.
    #[schemars(extend("x-change" = "live"))]
    shift: Vec<At<RawShift>>,
    /// Days on which the plant stands still. One section for each stop.
    #[schemars(extend("x-change" = "live"))]
    stop: Vec<At<RawStop>>,
}

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
struct RawShift {
    /// What people call it; required.
    #[schemars(extend("x-change" = "live"))]
    name: Option<At<String>>,
    /// When it begins; required.
    #[schemars(extend("x-change" = "live", "x-form" = "a time of day, such as `\"08:30\"`"))]
    start: Option<At<String>>,
    /// When it ends, the next day if that is not later than its start; required.
    #[schemars(extend("x-change" = "live", "x-form" = "a time of day, such as `\"17:15\"`"))]
    end: Option<At<String>>,
}

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
struct RawStop {
    /// What people call it; required.
    #[schemars(extend("x-change" = "live"))]
    name: Option<At<String>>,
    /// First day of the stop; required.
    #[schemars(extend("x-change" = "live", "x-form" = "a day, such as `2026-08-11`"))]
    first_day: Option<At<String>>,
    /// Last day of the stop; required.
    #[schemars(extend("x-change" = "live", "x-form" = "a day, such as `2026-08-16`"))]
    last_day: Option<At<String>>,
}

/// The first day of a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// As ISO 8601.
    #[default]
    Monday,
    /// As calendars in Japan.
    Sunday,
}

/// Public holidays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Holidays {
    /// Those of Japan.
    #[default]
    Japan,
    /// None.
    None,
}

/// When the plant works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Month, 1 to 12, in which the fiscal year begins.
    pub fiscal_year_month: i8,
    /// Day on which weeks begin.
    pub week_starts: Weekday,
    /// Public holidays on which the plant stands still.
    pub holidays: Holidays,
    /// Shifts of each day.
    pub shifts: Vec<Shift>,
    /// When the plant stands still.
    pub stops: Vec<Stop>,
}

/// A shift of each day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// What people call it.
    pub name: String,
    /// When it begins.
    pub start: Time,
    /// When it ends; the next day if that is not later than its start.
    pub end: Time,
}

/// Days on which the plant stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What people call it.
    pub name: String,
    /// First day.
    pub first_day: Date,
    /// Last day; not before the first.
    pub last_day: Date,
}

impl Default for RawCalendar {
    fn default() -> Self {
        Self {
            fiscal_year_month: 4.into(),
            week_starts: Weekday::Monday.into(),
            holidays: Holidays::Japan.into(),
            shift: Vec::new(),
            stop: Vec::new(),
        }
    }
}

pub(crate) fn check(raw: &RawCalendar, check: &mut Check<'_>) -> Option<Calendar> {
    let shifts: Vec<_> = raw.shift.iter().map(|entry| shift(entry, check)).collect();
    let stops: Vec<_> = raw.stop.iter().map(|entry| stop(entry, check)).collect();
    Some(Calendar {
        fiscal_year_month: raw.fiscal_year_month.value,
        week_starts: raw.week_starts.value,
        holidays: raw.holidays.value,
        shifts: shifts.into_iter().collect::<Option<_>>()?,
        stops: stops.into_iter().collect::<Option<_>>()?,
    })
}

fn shift(entry: &At<RawShift>, check: &mut Check<'_>) -> Option<Shift> {
    let RawShift { name, start, end } = &entry.value;
    let name = given(entry, name, "name", check).and_then(|at| check.text(at));
    let mut time = |value, key| {
        let at = given(entry, value, key, check)?;
        let time = parse_time(&at.value);
        if time.is_none() {
            check.refuse(at);
        }
        time
    };
    let (start, end) = (time(start, "start"), time(end, "end"));
    Some(Shift { name: name?, start: start?, end: end? })
}

fn stop(entry: &At<RawStop>, check: &mut Check<'_>) -> Option<Stop> {
    let RawStop { name, first_day, last_day } = &entry.value;
    let name = given(entry, name, "name", check).and_then(|at| check.text(at));
    let mut day = |value, key| given(entry, value, key, check).and_then(|at| check.parsed::<Date>(at));
    let (first, last) = (day(first_day, "first_day"), day(last_day, "last_day"));
    if let (Some(first), Some(last), Some(at)) = (first, last, last_day)
        && last < first
    {
        check.because(at, format!("is before first_day: write {first} or later"));
    }
    Some(Stop { name: name?, first_day: first?, last_day: last? })
}

fn given<'a, T>(
    entry: &At<T>,
    value: &'a Option<At<String>>,
    key: &str,
    check: &mut Check<'_>,
) -> Option<&'a At<String>> {
    if value.is_none() {
        check.missing_in(entry, key);
    }
    value.as_ref()
}
