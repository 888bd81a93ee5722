//! Captures of watched folders that were read: by where they lay, and by what they held.

use crate::error::StoreError;
use crate::query::{Reader, Transaction};
use crate::record::{self, record};
use crate::value::Moment;

record! { "captures_read" key [path bytes modified_at] fixed []
    /// A capture. Another length or time is another capture.
    pub struct Captured {
        /// Where it lay; or `sha256:` and the digest of what it held, with time 0.
        path: String,
        /// Its length.
        bytes: u64,
        /// When it was last written.
        modified_at: Moment,
        /// Batches that were taken from it.
        batches: u64,
        /// When it was read to its end; `None` while it is not.
        read_at: Option<Moment>,
        /// Why it could not be read whole, in one line; empty when it could.
        remark: String,
    }
}

/// Notes captures.
pub async fn put(on: &mut Transaction, rows: &[Captured]) -> Result<(), StoreError> {
    record::put(on, rows).await
}

/// What is known of a capture with the same path, length and time.
pub async fn find(from: impl Into<Reader<'_>>, row: &Captured) -> Result<Option<Captured>, StoreError> {
    let rest = "WHERE path = $1 AND bytes = $2 AND modified_at = $3";
    record::one(from, rest, |query| query.bind(row.path.as_str()).bind(row.bytes).bind(row.modified_at)).await
}

/// The newest captures that were read from this path to their end.
pub async fn of_path(from: impl Into<Reader<'_>>, path: &str) -> Result<Vec<Captured>, StoreError> {
    let rest = "WHERE path = $1 AND read_at IS NOT NULL ORDER BY modified_at DESC LIMIT 16";
    record::select(from, rest, |query| query.bind(path)).await
}
