//! What is to be installed on each asset, and what fits the next stop of its line.

use super::track::{self, Tracks};
use crate::api::calendars::Stops;
use crate::api::judged::{Judge, Judged};
use facts::id::AssetUid;
use judge::advice::{Advice, Fit, Queued, Step, Window, Work, advise, queue};
use judge::intake::{Subject, patch};
use judge::ssvc::Dates;
use std::collections::BTreeMap;
use wire::Time;

/// The shortest stop that is worth proposing, in minutes: one update that nobody estimated takes as long.
pub(super) const STOP_MIN: i64 = 60;

/// An asset with what to do about it.
pub(super) struct Item<'j> {
    pub(super) asset: AssetUid,
    pub(super) about: &'j Judge,
    pub(super) advice: Advice,
    /// When it can be done; `None` where nothing is installed.
    pub(super) queued: Option<Queued>,
}

/// Everything that is to be done, by asset. The whole plant is looked at, whoever asks: the work of one asset takes the time of
/// another.
pub(super) fn items<'j>(
    judged: &'j Judged,
    tracks: &Tracks,
    stops: &Stops,
    dates: &Dates,
    now_us: i64,
) -> Vec<Item<'j>> {
    let now = Time(now_us.saturating_mul(1_000));
    let mut items: Vec<Item<'j>> = judged
        .found
        .keys()
        .filter_map(|asset| {
            let about = judged.assets.get(asset)?;
            let advice = advise(&patch(subject(judged, *asset, about, tracks, now)?), dates, now);
            (advice.step != Step::Nothing).then_some(Item { asset: *asset, about, advice, queued: None })
        })
        .collect();
    let works: Vec<Work<'_>> =
        items.iter().map(|item| Work { advice: &item.advice, line: item.about.line }).collect();
    let queued = queue(&works, &windows(stops, now_us), now);
    let mut queued: BTreeMap<AssetUid, Queued> = queued.into_iter().map(|one| (one.asset, one)).collect();
    for item in &mut items {
        item.queued = queued.remove(&item.asset);
    }
    items
}

fn subject<'j>(
    judged: &'j Judged,
    asset: AssetUid,
    about: &'j Judge,
    tracks: &Tracks,
    now: Time,
) -> Option<Subject<'j>> {
    let found = judged.found(asset);
    let version = track::offered(judged, asset).unwrap_or_default();
    let kept = tracks.get(&(asset, version.clone())).cloned().unwrap_or_default();
    let released = found.iter().filter_map(|found| {
        let text = &found.advisory(&judged.library)?.first_released;
        let time: jiff::Timestamp = text.parse().ok()?;
        Some(Time(i64::try_from(time.as_nanosecond()).ok()?))
    });
    let first_seen = judged.snapshot(asset)?.first_seen;
    Some(Subject {
        library: &judged.library,
        asset: judged.plant.asset(asset)?,
        assessment: judged.assessment(asset)?,
        found,
        installed: &about.firmware,
        track: track::standing(kept, about, &version, now),
        // Dates run from when the device was there and the weakness was known.
        since: released.min().map_or(first_seen, |released| released.max(first_seen)),
    })
}

/// The next stop of each line.
fn windows(stops: &Stops, now_us: i64) -> Vec<Window> {
    let time = |us: i64| Time(us.saturating_mul(1_000));
    let of = |line| {
        let (from, to) = stops.next(Some(line), now_us, STOP_MIN)?;
        Some(Window { line, from: time(from), to: time(to) })
    };
    stops.lines().filter_map(of).collect()
}

/// How a place in the queue is written: what it is, why it waits, and the stop.
pub(super) fn fit_words(fit: Fit) -> (&'static str, Option<&'static str>, Option<Window>) {
    use judge::advice::WaitReason::{Deferred, Full, NoLine, NoWindow, NotAuthorized};
    match fit {
        Fit::Next(window) => ("next-stop", None, Some(window)),
        Fit::AnyTime => ("any-time", None, None),
        Fit::Waits(reason) => {
            let why = match reason {
                Full => "full",
                NoWindow => "no-stop",
                NoLine => "no-line",
                NotAuthorized => "not-authorized",
                Deferred(_) => "deferred",
            };
            ("waits", Some(why), None)
        }
    }
}
