//! What is already past when somebody begins to look: the same plant, thinned out, with its working hours.

use wire::Time;

use crate::file::Hours;
use crate::net::emitter::SECOND;
use crate::protocols::civil::{Civil, civil};

const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;
/// In the past a machine speaks this many times as rarely as it is long ago.
const THIN: i64 = 32;
/// Nobody is silent for longer than this in working hours.
const RAREST: i64 = HOUR;
/// Outside of working hours machines speak so many times as rarely.
const QUIET: i64 = 4;
/// The last part of the past is as busy as the present, whatever the hour.
const BUSY_AGAIN: i64 = HOUR;

/// When the present begins, and by which clock people work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Past {
    present: i64,
    utc_offset: i64,
}

impl Past {
    pub(crate) fn new(present: Time, utc_offset: i64) -> Self {
        Self { present: present.0, utc_offset }
    }

    /// When a device came that is there since so many hours.
    pub(crate) fn arrival(&self, since_h: Option<u32>) -> Option<i64> {
        since_h.map(|hours| self.present - i64::from(hours) * HOUR)
    }

    /// How long after `time` somebody speaks again whose period is `period`.
    pub(crate) fn gap(&self, time: i64, period: i64, hours: Hours) -> i64 {
        let age = self.present - time;
        if age <= 0 {
            return period;
        }
        // Whoever closes the books is silent outside of these hours, and must not sleep through them.
        let is_full = age < BUSY_AGAIN || hours == Hours::Closing || self.is_busy(time, hours);
        let times = if is_full { 1 } else { QUIET };
        period.max((age / THIN).min(RAREST)) * times
    }

    /// By how much a gap may vary beyond what the period itself varies.
    pub(crate) fn jitter(&self, time: i64, gap: i64) -> i64 {
        if time < self.present { gap / 50 } else { 0 }
    }

    /// Whether it is within these hours.
    pub(crate) fn is_busy(&self, time: i64, hours: Hours) -> bool {
        let local = time + self.utc_offset;
        let Civil { hour, weekday, .. } = civil(local);
        match hours {
            Hours::Always => true,
            Hours::Office => (1..=5).contains(&weekday) && (8..18).contains(&hour),
            Hours::Shifts => match weekday {
                0 => false,
                1 => hour >= 6,
                6 => hour < 6,
                _ => true,
            },
            Hours::Closing => (17..20).contains(&hour) && is_closing_day(local),
        }
    }
}

/// The 10th, the 20th and the last day of a month; where that falls on a weekend, the Friday before.
fn is_closing_day(local: i64) -> bool {
    let is_weekend = |time: i64| matches!(civil(time).weekday, 0 | 6);
    let is_end = |time: i64| matches!(civil(time).day, 10 | 20) || civil(time + DAY).day == 1;
    let later = (1..=2).map(|days| local + days * DAY).take_while(|time| is_weekend(*time));
    !is_weekend(local) && core::iter::once(local).chain(later).any(is_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-01T00:00:00Z, a Sunday.
    const NOVEMBER: i64 = 1_793_491_200 * SECOND;

    fn at(day: i64, hour: i64) -> i64 {
        NOVEMBER + (day - 1) * DAY + hour * HOUR
    }

    #[test]
    fn the_older_the_rarer_and_the_present_is_full() {
        let past = Past::new(Time(at(23, 0)), 0);
        let gap = |hours_ago: i64| past.gap(at(23, 0) - hours_ago * HOUR, SECOND, Hours::Always);
        assert_eq!(gap(0), SECOND);
        assert_eq!(gap(1), 3_600 * SECOND / 32);
        assert_eq!(gap(24), 2_700 * SECOND);
        assert_eq!(gap(300), RAREST);
        assert_eq!(past.gap(at(1, 0), 2 * RAREST, Hours::Always), 2 * RAREST, "what is rare stays as it is");
    }

    #[test]
    fn nights_and_weekends_are_quiet() {
        let past = Past::new(Time(at(30, 0)), 0);
        let busy = |hours, day, hour| past.is_busy(at(day, hour), hours);
        assert!(busy(Hours::Office, 2, 9) && !busy(Hours::Office, 2, 19) && !busy(Hours::Office, 7, 9));
        assert!(busy(Hours::Shifts, 3, 2) && busy(Hours::Shifts, 7, 5), "night shifts until Saturday");
        assert!(!busy(Hours::Shifts, 7, 6) && !busy(Hours::Shifts, 8, 12) && !busy(Hours::Shifts, 9, 5));
        let gap = |day| past.gap(at(day, 12), SECOND, Hours::Shifts);
        assert_eq!((gap(5), gap(8)), (RAREST, RAREST * QUIET));
    }

    #[test]
    fn the_books_are_closed_on_the_last_weekday() {
        let closing = |day| Past::new(Time(0), 0).is_busy(at(day, 18), Hours::Closing);
        let days: Vec<i64> = (1..=30).filter(|day| closing(*day)).collect();
        assert_eq!(days, [10, 20, 30]);
        let october: Vec<i64> = (-30..=0).filter(|day| closing(*day)).collect();
        // 10 October 2026 is a Saturday, the 31st as well.
        assert_eq!(october, [9 - 31, 20 - 31, 30 - 31]);
    }

    #[test]
    fn any_fourteen_days_hold_a_closing() {
        let past = Past::new(Time(0), 9 * HOUR);
        for first in 0..400 {
            let evenings = (first..first + 14).map(|day| NOVEMBER + day * DAY + 9 * HOUR);
            assert!(evenings.into_iter().any(|time| past.is_busy(time, Hours::Closing)), "day {first}");
        }
    }
}
