//! Where people put the boxes of the map: one order for the whole plant, so that everybody knows the same drawing.

use crate::api::caller::Caller;
use crate::api::guard::guarded;
use crate::api::page::Page;
use crate::api::place::words;
use crate::api::problem::{Answer, invalid};
use crate::api::state::Api;
use authz::{Permission, Place, Visible};
use axum::Json;
use axum::extract::{Extension, State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use store::Moment;
use store::map::{self, MapPlace};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Boxes at most; the map draws 30 in its first view, and what was placed before stays known.
const PLACES_MAX: usize = 500;
/// Lanes of the map.
const LANES: [&str; 7] = ["4", "dmz", "3", "2", "1", "0", "none"];
/// What a box can stand for.
const KINDS: [&str; 4] = ["line", "zone", "segment", "others"];
/// The greatest rank.
const RANK_MAX: u32 = 1_000_000_000;
/// Letters of a name at most.
const NAME_MAX: usize = 200;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(Permission::ViewAssets, routes!(list_map_places)))
        .routes(guarded(Permission::ArrangeMap, routes!(set_map_places)))
}

/// The place of a box of the map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MapPlaceRow {
    /// The lane in which it stands: `4`, `dmz`, `3`, `2`, `1`, `0` or `none`.
    lane: String,
    /// What it stands for: `line`, `zone`, `segment` (machines without either) or `others`.
    kind: String,
    /// Id of the line or zone, or what the segment is called; empty for the others.
    #[schema(max_length = 200)]
    name: String,
    /// Its place in the order of the lane, the least at the left of the upper row.
    #[schema(maximum = 1_000_000_000)]
    rank: u32,
}

/// The places of all boxes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MapPlaces {
    /// Each box once; with none the map finds an order by itself again.
    #[schema(max_items = 500)]
    items: Vec<MapPlaceRow>,
}

/// Where boxes of the map were put.
#[utoipa::path(get, path = "/map/places", tag = "map",
    responses((status = 200, description = "Places", body = Page<MapPlaceRow>)))]
async fn list_map_places(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Json<Page<MapPlaceRow>>> {
    let visible = caller.visible(Permission::ViewAssets);
    let places = map::list(api.store(), api.parts().site).await?;
    let all = places.len();
    let rows: Vec<MapPlaceRow> =
        places.into_iter().filter(|place| shows(&visible, place)).map(MapPlaceRow::of).collect();
    let hidden = u64::try_from(all - rows.len()).unwrap_or(u64::MAX);
    Ok(Json(Page::whole(rows, hidden)))
}

/// Puts the boxes of the map, for everybody.
#[utoipa::path(put, path = "/map/places", tag = "map", request_body = MapPlaces,
    responses((status = 200, description = "As they are kept", body = Page<MapPlaceRow>)))]
async fn set_map_places(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<MapPlaces>,
) -> Answer<Json<Page<MapPlaceRow>>> {
    if wanted.items.len() > PLACES_MAX {
        return Err(invalid("items", format!("are more than {PLACES_MAX}")));
    }
    let (site, at) = (api.parts().site, Moment(caller.now_us));
    let mut seen = BTreeSet::new();
    let mut places = Vec::new();
    for row in &wanted.items {
        let place = row.checked(site)?;
        if !seen.insert((place.lane.clone(), place.kind.clone(), place.name.clone())) {
            return Err(invalid("items", "name a box twice"));
        }
        places.push(place);
    }
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "map.arrange", "map", &json!({ "boxes": places.len() })).await?;
    map::replace(&mut tx, site, &places, at).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(Page::whole(wanted.items, 0)))
}

/// Whoever sees only some lines and zones is told of no other, not even by a box.
fn shows(visible: &Visible, place: &MapPlace) -> bool {
    if visible.is_everything() {
        return true;
    }
    let at = match place.kind.as_str() {
        "line" => Place { line: place.name.parse().ok(), zone: None },
        "zone" => Place { line: None, zone: place.name.parse().ok() },
        _ => Place { line: None, zone: None },
    };
    (at.line.is_some() || at.zone.is_some()) && visible.shows(at)
}

impl MapPlaceRow {
    fn of(place: MapPlace) -> Self {
        Self { lane: place.lane, kind: place.kind, name: place.name, rank: place.rank }
    }

    fn checked(&self, site: facts::id::SiteId) -> Answer<MapPlace> {
        if !LANES.contains(&self.lane.as_str()) {
            return Err(invalid("lane", format!("is none of {}", LANES.join(", "))));
        }
        if !KINDS.contains(&self.kind.as_str()) {
            return Err(invalid("kind", format!("is none of {}", KINDS.join(", "))));
        }
        if self.rank > RANK_MAX {
            return Err(invalid("rank", format!("is more than {RANK_MAX}")));
        }
        let name = match self.kind.as_str() {
            "others" => String::new(),
            _ => words("name", &self.name, NAME_MAX, true)?,
        };
        Ok(MapPlace { site, lane: self.lane.clone(), kind: self.kind.clone(), name, rank: self.rank })
    }
}

#[cfg(test)]
mod tests {
    use crate::api::tests::bench::{api, ask, person, through_door};
    use authz::{Role, Scope};
    use facts::id::LineId;
    use serde_json::json;
    use uuid::Uuid;

    #[tokio::test]
    async fn operators_place_and_the_others_see_what_is_theirs() {
        let folder = tempfile::tempdir().expect("a folder");
        let api = api(folder.path()).await;
        let router = through_door(&api);
        let seven = LineId(Uuid::from_u128(7));
        let limited = Scope { lines: Some([seven].into()), ..Scope::everything() };
        let (_, operator) = person(&api, "operator", Role::Operator, &Scope::everything()).await;
        let (_, viewer) = person(&api, "viewer", Role::Viewer, &Scope::everything()).await;
        let (_, one_line) = person(&api, "one-line", Role::Viewer, &limited).await;
        let row = |kind: &str, name: &str, rank: u32| json!({ "lane": "2", "kind": kind, "name": name, "rank": rank });
        let (ours, theirs) = (seven.to_string(), Uuid::from_u128(8).to_string());
        let items = json!({ "items": [row("segment", "10.0.1.0/24", 1), row("line", &ours, 2), row("line", &theirs, 3)] });
        let path = "/api/v1/map/places";
        assert_eq!(ask(&router, "put", path, &viewer, Some(items.clone())).await.status, 403);
        assert_eq!(ask(&router, "put", path, &operator, Some(items.clone())).await.status, 200);
        assert_eq!(ask(&router, "get", path, &viewer, None).await.body["items"], items["items"]);
        let told = ask(&router, "get", path, &one_line, None).await.body;
        assert_eq!((&told["items"], &told["hidden"]), (&json!([row("line", &ours, 2)]), &json!(2)));
        let twice = json!({ "items": [row("line", &ours, 1), row("line", &ours, 2)] });
        for wrong in
            [twice, json!({ "items": [row("roof", "a", 1)] }), json!({ "items": [row("line", "", 1)] })]
        {
            assert_eq!(ask(&router, "put", path, &operator, Some(wrong)).await.status, 422);
        }
        let none = ask(&router, "put", path, &operator, Some(json!({ "items": [] }))).await;
        assert_eq!(none.status, 200);
        assert_eq!(ask(&router, "get", path, &viewer, None).await.body["items"], json!([]));
    }
}
