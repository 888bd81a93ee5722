//! What to think of what is known: how likely it is that a device is attacked and how bad that would be ([`risk`]), how soon a
//! patch is due ([`ssvc`]), and which update to make when ([`advice`]). What they start from is put together by [`intake`].
//!
//! Pure functions: no input and output, no clock (times are given), the same answer for the same facts in any order. Nothing
//! here fails; values outside of their range are read as the worst that they could mean.

pub mod advice;
pub mod intake;
pub mod risk;
pub mod ssvc;
mod text;

use wire::Time;

/// Nanoseconds of a day.
pub(crate) const DAY: i64 = 86_400 * 1_000_000_000;

/// Days from `earlier` to `now`, with fractions; 0 when `earlier` lies in the future, as it does while clocks disagree.
pub(crate) fn days_between(earlier: Time, now: Time) -> f64 {
    const NANOSECONDS: f64 = 86_400e9;
    let nanoseconds = now.since(earlier).max(0);
    #[expect(clippy::cast_precision_loss, reason = "an age in days does not need nanoseconds")]
    let days = nanoseconds as f64 / NANOSECONDS;
    days
}
