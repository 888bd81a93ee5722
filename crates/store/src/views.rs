//! Views that people save: which rows of a list, in which order, with which columns. They are a matter of their owners,
//! so the change feed does not tell of them.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};
use facts::id::UserId;

record! { "saved_views" key [id] fixed []
    /// Filter, order and columns of a list, saved by a person.
    pub struct SavedView {
        /// Its id.
        id: String,
        /// Whose.
        user_id: UserId,
        /// Of which list.
        noun: String,
        /// Its name; a person has it once for a list.
        name: String,
        /// What it shows.
        document: Json,
        /// Whether everybody may use it.
        shared: bool,
        /// Counts its changes.
        revision: u64,
        /// The last of them.
        changed_at: Moment,
    }
}

/// Saves a view, or replaces the one of the id; a name that the person has for the list already is a conflict.
pub async fn put(on: &mut Transaction, view: &SavedView) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(view)).await
}

/// The view of an id.
pub async fn find(from: impl Into<Reader<'_>>, id: &str) -> Result<Option<SavedView>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// Views that a person may use: the own ones and those that are shared.
pub async fn list(from: impl Into<Reader<'_>>, user: UserId) -> Result<Vec<SavedView>, StoreError> {
    let rest = "WHERE user_id = $1 OR shared = 1 ORDER BY noun, name, id";
    select(from, rest, |query| query.bind(user)).await
}

/// Removes a view.
pub async fn remove(on: &mut Transaction, id: &str) -> Result<(), StoreError> {
    on.must(Query::new("DELETE FROM saved_views WHERE id = $1").bind(id)).await
}

/// Removes every view of a person and returns how many.
pub async fn remove_of_user(on: &mut Transaction, user: UserId) -> Result<u64, StoreError> {
    on.execute(Query::new("DELETE FROM saved_views WHERE user_id = $1").bind(user)).await
}
