//! When a plant runs: shifts, planned stops, holidays, business years, in the plant's own time zone.

mod check;
mod era;
mod fiscal;
pub mod holiday;
mod span;

pub use check::{CalendarFault, ZoneError, zone};
pub use era::era_date;
pub(crate) use era::{era_year, is_in_named_era};
pub use fiscal::{Fiscal, FiscalQuarter};
pub use span::HORIZON_DAYS;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A plant's calendar. Nothing is checked on the way in: call [`Calendar::check`] before keeping one.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Where the plant's clocks are set; see [`zone`].
    pub zone: TimeZone,
    /// When people or machines work. With none the plant runs day and night, all year, as a process plant does.
    pub shifts: Vec<Shift>,
    /// When it is planned not to run.
    pub stops: Vec<Stop>,
    /// Whether Japan's public holidays are days off, except for shifts that say otherwise.
    pub japanese_holidays: bool,
    /// The plant's own holidays, which count as public ones do: the founding day, a local festival.
    pub own_holidays: Vec<OwnHoliday>,
    /// How business years run.
    pub fiscal: Fiscal,
}

/// A time of work that repeats by weekday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// What it is called.
    pub name: String,
    /// The weekdays on which it begins.
    pub days: Vec<Weekday>,
    /// When it begins.
    pub from: Time,
    /// When it ends. Not later than `from` means the next day: 22:00 to 06:00, or 24 hours when both are equal.
    pub to: Time,
    /// Whether it is worked on public holidays too. A shift belongs to the day on which it begins.
    pub on_holidays: bool,
}

/// A day off that is a plant's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnHoliday {
    /// When.
    pub date: Date,
    /// What it is called.
    pub name: String,
}

/// A planned time without operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What it is called: お盆休み, yearly overhaul.
    pub name: String,
    /// What for.
    pub kind: StopKind,
    /// When.
    pub when: StopTime,
}

/// Why a plant stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopKind {
    /// Work on machines or networks is planned: remote work and changes may be seen.
    Maintenance,
    /// Nobody is expected (Obon, year's end): any change is strange.
    ShutDown,
}

/// When a planned stop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopTime {
    /// Once, by the plant's clock; the end is not part of it.
    Once {
        /// From.
        from: DateTime,
        /// Until.
        to: DateTime,
    },
    /// Whole days of every year, both included, with the shifts that begin on them; an end before the beginning lies in
    /// the next year (29 December to 4 January).
    Yearly {
        /// Month and day of the first day.
        first: (i8, i8),
        /// Month and day of the last day.
        last: (i8, i8),
    },
    /// A weekday of every month: the third Sunday from 08:00 to 12:00. The fifth exists in some months only.
    Monthly {
        /// Which of the month, 1 to 5.
        nth: i8,
        /// The weekday.
        day: Weekday,
        /// From.
        from: Time,
        /// Until; not later than `from` means the next day.
        to: Time,
    },
    /// Every week.
    Weekly {
        /// The weekday on which it begins.
        day: Weekday,
        /// From.
        from: Time,
        /// Until; not later than `from` means the next day.
        to: Time,
    },
}

/// What a plant does at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'a> {
    /// It runs; with the shift, or none where a plant without shifts runs always.
    Running(Option<&'a Shift>),
    /// It is planned to stand still.
    Stopped(&'a Stop),
    /// Nobody works because of a public holiday.
    Holiday(holiday::Holiday),
    /// Nobody works because of a holiday of the plant's own.
    OwnHoliday(&'a OwnHoliday),
    /// Outside every shift.
    OffShift,
}

/// A span without operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window<'a> {
    /// From; the moment asked about when the plant already stands.
    pub from: Timestamp,
    /// Until; no later than the horizon.
    pub to: Timestamp,
    /// The planned stops inside it, in order; none when it only lies between shifts or on days off.
    pub stops: Vec<&'a Stop>,
}

impl Calendar {
    /// The plant's date at a moment.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// What the plant does at a moment.
    #[must_use]
    pub fn state(&self, at: Timestamp) -> State<'_> {
        let today = self.date(at);
        if let Some((_, stop)) = self.stop_spans(today, 1).into_iter().find(|(span, _)| span.holds(at)) {
            return State::Stopped(stop);
        }
        if self.shifts.is_empty() {
            return State::Running(None);
        }
        if let Some((_, shift)) = self.shift_spans(today, 1).into_iter().find(|(span, _)| span.holds(at)) {
            return State::Running(Some(shift));
        }
        match (self.holiday(today), self.own_holiday(today)) {
            (Some(holiday), _) => State::Holiday(holiday),
            (None, Some(holiday)) => State::OwnHoliday(holiday),
            (None, None) => State::OffShift,
        }
    }

    /// Whether the plant is planned to run at a moment.
    #[must_use]
    pub fn is_running(&self, at: Timestamp) -> bool {
        matches!(self.state(at), State::Running(_))
    }

    /// The next span, from a moment on, in which the plant does not run for at least so long; `None` when there is none
    /// within [`HORIZON_DAYS`].
    #[must_use]
    pub fn next_stop(&self, at: Timestamp, at_least: SignedDuration) -> Option<Window<'_>> {
        self.find_stop(at, at_least)
    }

    /// Whether a day is worked: a shift begins on it, and planned stops leave something of it before midnight. Without
    /// shifts: planned stops leave something of the day.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        self.has_work(day)
    }

    /// Working days from one day to before another; 0 when the second is not later. Spans beyond 200 years are cut.
    #[must_use]
    pub fn working_days(&self, from: Date, before: Date) -> u32 {
        const DAYS_MAX: usize = 73_050;
        let days = from.series(jiff::Span::new().days(1)).take(DAYS_MAX).take_while(|day| *day < before);
        days.map(|day| u32::from(self.is_working_day(day))).sum()
    }

    /// The business year and quarter of a moment.
    #[must_use]
    pub fn fiscal_quarter(&self, at: Timestamp) -> FiscalQuarter {
        self.fiscal.of(self.date(at))
    }

    /// The public holiday that a day is, where the plant keeps them.
    #[must_use]
    pub fn holiday(&self, day: Date) -> Option<holiday::Holiday> {
        if self.japanese_holidays { holiday::on(day) } else { None }
    }

    /// The holiday of the plant's own that a day is.
    #[must_use]
    pub fn own_holiday(&self, day: Date) -> Option<&OwnHoliday> {
        self.own_holidays.iter().find(|holiday| holiday.date == day)
    }
}
