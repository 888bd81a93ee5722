//! Finds out who asks, once per request, before any endpoint: a log-in's cookie or a machine's token.

use super::caller::Caller;
use super::problem::Problem;
use super::scope;
use super::state::Api;
use authz::{Access, Actor, Grant};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Extensions, HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use login::session::{Browser, SessionTimes, cookie_name};
use login::to_hex;
use login::token::{self, Kind};
use std::net::{IpAddr, SocketAddr};
use store::access::session::Session;
use store::access::token::Token;
use store::access::user::User;
use store::access::{grant, session, token as tokens, user};
use store::{Moment, StoreError};

/// Puts the [`Caller`] into the request; a proof that does not hold makes nobody of it.
pub(crate) async fn identify(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let address = address(request.extensions());
    let caller = match api.rates().address(address) {
        Ok(()) => find(&api, request.headers(), address).await,
        Err(problem) => Err(problem),
    };
    // Files of the console are the same for everybody and dozens for a page: they count for the address alone, so that
    // nobody is left with half a page.
    let counts = request.uri().path().starts_with("/api/");
    let asked = |caller: Caller| match counts {
        true => api.rates().actor(caller.actor()).map(|()| caller),
        false => Ok(caller),
    };
    match caller.and_then(asked) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

fn address(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip().to_canonical())
}

async fn find(api: &Api, headers: &HeaderMap, address: Option<IpAddr>) -> Result<Caller, Problem> {
    let now_us = api.now_us();
    let nobody = Caller::nobody(address, now_us);
    let known = match headers.get(header::AUTHORIZATION) {
        // A token that does not hold is not made up for by a cookie.
        Some(value) => machine(api, value.to_str().unwrap_or_default(), now_us).await?,
        None => person(api, headers, now_us).await?,
    };
    Ok(known.map_or(nobody, |(access, name, session)| Caller { access, name, session, address, now_us }))
}

type Known = (Access, String, Option<facts::id::SessionId>);

async fn machine(api: &Api, value: &str, now_us: i64) -> Result<Option<Known>, Problem> {
    let text = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some(presented) = text.and_then(|(_, text)| token::read(Kind::Machine, text.trim()).ok()) else {
        return Ok(None);
    };
    let hash = to_hex(presented.hash());
    let Some(kept) = tokens::find_by_hash(api.store(), &hash, Moment(now_us)).await? else { return Ok(None) };
    if api.waiting().is_first_use(kept.id.0, now_us) {
        let (api, id) = (api.clone(), kept.id);
        note_use(async move {
            let mut tx = api.store().write().await?;
            tokens::touch(&mut tx, id, Moment(now_us)).await?;
            tx.commit().await
        });
    }
    Ok(Some((machine_access(&kept), kept.name, None)))
}

fn machine_access(kept: &Token) -> Access {
    let actor = Actor::Machine { token: kept.id, issued_by: Some(kept.made_by) };
    let until = kept.expires_at.map(|until| until.0);
    Access::new(actor, scope::grant(&kept.role, &kept.scope, until).into_iter().collect())
}

async fn person(api: &Api, headers: &HeaderMap, now_us: i64) -> Result<Option<Known>, Problem> {
    let text = cookie(headers, cookie_name(api.parts().tls));
    let Some(presented) = text.and_then(|text| token::read(Kind::Session, text).ok()) else {
        return Ok(None);
    };
    let hash = to_hex(presented.hash());
    let Some(kept) = session::find_by_hash(api.store(), &hash, Moment(now_us)).await? else {
        return Ok(None);
    };
    let times = SessionTimes {
        began_us: kept.made_at.0,
        used_us: kept.last_used_at.0,
        browser: Browser::from_name(&kept.agent).unwrap_or(Browser::Other),
    };
    if api.live().sessions.check(&times, browser(headers), now_us).is_err() {
        return Ok(None);
    }
    let Some(user) = user::find(api.store(), kept.user_id).await?.filter(|user| !user.disabled) else {
        return Ok(None);
    };
    let access = person_access(api, &user).await?;
    if api.waiting().is_first_use(kept.id.0, now_us) {
        note_use(touch(api.clone(), kept.clone(), now_us));
    }
    Ok(Some((access, user.name, Some(kept.id))))
}

/// Everything that was ever granted to a person: also what is over, so that a refusal can say so.
pub(crate) async fn person_access(api: &Api, user: &User) -> Result<Access, StoreError> {
    let kept = grant::of_user(api.store(), user.id, Moment(i64::MIN)).await?;
    let read = |kept: &grant::Grant| scope::grant(&kept.role, &kept.scope, kept.until.map(|until| until.0));
    let grants: Vec<Grant> = kept.iter().filter_map(read).collect();
    Ok(Access::new(Actor::Person(user.id), grants))
}

async fn touch(api: Api, kept: Session, now_us: i64) -> Result<(), StoreError> {
    let ends = ends(&api, kept.made_at.0, now_us);
    let mut tx = api.store().write().await?;
    session::touch(&mut tx, kept.id, Moment(now_us), Moment(ends)).await?;
    tx.commit().await
}

/// When a session ends that is used now.
pub(crate) fn ends(api: &Api, began_us: i64, now_us: i64) -> i64 {
    let policy = api.live().sessions;
    now_us.saturating_add(policy.idle_us).min(began_us.saturating_add(policy.absolute_us))
}

/// Beside the request: whoever asks does not wait for a database that is busy.
fn note_use(work: impl Future<Output = Result<(), StoreError>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(error) = work.await {
            tracing::warn!("cannot note the last use of a log-in: {error}");
        }
    });
}

/// The kind of browser that asks.
pub(crate) fn browser(headers: &HeaderMap) -> Browser {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Browser::of(agent.unwrap_or_default())
}

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}
