//! Weaknesses and risk: computed anew when the plant, what people decided, or public knowledge changed; kept day by day.

mod facts_of;
mod keep;
mod library;
#[cfg(test)]
mod tests;

use crate::fold::now_us;
use crate::tasks::Troubles;
use facts::id::{AssetUid, SiteId};
use judge::intake::{self, Gathered, Known};
use judge::risk::{Assessment, Method, Plant, Snapshot, assess, lowers_most, reasons, recalculated};
use knowledge::advisory::Library;
use show::api::judged::{Judged, TopActions};
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
    pub(crate) top: watch::Sender<Arc<TopActions>>,
    pub(crate) troubles: Troubles,
}

/// Judges as long as the server lives.
pub(crate) async fn run(mut with: Judging) {
    let mut library = library::Held::new(with.folder.clone());
    let (mut modules, mut actions) = (facts_of::Modules::default(), Instant::now());
    loop {
        let begun = Instant::now();
        let (known, trouble) = library.newest().await;
        with.troubles.set("knowledge", trouble);
        match once(&mut with, &mut modules, known).await {
            Ok(judged) => {
                with.troubles.set("risk", None);
                let judged = Arc::new(judged);
                let _ = with.judged.send(Arc::clone(&judged));
                if actions <= Instant::now() {
                    let tried = Instant::now();
                    try_actions(&with, judged).await;
                    actions = Instant::now() + tried.elapsed() * SHARE;
                }
            }
            Err(error) => with.troubles.set("risk", Some(format!("risk cannot be computed: {error}"))),
        }
        let rest = EVERY.max(begun.elapsed() * SHARE);
        tokio::time::sleep(rest).await;
        // News of the plant come all the time: the view is looked at each time, the change feed wakes.
        let waits = tokio::time::timeout(AT_LEAST_EVERY, with.changed.changed()).await;
        if matches!(waits, Ok(Err(_))) {
            return;
        }
    }
}

/// Which actions would lower the risk of the plant most.
async fn try_actions(with: &Judging, judged: Arc<Judged>) {
    let time_us = judged.time_us;
    let work = move || {
        let now = Time(judged.time_us.saturating_mul(1_000));
        lowers_most(&judged.plant, &judged.assessments, now, &judged.method, TOP, |_| true)
    };
    if let Ok(effects) = tokio::task::spawn_blocking(work).await {
        let _ = with.top.send(Arc::new(TopActions { time_us, effects }));
    }
}

/// One computation from beginning to end.
async fn once(
    with: &mut Judging,
    modules: &mut facts_of::Modules,
    library: Arc<Library>,
) -> Result<Judged, StoreError> {
    let now_us = now_us();
    let view = with.view.borrow_and_update().clone();
    modules.refresh(&with.store).await?;
    let facts = facts_of::read(&with.store, with.site, modules, now_us).await?;
    let day = facts.day;
    let kept = keep::read(&with.store, day).await?;
    let before = with.judged.borrow().clone();
    let work = move || judge_all(&before, &facts, &view, library, kept, now_us);
    let judged = tokio::task::spawn_blocking(work).await;
    let (mut judged, kept) =
        judged.map_err(|error| StoreError::new(Trouble::Other, format!("judge the plant: {error}")))?;
    judged.day = day;
    // Before anything was heard there is no day to keep.
    if !judged.today.is_empty() {
        keep::write(&with.store, &judged, &kept).await?;
    }
    Ok(judged)
}

fn judge_all(
    before: &Judged,
    facts: &facts_of::Facts,
    view: &View,
    library: Arc<Library>,
    kept: keep::Kept,
    now_us: i64,
) -> (Judged, keep::Kept) {
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
    let rebased = |old: Option<&Snapshot>, new: &Assessment, take: &dyn Fn(Option<&Snapshot>) -> Snapshot| {
        // A guard that was set by another method or other consequences says nothing about these.
        let fits = old.filter(|old| old.method == new.method && old.impact == new.impact.value);
        take(fits)
    };
    let today: Vec<Snapshot> = assessments
        .iter()
        .map(|assessment| {
            let yesterday = keep::of(&kept.yesterday, assessment.asset);
            let yesterday = yesterday.filter(|old| old.method == assessment.method);
            let seen = facts.seen.get(&assessment.asset).copied().unwrap_or((now, true));
            rebased(shown(assessment.asset), assessment, &|shown| {
                Snapshot::take(assessment, seen, shown, yesterday, &facts.method)
            })
        })
        .collect();
    let (week_ago, is_rebaseline) = week_ago(&kept.week_ago, &today, &facts.method);
    let mut why = std::collections::BTreeMap::new();
    for assessment in &assessments {
        let told = reasons(kept.assessment(assessment.asset), assessment);
        if !told.is_empty() {
            why.insert(assessment.asset, told);
        }
    }
    let judged = Judged {
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
    };
    (judged, kept)
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
