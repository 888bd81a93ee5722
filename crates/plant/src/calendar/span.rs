//! Shifts and stops laid out on the line of time.

use super::{Calendar, Shift, Stop, StopTime, Window};
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span, Timestamp};

/// How far [`Calendar::next_stop`] looks: a yearly overhaul is found, whenever one asks.
pub const HORIZON_DAYS: i32 = 400;

/// From, included, until, not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    from: Timestamp,
    to: Timestamp,
}

impl Stretch {
    pub(super) fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

impl Calendar {
    /// The shifts that begin on the day before `first` or on one of `days` days from it on.
    pub(super) fn shift_spans(&self, first: Date, days: i32) -> Vec<(Stretch, &Shift)> {
        let mut spans = Vec::new();
        for day in around(first, days) {
            // Computing the year's holidays for a day that no shift begins on would be wasted.
            let mut shifts =
                self.shifts.iter().filter(|shift| shift.days.contains(&day.weekday())).peekable();
            if shifts.peek().is_none() {
                continue;
            }
            let off = self.holiday(day).is_some() || self.own_holiday(day).is_some();
            if self.stops.iter().any(|stop| takes_day(stop, day)) {
                continue;
            }
            for shift in shifts.filter(|shift| shift.on_holidays || !off) {
                if let Some(span) = self.daily(day, shift.from, shift.to) {
                    spans.push((span, shift));
                }
            }
        }
        spans
    }

    /// The planned stops that touch one of `days` days from `first` on, or the day before.
    pub(super) fn stop_spans(&self, first: Date, days: i32) -> Vec<(Stretch, &Stop)> {
        let mut spans = Vec::new();
        for stop in &self.stops {
            match stop.when {
                StopTime::Once { from, to } => {
                    spans.extend(self.stretch(from, to).map(|span| (span, stop)));
                }
                StopTime::Yearly { first: begins, last } => {
                    let years = first.year().saturating_sub(1)..=first.year().saturating_add(2);
                    let of_year = |year| {
                        let ends = year + i16::from(last < begins);
                        let from = Date::new(year, begins.0, begins.1).ok()?;
                        let to = Date::new(ends, last.0, last.1).ok()?.tomorrow().ok()?;
                        self.stretch(from.into(), to.into())
                    };
                    spans.extend(years.filter_map(of_year).map(|span| (span, stop)));
                }
                StopTime::Monthly { nth, day, from, to } => {
                    let is_day = |date: &Date| date.nth_weekday_of_month(nth, day).ok() == Some(*date);
                    let found = around(first, days).filter(is_day);
                    spans
                        .extend(found.filter_map(|date| self.daily(date, from, to)).map(|span| (span, stop)));
                }
                StopTime::Weekly { day, from, to } => {
                    let found = around(first, days).filter(|date| date.weekday() == day);
                    spans
                        .extend(found.filter_map(|date| self.daily(date, from, to)).map(|span| (span, stop)));
                }
            }
        }
        spans.sort_by_key(|(span, _)| *span);
        spans
    }

    pub(super) fn find_stop(&self, at: Timestamp, at_least: SignedDuration) -> Option<Window<'_>> {
        let today = self.date(at);
        let end = today.checked_add(Span::new().days(HORIZON_DAYS)).ok()?;
        let end = self.zone.to_timestamp(end.into()).ok()?;
        let busy = if self.shifts.is_empty() {
            vec![Stretch { from: at, to: end }]
        } else {
            let mut spans: Vec<_> =
                self.shift_spans(today, HORIZON_DAYS).into_iter().map(|(span, _)| span).collect();
            spans.sort();
            spans
        };
        let stops = self.stop_spans(today, HORIZON_DAYS);
        let mut free = at;
        for span in subtract(&busy, &stops) {
            if span.from > free && span.from.duration_since(free) >= at_least {
                return Some(window(free, span.from, &stops));
            }
            free = free.max(span.to);
        }
        (free < end && end.duration_since(free) >= at_least).then(|| window(free, end, &stops))
    }

    /// The planned stops that take something of a day, in order.
    #[must_use]
    pub fn stops_on(&self, day: Date) -> Vec<&Stop> {
        let tomorrow = day.tomorrow().unwrap_or(day);
        let Some(today) = self.stretch(day.into(), tomorrow.into()) else { return Vec::new() };
        let spans = self.stop_spans(day, 1).into_iter();
        let mut stops: Vec<&Stop> = spans
            .filter(|(span, _)| span.from < today.to && span.to > today.from)
            .map(|(_, stop)| stop)
            .collect();
        stops.dedup();
        stops
    }

    pub(super) fn has_work(&self, day: Date) -> bool {
        let stops = self.stop_spans(day, 2);
        let tomorrow = day.tomorrow().unwrap_or(day);
        let Some(today) = self.stretch(day.into(), tomorrow.into()) else { return false };
        let busy: Vec<_> = if self.shifts.is_empty() {
            vec![today]
        } else {
            // What is left of a night shift after a stop that ends at midnight makes no working day of the day before.
            let begun = self.shift_spans(day, 1).into_iter().filter(|(span, _)| today.holds(span.from));
            begun.map(|(span, _)| Stretch { to: span.to.min(today.to), ..span }).collect()
        };
        !subtract(&busy, &stops).is_empty()
    }

    /// A time of day that may end on the next day.
    fn daily(&self, day: Date, from: Time, to: Time) -> Option<Stretch> {
        let last = if to <= from { day.tomorrow().ok()? } else { day };
        self.stretch(day.to_datetime(from), last.to_datetime(to))
    }

    /// Local times that the clock skips or repeats are read as RFC 5545 does: the first of two, the gap's length later.
    fn stretch(&self, from: DateTime, to: DateTime) -> Option<Stretch> {
        let from = self.zone.to_timestamp(from).ok()?;
        let to = self.zone.to_timestamp(to).ok()?;
        (from < to).then_some(Stretch { from, to })
    }
}

/// Whether a yearly stop takes a day off the calendar. The shifts that begin on it are not worked at all: a plant that is
/// shut down until the 4th begins with the first shift of the 5th, not with what is left of the night before.
fn takes_day(stop: &Stop, day: Date) -> bool {
    let StopTime::Yearly { first, last } = stop.when else { return false };
    let today = (day.month(), day.day());
    if first <= last { first <= today && today <= last } else { first <= today || today <= last }
}

fn around(first: Date, days: i32) -> impl Iterator<Item = Date> {
    let days = usize::try_from(days).unwrap_or(0).saturating_add(1);
    first.yesterday().unwrap_or(first).series(Span::new().days(1)).take(days)
}

fn window<'a>(from: Timestamp, to: Timestamp, stops: &[(Stretch, &'a Stop)]) -> Window<'a> {
    let inside = stops.iter().filter(|(span, _)| span.from < to && span.to > from);
    let mut named: Vec<&Stop> = inside.map(|(_, stop)| *stop).collect();
    named.dedup();
    Window { from, to, stops: named }
}

/// What is left of `busy` without `stops`; both sorted by their beginning, the result too.
fn subtract(busy: &[Stretch], stops: &[(Stretch, &Stop)]) -> Vec<Stretch> {
    let mut left = Vec::with_capacity(busy.len());
    for &span in busy {
        let mut from = span.from;
        for (stop, _) in stops {
            if stop.to <= from || stop.from >= span.to {
                continue;
            }
            if stop.from > from {
                left.push(Stretch { from, to: stop.from });
            }
            from = from.max(stop.to);
        }
        if from < span.to {
            left.push(Stretch { from, to: span.to });
        }
    }
    left.sort();
    left
}
