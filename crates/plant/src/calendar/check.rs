//! What is wrong with a calendar.

use super::{Calendar, StopTime};
use core::fmt;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The time zone of an IANA name, capitals or not, from the database inside the program.
///
/// # Errors
/// When no zone has this name.
pub fn zone(name: &str) -> Result<TimeZone, ZoneError> {
    TimeZoneDatabase::bundled().get(name).map_err(|_| ZoneError { name: name.chars().take(60).collect() })
}

/// No time zone has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneError {
    name: String,
}

impl fmt::Display for ZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "find the time zone `{}`: write an IANA name such as Asia/Tokyo, Europe/Berlin or UTC",
            self.name
        )
    }
}

impl core::error::Error for ZoneError {}

/// What is wrong with a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarFault {
    /// A shift, stop or holiday, by its place from 1, has no name.
    NoName {
        /// `shift`, `stop` or `holiday`.
        what: &'static str,
        /// Its place in the list, from 1.
        place: usize,
    },
    /// A shift has no weekday.
    NoDay {
        /// Its name.
        shift: String,
    },
    /// A stop ends before it begins.
    Backwards {
        /// Its name.
        stop: String,
    },
    /// A yearly stop names a day that no year has, or 29 February.
    NoSuchDay {
        /// Its name.
        stop: String,
    },
    /// A monthly stop is not on the first to fifth weekday.
    NoSuchWeek {
        /// Its name.
        stop: String,
    },
    /// The business year does not begin in a month from 1 to 12.
    FiscalMonth(i8),
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName { what, place } => write!(f, "{what} {place} has no name: give it one"),
            Self::NoDay { shift } => write!(f, "shift `{shift}` has no weekday: name at least one"),
            Self::Backwards { stop } => write!(f, "stop `{stop}` does not end after it begins"),
            Self::NoSuchDay { stop } => {
                write!(f, "stop `{stop}` names a day that not every year has: use 1-1 to 12-31 without 2-29")
            }
            Self::NoSuchWeek { stop } => {
                write!(f, "stop `{stop}` is on no weekday of the month: use 1 to 5")
            }
            Self::FiscalMonth(month) => {
                write!(f, "the business year begins in month {month}: use 1 to 12")
            }
        }
    }
}

impl Calendar {
    /// Everything that is wrong with it; empty when it can be kept.
    #[must_use]
    pub fn check(&self) -> Vec<CalendarFault> {
        let mut faults = Vec::new();
        for (place, shift) in (1..).zip(&self.shifts) {
            if shift.name.trim().is_empty() {
                faults.push(CalendarFault::NoName { what: "shift", place });
            }
            if shift.days.is_empty() {
                faults.push(CalendarFault::NoDay { shift: shift.name.clone() });
            }
        }
        for (place, stop) in (1..).zip(&self.stops) {
            if stop.name.trim().is_empty() {
                faults.push(CalendarFault::NoName { what: "stop", place });
            }
            let name = || stop.name.clone();
            // 2025 has no 29 February: a day that exists in it exists in every year.
            let is_day = |(month, day)| Date::new(2025, month, day).is_ok();
            match stop.when {
                StopTime::Once { from, to } if to <= from => {
                    faults.push(CalendarFault::Backwards { stop: name() });
                }
                StopTime::Yearly { first, last } if !is_day(first) || !is_day(last) => {
                    faults.push(CalendarFault::NoSuchDay { stop: name() });
                }
                StopTime::Monthly { nth, .. } if !(1..=5).contains(&nth) => {
                    faults.push(CalendarFault::NoSuchWeek { stop: name() });
                }
                StopTime::Once { .. }
                | StopTime::Yearly { .. }
                | StopTime::Monthly { .. }
                | StopTime::Weekly { .. } => {}
            }
        }
        for (place, holiday) in (1..).zip(&self.own_holidays) {
            if holiday.name.trim().is_empty() {
                faults.push(CalendarFault::NoName { what: "holiday", place });
            }
        }
        if !(1..=12).contains(&self.fiscal.first_month) {
            faults.push(CalendarFault::FiscalMonth(self.fiscal.first_month));
        }
        faults
    }
}
