//! Times as people and programs read them.

use wire::Time;

/// RFC 3339 in UTC with the digits that are not zero; times outside of the calendar come out as the nearest one.
#[must_use]
pub fn utc(time: Time) -> String {
    let nanoseconds = i128::from(time.0);
    jiff::Timestamp::from_nanosecond(nanoseconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

/// The same of microseconds since 1970 UTC.
#[must_use]
pub fn utc_us(time_us: i64) -> String {
    jiff::Timestamp::from_microsecond(time_us).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

/// Microseconds since 1970 UTC of a time that people or programs wrote (RFC 3339 with an offset).
pub(crate) fn us_of(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond)
}
