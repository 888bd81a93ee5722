//! Calendar dates for protocols that carry a clock.

use crate::bytes::low8;

/// A moment as calendars write it, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    /// The last two digits of the year.
    pub(crate) year_of_century: u8,
    /// 1 to 12.
    pub(crate) month: u8,
    /// 1 to 31.
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    /// 0 on Sunday.
    pub(crate) weekday: u8,
}

/// From nanoseconds since 1970, by counting days in cycles of 400 years that begin in March.
pub(crate) fn civil(time: i64) -> Civil {
    let seconds = time.div_euclid(1_000_000_000);
    let (days, second_of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (cycle, day_of_cycle) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_cycle =
        (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_cycle + cycle * 400 + i64::from(month <= 2);
    let octet = |value: i64| low8(value.cast_unsigned());
    Civil {
        year_of_century: octet(year.rem_euclid(100)),
        month: octet(month),
        day: octet(day_of_year - (153 * month_from_march + 2) / 5 + 1),
        hour: octet(second_of_day / 3_600),
        minute: octet(second_of_day / 60 % 60),
        second: octet(second_of_day % 60),
        weekday: octet((days + 4).rem_euclid(7)),
    }
}

/// Two digits as binary coded decimal.
pub(crate) fn decimal(value: u8) -> u8 {
    value / 10 * 16 + value % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        let leap = civil(1_709_210_096_000_000_000);
        assert_eq!((leap.year_of_century, leap.month, leap.day), (24, 2, 29));
        assert_eq!((leap.hour, leap.minute, leap.second, leap.weekday), (12, 34, 56, 4));
    }
}
