//! The use of one-time links: the first administrator, a new user, a lost password; and the demo's own log-in.

use super::account::new_hash;
use super::caller::Caller;
use super::guard::open;
use super::links::{self, DEMO, FIRST_USER, RESET, USER};
use super::names;
use super::problem::{Answer, Problem, conflict, dead_link, invalid};
use super::session::{WhoAmI, begin, welcome, with_cookie};
use super::state::Api;
use axum::Json;
use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use login::to_hex;
use login::token::{Kind, read};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::access::link::{self, Link};
use store::access::session;
use store::access::user::{self, User};
use store::{Moment, Transaction};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Whether a link is waited for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnrolmentState {
    /// Nobody has a log-in yet: the link that the server printed at its start makes the first administrator.
    needs_first_user: bool,
}

/// A link, and what its holder chooses.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Enrolment {
    /// What stands behind the `#` of the link.
    #[schema(max_length = 200)]
    link: String,
    /// What is typed to log in; only for the first user, others have a name already.
    #[serde(default)]
    #[schema(max_length = 64)]
    name: Option<String>,
    /// The person's name.
    #[serde(default)]
    #[schema(max_length = 200)]
    display_name: Option<String>,
    /// The new password: 12 letters or more.
    #[schema(max_length = 256)]
    password: String,
}

/// A link, to see whom it is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PresentedLink {
    /// What stands behind the `#` of the link.
    #[schema(max_length = 200)]
    link: String,
}

/// What a link is for.
#[derive(Serialize, ToSchema)]
struct LinkPurpose {
    /// `first-user`, `user` or `reset`.
    purpose: String,
    /// The name to log in with; null where its holder chooses it.
    name: Option<String>,
}

/// The text of a link in a query, as the demo prints it.
#[derive(Deserialize)]
pub(crate) struct Entering {
    #[serde(default)]
    token: String,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(open(routes!(show_enrolment, enrol))).routes(open(routes!(look_at_link)))
}

/// Whether the first administrator is waited for.
#[utoipa::path(get, path = "/auth/enrolment", tag = "session",
    responses((status = 200, description = "State", body = EnrolmentState)))]
async fn show_enrolment(State(api): State<Api>) -> Answer<Json<EnrolmentState>> {
    Ok(Json(EnrolmentState { needs_first_user: user::count(api.store()).await? == 0 }))
}

/// What a link is for; looking does not use it.
#[utoipa::path(post, path = "/auth/enrolment/look", tag = "session", request_body = PresentedLink,
    responses((status = 200, description = "Its purpose", body = LinkPurpose),
        (status = 404, description = "The link does not work", body = Problem)))]
async fn look_at_link(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<PresentedLink>,
) -> Answer<Json<LinkPurpose>> {
    let (link, user) = usable(&api, &caller, &given.link).await?;
    Ok(Json(LinkPurpose { purpose: link.purpose, name: user.map(|user| user.name) }))
}

/// Uses a link: sets the password and logs in.
#[utoipa::path(post, path = "/auth/enrolment", tag = "session", request_body = Enrolment,
    responses((status = 200, description = "Logged in; the cookie is set", body = WhoAmI),
        (status = 404, description = "The link does not work", body = Problem)))]
async fn enrol(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Json(given): Json<Enrolment>,
) -> Answer<Response> {
    let (link, user) = usable(&api, &caller, &given.link).await?;
    let now = Moment(caller.now_us);
    let is_first = user.is_none();
    let mut user = match user {
        Some(user) => user,
        None => links::new_user(&names::user_name(given.name.as_deref().unwrap_or_default())?, now),
    };
    let display_name =
        given.display_name.as_deref().map(|text| names::text("display_name", text)).transpose()?;
    let hash = new_hash(&api, &given.password, &user.name).await?;
    let mut tx = api.store().write().await?;
    let detail = json!({ "purpose": link.purpose, "name": user.name });
    caller.note(&mut tx, "user.enrol", &format!("user {}", user.id), &detail).await?;
    link::take(&mut tx, &link.hash, &link.purpose, now).await?.ok_or_else(dead_link)?;
    if is_first {
        first(&mut tx, &user, now).await?;
    } else {
        // Somebody may have changed the user while the hash was computed.
        user = user::find(&mut tx, user.id).await?.filter(|user| !user.disabled).ok_or_else(dead_link)?;
    }
    user.password_hash = hash;
    user.password_changed_at = Some(now);
    user.display_name = display_name.unwrap_or(user.display_name);
    if link.purpose == RESET {
        user.totp_secret = None;
        user.passkeys = store::Json("[]".into());
        session::remove_of_user(&mut tx, user.id).await?;
    }
    user::put(&mut tx, &user, now).await?;
    if is_first {
        links::grant_administrator(&mut tx, user.id, now).await?;
    }
    let cookie = begin(&mut tx, &api, &caller, &headers, &user, "link").await?;
    tx.commit().await?;
    api.tell_changed();
    welcome(&api, &caller, &user, &cookie).await
}

/// Nobody may have become the first user meanwhile.
async fn first(on: &mut Transaction, user: &User, now: Moment) -> Answer<()> {
    if user::count(&mut *on).await? > 0 {
        return Err(conflict("there is a first user already"));
    }
    link::revoke_all(on, FIRST_USER).await?;
    user::put(on, user, now).await?;
    Ok(())
}

/// The link that was presented, while it works, and its user.
async fn usable(api: &Api, caller: &Caller, text: &str) -> Answer<(Link, Option<User>)> {
    let presented = links::presented(text.trim()).ok_or_else(dead_link)?;
    let now = Moment(caller.now_us);
    let found = link::find(api.store(), &to_hex(presented.hash()), now).await?;
    let link = found.filter(|link| link.used_at.is_none()).ok_or_else(dead_link)?;
    match link.purpose.as_str() {
        FIRST_USER => Ok((link, None)),
        USER | RESET => {
            let id = link.subject.parse().map_err(|_| dead_link())?;
            let user =
                user::find(api.store(), id).await?.filter(|user| !user.disabled && user.origin == "local");
            Ok((link, Some(user.ok_or_else(dead_link)?)))
        }
        _ => Err(invalid("link", "is for another purpose")),
    }
}

/// The demo's own log-in: a link that works once, without a password.
pub(crate) async fn enter(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(given): Query<Entering>,
    headers: HeaderMap,
) -> Answer<Response> {
    match entered(&api, &caller, &headers, &given.token).await? {
        Some(cookie) => Ok(with_cookie(&cookie, Redirect::to("/").into_response())),
        None => Ok(Redirect::to("/login").into_response()),
    }
}

async fn entered(api: &Api, caller: &Caller, headers: &HeaderMap, text: &str) -> Answer<Option<String>> {
    let Ok(presented) = read(Kind::Enrolment, text) else { return Ok(None) };
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "session.begin", &format!("user {}", presented.id), &json!({ "by": DEMO })).await?;
    let hash = to_hex(presented.hash());
    let Some(link) = link::take(&mut tx, &hash, DEMO, Moment(caller.now_us)).await? else { return Ok(None) };
    let id = link.subject.parse().map_err(|_| dead_link())?;
    let Some(user) = user::find(&mut tx, id).await?.filter(|user| !user.disabled) else { return Ok(None) };
    let cookie = begin(&mut tx, api, caller, headers, &user, "link").await?;
    tx.commit().await?;
    Ok(Some(cookie))
}
