//! The server: the interface, its description, the console, and the door before all of them.

use crate::api::{Api, behind_door, enter, routes};
use crate::{api, console};
use axum::Router;
use axum::http::header;
use axum::response::Response;
use axum::routing::get;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use core::time::Duration;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use utoipa_swagger_ui::SwaggerUi;

/// How long requests that run may go on when the server ends: streams of changes would never end by themselves.
const LAST_REQUESTS: Duration = Duration::from_secs(5);
/// A connection must ask something within this time, or it is closed.
const FIRST_REQUEST: Duration = Duration::from_secs(15);

/// Where the description of the interface stands.
const DESCRIPTION: &str = "/api/openapi.json";
/// Swagger UI brings styles of its own into the page; its scripts are files.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                           frame-ancestors 'none'";

/// Opens the address to listen on.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until `end`, then lets running requests finish for a few seconds.
pub async fn serve(
    listener: TcpListener,
    api: Api,
    tls: Option<rustls::ServerConfig>,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::new();
    let ending = handle.clone();
    tokio::spawn(async move {
        end.await;
        ending.graceful_shutdown(Some(LAST_REQUESTS));
    });
    let service = router(&api).into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        Some(tls) => {
            let server = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(Arc::new(tls)))?;
            server.handle(handle).first_request_timeout(FIRST_REQUEST).serve(service).await
        }
        None => {
            let server = axum_server::from_tcp(listener)?;
            server.handle(handle).first_request_timeout(FIRST_REQUEST).serve(service).await
        }
    }
}

/// Ends with Ctrl-C, or with what the service manager sends. Both are heard from this call on: make it before anybody
/// is told that the server is there.
///
/// # Errors
/// The system has no room for a signal handler.
pub fn asked_to_end() -> io::Result<impl Future<Output = ()> + Send> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// The origins under which a server at `address` is reached: its own address (first), the machine itself where that
/// is what it listens on, and further names.
#[must_use]
pub fn origins(address: SocketAddr, tls: bool, names: &[String]) -> Vec<String> {
    let (scheme, usual) = if tls { ("https", 443) } else { ("http", 80) };
    let port = address.port();
    let mut hosts: Vec<String> = Vec::new();
    if !address.ip().is_unspecified() {
        let ip = address.ip();
        hosts.push(if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() });
    }
    let names = names.iter().map(|name| name.to_lowercase());
    // With a name of its own the server calls itself by it wherever it listens on every address.
    hosts.extend(names);
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(String::from));
    }
    let mut origins: Vec<String> = Vec::new();
    for host in hosts {
        let with_port = format!("{scheme}://{host}:{port}");
        // Browsers leave the usual port away.
        let bare = format!("{scheme}://{host}");
        for origin in [Some(with_port), Some(bare).filter(|_| port == usual)].into_iter().flatten() {
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
    }
    origins
}

/// Everything that is served.
pub(crate) fn router(api: &Api) -> Router {
    let docs: Router<Api> = SwaggerUi::new("/api/docs").url(DESCRIPTION, api::document()).into();
    let docs = docs.layer(axum::middleware::map_response(docs_policy));
    let router =
        Router::new().route("/enter", get(enter)).merge(docs).merge(routes()).fallback(console::show);
    behind_door(router, api)
}

async fn docs_policy(mut response: Response) -> Response {
    let policy = header::HeaderValue::from_static(DOCS_POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_knows_its_own_names() {
        let at = |address: &str, tls, names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            origins(address.parse().expect("an address"), tls, &names)
        };
        let own = at("127.0.0.1:8443", false, &[]);
        assert_eq!(own, ["http://127.0.0.1:8443", "http://localhost:8443", "http://[::1]:8443"]);
        let own = at("0.0.0.0:443", true, &["Yagura.plant.example"]);
        assert_eq!(own[..2], ["https://yagura.plant.example:443", "https://yagura.plant.example"]);
        assert_eq!(at("192.0.2.7:8443", true, &[]), ["https://192.0.2.7:8443"]);
        assert_eq!(at("[2001:db8::7]:8443", true, &[]), ["https://[2001:db8::7]:8443"]);
    }
}
