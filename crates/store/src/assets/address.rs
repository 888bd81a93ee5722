//! Addresses by which assets are found again after a restart, a merge or a readdressing.

use crate::assets::write::Heard;
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, Record, record, select};
use crate::value::{Moment, words};
use facts::id::{AssetUid, NetworkUid};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

words! {
    /// What an asset is found by, the surest first.
    AddressKind {
        /// The vendor's serial number, with the vendor before it.
        Serial = "serial",
        /// A hardware address.
        Mac = "mac",
        /// An IP address.
        Ip = "ip",
        /// A host or station name.
        Name = "name",
        /// A unit or module behind another asset.
        Part = "part",
    }
}

/// Something by which an asset is found again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AddressKey {
    /// Where it means something; `None` where it means the same everywhere.
    pub network: Option<NetworkUid>,
    /// What it is.
    pub kind: AddressKind,
    /// As written by the model.
    pub address: String,
}

record! { "asset_addresses" key [network kind address] fixed []
    /// An address and the asset that last held it.
    pub struct AddressRow {
        /// See [`AddressKey`].
        network: Option<NetworkUid>,
        /// See [`AddressKey`].
        kind: AddressKind,
        /// See [`AddressKey`].
        address: String,
        /// Who holds it.
        asset: AssetUid,
        /// Since when it holds it.
        since: Moment,
    }
}

/// An asset of the model, found again or new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identified {
    /// Its id.
    pub id: AssetUid,
    /// Whether the store never knew it.
    pub is_new: bool,
    /// Further assets of the store whose addresses it holds too: the model sees as one what was stored as several.
    pub also: Vec<AssetUid>,
}

/// Finds each asset of the model, given by its addresses, among the stored ones. Surer kinds decide before less sure
/// ones, earlier assets before later ones, and no stored asset is given twice; what stays is new.
pub async fn identify(
    from: impl Into<Reader<'_>>,
    assets: &[&[AddressKey]],
) -> Result<Vec<Identified>, StoreError> {
    let holders = holders(from.into(), assets).await?;
    let held = |key: &AddressKey| holders.get(key).copied();
    let mut ids: Vec<Option<AssetUid>> = vec![None; assets.len()];
    let mut taken = HashSet::new();
    for kind in AddressKind::ALL {
        for (keys, id) in assets.iter().zip(&mut ids).filter(|(_, id)| id.is_none()) {
            let free = |held: &AssetUid| !taken.contains(held);
            let mut of_kind = keys.iter().filter(|key| key.kind == *kind).filter_map(held);
            if let Some(found) = of_kind.find(free) {
                taken.insert(found);
                *id = Some(found);
            }
        }
    }
    let identified = |(keys, id): (&&[AddressKey], Option<AssetUid>)| {
        let mut also: Vec<AssetUid> = keys.iter().filter_map(held).collect();
        also.sort_unstable();
        also.dedup();
        also.retain(|other| !taken.contains(other));
        Identified { id: id.unwrap_or_else(|| AssetUid(Uuid::now_v7())), is_new: id.is_none(), also }
    };
    Ok(assets.iter().zip(ids).map(identified).collect())
}

async fn holders(
    mut from: Reader<'_>,
    assets: &[&[AddressKey]],
) -> Result<HashMap<AddressKey, AssetUid>, StoreError> {
    let keys: Vec<&AddressKey> = assets.iter().copied().flatten().collect();
    let mut holders = HashMap::new();
    for keys in keys.chunks(500) {
        let names = record::placeholders(from.is_sqlite(), 1, keys.len());
        let text =
            format!("SELECT network, kind, address, asset FROM asset_addresses WHERE address IN {names}");
        let query = keys.iter().fold(Query::new(text), |query, key| query.bind(key.address.as_str()));
        for row in from.rows(query).await? {
            let key = AddressKey { network: row.get(0)?, kind: row.get(1)?, address: row.get(2)? };
            holders.insert(key, row.get(3)?);
        }
    }
    Ok(holders)
}

/// Addresses of an asset, the surest first.
pub async fn of_asset(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<AddressRow>, StoreError> {
    let rest = "WHERE asset = $1 ORDER BY kind, network, address";
    let mut rows: Vec<AddressRow> = select(from, rest, |query| query.bind(asset)).await?;
    rows.sort_by_key(|row| row.kind);
    Ok(rows)
}

/// Who holds one of these addresses of a kind, whatever the network.
pub async fn holders_of(
    from: impl Into<Reader<'_>>,
    kind: AddressKind,
    addresses: &[&str],
) -> Result<Vec<AddressRow>, StoreError> {
    let mut from = from.into();
    let mut found = Vec::new();
    for addresses in addresses.chunks(500) {
        let names = record::placeholders(from.is_sqlite(), 1, addresses.len());
        let columns = AddressRow::COLUMNS.join(", ");
        let text = format!("SELECT {columns} FROM asset_addresses WHERE address IN {names}");
        let query = addresses.iter().fold(Query::new(text), |query, address| query.bind(*address));
        for row in from.rows(query).await? {
            found.push(AddressRow::read(&row)?);
        }
    }
    found.retain(|row| row.kind == kind);
    Ok(found)
}

/// Every address there is, by asset, the surest first.
pub async fn list_all(from: impl Into<Reader<'_>>) -> Result<Vec<AddressRow>, StoreError> {
    let mut rows: Vec<AddressRow> = select(from, "ORDER BY asset, network, address", |query| query).await?;
    rows.sort_by_key(|row| (row.asset, row.kind));
    Ok(rows)
}

/// The address that lists show.
pub(crate) fn shown(keys: &[AddressKey]) -> &str {
    let of_kind = |kind: AddressKind| keys.iter().find(|key| key.kind == kind);
    let key = of_kind(AddressKind::Ip).or_else(|| of_kind(AddressKind::Mac)).or_else(|| keys.first());
    key.map_or("", |key| key.address.as_str())
}

pub(crate) async fn put_all(on: &mut Transaction, assets: &[Heard]) -> Result<(), StoreError> {
    // Two assets that hold one address in the same batch: the later one has it, as it would one batch later.
    let mut rows: HashMap<&AddressKey, AddressRow> = HashMap::new();
    for asset in assets {
        for key in &asset.addresses {
            let row = AddressRow {
                network: key.network,
                kind: key.kind,
                address: key.address.clone(),
                asset: asset.id,
                since: asset.last_seen,
            };
            rows.insert(key, row);
        }
    }
    let mut rows: Vec<AddressRow> = rows.into_values().collect();
    rows.sort_unstable_by(|a, b| (a.network, a.kind, &a.address).cmp(&(b.network, b.kind, &b.address)));
    // Most stay where they are; those are read and not written.
    record::put_where(on, &rows, " WHERE asset_addresses.asset <> excluded.asset").await
}

/// Every address and its holder: what a server that starts remembers.
pub async fn all(from: impl Into<Reader<'_>>) -> Result<Vec<AddressRow>, StoreError> {
    select(from, "ORDER BY asset, kind, network, address", |query| query).await
}
