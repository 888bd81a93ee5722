//! How bad a loss would be, as people decide it for a line, a zone or an asset.

use crate::api::caller::Caller;
use crate::api::page::Page;
use crate::api::place::{self, words};
use crate::api::problem::{Answer, invalid, not_found};
use crate::api::state::Api;
use crate::time::utc_us;
use authz::{Permission, Place};
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::risk::consequence::{self, Consequence, ConsequenceKind};
use store::structure::{line, zone};
use store::{Json as Document, Moment, Transaction};
use utoipa::ToSchema;

/// What may be said of why.
const REASON_MAX: usize = 1_000;

/// Consequences as they shall be; null leaves a letter to the zone, the line, or the role.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsequencesWanted {
    /// People's safety: 1 first aid, 3 lost-time injury, 5 death possible.
    #[schema(maximum = 5)]
    safety: Option<u8>,
    /// Environment: 1 contained on site, 3 reportable release, 5 lasting damage outside.
    #[schema(maximum = 5)]
    environment: Option<u8>,
    /// Production: 1 under an hour of one line, 3 one shift of one line, 5 the site for more than 3 days.
    #[schema(maximum = 5)]
    production: Option<u8>,
    /// Quality and finance: 1 below 1 million yen, 3 below 100 million, 5 above 1,000 million.
    #[schema(maximum = 5)]
    finance: Option<u8>,
    /// Data, law and contract: 1 internal data, 3 customer data or recipe, 5 legal breach or many customers.
    #[schema(maximum = 5)]
    data: Option<u8>,
    /// When a declared hot standby or manual fallback was last tested, UTC; only for an asset.
    #[serde(default)]
    standby_tested: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// Consequences that people decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ConsequencesRow {
    /// `line`, `zone` or `asset`.
    kind: &'static str,
    /// Its id.
    object: String,
    /// People's safety, 0 to 5.
    safety: Option<u8>,
    /// Environment.
    environment: Option<u8>,
    /// Production.
    production: Option<u8>,
    /// Quality and finance.
    finance: Option<u8>,
    /// Data, law and contract.
    data: Option<u8>,
    /// When a declared standby was last tested, UTC.
    standby_tested: Option<String>,
    /// Why.
    reason: String,
    /// Who decided.
    decided_by: String,
    /// When, UTC.
    decided_at: String,
}

/// As it is kept; the engine's own order of letters.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    values: [Option<u8>; 5],
    standby_tested_us: Option<i64>,
}

impl ConsequencesRow {
    fn of(row: &Consequence) -> Self {
        let kept: Kept = serde_json::from_str(&row.document.0).unwrap_or_default();
        let [safety, environment, production, finance, data] = kept.values;
        Self {
            kind: row.kind.word(),
            object: row.object.clone(),
            safety,
            environment,
            production,
            finance,
            data,
            standby_tested: kept.standby_tested_us.map(utc_us),
            reason: row.reason.clone(),
            decided_by: row.maker.clone(),
            decided_at: utc_us(row.made_at.0),
        }
    }
}

/// Consequences that were decided, for every line, zone and asset that the asker may see.
#[utoipa::path(get, path = "/risk/consequences", tag = "risk",
    responses((status = 200, description = "Decisions", body = Page<ConsequencesRow>)))]
pub(super) async fn list_consequences(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Json<Page<ConsequencesRow>>> {
    let rows = consequence::list(api.store()).await?;
    let all = rows.len();
    let visible = caller.visible(Permission::ViewRisk);
    let judged = api.judged();
    let is_shown = |row: &&Consequence| match row.kind {
        ConsequenceKind::Asset => {
            let asset = row.object.parse().ok().and_then(|id| judged.assets.get(&id));
            asset.map_or_else(
                || visible.is_everything(),
                |asset| visible.shows(Place { line: asset.line, zone: asset.zone }),
            )
        }
        ConsequenceKind::Line => visible.shows(Place { line: row.object.parse().ok(), zone: None }),
        ConsequenceKind::Zone => visible.shows(Place { line: None, zone: row.object.parse().ok() }),
    };
    let items: Vec<_> = rows.iter().filter(is_shown).map(ConsequencesRow::of).collect();
    let hidden = super::summary::whole(all - items.len());
    Ok(Json(Page::whole(items, hidden)))
}

/// Decides how bad the loss of a line, a zone or an asset would be.
#[utoipa::path(put, path = "/risk/consequences/{kind}/{id}", tag = "risk", request_body = ConsequencesWanted,
    params(("kind" = String, Path, description = "`line`, `zone` or `asset`"),
        ("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The decision", body = ConsequencesRow)))]
pub(super) async fn decide_consequences(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path((kind, id)): Path<(String, String)>,
    Json(wanted): Json<ConsequencesWanted>,
) -> Answer<Json<ConsequencesRow>> {
    let reason = words("reason", &wanted.reason, REASON_MAX, true)?;
    let person = caller.person()?;
    let kept = kept(&wanted)?;
    let mut on = api.store().write().await?;
    let kind = object(&api, &caller, &mut on, &kind, &id).await?;
    if kept.standby_tested_us.is_some() && kind != ConsequenceKind::Asset {
        return Err(invalid("standby_tested", "is only for an asset"));
    }
    let subject = format!("{} {id}", kind.word());
    let before = consequence::find(&mut on, kind, &id).await?.map(|row| row.document.0);
    let detail = json!({ "values": kept.values, "reason": reason, "before": before });
    caller.note(&mut on, "risk.consequences", &subject, &detail).await?;
    let row = Consequence {
        kind,
        object: id,
        document: Document(serde_json::to_string(&kept).unwrap_or_default()),
        reason,
        made_by: person,
        maker: caller.name.clone(),
        made_at: Moment(caller.now_us),
    };
    consequence::put(&mut on, &row).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(Json(ConsequencesRow::of(&row)))
}

/// Leaves consequences to the zone, the line or the role again.
#[utoipa::path(delete, path = "/risk/consequences/{kind}/{id}", tag = "risk",
    params(("kind" = String, Path, description = "`line`, `zone` or `asset`"),
        ("id" = String, Path, description = "Its id")),
    responses((status = 204, description = "Removed")))]
pub(super) async fn remove_consequences(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path((kind, id)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let mut on = api.store().write().await?;
    let kind = object(&api, &caller, &mut on, &kind, &id).await?;
    let before = consequence::find(&mut on, kind, &id).await?;
    let before = before.ok_or_else(|| not_found("decision about the consequences of", &id))?;
    let subject = format!("{} {id}", kind.word());
    let detail = json!({ "before": before.document.0 });
    caller.note(&mut on, "risk.consequences-remove", &subject, &detail).await?;
    consequence::remove(&mut on, kind, &id, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

fn kept(wanted: &ConsequencesWanted) -> Answer<Kept> {
    let ConsequencesWanted { safety, environment, production, finance, data, standby_tested, .. } = wanted;
    let names = ["safety", "environment", "production", "finance", "data"];
    let values = [*safety, *environment, *production, *finance, *data];
    for (name, value) in names.into_iter().zip(values) {
        if value.is_some_and(|value| value > 5) {
            return Err(invalid(name, "is not between 0 and 5"));
        }
    }
    let tested = standby_tested.as_deref().map(|text| {
        let time: Result<jiff::Timestamp, _> = text.parse();
        time.map(|time| time.as_microsecond()).map_err(|_| invalid("standby_tested", "is no time in UTC"))
    });
    Ok(Kept { values, standby_tested_us: tested.transpose()? })
}

/// What is decided about, when the asker may.
async fn object(
    api: &Api,
    caller: &Caller,
    on: &mut Transaction,
    kind: &str,
    id: &str,
) -> Answer<ConsequenceKind> {
    let found = ConsequenceKind::ALL.iter().copied().find(|known| known.word() == kind);
    let kind = found.ok_or_else(|| not_found("kind of thing", kind))?;
    let is_of = |site| site == api.parts().site;
    match kind {
        ConsequenceKind::Asset => {
            place::asset(caller, Permission::DecideRisk, on, id).await?;
        }
        ConsequenceKind::Zone => {
            let row = zone::find(on, place::path_id("zone", id)?).await?.filter(|row| is_of(row.site));
            let row = row.ok_or_else(|| not_found("zone", id))?;
            caller.may_at(Permission::DecideRisk, Place { line: None, zone: Some(row.id) })?;
        }
        ConsequenceKind::Line => {
            let row = line::find(on, place::path_id("line", id)?).await?.filter(|row| is_of(row.site));
            let row = row.ok_or_else(|| not_found("line", id))?;
            caller.may_at(Permission::DecideRisk, Place { line: Some(row.id), zone: None })?;
        }
    }
    Ok(kind)
}
