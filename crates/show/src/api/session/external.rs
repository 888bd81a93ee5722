//! People for whom somebody else vouches: a directory or an identity provider.

use super::super::caller::Caller;
use super::super::entry::{Provider, grants};
use super::super::names;
use super::super::problem::{Answer, dead_link, internal, no_role, not_found, unavailable};
use super::super::scope;
use super::super::state::Api;
use super::super::waiting::Half;
use super::begin::{begin, with_cookie};
use crate::api::identify::cookie;
use authz::Grant;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::id::UserId;
use login::groups::ExternalIdentity;
use login::oidc::{OidcError, OidcProvider};
use login::{random, to_hex};
use serde::Deserialize;
use serde_json::json;
use store::access::user::{self, User};
use store::access::{grant, session};
use store::{Json, Moment, Transaction};
use utoipa::IntoParams;
use uuid::Uuid;

/// Finds the log-in that waits in this browser. Lax, because the provider's redirect comes from another site.
const COOKIE: &str = "yagura-provider";
/// Seconds that the cookie lives.
const COOKIE_SECONDS: u32 = 600;

/// Goes on to `/` by a page of our own: a redirect straight from the provider's site would come without the session's
/// cookie, which is for requests of our own pages only.
const GO_ON: &str = "<!doctype html><meta charset=\"utf-8\"><title>Yagura</title>\
                     <meta http-equiv=\"refresh\" content=\"0; url=/\"><a href=\"/\">Yagura</a>";

/// What the provider gives the browser to bring back.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CameBack {
    /// What proves to the provider that it is us.
    #[serde(default)]
    code: String,
    /// What proves to us that the log-in began in this browser.
    #[serde(default)]
    state: String,
}

/// Who vouches, under which name the person is to be kept, and what the person's groups give.
pub(super) struct Source<'s> {
    origin: &'static str,
    name: &'s str,
    given: Vec<Grant>,
}

impl<'s> Source<'s> {
    pub(super) async fn new(
        api: &Api,
        origin: &'static str,
        name: &'s str,
        identity: &ExternalIdentity,
        now_us: i64,
    ) -> Answer<Self> {
        let site = api.parts().site;
        let given = grants(api.store(), site, &identity.groups, &api.live().rules, now_us).await?;
        Ok(Self { origin, name, given })
    }
}

/// Sends the browser to the identity provider.
#[utoipa::path(get, path = "/auth/oidc/begin", tag = "session",
    responses((status = 303, description = "On to the provider"),
        (status = 404, description = "There is no provider", body = super::super::Problem)))]
pub(crate) async fn begin_provider(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Response> {
    api.rates().login(caller.address)?;
    let ready = discovered(&api).await?;
    let (url, pending) =
        ready.start(caller.now_us).map_err(|error| unavailable("ask the provider", error))?;
    let key = to_hex(&random::<16>().map_err(|error| internal("begin a log-in", error))?);
    api.waiting().put(format!("provider {key}"), Half::Provider(Box::new(pending)), caller.now_us);
    let secure = if api.parts().tls { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={key}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}");
    Ok(with_cookie(&cookie, Redirect::to(&url).into_response()))
}

/// Where the identity provider sends the browser back to.
#[utoipa::path(get, path = "/auth/oidc/callback", tag = "session", params(CameBack),
    responses((status = 200, description = "Logged in; goes on to the console", content_type = "text/html", body = String),
        (status = 303, description = "Recognised, but without a role: back to the log-in page, which says so"),
        (status = 404, description = "No log-in was begun in this browser", body = super::super::Problem)))]
pub(crate) async fn finish_provider(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(back): Query<CameBack>,
    headers: HeaderMap,
) -> Answer<Response> {
    let key = cookie(&headers, COOKIE).unwrap_or_default();
    let Some(Half::Provider(pending)) = api.waiting().take(&format!("provider {key}"), caller.now_us) else {
        return Err(dead_link());
    };
    let ready = discovered(&api).await?;
    let identity = match ready.finish(*pending, &back.state, &back.code, caller.now_us).await {
        Ok(identity) => identity,
        Err(error @ (OidcError::Unreachable(_) | OidcError::Config(_))) => {
            return Err(unavailable("ask the provider", error));
        }
        Err(error) => {
            tracing::warn!("cannot {error}");
            return Err(dead_link());
        }
    };
    let name = identity.email.clone().unwrap_or_else(|| format!("{}.{}", Provider::ORIGIN, identity.subject));
    let source = Source::new(&api, Provider::ORIGIN, &name, &identity, caller.now_us).await?;
    let mut tx = api.store().write().await?;
    let Some(user) = known(&mut tx, &caller, &source, &identity).await? else {
        tx.commit().await?;
        // A browser stands here, not a program: the log-in page says it in one line.
        return Ok(Redirect::to(&format!("/login#{}", no_role().code)).into_response());
    };
    let session = begin(&mut tx, &api, &caller, &headers, &user, "oidc").await?;
    tx.commit().await?;
    api.tell_changed();
    let policy = "default-src 'none'; frame-ancestors 'none'";
    let page = ([(header::CONTENT_SECURITY_POLICY, policy)], Html(GO_ON)).into_response();
    Ok(with_cookie(&session, page))
}

/// Providers change their keys, so each log-in asks anew: that is rare, and never stale.
async fn discovered(api: &Api) -> Answer<OidcProvider> {
    let Some(provider) = &api.parts().entry.provider else {
        return Err(not_found("identity provider", "here"));
    };
    let own = api.parts().origins.first().map_or("", String::as_str);
    OidcProvider::discover(provider.config(own)).await.map_err(|error| unavailable("ask the provider", error))
}

/// The user of an external identity, with the roles that its groups give now; `None` when they give none, or the
/// user is locked. To be committed either way: roles that are gone must not come back.
pub(super) async fn known(
    on: &mut Transaction,
    caller: &Caller,
    source: &Source<'_>,
    identity: &ExternalIdentity,
) -> Answer<Option<User>> {
    let now = Moment(caller.now_us);
    let found = user::find_by_subject(&mut *on, source.origin, &identity.subject).await?;
    let id = found.as_ref().map_or_else(|| UserId(Uuid::now_v7()), |user| user.id);
    let given = &source.given;
    let is_locked = found.as_ref().is_some_and(|user| user.disabled);
    let why = match (is_locked, given.is_empty()) {
        (true, _) => Some("the user is locked"),
        (false, true) => Some("none of the groups has a role"),
        (false, false) => None,
    };
    let action = if why.is_some() { "session.refused" } else { "session.vouched" };
    let detail = json!({
        "by": source.origin,
        "name": source.name,
        "address": caller.address.map(|address| address.to_string()),
        "why": why,
    });
    caller.note(on, action, &format!("user {id}"), &detail).await?;
    if is_locked || (found.is_none() && given.is_empty()) {
        return Ok(None);
    }
    let new = || User {
        id,
        name: String::new(),
        display_name: String::new(),
        mail: String::new(),
        language: String::new(),
        origin: source.origin.to_owned(),
        subject: identity.subject.clone(),
        disabled: false,
        password_hash: String::new(),
        password_changed_at: None,
        totp_secret: None,
        totp_step: 0,
        passkeys: Json("[]".into()),
        made_at: now,
        last_login_at: None,
    };
    let mut user = found.unwrap_or_else(new);
    if user.name.is_empty() {
        user.name = free_name(on, source, id).await?;
    }
    user.display_name = names::text("name", &identity.name).unwrap_or_default();
    user.mail = identity.email.clone().unwrap_or_default();
    user::put(on, &user, now).await?;
    replace_grants(on, caller, &user, given).await?;
    if given.is_empty() {
        session::remove_of_user(on, user.id).await?;
    }
    Ok(Some(user).filter(|_| !given.is_empty()))
}

/// The name the person has there, unless somebody has it here.
async fn free_name(on: &mut Transaction, source: &Source<'_>, id: UserId) -> Answer<String> {
    if let Ok(name) = names::user_name(source.name)
        && user::find_by_name(&mut *on, &name).await?.is_none()
    {
        return Ok(name);
    }
    Ok(format!("{}.{}", source.origin, id.0.simple()))
}

/// What the groups give replaces what they gave before.
async fn replace_grants(
    on: &mut Transaction,
    caller: &Caller,
    user: &User,
    given: &[authz::Grant],
) -> Answer<()> {
    let kept = grant::of_user(&mut *on, user.id, Moment(i64::MIN)).await?;
    let wanted: Vec<(&str, Json, Option<Moment>)> = given
        .iter()
        .map(|grant| {
            let (role, scope) = (grant.role().name(), grant.scope());
            (role, scope::kept(scope), scope.until_us.map(Moment))
        })
        .collect();
    let same = |kept: &grant::Grant, want: &(&str, Json, Option<Moment>)| {
        kept.role == want.0 && kept.scope == want.1 && kept.until == want.2
    };
    let now = Moment(caller.now_us);
    for old in kept.iter().filter(|old| !wanted.iter().any(|want| same(old, want))) {
        caller
            .note(on, "user.role-ended", &format!("user {}", user.id), &json!({ "role": old.role }))
            .await?;
        grant::remove(on, old, now).await?;
    }
    for want in wanted.iter().filter(|want| !kept.iter().any(|old| same(old, want))) {
        let (role, scope, until) = want.clone();
        caller.note(on, "user.role", &format!("user {}", user.id), &json!({ "role": role })).await?;
        let id = Uuid::now_v7().to_string();
        let new = grant::Grant {
            id,
            user_id: user.id,
            role: role.to_owned(),
            scope,
            until,
            made_by: user.id,
            made_at: now,
        };
        grant::put(on, &new, now).await?;
    }
    Ok(())
}
