//! What has to go, and how long there is room: arithmetic that all kinds of data share.
//!
//! A *piece* is what can only be forgotten as a whole: a Parquet file of an hour, a segment, a day of rows.

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Something that can be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Earliest moment in it, microseconds since 1970 UTC.
    pub first: i64,
    /// Latest moment in it.
    pub last: i64,
    /// What it takes on disk.
    pub bytes: u64,
}

/// How much of a kind is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Days after which it is forgotten.
    pub days: u32,
    /// Bytes that it may take.
    pub bytes: u64,
}

/// Where a kind is going.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// What is added in a day; over the last week, or since the oldest piece if that is later.
    pub bytes_per_day: f64,
    /// What the kind will take when it no longer grows: the smaller of quota and growth over its days.
    pub bytes_in_the_end: u64,
    /// How many days back history will reach then.
    pub days_in_the_end: f64,
    /// Days until the quota is full; `None` when the bound in days comes first, or nothing is added.
    pub days_until_full: Option<f64>,
}

/// The places in `pieces` of those that have to go, oldest first: every one that is wholly older than `bounds.days`,
/// then the oldest until the rest fits into `bounds.bytes`.
///
/// A piece whose end lies in the future (the clock jumped) counts by that end: it goes by quota alone.
#[must_use]
pub fn expired(pieces: &[Piece], bounds: Bounds, now: i64) -> Vec<usize> {
    let order = oldest_first(pieces);
    let horizon = now.saturating_sub(i64::from(bounds.days).saturating_mul(DAY));
    let mut left = total(pieces);
    let mut gone = Vec::new();
    for (at, piece) in order {
        if piece.last >= horizon && left <= u128::from(bounds.bytes) {
            continue;
        }
        left -= u128::from(piece.bytes);
        gone.push(at);
    }
    gone
}

/// The places of the oldest pieces of all kinds together that have to go so that `bytes` become free.
#[must_use]
pub fn to_free(pieces: &[Piece], bytes: u64) -> Vec<usize> {
    let mut freed = 0u64;
    let mut gone = Vec::new();
    for (at, piece) in oldest_first(pieces) {
        if freed >= bytes {
            break;
        }
        freed = freed.saturating_add(piece.bytes);
        gone.push(at);
    }
    gone
}

/// Where the kind is going if it grows as it did lately.
#[must_use]
pub fn forecast(pieces: &[Piece], bounds: Bounds, now: i64) -> Forecast {
    let oldest = pieces.iter().map(|piece| piece.first).min().unwrap_or(now);
    let since = oldest.max(now.saturating_sub(7 * DAY));
    // A day at least: the first hour of a plant must not be taken for its whole life.
    let days = days(now.saturating_sub(since)).max(1.0);
    let bytes_per_day = pieces.iter().map(|piece| since_then(piece, since)).sum::<f64>() / days;
    let (quota, taken) = (float(bounds.bytes.into()), float(total(pieces)));
    if bytes_per_day <= 0.0 {
        let bytes_in_the_end = bounds.bytes.min(saturated(total(pieces)));
        return Forecast {
            bytes_per_day,
            bytes_in_the_end,
            days_in_the_end: f64::from(bounds.days),
            days_until_full: None,
        };
    }
    let days_of_quota = quota / bytes_per_day;
    let is_bound_by_bytes = days_of_quota < f64::from(bounds.days);
    let days_in_the_end = days_of_quota.min(f64::from(bounds.days));
    Forecast {
        bytes_per_day,
        bytes_in_the_end: if is_bound_by_bytes {
            bounds.bytes
        } else {
            whole(days_in_the_end * bytes_per_day)
        },
        days_in_the_end,
        days_until_full: is_bound_by_bytes.then(|| ((quota - taken) / bytes_per_day).max(0.0)),
    }
}

/// The bytes of a piece from `since` on, as if it had grown evenly.
fn since_then(piece: &Piece, since: i64) -> f64 {
    let length = days(piece.last.saturating_sub(piece.first));
    let share = if length > 0.0 { days(piece.last.saturating_sub(since)) / length } else { 1.0 };
    if piece.last < since { 0.0 } else { float(piece.bytes.into()) * share.min(1.0) }
}

fn oldest_first(pieces: &[Piece]) -> Vec<(usize, &Piece)> {
    let mut order: Vec<_> = pieces.iter().enumerate().collect();
    order.sort_by_key(|(at, piece)| (piece.last, piece.first, *at));
    order
}

fn total(pieces: &[Piece]) -> u128 {
    pieces.iter().map(|piece| u128::from(piece.bytes)).sum()
}

fn saturated(bytes: u128) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a forecast needs no more than 52 bits")]
fn float(bytes: u128) -> f64 {
    bytes as f64
}

#[expect(clippy::cast_precision_loss, reason = "a forecast needs no more than 52 bits")]
fn days(microseconds: i64) -> f64 {
    microseconds as f64 / DAY as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float beyond the range becomes its nearest end, which is meant"
)]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces of one day each; the youngest, of `bytes[0]`, ends now, at day 1000.
    fn days_of(bytes: &[u64]) -> Vec<Piece> {
        let end = |age: i64| (1000 - age) * DAY;
        (0..)
            .zip(bytes)
            .map(|(age, bytes)| Piece { first: end(age + 1), last: end(age), bytes: *bytes })
            .collect()
    }

    const NOW: i64 = 1000 * DAY;

    #[test]
    fn age_and_quota_both_bound() {
        let pieces = days_of(&[10, 10, 10, 10]);
        let expired = |days, bytes| expired(&pieces, Bounds { days, bytes }, NOW);
        assert_eq!(expired(100, 1000), [0usize; 0]);
        assert_eq!(expired(2, 1000), [3]);
        assert_eq!(expired(1, 1000), [3, 2]);
        assert_eq!(expired(100, 25), [3, 2]);
        assert_eq!(expired(1, 15), [3, 2, 1]);
        assert_eq!(expired(100, 0), [3, 2, 1, 0]);
        assert_eq!(expired(100, 40), [0usize; 0], "exactly full is not too full");
    }

    #[test]
    fn a_clock_that_jumped_loses_nothing_by_age() {
        let pieces = days_of(&[10, 10]);
        assert_eq!(expired(&pieces, Bounds { days: 1, bytes: 100 }, i64::MIN), [0usize; 0]);
        assert_eq!(expired(&pieces, Bounds { days: 1, bytes: 10 }, i64::MIN), [1]);
        let huge = [Piece { first: 0, last: 0, bytes: u64::MAX }; 3];
        assert_eq!(expired(&huge, Bounds { days: u32::MAX, bytes: u64::MAX }, NOW).len(), 2);
    }

    #[test]
    fn room_is_made_of_the_oldest() {
        let pieces = days_of(&[10, 20, 30]);
        assert_eq!(to_free(&pieces, 0), [0usize; 0]);
        assert_eq!(to_free(&pieces, 31), [2, 1]);
        assert_eq!(to_free(&pieces, 1000), [2, 1, 0]);
    }

    #[test]
    fn a_forecast_says_which_bound_comes_first() {
        let pieces = days_of(&[10; 30]);
        let by_bytes = forecast(&pieces, Bounds { days: 365, bytes: 1000 }, NOW);
        assert!((by_bytes.bytes_per_day - 10.0).abs() < 0.01, "{by_bytes:?}");
        assert_eq!(by_bytes.bytes_in_the_end, 1000);
        assert!((by_bytes.days_until_full.unwrap() - 70.0).abs() < 0.01, "{by_bytes:?}");
        let by_days = forecast(&pieces, Bounds { days: 30, bytes: 1000 }, NOW);
        assert_eq!((by_days.days_until_full, by_days.bytes_in_the_end), (None, 300));
        let long = [Piece { first: NOW - 70 * DAY, last: NOW, bytes: 700 }];
        assert!((forecast(&long, Bounds { days: 30, bytes: 1000 }, NOW).bytes_per_day - 10.0).abs() < 0.01);
        let empty = forecast(&[], Bounds { days: 30, bytes: 1000 }, NOW);
        assert_eq!((empty.bytes_in_the_end, empty.days_until_full), (0, None));
    }
}
