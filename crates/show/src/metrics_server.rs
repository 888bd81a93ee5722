//! Figures for Prometheus at an address of their own: no log-in, a token where others can reach it.

use crate::api::Api;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use login::{Secret, equal};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;

#[derive(Clone)]
struct Served {
    api: Api,
    token: Option<Arc<Secret<String>>>,
}

/// Serves `/metrics` until the process ends. Without a token the address must be one of this machine.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve_metrics(listener: TcpListener, api: Api, token: Option<Secret<String>>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    axum::serve(listener, router(api, token)).await
}

fn router(api: Api, token: Option<Secret<String>>) -> Router {
    Router::new().route("/metrics", get(show)).with_state(Served { api, token: token.map(Arc::new) })
}

async fn show(State(served): State<Served>, headers: HeaderMap) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let refusal = match &served.token {
        Some(token) => {
            let given = text(header::AUTHORIZATION).strip_prefix("Bearer ").unwrap_or_default();
            let fits = equal(given.as_bytes(), token.expose().as_bytes());
            (!fits).then_some((StatusCode::UNAUTHORIZED, "send the token: Authorization: Bearer TOKEN\n"))
        }
        // A page of a stranger in a browser on this machine would come under a name of its own.
        None => (!is_this_machine(text(header::HOST)))
            .then_some((StatusCode::MISDIRECTED_REQUEST, "ask by the address, or by localhost\n")),
    };
    match refusal {
        Some(refusal) => refusal.into_response(),
        None => {
            let kind = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
            ([kind], served.api.metrics()).into_response()
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "localhost"
        || host.parse::<SocketAddr>().map(|address| address.ip()).or_else(|_| host.parse::<IpAddr>()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    async fn asked(router: &Router, name: header::HeaderName, value: &str) -> StatusCode {
        let request = Request::get("/metrics").header(name, value).body(Body::empty()).expect("a request");
        router.clone().oneshot(request).await.expect("an answer").status()
    }

    #[tokio::test]
    async fn figures_go_to_who_has_the_token_or_is_here() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, _uploads) = crate::api::trial::api(folder.path(), |_| {}).await;
        let open = router(api.clone(), None);
        for host in ["127.0.0.1:9464", "[::1]:9464", "localhost:9464", "localhost"] {
            assert_eq!(asked(&open, header::HOST, host).await, StatusCode::OK, "{host}");
        }
        assert_eq!(asked(&open, header::HOST, "evil.example:9464").await, StatusCode::MISDIRECTED_REQUEST);
        let closed = router(api, Some(Secret::new("s3cret".into())));
        assert_eq!(asked(&closed, header::AUTHORIZATION, "Bearer s3cret").await, StatusCode::OK);
        for wrong in ["Bearer s3cre", "s3cret", "Bearer "] {
            assert_eq!(asked(&closed, header::AUTHORIZATION, wrong).await, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(asked(&closed, header::HOST, "127.0.0.1").await, StatusCode::UNAUTHORIZED);
    }
}
