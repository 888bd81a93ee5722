//! Notes that people write on an asset.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::Moment;
use facts::id::{AssetUid, UserId};
use uuid::Uuid;

record! { "asset_notes" key [id] fixed []
    /// A note.
    pub struct Note {
        /// Its id as text.
        id: String,
        /// On which asset.
        asset: AssetUid,
        /// What it says.
        text: String,
        /// Who wrote it.
        made_by: UserId,
        /// When.
        made_at: Moment,
    }
}

/// Writes a note and returns it.
pub async fn add(
    on: &mut Transaction,
    asset: AssetUid,
    text: &str,
    by: UserId,
    at: Moment,
) -> Result<Note, StoreError> {
    let note = Note { id: Uuid::now_v7().to_string(), asset, text: text.into(), made_by: by, made_at: at };
    record::add(on, core::slice::from_ref(&note)).await?;
    changes::append(on, "asset", asset, Action::Changed, at).await?;
    Ok(note)
}

/// Notes of an asset, newest first.
pub async fn list(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<Note>, StoreError> {
    select(from, "WHERE asset = $1 ORDER BY made_at DESC, id DESC", |query| query.bind(asset)).await
}

/// Removes a note.
pub async fn remove(on: &mut Transaction, note: &Note, at: Moment) -> Result<(), StoreError> {
    on.must(Query::new("DELETE FROM asset_notes WHERE id = $1").bind(note.id.as_str())).await?;
    changes::append(on, "asset", note.asset, Action::Changed, at).await?;
    Ok(())
}
