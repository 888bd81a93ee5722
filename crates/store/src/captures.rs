//! Captures of watched folders: which were read, and how far.

use crate::error::StoreError;
use crate::query::{Reader, Transaction};
use crate::record::{self, record};
use crate::value::Moment;

record! { "captures_read" key [path bytes modified_at] fixed []
    /// A capture. Another length or time is another capture.
    pub struct Captured {
        /// Where it lies.
        path: String,
        /// Its length.
        bytes: u64,
        /// When it was last written.
        modified_at: Moment,
        /// Batches that were taken from it so far.
        batches: u64,
        /// When it was read to its end; `None` while it is not.
        read_at: Option<Moment>,
        /// Why it could not be read whole, in one line; empty when it could.
        remark: String,
    }
}

/// Notes how far a capture was read.
pub async fn put(on: &mut Transaction, row: &Captured) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(row)).await
}

/// What is known of a capture with the same path, length and time.
pub async fn find(from: impl Into<Reader<'_>>, row: &Captured) -> Result<Option<Captured>, StoreError> {
    let rest = "WHERE path = $1 AND bytes = $2 AND modified_at = $3";
    record::one(from, rest, |query| query.bind(row.path.as_str()).bind(row.bytes).bind(row.modified_at)).await
}
