//! Log-ins that are still valid.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::Moment;
use facts::id::{SessionId, UserId};

record! { "sessions" key [id] fixed []
    /// A log-in.
    pub struct Session {
        /// Its id, which is no secret.
        id: SessionId,
        /// The hash of its secret, as text.
        hash: String,
        /// Who logged in.
        user_id: UserId,
        /// How: `password+totp`, `passkey`, `oidc`, `ldap`, `link`.
        method: String,
        /// From which address.
        address: String,
        /// With which browser.
        agent: String,
        /// The hash of the secret that changing requests must carry.
        csrf_hash: String,
        /// When.
        made_at: Moment,
        /// The last request.
        last_used_at: Moment,
        /// When it ends.
        expires_at: Moment,
    }
}

/// Keeps a new session.
pub async fn add(on: &mut Transaction, session: &Session) -> Result<(), StoreError> {
    record::add(on, core::slice::from_ref(session)).await
}

/// The session of a secret's hash, while it lasts.
pub async fn find_by_hash(
    from: impl Into<Reader<'_>>,
    hash: &str,
    now: Moment,
) -> Result<Option<Session>, StoreError> {
    record::one(from, "WHERE hash = $1 AND expires_at > $2", |query| query.bind(hash).bind(now)).await
}

/// Sessions of a person, newest first.
pub async fn of_user(
    from: impl Into<Reader<'_>>,
    user: UserId,
    now: Moment,
) -> Result<Vec<Session>, StoreError> {
    let rest = "WHERE user_id = $1 AND expires_at > $2 ORDER BY made_at DESC, id";
    select(from, rest, |query| query.bind(user).bind(now)).await
}

/// Notes a use and when the session ends now. Call it once a minute, not for every request.
pub async fn touch(
    on: &mut Transaction,
    id: SessionId,
    now: Moment,
    expires_at: Moment,
) -> Result<(), StoreError> {
    let query = Query::new("UPDATE sessions SET last_used_at = $1, expires_at = $2 WHERE id = $3");
    on.must(query.bind(now).bind(expires_at).bind(id)).await
}

/// Ends a session.
pub async fn remove(on: &mut Transaction, id: SessionId) -> Result<(), StoreError> {
    on.must(Query::new("DELETE FROM sessions WHERE id = $1").bind(id)).await
}

/// Ends every session of a person and returns how many.
pub async fn remove_of_user(on: &mut Transaction, user: UserId) -> Result<u64, StoreError> {
    on.execute(Query::new("DELETE FROM sessions WHERE user_id = $1").bind(user)).await
}

/// Forgets sessions that have ended.
pub async fn forget_ended(on: &mut Transaction, now: Moment) -> Result<u64, StoreError> {
    on.execute(Query::new("DELETE FROM sessions WHERE expires_at <= $1").bind(now)).await
}
