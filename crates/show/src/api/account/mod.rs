//! What is one's own: name, password, second factors, log-ins.

mod passkey;
mod read_mark;
mod totp;

pub(crate) use passkey::{kept_passkeys, passkeys_json};

use super::caller::Caller;
use super::guard::guarded;
use super::names;
use super::page::{Cut, Page};
use super::problem::{Answer, Problem, conflict, invalid, not_found};
use super::session::{Factors, check_local_password};
use super::state::Api;
use crate::time::utc_us;
use authz::Permission::ManageOwnAccount;
use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use facts::id::SessionId;
use login::Secret;
use login::password::check_policy;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Moment;
use store::access::session;
use store::access::user::{self, User};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// One's own account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    /// Id of the user.
    id: String,
    /// What is typed to log in.
    name: String,
    /// The person's name.
    display_name: String,
    /// Mail address.
    mail: String,
    /// `en` or `ja`; empty for the browser's.
    language: String,
    /// Who vouches: `local`, `ldap` or `oidc`.
    origin: String,
    /// Whether log-in asks for a code of an authenticator app.
    second_factor: bool,
    /// Codes on paper that were not used.
    recovery_codes: usize,
    /// Passkeys.
    passkeys: Vec<passkey::PasskeyRow>,
    /// When the password was last changed, UTC; null without one.
    password_changed_at: Option<String>,
}

/// What may be changed of one's own account; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    /// The person's name.
    #[schema(max_length = 200)]
    display_name: Option<String>,
    /// Mail address.
    #[schema(max_length = 200)]
    mail: Option<String>,
    /// `en`, `ja`, or empty for the browser's.
    language: Option<String>,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The one that counts now.
    #[schema(max_length = 256)]
    old: String,
    /// The one that counts from now on: 12 letters or more.
    #[schema(max_length = 256)]
    new: String,
}

/// One of one's own log-ins.
#[derive(Debug, Serialize, ToSchema)]
struct SessionRow {
    /// Its id.
    id: String,
    /// How: `password`, `password+totp`, `passkey`, `oidc`, `ldap`, `link`.
    method: String,
    /// From which address.
    address: String,
    /// The kind of browser.
    browser: String,
    /// When it began, UTC.
    began: String,
    /// Its last use, exact to a minute, UTC.
    last_used: String,
    /// When it ends if it is not used, UTC.
    ends: String,
    /// Whether it is the one that asks.
    current: bool,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ManageOwnAccount, routes!(show_account, change_account)))
        .routes(guarded(ManageOwnAccount, routes!(change_password)))
        .routes(guarded(ManageOwnAccount, routes!(list_sessions)))
        .routes(guarded(ManageOwnAccount, routes!(end_session)))
        .merge(totp::endpoints())
        .merge(passkey::endpoints())
        .merge(read_mark::endpoints())
}

/// One's own account.
#[utoipa::path(get, path = "/account", tag = "account",
    responses((status = 200, description = "The account", body = Account)))]
async fn show_account(State(api): State<Api>, Extension(caller): Extension<Caller>) -> Answer<Json<Account>> {
    account(&api, &own(&api, &caller).await?).map(Json)
}

/// Changes name, mail address or language.
#[utoipa::path(patch, path = "/account", tag = "account", request_body = AccountChange,
    responses((status = 200, description = "As it is now", body = Account)))]
async fn change_account(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<AccountChange>,
) -> Answer<Json<Account>> {
    let display_name = given.display_name.map(|text| names::text("display_name", &text)).transpose()?;
    let mail = given.mail.map(|text| names::text("mail", &text)).transpose()?;
    let language = given.language.map(|text| names::language(&text)).transpose()?;
    let changed = change(&api, &caller, "account.change", |user| {
        user.display_name = display_name.unwrap_or_else(|| user.display_name.clone());
        user.mail = mail.unwrap_or_else(|| user.mail.clone());
        user.language = language.unwrap_or_else(|| user.language.clone());
        Ok(())
    });
    account(&api, &changed.await?).map(Json)
}

/// Changes the password and ends all other log-ins.
#[utoipa::path(post, path = "/account/password", tag = "account", request_body = PasswordChange,
    responses((status = 204, description = "Changed")))]
async fn change_password(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<PasswordChange>,
) -> Answer<StatusCode> {
    let user = own_local(&api, &caller).await?;
    check_own_password(&api, &caller, &user, &given.old).await?;
    let hash = new_hash(&api, &given.new, &user.name).await?;
    let checked = user.password_hash.clone();
    change(&api, &caller, "account.password", |user| {
        if user.password_hash != checked {
            return Err(conflict("the password was changed meanwhile"));
        }
        user.password_hash = hash;
        user.password_changed_at = Some(Moment(caller.now_us));
        Ok(())
    })
    .await?;
    let mut tx = api.store().write().await?;
    for other in session::of_user(&mut tx, user.id, Moment(caller.now_us)).await? {
        if Some(other.id) != caller.session {
            session::remove(&mut tx, other.id).await?;
        }
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own log-ins.
#[utoipa::path(get, path = "/account/sessions", tag = "account", params(Cut),
    responses((status = 200, description = "Log-ins", body = Page<SessionRow>)))]
async fn list_sessions(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(cut): Query<Cut>,
) -> Answer<Json<Page<SessionRow>>> {
    let kept = session::of_user(api.store(), caller.person()?, Moment(caller.now_us)).await?;
    let row = |kept: session::Session| SessionRow {
        current: Some(kept.id) == caller.session,
        id: kept.id.to_string(),
        method: kept.method,
        address: kept.address,
        browser: kept.agent,
        began: utc_us(kept.made_at.0),
        last_used: utc_us(kept.last_used_at.0),
        ends: utc_us(kept.expires_at.0),
    };
    Page::cut(kept.into_iter().map(row).collect(), &cut, |row| row.id.clone()).map(Json)
}

/// Ends one of one's own log-ins.
#[utoipa::path(delete, path = "/account/sessions/{id}", tag = "account", params(("id" = String, Path)),
    responses((status = 204, description = "Ended")))]
async fn end_session(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let id: SessionId = id.parse().map_err(|_| not_found("log-in", &id))?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "session.end", &format!("session {id}"), &json!({})).await?;
    let own = session::of_user(&mut tx, caller.person()?, Moment(caller.now_us)).await?;
    if !own.iter().any(|session| session.id == id) {
        return Err(not_found("log-in", id));
    }
    session::remove(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The user who asks.
pub(super) async fn own(api: &Api, caller: &Caller) -> Answer<User> {
    let id = caller.person()?;
    user::find(api.store(), id).await?.ok_or_else(|| not_found("user", id))
}

/// The user who asks, where the password is kept here.
pub(super) async fn own_local(api: &Api, caller: &Caller) -> Answer<User> {
    let user = own(api, caller).await?;
    if user.origin != "local" {
        return Err(conflict("your password and factors are kept by the system that vouches for you"));
    }
    Ok(user)
}

/// Whether the password is the asker's own. A wrong one is told as a value that cannot be taken: who asks is known.
pub(super) async fn check_own_password(
    api: &Api,
    caller: &Caller,
    user: &User,
    password: &str,
) -> Answer<()> {
    check_local_password(api, caller, user, password).await.map_err(|problem: Problem| {
        if problem.status() == StatusCode::UNAUTHORIZED {
            invalid("password", "is not the right one")
        } else {
            problem
        }
    })
}

/// The hash of a password that is good enough.
pub(super) async fn new_hash(api: &Api, password: &str, user_name: &str) -> Answer<String> {
    let password = Secret::new(password.to_owned());
    check_policy(&password, user_name)
        .map_err(|weakness| invalid("password", format!("cannot {weakness}")))?;
    let least = api.live().password_length_min;
    if u32::try_from(password.expose().chars().count()).is_ok_and(|letters| letters < least) {
        return Err(invalid("password", format!("has fewer than {least} letters")));
    }
    let hash = api.parts().passwords.hash(&password).await;
    hash.map_err(|error| super::problem::unavailable("compute a password's hash", error))
}

/// Changes the asker's own row, written down as `action`.
pub(super) async fn change(
    api: &Api,
    caller: &Caller,
    action: &str,
    change: impl FnOnce(&mut User) -> Answer<()>,
) -> Answer<User> {
    let id = caller.person()?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, action, &format!("user {id}"), &json!({})).await?;
    let mut user = user::find(&mut tx, id).await?.ok_or_else(|| not_found("user", id))?;
    change(&mut user)?;
    user::put(&mut tx, &user, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(user)
}

fn account(api: &Api, user: &User) -> Answer<Account> {
    let factors = user.totp_secret.as_ref().map(|sealed| Factors::open(api, user.id, sealed)).transpose()?;
    let passkeys = kept_passkeys(user)?;
    Ok(Account {
        id: user.id.to_string(),
        name: user.name.clone(),
        display_name: user.display_name.clone(),
        mail: user.mail.clone(),
        language: user.language.clone(),
        origin: user.origin.clone(),
        second_factor: factors.is_some(),
        recovery_codes: factors.map_or(0, |factors| factors.recovery.len()),
        passkeys: passkeys.iter().map(passkey::PasskeyRow::of).collect(),
        password_changed_at: user.password_changed_at.map(|at| utc_us(at.0)),
    })
}
