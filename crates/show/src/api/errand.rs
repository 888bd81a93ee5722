//! Requests that the server makes to its own interface in somebody's name: through the same endpoints, permissions and
//! checks, and with the same lines in the audit log, as when that person asks.

use super::caller::Caller;
use super::identify::person_access;
use super::state::Api;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Extension;
use axum::http::{Request, header};
use std::fmt;
use store::access::user;
use tower::ServiceExt;

/// Bytes of an answer at most.
const ANSWER_MAX: usize = 16 << 20;

/// Why an errand was not done: one line with the answer's own words.
#[derive(Debug)]
pub struct ErrandError(String);

impl fmt::Display for ErrandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for ErrandError {}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Errand<'e> {
    /// `GET`, `POST`, …
    pub method: &'e str,
    /// Path below the base of the interface, with its query.
    pub path: &'e str,
    /// Media type of the body.
    pub kind: &'e str,
    /// The body.
    pub body: Vec<u8>,
}

impl<'e> Errand<'e> {
    /// Asks for a path.
    #[must_use]
    pub fn get(path: &'e str) -> Self {
        Self { method: "GET", path, kind: "application/json", body: Vec::new() }
    }

    /// Sends JSON to a path.
    #[must_use]
    pub fn send(method: &'e str, path: &'e str, body: &serde_json::Value) -> Self {
        Self { method, path, kind: "application/json", body: body.to_string().into_bytes() }
    }
}

/// Does an errand in the name of the user `name`; the answer's JSON.
pub async fn run_errand(api: &Api, name: &str, errand: Errand<'_>) -> Result<serde_json::Value, ErrandError> {
    let what = format!("{} {}", errand.method, errand.path);
    let failed = |why: &dyn fmt::Display| ErrandError(format!("{what}: {why}"));
    let user = user::find_by_name(api.store(), name).await.map_err(|error| failed(&error))?;
    let user =
        user.filter(|user| !user.disabled).ok_or_else(|| failed(&format!("there is no user {name}")))?;
    let access = person_access(api, &user).await.map_err(|error| failed(&error))?;
    let caller = Caller { access, name: user.name, ..Caller::nobody(None, api.now_us()) };
    let request = Request::builder()
        .method(errand.method)
        .uri(format!("{}{}", super::BASE, errand.path))
        .header(header::CONTENT_TYPE, errand.kind)
        .body(Body::from(errand.body))
        .map_err(|error| failed(&error))?;
    let router: Router = super::routes().layer(Extension(caller)).with_state(api.clone());
    let Ok(response) = router.oneshot(request).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), ANSWER_MAX).await.map_err(|error| failed(&error))?;
    if !status.is_success() {
        return Err(failed(&format!("{status} {}", String::from_utf8_lossy(&body))));
    }
    Ok(serde_json::from_slice(&body).unwrap_or_default())
}
