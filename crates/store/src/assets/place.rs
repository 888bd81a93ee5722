//! Where people placed an asset, and whether they confirmed it.

use crate::assets::Tags;
use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::fold::fold;
use crate::query::{Query, Reader, Transaction};
use crate::value::Moment;
use facts::id::{AssetUid, CellId, LineId, SystemId, UserId, ZoneId};

/// Where an asset stands and whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// Its name on the shop floor.
    pub floor_name: String,
    /// Its line.
    pub line: Option<LineId>,
    /// Its cell.
    pub cell: Option<CellId>,
    /// Its logical system.
    pub system: Option<SystemId>,
    /// Its zone.
    pub zone: Option<ZoneId>,
    /// Building.
    pub building: String,
    /// Control panel or cabinet.
    pub panel: String,
    /// Switch and port that it is plugged into.
    pub switch_port: String,
    /// The plant's equipment number.
    pub equipment_number: String,
    /// Who answers for it.
    pub owner: String,
    /// Tags.
    pub tags: Tags,
}

impl Placement {
    /// The placement that an asset has.
    #[must_use]
    pub fn of(asset: &crate::assets::Asset) -> Self {
        Self {
            floor_name: asset.floor_name.clone(),
            line: asset.line,
            cell: asset.cell,
            system: asset.system,
            zone: asset.zone,
            building: asset.building.clone(),
            panel: asset.panel.clone(),
            switch_port: asset.switch_port.clone(),
            equipment_number: asset.equipment_number.clone(),
            owner: asset.owner.clone(),
            tags: asset.tags.clone(),
        }
    }
}

/// Replaces the placement of an asset; the living model never touches it.
pub async fn put(
    on: &mut Transaction,
    asset: AssetUid,
    placement: &Placement,
    at: Moment,
) -> Result<(), StoreError> {
    let words = [
        &placement.floor_name,
        &placement.building,
        &placement.panel,
        &placement.switch_port,
        &placement.equipment_number,
        &placement.owner,
    ];
    let words = words.into_iter().chain(&placement.tags.0).filter(|word| !word.is_empty());
    let text = fold(&words.map(String::as_str).collect::<Vec<_>>().join("\n"));
    let revision = changes::append(on, "asset", asset, Action::Changed, at).await?;
    let query = Query::new(
        "UPDATE assets SET floor_name = $1, line = $2, cell = $3, system = $4, zone = $5, building = $6, \
         panel = $7, switch_port = $8, equipment_number = $9, owner = $10, tags = $11, placed_text = $12, \
         revision = $13 WHERE id = $14",
    );
    let query = query
        .bind(placement.floor_name.as_str())
        .bind(placement.line)
        .bind(placement.cell)
        .bind(placement.system)
        .bind(placement.zone)
        .bind(placement.building.as_str())
        .bind(placement.panel.as_str())
        .bind(placement.switch_port.as_str())
        .bind(placement.equipment_number.as_str())
        .bind(placement.owner.as_str())
        .bind(placement.tags.clone())
        .bind(text)
        .bind(revision)
        .bind(asset);
    on.must(query).await
}

/// Notes that a person confirmed what is known of an asset; `None` takes it back.
pub async fn confirm(
    on: &mut Transaction,
    asset: AssetUid,
    by: Option<UserId>,
    at: Moment,
) -> Result<(), StoreError> {
    let revision = changes::append(on, "asset", asset, Action::Changed, at).await?;
    let query =
        Query::new("UPDATE assets SET confirmed_by = $1, confirmed_at = $2, revision = $3 WHERE id = $4");
    on.must(query.bind(by).bind(by.map(|_| at)).bind(revision).bind(asset)).await
}

/// What a list beside assets needs to name one.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The asset.
    pub id: AssetUid,
    /// Its floor name; empty where nobody gave one.
    pub name: String,
    /// The line on which it stands.
    pub line: Option<LineId>,
    /// The zone to which it belongs.
    pub zone: Option<ZoneId>,
    /// Its Purdue level, as stored.
    pub level: String,
}

/// Name and place of every asset that was not merged into another.
pub async fn all(from: impl Into<Reader<'_>>) -> Result<Vec<Named>, StoreError> {
    let query =
        Query::new("SELECT id, floor_name, line, zone, level FROM assets WHERE merged_into = '' ORDER BY id");
    let rows = from.into().rows(query).await?;
    let named = |row: &crate::query::Row| {
        Ok(Named {
            id: row.get(0)?,
            name: row.get(1)?,
            line: row.get(2)?,
            zone: row.get(3)?,
            level: row.get(4)?,
        })
    };
    rows.iter().map(named).collect()
}
