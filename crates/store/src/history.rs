//! The catalogue of history files. The files themselves are none of this crate's business.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Column, Moment};

record! { "history_files" key [kind hour shard] fixed []
    /// A file of history.
    pub struct HistoryFile {
        /// What it holds: `flows`, `commands`, `values`, `detections`.
        kind: String,
        /// The hour that it covers, by its first moment.
        hour: Moment,
        /// Its number within the hour, from 1.
        shard: u32,
        /// Its path within the history's folder or bucket.
        path: String,
        /// Rows.
        rows: u64,
        /// Bytes.
        bytes: u64,
        /// CRC-32 over the whole file.
        crc: u32,
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

/// Takes files off the list, by kind, hour and shard, and puts others on it.
pub async fn replace(
    on: &mut Transaction,
    new: &[HistoryFile],
    gone: &[(&str, Moment, u32)],
) -> Result<(), StoreError> {
    for (kind, hour, shard) in gone {
        let query = Query::new("DELETE FROM history_files WHERE kind = $1 AND hour = $2 AND shard = $3");
        on.execute(query.bind(*kind).bind(*hour).bind(*shard)).await?;
    }
    record::put(on, new).await
}

/// Files of a kind (empty for all) that may hold rows between two moments, by hour and shard.
pub async fn between(
    from: impl Into<Reader<'_>>,
    kind: &str,
    since: Moment,
    until: Moment,
) -> Result<Vec<HistoryFile>, StoreError> {
    let rest = "WHERE ($1 = '' OR kind = $1) AND last_at >= $2 AND first_at < $3 ORDER BY hour, shard";
    select(from, rest, |query| query.bind(kind).bind(since).bind(until)).await
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
