//! Merges and splits, by people or by the model: what was taken for two is one, or the other way round. Each can be
//! undone.

use crate::assets::address::{AddressKey, AddressKind, AddressRow};
use crate::changes::{self, Action};
use crate::error::{StoreError, Trouble};
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment, words};
use facts::id::{AssetUid, UserId};
use uuid::Uuid;

words! {
    /// What was done.
    Regroup {
        /// The other asset was merged into this one.
        Merge = "merge",
        /// Addresses of this asset became the other one.
        Split = "split",
    }
}

record! { "asset_regroupings" key [id] fixed []
    /// A merge or a split.
    pub struct Regrouping {
        /// Its id as text.
        id: String,
        /// What was done.
        kind: Regroup,
        /// The asset that stays.
        asset: AssetUid,
        /// The asset that went into it, or that came out of it.
        other: AssetUid,
        /// The addresses that moved: a JSON list of `[network, kind, address]`; see [`Regrouping::keys`].
        moved: Json,
        /// Why.
        reason: String,
        /// Who did it; `None` for the model, which found it out.
        made_by: Option<UserId>,
        /// When.
        made_at: Moment,
        /// Who took it back.
        undone_by: Option<UserId>,
        /// When.
        undone_at: Option<Moment>,
    }
}

impl Regrouping {
    /// The addresses that moved.
    pub fn keys(&self) -> Result<Vec<AddressKey>, StoreError> {
        let moved: Vec<[String; 3]> = self.moved.read("moved addresses")?;
        let bad = || StoreError::new(Trouble::Malformed, "read moved addresses");
        let key = |[network, kind, address]: [String; 3]| {
            let network = match network.as_str() {
                "" => None,
                network => Some(network.parse().map_err(|_| bad())?),
            };
            let kind: AddressKind = kind.parse().map_err(|_| bad())?;
            Ok(AddressKey { network, kind, address })
        };
        moved.into_iter().map(key).collect()
    }
}

/// Who does it, why and when.
#[derive(Clone, Copy, Debug)]
pub struct Deed<'d> {
    /// Who; `None` for the model.
    pub by: Option<UserId>,
    /// Why.
    pub reason: &'d str,
    /// When.
    pub at: Moment,
}

/// Merges `other` into `asset`: its addresses go over, and lists leave it out. What it was stays stored.
pub async fn merge(
    on: &mut Transaction,
    asset: AssetUid,
    other: AssetUid,
    deed: Deed<'_>,
) -> Result<Regrouping, StoreError> {
    let bad = |why: &str| StoreError::new(Trouble::Conflict, format!("merge assets: {why}"));
    let missing = || StoreError::new(Trouble::Missing, "merge assets");
    let into = crate::assets::find(&mut *on, asset).await?.ok_or_else(missing)?;
    let from = crate::assets::find(&mut *on, other).await?.ok_or_else(missing)?;
    if asset == other || into.merged_into.is_some() || from.merged_into.is_some() {
        return Err(bad("one of them is merged already, or they are the same"));
    }
    let keys = keys_of(on, other).await?;
    move_keys(on, &keys, asset).await?;
    set_merged(on, other, Some(asset), deed.at).await?;
    note(on, Regroup::Merge, asset, other, &keys, deed).await
}

/// Makes addresses of an asset an asset of their own, new with the id `other`; at least one address must stay.
pub async fn split(
    on: &mut Transaction,
    asset: AssetUid,
    other: AssetUid,
    keys: &[AddressKey],
    deed: Deed<'_>,
) -> Result<Regrouping, StoreError> {
    let held = keys_of(on, asset).await?;
    let is_part = !keys.is_empty() && keys.len() < held.len() && keys.iter().all(|key| held.contains(key));
    if !is_part {
        let why = "split an asset: some of its addresses must go, and some stay";
        return Err(StoreError::new(Trouble::Conflict, why));
    }
    let copy = "INSERT INTO assets (id, name, kind, role, level, vendor, model, order_number, firmware, hardware, \
                serial, os, address, address_key, hearing, network, first_seen, last_seen, revision, heard_text, \
                line, cell, system, zone) \
                SELECT $1, '', kind, '', level, '', '', '', '', '', '', '', $2, $3, hearing, network, first_seen, \
                last_seen, revision, $2, line, cell, system, zone FROM assets WHERE id = $4";
    let address = crate::assets::address::shown(keys);
    let query = Query::new(copy).bind(other).bind(address);
    on.must(query.bind(crate::assets::write::sortable(address)).bind(asset)).await?;
    move_keys(on, keys, other).await?;
    changes::append(on, "asset", other, Action::Added, deed.at).await?;
    note(on, Regroup::Split, asset, other, keys, deed).await
}

/// Takes a merge or a split back. The addresses that moved go back, unless somebody else holds them by now.
pub async fn undo(on: &mut Transaction, id: &str, by: UserId, at: Moment) -> Result<(), StoreError> {
    let found: Option<Regrouping> = record::one(&mut *on, "WHERE id = $1", |query| query.bind(id)).await?;
    let Some(regrouping) = found else {
        return Err(StoreError::new(Trouble::Missing, "undo a merge or split"));
    };
    if regrouping.undone_at.is_some() {
        return Err(StoreError::new(Trouble::Conflict, "undo a merge or split: it is undone already"));
    }
    let (asset, other) = (regrouping.asset, regrouping.other);
    let (holder, home) = match regrouping.kind {
        Regroup::Merge => (asset, other),
        Regroup::Split => (other, asset),
    };
    let held = keys_of(on, holder).await?;
    let mut keys = regrouping.keys()?;
    keys.retain(|key| held.contains(key));
    move_keys(on, &keys, home).await?;
    // After an undone split the part stands for nothing of its own: it goes into the asset that it came from.
    let merged = if regrouping.kind == Regroup::Split { Some(asset) } else { None };
    set_merged(on, other, merged, at).await?;
    changes::append(on, "asset", asset, Action::Changed, at).await?;
    let query = Query::new("UPDATE asset_regroupings SET undone_by = $1, undone_at = $2 WHERE id = $3");
    on.must(query.bind(by).bind(at).bind(id)).await
}

/// Merges and splits that count, oldest first: what the model must keep together and apart.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Regrouping>, StoreError> {
    select(from, "WHERE undone_at IS NULL ORDER BY made_at, id", |query| query).await
}

/// Merges and splits of an asset, also undone ones, newest first.
pub async fn of_asset(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<Regrouping>, StoreError> {
    let rest = "WHERE asset = $1 OR other = $1 ORDER BY made_at DESC, id DESC";
    select(from, rest, |query| query.bind(asset)).await
}

async fn keys_of(on: &mut Transaction, asset: AssetUid) -> Result<Vec<AddressKey>, StoreError> {
    let rows: Vec<AddressRow> = crate::assets::address::of_asset(&mut *on, asset).await?;
    let key = |row: AddressRow| AddressKey { network: row.network, kind: row.kind, address: row.address };
    Ok(rows.into_iter().map(key).collect())
}

async fn move_keys(on: &mut Transaction, keys: &[AddressKey], to: AssetUid) -> Result<(), StoreError> {
    for key in keys {
        let text = "UPDATE asset_addresses SET asset = $1 WHERE network = $2 AND kind = $3 AND address = $4";
        let query = Query::new(text).bind(to).bind(key.network).bind(key.kind).bind(key.address.as_str());
        on.must(query).await?;
    }
    Ok(())
}

async fn set_merged(
    on: &mut Transaction,
    asset: AssetUid,
    into: Option<AssetUid>,
    at: Moment,
) -> Result<(), StoreError> {
    let action = if into.is_some() { Action::Removed } else { Action::Added };
    let revision = changes::append(on, "asset", asset, action, at).await?;
    let query = Query::new("UPDATE assets SET merged_into = $1, revision = $2 WHERE id = $3");
    on.must(query.bind(into).bind(revision).bind(asset)).await
}

async fn note(
    on: &mut Transaction,
    kind: Regroup,
    asset: AssetUid,
    other: AssetUid,
    keys: &[AddressKey],
    deed: Deed<'_>,
) -> Result<Regrouping, StoreError> {
    let network = |key: &AddressKey| key.network.map(|network| network.to_string()).unwrap_or_default();
    let moved: Vec<[String; 3]> =
        keys.iter().map(|key| [network(key), key.kind.to_string(), key.address.clone()]).collect();
    let regrouping = Regrouping {
        id: Uuid::now_v7().to_string(),
        kind,
        asset,
        other,
        moved: Json::of(&moved),
        reason: deed.reason.into(),
        made_by: deed.by,
        made_at: deed.at,
        undone_by: None,
        undone_at: None,
    };
    record::add(on, core::slice::from_ref(&regrouping)).await?;
    changes::append(on, "asset", asset, Action::Changed, deed.at).await?;
    Ok(regrouping)
}
