//! Rows of the register: assets that the plant expects.

use crate::assets::Asset;
use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::page::{Cursor, Limit, Page};
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, Record, record, select};
use crate::value::{Json, Moment, words};
use facts::id::{AssetUid, ImportId, RegisterRowId, SiteId};

words! {
    /// How a row of the register and the wire agree.
    RowState {
        /// Expected, never heard.
        NotSeen = "not-seen",
        /// Belongs to an asset.
        Matched = "matched",
        /// Fits several assets, or says other than the wire.
        Conflict = "conflict",
        /// Left out by a person: scrapped, spare.
        Retired = "retired",
    }
}

record! { "register_rows" key [id] fixed []
    /// A row of the register. Texts are empty where the register says nothing.
    pub struct RegisterRow {
        /// Its id.
        id: RegisterRowId,
        /// Of which plant.
        site: SiteId,
        /// The import that brought it.
        import: Option<ImportId>,
        /// Its number in the imported file, from 1.
        row_number: u32,
        /// Its name.
        name: String,
        /// Its hardware address as the model writes it.
        mac: String,
        /// Its IP address.
        ip: String,
        /// Its serial number.
        serial: String,
        /// The asset that it is.
        asset: Option<AssetUid>,
        /// How both agree.
        state: RowState,
        /// All its columns as imported.
        document: Json,
    }
}

/// Writes rows, new and known ones.
pub async fn put_all(on: &mut Transaction, rows: &[RegisterRow], at: Moment) -> Result<(), StoreError> {
    record::put(on, rows).await?;
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    changes::append_all(on, "register-row", &ids, Action::Changed, at).await?;
    Ok(())
}

/// The row of an id.
pub async fn find(from: impl Into<Reader<'_>>, id: RegisterRowId) -> Result<Option<RegisterRow>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// The rows of an asset.
pub async fn of_asset(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<RegisterRow>, StoreError> {
    select(from, "WHERE asset = $1 ORDER BY id", |query| query.bind(asset)).await
}

/// Every row of a plant in the order of the file, for matching.
pub async fn list_all(from: impl Into<Reader<'_>>, site: SiteId) -> Result<Vec<RegisterRow>, StoreError> {
    select(from, "WHERE site = $1 ORDER BY row_number, id", |query| query.bind(site)).await
}

/// A page of rows in a state, or of all.
pub async fn list(
    from: impl Into<Reader<'_>>,
    state: Option<RowState>,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<RegisterRow>, StoreError> {
    let after = cursor.map(Cursor::parts).transpose()?.map(|(_, id)| id).unwrap_or_default();
    let state = state.map(RowState::word).unwrap_or_default();
    let rest = "WHERE id > $1 AND ($2 = '' OR state = $2) ORDER BY id LIMIT $3";
    let bind = |query: Query| query.bind(after.as_str()).bind(state).bind(limit.rows() as u64 + 1);
    let mut items: Vec<RegisterRow> = select(from, rest, bind).await?;
    let next = cut(&mut items, limit, |row| row.id.to_string());
    Ok(Page { items, next, hidden: 0 })
}

/// Assets that were seen and stand in no row of the register.
pub async fn seen_not_registered(
    from: impl Into<Reader<'_>>,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Asset>, StoreError> {
    let after = cursor.map(Cursor::parts).transpose()?.map(|(_, id)| id).unwrap_or_default();
    let rest = "WHERE merged_into = '' AND id > $1 AND NOT EXISTS \
                (SELECT 1 FROM register_rows WHERE register_rows.asset = assets.id) ORDER BY id LIMIT $2";
    let bind = |query: Query| query.bind(after.as_str()).bind(limit.rows() as u64 + 1);
    let mut items: Vec<Asset> = select(from, rest, bind).await?;
    let next = cut(&mut items, limit, |asset| asset.id.to_string());
    Ok(Page { items, next, hidden: 0 })
}

/// Removes a row.
pub async fn remove(on: &mut Transaction, id: RegisterRowId, at: Moment) -> Result<(), StoreError> {
    on.must(Query::new("DELETE FROM register_rows WHERE id = $1").bind(id)).await?;
    changes::append(on, "register-row", id, Action::Removed, at).await?;
    Ok(())
}

/// Cuts the row that was read too much and says where it would have begun.
fn cut<R: Record>(items: &mut Vec<R>, limit: Limit, id: impl Fn(&R) -> String) -> Option<Cursor> {
    if items.len() <= limit.rows() {
        return None;
    }
    items.truncate(limit.rows());
    items.last().map(|last| Cursor::new("", &id(last)))
}
