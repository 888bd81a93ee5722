//! Roles that people have, where and until when.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};
use facts::id::UserId;

record! { "grants" key [id] fixed []
    /// A role of a person.
    pub struct Grant {
        /// Its id as text (UUIDv7).
        id: String,
        /// Who has it.
        user_id: UserId,
        /// The role's word.
        role: String,
        /// Lines and zones, as the crate that decides writes them.
        scope: Json,
        /// When it ends; `None` for never.
        until: Option<Moment>,
        /// Who gave it.
        made_by: UserId,
        /// When.
        made_at: Moment,
    }
}

/// Gives a role, or replaces the grant of the id.
pub async fn put(on: &mut Transaction, grant: &Grant, at: Moment) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(grant)).await?;
    changes::append(on, "user", grant.user_id, Action::Changed, at).await?;
    Ok(())
}

/// Roles that a person has now.
pub async fn of_user(
    from: impl Into<Reader<'_>>,
    user: UserId,
    now: Moment,
) -> Result<Vec<Grant>, StoreError> {
    let rest = "WHERE user_id = $1 AND (until IS NULL OR until > $2) ORDER BY role, id";
    select(from, rest, |query| query.bind(user).bind(now)).await
}

/// Every grant, also ended ones.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Grant>, StoreError> {
    select(from, "ORDER BY user_id, role, id", |query| query).await
}

/// Takes a role away.
pub async fn remove(on: &mut Transaction, grant: &Grant, at: Moment) -> Result<(), StoreError> {
    on.must(Query::new("DELETE FROM grants WHERE id = $1").bind(grant.id.as_str())).await?;
    changes::append(on, "user", grant.user_id, Action::Changed, at).await?;
    Ok(())
}
