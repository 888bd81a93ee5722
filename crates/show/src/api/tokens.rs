//! Credentials of machines.

use super::caller::Caller;
use super::guard::guarded;
use super::names;
use super::page::{Cut, Page};
use super::problem::{Answer, internal, invalid, not_found};
use super::scope::{self, Reach};
use super::state::Api;
use crate::time::utc_us;
use authz::Holder;
use authz::Permission::{ManageTokens, ViewUsers};
use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use facts::id::TokenId;
use login::to_hex;
use login::token::{Kind, issue};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Moment;
use store::access::token::{self, Token};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// How long a token counts when nothing else is asked for, in microseconds: a year.
const LIFE_US: i64 = 365 * 86_400_000_000;
/// How long it counts at most: three years.
const LIFE_MAX_US: i64 = 3 * LIFE_US;

/// A machine's credential; its secret is not kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenRow {
    /// Its id.
    id: String,
    /// What it is called; the source of the claims that come with it.
    name: String,
    /// The role's word.
    role: String,
    /// Where it counts.
    reach: Reach,
    /// Id of the user who issued it.
    made_by: String,
    /// When, UTC.
    made: String,
    /// When it ends, UTC.
    until: Option<String>,
    /// The last use, exact to a minute, UTC; null before the first.
    last_used: Option<String>,
    /// When it was revoked, UTC; null while it counts.
    revoked: Option<String>,
}

/// A credential to issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewToken {
    /// What it is called.
    #[schema(max_length = 200)]
    name: String,
    /// `reader`, `enricher`, `monitor` or `sensor`.
    role: String,
    /// Where it counts; without it, everywhere.
    #[serde(default)]
    reach: Reach,
    /// When it ends, RFC 3339: in a year when left out, in three years at most.
    #[serde(default)]
    until: Option<String>,
}

/// A new credential. The text is not shown again.
#[derive(Serialize, ToSchema)]
struct IssuedToken {
    /// The credential.
    token: TokenRow,
    /// To be sent as `Authorization: Bearer …`.
    text: String,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewUsers, routes!(list_tokens)))
        .routes(guarded(ManageTokens, routes!(issue_token)))
        .routes(guarded(ManageTokens, routes!(revoke_token)))
}

/// Every credential that was issued, also those that no longer count.
#[utoipa::path(get, path = "/tokens", tag = "tokens", params(Cut),
    responses((status = 200, description = "Tokens", body = Page<TokenRow>)))]
async fn list_tokens(State(api): State<Api>, Query(cut): Query<Cut>) -> Answer<Json<Page<TokenRow>>> {
    let kept = token::list(api.store()).await?;
    Page::cut(kept.iter().map(TokenRow::of).collect(), &cut, |row| row.id.clone()).map(Json)
}

/// Issues a credential for a machine.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = NewToken,
    responses((status = 201, description = "Issued; the text is shown this once", body = IssuedToken)))]
async fn issue_token(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<NewToken>,
) -> Answer<(StatusCode, Json<IssuedToken>)> {
    let role = scope::role(&given.role)?;
    if role.holder() != Holder::Machine {
        return Err(invalid("role", format!("{role} is for people: give it to a user")));
    }
    let name = names::text("name", &given.name)?;
    if name.is_empty() {
        return Err(invalid("name", "is empty"));
    }
    let until = match &given.until {
        Some(text) => scope::end("until", text, caller.now_us)?,
        None => caller.now_us.saturating_add(LIFE_US),
    };
    if until > caller.now_us.saturating_add(LIFE_MAX_US) {
        return Err(invalid("until", "is more than three years away"));
    }
    let checked = given.reach.checked(&api, Some(until)).await?;
    let id = TokenId(Uuid::now_v7());
    let issued = issue(Kind::Machine, id.0).map_err(|error| internal("issue a token", error))?;
    let new = Token {
        id,
        hash: to_hex(&issued.hash),
        name,
        role: role.name().to_owned(),
        scope: scope::kept(&checked),
        made_by: caller.person()?,
        made_at: Moment(caller.now_us),
        expires_at: Some(Moment(until)),
        last_used_at: None,
        revoked_at: None,
    };
    let row = TokenRow::of(&new);
    let mut tx = api.store().write().await?;
    let detail = json!({ "name": row.name, "role": row.role, "reach": row.reach, "until": row.until });
    caller.note(&mut tx, "token.issue", &format!("token {id}"), &detail).await?;
    token::add(&mut tx, &new).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok((StatusCode::CREATED, Json(IssuedToken { token: row, text: issued.text.expose().clone() })))
}

/// Makes a credential useless, at once and for good; it stays listed.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "tokens", params(("id" = String, Path)),
    responses((status = 204, description = "Revoked")))]
async fn revoke_token(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let id: TokenId = id.parse().map_err(|_| not_found("token", &id))?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "token.revoke", &format!("token {id}"), &json!({})).await?;
    token::revoke(&mut tx, id, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

impl TokenRow {
    fn of(token: &Token) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name.clone(),
            role: token.role.clone(),
            reach: serde_json::from_str(&token.scope.0)
                .unwrap_or(Reach { lines: Some(Vec::new()), zones: Some(Vec::new()) }),
            made_by: token.made_by.to_string(),
            made: utc_us(token.made_at.0),
            until: token.expires_at.map(|at| utc_us(at.0)),
            last_used: token.last_used_at.map(|at| utc_us(at.0)),
            revoked: token.revoked_at.map(|at| utc_us(at.0)),
        }
    }
}
