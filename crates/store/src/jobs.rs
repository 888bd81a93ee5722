//! Jobs: each is taken by one process at a time, under a lease that ends when the process dies.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, Record, record, select};
use crate::value::{Json, Moment};
use facts::id::JobId;

record! { "jobs" key [id] fixed []
    /// A job.
    pub struct Job {
        /// Its id.
        id: JobId,
        /// What to do.
        kind: String,
        /// At most one job with this key exists.
        unique_key: String,
        /// What it needs to know.
        document: Json,
        /// Not before this moment.
        due_at: Moment,
        /// Microseconds after which it is due again; 0 for once.
        every: i64,
        /// Who has it; empty for nobody.
        lease_holder: String,
        /// Until when.
        lease_until: Moment,
        /// Tries since it last succeeded.
        attempts: u32,
        /// Why the last try failed; empty after a success.
        last_error: String,
        /// The last success.
        last_done_at: Option<Moment>,
    }
}

/// Adds a job; where one with its key exists, nothing happens and the answer is `false`.
pub async fn add(on: &mut Transaction, job: &Job) -> Result<bool, StoreError> {
    let mut values = Vec::new();
    job.values(&mut values);
    let text = format!("{} ON CONFLICT (unique_key) DO NOTHING", record::insert::<Job>(on.is_sqlite(), 1));
    Ok(on.execute(Query::with(text, values)).await? == 1)
}

/// Takes the job that is due longest, among the kinds given, until the lease ends. A lease that ended is as none.
pub async fn take(
    on: &mut Transaction,
    kinds: &[&str],
    holder: &str,
    now: Moment,
    until: Moment,
) -> Result<Option<Job>, StoreError> {
    if kinds.is_empty() {
        return Ok(None);
    }
    // The counter is the lock: on PostgreSQL two processes could otherwise find the same job.
    on.count("jobs", 1).await?;
    let names: Vec<String> = (4..kinds.len() + 4).map(|at| format!("${at}")).collect();
    let text = format!(
        "UPDATE jobs SET lease_holder = $1, lease_until = $2, attempts = attempts + 1 WHERE id = \
         (SELECT id FROM jobs WHERE due_at <= $3 AND lease_until <= $3 AND kind IN ({}) \
         ORDER BY due_at, id LIMIT 1) RETURNING {}",
        names.join(", "),
        Job::COLUMNS.join(", ")
    );
    let query = Query::new(text).bind(holder).bind(until).bind(now);
    let rows = on.rows(kinds.iter().fold(query, |query, kind| query.bind(*kind))).await?;
    rows.first().map(Job::read).transpose()
}

/// Takes one job, due or not, unless somebody else holds it.
pub async fn take_one(
    on: &mut Transaction,
    id: JobId,
    holder: &str,
    now: Moment,
    until: Moment,
) -> Result<Option<Job>, StoreError> {
    let text = format!(
        "UPDATE jobs SET lease_holder = $1, lease_until = $2, attempts = attempts + 1 \
         WHERE id = $3 AND (lease_until <= $4 OR lease_holder = $1) RETURNING {}",
        Job::COLUMNS.join(", ")
    );
    let query = Query::new(text).bind(holder).bind(until).bind(id).bind(now);
    let rows = on.rows(query).await?;
    rows.first().map(Job::read).transpose()
}

/// Keeps a job longer; `false` when the lease was lost, and the work must stop.
pub async fn extend(on: &mut Transaction, job: &Job, until: Moment) -> Result<bool, StoreError> {
    let query = Query::new("UPDATE jobs SET lease_until = $1 WHERE id = $2 AND lease_holder = $3");
    Ok(on.execute(query.bind(until).bind(job.id).bind(job.lease_holder.as_str())).await? == 1)
}

/// Ends a job that succeeded: it goes, or is due again. `false` when the lease was lost.
pub async fn succeed(on: &mut Transaction, job: &Job, now: Moment) -> Result<bool, StoreError> {
    if job.every == 0 {
        let query = Query::new("DELETE FROM jobs WHERE id = $1 AND lease_holder = $2");
        return Ok(on.execute(query.bind(job.id).bind(job.lease_holder.as_str())).await? == 1);
    }
    let query = Query::new(
        "UPDATE jobs SET lease_holder = '', lease_until = 0, attempts = 0, last_error = '', last_done_at = $1, \
         due_at = $2 WHERE id = $3 AND lease_holder = $4",
    );
    let query = query.bind(now).bind(now.after(job.every)).bind(job.id).bind(job.lease_holder.as_str());
    Ok(on.execute(query).await? == 1)
}

/// Ends a try that failed: the job is due again at a moment. `false` when the lease was lost.
pub async fn fail(
    on: &mut Transaction,
    job: &Job,
    error: &str,
    again_at: Moment,
) -> Result<bool, StoreError> {
    let query = Query::new(
        "UPDATE jobs SET lease_holder = '', lease_until = 0, last_error = $1, due_at = $2 \
         WHERE id = $3 AND lease_holder = $4",
    );
    let query = query.bind(error).bind(again_at).bind(job.id).bind(job.lease_holder.as_str());
    Ok(on.execute(query).await? == 1)
}

/// Forgets jobs of a kind that succeeded, or failed for good (they are due never again), and were made before `first`,
/// an id of the time from which they stay. Only for kinds of which each job is done once.
pub async fn forget_ended(on: &mut Transaction, kind: &str, first: JobId) -> Result<u64, StoreError> {
    let query = Query::new(
        "DELETE FROM jobs WHERE kind = $1 AND (due_at = $2 OR last_done_at IS NOT NULL) AND id < $3",
    );
    on.execute(query.bind(kind).bind(Moment(i64::MAX)).bind(first)).await
}

/// All jobs by time.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Job>, StoreError> {
    select(from, "ORDER BY due_at, id", |query| query).await
}
