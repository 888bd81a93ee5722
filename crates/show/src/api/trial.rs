//! The interface over an empty plant in a folder, for tests of its nouns.

use super::caller::Caller;
use super::entry::Entry;
use super::state::{Api, Parts, Upload};
use super::view::View;
use authz::{Access, Actor, Grant, Role, Scope};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Extension;
use axum::http::{Request, StatusCode, header};
use facts::id::{SiteId, UserId};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

/// Moment of every request in tests.
pub(crate) const NOW: i64 = 1_760_000_000_000_000;

/// The interface, and the end of the channel at which uploads arrive. `change` may replace parts.
pub(crate) async fn api(folder: &Path, change: impl FnOnce(&mut Parts)) -> (Api, mpsc::Receiver<Upload>) {
    let url = format!("sqlite:{}", folder.join("yagura.db").display());
    let store = store::Store::open(&url, store::Options::default()).await.expect("a store");
    let (sender, uploads) = mpsc::channel(4);
    let mut parts = Parts {
        site: SiteId(Uuid::from_u128(1)),
        store,
        history: None,
        evidence: None,
        view: watch::channel(Arc::new(View::default())).1,
        changed: watch::channel(0).0,
        passwords: login::password::Passwords::new().expect("passwords"),
        keys: login::SealingKeys::open_or_create(&folder.join("sealing")).expect("keys"),
        head: login::HeadKey::open_or_create(&folder.join("head")).expect("a key"),
        sessions: login::session::SessionPolicy::default(),
        origins: vec!["http://localhost".into()],
        tls: false,
        folder: folder.to_owned(),
        upload_bytes_max: 1_000,
        uploads: sender,
        remote: None,
        data: watch::channel(Arc::from("{}")).1,
        entry: Entry::default(),
        clock: || NOW,
    };
    change(&mut parts);
    (Api::new(parts), uploads)
}

/// A person with a role within a scope.
pub(crate) fn person(role: Role, scope: Scope) -> Caller {
    let grant = Grant::new(role, scope).expect("a grant");
    Caller {
        access: Access::new(Actor::Person(UserId(Uuid::from_u128(2))), vec![grant]),
        name: role.name().into(),
        session: None,
        address: None,
        now_us: NOW,
    }
}

/// An administrator of everything.
pub(crate) fn administrator() -> Caller {
    person(Role::Administrator, Scope::everything())
}

/// The interface as this person sees it.
pub(crate) fn router(api: &Api, caller: Caller) -> Router {
    let (router, _) = OpenApiRouter::new().nest(super::BASE, super::endpoints()).split_for_parts();
    router.with_state(api.clone()).layer(Extension(caller))
}

/// One request with a JSON body (`null` for none) and its answer.
pub(crate) async fn ask(router: &Router, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", super::BASE))
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 24).await.expect("a body");
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}
