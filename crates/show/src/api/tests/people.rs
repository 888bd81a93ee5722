//! People, roles, tokens, and the log of it all.

use super::bench::{START_US, api, ask, person, set_clock, through_door};
use crate::api::sign_audit;
use crate::time::utc_us;
use authz::{Role, Scope};
use serde_json::{Value, json};
use store::audit;
use uuid::Uuid;

const DAY_US: i64 = 86_400_000_000;

#[tokio::test]
async fn a_person_is_added_and_given_roles() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let (_, admin) = person(&api, "admin", Role::Administrator, &Scope::everything()).await;
    let post = async |path: &str, body: Value| ask(&router, "post", path, &admin, Some(body)).await;
    let told = post("/api/v1/users", json!({ "name": "Suzuki", "display_name": "鈴木" })).await;
    assert_eq!(told.status, 201, "{}", told.body);
    let link =
        told.body["link"].as_str().and_then(|link| link.split('#').next_back()).expect("a link").to_owned();
    let id = told.body["user"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(post("/api/v1/users", json!({ "name": "SUZUKI" })).await.status, 409);

    let look = ask(&router, "post", "/api/v1/auth/enrolment/look", "", Some(json!({ "link": link }))).await;
    assert_eq!(look.body, json!({ "purpose": "user", "name": "suzuki" }));
    let body = json!({ "link": link, "password": "nine welders on a shift" });
    let told = ask(&router, "post", "/api/v1/auth/enrolment", "", Some(body)).await;
    let suzuki = super::bench::cookie(&told);
    assert_eq!(ask(&router, "get", "/api/v1/links", &suzuki, None).await.status, 403, "no role yet");

    let roles = format!("/api/v1/users/{id}/roles");
    let until = utc_us(START_US + DAY_US);
    for (body, status) in [
        (json!({ "role": "auditor" }), 422),
        (json!({ "role": "reader" }), 422),
        (json!({ "role": "king" }), 422),
        (json!({ "role": "viewer", "until": utc_us(START_US) }), 422),
        (json!({ "role": "viewer", "reach": { "lines": [Uuid::nil().to_string()] } }), 422),
        (json!({ "role": "viewer", "reach": { "cells": [] } }), 422),
        (json!({ "role": "auditor", "until": until }), 201),
    ] {
        let told = post(&roles, body.clone()).await;
        assert_eq!(told.status, status, "{body}: {}", told.body);
    }
    assert_eq!(ask(&router, "get", "/api/v1/links", &suzuki, None).await.status, 200);
    set_clock(START_US + DAY_US);
    let (_, admin) = person(&api, "admin", Role::Administrator, &Scope::everything()).await;
    let body = json!({ "name": "suzuki", "password": "nine welders on a shift" });
    let told = ask(&router, "post", "/api/v1/auth/login", "", Some(body)).await;
    let suzuki = super::bench::cookie(&told);
    assert_eq!(ask(&router, "get", "/api/v1/links", &suzuki, None).await.body["code"], "expired");
    let path = format!("/api/v1/users/{id}");
    let told = ask(&router, "patch", &path, &admin, Some(json!({ "locked": true }))).await;
    assert_eq!((told.status.as_u16(), &told.body["locked"]), (200, &json!(true)));
    assert_eq!(ask(&router, "get", "/api/v1/auth/session", &suzuki, None).await.body["kind"], "nobody");
}

#[tokio::test]
async fn somebody_can_always_let_others_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let (id, admin) = person(&api, "admin", Role::Administrator, &Scope::everything()).await;
    let path = format!("/api/v1/users/{id}");
    let grant = ask(&router, "get", &path, &admin, None).await.body["roles"][0]["id"].clone();
    let role = format!("{path}/roles/{}", grant.as_str().expect("an id"));
    let lock = Some(json!({ "locked": true }));
    assert_eq!(ask(&router, "patch", &path, &admin, lock.clone()).await.status, 409);
    assert_eq!(ask(&router, "delete", &role, &admin, None).await.status, 409);
    person(&api, "second", Role::Administrator, &Scope::everything()).await;
    assert_eq!(ask(&router, "delete", &role, &admin, None).await.status, 204);
    assert_eq!(ask(&router, "patch", &path, &admin, lock).await.status, 403, "no administrator any more");
}

#[tokio::test]
async fn a_token_is_shown_once_and_revoked_for_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let (_, admin) = person(&api, "admin", Role::Administrator, &Scope::everything()).await;
    let post = async |body: Value| ask(&router, "post", "/api/v1/tokens", &admin, Some(body)).await;
    assert_eq!(post(json!({ "name": "x", "role": "viewer" })).await.status, 422);
    let late = utc_us(START_US + 2000 * DAY_US);
    assert_eq!(post(json!({ "name": "x", "role": "reader", "until": late })).await.status, 422);
    let told =
        post(json!({ "name": "historian", "role": "reader", "until": utc_us(START_US + DAY_US) })).await;
    assert_eq!(told.status, 201, "{}", told.body);
    let text = told.body["text"].as_str().expect("the text").to_owned();
    let bearer = format!("Bearer {text}");
    assert_eq!(ask(&router, "get", "/api/v1/links", &bearer, None).await.status, 200);
    assert_eq!(ask(&router, "get", "/api/v1/users", &bearer, None).await.status, 403);
    let list = ask(&router, "get", "/api/v1/tokens", &admin, None).await.body;
    assert!(!list.to_string().contains(&text[36..]), "the secret is shown once: {list}");
    set_clock(START_US + DAY_US);
    assert_eq!(ask(&router, "get", "/api/v1/links", &bearer, None).await.status, 401, "over");
    set_clock(START_US);
    let path = format!("/api/v1/tokens/{}", list["items"][0]["id"].as_str().expect("an id"));
    assert_eq!(ask(&router, "delete", &path, &admin, None).await.status, 204);
    assert_eq!(ask(&router, "get", "/api/v1/links", &bearer, None).await.status, 401, "revoked");
    assert_eq!(ask(&router, "delete", &path, &admin, None).await.status, 404);
}

#[tokio::test]
async fn the_log_tells_who_did_what_and_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let (id, admin) = person(&api, "admin", Role::Administrator, &Scope::everything()).await;
    for name in ["a", "b", "c"] {
        ask(&router, "post", "/api/v1/users", &admin, Some(json!({ "name": name }))).await;
    }
    sign_audit(&api).await.expect("a signature");
    sign_audit(&api).await.expect("nothing new to sign");
    let list = ask(&router, "get", "/api/v1/audit?action=user.add&limit=2", &admin, None).await.body;
    let names: Vec<&Value> =
        list["items"].as_array().expect("rows").iter().map(|row| &row["detail"]["name"]).collect();
    assert_eq!(names, [&json!("c"), &json!("b")]);
    assert_eq!(list["items"][0]["actor"], json!(format!("user {id}")));
    let next = list["next"].as_str().expect("a cursor");
    let path = format!("/api/v1/audit?action=user.add&limit=2&cursor={next}");
    let rest = ask(&router, "get", &path, &admin, None).await.body;
    assert_eq!((&rest["items"][0]["detail"]["name"], &rest["next"]), (&json!("a"), &Value::Null));
    let told = ask(&router, "get", "/api/v1/audit/verification", &admin, None).await.body;
    assert_eq!((&told["whole"], &told["rows"], &told["heads"]), (&json!(true), &json!(3), &json!(1)));
    // A head of another key.
    let mut tx = api.store().write().await.expect("a transaction");
    let last = {
        let deed = audit::Deed {
            at: api.now(),
            actor: "product",
            action: "x",
            object: "x",
            detail: store::Json::default(),
        };
        audit::append(&mut tx, &deed).await.expect("a row")
    };
    let head = audit::Head {
        sequence: last.sequence,
        hash: last.hash,
        at: api.now(),
        key: String::new(),
        signature: vec![7; 64],
    };
    audit::add_head(&mut tx, &head).await.expect("a head");
    tx.commit().await.expect("a commit");
    let told = ask(&router, "get", "/api/v1/audit/verification", &admin, None).await.body;
    assert_eq!((&told["whole"], &told["broken_at"]), (&json!(false), &json!(4)));
}

#[tokio::test]
async fn a_person_who_is_removed_leaves_only_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let (admin_id, admin) = person(&api, "admin", Role::Administrator, &Scope::everything()).await;
    let (id, second) = person(&api, "second", Role::Administrator, &Scope::everything()).await;
    let body = json!({ "display_name": "佐藤", "mail": "sato@plant.example" });
    assert_eq!(ask(&router, "patch", "/api/v1/account", &second, Some(body)).await.status, 200);
    let body = json!({ "name": "historian", "role": "reader", "until": utc_us(START_US + DAY_US) });
    let token = ask(&router, "post", "/api/v1/tokens", &second, Some(body)).await.body;
    let bearer = format!("Bearer {}", token["text"].as_str().expect("the text"));
    let view = json!({ "name": "mine", "noun": "assets" });
    assert_eq!(ask(&router, "post", "/api/v1/saved-views", &second, Some(view)).await.status, 201);

    let path = format!("/api/v1/users/{id}");
    let own = format!("/api/v1/users/{admin_id}");
    assert_eq!(ask(&router, "delete", &path, &admin, None).await.status, 204);
    assert_eq!(ask(&router, "delete", &own, &admin, None).await.status, 409, "somebody must stay");
    assert_eq!(ask(&router, "get", "/api/v1/auth/session", &second, None).await.body["kind"], "nobody");
    assert_eq!(ask(&router, "get", "/api/v1/links", &bearer, None).await.status, 401, "the token ended too");
    for (method, path) in [("get", path.clone()), ("delete", path.clone()), ("post", format!("{path}/reset"))]
    {
        assert_eq!(ask(&router, method, &path, &admin, None).await.status, 404, "{method} {path}");
    }
    let unlock = Some(json!({ "locked": false }));
    assert_eq!(ask(&router, "patch", &path, &admin, unlock).await.status, 404, "nobody comes back");
    let list = ask(&router, "get", "/api/v1/users", &admin, None).await.body;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    let kept = store::access::user::find(api.store(), id).await.expect("users").expect("a row");
    assert!(kept.disabled && kept.mail.is_empty() && kept.display_name.is_empty(), "{kept:?}");
    assert!(store::views::list(api.store(), id).await.expect("views").is_empty());
    let log = ask(&router, "get", "/api/v1/audit?action=user.remove", &admin, None).await.body;
    let entry = &log["items"][0];
    assert_eq!(
        (&entry["object"], &entry["detail"]["name"]),
        (&json!(format!("user {id}")), &json!("second"))
    );
    let log = ask(&router, "get", &format!("/api/v1/audit?actor=user%20{id}"), &admin, None).await.body;
    assert!(!log["items"].as_array().expect("rows").is_empty(), "what the person did stays");
    let body = json!({ "name": "second" });
    assert_eq!(
        ask(&router, "post", "/api/v1/users", &admin, Some(body)).await.status,
        201,
        "the name is free"
    );
}
