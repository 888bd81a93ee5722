//! Whether the clock of this computer was set: measured against another one that nobody sets.

/// A difference that no synchronisation makes by slewing: five seconds between two looks.
const JUMP_US: i64 = 5_000_000;

/// What both clocks said at the last look.
#[derive(Default)]
pub(crate) struct Clock(Option<(i64, i64)>);

impl Clock {
    /// Takes what the clock says and what the steady one says, in microseconds; gives by how much the clock was set
    /// since the last look, positive for forward. A computer that slept was set forward.
    pub(crate) fn look(&mut self, now_us: i64, steady_us: i64) -> Option<i64> {
        let before = self.0.replace((now_us, steady_us));
        let (now_before, steady_before) = before?;
        let jump = now_us.saturating_sub(now_before).saturating_sub(steady_us.saturating_sub(steady_before));
        (jump.abs() >= JUMP_US).then_some(jump)
    }
}

/// What people should know of a jump.
pub(crate) fn told(jump_us: i64, now_us: i64) -> String {
    let (seconds, way) = (jump_us.abs() / 1_000_000, if jump_us > 0 { "forward" } else { "back" });
    format!(
        "the clock of this computer was set {way} by {seconds} s at {}: times before and after do not fit together; \
         let it follow a time server",
        show::utc_us(now_us)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_noticed_and_one_that_goes_is_not() {
        const SECOND: i64 = 1_000_000;
        let begin = 1_700_000_000 * SECOND;
        let mut clock = Clock::default();
        assert_eq!(clock.look(begin, 0), None, "there is nothing to compare with");
        assert_eq!(clock.look(begin + SECOND, SECOND), None);
        assert_eq!(
            clock.look(begin + 90 * SECOND, 90 * SECOND),
            None,
            "both stood still: the machine was busy"
        );
        assert_eq!(clock.look(begin + 90 * SECOND + 50_000, 91 * SECOND), None, "it was slewed");
        assert_eq!(clock.look(begin - 3_600 * SECOND, 92 * SECOND), Some(-3_691 * SECOND - 50_000));
        assert_eq!(clock.look(begin - 3_599 * SECOND, 93 * SECOND), None, "it goes on from there");
        assert_eq!(clock.look(begin + SECOND, 94 * SECOND), Some(3_599 * SECOND));
        assert!(told(-3_600 * SECOND, begin).contains("set back by 3600 s at 2023-11-14"));
    }
}
