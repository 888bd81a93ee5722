//! How people come in: the first link, passwords, codes, and how a log-in ends.

use super::bench::{START_US, api, ask, cookie, person, set_clock, through_door};
use crate::api::{demo_link, first_link};
use authz::{Role, Scope};
use axum::Router;
use serde_json::{Value, json};
use totp_rs::Builder;

const MINUTE_US: i64 = 60_000_000;
const PASSWORD: &str = "a shift of nine welders";

/// Uses the first link and returns the cookie of the first administrator.
async fn enrolled(router: &Router, link: &str) -> String {
    let link = link.strip_prefix("/enrol#").expect("a path with a link");
    let body = json!({ "link": link, "name": "Tanaka", "display_name": "田中", "password": PASSWORD });
    let told = ask(router, "post", "/api/v1/auth/enrolment", "", Some(body)).await;
    assert_eq!(told.status, 200, "{}", told.body);
    cookie(&told)
}

async fn log_in(router: &Router, further: &Value) -> super::bench::Told {
    let mut body = json!({ "name": "TANAKA", "password": PASSWORD });
    for (field, value) in further.as_object().expect("fields") {
        body[field] = value.clone();
    }
    ask(router, "post", "/api/v1/auth/login", "", Some(body)).await
}

#[tokio::test]
async fn the_first_link_makes_one_administrator() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let dead = first_link(&api).await.expect("a database").expect("a link");
    let link = first_link(&api).await.expect("a database").expect("a link");
    assert_eq!(ask(&router, "get", "/api/v1/auth/methods", "", None).await.body["needs_first_user"], true);
    let text = link.strip_prefix("/enrol#").expect("a link").to_owned();
    for (link, name, password, status) in [
        (dead.trim_start_matches("/enrol#"), "tanaka", PASSWORD, 404),
        ("ye_x", "tanaka", PASSWORD, 404),
        (text.as_str(), "ta naka", PASSWORD, 422),
        (text.as_str(), "tanaka", "short", 422),
    ] {
        let body = json!({ "link": link, "name": name, "password": password });
        let told = ask(&router, "post", "/api/v1/auth/enrolment", "", Some(body)).await;
        assert_eq!(told.status, status, "{}", told.body);
    }
    let admin = enrolled(&router, &link).await;
    let body = json!({ "link": text, "name": "other", "password": PASSWORD });
    assert_eq!(ask(&router, "post", "/api/v1/auth/enrolment", "", Some(body)).await.status, 404, "used");
    assert_eq!(first_link(&api).await.expect("a database"), None);
    let told = ask(&router, "get", "/api/v1/auth/session", &admin, None).await.body;
    assert_eq!(
        (&told["kind"], &told["name"], &told["roles"][0]["role"]),
        (&json!("person"), &json!("tanaka"), &json!("administrator"))
    );
    assert_eq!(told["display_name"], "田中");
    assert!(told["permissions"].as_array().expect("words").iter().any(|word| word == "manage-users"));
}

#[tokio::test]
async fn a_log_in_tells_nothing_and_slows_guessing_down() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    enrolled(&router, &first_link(&api).await.expect("a database").expect("a link")).await;
    let unknown = json!({ "name": "nobody-here", "password": PASSWORD });
    let unknown = ask(&router, "post", "/api/v1/auth/login", "", Some(unknown)).await;
    let wrong = log_in(&router, &json!({ "password": "another one entirely" })).await;
    assert_eq!((unknown.status.as_u16(), &unknown.body), (401, &wrong.body));
    for _ in 0..4 {
        assert_eq!(log_in(&router, &json!({ "password": "guess" })).await.status, 401);
    }
    let told = log_in(&router, &json!({})).await;
    assert_eq!(told.status, 429, "the right password waits too: {}", told.body);
    assert!(told.body["retry_after"].as_u64().is_some_and(|seconds| seconds >= 1));
    set_clock(START_US + 5 * MINUTE_US);
    let told = log_in(&router, &json!({})).await;
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(
        log_in(&router, &json!({ "password": "guess" })).await.status,
        401,
        "what failed before is forgotten"
    );
}

#[tokio::test]
async fn a_log_in_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let (user, idle) = person(&api, "viewer", Role::Viewer, &Scope::everything()).await;
    let is_in = async |cookie: &str| ask(&router, "get", "/api/v1/account", cookie, None).await.status == 200;
    set_clock(START_US + 29 * MINUTE_US);
    assert!(is_in(&idle).await);
    // The use is written down beside the request.
    let written = async || {
        let kept = store::access::session::of_user(api.store(), user, api.now()).await.expect("sessions");
        kept.first().is_some_and(|session| session.last_used_at == api.now())
    };
    for _ in 0..500 {
        if written().await {
            break;
        }
        tokio::time::sleep(core::time::Duration::from_millis(10)).await;
    }
    set_clock(START_US + 58 * MINUTE_US);
    assert!(is_in(&idle).await, "it was used meanwhile");
    let mut browser = super::bench::request("get", "/api/v1/account", &idle, None);
    browser.headers_mut().insert("user-agent", "Mozilla Firefox/150".parse().expect("a header"));
    assert_eq!(super::bench::answer(&router, browser).await.status, 401, "a cookie that moved");
    set_clock(START_US + 120 * MINUTE_US);
    assert!(!is_in(&idle).await, "idle");
    let (_, fresh) = person(&api, "viewer", Role::Viewer, &Scope::everything()).await;
    assert!(is_in(&fresh).await);
    let told = ask(&router, "post", "/api/v1/auth/logout", &fresh, None).await;
    assert_eq!(told.status, 204);
    assert!(told.headers["set-cookie"].to_str().is_ok_and(|set| set.contains("Max-Age=0")));
    assert!(!is_in(&fresh).await);
}

#[tokio::test]
async fn a_code_is_asked_for_and_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let admin = enrolled(&router, &first_link(&api).await.expect("a database").expect("a link")).await;
    let post = async |path: &str, body: Value| ask(&router, "post", path, &admin, Some(body)).await;
    let told = post("/api/v1/account/totp", json!({ "password": "not the right one" })).await;
    assert_eq!(told.status, 422, "{}", told.body);
    let told = post("/api/v1/account/totp", json!({ "password": PASSWORD })).await;
    let uri = told.body["uri"].as_str().expect("a URI").to_owned();
    let code = |now_us: i64| {
        let secret = uri.split(['?', '&']).find_map(|part| part.strip_prefix("secret=")).expect("a secret");
        let secret = base32(secret);
        let totp = Builder::new().with_secret(secret).build().expect("a secret");
        totp.generate(now_us.unsigned_abs() / 1_000_000).to_string()
    };
    assert_eq!(post("/api/v1/account/totp/confirm", json!({ "code": "000000" })).await.status, 422);
    let told = post("/api/v1/account/totp/confirm", json!({ "code": code(START_US) })).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let paper = told.body["recovery_codes"][0].as_str().expect("a code").to_owned();

    let without = log_in(&router, &json!({})).await;
    let replayed = log_in(&router, &json!({ "code": code(START_US) })).await;
    assert_eq!((without.status.as_u16(), without.body), (401, replayed.body), "used to confirm already");
    let later = START_US + 5 * MINUTE_US;
    set_clock(later);
    assert_eq!(log_in(&router, &json!({ "code": code(later) })).await.status, 200);
    assert_eq!(log_in(&router, &json!({ "code": code(later) })).await.status, 401, "a code counts once");
    assert_eq!(log_in(&router, &json!({ "recovery_code": paper })).await.status, 200);
    assert_eq!(log_in(&router, &json!({ "recovery_code": paper })).await.status, 401, "so does one on paper");
    let account = ask(&router, "get", "/api/v1/account", &admin, None).await.body;
    assert_eq!((&account["second_factor"], &account["recovery_codes"]), (&json!(true), &json!(9)));
}

/// RFC 4648, section 6.
fn base32(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for letter in text.bytes() {
        let digit = if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
        bits = bits << 5 | u32::from(digit);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

#[tokio::test]
async fn a_new_password_ends_other_log_ins() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let here = enrolled(&router, &first_link(&api).await.expect("a database").expect("a link")).await;
    let elsewhere = cookie(&log_in(&router, &json!({})).await);
    let list = ask(&router, "get", "/api/v1/account/sessions", &here, None).await.body;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2));
    let body = json!({ "old": PASSWORD, "new": "another shift of ten" });
    let told = ask(&router, "post", "/api/v1/account/password", &here, Some(body)).await;
    assert_eq!(told.status, 204, "{}", told.body);
    assert_eq!(ask(&router, "get", "/api/v1/account", &here, None).await.status, 200);
    assert_eq!(ask(&router, "get", "/api/v1/account", &elsewhere, None).await.status, 401);
    assert_eq!(log_in(&router, &json!({})).await.status, 401, "the old one");
}

#[tokio::test]
async fn the_demos_link_works_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let link = demo_link(&api).await.expect("a link");
    let told = ask(&router, "get", &link, "", None).await;
    assert_eq!((told.status.as_u16(), told.headers["location"].to_str().ok()), (303, Some("/")));
    assert_eq!(ask(&router, "get", "/api/v1/health", &cookie(&told), None).await.status, 200);
    let told = ask(&router, "get", &link, "", None).await;
    assert_eq!(told.headers["location"], "/login");
    assert!(told.headers.get("set-cookie").is_none());
    let other = demo_link(&api).await.expect("a link");
    let text = other.split('=').next_back().expect("a token");
    let body = json!({ "link": text, "name": "x", "password": PASSWORD });
    let told = ask(&router, "post", "/api/v1/auth/enrolment", "", Some(body)).await;
    assert_eq!(told.status, 422, "a demo's link sets no password: {}", told.body);
}
