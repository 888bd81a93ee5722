//! What most paths to critical assets pass.

use super::summary::whole;
use crate::api::caller::Caller;
use crate::api::state::Api;
use crate::time::utc_us;
use authz::{Permission, Place};
use axum::Json;
use axum::extract::{Extension, State};
use serde::Serialize;
use utoipa::ToSchema;

/// Choke points that are told at most.
const TOLD_MAX: usize = 10;

/// What most paths to critical assets pass.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChokePoints {
    /// When paths were searched, UTC; null before the first time.
    time: Option<String>,
    /// The ten that weigh most.
    items: Vec<ChokePoint>,
    /// Critical assets to which no path was searched, because there are more than 500.
    targets_left_out: u64,
    /// How many of the ten the asker may not see.
    hidden: u64,
}

/// An asset that paths to critical assets pass.
#[derive(Debug, Serialize, ToSchema)]
struct ChokePoint {
    /// Its id.
    asset: String,
    /// Its name, or its address.
    name: String,
    /// What it is.
    kind: String,
    /// Id of its line.
    line: Option<String>,
    /// Sum of the probabilities of the paths that pass it; above 1 where there are many.
    weight: f64,
}

/// The assets that the most probable paths to critical assets (impact 0.8 or more) pass: what is done there breaks most of them.
/// It is reasoning over facts; nothing is sent.
#[utoipa::path(get, path = "/risk/choke-points", tag = "risk",
    responses((status = 200, description = "Choke points", body = ChokePoints)))]
pub(super) async fn list_choke_points(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Json<ChokePoints> {
    let (judged, prospects) = (api.judged(), api.prospects());
    let visible = caller.visible(Permission::ViewRisk);
    let (mut items, mut hidden) = (Vec::new(), 0);
    for (id, weight) in prospects.chokes.assets.iter().take(TOLD_MAX) {
        let Some(about) = judged.assets.get(id) else { continue };
        if !visible.shows(Place { line: about.line, zone: about.zone }) {
            hidden += 1;
            continue;
        }
        items.push(ChokePoint {
            asset: id.to_string(),
            name: about.name.clone(),
            kind: about.kind.clone(),
            line: about.line.map(|line| line.to_string()),
            weight: *weight,
        });
    }
    Json(ChokePoints {
        time: (prospects.time_us > 0).then(|| utc_us(prospects.time_us)),
        items,
        targets_left_out: whole(prospects.targets_left_out),
        hidden,
    })
}
