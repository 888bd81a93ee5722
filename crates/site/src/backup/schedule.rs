//! When backups are made by themselves, and which of them stay.

use super::make::{ENDING, prefix};
use facts::id::SiteId;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use keep::backup::Lock;
use std::path::PathBuf;

/// Regular backups.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where they are written.
    pub folder: PathBuf,
    /// Each Sunday; otherwise each day.
    pub is_weekly: bool,
    /// Time of day.
    pub at: Time,
    /// Where that is the time.
    pub zone: TimeZone,
    /// Backups that stay.
    pub keep: usize,
    /// Who can open them.
    pub lock: Lock,
}

/// The first moment of the plan after another one; both in microseconds since 1970 UTC.
pub(crate) fn next(plan: &Plan, after_us: i64) -> i64 {
    let after = Timestamp::from_microsecond(after_us).unwrap_or_default();
    let mut day = after.to_zoned(plan.zone.clone()).date();
    // Eight days hold a Sunday after any moment, and a day more than any day without its moment.
    for _ in 0..9 {
        let is_day = !plan.is_weekly || day.weekday() == Weekday::Sunday;
        // A moment that a change of the clock skips comes with the change.
        if let Ok(moment) = day.to_datetime(plan.at).to_zoned(plan.zone.clone())
            && is_day
            && moment.timestamp() > after
        {
            return moment.timestamp().as_microsecond();
        }
        day = day.saturating_add(1.day());
    }
    i64::MAX
}

/// Which of these names are backups of the plant beyond the newest `keep`.
pub(crate) fn surplus(names: &[String], site: SiteId, keep: usize) -> Vec<String> {
    let prefix = prefix(site);
    let is_ours = |name: &&String| name.starts_with(&prefix) && name.ends_with(ENDING);
    let mut ours: Vec<&String> = names.iter().filter(is_ours).collect();
    ours.sort();
    ours.iter().rev().skip(keep.max(1)).map(|name| (*name).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::file_name;
    use uuid::Uuid;

    fn plan(zone: &str, is_weekly: bool, at: &str) -> Plan {
        Plan {
            folder: PathBuf::from("/"),
            is_weekly,
            at: at.parse().expect("a time"),
            zone: TimeZone::get(zone).expect("a zone"),
            keep: 2,
            lock: Lock::Passphrase("x".into()),
        }
    }

    #[track_caller]
    fn check(plan: &Plan, after: &str, expected: &str) {
        let after: Timestamp = after.parse().expect("a moment");
        let found = Timestamp::from_microsecond(next(plan, after.as_microsecond())).expect("a moment");
        assert_eq!(found.to_string(), expected);
    }

    #[test]
    fn the_next_moment_is_that_of_the_plants_clock() {
        let daily = plan("Asia/Tokyo", false, "03:30");
        check(&daily, "2026-11-22T18:29:59Z", "2026-11-22T18:30:00Z");
        check(&daily, "2026-11-22T18:30:00Z", "2026-11-23T18:30:00Z");
        // 2026-11-23 is a Monday; the Sunday begins on Saturday in UTC.
        check(&plan("Asia/Tokyo", true, "03:30"), "2026-11-23T00:00:00Z", "2026-11-28T18:30:00Z");
        // In Berlin there is no 02:30 on 29 March 2026; the day's backup is made all the same.
        check(&plan("Europe/Berlin", false, "02:30"), "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z");
    }

    #[test]
    fn the_oldest_of_the_same_plant_go() {
        let site = SiteId(Uuid::from_u128(7 << 80));
        let other = SiteId(Uuid::from_u128(8 << 80));
        let names = [
            file_name(site, 3_000_000),
            file_name(site, 1_000_000),
            file_name(other, 1_000_000),
            file_name(site, 2_000_000),
            "notes.txt".into(),
        ];
        assert_eq!(surplus(&names, site, 2), [names[1].clone()]);
        assert!(surplus(&names, site, 9).is_empty());
        assert_eq!(surplus(&names, site, 0).len(), 2, "the newest stays whatever is asked");
    }
}
