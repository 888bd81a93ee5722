//! What stands before every answer.

use super::bench::{START_US, answer, api, api_of, ask, machine, person, request, through_door};
use crate::api::Live;
use authz::{Role, Scope};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, header};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use tokio::sync::watch;

fn with(mut request: Request<Body>, name: header::HeaderName, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header"));
    request
}

#[tokio::test]
async fn only_own_pages_are_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let (_, admin) = person(&api, "admin", Role::Administrator, &Scope::everything()).await;
    for path in ["/", "/login", "/enter?token=x", "/api/v1/health", "/api/openapi.json", "/api/docs/"] {
        let foreign = with(request("get", path, &admin, None), header::HOST, "evil.example:8443");
        assert_eq!(answer(&router, foreign).await.status, 421, "{path}");
        let mut nameless = request("get", path, &admin, None);
        nameless.headers_mut().remove(header::HOST);
        assert_eq!(answer(&router, nameless).await.status, 421, "{path}");
        let foreign = with(request("get", path, &admin, None), header::ORIGIN, "http://evil.example");
        let told = answer(&router, foreign).await;
        assert_eq!(
            (told.status.as_u16(), told.body["code"].as_str()),
            (403, Some("foreign-request")),
            "{path}"
        );
    }
    let body = json!({});
    let cross = request("post", "/api/v1/auth/logout", &admin, Some(&body));
    let cross = with(cross, header::HeaderName::from_static("sec-fetch-site"), "cross-site");
    assert_eq!(answer(&router, cross).await.status, 403);
    assert_eq!(ask(&router, "get", "/api/v1/account", &admin, None).await.status, 200, "still logged in");
}

/// The console's files hold no data, and browsers may keep them as long as they ask whether they changed.
fn is_console(path: &str) -> bool {
    !path.starts_with("/api/")
}

#[tokio::test]
async fn browsers_are_told_what_not_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let router = through_door(&api(folder.path()).await);
    for path in ["/login", "/api/v1/auth/session", "/api/v1/nothing", "/api/docs/", "/theme.js"] {
        let told = ask(&router, "get", path, "", None).await;
        let header = |name: header::HeaderName| {
            told.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let kept = header(header::CACHE_CONTROL);
        assert_eq!(kept, if is_console(path) { "no-cache" } else { "no-store" }, "{path}");
        assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        let policy = header(header::CONTENT_SECURITY_POLICY);
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("script-src 'unsafe"), "{path}");
    }
}

#[tokio::test]
async fn errors_have_one_shape() {
    let folder = tempfile::tempdir().expect("a folder");
    let router = through_door(&api(folder.path()).await);
    let login = "/api/v1/auth/login";
    let plain = |kind: &str, body: &str| {
        let mut request = request("post", login, "", None);
        *request.body_mut() = Body::from(body.to_owned());
        with(request, header::CONTENT_TYPE, kind)
    };
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(2 << 20));
    let requests = [
        (400, "unreadable", plain("application/json", "{")),
        (413, "too-large", plain("application/json", &large)),
        (415, "media-type", plain("text/plain", "{}")),
        (422, "invalid", plain("application/json", "{\"name\":\"a\",\"password\":\"b\",\"other\":1}")),
        (405, "method-not-allowed", request("put", login, "", None)),
        (404, "not-found", request("get", "/api/v1/nothing", "", None)),
        (401, "unauthenticated", request("get", "/api/v1/links", "", None)),
        (400, "unreadable", request("get", "/api/v1/auth/oidc/callback?code=%ff&code=2", "", None)),
    ];
    for (status, code, request) in requests {
        let at = format!("{} {}", request.method(), request.uri());
        let told = answer(&router, request).await;
        assert_eq!(
            (told.status.as_u16(), told.body["code"].as_str()),
            (status, Some(code)),
            "{at}: {}",
            told.body
        );
        for field in ["message", "advice"] {
            assert!(told.body[field].as_str().is_some_and(|text| !text.is_empty()), "{at}: {}", told.body);
        }
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait() {
    let folder = tempfile::tempdir().expect("a folder");
    let (live, now) = watch::channel(Arc::new(Live { requests_per_minute: 5, ..Live::default() }));
    let api = api_of(folder.path(), |parts| parts.live = now).await;
    let router = through_door(&api);
    let token = machine(&api, Role::Monitor, &Scope::everything()).await;
    for _ in 0..5 {
        assert_eq!(ask(&router, "get", "/api/v1/health", &token, None).await.status, 200);
    }
    let told = ask(&router, "get", "/api/v1/health", &token, None).await;
    assert_eq!(told.status, 429);
    let wait = told.body["retry_after"].as_u64().expect("seconds");
    assert!((1..=13).contains(&wait), "{wait}");
    assert_eq!(told.headers[header::RETRY_AFTER].to_str().expect("text"), wait.to_string());
    assert_eq!(
        ask(&router, "get", "/assets", &token, None).await.status,
        200,
        "the page itself is never half"
    );
    let other = machine(&api, Role::Monitor, &Scope::everything()).await;
    assert_eq!(ask(&router, "get", "/api/v1/health", &other, None).await.status, 200);
    // An address may ask four times as often, whoever it says to be.
    let from = |address: &str| {
        let mut request = request("get", "/api/v1/auth/session", "", None);
        let address: SocketAddr = address.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(address));
        request
    };
    for _ in 0..20 {
        assert_eq!(answer(&router, from("192.0.2.1:1")).await.status, 200);
    }
    assert_eq!(answer(&router, from("192.0.2.1:2")).await.status, 429);
    assert_eq!(answer(&router, from("192.0.2.2:1")).await.status, 200);
    // A new limit counts from the next request on, without a restart.
    live.send_replace(Arc::new(Live { requests_per_minute: 100, ..Live::default() }));
    assert_eq!(answer(&router, from("192.0.2.1:2")).await.status, 200);
}

#[tokio::test]
async fn everybody_gets_the_console_and_nobody_its_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    for path in ["/", "/login", "/enrol", "/assets"] {
        let told = ask(&router, "get", path, "", None).await;
        assert_eq!(told.status, 200, "{path}");
        assert!(told.body.as_str().is_some_and(|text| text.contains("<div id=\"root\">")), "{path}");
    }
    let (links, nothing) = ("/api/v1/links", json!([]));
    assert_eq!(ask(&router, "get", links, "", None).await.status, 401);
    let (_, viewer) = person(&api, "viewer", Role::Viewer, &Scope::everything()).await;
    assert_eq!(ask(&router, "get", links, &viewer, None).await.body["items"], nothing);
    let (_, over) =
        person(&api, "over", Role::Viewer, &Scope { until_us: Some(START_US), ..Scope::everything() }).await;
    assert_eq!(ask(&router, "get", links, &over, None).await.body["code"], "expired");
}

/// Over a real connection, where the address of who asks is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let listener = crate::server::bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(crate::server::serve(listener, api, None, core::future::pending()));
    let answered = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        let head = "GET /login HTTP/1.1\r\nHost: localhost:8443\r\nConnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).expect("a request");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        text
    });
    let text = answered.await.expect("an answer");
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains("<div id=\"root\">"), "{text}");
}

#[tokio::test]
async fn the_description_is_served_with_its_reader() {
    let folder = tempfile::tempdir().expect("a folder");
    let router = through_door(&api(folder.path()).await);
    let told = ask(&router, "get", "/api/openapi.json", "", None).await;
    assert_eq!(told.body["info"]["title"], "Yagura");
    let told = ask(&router, "get", "/api/docs/", "", None).await;
    let page = told.body.as_str().expect("a page");
    assert!(page.contains("swagger-ui") && !page.contains("http://") && !page.contains("https://"), "{page}");
    assert_eq!(ask(&router, "get", "/api/docs/swagger-ui-bundle.js", "", None).await.status, 200);
}
