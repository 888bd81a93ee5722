use super::super::trial::{administrator, api, ask, router};
use super::{check_url, sealing_purpose};
use axum::http::StatusCode;
use facts::id::WebhookId;
use serde_json::{Value, json};

#[test]
fn messages_leave_the_machine_encrypted_or_not_at_all() {
    for good in
        ["https://example.test/hook", "http://127.0.0.1:8080/", "http://[::1]/", "http://localhost:1/x"]
    {
        assert!(check_url(good).is_ok(), "{good}");
    }
    let long = format!("https://example.test/{}", "x".repeat(2_000));
    let bad = [
        "http://192.0.2.1/",
        "http://localhost.example/",
        "ftp://127.0.0.1/",
        "https://u:p@example.test/",
        "x",
        &long,
    ];
    for bad in bad {
        assert!(check_url(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn the_secret_is_told_once_and_kept_sealed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, _uploads) = api(folder.path(), |_| {}).await;
    let router = router(&api, administrator());
    let wanted = json!({ "name": "tickets", "url": "https://example.test/hook", "kinds": ["asset"] });
    let (status, made) = ask(&router, "POST", "/webhooks", &wanted).await;
    assert_eq!(status, StatusCode::CREATED);
    let secret = made["secret"].as_str().expect("a secret").to_owned();
    assert_eq!(secret.len(), 64);
    let id: WebhookId = made["webhook"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let path = format!("/webhooks/{id}");
    let (_, shown) = ask(&router, "GET", &path, &Value::Null).await;
    assert_eq!((&shown["enabled"], shown.to_string().contains(&secret)), (&json!(true), false));
    let kept = store::webhooks::find(api.store(), id).await.expect("the store").expect("the webhook");
    let opened = api.parts().keys.open(&sealing_purpose(id), &kept.secret).expect("the secret");
    assert_eq!(opened.expose().as_slice(), secret.as_bytes());

    let (_, renewed) = ask(&router, "POST", &format!("{path}/secret"), &Value::Null).await;
    assert_ne!(renewed["secret"].as_str(), Some(secret.as_str()));
    let wanted = json!({ "name": "tickets", "url": "https://example.test/2", "enabled": false });
    let (_, changed) = ask(&router, "PUT", &path, &wanted).await;
    assert_eq!((&changed["enabled"], &changed["kinds"]), (&json!(false), &json!([])));
    let entries = store::audit::list(api.store(), &store::audit::Filter::default(), i64::MAX, 10)
        .await
        .expect("the log");
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| !entry.detail.0.contains(&secret)));

    assert_eq!(ask(&router, "DELETE", &path, &Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ask(&router, "GET", &path, &Value::Null).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_a_receiver_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, _uploads) = api(folder.path(), |_| {}).await;
    let router = router(&api, administrator());
    for bad in [
        json!({ "name": " ", "url": "https://example.test/" }),
        json!({ "name": "x", "url": "http://example.test/" }),
        json!({ "name": "x", "url": "https://example.test/", "kinds": ["weather"] }),
    ] {
        assert_eq!(
            ask(&router, "POST", "/webhooks", &bad).await.0,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{bad}"
        );
    }
    assert!(store::audit::last(api.store()).await.expect("the log").is_none());
}
