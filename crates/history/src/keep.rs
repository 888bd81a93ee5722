//! How long history is kept: what to delete, and when the room will be used up.

use crate::catalogue::Entry;

/// Microseconds of a day.
const DAY_US: i64 = 86_400_000_000;

/// What may be kept of one kind; `None` is without limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Days.
    pub days: Option<u32>,
    /// Bytes of files.
    pub bytes: Option<u64>,
}

/// The files of one kind that are over its quota at `now_us`: those older than the days, then the oldest until the
/// rest fits. A file dated in the future (a clock was wrong) is as old as it was made.
#[must_use]
pub fn surplus(entries: &[Entry], quota: Quota, now_us: i64) -> Vec<Entry> {
    let age = |entry: &Entry| now_us.saturating_sub(entry.last_us.min(entry.made_us));
    let old =
        |entry: &Entry| quota.days.is_some_and(|days| age(entry) > i64::from(days).saturating_mul(DAY_US));
    let (mut surplus, mut rest): (Vec<Entry>, Vec<Entry>) = entries.iter().cloned().partition(old);
    rest.sort_by_key(|entry| (entry.hour_us.min(entry.made_us), entry.shard));
    let mut bytes: u64 = rest.iter().map(|entry| entry.bytes).sum();
    for entry in rest {
        if quota.bytes.is_none_or(|most| bytes <= most) {
            break;
        }
        bytes -= entry.bytes;
        surplus.push(entry);
    }
    surplus
}

/// How one kind grows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Bytes of files now.
    pub bytes: u64,
    /// Growth in bytes per day, over the last week or as long as there is history.
    pub bytes_per_day: f64,
    /// Days until the quota is reached at that growth, 0 when it is; `None` without a quota or growth.
    pub days_left: Option<f64>,
}

/// The growth of one kind at `now_us`, by the files of the last seven days.
#[must_use]
pub fn forecast(entries: &[Entry], quota: Quota, now_us: i64) -> Forecast {
    let bytes = entries.iter().map(|entry| entry.bytes).sum();
    let week_ago = now_us.saturating_sub(7 * DAY_US);
    let recent = entries.iter().filter(|entry| (week_ago..=now_us).contains(&entry.hour_us));
    let (oldest, grown) =
        recent.fold((now_us, 0), |(oldest, grown), entry| (oldest.min(entry.hour_us), grown + entry.bytes));
    // Less than an hour says nothing of a day.
    let span = now_us.saturating_sub(oldest).max(crate::HOUR_US);
    let bytes_per_day = float(grown) * float(DAY_US.unsigned_abs()) / float(span.unsigned_abs());
    let left = |most: u64| (bytes_per_day > 0.0).then(|| float(most.saturating_sub(bytes)) / bytes_per_day);
    Forecast { bytes, bytes_per_day, days_left: quota.bytes.and_then(left) }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HOUR_US, Kind};

    fn hour(number: i64, bytes: u64) -> Entry {
        let hour_us = number * HOUR_US;
        Entry {
            kind: Kind::Flows,
            hour_us,
            shard: 1,
            path: format!("{number}"),
            rows: 1,
            bytes,
            crc: 0,
            first_us: hour_us,
            last_us: hour_us + HOUR_US - 1,
            made_us: hour_us + HOUR_US,
        }
    }

    fn paths(entries: &[Entry]) -> Vec<&str> {
        entries.iter().map(|entry| entry.path.as_str()).collect()
    }

    #[test]
    fn what_is_too_old_or_too_much_goes_oldest_first() {
        let entries: Vec<Entry> = (0..48).map(|number| hour(number, 10)).collect();
        let now = 48 * HOUR_US;
        let by = |days, bytes| surplus(&entries, Quota { days, bytes }, now);
        assert_eq!(by(None, None), []);
        assert_eq!(by(Some(1), None).len(), 24, "hours that ended more than a day ago");
        assert_eq!(paths(&by(None, Some(459))), ["0", "1", "2"]);
        assert_eq!(by(None, Some(480)), []);
        assert_eq!(by(Some(1), Some(200)).len(), 28);
        assert_eq!(by(None, Some(0)).len(), 48);
    }

    #[test]
    fn a_file_from_the_future_grows_old_too() {
        let mut late = hour(1_000_000, 10);
        late.made_us = 0;
        let quota = Quota { days: Some(1), bytes: None };
        assert_eq!(surplus(&[late.clone()], quota, DAY_US), []);
        assert_eq!(surplus(&[late], quota, DAY_US + 1).len(), 1);
    }

    #[test]
    fn the_forecast_goes_by_the_last_week() {
        let now = 400 * HOUR_US;
        // Ten bytes an hour, a thousand before the last week.
        let entries: Vec<Entry> =
            (0..400).map(|number| hour(number, if number < 200 { 1000 } else { 10 })).collect();
        let found = forecast(&entries, Quota { days: None, bytes: Some(202_000 + 4_800) }, now);
        assert_eq!(found.bytes, 202_000);
        assert!((found.bytes_per_day - 240.0).abs() < 1.5, "{found:?}");
        assert!(found.days_left.is_some_and(|days| (days - 20.0).abs() < 0.2), "{found:?}");
        assert_eq!(forecast(&[], Quota::default(), now).days_left, None);
    }
}
