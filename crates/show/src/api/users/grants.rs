//! Roles of people.

use super::super::caller::Caller;
use super::super::guard::guarded;
use super::super::problem::{Answer, conflict, invalid, not_found};
use super::super::scope::{self, Reach};
use super::super::state::Api;
use super::{GrantRow, must_keep_administrator, object, present, read_id};
use authz::Permission::ManageUsers;
use authz::{Grant as Decision, Holder};
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::Moment;
use store::access::grant::{self, Grant};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Roles of one person at most.
const GRANTS_MAX: usize = 50;

/// A role to give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGrant {
    /// `viewer`, `operator`, `site-leader`, `auditor` or `administrator`.
    role: String,
    /// Where it counts; without it, everywhere.
    #[serde(default)]
    reach: Reach,
    /// When it ends, RFC 3339; an auditor's must.
    #[serde(default)]
    until: Option<String>,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ManageUsers, routes!(give_role)))
        .routes(guarded(ManageUsers, routes!(end_role)))
}

/// Gives a person a role. It counts from the next request on.
#[utoipa::path(post, path = "/users/{id}/roles", tag = "users", params(("id" = String, Path)),
    request_body = NewGrant, responses((status = 201, description = "Given", body = GrantRow)))]
async fn give_role(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(given): Json<NewGrant>,
) -> Answer<(StatusCode, Json<GrantRow>)> {
    let id = read_id(&id)?;
    let role = scope::role(&given.role)?;
    if role.holder() != Holder::Person {
        return Err(invalid("role", format!("{role} is for machines: issue a token")));
    }
    let until = given.until.as_deref().map(|text| scope::end("until", text, caller.now_us)).transpose()?;
    let checked = given.reach.checked(&api, until).await?;
    Decision::new(role, checked.clone()).map_err(|error| invalid("until", format!("cannot {error}")))?;
    let new = Grant {
        id: Uuid::now_v7().to_string(),
        user_id: id,
        role: role.name().to_owned(),
        scope: scope::kept(&checked),
        until: until.map(Moment),
        made_by: caller.actor().person().unwrap_or(id),
        made_at: Moment(caller.now_us),
    };
    let row = GrantRow::of(&new);
    let mut tx = api.store().write().await?;
    let detail = json!({ "grant": new.id, "role": new.role, "reach": row.reach, "until": row.until });
    caller.note(&mut tx, "user.role", &object(id), &detail).await?;
    let user = present(&mut tx, id).await?;
    if user.origin != "local" {
        return Err(conflict("the user's roles follow from groups of the system that vouches for the user"));
    }
    if grant::of_user(&mut tx, id, Moment(i64::MIN)).await?.len() >= GRANTS_MAX {
        return Err(conflict(format!("a person has {GRANTS_MAX} roles at most")));
    }
    grant::put(&mut tx, &new, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok((StatusCode::CREATED, Json(row)))
}

/// Takes a role away. It counts from the next request on.
#[utoipa::path(delete, path = "/users/{id}/roles/{grant}", tag = "users",
    params(("id" = String, Path), ("grant" = String, Path)),
    responses((status = 204, description = "Taken away"),
        (status = 409, description = "No administrator would be left", body = super::super::Problem)))]
async fn end_role(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path((id, grant)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let id = read_id(&id)?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "user.role-ended", &object(id), &json!({ "grant": grant })).await?;
    let kept = grant::of_user(&mut tx, id, Moment(i64::MIN)).await?;
    let old = kept.iter().find(|kept| kept.id == grant).ok_or_else(|| not_found("role", &grant))?;
    grant::remove(&mut tx, old, Moment(caller.now_us)).await?;
    must_keep_administrator(&mut tx).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}
