//! Where many assets stand, in one go.

use super::super::caller::Caller;
use super::super::problem::{Answer, invalid};
use super::super::state::Api;
use super::placement::{PlacementChange, change};
use axum::Json;
use axum::extract::{Extension, State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use utoipa::ToSchema;

/// Assets of one request at most.
const ITEMS_MAX: usize = 500;

/// Changes of many assets.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacementChanges {
    /// The changes, each of another asset.
    #[schema(max_items = 500)]
    items: Vec<PlacementItem>,
}

/// A change of one of them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacementItem {
    /// Id of the asset.
    id: String,
    /// What changes.
    change: PlacementChange,
}

/// How many were changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    /// Assets.
    changed: usize,
}

/// Says where many assets stand: all of it, or nothing when one of them cannot be changed.
#[utoipa::path(patch, path = "/assets", tag = "assets", request_body = PlacementChanges,
    responses((status = 200, description = "All were changed", body = Changed),
        (status = 404, description = "One of the assets is not there, or the asker may not see it",
            body = super::super::Problem)))]
pub(crate) async fn place_assets(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<PlacementChanges>,
) -> Answer<Json<Changed>> {
    if wanted.items.len() > ITEMS_MAX {
        return Err(invalid("items", format!("are more than {ITEMS_MAX}")));
    }
    let mut numbers = HashSet::new();
    let mut on = api.store().write().await?;
    caller
        .note(&mut on, "asset.place-many", &format!("{} assets", wanted.items.len()), &json!(wanted))
        .await?;
    for (at, item) in wanted.items.iter().enumerate() {
        let number = plant::fold(item.change.set.equipment_number.as_deref().unwrap_or_default());
        if !number.is_empty() && !numbers.insert(number) {
            return Err(invalid("items", format!("item {at} repeats an equipment number")));
        }
        let placed = change(&api, &caller, &mut on, &item.id, &item.change).await;
        placed.map_err(|problem| problem.at(&format!("item {at}")))?;
    }
    on.commit().await?;
    api.tell_changed();
    Ok(Json(Changed { changed: wanted.items.len() }))
}
