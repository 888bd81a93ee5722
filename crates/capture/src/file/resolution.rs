//! The clock of a pcapng interface (draft-ietf-opsawg-pcapng, options `if_tsresol` and `if_tsoffset`).

use wire::Time;

/// How the ticks of an interface become nanoseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolution {
    scale: Scale,
    offset_seconds: i64,
}

#[derive(Clone, Copy, Debug)]
enum Scale {
    /// Nanoseconds in a tick.
    Coarse(u64),
    /// Ticks in a nanosecond.
    Fine(u64),
    /// The power of two of the ticks in a second.
    Binary(u32),
}

impl Resolution {
    /// From the value of `if_tsresol`, microseconds when absent, and that of `if_tsoffset`.
    pub(super) fn new(resolution: Option<u8>, offset_seconds: i64) -> Self {
        let resolution = resolution.unwrap_or(6);
        let exponent = u32::from(resolution & 0x7f);
        let scale = if resolution >= 0x80 {
            Scale::Binary(exponent)
        } else if exponent <= 9 {
            Scale::Coarse(10_u64.saturating_pow(9 - exponent))
        } else {
            Scale::Fine(10_u64.saturating_pow(exponent - 9))
        };
        Self { scale, offset_seconds }
    }

    /// When `ticks` is; saturates at the ends of [`Time`].
    #[inline]
    pub(super) fn time(self, ticks: u64) -> Time {
        let nanoseconds = match self.scale {
            Scale::Coarse(nanoseconds) => ticks.saturating_mul(nanoseconds),
            Scale::Fine(ticks_per_nanosecond) => ticks / ticks_per_nanosecond,
            Scale::Binary(exponent) => {
                u64::try_from((u128::from(ticks) * 1_000_000_000) >> exponent).unwrap_or(u64::MAX)
            }
        };
        let nanoseconds = i64::try_from(nanoseconds).unwrap_or(i64::MAX);
        Time(nanoseconds.saturating_add(self.offset_seconds.saturating_mul(1_000_000_000)))
    }

    /// Steps of the clock in a second; saturates.
    pub(super) fn ticks_per_second(self) -> u64 {
        match self.scale {
            Scale::Coarse(nanoseconds) => 1_000_000_000 / nanoseconds.max(1),
            Scale::Fine(ticks) => ticks.saturating_mul(1_000_000_000),
            Scale::Binary(exponent) => 1_u64.checked_shl(exponent).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resolution_gives_the_same_second() {
        let billion = 1_000_000_000;
        for (resolution, ticks) in [
            (None, 7_500_000),
            (Some(3), 7_500),
            (Some(6), 7_500_000),
            (Some(9), 7_500_000_000),
            (Some(12), 7_500_000_000_000),
            (Some(0x80 | 1), 15),
            (Some(0x80 | 32), 7 << 32 | 1 << 31),
        ] {
            let clock = Resolution::new(resolution, 100);
            assert_eq!(clock.time(ticks), Time(107 * billion + billion / 2), "resolution {resolution:?}");
        }
    }

    #[test]
    fn extremes_saturate() {
        for resolution in 0..=255 {
            for offset in [i64::MIN, 0, i64::MAX] {
                let clock = Resolution::new(Some(resolution), offset);
                assert!(clock.time(u64::MAX) >= clock.time(0));
                assert!(clock.ticks_per_second() > 0 || resolution > 127, "{resolution}");
            }
        }
    }
}
