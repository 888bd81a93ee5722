//! What people do about patches: the next state, or a deferral; for one asset or many at once, for all of them or for none.

use super::list::state_of;
use super::track::{self, first_move, is_shown, tracks};
use crate::api::caller::Caller;
use crate::api::place::{self, text, words};
use crate::api::problem::{Answer, internal, invalid};
use crate::api::state::Api;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use judge::advice::{Deferral, PatchMove, PatchTrack, REVIEW_DAYS_MAX};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::risk::patch::{self, PatchEvent, PatchEventKind};
use store::{Json as Document, Moment};
use utoipa::ToSchema;
use uuid::Uuid;
use wire::Time;

/// Letters of a reason and of what remains at most.
const TEXT_MAX: usize = 2_000;
/// Letters of a name at most.
const NAME_MAX: usize = 200;
/// Mitigations of a deferral at most.
const MITIGATIONS_MAX: usize = 20;

/// The next step of a patch.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PatchStep {
    /// Ids of the assets.
    #[schema(min_items = 1, max_items = 1000)]
    assets: Vec<String>,
    /// The version that the patch brings.
    #[schema(min_length = 1, max_length = 200)]
    version: String,
    /// The next state by IEC TR 62443-2-3; it must follow the present one of every asset.
    to: String,
    /// Why; needed where a test is left out or an installation is taken back.
    #[serde(default)]
    #[schema(max_length = 2000)]
    note: String,
    /// Who approved it, where the owner's test is left out; somebody else than who takes the step.
    #[serde(default)]
    #[schema(max_length = 200)]
    approver: String,
}

/// A decision to patch later.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PatchDeferral {
    /// Ids of the assets.
    #[schema(min_items = 1, max_items = 1000)]
    assets: Vec<String>,
    /// The version that the patch brings.
    #[schema(min_length = 1, max_length = 200)]
    version: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
    /// Who answers for it.
    #[schema(min_length = 1, max_length = 200)]
    owner: String,
    /// Until when it holds, UTC; at most 90 days ahead.
    until: String,
    /// What protects in the meantime; a deferral without counts in no goal.
    #[serde(default)]
    #[schema(max_items = 20)]
    mitigations: Vec<String>,
    /// What remains, in words.
    #[serde(default)]
    #[schema(max_length = 2000)]
    residual_risk: String,
}

/// What was done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PatchesChanged {
    /// Of how many assets the patch was changed.
    changed: u64,
}

/// Takes the patch of one or many assets to its next state. Where one of them cannot take the step, none does.
#[utoipa::path(post, path = "/vulnerabilities/patches/moves", tag = "vulnerabilities", request_body = PatchStep,
    responses((status = 201, description = "What was changed", body = PatchesChanged)))]
pub(super) async fn move_patches(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<PatchStep>,
) -> Answer<(StatusCode, Json<PatchesChanged>)> {
    let to = state_of(&wanted.to).ok_or_else(|| invalid("to", "is none of IEC TR 62443-2-3"))?;
    let note = text("note", &wanted.note, TEXT_MAX, true)?;
    let approver = text("approver", &wanted.approver, NAME_MAX, true)?;
    if !approver.is_empty() && approver.to_lowercase() == caller.name.to_lowercase() {
        return Err(invalid("approver", "takes the step: name somebody else"));
    }
    let detail = json!({ "assets": wanted.assets, "version": wanted.version, "to": wanted.to, "note": note,
        "approver": approver });
    let step = |one: &Patch, now| {
        let step = PatchMove {
            to,
            at: now,
            actor: caller.name.clone(),
            note: note.clone(),
            approver: approver.clone(),
            verified: is_shown(&one.about, &wanted.version),
        };
        // The first step may be the state in which the patch came.
        let is_first = one.is_new && one.track.state() == Some(to);
        if !is_first {
            one.track
                .clone()
                .step(step.clone())
                .map_err(|fault| invalid("to", format!("{}: {fault}", one.about.name)))?;
        }
        let document = serde_json::to_string(&step).map_err(|error| internal("write a step", error))?;
        Ok((!is_first).then_some((PatchEventKind::Move, document)))
    };
    change(&api, &caller, (&wanted.assets, &wanted.version), ("patch.move", detail), step).await
}

/// Defers the patch of one or many assets. Where it cannot be deferred for one of them, it is for none.
#[utoipa::path(post, path = "/vulnerabilities/patches/deferrals", tag = "vulnerabilities", request_body = PatchDeferral,
    responses((status = 201, description = "What was changed", body = PatchesChanged)))]
pub(super) async fn defer_patches(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<PatchDeferral>,
) -> Answer<(StatusCode, Json<PatchesChanged>)> {
    let until: jiff::Timestamp = wanted.until.parse().map_err(|_| invalid("until", "is no time in UTC"))?;
    let mitigations = wanted.mitigations.iter().map(|text| words("mitigations", text, TEXT_MAX, false));
    let deferral = Deferral {
        reason: words("reason", &wanted.reason, TEXT_MAX, true)?,
        owner: words("owner", &wanted.owner, NAME_MAX, true)?,
        since: Time(caller.now_us.saturating_mul(1_000)),
        until: Time(until.as_microsecond().saturating_mul(1_000)),
        mitigations: mitigations.collect::<Answer<_>>()?,
        residual_risk: text("residual_risk", &wanted.residual_risk, TEXT_MAX, true)?,
    };
    if deferral.mitigations.len() > MITIGATIONS_MAX {
        return Err(invalid("mitigations", format!("are more than {MITIGATIONS_MAX}")));
    }
    let detail = json!({ "assets": wanted.assets, "version": wanted.version, "reason": deferral.reason,
        "owner": deferral.owner, "until": wanted.until, "mitigations": deferral.mitigations,
        "residual_risk": deferral.residual_risk });
    let defer = |one: &Patch, _| {
        let mut track = one.track.clone();
        let refused = |fault| invalid("until", format!("{}: {fault}", one.about.name));
        track.defer(deferral.clone(), REVIEW_DAYS_MAX).map_err(refused)?;
        let document =
            serde_json::to_string(&deferral).map_err(|error| internal("write a deferral", error))?;
        Ok(Some((PatchEventKind::Deferral, document)))
    };
    change(&api, &caller, (&wanted.assets, &wanted.version), ("patch.defer", detail), defer).await
}

/// The patch of an asset that is to be changed.
struct Patch {
    about: crate::api::judged::Judge,
    track: PatchTrack,
    /// Whether its track begins now.
    is_new: bool,
}

type Event = Option<(PatchEventKind, String)>;

async fn change(
    api: &Api,
    caller: &Caller,
    (assets, version): (&[String], &str),
    (deed, detail): (&str, serde_json::Value),
    each: impl Fn(&Patch, Time) -> Answer<Event>,
) -> Answer<(StatusCode, Json<PatchesChanged>)> {
    let ids = place::asset_ids(assets)?;
    let person = caller.person()?;
    let (judged, now) = (api.judged(), Time(caller.now_us.saturating_mul(1_000)));
    let mut on = api.store().write().await?;
    let mut events = Vec::new();
    for id in &ids {
        let asset = place::asset(caller, Permission::DecideRisk, &mut on, &id.to_string()).await?;
        let about = judged.assets.get(&asset.id).cloned().unwrap_or_default();
        let mut kept = tracks(&patch::of_asset(&mut on, asset.id).await?)?;
        let kept = kept.remove(&(asset.id, version.to_owned()));
        if kept.is_none() && track::offered(&judged, asset.id).as_deref() != Some(version) {
            return Err(invalid("version", format!("is no patch that is known for {}", about.name)));
        }
        let mut event = |kind, document: String| {
            events.push(PatchEvent {
                id: Uuid::now_v7().to_string(),
                asset: asset.id,
                version: version.to_owned(),
                kind,
                document: Document(document),
                made_by: person,
                maker: caller.name.clone(),
                made_at: Moment(caller.now_us),
            });
        };
        let (is_new, mut track) = (kept.is_none(), kept.unwrap_or_default());
        if is_new {
            let first = first_move(&judged, asset.id, version, now);
            let document = serde_json::to_string(&first).map_err(|error| internal("write a step", error))?;
            event(PatchEventKind::Move, document);
            track.moves.push(first);
        }
        if let Some((kind, document)) = each(&Patch { about, track, is_new }, now)? {
            event(kind, document);
        }
    }
    caller.note(&mut on, deed, &format!("{} assets", ids.len()), &detail).await?;
    patch::add(&mut on, &events, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    let changed = u64::try_from(ids.len()).unwrap_or(u64::MAX);
    Ok((StatusCode::CREATED, Json(PatchesChanged { changed })))
}
