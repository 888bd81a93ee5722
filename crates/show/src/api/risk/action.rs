//! What would lower risk.

use super::sight::{Sight, word};
use super::summary::band;
use crate::api::calendars::Stops;
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::patches::StopWindow;
use crate::api::problem::Answer;
use crate::api::state::Api;
use crate::time::utc_us;
use authz::{Permission, Place};
use axum::Json;
use axum::extract::{Extension, State};
use facts::id::{AssetUid, LineId};
use judge::risk::{Action, Asset, Effect};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
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
    /// By which it is named when several are tried together.
    key: String,
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
    pub(super) needs_stop: bool,
    /// The next stop, by calendar, of a line on which something has to stop; null where nothing has to, or none is planned.
    pub(super) window: Option<StopWindow>,
    /// The score of the asset asked for, before; null where all were asked for.
    score_before: Option<f64>,
    /// And after.
    score_after: Option<f64>,
    /// Its band before.
    band_before: Option<String>,
    /// And after.
    band_after: Option<String>,
    /// Its level of likelihood before, 1 to 5.
    likelihood_before: Option<u8>,
    /// And after.
    likelihood_after: Option<u8>,
    /// Its level of impact before, 1 to 5.
    impact_before: Option<u8>,
    /// And after.
    impact_after: Option<u8>,
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
            key: key_of(&effect.action),
            action: "",
            asset: None,
            asset_name: None,
            label: None,
            from: None,
            to: None,
            service: None,
            cost: word(&effect.cost),
            needs_stop: effect.shift.needs_stop,
            window: None,
            score_before: is_for_one.then_some(effect.shift.score.0),
            score_after: is_for_one.then_some(effect.shift.score.1),
            band_before: is_for_one.then(|| band(effect.shift.band.0)),
            band_after: is_for_one.then(|| band(effect.shift.band.1)),
            likelihood_before: is_for_one.then(|| effect.shift.cell.0.0.number()),
            likelihood_after: is_for_one.then(|| effect.shift.cell.1.0.number()),
            impact_before: is_for_one.then(|| effect.shift.cell.0.1.number()),
            impact_after: is_for_one.then(|| effect.shift.cell.1.1.number()),
            others: effect.shift.others,
            moved: effect.shift.moved,
            moved_below_high: effect.shift.moved_below_high,
            reduction: effect.shift.reduction,
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

/// What names an action among those of the moment.
pub(super) fn key_of(action: &Action) -> String {
    let only = asset_of(action).map(|asset| asset.to_string()).unwrap_or_default();
    match action {
        Action::ApplyRule { from, to, service } => {
            let service = service.map(|service| service.to_string()).unwrap_or_default();
            format!("apply-rule:{from}:{to}:{service}")
        }
        Action::Patch(label, _) => format!("patch:{only}:{label}"),
        Action::Mitigate(label, _) => format!("mitigate:{only}:{label}"),
        Action::DisableService(service, _) => format!("disable-service:{only}:{service}"),
        Action::ChangeCredential(_) => format!("change-credential:{only}"),
        Action::BrokerRemoteAccess => "broker-remote-access".to_owned(),
        Action::InstallEndpointProtection(_) => format!("install-endpoint-protection:{only}"),
        Action::WriteProtect(_) => format!("write-protect:{only}"),
        Action::Replace(_) => format!("replace:{only}"),
        Action::AcceptRisk(_) => format!("accept-risk:{only}"),
    }
}

/// Whether the asker may be told of an action: of the asset that it is for, and of the zones of a rule.
pub(super) fn is_told(sight: &Sight<'_>, action: &Action) -> bool {
    match action {
        Action::ApplyRule { from, to, .. } => sight.is_zone(*from) && sight.is_zone(*to),
        _ => asset_of(action).is_none_or(|asset| sight.asset(asset).is_some()),
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
) -> Answer<Json<RiskActions>> {
    let stops = Stops::read(&api).await?;
    let (judged, top) = (api.judged(), api.prospects());
    let visible = caller.visible(Permission::ViewRisk);
    // What is tried for the whole plant counts devices that a limited asker may not see: only who sees all is told.
    let may_see = |effect: &&Effect| match asset_of(&effect.action).and_then(|id| judged.assets.get(&id)) {
        Some(asset) => visible.shows(Place { line: asset.line, zone: asset.zone }),
        None => visible.is_everything(),
    };
    let shown = top.effects.iter().filter(may_see);
    let row = |effect| ActionRow {
        window: window(&judged, &stops, effect, caller.now_us),
        ..ActionRow::of(&judged, effect, false)
    };
    let items: Vec<ActionRow> = shown.map(row).collect();
    Ok(Json(RiskActions {
        time: (top.time_us > 0).then(|| utc_us(top.time_us)),
        hidden: super::summary::whole(top.effects.len() - items.len()),
        items,
    }))
}

/// The first stop of any line on which something has to stop for an action.
pub(super) fn window(judged: &Judged, stops: &Stops, effect: &Effect, now_us: i64) -> Option<StopWindow> {
    let line_of = |id: AssetUid| judged.assets.get(&id)?.line;
    let lines: BTreeSet<Option<LineId>> = match (&effect.action, asset_of(&effect.action)) {
        _ if !effect.shift.needs_stop => return None,
        (_, Some(only)) => [line_of(only)].into(),
        (Action::Patch(label, None), None) => {
            let is_patched =
                |asset: &&Arc<Asset>| asset.weaknesses.iter().any(|one| one.fix.as_ref() == Some(label));
            judged.plant.assets().iter().filter(is_patched).map(|asset| asset.line).collect()
        }
        _ => judged.plant.assets().iter().map(|asset| asset.line).collect(),
    };
    let next = lines.into_iter().flatten().filter_map(|line| StopWindow::next(stops, Some(line), now_us));
    next.min_by(|one, other| one.from.cmp(&other.from))
}
