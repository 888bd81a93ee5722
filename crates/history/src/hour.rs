//! Hours and ranges of time.

/// Microseconds of an hour: the span of one file.
pub const HOUR_US: i64 = 3_600_000_000;

/// From `from_us` until before `until_us`, in microseconds since 1970 UTC. A row is in it when any part of its own
/// span, first to last, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First moment.
    pub from_us: i64,
    /// First moment after it.
    pub until_us: i64,
}

impl Range {
    /// All of time.
    pub const ALL: Self = Self { from_us: i64::MIN, until_us: i64::MAX };

    /// Whether the span from `first` to `last`, both included, reaches into the range.
    #[must_use]
    pub fn meets(&self, first: i64, last: i64) -> bool {
        first < self.until_us && last >= self.from_us
    }
}

/// The first microsecond of the hour of a moment.
pub(crate) fn hour_of(time_us: i64) -> i64 {
    time_us.saturating_sub(time_us.rem_euclid(HOUR_US))
}

/// The place of a file: a day's folder in the form that other tools read as a partition, then hour and shard.
pub(crate) fn path_of(table: &str, hour_us: i64, shard: u32) -> String {
    let days = hour_us.div_euclid(24 * HOUR_US);
    let hour = hour_us.rem_euclid(24 * HOUR_US) / HOUR_US;
    let (year, month, day) = civil(days);
    format!("{table}/day={year:04}-{month:02}-{day:02}/{hour:02}-{shard:04}.parquet")
}

/// The Gregorian date of a day counted from 1970, by eras of 400 years that begin in March, so that the leap day
/// is the last of its year.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    (year + era * 400, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_in_the_folder_of_its_day() {
        for (seconds, path) in [
            (0, "flows/day=1970-01-01/00-0001.parquet"),
            (951_825_600, "flows/day=2000-02-29/12-0001.parquet"),
            (1_795_395_599, "flows/day=2026-11-23/00-0001.parquet"),
            (1_795_395_600, "flows/day=2026-11-23/01-0001.parquet"),
            (-1, "flows/day=1969-12-31/23-0001.parquet"),
        ] {
            assert_eq!(path_of("flows", hour_of(seconds * 1_000_000), 1), path, "{seconds}");
        }
    }

    #[test]
    fn a_span_that_only_touches_the_end_is_outside() {
        let range = Range { from_us: 10, until_us: 20 };
        let inside = [(10, 10), (19, 30), (0, 10), (0, 99)];
        assert!(inside.iter().all(|(first, last)| range.meets(*first, *last)));
        assert!(![(20, 20), (0, 9)].iter().any(|(first, last)| range.meets(*first, *last)));
    }
}
