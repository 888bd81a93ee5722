//! Daily snapshots in the store: what is read of them for a computation, and what a new day adds.

use facts::id::AssetUid;
use judge::risk::{Assessment, Snapshot};
use show::api::judged::Judged;
use std::collections::BTreeSet;
use store::risk::snapshot::{self, AssessmentRow, Day, SnapshotRow};
use store::{Json, Moment, Store, StoreError};

/// Days of a week.
const WEEK: i64 = 7;
/// Days that are kept: 25 months.
const KEPT_DAYS: i64 = 762;

/// What is kept of earlier days.
#[derive(Default)]
pub(super) struct Kept {
    /// The assets of which today's snapshot was taken; `None` while none was.
    today: Option<BTreeSet<AssetUid>>,
    /// The newest snapshots of an earlier day, by asset.
    pub(super) yesterday: Vec<Snapshot>,
    /// Those of 7 days before, by asset.
    pub(super) week_ago: Vec<Snapshot>,
    pub(super) week_ago_day: Option<i64>,
    /// The newest daily assessments, by asset.
    assessments: Vec<Assessment>,
}

impl Kept {
    /// The newest daily assessment of an asset.
    pub(super) fn assessment(&self, asset: AssetUid) -> Option<&Assessment> {
        let place = self.assessments.binary_search_by_key(&asset, |known| known.asset).ok()?;
        self.assessments.get(place)
    }
}

/// The snapshot of an asset in a list that is sorted by asset.
pub(super) fn of(snapshots: &[Snapshot], asset: AssetUid) -> Option<&Snapshot> {
    let place = snapshots.binary_search_by_key(&asset, |known| known.asset).ok()?;
    snapshots.get(place)
}

pub(super) async fn read(store: &Store, day: i64) -> Result<Kept, StoreError> {
    let today = match snapshot::day_until(store, day).await?.filter(|kept| kept.day == day) {
        Some(_) => Some(snapshot::of_day(store, day).await?.iter().map(|row| row.asset).collect()),
        None => None,
    };
    let yesterday = snapshot::day_until(store, day - 1).await?;
    // Without that very day there is nothing to compare with: a day in between would be another movement.
    let week_ago = snapshot::day_until(store, day - WEEK).await?.filter(|kept| kept.day == day - WEEK);
    let mut kept = Kept { today, week_ago_day: week_ago.as_ref().map(|kept| kept.day), ..Kept::default() };
    if let Some(yesterday) = yesterday {
        kept.yesterday = sorted(snapshot::of_day(store, yesterday.day).await?);
    }
    if let Some(week_ago) = week_ago {
        kept.week_ago = sorted(snapshot::of_day(store, week_ago.day).await?);
    }
    let rows = snapshot::assessments(store).await?;
    kept.assessments = rows.iter().filter_map(|row| serde_json::from_str(&row.document.0).ok()).collect();
    kept.assessments.sort_unstable_by_key(|assessment| assessment.asset);
    Ok(kept)
}

fn sorted(rows: Vec<SnapshotRow>) -> Vec<Snapshot> {
    let mut all: Vec<Snapshot> =
        rows.iter().filter_map(|row| serde_json::from_str(&row.document.0).ok()).collect();
    all.sort_unstable_by_key(|snapshot| snapshot.asset);
    all
}

/// Keeps a day, once: what differs from the day before, with its reasons. Assets that are heard later on the day are added when
/// they are. Whether anything was written.
pub(super) async fn write(store: &Store, judged: &Judged, kept: &Kept) -> Result<bool, StoreError> {
    let text = |failed: serde_json::Result<String>| Json(failed.unwrap_or_else(|_| "null".into()));
    let is_missing = |asset: AssetUid| kept.today.as_ref().is_none_or(|today| !today.contains(&asset));
    let mut rows = Vec::new();
    for new in judged.today.iter().filter(|new| is_missing(new.asset)) {
        if of(&kept.yesterday, new.asset).is_some_and(|old| *old == *new) {
            continue;
        }
        let nothing = Vec::new();
        let reasons = judged.reasons.get(&new.asset).unwrap_or(&nothing);
        rows.push(SnapshotRow {
            asset: new.asset,
            day: judged.day,
            document: text(serde_json::to_string(new)),
            reasons: text(serde_json::to_string(reasons)),
        });
    }
    // An asset that is no longer judged, because it became another's, ends: it is in no count of this day.
    let is_first = kept.today.is_none();
    let gone = kept.yesterday.iter().filter(|old| is_first && old.active);
    let gone = gone.filter(|old| of(&judged.today, old.asset).is_none());
    rows.extend(gone.map(|old| SnapshotRow {
        asset: old.asset,
        day: judged.day,
        document: text(serde_json::to_string(&Snapshot { active: false, ..old.clone() })),
        reasons: Json("[]".into()),
    }));
    if rows.is_empty() && !is_first {
        return Ok(false);
    }
    let missing = judged.assessments.iter().filter(|new| is_missing(new.asset));
    let changed = missing.filter(|new| kept.assessment(new.asset) != Some(*new));
    let assessments: Vec<AssessmentRow> = changed
        .map(|new| AssessmentRow {
            asset: new.asset,
            day: judged.day,
            document: text(serde_json::to_string(new)),
        })
        .collect();
    let method = judged.method.version.to_string();
    let day = is_first.then_some(Day { day: judged.day, method, taken_at: Moment(judged.time_us) });
    let mut tx = store.write().await?;
    snapshot::keep(&mut tx, day.as_ref(), &rows, &assessments).await?;
    snapshot::forget_before(&mut tx, judged.day - KEPT_DAYS).await?;
    tx.commit().await?;
    Ok(true)
}
