//! Times as people and programs read them.

use wire::Time;

/// RFC 3339 in UTC with the digits that are not zero; times outside of the calendar come out as the nearest one.
#[must_use]
pub fn utc(time: Time) -> String {
    let nanoseconds = i128::from(time.0);
    jiff::Timestamp::from_nanosecond(nanoseconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}
