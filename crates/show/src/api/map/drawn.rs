//! What the map draws. A drawing needs all of it at once, so each answer is whole, with few words per row; the lists of
//! assets and links tell more, page by page.

use crate::api::caller::Caller;
use crate::api::place::areas;
use crate::api::problem::Answer;
use crate::api::state::Api;
use crate::api::traffic::{crosses, seen};
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, State};
use serde::Serialize;
use store::assets::brief::{self, Brief};
use utoipa::ToSchema;

/// Rows of an answer at most: more than a plant has, and still read within a second.
const ROWS_MAX: usize = 100_000;

/// Everything that one answer draws.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Drawing<T> {
    /// The rows.
    items: Vec<T>,
    /// How many rows lie outside the asker's lines and zones.
    hidden: u64,
    /// Whether these are all rows: beyond 100,000 the rest is left out.
    is_whole: bool,
}

/// An asset as the map draws it. Texts are empty where nothing is known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MapAsset {
    /// Its id, over restarts and readdressing.
    id: String,
    /// Its name as it says it itself.
    name: String,
    /// Its name on the shop floor.
    floor_name: String,
    /// What it is.
    kind: String,
    /// Its Purdue level.
    level: String,
    /// Product.
    model: String,
    /// Its first address.
    address: String,
    /// How it is heard.
    hearing: String,
    /// Id of the network in which its addresses mean something.
    network: Option<String>,
    /// Id of its line.
    line: Option<String>,
    /// Id of its logical system.
    system: Option<String>,
    /// Id of its zone.
    zone: Option<String>,
    /// Building.
    building: String,
    /// Control panel or cabinet.
    panel: String,
    /// First time heard or named, UTC.
    first_seen: String,
    /// Last time heard or named, UTC.
    last_seen: String,
}

/// Who talks to whom in which protocol, as the map draws it. An end that is null is no asset, or one that the asker may
/// not see.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MapLink {
    /// Id of the asset that asks.
    client: Option<String>,
    /// Id of the asset that offers.
    server: Option<String>,
    /// Protocol, `unknown` where none was recognised.
    protocol: &'static str,
    /// Place among the protocols of the conversation, 0 for the outermost; sum only depth 0 to count packets once.
    depth: u8,
    /// Packets that carried the protocol, copies included.
    packets: u64,
    /// Whole messages.
    messages: u64,
    /// Whether the ends stand on different Purdue levels; null while a level is unknown.
    crosses_levels: Option<bool>,
    /// First packet, UTC.
    first_seen: String,
    /// Last packet, UTC.
    last_seen: String,
}

/// Every asset, as the map draws it.
#[utoipa::path(get, path = "/map/assets", tag = "map",
    responses((status = 200, description = "Assets", body = Drawing<MapAsset>)))]
pub(super) async fn list_map_assets(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Json<Drawing<MapAsset>>> {
    let scope = areas(&caller.visible(Permission::ViewAssets));
    let (found, hidden) = brief::every(api.store(), &scope, ROWS_MAX + 1).await?;
    let is_whole = found.len() <= ROWS_MAX;
    let items = found.into_iter().take(ROWS_MAX).map(MapAsset::of).collect();
    Ok(Json(Drawing { items, hidden, is_whole }))
}

/// Who talks to whom, as the map draws it.
#[utoipa::path(get, path = "/map/links", tag = "map",
    responses((status = 200, description = "Links", body = Drawing<MapLink>)))]
pub(super) async fn list_map_links(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Json<Drawing<MapLink>> {
    let view = api.view();
    let visible = caller.visible(Permission::ViewTraffic);
    let mut drawing = Drawing { items: Vec::new(), hidden: 0, is_whole: true };
    for link in &view.links {
        let [client, server] =
            [&link.client, &link.server].map(|end| end.asset.filter(|_| seen(&view, &visible, end)));
        // As in the list of links: whoever sees one of the ends sees the row.
        if ![&link.client, &link.server].into_iter().any(|end| seen(&view, &visible, end)) {
            drawing.hidden += 1;
        } else if drawing.items.len() == ROWS_MAX {
            drawing.is_whole = false;
        } else {
            drawing.items.push(MapLink {
                client: client.map(|id| id.to_string()),
                server: server.map(|id| id.to_string()),
                protocol: link.protocol,
                depth: link.depth,
                packets: link.packets,
                messages: link.messages,
                crosses_levels: crosses(&view, &link.client, &link.server),
                first_seen: utc_us(link.first_us),
                last_seen: utc_us(link.last_us),
            });
        }
    }
    Json(drawing)
}

impl MapAsset {
    fn of(asset: Brief) -> Self {
        Self {
            id: asset.id.to_string(),
            name: asset.name,
            floor_name: asset.floor_name,
            kind: asset.kind,
            level: asset.level,
            model: asset.model,
            address: asset.address,
            hearing: asset.hearing,
            network: asset.network.map(|id| id.to_string()),
            line: asset.line.map(|id| id.to_string()),
            system: asset.system.map(|id| id.to_string()),
            zone: asset.zone.map(|id| id.to_string()),
            building: asset.building,
            panel: asset.panel,
            first_seen: utc_us(asset.first_seen.0),
            last_seen: utc_us(asset.last_seen.0),
        }
    }
}
