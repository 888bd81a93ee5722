//! What several actions would do together, tried on a copy of the plant. Nothing of the plant or of its records changes.

use super::action::{is_told, key_of};
use super::sight::Sight;
use super::summary::band;
use crate::api::caller::Caller;
use crate::api::place;
use crate::api::problem::{Answer, internal, invalid};
use crate::api::state::Api;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use facts::id::AssetUid;
use judge::risk::{Action, Shift, lowers_this, what_if};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::Time;

/// Actions of one trial at most.
const ACTIONS_MAX: usize = 40;

/// What is to be tried.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RiskTrial {
    /// Keys of actions that `GET /assets/{id}/risk` names under `lowers`.
    #[schema(min_items = 1, max_items = 40)]
    actions: Vec<String>,
}

/// What they would do together.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RiskShift {
    /// Score of the asset before, 0 to 100.
    score_before: f64,
    /// And after.
    score_after: f64,
    /// Its band before.
    band_before: String,
    /// And after.
    band_after: String,
    /// Its level of likelihood before, 1 to 5.
    likelihood_before: u8,
    /// And after.
    likelihood_after: u8,
    /// Its level of impact before, 1 to 5.
    impact_before: u8,
    /// And after.
    impact_after: u8,
    /// Whether something has to stop for one of them.
    needs_stop: bool,
    /// How many other devices improve.
    others: u32,
    /// How many devices move to a lower band.
    moved: u32,
    /// How many of them leave high and critical.
    moved_below_high: u32,
    /// The sum by which scores are lowered.
    reduction: f64,
}

/// Tries actions together on a copy of the plant and says how the asset would stand. Nothing changes.
#[utoipa::path(post, path = "/assets/{id}/risk/what-if", tag = "risk", request_body = RiskTrial,
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 200, description = "How it would stand", body = RiskShift)))]
pub(super) async fn try_risk_actions(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<RiskTrial>,
) -> Answer<Json<RiskShift>> {
    if wanted.actions.is_empty() || wanted.actions.len() > ACTIONS_MAX {
        return Err(invalid("actions", format!("needs 1 to {ACTIONS_MAX} of them")));
    }
    let asset = place::asset(&caller, Permission::ViewRisk, api.store(), &id).await?;
    let judged = api.judged();
    let visible = caller.visible(Permission::ViewRisk);
    let work = move || tried(&Sight::new(&judged, &visible), asset.id, &wanted.actions);
    let told = tokio::task::spawn_blocking(work).await.map_err(|error| internal("try the actions", error))?;
    told.map(Json)
}

fn tried(sight: &Sight<'_>, asset: AssetUid, keys: &[String]) -> Answer<RiskShift> {
    let judged = sight.judged();
    let now = Time(judged.time_us.saturating_mul(1_000));
    let (plant, before, method) = (&judged.plant, &judged.assessments, &judged.method);
    let known = lowers_this(plant, before, asset, now, method);
    let named = |key: &String| {
        let is_it = |action: &Action| key_of(action) == *key && is_told(sight, action);
        let found = known.iter().find(|effect| is_it(&effect.action));
        found.map(|effect| effect.action.clone()).ok_or_else(|| {
            invalid("actions", "are not all among those that lower this asset: read them again")
        })
    };
    let actions = keys.iter().map(named).collect::<Answer<Vec<Action>>>()?;
    Ok(RiskShift::of(&what_if(plant, before, Some(asset), &actions, now, method)))
}

impl RiskShift {
    fn of(shift: &Shift) -> Self {
        let ((likelihood, impact), (likelihood_after, impact_after)) = shift.cell;
        Self {
            score_before: shift.score.0,
            score_after: shift.score.1,
            band_before: band(shift.band.0),
            band_after: band(shift.band.1),
            likelihood_before: likelihood.number(),
            likelihood_after: likelihood_after.number(),
            impact_before: impact.number(),
            impact_after: impact_after.number(),
            needs_stop: shift.needs_stop,
            others: shift.others,
            moved: shift.moved,
            moved_below_high: shift.moved_below_high,
            reduction: shift.reduction,
        }
    }
}
