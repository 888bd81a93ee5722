//! Decisions about weaknesses, one or many at once.

use crate::api::caller::Caller;
use crate::api::place::{self, words};
use crate::api::problem::{Answer, invalid, not_found};
use crate::api::state::Api;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use facts::id::AssetUid;
use judge::intake::id_of;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use store::Moment;
use store::risk::decision::{self, Decision, DecisionState};
use utoipa::ToSchema;
use uuid::Uuid;

/// Weaknesses of one request at most.
const WEAKNESSES_MAX: usize = 200;
/// What may be said of why.
const REASON_MAX: usize = 2_000;
/// The longest time for which a weakness is lived with, in microseconds: a year.
const ACCEPTED_US: i64 = 366 * 86_400_000_000;
/// Why a product is not affected, in the words of VEX (OpenVEX 0.2, CSAF 2.0 section 3.2.3.5).
const JUSTIFICATIONS: [&str; 5] = [
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
];

/// What is to be decided.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WeaknessDecision {
    /// Ids of the assets.
    #[schema(min_items = 1, max_items = 1000)]
    assets: Vec<String>,
    /// The weaknesses; each is decided for those of the assets that have it.
    #[schema(min_items = 1, max_items = 200)]
    weaknesses: Vec<String>,
    /// `not-affected`, `fixed` or `accepted`.
    state: String,
    /// For `not-affected`: one of the words of VEX.
    #[serde(default)]
    justification: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
    /// For `accepted`: until when, UTC, at most a year.
    #[serde(default)]
    until: Option<String>,
}

/// What was decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct WeaknessesDecided {
    /// How many decisions were written: one for each weakness of each asset that has it.
    decided: u64,
    /// How many of the assets have none of the weaknesses.
    untouched: u64,
}

/// Decides about weaknesses: they do not apply, were mended, or are lived with until a day. What was said of one firmware is not
/// said of another: it is open again when the firmware changes.
#[utoipa::path(post, path = "/vulnerabilities/decisions", tag = "vulnerabilities", request_body = WeaknessDecision,
    responses((status = 201, description = "What was decided", body = WeaknessesDecided)))]
pub(super) async fn decide_vulnerabilities(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<WeaknessDecision>,
) -> Answer<(StatusCode, Json<WeaknessesDecided>)> {
    let checked = check(&wanted, caller.now_us)?;
    let person = caller.person()?;
    let judged = api.judged();
    let mut on = api.store().write().await?;
    let (mut all, mut untouched) = (Vec::new(), 0);
    for id in &checked.assets {
        let asset = place::asset(&caller, Permission::DecideRisk, &mut on, &id.to_string()).await?;
        let mut known = BTreeSet::new();
        for found in judged.found(asset.id) {
            let Some(advisory) = found.advisory(&judged.library) else { continue };
            known.extend(found.weaknesses.iter().filter_map(|place| id_of(advisory, *place)));
        }
        let about = judged.assets.get(&asset.id);
        let firmware = about.map(|about| about.firmware.clone()).unwrap_or_default();
        let before = all.len();
        let has = wanted.weaknesses.iter().collect::<BTreeSet<_>>();
        for weakness in has.into_iter().filter(|weakness| known.contains(*weakness)) {
            all.push(Decision {
                id: Uuid::now_v7().to_string(),
                asset: asset.id,
                weakness: weakness.clone(),
                state: checked.state,
                justification: wanted.justification.clone(),
                reason: checked.reason.clone(),
                until: checked.until,
                firmware: firmware.clone(),
                made_by: person,
                maker: caller.name.clone(),
                made_at: Moment(caller.now_us),
                withdrawn_by: String::new(),
                withdrawn_at: None,
            });
        }
        untouched += u64::from(all.len() == before);
    }
    if all.is_empty() {
        return Err(invalid("weaknesses", "are none that these assets have"));
    }
    let detail = json!({
        "assets": wanted.assets, "weaknesses": wanted.weaknesses, "state": wanted.state,
        "justification": wanted.justification, "reason": checked.reason, "until": wanted.until,
    });
    caller.note(&mut on, "weakness.decide", &format!("{} assets", checked.assets.len()), &detail).await?;
    decision::add(&mut on, &all, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    let decided = u64::try_from(all.len()).unwrap_or(u64::MAX);
    Ok((StatusCode::CREATED, Json(WeaknessesDecided { decided, untouched })))
}

struct Checked {
    assets: BTreeSet<AssetUid>,
    state: DecisionState,
    reason: String,
    until: Option<Moment>,
}

fn check(wanted: &WeaknessDecision, now_us: i64) -> Answer<Checked> {
    let reason = words("reason", &wanted.reason, REASON_MAX, true)?;
    let assets = place::asset_ids(&wanted.assets)?;
    if wanted.weaknesses.is_empty() || wanted.weaknesses.len() > WEAKNESSES_MAX {
        return Err(invalid("weaknesses", format!("needs 1 to {WEAKNESSES_MAX} of them")));
    }
    let state = DecisionState::ALL.iter().copied().find(|state| state.word() == wanted.state);
    let state = state.ok_or_else(|| invalid("state", "is none of not-affected, fixed, accepted"))?;
    let is_justified = JUSTIFICATIONS.contains(&wanted.justification.as_str());
    if (state == DecisionState::NotAffected) != is_justified
        || (!is_justified && !wanted.justification.is_empty())
    {
        let known = JUSTIFICATIONS.join(", ");
        return Err(invalid("justification", format!("goes with not-affected and is one of {known}")));
    }
    let until = wanted.until.as_deref().map(|text| {
        let time: Result<jiff::Timestamp, _> = text.parse();
        time.map(|time| Moment(time.as_microsecond())).map_err(|_| invalid("until", "is no time in UTC"))
    });
    let until = until.transpose()?;
    let range = now_us..=now_us.saturating_add(ACCEPTED_US);
    match (state, until) {
        (DecisionState::Accepted, Some(until)) if range.contains(&until.0) => {}
        (DecisionState::Accepted, _) => return Err(invalid("until", "must lie ahead, at most a year")),
        (_, Some(_)) => return Err(invalid("until", "goes with accepted only")),
        (_, None) => {}
    }
    Ok(Checked { assets, state, reason, until })
}

/// Takes a decision back; it stays readable.
#[utoipa::path(delete, path = "/vulnerabilities/decisions/{id}", tag = "vulnerabilities",
    params(("id" = String, Path, description = "Id of the decision")),
    responses((status = 204, description = "Withdrawn")))]
pub(super) async fn withdraw_decision(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let mut on = api.store().write().await?;
    let found = decision::find(&mut on, &id).await?.filter(|found| found.withdrawn_at.is_none());
    let found = found.ok_or_else(|| not_found("decision", &id))?;
    place::asset(&caller, Permission::DecideRisk, &mut on, &found.asset.to_string()).await?;
    let detail = json!({ "weakness": found.weakness, "state": found.state.word(), "reason": found.reason });
    caller.note(&mut on, "weakness.withdraw", &format!("asset {}", found.asset), &detail).await?;
    decision::withdraw(&mut on, &found, &caller.name, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}
