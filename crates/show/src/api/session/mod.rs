//! Log-in, log-out, and who is logged in.

mod begin;
mod external;
mod login;
mod passkey;
mod throttle;

pub(crate) use begin::{begin, welcome, with_cookie};
pub(crate) use login::{Factors, check_local_password};
pub(crate) use throttle::forgive;

use super::caller::Caller;
use super::entry::Provider;
use super::guard::open;
use super::problem::Answer;
use super::scope::RoleRow;
use super::state::Api;
use crate::time::utc_us;
use authz::{Actor, Permission};
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::access::{session, user};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Who is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhoAmI {
    /// `nobody`, `person` or `machine`.
    kind: &'static str,
    /// Id of the user or token; null for nobody.
    id: Option<String>,
    /// What is typed to log in, or the token's name.
    name: String,
    /// The person's name.
    display_name: String,
    /// `en` or `ja`; empty for the browser's.
    language: String,
    /// Roles, also those that are over.
    roles: Vec<RoleRow>,
    /// What may be done now, at least somewhere.
    permissions: Vec<&'static str>,
    /// Moment of the answer, UTC.
    time: String,
}

/// How people may log in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Methods {
    /// Name and password.
    password: bool,
    /// Passkeys; they need an https address with a name.
    passkey: bool,
    /// The password may be that of a directory.
    directory: bool,
    /// What the button of the identity provider says; null without one.
    provider: Option<String>,
    /// Nobody has a log-in yet: open the link that the server printed at its start.
    needs_first_user: bool,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(open(routes!(show_session)))
        .routes(open(routes!(list_methods)))
        .routes(open(routes!(login::log_in)))
        .routes(open(routes!(log_out)))
        .routes(open(routes!(passkey::begin_passkey)))
        .routes(open(routes!(passkey::finish_passkey)))
        .routes(open(routes!(external::begin_provider)))
        .routes(open(routes!(external::finish_provider)))
}

/// Who is logged in, and what may be done. Answers also when nobody is.
#[utoipa::path(get, path = "/auth/session", tag = "session",
    responses((status = 200, description = "Who asks", body = WhoAmI)))]
async fn show_session(State(api): State<Api>, Extension(caller): Extension<Caller>) -> Answer<Json<WhoAmI>> {
    who_am_i(&api, &caller).await.map(Json)
}

/// How people may log in here.
#[utoipa::path(get, path = "/auth/methods", tag = "session",
    responses((status = 200, description = "Ways to log in", body = Methods)))]
async fn list_methods(State(api): State<Api>) -> Answer<Json<Methods>> {
    let entry = &api.parts().entry;
    Ok(Json(Methods {
        password: true,
        passkey: api.passkeys().is_some(),
        directory: entry.directory.is_some(),
        provider: entry.provider.as_ref().map(|provider: &Provider| provider.label.clone()),
        needs_first_user: user::count(api.store()).await? == 0,
    }))
}

/// Ends the log-in of this browser. Nothing happens where there is none.
#[utoipa::path(post, path = "/auth/logout", tag = "session",
    responses((status = 204, description = "Nobody is logged in any more")))]
async fn log_out(State(api): State<Api>, Extension(caller): Extension<Caller>) -> Answer<Response> {
    if let Some(id) = caller.session {
        let mut tx = api.store().write().await?;
        caller.note(&mut tx, "session.end", &format!("session {id}"), &serde_json::json!({})).await?;
        session::remove(&mut tx, id).await?;
        tx.commit().await?;
    }
    let removal = ::login::session::cookie_removal(api.parts().tls);
    Ok(with_cookie(&removal, StatusCode::NO_CONTENT.into_response()))
}

/// What is told to somebody about themselves.
pub(crate) async fn who_am_i(api: &Api, caller: &Caller) -> Answer<WhoAmI> {
    let (kind, id) = match caller.actor() {
        Actor::Nobody => ("nobody", None),
        Actor::Person(user) => ("person", Some(user.to_string())),
        Actor::Machine { token, .. } => ("machine", Some(token.to_string())),
    };
    let user = match caller.actor() {
        Actor::Person(id) => user::find(api.store(), id).await?,
        _ => None,
    };
    let may = |permission: &&Permission| caller.may_enter(**permission).is_ok();
    Ok(WhoAmI {
        kind,
        id,
        name: caller.name.clone(),
        display_name: user.as_ref().map(|user| user.display_name.clone()).unwrap_or_default(),
        language: user.map(|user| user.language).unwrap_or_default(),
        roles: caller.access.grants().iter().map(RoleRow::of).collect(),
        permissions: Permission::ALL.iter().filter(may).map(|permission| permission.name()).collect(),
        time: utc_us(caller.now_us),
    })
}
