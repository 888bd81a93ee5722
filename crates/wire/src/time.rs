//! Moments as captured.

/// Nanoseconds since 1970-01-01T00:00:00Z, as the capture says; it may jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Time(pub i64);

impl Time {
    /// From whole seconds and nanoseconds.
    #[must_use]
    pub fn from_parts(seconds: i64, nanoseconds: u32) -> Self {
        Self(seconds.saturating_mul(1_000_000_000).saturating_add(i64::from(nanoseconds)))
    }

    /// From a date (year, month, day) and a time of day (hour, minute, second) without a zone, read as UTC; `None`
    /// when there is no such moment between 1970 and 2261.
    #[must_use]
    pub fn from_civil(date: [i64; 3], time: [i64; 3], nanoseconds: u32) -> Option<Self> {
        let ([year, month, day], [hour, minute, second]) = (date, time);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days_in_month = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let fits = (1970..=2261).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..=60).contains(&second);
        if !fits {
            return None;
        }
        // Years begin in March, so that the leap day is the last of one; 719,468 days lead from there to 1970.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days =
            365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
        Some(Self::from_parts(((days * 24 + hour) * 60 + minute) * 60 + second, nanoseconds))
    }

    /// Nanoseconds from `earlier` to this moment; negative when the clock went back.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_becomes_a_moment() {
        let seconds = |date, time| Time::from_civil(date, time, 0).map(|time| time.0 / 1_000_000_000);
        assert_eq!(seconds([1970, 1, 1], [0, 0, 0]), Some(0));
        assert_eq!(seconds([2000, 2, 29], [12, 0, 1]), Some(951_825_601));
        assert_eq!(seconds([2014, 8, 20], [11, 59, 43]), Some(1_408_535_983));
        assert_eq!(seconds([2100, 2, 29], [0, 0, 0]), None);
        assert_eq!(seconds([2024, 13, 1], [0, 0, 0]), None);
    }
}
