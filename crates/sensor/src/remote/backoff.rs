//! How long to wait before the next try to connect.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// Before the second try.
const FIRST: Duration = Duration::from_millis(500);
/// Before any try, at most: a link that is back is used within this time.
const LONGEST: Duration = Duration::from_secs(15);

/// Doubles with each failure, up to a limit. Half of each wait is by chance, so that the sensors of a plant do not all
/// come at once when the site is back.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The last try went well.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// One more failure: wait this long.
    pub(super) fn wait(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        // Keys of the standard library's hash are random in each process and differ with each call.
        within(self.failures, RandomState::new().build_hasher().finish())
    }
}

fn within(failures: u32, chance: u64) -> Duration {
    let whole = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(LONGEST);
    let half = whole / 2;
    let span = u64::try_from(half.as_millis()).unwrap_or(u64::MAX).max(1);
    half + Duration::from_millis(chance % span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_limit_and_differ_by_chance() {
        for failures in 0..200 {
            for chance in [0, 77, u64::MAX] {
                assert!(within(failures, chance) <= LONGEST);
                assert!(within(failures, chance) >= FIRST / 2);
            }
        }
        assert!(within(200, 0) >= LONGEST / 2);
        assert_ne!(within(3, 1), within(3, 2));
    }
}
