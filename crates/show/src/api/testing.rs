//! The interface over a real store, with a caller of the test's choice.

use super::{Api, Caller, Live, endpoints, state::Parts, view::View};
use authz::{Access, Actor, Grant, Role, Scope};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Extension;
use axum::http::{HeaderMap, Request, StatusCode, header};
use facts::id::{SiteId, UserId};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use store::{Moment, Options, Store, structure::site};
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;
use uuid::Uuid;

/// The moment of every request: 2026-11-23 01:00 UTC.
pub(super) const NOW_US: i64 = 1_795_395_600_000_000;
/// The plant.
pub(super) const SITE: SiteId = SiteId(Uuid::from_u128(1));

/// Everything that the interface stands on, over a new and empty store in a folder.
pub(super) async fn parts(folder: &Path) -> Parts {
    let url = format!("sqlite:{}", folder.join("yagura.db").display());
    Parts {
        site: SITE,
        store: Store::open(&url, Options::default()).await.expect("a new store"),
        history: None,
        evidence: None,
        view: watch::channel(Arc::new(View::default())).1,
        judged: watch::channel(Arc::default()).1,
        prospects: watch::channel(Arc::default()).1,
        changed: watch::channel(0).0,
        passwords: login::password::Passwords::new().expect("passwords"),
        keys: login::SealingKeys::open_or_create(&folder.join("keys")).expect("keys"),
        head: login::HeadKey::open_or_create(&folder.join("head")).expect("a key"),
        origins: vec!["http://localhost:8443".into()],
        tls: false,
        certificate: None,
        folder: folder.to_owned(),
        knowledge: folder.join("knowledge"),
        uploads: mpsc::channel(8).0,
        entry: super::Entry::default(),
        live: fixed(Live::default()),
        remote: None,
        host: super::state::Host::default(),
        clock: || NOW_US,
    }
}

/// What may change at run time, and does not.
pub(super) fn fixed(live: Live) -> watch::Receiver<Arc<Live>> {
    watch::channel(Arc::new(live)).1
}

/// Puts the plant into the store.
pub(super) async fn put_site(store: &Store) {
    let mut on = store.write().await.expect("a transaction");
    let row = site::Site {
        id: SITE,
        name: "第一工場".into(),
        code: "P1".into(),
        time_zone: "Asia/Tokyo".into(),
        note: String::new(),
    };
    site::put(&mut on, &row, Moment(NOW_US)).await.expect("a site");
    on.commit().await.expect("a commit");
}

/// The interface over a new store in a folder.
pub(super) async fn api(folder: &Path) -> Api {
    let parts = parts(folder).await;
    put_site(&parts.store).await;
    Api::new(parts)
}

/// Somebody with roles.
pub(super) fn person(roles: &[(Role, Scope)]) -> Caller {
    let grant = |(role, scope): &(Role, Scope)| Grant::new(*role, scope.clone()).expect("a role");
    let actor = match roles.first() {
        Some((Role::Reader | Role::Enricher | Role::Monitor | Role::Sensor, _)) => {
            Actor::Machine { token: facts::id::TokenId(Uuid::from_u128(3)), issued_by: None }
        }
        _ => Actor::Person(UserId(Uuid::from_u128(2))),
    };
    Caller {
        access: Access::new(actor, roles.iter().map(grant).collect()),
        name: "髙橋".into(),
        ..Caller::nobody(None, NOW_US)
    }
}

/// An answer.
pub(super) struct Told {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
}

impl Told {
    /// The body as JSON; null when it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

/// Asks with a body of bytes.
pub(super) async fn send(api: &Api, caller: &Caller, method: &str, path: &str, body: Vec<u8>) -> Told {
    let (router, _) =
        utoipa_axum::router::OpenApiRouter::new().nest(super::BASE, endpoints()).split_for_parts();
    let router: axum::Router = router.layer(Extension(caller.clone())).with_state(api.clone());
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", super::BASE))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    Told { status: parts.status, headers: parts.headers, bytes }
}

/// Asks with a body of JSON, null for none.
pub(super) async fn ask(api: &Api, caller: &Caller, method: &str, path: &str, body: Value) -> Told {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    send(api, caller, method, path, body).await
}
