//! How long to wait after failed attempts: a pure function, so that the caller keeps only a count and a time.

/// One rule. Times are microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Failures that cost nothing.
    pub free: u32,
    /// The wait after the first failure that costs; each further one doubles it.
    pub first_us: i64,
    /// The longest wait.
    pub most_us: i64,
    /// After this long without a failure the count starts again.
    pub forget_us: i64,
}

const SECOND_US: i64 = 1_000_000;

/// For one account: a stranger can delay its owner by five minutes at most, and not lock it for good.
pub const ACCOUNT: Throttle =
    Throttle { free: 4, first_us: SECOND_US, most_us: 300 * SECOND_US, forget_us: 3_600 * SECOND_US };

/// For one address: more is free, because a plant's people may come through one proxy.
pub const ADDRESS: Throttle =
    Throttle { free: 20, first_us: SECOND_US, most_us: 900 * SECOND_US, forget_us: 3_600 * SECOND_US };

impl Throttle {
    /// How long an attempt at `now_us` must still wait after `failures` failures, the last at `last_us`; 0 is not at
    /// all. When the clock went back the whole wait starts again, never more.
    #[must_use]
    pub fn wait_us(&self, failures: u32, last_us: i64, now_us: i64) -> i64 {
        let passed = now_us.saturating_sub(last_us).max(0);
        let Some(costly) = failures.checked_sub(self.free).filter(|costly| *costly > 0) else { return 0 };
        if passed >= self.forget_us {
            return 0;
        }
        // 2^40 microseconds are twelve days: beyond every sensible limit, and far from overflow.
        let doublings = (costly - 1).min(40);
        let delay = self.first_us.saturating_mul(1 << doublings).min(self.most_us);
        delay.saturating_sub(passed).max(0)
    }

    /// The count to keep after another failure at `now_us`.
    #[must_use]
    pub fn count(&self, failures: u32, last_us: i64, now_us: i64) -> u32 {
        let forgotten = now_us.saturating_sub(last_us) >= self.forget_us;
        if forgotten { 1 } else { failures.saturating_add(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCOUNT, ADDRESS, SECOND_US};

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let wait = |failures| ACCOUNT.wait_us(failures, 0, 0) / SECOND_US;
        assert_eq!([0, 4, 5, 6, 7, 8].map(wait), [0, 0, 1, 2, 4, 8]);
        assert_eq!([13, 14, 1_000, u32::MAX].map(wait), [256, 300, 300, 300]);
        assert_eq!(ADDRESS.wait_us(20, 0, 0), 0);
        assert_eq!(ADDRESS.wait_us(u32::MAX, 0, 0), 900 * SECOND_US);
    }

    #[test]
    fn time_passes_and_the_count_is_forgotten() {
        assert_eq!(ACCOUNT.wait_us(8, 0, 3 * SECOND_US), 5 * SECOND_US);
        assert_eq!(ACCOUNT.wait_us(8, 0, 8 * SECOND_US), 0);
        assert_eq!(ACCOUNT.count(8, 0, 8 * SECOND_US), 9);
        assert_eq!(ACCOUNT.count(8, 0, ACCOUNT.forget_us), 1);
    }

    #[test]
    fn a_clock_that_jumps_neither_locks_out_nor_overflows() {
        assert_eq!(ACCOUNT.wait_us(8, i64::MAX, i64::MIN), 8 * SECOND_US);
        assert_eq!(ACCOUNT.wait_us(8, i64::MIN, i64::MAX), 0);
    }
}
