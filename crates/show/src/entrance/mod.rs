//! The pages before the log-in: name and password, and the use of a one-time link. In Japanese and English.

use crate::api::Api;
use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

const LOGIN: &str = include_str!("login.html");
const ENROL: &str = include_str!("enrol.html");
const SCRIPT: &str = include_str!("entrance.js");
const STYLE: &str = include_str!("entrance.css");

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The pages with their script and style.
pub(crate) fn routes() -> Router<Api> {
    Router::new()
        .route("/login", get(|| async { page(LOGIN) }))
        .route("/enrol", get(|| async { page(ENROL) }))
        .route("/entrance.js", get(|| async { file(SCRIPT, "text/javascript; charset=utf-8") }))
        .route("/entrance.css", get(|| async { file(STYLE, "text/css; charset=utf-8") }))
}

fn page(text: &'static str) -> Response {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(text)).into_response()
}

fn file(text: &'static str, kind: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
