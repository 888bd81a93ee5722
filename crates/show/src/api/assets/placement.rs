//! Where an asset stands and whose it is: what its people say, which the wire never touches.

use super::super::caller::Caller;
use super::super::place::{self, field_id, place_of, text};
use super::super::problem::{Answer, conflict, invalid, refused};
use super::super::state::Api;
use super::AssetRow;
use authz::{Permission, Place};
use axum::Json;
use axum::extract::{Extension, Path, State};
use facts::id::{AssetUid, SiteId};
use plant::structure as plan;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::assets::list::{Filter, Sort};
use store::assets::place::Placement;
use store::assets::{self, Tags};
use store::{Limit, Moment, ScopeFilter, Transaction, structure};
use utoipa::ToSchema;

/// Where an asset stands. What is left out stays as it is; an empty text takes the value away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Say {
    /// Its name on the shop floor.
    #[schema(max_length = 200)]
    pub floor_name: Option<String>,
    /// Id of its line. A new line takes it out of a cell of another line.
    pub line: Option<String>,
    /// Id of its cell; its line follows when none is named.
    pub cell: Option<String>,
    /// Id of its logical system.
    pub system: Option<String>,
    /// Id of its zone.
    pub zone: Option<String>,
    /// Building and room.
    #[schema(max_length = 200)]
    pub building: Option<String>,
    /// Control panel or cabinet.
    #[schema(max_length = 200)]
    pub panel: Option<String>,
    /// Switch and port that it is plugged into.
    #[schema(max_length = 200)]
    pub switch_port: Option<String>,
    /// The number in the plant's books; no two assets have the same.
    #[schema(max_length = 200)]
    pub equipment_number: Option<String>,
    /// Who answers for it.
    #[schema(max_length = 200)]
    pub owner: Option<String>,
    /// Tags, all of them anew.
    #[schema(max_items = 50)]
    pub tags: Option<Vec<String>>,
}

/// A change of where an asset stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacementChange {
    /// What shall be.
    pub set: Say,
    /// What was seen when this was decided; when it is no longer so, nothing is changed (409).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Say>,
}

/// Says where an asset stands. The permission is needed where it stood and where it will stand.
#[utoipa::path(patch, path = "/assets/{id}", tag = "assets", request_body = PlacementChange,
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 200, description = "The asset as it is now", body = AssetRow)))]
pub(crate) async fn place_asset(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<PlacementChange>,
) -> Answer<Json<AssetRow>> {
    let mut on = api.store().write().await?;
    caller.note(&mut on, "asset.place", &format!("asset {id}"), &json!(wanted)).await?;
    let asset = change(&api, &caller, &mut on, &id, &wanted).await?;
    let asset = assets::find(&mut on, asset).await?;
    on.commit().await?;
    api.tell_changed();
    let asset = asset.ok_or_else(|| super::super::problem::not_found("asset", &id))?;
    Ok(Json(AssetRow::of(&asset)))
}

/// Changes where one asset stands, within a transaction.
pub(super) async fn change(
    api: &Api,
    caller: &Caller,
    on: &mut Transaction,
    id: &str,
    wanted: &PlacementChange,
) -> Answer<AssetUid> {
    let asset = place::asset(caller, Permission::EditAssets, &mut *on, id).await?;
    if let Some(other) = asset.merged_into {
        return Err(conflict(format!("asset {id} was merged into {other}")));
    }
    let now = Placement::of(&asset);
    if wanted.before.as_ref().is_some_and(|before| !before.fits(&now)) {
        return Err(conflict(format!("asset {id} was changed by somebody else")));
    }
    let next = applied(on, api.parts().site, &wanted.set, asset.id, &now).await?;
    let to = Place { line: next.line, zone: next.zone };
    let decided = caller.access.decide_move(Permission::EditAssets, place_of(&asset), to, caller.now_us);
    decided.map_err(refused)?;
    if next.equipment_number != now.equipment_number {
        check_number(api, asset.id, &next.equipment_number).await?;
    }
    if next != now {
        assets::place::put(on, asset.id, &next, Moment(caller.now_us)).await?;
    }
    Ok(asset.id)
}

impl Say {
    /// Whether what it says is what is.
    fn fits(&self, now: &Placement) -> bool {
        let is_text = |said: &Option<String>, is: &str| said.as_deref().is_none_or(|said| said == is);
        let is_id =
            |said: &Option<String>, is: Option<String>| is_text(said, is.as_deref().unwrap_or_default());
        is_text(&self.floor_name, &now.floor_name)
            && is_id(&self.line, now.line.map(|id| id.to_string()))
            && is_id(&self.cell, now.cell.map(|id| id.to_string()))
            && is_id(&self.system, now.system.map(|id| id.to_string()))
            && is_id(&self.zone, now.zone.map(|id| id.to_string()))
            && is_text(&self.building, &now.building)
            && is_text(&self.panel, &now.panel)
            && is_text(&self.switch_port, &now.switch_port)
            && is_text(&self.equipment_number, &now.equipment_number)
            && is_text(&self.owner, &now.owner)
            && self.tags.as_ref().is_none_or(|tags| *tags == now.tags.0)
    }
}

/// A placement after what is said, checked against the plant.
pub(in crate::api) async fn applied(
    on: &mut Transaction,
    site: SiteId,
    say: &Say,
    asset: AssetUid,
    now: &Placement,
) -> Answer<Placement> {
    let mut next = now.clone();
    let texts = [
        ("floor_name", &say.floor_name, &mut next.floor_name),
        ("building", &say.building, &mut next.building),
        ("panel", &say.panel, &mut next.panel),
        ("switch_port", &say.switch_port, &mut next.switch_port),
        ("equipment_number", &say.equipment_number, &mut next.equipment_number),
        ("owner", &say.owner, &mut next.owner),
    ];
    for (field, said, place) in texts {
        if let Some(said) = said {
            *place = text(field, said, plan::NAME_MAX, false)?;
        }
    }
    next.line = id("line", &say.line, next.line)?;
    next.cell = id("cell", &say.cell, next.cell)?;
    next.system = id("system", &say.system, next.system)?;
    next.zone = id("zone", &say.zone, next.zone)?;
    if let Some(tags) = &say.tags {
        let tags = tags.iter().take(plan::TAGS_MAX + 1).map(|tag| text("tags", tag, plan::NAME_MAX, false));
        next.tags = Tags(tags.collect::<Answer<_>>()?);
    }
    checked(on, site, say, asset, next).await
}

fn id<T: core::str::FromStr>(field: &str, said: &Option<String>, now: Option<T>) -> Answer<Option<T>> {
    match said.as_deref() {
        None => Ok(now),
        Some("") => Ok(None),
        Some(text) => field_id(field, text).map(Some),
    }
}

/// What is named must exist in this plant, and a cell belongs to its line.
async fn checked(
    on: &mut Transaction,
    site: SiteId,
    say: &Say,
    asset: AssetUid,
    mut next: Placement,
) -> Answer<Placement> {
    let mut plant = plan::Structure {
        site: plan::Site { id: site, name: "-".into() },
        lines: Vec::new(),
        cells: Vec::new(),
        systems: Vec::new(),
        zones: Vec::new(),
        networks: Vec::new(),
        placements: Vec::new(),
    };
    if let Some(cell) = next.cell
        && let Some(cell) = structure::cell::find(&mut *on, cell).await?
    {
        match (&say.line, &say.cell) {
            (None, Some(_)) => next.line = Some(cell.line),
            (Some(_), None) if next.line != Some(cell.line) => next.cell = None,
            _ => {}
        }
        // A cell that was just left must not ask for its line.
        if next.cell.is_some() {
            plant.cells.push(plan::Cell { id: cell.id, line: cell.line, name: cell.name });
        }
    }
    if let Some(line) = next.line
        && let Some(line) = structure::line::find(&mut *on, line).await?.filter(|line| line.site == site)
    {
        plant.lines.push(plan::Line { id: line.id, name: line.name });
    }
    if let Some(system) = next.system
        && let Some(system) = structure::system::find(&mut *on, system).await?.filter(|row| row.site == site)
    {
        plant.systems.push(plan::System { id: system.id, parent: None, name: system.name });
    }
    if let Some(zone) = next.zone
        && let Some(zone) = structure::zone::find(&mut *on, zone).await?.filter(|zone| zone.site == site)
    {
        plant.zones.push(plan::Zone { id: zone.id, parent: None, name: zone.name, target_level: None });
    }
    plant.placements.push(plan::Placement {
        line: next.line,
        cell: next.cell,
        systems: next.system.into_iter().collect(),
        zone: next.zone,
        floor_name: next.floor_name.clone(),
        equipment_number: next.equipment_number.clone(),
        building: next.building.clone(),
        panel: next.panel.clone(),
        switch_port: next.switch_port.clone(),
        owner: next.owner.clone(),
        tags: next.tags.0.clone(),
        ..plan::Placement::of(asset)
    });
    let faults = plan::check(&plant);
    // A cell that was found without its line names the line as missing too; the asset's own fault says more.
    let own = faults.iter().find(|fault| matches!(fault, plan::StructureFault::OtherLine { .. }));
    match own.or(faults.first()) {
        Some(fault) => Err(invalid("set", fault)),
        None => Ok(next),
    }
}

/// No two assets have one number in the plant's books.
async fn check_number(api: &Api, asset: AssetUid, number: &str) -> Answer<()> {
    let folded = plant::fold(number);
    let filter = Filter { text: number.into(), ..Filter::default() };
    let mut cursor = None;
    while !folded.is_empty() {
        let (limit, all) = (Limit::new(Limit::MAX).unwrap_or_default(), ScopeFilter::default());
        let page =
            assets::list::list(api.store(), &filter, &all, Sort::default(), cursor.as_ref(), limit).await?;
        let holds =
            |other: &assets::Asset| other.id != asset && plant::fold(&other.equipment_number) == folded;
        if page.items.iter().any(holds) {
            return Err(conflict(format!("another asset has equipment number `{number}`")));
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(())
}
