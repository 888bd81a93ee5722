//! Log-in with a passkey: possession and, by the authenticator, the person, so no further factor is asked for.

use super::super::account::kept_passkeys;
use super::super::caller::Caller;
use super::super::names::user_name;
use super::super::problem::{Answer, Problem, internal, not_found};
use super::super::state::Api;
use super::super::waiting::Half;
use super::begin::{begin, welcome};
use super::{WhoAmI, throttle};
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use login::{random, to_hex};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::access::user::{self, User};
use utoipa::ToSchema;

/// Who wants to log in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyOwner {
    /// What is typed to log in.
    name: String,
}

/// A challenge for the browser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Challenge {
    /// To be given back with the answer.
    pub(crate) challenge: String,
    /// What `navigator.credentials` takes.
    #[schema(value_type = Object)]
    pub(crate) options: Value,
}

/// The browser's answer to a challenge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChallengeAnswer {
    /// As it was given.
    pub(crate) challenge: String,
    /// What `navigator.credentials` gave.
    #[schema(value_type = Object)]
    pub(crate) answer: Value,
}

/// Begins a log-in with a passkey.
#[utoipa::path(post, path = "/auth/passkey/begin", tag = "session", request_body = PasskeyOwner,
    responses((status = 200, description = "A challenge", body = Challenge),
        (status = 401, description = "Not accepted", body = Problem),
        (status = 404, description = "The server's address allows no passkeys", body = Problem)))]
pub(crate) async fn begin_passkey(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<PasskeyOwner>,
) -> Answer<Json<Challenge>> {
    let passkeys = api.passkeys().ok_or_else(|| not_found("passkey", "here"))?;
    let name = user_name(&given.name)?;
    throttle::admit(&api, &caller, &name).await?;
    let user = user::find_by_name(api.store(), &name).await?.filter(|user| !user.disabled);
    let begun = user.and_then(|user| {
        let kept = kept_passkeys(&user).ok()?.into_iter().map(|kept| kept.record()).collect::<Vec<_>>();
        Some((user.id, passkeys.start_authentication(&kept, caller.now_us).ok()?))
    });
    let Some((user, (options, state))) = begun else {
        return Err(throttle::failed(&api, &caller, &name).await);
    };
    let challenge = to_hex(&random::<16>().map_err(|error| internal("make a challenge", error))?);
    let half = Half::Authentication(user, Box::new(state));
    api.waiting().put(format!("passkey {challenge}"), half, caller.now_us);
    let options = serde_json::from_str(&options).map_err(|error| internal("make a challenge", error))?;
    Ok(Json(Challenge { challenge, options }))
}

/// Finishes a log-in with a passkey.
#[utoipa::path(post, path = "/auth/passkey/finish", tag = "session", request_body = ChallengeAnswer,
    responses((status = 200, description = "Logged in; the cookie is set", body = WhoAmI),
        (status = 401, description = "Not accepted", body = Problem),
        (status = 404, description = "The server's address allows no passkeys", body = Problem)))]
pub(crate) async fn finish_passkey(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Json(given): Json<ChallengeAnswer>,
) -> Answer<Response> {
    if api.passkeys().is_none() {
        return Err(not_found("passkey", "here"));
    }
    api.rates().login(caller.address)?;
    let Some((user, cookie)) = prove(&api, &caller, &headers, &given).await? else {
        return Err(throttle::failed(&api, &caller, "").await);
    };
    welcome(&api, &caller, &user, &cookie).await
}

async fn prove(
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    given: &ChallengeAnswer,
) -> Answer<Option<(User, String)>> {
    let waiting = api.waiting().take(&format!("passkey {}", given.challenge), caller.now_us);
    let (Some(passkeys), Some(Half::Authentication(id, state))) = (api.passkeys(), waiting) else {
        return Ok(None);
    };
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "session.begin", &format!("user {id}"), &throttle::detail(caller)).await?;
    let Some(mut user) = user::find(&mut tx, id).await?.filter(|user| !user.disabled) else {
        return Ok(None);
    };
    let mut kept = kept_passkeys(&user)?;
    let records: Vec<_> = kept.iter().map(|kept| kept.record()).collect();
    let answer = given.answer.to_string();
    let proved = match passkeys.finish_authentication(&answer, &state, &records, caller.now_us) {
        Ok(proved) => proved,
        Err(error) => {
            tracing::info!("cannot {error}");
            return Ok(None);
        }
    };
    for kept in kept.iter_mut().filter(|kept| kept.id == proved.id) {
        kept.record.clone_from(&proved.record);
    }
    user.passkeys = super::super::account::passkeys_json(&kept);
    user::put(&mut tx, &user, store::Moment(caller.now_us)).await?;
    let cookie = begin(&mut tx, api, caller, headers, &user, "passkey").await?;
    throttle::forgive(&mut tx, &user.name).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Some((user, cookie)))
}
