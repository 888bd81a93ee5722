//! Writes the living model's projection in bulk.

use crate::assets::address::{self, AddressKey};
use crate::assets::overrule;
use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::fold::fold;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record};
use crate::value::{Json, Moment};
use facts::id::{AssetUid, NetworkUid};
use std::collections::HashSet;
use std::net::IpAddr;

/// What the model knows of an asset. Placement and confirmation stay as they are; what people say of a field is shown over what was
/// heard of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Its id, from [`address::identify`].
    pub id: AssetUid,
    /// Its name as it says it itself.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// What it does.
    pub role: String,
    /// Its Purdue level.
    pub level: String,
    /// Manufacturer.
    pub vendor: String,
    /// Product.
    pub model: String,
    /// Order or catalogue number.
    pub order_number: String,
    /// Firmware version.
    pub firmware: String,
    /// Hardware revision.
    pub hardware: String,
    /// Serial number.
    pub serial: String,
    /// Operating system.
    pub os: String,
    /// How it is heard.
    pub hearing: String,
    /// Where its addresses mean something.
    pub network: Option<NetworkUid>,
    /// First time heard or named.
    pub first_seen: Moment,
    /// Last time heard or named.
    pub last_seen: Moment,
    /// What it is found by after a restart; the first IP address, or else the first address, is shown in lists.
    pub addresses: Vec<AddressKey>,
    /// Everything known, for its page.
    pub document: Json,
}

record! { "assets" key [id] fixed []
    /// The columns that the model writes.
    pub struct HeardRow {
        /// See [`Heard`].
        id: AssetUid,
        /// See [`Heard`].
        name: String,
        /// See [`Heard`].
        kind: String,
        /// See [`Heard`].
        role: String,
        /// See [`Heard`].
        level: String,
        /// See [`Heard`].
        vendor: String,
        /// See [`Heard`].
        model: String,
        /// See [`Heard`].
        order_number: String,
        /// See [`Heard`].
        firmware: String,
        /// See [`Heard`].
        hardware: String,
        /// See [`Heard`].
        serial: String,
        /// See [`Heard`].
        os: String,
        /// The address that lists show.
        address: String,
        /// The same, so that it sorts by number.
        address_key: String,
        /// See [`Heard`].
        hearing: String,
        /// See [`Heard`].
        network: Option<NetworkUid>,
        /// See [`Heard`].
        first_seen: Moment,
        /// See [`Heard`].
        last_seen: Moment,
        /// The revision of this writing.
        revision: i64,
        /// What search finds it by, folded.
        heard_text: String,
    }
}

record! { "asset_documents" key [asset] fixed []
    /// The detail beside the row.
    pub struct DocumentRow {
        /// Whose.
        asset: AssetUid,
        /// The detail.
        document: Json,
    }
}

/// Writes assets, new and known ones; each id at most once. Appends one change for each and returns the last revision.
pub async fn put_all(on: &mut Transaction, assets: &[Heard], at: Moment) -> Result<i64, StoreError> {
    if assets.is_empty() {
        return Ok(changes::range(&mut *on).await?.1);
    }
    let known = known(on, assets).await?;
    let ids = |is_known: bool| -> Vec<String> {
        let of_kind = assets.iter().filter(|asset| known.contains(&asset.id) == is_known);
        of_kind.map(|asset| asset.id.to_string()).collect()
    };
    let mut last = changes::append_all(on, "asset", &ids(false), Action::Added, at).await?;
    last = last.max(changes::append_all(on, "asset", &ids(true), Action::Changed, at).await?);
    let said = overrule::by_asset(&mut *on).await?;
    for assets in assets.chunks(500) {
        let (shown, aside) = overrule::over(on, assets, &said).await?;
        let heard = |asset: &Heard| row(asset, aside.get(&asset.id), last);
        let rows: Vec<HeardRow> = shown.iter().map(heard).collect();
        record::put(on, &rows).await?;
        let document = |asset: &Heard| DocumentRow { asset: asset.id, document: asset.document.clone() };
        let documents: Vec<DocumentRow> = assets.iter().map(document).collect();
        record::put(on, &documents).await?;
        address::put_all(on, assets).await?;
    }
    Ok(last)
}

/// Moves the last time heard of assets of which nothing else is new; makes no change in the feed.
pub async fn touch(on: &mut Transaction, seen: &[(AssetUid, Moment)]) -> Result<(), StoreError> {
    for (id, moment) in seen {
        let query = Query::new("UPDATE assets SET last_seen = $1 WHERE id = $2 AND last_seen < $1");
        on.execute(query.bind(*moment).bind(*id)).await?;
    }
    Ok(())
}

async fn known(on: &mut Transaction, assets: &[Heard]) -> Result<HashSet<AssetUid>, StoreError> {
    let mut known = HashSet::new();
    for assets in assets.chunks(500) {
        let names = record::placeholders(on.is_sqlite(), 1, assets.len());
        let text = format!("SELECT id FROM assets WHERE id IN {names}");
        let query = assets.iter().fold(Query::new(text), |query, asset| query.bind(asset.id));
        for row in Reader::from(&mut *on).rows(query).await? {
            known.insert(row.get(0)?);
        }
    }
    Ok(known)
}

/// Writes anew by what an asset is found, after one of its fields changed; `aside` are words by which it is found, too.
pub(super) async fn find_again(
    on: &mut Transaction,
    asset: AssetUid,
    aside: Vec<String>,
) -> Result<(), StoreError> {
    let Some(row) = crate::assets::find(&mut *on, asset).await? else { return Ok(()) };
    let addresses = address::of_asset(&mut *on, asset).await?;
    let shown = [
        row.name,
        row.vendor,
        row.model,
        row.order_number,
        row.firmware,
        row.serial,
        row.os,
        row.kind,
        row.role,
    ];
    let words = shown.iter().chain(&aside).chain(addresses.iter().map(|row| &row.address));
    let query = Query::new("UPDATE assets SET heard_text = $1 WHERE id = $2");
    on.must(query.bind(text(words)).bind(asset)).await
}

/// What search finds an asset by.
fn text<'w>(words: impl Iterator<Item = &'w String>) -> String {
    let words: Vec<&str> = words.map(String::as_str).filter(|word| !word.is_empty()).collect();
    fold(&words.join("\n"))
}

fn row(asset: &Heard, aside: Option<&Vec<String>>, revision: i64) -> HeardRow {
    let address = address::shown(&asset.addresses);
    let shown = [
        &asset.name,
        &asset.vendor,
        &asset.model,
        &asset.order_number,
        &asset.firmware,
        &asset.serial,
        &asset.os,
        &asset.kind,
        &asset.role,
    ];
    let addresses = asset.addresses.iter().map(|key| &key.address);
    let words = shown.into_iter().chain(aside.into_iter().flatten()).chain(addresses);
    HeardRow {
        id: asset.id,
        name: asset.name.clone(),
        kind: asset.kind.clone(),
        role: asset.role.clone(),
        level: asset.level.clone(),
        vendor: asset.vendor.clone(),
        model: asset.model.clone(),
        order_number: asset.order_number.clone(),
        firmware: asset.firmware.clone(),
        hardware: asset.hardware.clone(),
        serial: asset.serial.clone(),
        os: asset.os.clone(),
        address: address.to_owned(),
        address_key: sortable(address),
        hearing: asset.hearing.clone(),
        network: asset.network,
        first_seen: asset.first_seen,
        last_seen: asset.last_seen,
        revision,
        heard_text: text(words),
    }
}

/// An address so that text order is number order: IPv4, then IPv6, then the rest.
pub(crate) fn sortable(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(ip)) => format!("4{}", crate::page::hex(&ip.octets())),
        Ok(IpAddr::V6(ip)) => format!("6{}", crate::page::hex(&ip.octets())),
        Err(_) => format!("7{address}"),
    }
}
