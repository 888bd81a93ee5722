//! What happened to the patches of one asset.

use super::list::{DeferralRow, utc};
use super::track::{first_move, is_shown, offered, standing, tracks};
use crate::api::caller::Caller;
use crate::api::page::Page;
use crate::api::place;
use crate::api::problem::Answer;
use crate::api::risk::word;
use crate::api::state::Api;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use judge::advice::{PatchMove, PatchState, next_states};
use serde::Serialize;
use store::risk::patch;
use utoipa::ToSchema;
use wire::Time;

/// A patch of an asset with its history.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssetPatch {
    /// The version that it brings.
    version: String,
    /// Whether it is what the advisories of today would have installed.
    offered: bool,
    /// State by IEC TR 62443-2-3.
    state: String,
    /// Whether the network shows that this version runs, or a newer one.
    shown: bool,
    /// The states that may follow.
    next_states: Vec<String>,
    /// Every step, oldest first; none while nobody did anything about it.
    moves: Vec<PatchMoveRow>,
    /// Every deferral, oldest first.
    deferrals: Vec<DeferralRow>,
    /// Whether the last of them holds.
    deferred: bool,
}

/// A step of a patch.
#[derive(Debug, Serialize, ToSchema)]
struct PatchMoveRow {
    /// The state from there on.
    to: String,
    /// When, UTC.
    at: String,
    /// Who: a person, the publisher of the advisory that brought it, or `network` where the version was seen.
    actor: String,
    /// Why.
    note: String,
    /// Who approved it; empty where that is not asked for.
    approver: String,
    /// For `installed`: whether the network showed the version. What was only written down is reported.
    verified: bool,
}

/// The patches of an asset with everything that happened to them: the one that is offered first, then the newest.
#[utoipa::path(get, path = "/assets/{id}/patches", tag = "vulnerabilities",
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 200, description = "Patches", body = Page<AssetPatch>)))]
pub(super) async fn list_asset_patches(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<Page<AssetPatch>>> {
    let asset = place::asset(&caller, Permission::ViewRisk, api.store(), &id).await?;
    let mut tracks = tracks(&patch::of_asset(api.store(), asset.id).await?)?;
    let judged = api.judged();
    let now = Time(caller.now_us.saturating_mul(1_000));
    let offered = offered(&judged, asset.id);
    if let Some(version) = &offered {
        tracks.entry((asset.id, version.clone())).or_default();
    }
    let about = judged.assets.get(&asset.id).cloned().unwrap_or_default();
    let row = |((_, version), track): ((_, String), _)| {
        let track = standing(track, &about, &version, now);
        let is_offered = offered.as_ref() == Some(&version);
        let state: PatchState =
            track.state().unwrap_or_else(|| first_move(&judged, asset.id, &version, now).to);
        let deferred = track.deferral(now).is_some();
        AssetPatch {
            offered: is_offered,
            state: word(&state),
            shown: is_shown(&about, &version),
            next_states: next_states(state).iter().map(word).collect(),
            moves: track.moves.iter().map(move_row).collect(),
            deferrals: track.deferrals.iter().map(DeferralRow::of).collect(),
            deferred,
            version,
        }
    };
    let mut items: Vec<AssetPatch> = tracks.into_iter().map(row).collect();
    items.sort_by(|one, other| {
        let last = |patch: &AssetPatch| patch.moves.last().map(|step| step.at.clone());
        other.offered.cmp(&one.offered).then_with(|| last(other).cmp(&last(one)))
    });
    Ok(Json(Page::whole(items, 0)))
}

fn move_row(step: &PatchMove) -> PatchMoveRow {
    PatchMoveRow {
        to: word(&step.to),
        at: utc(step.at),
        actor: step.actor.clone(),
        note: step.note.clone(),
        approver: step.approver.clone(),
        verified: step.verified,
    }
}
