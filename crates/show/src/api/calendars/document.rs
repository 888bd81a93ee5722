//! A calendar as it is told and kept.

use super::super::place::words;
use super::super::problem::{Answer, Problem, invalid};
use jiff::civil::{Date, DateTime, Time};
use plant::calendar::{Calendar, Fiscal, OwnHoliday, Shift, Stop, StopKind, StopTime, zone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Shifts, stops and holidays of a calendar at most, of each.
const ROWS_MAX: usize = 500;
/// Letters of a name at most.
const NAME_MAX: usize = 100;

/// When a plant or a line works. Times are those of its own clocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CalendarDocument {
    /// IANA name of the time zone, such as `Asia/Tokyo`; null for the plant's.
    #[schema(max_length = 100)]
    pub time_zone: Option<String>,
    /// Month in which the fiscal year begins.
    #[schema(minimum = 1, maximum = 12)]
    pub fiscal_year_month: i8,
    /// Whether a fiscal year is called after the calendar year in which it ends.
    pub fiscal_year_named_by_end: bool,
    /// Day on which weeks begin.
    pub week_starts: WeekStart,
    /// Public holidays, which are days off.
    pub holidays: Holidays,
    /// Holidays of the plant's own, which are days off as well.
    #[schema(max_items = 500)]
    pub own_holidays: Vec<HolidayDocument>,
    /// When people or machines work; with none it runs day and night.
    #[schema(max_items = 500)]
    pub shifts: Vec<ShiftDocument>,
    /// When it is planned to stand still.
    #[schema(max_items = 500)]
    pub stops: Vec<StopDocument>,
}

/// The first day of a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WeekStart {
    /// As ISO 8601.
    #[default]
    Monday,
    /// As calendars in Japan.
    Sunday,
}

/// Public holidays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Holidays {
    /// Those of Japan.
    #[default]
    Japan,
    /// None.
    None,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// 月曜日
    Monday,
    /// 火曜日
    Tuesday,
    /// 水曜日
    Wednesday,
    /// 木曜日
    Thursday,
    /// 金曜日
    Friday,
    /// 土曜日
    Saturday,
    /// 日曜日
    Sunday,
}

/// A holiday of the plant's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayDocument {
    /// When, such as `2026-10-01`.
    pub date: String,
    /// What it is called.
    #[schema(max_length = 100)]
    pub name: String,
}

/// A time of work that repeats by weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShiftDocument {
    /// What it is called.
    #[schema(max_length = 100)]
    pub name: String,
    /// The days on which it begins.
    #[schema(max_items = 7)]
    pub days: Vec<Weekday>,
    /// When it begins, such as `08:30`.
    pub from: String,
    /// When it ends; not later than `from` means the next day.
    pub to: String,
    /// Whether it is worked on holidays too.
    #[serde(default)]
    pub on_holidays: bool,
}

/// A planned time without operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopDocument {
    /// What it is called.
    #[schema(max_length = 100)]
    pub name: String,
    /// What for.
    #[serde(default)]
    pub kind: StopReason,
    /// When.
    pub when: StopWhen,
}

/// Why a plant stops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// Nobody is expected: any change is strange.
    #[default]
    ShutDown,
    /// Work on machines or networks is planned.
    Maintenance,
}

/// When a planned stop is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "repeats", rename_all = "lowercase", deny_unknown_fields)]
pub enum StopWhen {
    /// Once; the end is not part of it.
    Once {
        /// From, such as `2026-08-11T00:00`.
        from: String,
        /// Until.
        to: String,
    },
    /// Whole days of every year, both included; an end before the beginning lies in the next year.
    Yearly {
        /// The first day, such as `12-29`.
        first: String,
        /// The last day, such as `01-04`.
        last: String,
    },
    /// A weekday of every month.
    Monthly {
        /// Which of the month.
        #[schema(minimum = 1, maximum = 5)]
        nth: i8,
        /// The weekday.
        day: Weekday,
        /// From, such as `08:00`.
        from: String,
        /// Until; not later than `from` means the next day.
        to: String,
    },
    /// Every week.
    Weekly {
        /// The weekday on which it begins.
        day: Weekday,
        /// From, such as `08:00`.
        from: String,
        /// Until; not later than `from` means the next day.
        to: String,
    },
}

impl Default for CalendarDocument {
    fn default() -> Self {
        Self {
            time_zone: None,
            fiscal_year_month: 4,
            fiscal_year_named_by_end: false,
            week_starts: WeekStart::default(),
            holidays: Holidays::default(),
            own_holidays: Vec::new(),
            shifts: Vec::new(),
            stops: Vec::new(),
        }
    }
}

impl CalendarDocument {
    /// As it is understood; `plants` is the plant's time zone. Every fault names its field.
    pub(super) fn calendar(&self, plants: &str) -> Answer<Calendar> {
        for (field, rows) in [
            ("own_holidays", self.own_holidays.len()),
            ("shifts", self.shifts.len()),
            ("stops", self.stops.len()),
        ] {
            if rows > ROWS_MAX {
                return Err(invalid(field, format!("are more than {ROWS_MAX}")));
            }
        }
        let name = self.time_zone.as_deref().unwrap_or(plants);
        let zone = zone(name).map_err(|error| invalid("time_zone", format!("cannot {error}")))?;
        let holiday = |row: &HolidayDocument| {
            let date = read::<Date>("own_holidays.date", &row.date, "a day such as 2026-10-01")?;
            Ok(OwnHoliday { date, name: words("own_holidays.name", &row.name, NAME_MAX, false)? })
        };
        let calendar = Calendar {
            zone,
            shifts: self.shifts.iter().map(ShiftDocument::shift).collect::<Answer<_>>()?,
            stops: self.stops.iter().map(StopDocument::stop).collect::<Answer<_>>()?,
            japanese_holidays: self.holidays == Holidays::Japan,
            own_holidays: self.own_holidays.iter().map(holiday).collect::<Answer<_>>()?,
            fiscal: Fiscal {
                first_month: self.fiscal_year_month,
                named_by_end: self.fiscal_year_named_by_end,
            },
        };
        match calendar.check().first() {
            None => Ok(calendar),
            Some(fault) => Err(invalid("calendar", fault)),
        }
    }
}

impl ShiftDocument {
    fn shift(&self) -> Answer<Shift> {
        let mut days: Vec<_> = self.days.iter().map(|day| day.civil()).collect();
        days.sort_by_key(|day| day.to_monday_zero_offset());
        days.dedup();
        Ok(Shift {
            name: words("shifts.name", &self.name, NAME_MAX, false)?,
            days,
            from: time("shifts.from", &self.from)?,
            to: time("shifts.to", &self.to)?,
            on_holidays: self.on_holidays,
        })
    }
}

impl StopDocument {
    fn stop(&self) -> Answer<Stop> {
        let moment = |text: &str| read::<DateTime>("stops.when", text, "a time such as 2026-08-11T00:00");
        let when = match &self.when {
            StopWhen::Once { from, to } => StopTime::Once { from: moment(from)?, to: moment(to)? },
            StopWhen::Yearly { first, last } => StopTime::Yearly { first: day(first)?, last: day(last)? },
            StopWhen::Monthly { nth, day, from, to } => StopTime::Monthly {
                nth: *nth,
                day: day.civil(),
                from: time("stops.when.from", from)?,
                to: time("stops.when.to", to)?,
            },
            StopWhen::Weekly { day, from, to } => StopTime::Weekly {
                day: day.civil(),
                from: time("stops.when.from", from)?,
                to: time("stops.when.to", to)?,
            },
        };
        let kind = match self.kind {
            StopReason::ShutDown => StopKind::ShutDown,
            StopReason::Maintenance => StopKind::Maintenance,
        };
        Ok(Stop { name: words("stops.name", &self.name, NAME_MAX, false)?, kind, when })
    }
}

impl Weekday {
    /// Every day of the week.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    fn civil(self) -> jiff::civil::Weekday {
        match self {
            Self::Monday => jiff::civil::Weekday::Monday,
            Self::Tuesday => jiff::civil::Weekday::Tuesday,
            Self::Wednesday => jiff::civil::Weekday::Wednesday,
            Self::Thursday => jiff::civil::Weekday::Thursday,
            Self::Friday => jiff::civil::Weekday::Friday,
            Self::Saturday => jiff::civil::Weekday::Saturday,
            Self::Sunday => jiff::civil::Weekday::Sunday,
        }
    }
}

fn read<T: core::str::FromStr>(field: &str, text: &str, form: &str) -> Answer<T> {
    text.trim().parse().map_err(|_| unfit(field, text, form))
}

/// A time of day, to the minute or second.
fn time(field: &str, text: &str) -> Answer<Time> {
    // A bare time without a colon would be read as another form of ISO 8601.
    let is_time = text.trim().as_bytes().get(2) == Some(&b':');
    text.trim().parse().ok().filter(|_| is_time).ok_or_else(|| unfit(field, text, "a time such as 08:30"))
}

/// Month and day.
fn day(text: &str) -> Answer<(i8, i8)> {
    let read = || {
        let (month, day) = text.trim().split_once('-')?;
        Some((month.parse().ok()?, day.parse().ok()?))
    };
    read().ok_or_else(|| unfit("stops.when", text, "a month and a day such as 12-29"))
}

fn unfit(field: &str, text: &str, form: &str) -> Problem {
    let shown: String = text.chars().take(60).collect();
    invalid(field, format!("`{shown}` is not {form}"))
}
