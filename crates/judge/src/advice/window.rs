//! What fits the next stop of a line.

use super::update::{Advice, Need, Step};
use crate::risk::Reference;
use crate::ssvc::Decision;
use facts::id::{AssetUid, LineId};
use wire::Time;

/// Minutes assumed for an update that nobody estimated.
const MINUTES: u32 = 60;
/// Nanoseconds of a minute.
const MINUTE: i64 = 60 * 1_000_000_000;

/// A time in which a line may stop, from its calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// The line.
    pub line: LineId,
    /// From then.
    pub from: Time,
    /// Until then.
    pub to: Time,
}

/// Advice with where its asset stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work<'a> {
    /// The advice.
    pub advice: &'a Advice,
    /// The line of the asset; what has none is planned by hand.
    pub line: Option<LineId>,
}

/// Where a piece of work stands in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The asset.
    pub asset: AssetUid,
    /// The advisory.
    pub advisory: Reference,
    /// How urgent.
    pub decision: Decision,
    /// Minutes it takes.
    pub minutes: u32,
    /// When it can be done.
    pub fit: Fit,
}

/// When work can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// In the next window of its line.
    Next(Window),
    /// At any time: nothing has to stop.
    AnyTime,
    /// Not now.
    Waits(WaitReason),
}

/// Why work waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitReason {
    /// The next window is full, or too short for it; more urgent work goes first.
    Full,
    /// The line has no window ahead.
    NoWindow,
    /// The asset has no line whose calendar is known.
    NoLine,
    /// The owner has not authorised the patch yet.
    NotAuthorized,
    /// It is deferred until then.
    Deferred(Time),
}

/// Proposes updates for the next window of each line: the most urgent first, each only when it still fits. Work on one line is
/// counted one after the other, which is safe for one team; the same asset takes part with each of its updates. A window that has
/// begun counts with what is left of it.
#[must_use]
pub fn queue(works: &[Work<'_>], windows: &[Window], now: Time) -> Vec<Queued> {
    let mut works: Vec<&Work<'_>> =
        works.iter().filter(|work| matches!(work.advice.step, Step::Update(_))).collect();
    works.sort_by(|a, b| {
        let due = |work: &Work<'_>| work.advice.since;
        let urgent = b.advice.decision.cmp(&a.advice.decision);
        urgent
            .then_with(|| due(a).cmp(&due(b)))
            .then_with(|| (a.advice.asset, &a.advice.advisory).cmp(&(b.advice.asset, &b.advice.advisory)))
    });
    let mut next = next_windows(windows, now);
    works.into_iter().map(|work| queued(work, &mut next, now)).collect()
}

/// The next window of each line with the minutes that are left in it, by line.
fn next_windows(windows: &[Window], now: Time) -> Vec<(Window, i64)> {
    let mut windows: Vec<Window> =
        windows.iter().filter(|window| window.to > now.max(window.from)).copied().collect();
    windows.sort_unstable();
    windows.dedup_by_key(|window| window.line);
    windows.into_iter().map(|window| (window, window.to.since(window.from.max(now)) / MINUTE)).collect()
}

fn queued(work: &Work<'_>, next: &mut [(Window, i64)], now: Time) -> Queued {
    let advice = work.advice;
    let minutes = match &advice.step {
        Step::Update(fix) => fix.minutes.unwrap_or(MINUTES),
        Step::Instead(_) | Step::Nothing => 0,
    };
    let fit = if let Some(deferral) = advice.deferral.as_ref().filter(|deferral| deferral.until > now) {
        Fit::Waits(WaitReason::Deferred(deferral.until))
    } else if !advice.state.is_some_and(super::patch::PatchState::is_authorized) {
        Fit::Waits(WaitReason::NotAuthorized)
    } else if advice.stop == Need::No {
        Fit::AnyTime
    } else {
        match work.line {
            None => Fit::Waits(WaitReason::NoLine),
            Some(line) => fit(line, minutes, next),
        }
    };
    Queued {
        asset: advice.asset,
        advisory: std::sync::Arc::clone(&advice.advisory),
        decision: advice.decision,
        minutes,
        fit,
    }
}

/// Takes room in the line's next window, when there is enough.
fn fit(line: LineId, minutes: u32, next: &mut [(Window, i64)]) -> Fit {
    let place = next.binary_search_by_key(&line, |(window, _)| window.line);
    match place.ok().and_then(|place| next.get_mut(place)) {
        None => Fit::Waits(WaitReason::NoWindow),
        Some((window, left)) if *left >= i64::from(minutes) => {
            *left -= i64::from(minutes);
            Fit::Next(*window)
        }
        Some(_) => Fit::Waits(WaitReason::Full),
    }
}
