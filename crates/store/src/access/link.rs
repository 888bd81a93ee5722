//! Links that work once: enrolment of people and of sensors.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, Record, record, select};
use crate::value::{Json, Moment};

record! { "enrolment_links" key [hash] fixed []
    /// A link that works once.
    pub struct Link {
        /// The hash of its secret, as text.
        hash: String,
        /// What it is for: `first-user`, `user`, `sensor`, `demo`.
        purpose: String,
        /// For whom: a user's or sensor's id; may be empty.
        subject: String,
        /// What else its use needs.
        document: Json,
        /// Who made it; empty for the product itself.
        made_by: String,
        /// When.
        made_at: Moment,
        /// When it ends.
        expires_at: Moment,
        /// When it was used.
        used_at: Option<Moment>,
    }
}

/// Keeps a new link.
pub async fn add(on: &mut Transaction, link: &Link) -> Result<(), StoreError> {
    record::add(on, core::slice::from_ref(link)).await
}

/// The link of a hash, used or not, while it lasts; does not use it.
pub async fn find(from: impl Into<Reader<'_>>, hash: &str, now: Moment) -> Result<Option<Link>, StoreError> {
    record::one(from, "WHERE hash = $1 AND expires_at > $2", |query| query.bind(hash).bind(now)).await
}

/// Uses a link: at most one caller ever gets it, and only while it lasts.
pub async fn take(
    on: &mut Transaction,
    hash: &str,
    purpose: &str,
    now: Moment,
) -> Result<Option<Link>, StoreError> {
    let text = format!(
        "UPDATE enrolment_links SET used_at = $1 WHERE hash = $2 AND purpose = $3 AND used_at IS NULL \
         AND expires_at > $1 RETURNING {}",
        Link::COLUMNS.join(", ")
    );
    let rows = on.rows(Query::new(text).bind(now).bind(hash).bind(purpose)).await?;
    rows.first().map(Link::read).transpose()
}

/// Links of a purpose that still work.
pub async fn list(from: impl Into<Reader<'_>>, purpose: &str, now: Moment) -> Result<Vec<Link>, StoreError> {
    let rest = "WHERE purpose = $1 AND used_at IS NULL AND expires_at > $2 ORDER BY made_at, hash";
    select(from, rest, |query| query.bind(purpose).bind(now)).await
}

/// Makes all links of a purpose useless, so that a new one is the only one.
pub async fn revoke_all(on: &mut Transaction, purpose: &str) -> Result<u64, StoreError> {
    let query = Query::new("DELETE FROM enrolment_links WHERE purpose = $1 AND used_at IS NULL");
    on.execute(query.bind(purpose)).await
}

/// Makes all links for a subject useless.
pub async fn revoke_of(on: &mut Transaction, subject: &str) -> Result<u64, StoreError> {
    let query = Query::new("DELETE FROM enrolment_links WHERE subject = $1 AND used_at IS NULL");
    on.execute(query.bind(subject)).await
}

/// Forgets links that ended before a moment.
pub async fn forget_before(on: &mut Transaction, moment: Moment) -> Result<u64, StoreError> {
    on.execute(Query::new("DELETE FROM enrolment_links WHERE expires_at < $1").bind(moment)).await
}
