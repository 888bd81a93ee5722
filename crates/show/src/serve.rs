//! The web server of the live page: the page itself, and its data as last published.
//!
//! A request is answered only when its `Host` (and its `Origin`, if it has one) names the address that is listened
//! on: a foreign web page in the same browser cannot read the plant by giving its own name this address.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, PoisonError, RwLock};

/// What the page shows next: replaced as a whole, so that a reader never sees half of it.
#[derive(Clone, Default)]
pub struct Published(Arc<RwLock<Arc<str>>>);

impl Published {
    /// Puts new data in the place of the old.
    pub fn publish(&self, data: String) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = data.into();
    }

    fn latest(&self) -> Arc<str> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[derive(Clone)]
struct Site {
    page: Arc<str>,
    published: Published,
    address: SocketAddr,
}

/// Opens the address to listen on.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until the program is interrupted.
pub fn serve(listener: TcpListener, page: String, published: Published) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let site = Site { page: page.into(), published, address: listener.local_addr()? };
        let router = Router::new()
            .route("/", get(show_page))
            .route("/data.json", get(show_data))
            .layer(middleware::from_fn_with_state(site.clone(), guard))
            .with_state(site);
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, router).with_graceful_shutdown(interrupted()).await
    })
}

async fn interrupted() {
    // Without a signal handler the program ends by the signal's default, which is as good.
    let _ = tokio::signal::ctrl_c().await;
}

async fn show_page(State(site): State<Site>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        // The page brings the rest of its policy itself; this part counts only in a header.
        (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
    ];
    (headers, site.page.to_string()).into_response()
}

async fn show_data(State(site): State<Site>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, site.published.latest().to_string()).into_response()
}

async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    if ours(request.headers(), site.address) {
        return next.run(request).await;
    }
    let told = format!("This address serves {0} only: open http://{0}/.\n", site.address);
    (StatusCode::MISDIRECTED_REQUEST, told).into_response()
}

/// Whether `Host` and `Origin` name the address that is listened on, or `localhost` for a loopback one.
fn ours(headers: &HeaderMap, address: SocketAddr) -> bool {
    let port = address.port();
    let fits = |host: &str| {
        host == address.to_string()
            || (address.ip().is_loopback() && host == format!("localhost:{port}"))
            || (address.ip().is_unspecified() && host.ends_with(&format!(":{port}")))
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    host.is_some_and(fits) && origin.is_none_or(|origin| origin.strip_prefix("http://").is_some_and(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_its_own_name_is_answered() {
        let address: SocketAddr = "127.0.0.1:8443".parse().unwrap();
        assert!(ours(&headers("127.0.0.1:8443", None), address));
        assert!(ours(&headers("localhost:8443", Some("http://localhost:8443")), address));
        assert!(!ours(&headers("evil.example:8443", None), address));
        assert!(!ours(&headers("127.0.0.1:8443", Some("http://evil.example")), address));
        assert!(!ours(&HeaderMap::new(), address));
    }
}
