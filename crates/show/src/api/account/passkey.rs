//! One's own passkeys.

use super::super::caller::Caller;
use super::super::guard::guarded;
use super::super::names;
use super::super::problem::{Answer, conflict, internal, invalid, not_found};
use super::super::state::Api;
use super::super::waiting::Half;
use super::{change, own};
use crate::time::utc_us;
use authz::Permission::ManageOwnAccount;
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use login::passkey::PasskeyRecord;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::access::user::{self, User};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Passkeys of one person at most.
const PASSKEYS_MAX: usize = 20;

/// A passkey as it is kept; nothing in it is secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptPasskey {
    /// Its id, base64url.
    pub(crate) id: String,
    /// As the crate that checks it writes it.
    pub(crate) record: String,
    name: String,
    made_at_us: i64,
}

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyRow {
    /// Its id, base64url.
    id: String,
    /// What its owner calls it.
    name: String,
    /// When it was made, UTC.
    made: String,
}

/// What the browser takes to make a passkey.
#[derive(Debug, Serialize, ToSchema)]
struct PasskeyOptions {
    /// What `navigator.credentials.create` takes.
    #[schema(value_type = Object)]
    options: Value,
}

/// A passkey that the browser made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPasskey {
    /// What its owner calls it.
    #[schema(max_length = 200)]
    name: String,
    /// What `navigator.credentials.create` gave.
    #[schema(value_type = Object)]
    answer: Value,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ManageOwnAccount, routes!(begin_own_passkey)))
        .routes(guarded(ManageOwnAccount, routes!(finish_own_passkey)))
        .routes(guarded(ManageOwnAccount, routes!(remove_passkey)))
}

/// Begins to make a passkey.
#[utoipa::path(post, path = "/account/passkeys/begin", tag = "account",
    responses((status = 200, description = "For the browser", body = PasskeyOptions),
        (status = 404, description = "The server's address allows no passkeys", body = super::super::Problem)))]
async fn begin_own_passkey(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Json<PasskeyOptions>> {
    let passkeys = api.passkeys().ok_or_else(|| not_found("passkey", "here"))?;
    let user = own(&api, &caller).await?;
    let kept: Vec<_> = kept_passkeys(&user)?.iter().map(KeptPasskey::record).collect();
    let begun = passkeys.start_registration(user.id, &user.name, &kept, caller.now_us);
    let (options, state) = begun.map_err(|error| internal("begin with a passkey", error))?;
    api.waiting().put(format!("new passkey {}", user.id), Half::Registration(Box::new(state)), caller.now_us);
    let options = serde_json::from_str(&options).map_err(|error| internal("begin with a passkey", error))?;
    Ok(Json(PasskeyOptions { options }))
}

/// Keeps the passkey that the browser made.
#[utoipa::path(post, path = "/account/passkeys", tag = "account", request_body = NewPasskey,
    responses((status = 201, description = "Kept", body = PasskeyRow),
        (status = 404, description = "The server's address allows no passkeys", body = super::super::Problem)))]
async fn finish_own_passkey(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<NewPasskey>,
) -> Answer<(StatusCode, Json<PasskeyRow>)> {
    let passkeys = api.passkeys().ok_or_else(|| not_found("passkey", "here"))?;
    let name = names::text("name", &given.name)?;
    let key = format!("new passkey {}", caller.person()?);
    let Some(Half::Registration(state)) = api.waiting().take(&key, caller.now_us) else {
        return Err(conflict("no passkey was begun with, or too long ago"));
    };
    let made = passkeys.finish_registration(&given.answer.to_string(), &state, caller.now_us);
    let made = made.map_err(|error| invalid("answer", format!("cannot {error}")))?;
    for other in user::list(api.store()).await? {
        if kept_passkeys(&other)?.iter().any(|kept| kept.id == made.id) {
            return Err(conflict("this passkey is kept already"));
        }
    }
    let new = KeptPasskey { id: made.id, record: made.record, name, made_at_us: caller.now_us };
    let row = PasskeyRow::of(&new);
    change(&api, &caller, "account.passkey", |user| {
        let mut kept = kept_passkeys(user)?;
        if kept.len() >= PASSKEYS_MAX || kept.iter().any(|kept| kept.id == new.id) {
            return Err(conflict(format!("there are {PASSKEYS_MAX} passkeys at most, each once")));
        }
        kept.push(new);
        user.passkeys = passkeys_json(&kept);
        Ok(())
    })
    .await?;
    Ok((StatusCode::CREATED, Json(row)))
}

/// Removes a passkey.
#[utoipa::path(delete, path = "/account/passkeys/{id}", tag = "account", params(("id" = String, Path)),
    responses((status = 204, description = "Removed")))]
async fn remove_passkey(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    change(&api, &caller, "account.passkey-removed", |user| {
        let mut kept = kept_passkeys(user)?;
        let before = kept.len();
        kept.retain(|kept| kept.id != id);
        if kept.len() == before {
            return Err(not_found("passkey", &id));
        }
        user.passkeys = passkeys_json(&kept);
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The passkeys of a user.
pub(crate) fn kept_passkeys(user: &User) -> Answer<Vec<KeptPasskey>> {
    let read: Option<Vec<KeptPasskey>> =
        serde_json::from_str(&user.passkeys.0).map_err(|error| internal("read passkeys", error))?;
    Ok(read.unwrap_or_default())
}

/// As a user's row keeps them.
pub(crate) fn passkeys_json(kept: &[KeptPasskey]) -> store::Json {
    store::Json(serde_json::to_string(kept).unwrap_or_else(|_| "[]".into()))
}

impl KeptPasskey {
    pub(crate) fn record(&self) -> PasskeyRecord {
        PasskeyRecord { id: self.id.clone(), record: self.record.clone() }
    }
}

impl PasskeyRow {
    pub(crate) fn of(kept: &KeptPasskey) -> Self {
        Self { id: kept.id.clone(), name: kept.name.clone(), made: utc_us(kept.made_at_us) }
    }
}
