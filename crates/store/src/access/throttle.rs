//! Failed log-ins, so that guessing stays slow over restarts.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, Record, record};
use crate::value::Moment;

record! { "login_throttles" key [key] fixed []
    /// What a name or an address has failed.
    pub struct Throttle {
        /// `user NAME` or `address IP`.
        key: String,
        /// Failures in a row.
        failures: u32,
        /// The last of them.
        last_failed_at: Moment,
        /// No try before this moment.
        blocked_until: Moment,
    }
}

/// What a key has failed, if anything.
pub async fn find(from: impl Into<Reader<'_>>, key: &str) -> Result<Option<Throttle>, StoreError> {
    record::one(from, "WHERE key = $1", |query| query.bind(key)).await
}

/// Counts a failure and returns what it came to. Failures that happen together are all counted.
pub async fn fail(on: &mut Transaction, key: &str, now: Moment) -> Result<Throttle, StoreError> {
    let text = format!(
        "INSERT INTO login_throttles (key, failures, last_failed_at, blocked_until) VALUES ($1, 1, $2, 0) \
         ON CONFLICT (key) DO UPDATE SET failures = login_throttles.failures + 1, \
         last_failed_at = excluded.last_failed_at RETURNING {}",
        Throttle::COLUMNS.join(", ")
    );
    let rows = on.rows(Query::new(text).bind(key).bind(now)).await?;
    let none = || StoreError::new(crate::error::Trouble::Other, "count a failed log-in");
    Throttle::read(rows.first().ok_or_else(none)?)
}

/// Blocks a key until a moment.
pub async fn block(on: &mut Transaction, key: &str, until: Moment) -> Result<(), StoreError> {
    let query = Query::new("UPDATE login_throttles SET blocked_until = $1 WHERE key = $2");
    on.must(query.bind(until).bind(key)).await
}

/// Forgets the failures of a key: it logged in, or an administrator says so.
pub async fn clear(on: &mut Transaction, key: &str) -> Result<(), StoreError> {
    on.execute(Query::new("DELETE FROM login_throttles WHERE key = $1").bind(key)).await.map(|_| ())
}

/// Forgets what failed last before a moment and no longer blocks: the table stays small under attack.
pub async fn forget_before(on: &mut Transaction, moment: Moment) -> Result<u64, StoreError> {
    let query = Query::new("DELETE FROM login_throttles WHERE last_failed_at < $1 AND blocked_until < $1");
    on.execute(query.bind(moment)).await
}
