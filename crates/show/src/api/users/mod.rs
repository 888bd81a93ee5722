//! People with a log-in.

mod grants;
mod remove;

use super::caller::Caller;
use super::guard::guarded;
use super::links::{self, RESET, USER};
use super::names;
use super::page::{Cut, Page};
use super::problem::{Answer, conflict, not_found};
use super::scope::Reach;
use super::state::Api;
use crate::time::utc_us;
use authz::Permission::{ManageUsers, ViewUsers};
use authz::Role;
use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use facts::id::UserId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::access::user::{self, User};
use store::access::{grant, session};
use store::{Moment, StoreError, Transaction};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Stands for the source of a user who was removed; the row stays for what refers to it.
const REMOVED: &str = "removed";

/// A person with a log-in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserRow {
    /// Its id.
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
    /// Whether no log-in is possible.
    locked: bool,
    /// Whether a password was set.
    has_password: bool,
    /// Whether log-in asks for a code of an authenticator app.
    second_factor: bool,
    /// Roles, also those that are over.
    roles: Vec<GrantRow>,
    /// When the person was added, UTC.
    made: String,
    /// The last log-in, UTC; null before the first.
    last_login: Option<String>,
}

/// A role of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantRow {
    /// Its id.
    id: String,
    /// The role's word.
    role: String,
    /// Where it counts.
    reach: Reach,
    /// When it ends, UTC; null for never.
    until: Option<String>,
    /// Id of the user who gave it.
    made_by: String,
    /// When, UTC.
    made: String,
}

/// A new person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUser {
    /// What is typed to log in: letters, digits and `. _ - @`.
    #[schema(max_length = 64)]
    name: String,
    /// The person's name.
    #[serde(default)]
    #[schema(max_length = 200)]
    display_name: String,
    /// Mail address.
    #[serde(default)]
    #[schema(max_length = 200)]
    mail: String,
    /// `en`, `ja`, or empty for the browser's.
    #[serde(default)]
    language: String,
}

/// What may be changed of a person; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserChange {
    /// The person's name.
    #[schema(max_length = 200)]
    display_name: Option<String>,
    /// Mail address.
    #[schema(max_length = 200)]
    mail: Option<String>,
    /// `en`, `ja`, or empty for the browser's.
    language: Option<String>,
    /// Whether no log-in is possible; every log-in of the person ends at once.
    locked: Option<bool>,
}

/// A person, and the link by which a password is set. The link is not shown again.
#[derive(Serialize, ToSchema)]
struct UserWithLink {
    /// The person.
    user: UserRow,
    /// To be given to the person; it works once.
    link: String,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewUsers, routes!(list_users)))
        .routes(guarded(ManageUsers, routes!(add_user)))
        .routes(guarded(ViewUsers, routes!(show_user)))
        .routes(guarded(ManageUsers, routes!(change_user)))
        .routes(guarded(ManageUsers, routes!(reset_user)))
        .routes(guarded(ManageUsers, routes!(end_user_sessions)))
        .merge(grants::endpoints())
        .merge(remove::endpoints())
}

/// Everybody with a log-in, in the order of their names.
#[utoipa::path(get, path = "/users", tag = "users", params(Cut),
    responses((status = 200, description = "People", body = Page<UserRow>)))]
async fn list_users(State(api): State<Api>, Query(cut): Query<Cut>) -> Answer<Json<Page<UserRow>>> {
    let grants = grant::list(api.store()).await?;
    let row = |user: User| {
        let own = grants.iter().filter(|grant| grant.user_id == user.id).map(GrantRow::of).collect();
        UserRow::of(user, own)
    };
    let mut users = user::list(api.store()).await?;
    users.retain(|user| user.origin != REMOVED);
    Page::cut(users.into_iter().map(row).collect(), &cut, |row| row.name.clone()).map(Json)
}

/// Adds a person. The answer holds the link by which the person sets a password.
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUser,
    responses((status = 201, description = "Added", body = UserWithLink)))]
async fn add_user(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<NewUser>,
) -> Answer<(StatusCode, Json<UserWithLink>)> {
    let now = Moment(caller.now_us);
    let user = User {
        display_name: names::text("display_name", &given.display_name)?,
        mail: names::text("mail", &given.mail)?,
        language: names::language(&given.language)?,
        ..links::new_user(&names::user_name(&given.name)?, now)
    };
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "user.add", &object(user.id), &json!({ "name": user.name })).await?;
    if user::find_by_name(&mut tx, &user.name).await?.is_some() {
        return Err(conflict(format!("there is a user {} already", user.name)));
    }
    user::put(&mut tx, &user, now).await?;
    let link = make_link(&mut tx, &api, &caller, user.id, USER).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok((StatusCode::CREATED, Json(UserWithLink { user: UserRow::of(user, Vec::new()), link })))
}

/// A person.
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = String, Path)),
    responses((status = 200, description = "The person", body = UserRow)))]
async fn show_user(State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<UserRow>> {
    let id = read_id(&id)?;
    let user = present(api.store(), id).await?;
    let grants = grant::of_user(api.store(), id, Moment(i64::MIN)).await?;
    Ok(Json(UserRow::of(user, grants.iter().map(GrantRow::of).collect())))
}

/// Changes a person, or locks or unlocks the log-in.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", params(("id" = String, Path)),
    request_body = UserChange, responses((status = 200, description = "As it is now", body = UserRow)))]
async fn change_user(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(given): Json<UserChange>,
) -> Answer<Json<UserRow>> {
    let id = read_id(&id)?;
    let display_name = given.display_name.map(|text| names::text("display_name", &text)).transpose()?;
    let mail = given.mail.map(|text| names::text("mail", &text)).transpose()?;
    let language = given.language.map(|text| names::language(&text)).transpose()?;
    let now = Moment(caller.now_us);
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "user.change", &object(id), &json!({ "locked": given.locked })).await?;
    let mut user = present(&mut tx, id).await?;
    user.display_name = display_name.unwrap_or(user.display_name);
    user.mail = mail.unwrap_or(user.mail);
    user.language = language.unwrap_or(user.language);
    user.disabled = given.locked.unwrap_or(user.disabled);
    user::put(&mut tx, &user, now).await?;
    if user.disabled {
        session::remove_of_user(&mut tx, id).await?;
        must_keep_administrator(&mut tx).await?;
    }
    let grants = grant::of_user(&mut tx, id, Moment(i64::MIN)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(UserRow::of(user, grants.iter().map(GrantRow::of).collect())))
}

/// Makes a link by which a person sets a new password; using it also takes second factors away.
#[utoipa::path(post, path = "/users/{id}/reset", tag = "users", params(("id" = String, Path)),
    responses((status = 200, description = "The link", body = UserWithLink),
        (status = 409, description = "Another system keeps the password", body = super::Problem)))]
async fn reset_user(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<UserWithLink>> {
    let id = read_id(&id)?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "user.reset-link", &object(id), &json!({})).await?;
    let user = present(&mut tx, id).await?;
    if user.origin != "local" {
        return Err(conflict("the system that vouches for the user keeps the password"));
    }
    let link = make_link(&mut tx, &api, &caller, id, RESET).await?;
    let grants = grant::of_user(&mut tx, id, Moment(i64::MIN)).await?;
    tx.commit().await?;
    Ok(Json(UserWithLink { user: UserRow::of(user, grants.iter().map(GrantRow::of).collect()), link }))
}

/// Ends every log-in of a person.
#[utoipa::path(delete, path = "/users/{id}/sessions", tag = "users", params(("id" = String, Path)),
    responses((status = 204, description = "Ended")))]
async fn end_user_sessions(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let id = read_id(&id)?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "user.end-sessions", &object(id), &json!({})).await?;
    present(&mut tx, id).await?;
    session::remove_of_user(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn make_link(
    tx: &mut Transaction,
    api: &Api,
    caller: &Caller,
    user: UserId,
    purpose: &str,
) -> Answer<String> {
    let (now, link_us) = (Moment(caller.now_us), api.live().link_us);
    let text = links::make(tx, purpose, user, &caller.name, now, link_us).await?;
    Ok(links::url(api, &text))
}

/// The person of an id, unless removed.
async fn present(from: impl Into<store::Reader<'_>>, id: UserId) -> Answer<User> {
    let user = user::find(from, id).await?.filter(|user| user.origin != REMOVED);
    user.ok_or_else(|| not_found("user", id))
}

fn object(user: UserId) -> String {
    format!("user {user}")
}

fn read_id(text: &str) -> Answer<UserId> {
    text.parse().map_err(|_| not_found("user", text))
}

/// Somebody must stay who can let others in: an administrator of everything, for ever, who is not locked.
async fn must_keep_administrator(on: &mut Transaction) -> Answer<()> {
    if has_administrator(on).await? {
        Ok(())
    } else {
        Err(conflict("nobody would be left who can let others in: add an administrator first"))
    }
}

/// Whether there is an administrator of everything, for ever, who is not locked.
pub(super) async fn has_administrator(on: &mut Transaction) -> Result<bool, StoreError> {
    let users = user::list(&mut *on).await?;
    let able = |id: UserId| users.iter().any(|user| user.id == id && !user.disabled);
    let everything = Reach::default().kept();
    Ok(grant::list(&mut *on).await?.iter().any(|grant| {
        grant.role == Role::Administrator.name()
            && grant.until.is_none()
            && grant.scope == everything
            && able(grant.user_id)
    }))
}

impl UserRow {
    fn of(user: User, roles: Vec<GrantRow>) -> Self {
        Self {
            id: user.id.to_string(),
            name: user.name,
            display_name: user.display_name,
            mail: user.mail,
            language: user.language,
            origin: user.origin,
            locked: user.disabled,
            has_password: !user.password_hash.is_empty(),
            second_factor: user.totp_secret.is_some(),
            roles,
            made: utc_us(user.made_at.0),
            last_login: user.last_login_at.map(|at| utc_us(at.0)),
        }
    }
}

impl GrantRow {
    fn of(grant: &grant::Grant) -> Self {
        Self {
            id: grant.id.clone(),
            role: grant.role.clone(),
            // What cannot be read gives nothing, so it is shown as nothing.
            reach: serde_json::from_str(&grant.scope.0)
                .unwrap_or(Reach { lines: Some(Vec::new()), zones: Some(Vec::new()) }),
            until: grant.until.map(|until| utc_us(until.0)),
            made_by: grant.made_by.to_string(),
            made: utc_us(grant.made_at.0),
        }
    }
}
