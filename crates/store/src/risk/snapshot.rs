//! Daily snapshots of risk. Days are numbers of days since 1970 in the time of the plant.
//!
//! A snapshot is written when it differs from the one before; between two days of `risk_days` the last one before stands.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};
use facts::id::AssetUid;

record! { "risk_days" key [day] fixed []
    /// A day of which snapshots were taken.
    pub struct Day {
        /// Which.
        day: i64,
        /// The version of the method.
        method: String,
        /// When they were taken.
        taken_at: Moment,
    }
}

record! { "risk_snapshots" key [asset day] fixed []
    /// An asset's risk from a day on.
    pub struct SnapshotRow {
        /// Which asset.
        asset: AssetUid,
        /// From which day on.
        day: i64,
        /// The snapshot, as the risk engine writes it.
        document: Json,
        /// Why it is another than the one before; a list.
        reasons: Json,
    }
}

record! { "risk_assessments" key [asset] fixed []
    /// The newest daily assessment of an asset with its terms: the next day is explained by it.
    pub struct AssessmentRow {
        /// Which asset.
        asset: AssetUid,
        /// Of which day.
        day: i64,
        /// The assessment, as the risk engine writes it.
        document: Json,
    }
}

/// Keeps what is new of a day, and the assessments that changed; the day itself the first time.
pub async fn keep(
    on: &mut Transaction,
    day: Option<&Day>,
    snapshots: &[SnapshotRow],
    assessments: &[AssessmentRow],
) -> Result<(), StoreError> {
    if let Some(day) = day {
        record::put(on, core::slice::from_ref(day)).await?;
    }
    record::put(on, snapshots).await?;
    record::put(on, assessments).await
}

/// The newest day that is not later than `day`.
pub async fn day_until(from: impl Into<Reader<'_>>, day: i64) -> Result<Option<Day>, StoreError> {
    record::one(from, "WHERE day <= $1 ORDER BY day DESC LIMIT 1", |query| query.bind(day)).await
}

/// Every day, oldest first.
pub async fn days(from: impl Into<Reader<'_>>) -> Result<Vec<Day>, StoreError> {
    select(from, "ORDER BY day", |query| query).await
}

/// What stood on a day, by asset.
pub async fn of_day(from: impl Into<Reader<'_>>, day: i64) -> Result<Vec<SnapshotRow>, StoreError> {
    // The last row of each asset by its key: one step into the index for each.
    let rest = "WHERE day = (SELECT MAX(newest.day) FROM risk_snapshots AS newest \
                WHERE newest.asset = risk_snapshots.asset AND newest.day <= $1) ORDER BY asset";
    select(from, rest, |query| query.bind(day)).await
}

/// The snapshots of an asset since a day, oldest first, and before them the one that stood on that day.
pub async fn of_asset(
    from: impl Into<Reader<'_>>,
    asset: AssetUid,
    since: i64,
) -> Result<Vec<SnapshotRow>, StoreError> {
    let rest = "WHERE asset = $1 AND day >= COALESCE((SELECT MAX(before.day) FROM risk_snapshots AS before \
                WHERE before.asset = $2 AND before.day <= $3), $4) ORDER BY day";
    select(from, rest, |query| query.bind(asset).bind(asset).bind(since).bind(since)).await
}

/// The newest daily assessments, by asset.
pub async fn assessments(from: impl Into<Reader<'_>>) -> Result<Vec<AssessmentRow>, StoreError> {
    select(from, "ORDER BY asset", |query| query).await
}

/// The newest daily assessment of an asset.
pub async fn assessment(
    from: impl Into<Reader<'_>>,
    asset: AssetUid,
) -> Result<Option<AssessmentRow>, StoreError> {
    record::one(from, "WHERE asset = $1", |query| query.bind(asset)).await
}

/// Forgets days before `day`. What stood on that day stays, as if it had been written then.
pub async fn forget_before(on: &mut Transaction, day: i64) -> Result<(), StoreError> {
    let older = "DELETE FROM risk_snapshots WHERE day < (SELECT MAX(newest.day) FROM risk_snapshots AS newest \
                 WHERE newest.asset = risk_snapshots.asset AND newest.day <= $1)";
    on.execute(Query::new(older).bind(day)).await?;
    on.execute(Query::new("DELETE FROM risk_days WHERE day < $1").bind(day)).await?;
    Ok(())
}
