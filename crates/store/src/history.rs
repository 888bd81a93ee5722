//! The catalogue of history files. The files themselves are none of this crate's business.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Column, Moment};

record! { "history_files" key [path] fixed []
    /// A file of history.
    pub struct HistoryFile {
        /// Its path within the history's folder or bucket.
        path: String,
        /// What it holds: `flows`, `commands`, `values`, `detections`.
        kind: String,
        /// The hour that it covers, by its first moment.
        hour: Moment,
        /// Rows.
        rows: u64,
        /// Bytes.
        bytes: u64,
        /// The first moment that a row tells of.
        first_at: Moment,
        /// The last one.
        last_at: Moment,
        /// When it was written.
        made_at: Moment,
    }
}

/// The total of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The kind.
    pub kind: String,
    /// Files.
    pub files: u64,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// The oldest hour.
    pub oldest: Moment,
    /// The newest hour.
    pub newest: Moment,
}

/// Lists a file, and drops the files that it replaces, in one step.
pub async fn replace(on: &mut Transaction, new: &[HistoryFile], gone: &[String]) -> Result<(), StoreError> {
    for path in gone {
        on.execute(Query::new("DELETE FROM history_files WHERE path = $1").bind(path.as_str())).await?;
    }
    record::put(on, new).await
}

/// Files of a kind (empty for all) that may hold rows between two moments, by hour and path.
pub async fn between(
    from: impl Into<Reader<'_>>,
    kind: &str,
    since: Moment,
    until: Moment,
) -> Result<Vec<HistoryFile>, StoreError> {
    let rest = "WHERE ($1 = '' OR kind = $1) AND last_at >= $2 AND first_at < $3 ORDER BY hour, path";
    select(from, rest, |query| query.bind(kind).bind(since).bind(until)).await
}

/// The oldest files of a kind, for retention.
pub async fn oldest(
    from: impl Into<Reader<'_>>,
    kind: &str,
    limit: u16,
) -> Result<Vec<HistoryFile>, StoreError> {
    select(from, "WHERE kind = $1 ORDER BY hour, path LIMIT $2", |query| query.bind(kind).bind(limit)).await
}

/// The total of each kind.
pub async fn totals(from: impl Into<Reader<'_>>) -> Result<Vec<Total>, StoreError> {
    let query = Query::new(
        "SELECT kind, COUNT(*), CAST(SUM(rows) AS BIGINT), CAST(SUM(bytes) AS BIGINT), MIN(hour), MAX(hour) \
         FROM history_files GROUP BY kind ORDER BY kind",
    );
    let rows = from.into().rows(query).await?;
    let total = |row: &crate::query::Row| {
        Ok(Total {
            kind: row.get(0)?,
            files: row.get(1)?,
            rows: row.get(2)?,
            bytes: row.get(3)?,
            oldest: Moment::read(row, 4)?,
            newest: Moment::read(row, 5)?,
        })
    };
    rows.iter().map(total).collect()
}
