//! What would lower risk.

use super::sight::word;
use super::summary::band;
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::state::Api;
use crate::time::utc_us;
use authz::{Permission, Place};
use axum::Json;
use axum::extract::{Extension, State};
use facts::id::AssetUid;
use judge::risk::{Action, Effect};
use serde::Serialize;
use utoipa::ToSchema;

/// Actions that would lower the risk of the plant.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RiskActions {
    /// When they were tried on a copy of the plant, UTC; null before the first time.
    time: Option<String>,
    /// The five that lower most.
    items: Vec<ActionRow>,
    /// How many of them the asker may not see.
    hidden: u64,
}

/// An action, and what it would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionRow {
    /// `apply-rule`, `patch`, `mitigate`, `disable-service`, `change-credential`, `broker-remote-access`,
    /// `install-endpoint-protection`, `write-protect`, `replace` or `accept-risk`.
    action: &'static str,
    /// Id of the one asset that it is for; null for all that it applies to.
    asset: Option<String>,
    /// The name of that asset.
    asset_name: Option<String>,
    /// The update of a patch, or the weakness that is mitigated.
    label: Option<String>,
    /// Zone from which a rule denies.
    from: Option<String>,
    /// Zone to which.
    to: Option<String>,
    /// The service of a rule, or that is switched off; null for all that was not seen.
    service: Option<String>,
    /// `setting`, `installation`, `replacement` or `decision`.
    cost: String,
    /// Whether something has to stop for it.
    needs_stop: bool,
    /// The score of the asset asked for, before; null where all were asked for.
    score_before: Option<f64>,
    /// And after.
    score_after: Option<f64>,
    /// Its band before.
    band_before: Option<String>,
    /// And after.
    band_after: Option<String>,
    /// How many other devices improve.
    others: u32,
    /// How many devices move to a lower band.
    moved: u32,
    /// How many of them leave high and critical.
    moved_below_high: u32,
    /// The sum by which scores are lowered.
    reduction: f64,
}

impl ActionRow {
    /// An action tried for one asset, or for all.
    pub(crate) fn of(judged: &Judged, effect: &Effect, is_for_one: bool) -> Self {
        let mut row = Self {
            action: "",
            asset: None,
            asset_name: None,
            label: None,
            from: None,
            to: None,
            service: None,
            cost: word(&effect.cost),
            needs_stop: effect.needs_stop,
            score_before: is_for_one.then_some(effect.score.0),
            score_after: is_for_one.then_some(effect.score.1),
            band_before: is_for_one.then(|| band(effect.band.0)),
            band_after: is_for_one.then(|| band(effect.band.1)),
            others: effect.others,
            moved: effect.moved,
            moved_below_high: effect.moved_below_high,
            reduction: effect.reduction,
        };
        let of = |id: &AssetUid| judged.assets.get(id).map(|asset| asset.name.clone());
        let only = asset_of(&effect.action);
        row.asset = only.map(|id| id.to_string());
        row.asset_name = only.as_ref().and_then(of);
        row.action = match &effect.action {
            Action::ApplyRule { from, to, service } => {
                (row.from, row.to) = (Some(from.to_string()), Some(to.to_string()));
                row.service = service.map(|service| service.to_string());
                "apply-rule"
            }
            Action::Patch(label, _) => {
                row.label = Some(label.to_string());
                "patch"
            }
            Action::Mitigate(label, _) => {
                row.label = Some(label.to_string());
                "mitigate"
            }
            Action::DisableService(service, _) => {
                row.service = Some(service.to_string());
                "disable-service"
            }
            Action::ChangeCredential(_) => "change-credential",
            Action::BrokerRemoteAccess => "broker-remote-access",
            Action::InstallEndpointProtection(_) => "install-endpoint-protection",
            Action::WriteProtect(_) => "write-protect",
            Action::Replace(_) => "replace",
            Action::AcceptRisk(_) => "accept-risk",
        };
        row
    }
}

/// The asset that an action is for.
fn asset_of(action: &Action) -> Option<AssetUid> {
    match action {
        Action::Patch(_, only)
        | Action::Mitigate(_, only)
        | Action::ChangeCredential(only)
        | Action::InstallEndpointProtection(only)
        | Action::WriteProtect(only) => *only,
        Action::DisableService(_, only) | Action::Replace(only) | Action::AcceptRisk(only) => Some(*only),
        Action::ApplyRule { .. } | Action::BrokerRemoteAccess => None,
    }
}

/// The five actions that would lower the risk of the plant most, each tried on a copy of it.
#[utoipa::path(get, path = "/risk/actions", tag = "risk",
    responses((status = 200, description = "Actions", body = RiskActions)))]
pub(super) async fn list_risk_actions(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Json<RiskActions> {
    let (judged, top) = (api.judged(), api.top_actions());
    let visible = caller.visible(Permission::ViewRisk);
    // What is tried for the whole plant counts devices that a limited asker may not see: only who sees all is told.
    let may_see = |effect: &&Effect| match asset_of(&effect.action).and_then(|id| judged.assets.get(&id)) {
        Some(asset) => visible.shows(Place { line: asset.line, zone: asset.zone }),
        None => visible.is_everything(),
    };
    let shown = top.effects.iter().filter(may_see);
    let items: Vec<ActionRow> = shown.map(|effect| ActionRow::of(&judged, effect, false)).collect();
    Json(RiskActions {
        time: (top.time_us > 0).then(|| utc_us(top.time_us)),
        hidden: super::summary::whole(top.effects.len() - items.len()),
        items,
    })
}
