//! People with a log-in.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};
use facts::id::UserId;

record! { "users" key [id] fixed [made_at]
    /// A person with a log-in.
    pub struct User {
        /// Its id.
        id: UserId,
        /// What is typed to log in; unique.
        name: String,
        /// The person's name.
        display_name: String,
        /// Mail address.
        mail: String,
        /// `en` or `ja`; empty for the browser's.
        language: String,
        /// Who vouches: `local`, or the name of an OIDC or LDAP source.
        origin: String,
        /// The name by which that source knows the person; empty for `local`.
        subject: String,
        /// Whether no log-in is possible.
        disabled: bool,
        /// The password as an argon2id hash string; empty without one.
        password_hash: String,
        /// When the password was last changed.
        password_changed_at: Option<Moment>,
        /// The secret of one-time codes, encrypted by the caller.
        totp_secret: Option<Vec<u8>>,
        /// The last time step whose code was used: no code is taken twice.
        totp_step: i64,
        /// Passkeys as the crate that checks them writes them.
        passkeys: Json,
        /// When the person was added.
        made_at: Moment,
        /// The last log-in.
        last_login_at: Option<Moment>,
    }
}

/// Adds a person, or replaces the one of the id; a name that another has is a conflict.
pub async fn put(on: &mut Transaction, user: &User, at: Moment) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(user)).await?;
    changes::append(on, "user", user.id, Action::Changed, at).await?;
    Ok(())
}

/// The person of an id.
pub async fn find(from: impl Into<Reader<'_>>, id: UserId) -> Result<Option<User>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// The person of a log-in name.
pub async fn find_by_name(from: impl Into<Reader<'_>>, name: &str) -> Result<Option<User>, StoreError> {
    record::one(from, "WHERE name = $1", |query| query.bind(name)).await
}

/// The person whom a source knows by a name.
pub async fn find_by_subject(
    from: impl Into<Reader<'_>>,
    origin: &str,
    subject: &str,
) -> Result<Option<User>, StoreError> {
    record::one(from, "WHERE origin = $1 AND subject = $2", |query| query.bind(origin).bind(subject)).await
}

/// All people by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<User>, StoreError> {
    select(from, "ORDER BY name, id", |query| query).await
}

/// How many people there are; with none, the enrolment link is shown.
pub async fn count(from: impl Into<Reader<'_>>) -> Result<u64, StoreError> {
    from.into().number(Query::new("SELECT COUNT(*) FROM users")).await
}

/// Takes a time step of one-time codes; `false` when it, or a later one, was used before.
pub async fn take_totp_step(on: &mut Transaction, id: UserId, step: i64) -> Result<bool, StoreError> {
    let query = Query::new("UPDATE users SET totp_step = $1 WHERE id = $2 AND totp_step < $1");
    Ok(on.execute(query.bind(step).bind(id)).await? == 1)
}

/// Notes a log-in.
pub async fn logged_in(on: &mut Transaction, id: UserId, at: Moment) -> Result<(), StoreError> {
    on.must(Query::new("UPDATE users SET last_login_at = $1 WHERE id = $2").bind(at).bind(id)).await
}
