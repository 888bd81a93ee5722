//! Log-in with a name, a password and, where the account has one, a second factor.

use super::super::caller::Caller;
use super::super::entry::Directory;
use super::super::names::user_name;
use super::super::problem::{Answer, Problem, internal, no_role, unavailable, wrong_credentials};
use super::super::state::Api;
use super::begin::{begin, welcome};
use super::{WhoAmI, external, throttle};
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use facts::id::UserId;
use login::directory::{DirectoryError, directory_login};
use login::groups::ExternalIdentity;
use login::password::{LENGTH_MAX, PasswordError, Verdict};
use login::{Secret, check_totp, find_recovery_code, from_hex};
use serde::{Deserialize, Serialize};
use store::Transaction;
use store::access::user::{self, User};
use utoipa::ToSchema;

/// What proves who is there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    /// What is typed to log in.
    #[schema(max_length = 64)]
    name: String,
    /// The password.
    #[schema(max_length = 256)]
    password: String,
    /// The code of an authenticator app, where the account has one.
    #[serde(default)]
    #[schema(max_length = 32)]
    code: Option<String>,
    /// One of the codes kept on paper, instead of the app's.
    #[serde(default)]
    recovery_code: Option<String>,
}

/// The second factor as it is kept, sealed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Factors {
    /// The app's secret, in hexadecimal digits.
    pub(crate) secret: String,
    /// Hashes of the recovery codes that were not used.
    pub(crate) recovery: Vec<String>,
}

/// Who was proved by the password.
enum Proved {
    /// A user of our own; with a better hash to keep, where the kept one is of an older strength.
    Local(Box<User>, Option<String>),
    /// Somebody of the directory.
    Directory(ExternalIdentity),
}

/// Logs a person in. What was wrong is never told; after several failures there is a pause.
#[utoipa::path(post, path = "/auth/login", tag = "session", request_body = Credentials,
    responses((status = 200, description = "Logged in; the cookie is set", body = WhoAmI),
        (status = 401, description = "Not accepted", body = Problem),
        (status = 403, description = "Recognised, but without a role", body = Problem)))]
pub(crate) async fn log_in(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Json(given): Json<Credentials>,
) -> Answer<Response> {
    // A name that nobody can have is answered like one that nobody has, only sooner.
    let Ok(name) = user_name(&given.name) else { return Err(wrong_credentials()) };
    throttle::admit(&api, &caller, &name).await?;
    let password = Secret::new(given.password.clone());
    let logged_in = match prove(&api, &name, &password).await? {
        Some(Proved::Local(user, rehash)) => local(&api, &caller, &headers, &given, &user, rehash).await?,
        Some(Proved::Directory(identity)) => {
            Some(directory(&api, &caller, &headers, &name, &identity).await?)
        }
        None => None,
    };
    match logged_in {
        Some((user, cookie)) => welcome(&api, &caller, &user, &cookie).await,
        None => Err(throttle::failed(&api, &caller, &name).await),
    }
}

async fn prove(api: &Api, name: &str, password: &Secret<String>) -> Answer<Option<Proved>> {
    if password.expose().chars().count() > LENGTH_MAX {
        return Ok(None);
    }
    let user = user::find_by_name(api.store(), name).await?;
    let is_directorys = user.as_ref().is_none_or(|user| user.origin == Directory::ORIGIN);
    if let Some(directory) = api.parts().entry.directory.as_ref().filter(|_| is_directorys) {
        return match directory_login(&directory.config, name, password).await {
            Ok(identity) => Ok(Some(Proved::Directory(identity))),
            Err(DirectoryError::Refused) => Ok(None),
            Err(error) => Err(unavailable("ask the directory", error)),
        };
    }
    let user = user.filter(|user| !user.disabled && user.origin == "local" && !user.password_hash.is_empty());
    let kept = user.as_ref().map(|user| user.password_hash.as_str());
    match (api.parts().passwords.verify(password, kept).await.map_err(not_computed)?, user) {
        (Verdict::Right { rehash }, Some(user)) => {
            let hash = if rehash { api.parts().passwords.hash(password).await.ok() } else { None };
            Ok(Some(Proved::Local(Box::new(user), hash)))
        }
        _ => Ok(None),
    }
}

/// The second half for a user of our own, all in one transaction: no code counts twice.
async fn local(
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    given: &Credentials,
    proved: &User,
    rehash: Option<String>,
) -> Answer<Option<(User, String)>> {
    let mut tx = api.store().write().await?;
    // The log is written first: on either database nobody else changes a user until the end.
    let object = format!("user {}", proved.id);
    caller.note(&mut tx, "session.begin", &object, &throttle::detail(caller)).await?;
    let Some(mut user) = user::find(&mut tx, proved.id).await? else { return Ok(None) };
    if user.disabled || user.password_hash != proved.password_hash {
        return Ok(None);
    }
    let Some(method) = second_factor(&mut tx, api, caller, given, &mut user).await? else { return Ok(None) };
    if let Some(hash) = rehash {
        user.password_hash = hash;
        user::put(&mut tx, &user, store::Moment(caller.now_us)).await?;
    }
    let cookie = begin(&mut tx, api, caller, headers, &user, method).await?;
    throttle::forgive(&mut tx, &user.name).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Some((user, cookie)))
}

/// How the user proved to be there, or nothing when the second factor is missing or wrong.
async fn second_factor(
    on: &mut Transaction,
    api: &Api,
    caller: &Caller,
    given: &Credentials,
    user: &mut User,
) -> Answer<Option<&'static str>> {
    let Some(sealed) = user.totp_secret.clone() else { return Ok(Some("password")) };
    let mut factors = Factors::open(api, user.id, &sealed)?;
    if let Some(code) = &given.code {
        let secret = from_hex::<20>(&factors.secret).map(|bytes| Secret::new(bytes.to_vec()));
        let secret = secret.ok_or_else(|| internal("read a second factor", "its length is wrong"))?;
        let Ok(step) = check_totp(&secret, code, Some(user.totp_step), caller.now_us) else {
            return Ok(None);
        };
        user.totp_step = step;
        return Ok(user::take_totp_step(on, user.id, step).await?.then_some("password+totp"));
    }
    let Some(code) = &given.recovery_code else { return Ok(None) };
    let hashes: Vec<[u8; 32]> = factors.recovery.iter().filter_map(|hash| from_hex(hash)).collect();
    let Some(found) = find_recovery_code(user.id, code, &hashes) else { return Ok(None) };
    factors.recovery.remove(found);
    user.totp_secret = Some(factors.seal(api, user.id)?);
    user::put(on, user, store::Moment(caller.now_us)).await?;
    Ok(Some("password+recovery-code"))
}

async fn directory(
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    name: &str,
    identity: &ExternalIdentity,
) -> Answer<(User, String)> {
    let source = external::Source::new(api, Directory::ORIGIN, name, identity, caller.now_us).await?;
    let mut tx = api.store().write().await?;
    let Some(user) = external::known(&mut tx, caller, &source, identity).await? else {
        tx.commit().await?;
        return Err(no_role());
    };
    let cookie = begin(&mut tx, api, caller, headers, &user, "ldap").await?;
    throttle::forgive(&mut tx, name).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok((user, cookie))
}

impl Factors {
    pub(crate) fn open(api: &Api, user: UserId, sealed: &[u8]) -> Answer<Self> {
        let damaged = |error: &dyn core::fmt::Display| internal("read a second factor", error);
        let plain = api.parts().keys.open(&purpose(user), sealed).map_err(|error| damaged(&error))?;
        serde_json::from_slice(plain.expose()).map_err(|error| damaged(&error))
    }

    pub(crate) fn seal(&self, api: &Api, user: UserId) -> Answer<Vec<u8>> {
        let failed = |error: &dyn core::fmt::Display| internal("keep a second factor", error);
        let plain = Secret::new(serde_json::to_vec(self).map_err(|error| failed(&error))?);
        api.parts().keys.seal(&purpose(user), plain.expose()).map_err(|error| failed(&error))
    }
}

fn purpose(user: UserId) -> String {
    format!("totp:{user}")
}

/// Whether the password is the user's own, throttled like a log-in: for changes that a borrowed screen must not make.
pub(crate) async fn check_local_password(
    api: &Api,
    caller: &Caller,
    user: &User,
    password: &str,
) -> Answer<()> {
    throttle::admit(api, caller, &user.name).await?;
    let kept = Some(user.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let password = Secret::new(password.to_owned());
    match api.parts().passwords.verify(&password, kept).await.map_err(not_computed)? {
        Verdict::Right { .. } => {
            let mut tx = api.store().write().await?;
            throttle::forgive(&mut tx, &user.name).await?;
            tx.commit().await?;
            Ok(())
        }
        Verdict::Wrong => Err(throttle::failed(api, caller, &user.name).await),
    }
}

/// Too many at once is no fault of anybody's.
pub(crate) fn not_computed(error: PasswordError) -> Problem {
    match error {
        PasswordError::Busy => unavailable("check a password", error),
        _ => internal("check a password", error),
    }
}
