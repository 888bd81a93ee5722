//! The feed of changes: what event streams and webhooks replay. Its numbers rise in the order of commits, without a
//! gap that is filled later: who has read up to `n` has seen everything up to `n`.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{record, select};
use crate::value::{Moment, words};

words! {
    /// What happened to an object.
    Action {
        /// It is new.
        Added = "added",
        /// It is different.
        Changed = "changed",
        /// It is gone.
        Removed = "removed",
    }
}

record! { "changes" key [revision] fixed []
    /// One change.
    pub struct Change {
        /// Its place in the feed, from 1.
        revision: i64,
        /// The noun: `asset`, `line`, `register-row`, …
        kind: String,
        /// The object's id as text.
        object: String,
        /// What happened.
        action: Action,
        /// When.
        at: Moment,
    }
}

/// Appends a change and returns its revision. The functions of this crate that change an object call it themselves.
pub async fn append(
    on: &mut Transaction,
    kind: &str,
    object: impl ToString,
    action: Action,
    at: Moment,
) -> Result<i64, StoreError> {
    append_all(on, kind, &[object.to_string()], action, at).await
}

/// Appends a change for each object and returns the last revision; their revisions are consecutive.
pub(crate) async fn append_all(
    on: &mut Transaction,
    kind: &str,
    objects: &[String],
    action: Action,
    at: Moment,
) -> Result<i64, StoreError> {
    let count = i64::try_from(objects.len()).unwrap_or(i64::MAX);
    let last = on.count("revision", count).await?;
    let change = |(object, revision): (&String, i64)| Change {
        revision,
        kind: kind.into(),
        object: object.clone(),
        action,
        at,
    };
    let changes: Vec<Change> = objects.iter().zip(last - count + 1..).map(change).collect();
    crate::record::add(on, &changes).await?;
    Ok(last)
}

/// Changes after a revision, oldest first, at most `limit`.
pub async fn since(
    from: impl Into<Reader<'_>>,
    revision: i64,
    limit: u16,
) -> Result<Vec<Change>, StoreError> {
    let rest = "WHERE revision > $1 ORDER BY revision LIMIT $2";
    select(from, rest, |query| query.bind(revision).bind(limit)).await
}

/// The oldest revision that is still kept and the newest there is; `(0, 0)` before the first change. Who asks for
/// changes before the oldest must read everything anew.
pub async fn range(from: impl Into<Reader<'_>>) -> Result<(i64, i64), StoreError> {
    let query = Query::new(
        "SELECT COALESCE(MIN(revision), 0), \
         COALESCE((SELECT value FROM counters WHERE name = 'revision'), 0) FROM changes",
    );
    let rows = from.into().rows(query).await?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Forgets changes older than a moment and returns how many.
pub async fn forget_before(on: &mut Transaction, moment: Moment) -> Result<u64, StoreError> {
    on.execute(Query::new("DELETE FROM changes WHERE at < $1").bind(moment)).await
}

/// Bytes that a change takes in the database, with its index, generously.
pub const ROW_BYTES: u64 = 160;

/// Forgets the oldest changes beyond so many and returns how many: their numbers follow each other.
pub async fn forget_beyond(on: &mut Transaction, rows: u64) -> Result<u64, StoreError> {
    let (_, newest) = range(&mut *on).await?;
    let last = newest.saturating_sub(i64::try_from(rows).unwrap_or(i64::MAX));
    on.execute(Query::new("DELETE FROM changes WHERE revision <= $1").bind(last)).await
}
