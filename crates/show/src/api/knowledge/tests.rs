use super::super::trial::{administrator, api, ask, person, router};
use crate::api::live::Live;
use crate::api::state::Api;
use crate::api::testing::fixed;
use authz::{Role, Scope};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use feeds::bundle::{Content, Header, Reach, SigningKey, write};
use feeds::item::{Item, Prefix};
use serde_json::{Value, json};
use std::path::Path;
use tower::ServiceExt;

/// A bundle of one entry, signed by the key of this digit.
fn bundle(seed: char, serial: u64) -> Vec<u8> {
    let about = Header {
        format: 1,
        line: "plant".into(),
        serial,
        created: format!("2026-01-{serial:02}T00:00:00Z"),
        reach: Reach::Full,
        program: "test".into(),
        parts: Vec::new(),
    };
    let mut content = Content::default();
    content.add(&Item::Prefix(Prefix { digits: "00001B".into(), organization: "Novell".into() }));
    let mut bytes = Vec::new();
    write(&content, &about, &[], &key(seed), &mut bytes).expect("a bundle");
    bytes
}

fn key(seed: char) -> SigningKey {
    SigningKey::from_hex(&seed.to_string().repeat(64)).expect("a key")
}

async fn plant(folder: &Path) -> (Api, Router) {
    let live = Live { upload_bytes_max: 4_000, ..Live::default() };
    let (api, _) = api(folder, |parts| parts.live = fixed(live)).await;
    let router = router(&api, administrator());
    (api, router)
}

async fn bring(router: &Router, bytes: Vec<u8>) -> (StatusCode, Value) {
    let request = Request::put("/api/v1/knowledge/bundle").body(Body::from(bytes)).expect("a request");
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

async fn trust(router: &Router, seeds: &[char]) {
    let keys: Vec<String> = seeds.iter().map(|seed| key(*seed).public().to_string()).collect();
    let (status, told) = ask(router, "PUT", "/knowledge/keys", &json!({ "keys": keys })).await;
    assert_eq!(status, StatusCode::OK, "{told}");
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("knowledge")).expect("the folder").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_bundle_of_a_trusted_key_is_taken_and_named_in_the_audit_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, router) = plant(folder.path()).await;
    trust(&router, &['1']).await;
    let (status, told) = bring(&router, bundle('1', 2)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!((&told["serial"], &told["source"]), (&json!(2), &json!("bundle")));
    assert_eq!(files(folder.path()), ["bundle.yagura", "trusted-keys"]);
    let library = feeds::library::open(&folder.path().join("knowledge")).expect("it is used");
    assert_eq!(library.about.serial, 2);
    let (_, told) = ask(&router, "GET", "/knowledge/keys", &Value::Null).await;
    assert_eq!(told["items"], json!([{ "key": key('1').public().to_string() }]));
    let (_, log) = ask(&router, "GET", "/audit", &Value::Null).await;
    let deeds: Vec<&str> =
        log["items"].as_array().expect("rows").iter().filter_map(|row| row["action"].as_str()).collect();
    assert!(deeds.contains(&"knowledge.bring") && deeds.contains(&"knowledge.trust"), "{log}");
    drop(api);
}

#[tokio::test]
async fn what_is_refused_changes_nothing_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_api, router) = plant(folder.path()).await;
    let (status, told) = bring(&router, bundle('1', 2)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told["message"].as_str().is_some_and(|why| why.contains("no key is trusted")), "{told}");
    trust(&router, &['1']).await;
    let (status, _) = bring(&router, bundle('1', 2)).await;
    assert_eq!(status, StatusCode::OK);
    feeds::library::open(&folder.path().join("knowledge")).expect("it is used");
    let kept = std::fs::read(folder.path().join("knowledge/bundle.yagura")).expect("the bundle");
    let mut changed = bundle('1', 3);
    *changed.last_mut().expect("bytes") ^= 1;
    let cut = bundle('1', 3)[..100].to_vec();
    for (bytes, is) in [
        (bundle('2', 3), StatusCode::UNPROCESSABLE_ENTITY),
        (bundle('1', 1), StatusCode::UNPROCESSABLE_ENTITY),
        (changed, StatusCode::UNPROCESSABLE_ENTITY),
        (cut, StatusCode::UNPROCESSABLE_ENTITY),
        (Vec::new(), StatusCode::UNPROCESSABLE_ENTITY),
        (vec![0; 4_001], StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let (status, told) = bring(&router, bytes).await;
        assert_eq!(status, is, "{told}");
        let still = std::fs::read(folder.path().join("knowledge/bundle.yagura")).expect("the bundle");
        assert_eq!(still, kept, "{told}");
    }
    assert_eq!(files(folder.path()), ["bundle.yagura", "held.json", "trusted-keys"]);
}

#[tokio::test]
async fn keys_that_are_none_are_refused_and_only_administrators_name_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, administrators) = plant(folder.path()).await;
    for keys in [json!(["ed25519:1234"]), json!(vec![key('1').public().to_string(); 17])] {
        let (status, _) = ask(&administrators, "PUT", "/knowledge/keys", &json!({ "keys": keys })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let leader = router(&api, person(Role::SiteLeader, Scope::everything()));
    let (status, _) = ask(&leader, "PUT", "/knowledge/keys", &json!({ "keys": [] })).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(bring(&leader, bundle('1', 1)).await.0, StatusCode::FORBIDDEN);
    assert!(!folder.path().join("knowledge").exists());
}
