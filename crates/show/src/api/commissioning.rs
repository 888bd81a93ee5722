//! Commissioning: which steps somebody signed off, and what was found then. A record that outlives whoever signed.

use super::caller::Caller;
use super::guard::guarded;
use super::page::Page;
use super::place::text;
use super::problem::{Answer, conflict, not_found};
use super::state::Api;
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::access::user;
use store::commissioning::{self, SignOff};
use store::{Moment, Trouble};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The steps, in the order in which they are done.
const STEPS: [&str; 6] = ["mirror", "clock", "networks", "register", "lines", "map"];
/// Letters of a note, and of what was found, at most.
const TEXT_MAX: usize = 1_000;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(Permission::ViewStructure, routes!(list_commissioning)))
        .routes(guarded(Permission::SignOff, routes!(sign_step, withdraw_step)))
}

/// A step of commissioning.
#[derive(Debug, Serialize, ToSchema)]
struct CommissioningStep {
    /// `mirror`, `clock`, `networks`, `register`, `lines` or `map`.
    step: &'static str,
    /// Who signed it off; null while nobody did.
    sign_off: Option<SignOffRow>,
}

/// Who signed a step off.
#[derive(Debug, Serialize, ToSchema)]
struct SignOffRow {
    /// Id of the user.
    by: String,
    /// The name then.
    by_name: String,
    /// When, UTC.
    at: String,
    /// What the signer added.
    note: String,
    /// What was found at that moment, as the signer read it.
    found: String,
}

/// A step to sign off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignOffWanted {
    /// What the signer adds.
    #[serde(default)]
    #[schema(max_length = 1000)]
    note: String,
    /// What was found, as the signer reads it.
    #[serde(default)]
    #[schema(max_length = 1000)]
    found: String,
}

/// Every step, in the order in which they are done.
#[utoipa::path(get, path = "/commissioning", tag = "commissioning",
    responses((status = 200, description = "Steps", body = Page<CommissioningStep>)))]
async fn list_commissioning(State(api): State<Api>) -> Answer<Json<Page<CommissioningStep>>> {
    let signed = commissioning::list(api.store(), api.parts().site).await?;
    let row = |step| CommissioningStep {
        step,
        sign_off: signed.iter().find(|row| row.step == step).map(SignOffRow::of),
    };
    Ok(Json(Page::whole(STEPS.into_iter().map(row).collect(), 0)))
}

/// Signs a step off. A signature is taken back before another takes its place.
#[utoipa::path(put, path = "/commissioning/{step}", tag = "commissioning", request_body = SignOffWanted,
    params(("step" = String, Path, description = "Step")),
    responses((status = 200, description = "As it is now", body = CommissioningStep),
        (status = 409, description = "It is signed off", body = super::Problem)))]
async fn sign_step(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(step): Path<String>,
    Json(wanted): Json<SignOffWanted>,
) -> Answer<Json<CommissioningStep>> {
    let (step, person) = (known(&step)?, caller.person()?);
    let note = text("note", &wanted.note, TEXT_MAX, true)?;
    let found = text("found", &wanted.found, TEXT_MAX, true)?;
    let mut tx = api.store().write().await?;
    let detail = json!({ "note": note, "found": found });
    caller.note(&mut tx, "commissioning.sign", &object(step), &detail).await?;
    let account = user::find(&mut tx, person).await?;
    let signer = account.map_or_else(
        || caller.name.clone(),
        |user| match user.display_name.as_str() {
            "" => user.name,
            name => name.to_owned(),
        },
    );
    let signed_at = Moment(caller.now_us);
    let row = SignOff {
        site: api.parts().site,
        step: step.to_owned(),
        note,
        found,
        signed_by: person,
        signer,
        signed_at,
    };
    commissioning::sign(&mut tx, &row).await.map_err(|error| match error.trouble {
        Trouble::Conflict => conflict(format!("the step {step} is signed off already")),
        _ => error.into(),
    })?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(CommissioningStep { step, sign_off: Some(SignOffRow::of(&row)) }))
}

/// Takes a signature back. The audit log keeps both.
#[utoipa::path(delete, path = "/commissioning/{step}", tag = "commissioning",
    params(("step" = String, Path, description = "Step")),
    responses((status = 204, description = "Nobody has signed it off now")))]
async fn withdraw_step(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(step): Path<String>,
) -> Answer<StatusCode> {
    let (step, site) = (known(&step)?, api.parts().site);
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "commissioning.withdraw", &object(step), &json!({})).await?;
    if commissioning::find(&mut tx, site, step).await?.is_none() {
        return Err(not_found("sign-off of step", step));
    }
    commissioning::withdraw(&mut tx, site, step, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

fn known(step: &str) -> Answer<&'static str> {
    STEPS.into_iter().find(|known| *known == step).ok_or_else(|| not_found("step", step))
}

fn object(step: &str) -> String {
    format!("commissioning {step}")
}

impl SignOffRow {
    fn of(row: &SignOff) -> Self {
        Self {
            by: row.signed_by.to_string(),
            by_name: row.signer.clone(),
            at: utc_us(row.signed_at.0),
            note: row.note.clone(),
            found: row.found.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::bench::{api, ask, person, through_door};
    use authz::{Role, Scope};
    use serde_json::json;

    #[tokio::test]
    async fn a_leader_signs_once_and_everybody_reads_who() {
        let folder = tempfile::tempdir().expect("a folder");
        let api = api(folder.path()).await;
        let router = through_door(&api);
        let (id, leader) = person(&api, "leader", Role::SiteLeader, &Scope::everything()).await;
        let (_, operator) = person(&api, "operator", Role::Operator, &Scope::everything()).await;
        let path = "/api/v1/commissioning/map";
        let wanted = json!({ "note": "現物と照合", "found": "30 の枠" });
        assert_eq!(ask(&router, "put", path, &operator, Some(wanted.clone())).await.status, 403);
        let told = ask(&router, "put", path, &leader, Some(wanted.clone())).await;
        assert_eq!((told.status.as_u16(), &told.body["sign_off"]["by_name"]), (200, &json!("leader")));
        assert_eq!(ask(&router, "put", path, &leader, Some(wanted)).await.status, 409);
        let list = ask(&router, "get", "/api/v1/commissioning", &operator, None).await.body;
        let steps: Vec<_> = list["items"].as_array().expect("rows").iter().map(|row| &row["step"]).collect();
        assert_eq!(steps, ["mirror", "clock", "networks", "register", "lines", "map"]);
        let signed = &list["items"][5]["sign_off"];
        assert_eq!((&signed["by"], &signed["note"]), (&json!(id.to_string()), &json!("現物と照合")));
        assert!(list["items"][0]["sign_off"].is_null());
        assert_eq!(ask(&router, "delete", path, &operator, None).await.status, 403);
        assert_eq!(ask(&router, "delete", path, &leader, None).await.status, 204);
        assert_eq!(ask(&router, "delete", path, &leader, None).await.status, 404);
        let log = ask(&router, "get", "/api/v1/audit", &leader, None).await.body;
        let actions: Vec<_> =
            log["items"].as_array().expect("rows").iter().map(|row| &row["action"]).collect();
        assert_eq!(actions, ["commissioning.withdraw", "commissioning.sign"]);
        let none = ask(&router, "put", "/api/v1/commissioning/roof", &leader, Some(json!({}))).await;
        assert_eq!(none.status, 404);
    }
}
