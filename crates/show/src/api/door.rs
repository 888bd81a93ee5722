//! What stands before every answer: whose page asks, how large a body may be, and what browsers are told.

use super::identify::identify;
use super::problem::{Problem, foreign, of_framework};
use super::state::Api;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use login::session::{ForeignRequest, RequestHeaders, check_origin};

/// Bytes of a body at most, where an endpoint does not say otherwise.
const BODY_MAX: usize = 1024 * 1024;
/// Bytes of a refusal by the framework that are kept.
const REFUSAL_MAX: usize = 1024;

/// Puts everything that stands before an endpoint around a router.
pub(crate) fn guarded(router: Router<Api>, api: &Api) -> Router {
    router
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn_with_state(api.clone(), identify))
        .layer(middleware::from_fn_with_state(api.clone(), own_pages))
        .layer(middleware::from_fn(told_to_browsers))
        .with_state(api.clone())
}

/// Every request, whatever it asks: a foreign page in the same browser cannot speak for its user, and a foreign name
/// that points here is not answered.
async fn own_pages(State(api): State<Api>, request: Request, next: Next) -> Response {
    let own = &api.parts().origins;
    if let Err(why) = is_own(&request, own) {
        return foreign(&why, own.first().map_or("", String::as_str)).into_response();
    }
    next.run(request).await
}

fn is_own(request: &Request, own: &[String]) -> Result<(), ForeignRequest> {
    let text = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let headers = RequestHeaders {
        changes: !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS),
        host: text(header::HOST).or_else(|| request.uri().authority().map(|authority| authority.as_str())),
        origin: text(header::ORIGIN),
        fetch_site: text(HeaderName::from_static("sec-fetch-site")),
    };
    check_origin(&headers, own)
}

async fn told_to_browsers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let told = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in told {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Gives what the framework refuses (a body that is no JSON, a method that is not there) the one shape of errors.
pub(crate) async fn one_shape(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_json(response.headers()) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let body = to_bytes(response.into_body(), REFUSAL_MAX).await.unwrap_or_default();
    let problem: Problem = of_framework(status, &String::from_utf8_lossy(&body));
    let mut response = problem.into_response();
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}
