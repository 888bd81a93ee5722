//! Until when what is to be done: days from the decision, which are the owner's.

use crate::api::caller::Caller;
use crate::api::place::words;
use crate::api::problem::{Answer, invalid};
use crate::api::state::Api;
use crate::api::vulnerabilities::decision_word;
use crate::time::utc_us;
use axum::Json;
use axum::extract::{Extension, State};
use judge::ssvc::{Dates, Decision, Due};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use store::settings::{self, Setting};
use store::{Moment, Store, StoreError};
use utoipa::ToSchema;

/// The setting that holds them.
const SETTING: &str = "patch-dates";
/// Days at most: ten years.
const DAYS_MAX: u32 = 3_650;
/// The decisions, the most urgent first.
const DECISIONS: [Decision; 4] =
    [Decision::Immediate, Decision::OutOfCycle, Decision::Scheduled, Decision::Defer];

/// Until when what is to be done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PatchDates {
    /// A row for each decision, the most urgent first.
    decisions: Vec<PatchDue>,
    /// Why they were changed; empty for the product's own.
    reason: String,
    /// Who changed them; empty for the product's own.
    changed_by: String,
    /// When, UTC; null for the product's own.
    changed_at: Option<String>,
}

/// The dates as they shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PatchDatesWanted {
    /// A row for each decision; a more urgent one is never due later.
    decisions: Vec<PatchDue>,
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// Days from the day on which the weakness was known and the device was there.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PatchDue {
    /// `immediate`, `out-of-cycle`, `scheduled` or `defer`.
    decision: String,
    /// Until a mitigation stands; null for no date.
    #[schema(minimum = 1, maximum = 3650)]
    mitigation_days: Option<u32>,
    /// Until the patch is installed at the latest; null for no date.
    #[schema(minimum = 1, maximum = 3650)]
    patch_days: Option<u32>,
    /// Until the decision is looked at again; null for no date.
    #[schema(minimum = 1, maximum = 3650)]
    review_days: Option<u32>,
}

/// As the setting holds them.
#[derive(Default, Deserialize, Serialize)]
struct Kept {
    decisions: Vec<PatchDue>,
    reason: String,
    maker: String,
}

/// Until when a mitigation stands, a patch is installed, and a decision is looked at again.
#[utoipa::path(get, path = "/vulnerabilities/patches/dates", tag = "vulnerabilities",
    responses((status = 200, description = "The dates", body = PatchDates)))]
pub(super) async fn show_patch_dates(State(api): State<Api>) -> Answer<Json<PatchDates>> {
    Ok(Json(told(settings::find(api.store(), SETTING).await?.as_ref())))
}

/// Sets until when what is to be done. Every date of the update advice follows at once; risk does not change.
#[utoipa::path(put, path = "/vulnerabilities/patches/dates", tag = "vulnerabilities", request_body = PatchDatesWanted,
    responses((status = 200, description = "The dates", body = PatchDates)))]
pub(super) async fn change_patch_dates(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<PatchDatesWanted>,
) -> Answer<Json<PatchDates>> {
    let reason = words("reason", &wanted.reason, 1_000, true)?;
    check(&wanted.decisions)?;
    let person = caller.person()?;
    let detail = json!({ "decisions": wanted.decisions, "reason": reason });
    let kept = Kept { decisions: wanted.decisions, reason, maker: caller.name.clone() };
    let setting = Setting {
        key: SETTING.into(),
        value: store::Json(serde_json::to_string(&kept).unwrap_or_default()),
        made_by: person.to_string(),
        made_at: Moment(caller.now_us),
    };
    let mut on = api.store().write().await?;
    caller.note(&mut on, "patch.dates", "patch dates", &detail).await?;
    settings::put(&mut on, &setting).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(Json(told(Some(&setting))))
}

/// The dates that count.
pub(super) async fn read(store: &Store) -> Result<Dates, StoreError> {
    let kept = kept(settings::find(store, SETTING).await?.as_ref());
    let mut dates = Dates::default();
    for row in &kept.decisions {
        let due = match row.decision.as_str() {
            "immediate" => &mut dates.immediate,
            "out-of-cycle" => &mut dates.out_of_cycle,
            "scheduled" => &mut dates.scheduled,
            _ => &mut dates.defer,
        };
        *due = Due {
            mitigation_days: row.mitigation_days,
            patch_days_max: row.patch_days,
            review_days: row.review_days,
            ..*due
        };
    }
    Ok(dates)
}

fn kept(setting: Option<&Setting>) -> Kept {
    setting.and_then(|setting| serde_json::from_str(&setting.value.0).ok()).unwrap_or_default()
}

fn told(setting: Option<&Setting>) -> PatchDates {
    let kept = kept(setting);
    let own = |decision: Decision| {
        let due = Dates::default().of(decision);
        PatchDue {
            decision: decision_word(decision).into(),
            mitigation_days: due.mitigation_days,
            patch_days: due.patch_days_max,
            review_days: due.review_days,
        }
    };
    let is_own = kept.decisions.is_empty();
    PatchDates {
        decisions: if is_own { DECISIONS.map(own).to_vec() } else { kept.decisions },
        reason: kept.reason,
        changed_by: kept.maker,
        changed_at: setting.filter(|_| !is_own).map(|setting| utc_us(setting.made_at.0)),
    }
}

/// One row for each decision, each number within its bounds, and nothing more urgent later than what is less so.
fn check(rows: &[PatchDue]) -> Answer<()> {
    let by: BTreeMap<&str, &PatchDue> = rows.iter().map(|row| (row.decision.as_str(), row)).collect();
    let ordered = DECISIONS.map(|decision| by.get(decision_word(decision)).copied());
    let ordered: Option<Vec<&PatchDue>> = ordered.into_iter().collect();
    let ordered = ordered.filter(|_| rows.len() == DECISIONS.len());
    let ordered = ordered.ok_or_else(|| {
        invalid("decisions", "need one row of immediate, out-of-cycle, scheduled and defer")
    })?;
    for row in &ordered {
        let days = [row.mitigation_days, row.patch_days, row.review_days];
        if days.into_iter().flatten().any(|days| !(1..=DAYS_MAX).contains(&days)) {
            return Err(invalid("decisions", format!("{}: days are 1 to {DAYS_MAX}", row.decision)));
        }
    }
    for (urgent, next) in ordered.iter().zip(ordered.iter().skip(1)) {
        let is_later = |days: fn(&PatchDue) -> Option<u32>| {
            days(urgent).unwrap_or(u32::MAX) > days(next).unwrap_or(u32::MAX)
        };
        if is_later(|due| due.mitigation_days) || is_later(|due| due.patch_days) {
            let why = format!("{} is due later than {}", urgent.decision, next.decision);
            return Err(invalid("decisions", why));
        }
    }
    Ok(())
}
