//! Settings that change at run time, and how long data is kept.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};

record! { "settings" key [key] fixed []
    /// A setting.
    pub struct Setting {
        /// Its name.
        key: String,
        /// Its value.
        value: Json,
        /// Who set it; empty for the product.
        made_by: String,
        /// When.
        made_at: Moment,
    }
}

record! { "retention" key [kind] fixed []
    /// How long a kind of data is kept; whichever limit is reached first.
    pub struct Retention {
        /// The kind of data.
        kind: String,
        /// Days; 0 for as long as there is room.
        keep_days: u32,
        /// Bytes; 0 for no limit of its own.
        bytes_max: u64,
    }
}

/// Sets a setting.
pub async fn put(on: &mut Transaction, setting: &Setting) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(setting)).await?;
    changes::append(on, "setting", &setting.key, Action::Changed, setting.made_at).await?;
    Ok(())
}

/// The setting of a name.
pub async fn find(from: impl Into<Reader<'_>>, key: &str) -> Result<Option<Setting>, StoreError> {
    record::one(from, "WHERE key = $1", |query| query.bind(key)).await
}

/// All settings by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Setting>, StoreError> {
    select(from, "ORDER BY key", |query| query).await
}

/// Lets the default count again.
pub async fn remove(on: &mut Transaction, key: &str, at: Moment) -> Result<(), StoreError> {
    on.must(Query::new("DELETE FROM settings WHERE key = $1").bind(key)).await?;
    changes::append(on, "setting", key, Action::Removed, at).await?;
    Ok(())
}

/// Sets how long a kind of data is kept.
pub async fn put_retention(on: &mut Transaction, row: &Retention, at: Moment) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(row)).await?;
    changes::append(on, "retention", &row.kind, Action::Changed, at).await?;
    Ok(())
}

/// How long each kind of data is kept.
pub async fn list_retention(from: impl Into<Reader<'_>>) -> Result<Vec<Retention>, StoreError> {
    select(from, "ORDER BY kind", |query| query).await
}

/// The limits that count: what people set, over `defaults`. A 0 in a set row leaves the default.
pub async fn retention(
    from: impl Into<Reader<'_>>,
    defaults: &[Retention],
) -> Result<Vec<Retention>, StoreError> {
    let set = list_retention(from).await?;
    let limit = |default: &Retention| {
        let mut limit = default.clone();
        if let Some(row) = set.iter().find(|row| row.kind == default.kind) {
            limit.keep_days = if row.keep_days > 0 { row.keep_days } else { default.keep_days };
            limit.bytes_max = if row.bytes_max > 0 { row.bytes_max } else { default.bytes_max };
        }
        limit
    };
    Ok(defaults.iter().map(limit).collect())
}
