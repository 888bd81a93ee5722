//! What people say against the model. A person's word stands in the asset's row, so that every list, the map and the risk show it;
//! what was heard is kept beside it, whatever it becomes later.

use crate::assets::write::{self, Heard};
use crate::changes::{self, Action};
use crate::error::{StoreError, Trouble};
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::Moment;
use facts::id::{AssetUid, UserId};
use std::borrow::Cow;
use std::collections::HashMap;

/// What may be overruled.
pub const FIELDS: [&str; 11] = [
    "name",
    "kind",
    "role",
    "level",
    "vendor",
    "model",
    "order_number",
    "firmware",
    "hardware",
    "serial",
    "os",
];

record! { "asset_overrides" key [asset field] fixed []
    /// A field that a person overruled.
    pub struct Override {
        /// Of which asset.
        asset: AssetUid,
        /// Which field, one of [`FIELDS`].
        field: String,
        /// What it shall be.
        value: String,
        /// What was heard of it last, or inferred from that; empty when nothing was. Written by the store.
        heard: String,
        /// Why.
        reason: String,
        /// Who said so.
        made_by: UserId,
        /// When.
        made_at: Moment,
    }
}

/// Overrules a field, or replaces what was said before.
///
/// # Errors
///
/// [`Trouble::Missing`] for a field that cannot be overruled, or an asset that is not there.
pub async fn put(on: &mut Transaction, row: &Override) -> Result<(), StoreError> {
    let column = column(&row.field)?;
    let said = list(&mut *on, row.asset).await?.into_iter().find(|said| said.field == row.field);
    let heard = match said {
        Some(said) => said.heard,
        None => {
            let query = Query::new(format!("SELECT {column} FROM assets WHERE id = $1")).bind(row.asset);
            let rows = Reader::from(&mut *on).rows(query).await?;
            rows.first().map_or_else(|| Err(missing("asset")), |row| row.get(0))?
        }
    };
    record::put(on, &[Override { heard, ..row.clone() }]).await?;
    show(on, row.asset, column, &row.value, row.made_at).await
}

/// Overrides of an asset by field.
pub async fn list(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<Override>, StoreError> {
    select(from, "WHERE asset = $1 ORDER BY field", |query| query.bind(asset)).await
}

/// Every override there is.
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
    let column = column(field)?;
    let said = list(&mut *on, asset).await?.into_iter().find(|said| said.field == field);
    let said = said.ok_or_else(|| missing("override"))?;
    let query = Query::new("DELETE FROM asset_overrides WHERE asset = $1 AND field = $2");
    on.must(query.bind(asset).bind(field)).await?;
    show(on, asset, column, &said.heard, at).await
}

/// Every override by its asset.
pub(crate) async fn by_asset(on: &mut Transaction) -> Result<HashMap<AssetUid, Vec<Override>>, StoreError> {
    let mut said: HashMap<AssetUid, Vec<Override>> = HashMap::new();
    for row in list_all(on).await? {
        said.entry(row.asset).or_default().push(row);
    }
    Ok(said)
}

/// Assets with what people say over what was heard of them; what was heard is kept. Beside them, by asset, the words that were put
/// aside: search finds an asset by them, too.
pub(crate) async fn over<'h>(
    on: &mut Transaction,
    heard: &'h [Heard],
    said: &HashMap<AssetUid, Vec<Override>>,
) -> Result<(Cow<'h, [Heard]>, HashMap<AssetUid, Vec<String>>), StoreError> {
    let mut aside: HashMap<AssetUid, Vec<String>> = HashMap::new();
    if heard.iter().all(|asset| !said.contains_key(&asset.id)) {
        return Ok((Cow::Borrowed(heard), aside));
    }
    let mut shown = heard.to_vec();
    for asset in &mut shown {
        for row in said.get(&asset.id).into_iter().flatten() {
            let Some(field) = field(asset, &row.field) else { continue };
            let heard = core::mem::replace(field, row.value.clone());
            if heard != row.heard {
                record::put(on, &[Override { heard: heard.clone(), ..row.clone() }]).await?;
            }
            aside.entry(asset.id).or_default().push(heard);
        }
    }
    Ok((Cow::Owned(shown), aside))
}

/// Shows a value in the row of an asset, and finds it by that.
async fn show(
    on: &mut Transaction,
    asset: AssetUid,
    column: &str,
    value: &str,
    at: Moment,
) -> Result<(), StoreError> {
    let revision = changes::append(on, "asset", asset, Action::Changed, at).await?;
    let query = Query::new(format!("UPDATE assets SET {column} = $1, revision = $2 WHERE id = $3"));
    on.must(query.bind(value).bind(revision).bind(asset)).await?;
    let aside = list(&mut *on, asset).await?.into_iter().map(|row| row.heard).collect();
    write::find_again(on, asset, aside).await
}

/// The column of a field: its own word, never that of a request.
fn column(field: &str) -> Result<&'static str, StoreError> {
    FIELDS.into_iter().find(|known| *known == field).ok_or_else(|| missing("field"))
}

fn missing(what: &str) -> StoreError {
    StoreError::new(Trouble::Missing, format!("there is no such {what} to overrule"))
}

fn field<'h>(heard: &'h mut Heard, name: &str) -> Option<&'h mut String> {
    Some(match name {
        "name" => &mut heard.name,
        "kind" => &mut heard.kind,
        "role" => &mut heard.role,
        "level" => &mut heard.level,
        "vendor" => &mut heard.vendor,
        "model" => &mut heard.model,
        "order_number" => &mut heard.order_number,
        "firmware" => &mut heard.firmware,
        "hardware" => &mut heard.hardware,
        "serial" => &mut heard.serial,
        "os" => &mut heard.os,
        _ => return None,
    })
}
