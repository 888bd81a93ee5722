//! Business years.

use jiff::civil::Date;

/// How a plant's business year runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fiscal {
    /// The month in which it begins, 1 to 12; most Japanese companies: 4.
    pub first_month: i8,
    /// Whether the year is called after the calendar year in which it ends (common in the United States) and not after
    /// the one in which it begins (年度).
    pub named_by_end: bool,
}

impl Default for Fiscal {
    fn default() -> Self {
        Self { first_month: 4, named_by_end: false }
    }
}

/// A business year and quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FiscalQuarter {
    /// The year as the plant calls it: 2026 for 2026年度.
    pub year: i16,
    /// The quarter, 1 to 4.
    pub quarter: i8,
}

impl Fiscal {
    /// The business year and quarter of a day.
    #[must_use]
    pub fn of(self, day: Date) -> FiscalQuarter {
        let into = (day.month() - self.first_month).rem_euclid(12);
        let begun_this_year = day.month() >= self.first_month;
        let ends_next_year = self.first_month > 1;
        let begins = day.year() - i16::from(!begun_this_year);
        FiscalQuarter { year: begins + i16::from(self.named_by_end && ends_next_year), quarter: into / 3 + 1 }
    }

    /// The first day of a business year and the first day after it; `None` for years outside the calendar.
    #[must_use]
    pub fn year_span(self, year: i16) -> Option<(Date, Date)> {
        let begins = year - i16::from(self.named_by_end && self.first_month > 1);
        let first = Date::new(begins, self.first_month, 1).ok()?;
        Some((first, Date::new(begins.checked_add(1)?, self.first_month, 1).ok()?))
    }
}
