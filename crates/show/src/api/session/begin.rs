//! A new log-in, once it is proved who is there.

use super::super::caller::Caller;
use super::super::identify::{browser, ends, person_access};
use super::super::problem::{Answer, internal};
use super::super::state::Api;
use super::{WhoAmI, who_am_i};
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use facts::id::SessionId;
use login::to_hex;
use login::token::{Kind, issue};
use store::access::session::{self, Session};
use store::access::user::{self, User};
use store::{Moment, Transaction};
use uuid::Uuid;

/// Log-ins of one person at the same time; the oldest gives way.
const SESSIONS_MAX: usize = 20;

/// Begins a log-in and returns the `Set-Cookie` header for it.
pub(crate) async fn begin(
    on: &mut Transaction,
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    user: &User,
    method: &str,
) -> Answer<String> {
    let id = SessionId(Uuid::now_v7());
    let issued = issue(Kind::Session, id.0).map_err(|error| internal("begin a session", error))?;
    let now = Moment(caller.now_us);
    let kept = session::of_user(&mut *on, user.id, now).await?;
    for old in kept.iter().skip(SESSIONS_MAX - 1) {
        session::remove(on, old.id).await?;
    }
    let new = Session {
        id,
        hash: to_hex(&issued.hash),
        user_id: user.id,
        method: method.to_owned(),
        address: caller.address.map(|address| address.to_string()).unwrap_or_default(),
        agent: browser(headers).name().to_owned(),
        // The cookie is SameSite=Strict and the origin of every request is checked, so none carries a second secret.
        csrf_hash: String::new(),
        made_at: now,
        last_used_at: now,
        expires_at: Moment(ends(api, caller.now_us, caller.now_us)),
    };
    session::add(on, &new).await?;
    user::logged_in(on, user.id, now).await?;
    Ok(login::session::cookie(&issued.text, api.parts().tls))
}

/// The answer to a log-in: the cookie, and who is logged in now.
pub(crate) async fn welcome(api: &Api, caller: &Caller, user: &User, cookie: &str) -> Answer<Response> {
    let access = person_access(api, user).await?;
    let caller = Caller { access, name: user.name.clone(), ..caller.clone() };
    let told: Json<WhoAmI> = Json(who_am_i(api, &caller).await?);
    Ok(with_cookie(cookie, told.into_response()))
}

/// An answer that sets a cookie.
pub(crate) fn with_cookie(cookie: &str, mut response: Response) -> Response {
    if let Some((name, value)) = cookie_header(cookie) {
        response.headers_mut().append(name, value);
    }
    response
}

/// The header that sets a cookie.
pub(crate) fn cookie_header(cookie: &str) -> Option<(header::HeaderName, HeaderValue)> {
    HeaderValue::from_str(cookie).ok().map(|value| (header::SET_COOKIE, value))
}
