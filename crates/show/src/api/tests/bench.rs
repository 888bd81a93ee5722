//! What tests of handlers stand on: the interface over a real database in a folder, and a clock that they set.

use crate::api::entry::Entry;
use crate::api::identify::person_access;
use crate::api::links::new_user;
use crate::api::live::Live;
use crate::api::scope;
use crate::api::state::{Api, Parts};
use crate::api::testing::{fixed, parts, put_site};
use crate::api::view::View;
use authz::{Access, Role, Scope};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use core::cell::Cell;
use facts::id::{SessionId, TokenId, UserId};
use login::to_hex;
use login::token::{Kind, issue};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use store::Moment;
use store::access::grant::{self, Grant};
use store::access::session::{self, Session};
use store::access::token::{self, Token};
use store::access::user;
use tokio::sync::watch;
use tower::ServiceExt;
use uuid::Uuid;

pub(super) use crate::api::testing::SITE;

/// The moment at which tests begin: 2026-04-01 00:00 UTC.
pub(crate) const START_US: i64 = 1_775_001_600_000_000;

thread_local! {
    static NOW_US: Cell<i64> = const { Cell::new(START_US) };
}

/// Moves the clock of this test.
pub(crate) fn set_clock(now_us: i64) {
    NOW_US.set(now_us);
}

/// What a request was answered.
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// The interface over a new database in the folder.
pub(crate) async fn api(folder: &Path) -> Api {
    api_of(folder, |_| {}).await
}

/// The same with a plant of the moment, and its own ways in.
pub(crate) async fn api_with(folder: &Path, view: View, entry: Entry) -> Api {
    api_of(folder, |parts| {
        parts.view = watch::channel(Arc::new(view)).1;
        parts.entry = entry;
    })
    .await
}

/// The same with further parts of its own.
pub(crate) async fn api_of(folder: &Path, change: impl FnOnce(&mut Parts)) -> Api {
    set_clock(START_US);
    let live = Live { requests_per_minute: 1_000_000, ..Live::default() };
    let mut parts = Parts { live: fixed(live), clock: || NOW_US.get(), ..parts(folder).await };
    put_site(&parts.store).await;
    change(&mut parts);
    Api::new(parts)
}

/// Everything as it is served, door included.
pub(crate) fn through_door(api: &Api) -> Router {
    crate::server::router(api)
}

/// A person with a role, logged in: the header that proves it.
pub(crate) async fn person(api: &Api, name: &str, role: Role, scope: &Scope) -> (UserId, String) {
    let now = Moment(api.now_us());
    let mut tx = api.store().write().await.expect("a transaction");
    let user = match user::find_by_name(&mut tx, name).await.expect("users") {
        Some(user) => user,
        None => {
            let user = new_user(name, now);
            user::put(&mut tx, &user, now).await.expect("a user");
            let grant = Grant {
                id: Uuid::now_v7().to_string(),
                user_id: user.id,
                role: role.name().to_owned(),
                scope: scope::kept(scope),
                until: scope.until_us.map(Moment),
                made_by: user.id,
                made_at: now,
            };
            grant::put(&mut tx, &grant, now).await.expect("a grant");
            user
        }
    };
    let id = SessionId(Uuid::now_v7());
    let issued = issue(Kind::Session, id.0).expect("random bytes");
    let session = Session {
        id,
        hash: to_hex(&issued.hash),
        user_id: user.id,
        method: String::from("password"),
        address: String::new(),
        agent: String::from("other"),
        csrf_hash: String::new(),
        made_at: now,
        last_used_at: now,
        expires_at: now.after(1_800_000_000),
    };
    session::add(&mut tx, &session).await.expect("a session");
    tx.commit().await.expect("a commit");
    (user.id, format!("yagura={}", issued.text.expose()))
}

/// A machine with a role: the header that proves it.
pub(crate) async fn machine(api: &Api, role: Role, scope: &Scope) -> String {
    let id = TokenId(Uuid::now_v7());
    let issued = issue(Kind::Machine, id.0).expect("random bytes");
    let token = Token {
        id,
        hash: to_hex(&issued.hash),
        name: role.name().to_owned(),
        role: role.name().to_owned(),
        scope: scope::kept(scope),
        made_by: UserId(Uuid::from_u128(2)),
        made_at: Moment(api.now_us()),
        expires_at: scope.until_us.map(Moment),
        last_used_at: None,
        revoked_at: None,
    };
    let mut tx = api.store().write().await.expect("a transaction");
    token::add(&mut tx, &token).await.expect("a token");
    tx.commit().await.expect("a commit");
    format!("Bearer {}", issued.text.expose())
}

/// What the database grants a person.
pub(crate) async fn access_of(api: &Api, user: UserId) -> Access {
    let user = user::find(api.store(), user).await.expect("users").expect("the user");
    person_access(api, &user).await.expect("grants")
}

/// A request to the server of the tests; `proof` is a cookie or a bearer's header, or empty.
pub(crate) fn request(method: &str, path: &str, proof: &str, body: Option<&Value>) -> Request<Body> {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8443");
    if proof.starts_with("Bearer ") {
        request = request.header(header::AUTHORIZATION, proof);
    } else if !proof.is_empty() {
        request = request.header(header::COOKIE, proof);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    request.header(header::CONTENT_TYPE, "application/json").body(body).expect("a request")
}

/// The answer of a router to a request.
pub(crate) async fn answer(router: &Router, request: Request<Body>) -> Told {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), 1 << 24).await.expect("a body");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::String(text));
    Told { status, headers, body }
}

/// Asks in one step.
pub(crate) async fn ask(router: &Router, method: &str, path: &str, proof: &str, body: Option<Value>) -> Told {
    answer(router, request(method, path, proof, body.as_ref())).await
}

/// The cookie that an answer set, as the browser sends it back.
pub(crate) fn cookie(told: &Told) -> String {
    let set = told.headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
    set.and_then(|set| set.split(';').next()).expect("a cookie was set").to_owned()
}
