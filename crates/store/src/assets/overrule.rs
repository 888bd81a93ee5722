//! What people say against the model. The contrary claims stay as they are; whoever shows a field shows this first.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::Moment;
use facts::id::{AssetUid, UserId};

record! { "asset_overrides" key [asset field] fixed []
    /// A field that a person overruled.
    pub struct Override {
        /// Of which asset.
        asset: AssetUid,
        /// Which field: `kind`, `level`, `name`, …
        field: String,
        /// What it shall be.
        value: String,
        /// Why.
        reason: String,
        /// Who said so.
        made_by: UserId,
        /// When.
        made_at: Moment,
    }
}

/// Overrules a field, or replaces what was said before.
pub async fn put(on: &mut Transaction, row: &Override) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(row)).await?;
    changes::append(on, "asset", row.asset, Action::Changed, row.made_at).await?;
    Ok(())
}

/// Overrides of an asset by field.
pub async fn list(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<Override>, StoreError> {
    select(from, "WHERE asset = $1 ORDER BY field", |query| query.bind(asset)).await
}

/// Every override there is, for the start of the model.
pub async fn list_all(from: impl Into<Reader<'_>>) -> Result<Vec<Override>, StoreError> {
    select(from, "ORDER BY asset, field", |query| query).await
}

/// Lets the model say again what a field is.
pub async fn remove(
    on: &mut Transaction,
    asset: AssetUid,
    field: &str,
    at: Moment,
) -> Result<(), StoreError> {
    let query = Query::new("DELETE FROM asset_overrides WHERE asset = $1 AND field = $2");
    on.must(query.bind(asset).bind(field)).await?;
    changes::append(on, "asset", asset, Action::Changed, at).await?;
    Ok(())
}
