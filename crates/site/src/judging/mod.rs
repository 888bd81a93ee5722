//! Weaknesses and risk: computed anew when the plant, what people decided, or public knowledge changed; kept day by day.

mod facts_of;
mod keep;
mod library;
#[cfg(test)]
mod tests;

pub(crate) use library::FOLDER;

use crate::fold::now_us;
use crate::tasks::Troubles;
use facts::id::{AssetUid, SiteId};
use judge::intake::{self, Gathered, Known};
use judge::risk::{Assessment, Method, Plant, Snapshot, assess, lowers_most, paths, reasons, recalculated};
use knowledge::advisory::Library;
use show::api::judged::{Judged, Prospects};
use show::api::view::View;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Store, StoreError, Trouble};
use tokio::sync::watch;
use wire::Time;

/// Time between two computations when much changes.
const EVERY: Duration = Duration::from_secs(10);
/// Time between two computations when nothing changes: evidence ages and days end.
const AT_LEAST_EVERY: Duration = Duration::from_secs(300);
/// A computation takes at most one part in so many of the time.
const SHARE: u32 = 20;
/// Actions that are shown for the whole plant.
const TOP: usize = 5;

/// What the task is connected by.
pub(crate) struct Judging {
    pub(crate) site: SiteId,
    pub(crate) store: Store,
    /// The data folder; bundles are laid into its folder `knowledge`.
    pub(crate) folder: PathBuf,
    pub(crate) view: watch::Receiver<Arc<View>>,
    pub(crate) changed: watch::Receiver<u64>,
    pub(crate) judged: watch::Sender<Arc<Judged>>,
    pub(crate) prospects: watch::Sender<Arc<Prospects>>,
    pub(crate) troubles: Troubles,
}

/// Judges as long as the server lives.
pub(crate) async fn run(mut with: Judging) {
    let mut library = library::Held::new(with.folder.clone());
    let mut memory = Memory::default();
    let prospects = with.prospects.clone();
    let trying = tokio::spawn(try_actions(with.judged.subscribe(), prospects));
    loop {
        let begun = Instant::now();
        let (known, trouble) = library.newest().await;
        with.troubles.set("knowledge", trouble);
        let trouble = match once(&mut with, &mut memory, known).await {
            Ok(judged) => {
                let _ = with.judged.send(Arc::new(judged));
                None
            }
            Err(error) => Some(format!("risk cannot be computed: {error}")),
        };
        // What could not be done is tried again soon: trouble is not told longer than it lasts.
        let again = if trouble.is_some() { Duration::ZERO } else { AT_LEAST_EVERY };
        with.troubles.set("risk", trouble);
        tokio::time::sleep(EVERY.max(begun.elapsed() * SHARE)).await;
        // News of the plant come all the time: the view is looked at each time, the change feed wakes.
        let waits = tokio::time::timeout(again, with.changed.changed()).await;
        if matches!(waits, Ok(Err(_))) {
            trying.abort();
            return;
        }
    }
}

/// Which actions would lower the risk of the plant most, and what most paths to critical assets pass: found beside the computation,
/// which in a large plant is much faster.
async fn try_actions(mut judged: watch::Receiver<Arc<Judged>>, prospects: watch::Sender<Arc<Prospects>>) {
    while judged.changed().await.is_ok() {
        let begun = Instant::now();
        let newest = judged.borrow_and_update().clone();
        let time_us = newest.time_us;
        let work = move || {
            let now = Time(newest.time_us.saturating_mul(1_000));
            let (plant, assessments, method) = (&newest.plant, &newest.assessments, &newest.method);
            let paths = paths(plant, assessments, now, method);
            Prospects {
                time_us,
                effects: lowers_most(plant, assessments, now, method, TOP, |_| true),
                chokes: paths.chokes,
                targets_left_out: paths.targets_left_out,
            }
        };
        if let Ok(found) = tokio::task::spawn_blocking(work).await {
            let _ = prospects.send(Arc::new(found));
        }
        tokio::time::sleep(begun.elapsed() * SHARE).await;
    }
}

/// What stays from one computation to the next.
#[derive(Default)]
struct Memory {
    modules: facts_of::Modules,
    /// Earlier days as they are kept; read again on another day, and when something was added to this one.
    kept: Option<(i64, Arc<keep::Kept>)>,
}

impl Memory {
    async fn kept(&mut self, store: &Store, day: i64) -> Result<Arc<keep::Kept>, StoreError> {
        if let Some((_, kept)) = self.kept.as_ref().filter(|(of, _)| *of == day) {
            return Ok(Arc::clone(kept));
        }
        let kept = Arc::new(keep::read(store, day).await?);
        self.kept = Some((day, Arc::clone(&kept)));
        Ok(kept)
    }
}

/// One computation from beginning to end.
async fn once(with: &mut Judging, memory: &mut Memory, library: Arc<Library>) -> Result<Judged, StoreError> {
    let now_us = now_us();
    let view = with.view.borrow_and_update().clone();
    memory.modules.refresh(&with.store).await?;
    let facts = facts_of::read(&with.store, with.site, &memory.modules, now_us).await?;
    let kept = memory.kept(&with.store, facts.day).await?;
    let (before, earlier) = (with.judged.borrow().clone(), Arc::clone(&kept));
    let work = move || judge_all(&before, &facts, &view, library, &earlier, now_us);
    let judged = tokio::task::spawn_blocking(work).await;
    let judged =
        judged.map_err(|error| StoreError::new(Trouble::Other, format!("judge the plant: {error}")))?;
    // Before anything was heard there is no day to keep.
    if !judged.today.is_empty() && keep::write(&with.store, &judged, &kept).await? {
        memory.kept = None;
    }
    Ok(judged)
}

fn judge_all(
    before: &Judged,
    facts: &facts_of::Facts,
    view: &View,
    library: Arc<Library>,
    kept: &keep::Kept,
    now_us: i64,
) -> Judged {
    let now = Time(now_us.saturating_mul(1_000));
    let talks = facts.talks(view);
    let known = Known {
        machines: &facts.machines,
        talks: &talks,
        places: &facts.places,
        rulings: &facts.rulings,
        library: &library,
        today: &facts.date,
    };
    let Gathered { inputs, found } = intake::gather(&known);
    let plant = Plant::new(inputs);
    let assessments = assess(&plant, now, &facts.method);
    let shown = |asset: AssetUid| before.snapshot(asset).or_else(|| keep::of(&kept.yesterday, asset));
    let take = |assessment: &Assessment| {
        // A guard that was set by another method or other consequences says nothing about these.
        let shown = shown(assessment.asset)
            .filter(|old| old.method == assessment.method && old.impact == assessment.impact.value);
        let yesterday = keep::of(&kept.yesterday, assessment.asset);
        let yesterday = yesterday.filter(|old| old.method == assessment.method);
        let seen = facts.seen.get(&assessment.asset).copied().unwrap_or((now, true));
        Snapshot::take(assessment, seen, shown, yesterday, &facts.method)
    };
    let today: Vec<Snapshot> = assessments.iter().map(take).collect();
    let (week_ago, is_rebaseline) = week_ago(&kept.week_ago, &today, &facts.method);
    let mut why = std::collections::BTreeMap::new();
    for assessment in &assessments {
        let told = reasons(kept.assessment(assessment.asset), assessment);
        if !told.is_empty() {
            why.insert(assessment.asset, told);
        }
    }
    Judged {
        time_us: now_us,
        day: facts.day,
        method: Arc::new(facts.method.clone()),
        library,
        plant: Arc::new(plant),
        assets: facts.assets.clone(),
        places: facts.places.clone(),
        assessments,
        today,
        week_ago,
        week_ago_day: kept.week_ago_day,
        is_rebaseline,
        reasons: why,
        found,
        rulings: facts.rulings.clone(),
    }
}

/// The older day as today's method and consequences would have had it, and whether that made a difference.
fn week_ago(old: &[Snapshot], today: &[Snapshot], method: &Method) -> (Vec<Snapshot>, bool) {
    let mut is_rebaseline = false;
    let again = old.iter().map(|old| match keep::of(today, old.asset) {
        Some(new) if old.method != method.version || old.impact != new.impact => {
            is_rebaseline = true;
            recalculated(old, new, method)
        }
        _ => old.clone(),
    });
    let again = again.collect();
    (again, is_rebaseline)
}
