use super::{DAY_US, PAUSE_US, TRIES_MAX, judged, pause, round, send};
use crate::api::trial::{NOW, administrator, api, ask, router};
use crate::api::{Api, is_gap};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use facts::id::WebhookId;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use store::Moment;
use store::changes::{Action, append, forget_before};
use store::webhooks::{self, Delivery, DeliveryState};
use uuid::Uuid;

type Taken = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A receiver that answers with these words in turn, and with 204 afterwards.
async fn receiver(answers: &[u16]) -> (String, Taken) {
    let taken = Taken::default();
    let answers = Arc::new(Mutex::new(answers.iter().rev().copied().collect::<Vec<_>>()));
    let kept = taken.clone();
    let hook = move |headers: HeaderMap, body: String| {
        kept.lock().expect("the list").push((headers, body));
        let answer = answers.lock().expect("the list").pop().unwrap_or(204);
        async move { StatusCode::from_u16(answer).expect("a status") }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    tokio::spawn(async { axum::serve(listener, Router::new().route("/hook", post(hook))).await });
    (url, taken)
}

async fn change(api: &Api, kind: &str, at: i64) {
    let mut tx = api.store().write().await.expect("a transaction");
    append(&mut tx, kind, "1", Action::Changed, Moment(at)).await.expect("a change");
    tx.commit().await.expect("a commit");
}

/// Adds the receiver through the interface: its id and secret.
async fn add(api: &Api, url: &str) -> (WebhookId, String) {
    let wanted = json!({ "name": "receiver", "url": url, "kinds": ["asset", "line"] });
    let (status, made) = ask(&router(api, administrator()), "POST", "/webhooks", &wanted).await;
    assert_eq!(status, StatusCode::CREATED);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&made["webhook"]["id"]).parse().expect("an id"), text(&made["secret"]))
}

fn revisions(taken: &Taken) -> Vec<String> {
    let taken = taken.lock().expect("the list");
    taken.iter().map(|(headers, _)| headers["yagura-revision"].to_str().expect("text").to_owned()).collect()
}

#[test]
fn the_signature_is_the_one_that_others_compute() {
    // printf '1760000000.{}' | openssl dgst -sha256 -hmac key
    let expected = "5f2db4fbfe82c254ac32f1ccc5eff02389f2609d76031aa8b300fac9565df6f6";
    let made = send::signature(b"key", Moment(NOW), "{}");
    assert_eq!(made, format!("t=1760000000,v1={expected}"));
    assert_ne!(made, send::signature(b"key", Moment(NOW + 1_000_000), "{}"));
    assert_ne!(made, send::signature(b"key", Moment(NOW), "{ }"));
    assert_ne!(made, send::signature(b"other", Moment(NOW), "{}"));
}

#[test]
fn the_pauses_of_all_tries_fill_a_day() {
    let day: i64 = (1..TRIES_MAX).map(pause).sum();
    let hour = 3_600 * 1_000_000;
    assert!((DAY_US - hour..=DAY_US + hour).contains(&day), "{day}");
    assert_eq!((pause(1), pause(2), pause(u32::MAX)), (PAUSE_US, 2 * PAUSE_US, hour));
}

#[test]
fn a_message_is_given_up_after_a_day_and_not_before() {
    let message = |attempts, next_at| Delivery {
        webhook: WebhookId(Uuid::from_u128(1)),
        revision: 1,
        body: String::new(),
        state: DeliveryState::Waiting,
        attempts,
        next_at: Moment(next_at),
        answer: String::new(),
    };
    let state = |message| judged(message, Err("500".into()), Moment(NOW)).state;
    assert_eq!(state(message(0, NOW - DAY_US + 1)), DeliveryState::Waiting);
    assert_eq!(state(message(0, NOW - DAY_US)), DeliveryState::Failed, "it waited behind others for a day");
    assert_eq!(state(message(TRIES_MAX - 2, NOW)), DeliveryState::Waiting);
    assert_eq!(state(message(TRIES_MAX - 1, NOW)), DeliveryState::Failed);
    assert_eq!(judged(message(3, NOW), Ok("204".into()), Moment(NOW)).state, DeliveryState::Delivered);
}

#[tokio::test]
async fn messages_arrive_signed_in_order_again_after_a_failure_and_on_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, _uploads) = api(folder.path(), |_| {}).await;
    let (url, taken) = receiver(&[500, 302]).await;
    let (id, secret) = add(&api, &url).await;
    for kind in ["asset", "user", "line"] {
        change(&api, kind, NOW).await;
    }
    let client = send::client().expect("a client");
    round(&api, &client, Moment(NOW)).await.expect("a round");
    round(&api, &client, Moment(NOW + PAUSE_US - 1)).await.expect("a round");
    assert_eq!(revisions(&taken), ["2"], "the first failed, and nothing overtakes it");
    round(&api, &client, Moment(NOW + PAUSE_US)).await.expect("a round");
    assert_eq!(revisions(&taken), ["2", "2"], "a redirect is a failure");
    round(&api, &client, Moment(NOW + 3 * PAUSE_US)).await.expect("a round");
    assert_eq!(revisions(&taken), ["2", "2", "2", "4"], "only the kinds that were asked for");
    {
        let taken = taken.lock().expect("the list");
        let (headers, body) = taken.last().expect("a message");
        let expected = send::signature(secret.as_bytes(), Moment(NOW + 3 * PAUSE_US), body);
        assert_eq!(headers["yagura-signature"].to_str().ok(), Some(expected.as_str()));
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(
            (&body["kind"], &body["revision"], &body["object"]),
            (&json!("line"), &json!(4), &json!("1"))
        );
    }
    let web = router(&api, administrator());
    let (_, list) = ask(&web, "GET", &format!("/webhooks/{id}/deliveries"), &Value::Null).await;
    assert_eq!((&list["items"][1]["state"], &list["items"][1]["attempts"]), (&json!("delivered"), &json!(3)));
    let (_, replayed) =
        ask(&web, "POST", &format!("/webhooks/{id}/replay"), &json!({ "from_revision": 3 })).await;
    assert_eq!(replayed["messages"], json!(1));
    round(&api, &client, Moment(NOW)).await.expect("a round");
    assert_eq!(revisions(&taken).len(), 5);
    round(&api, &client, Moment(NOW + DAY_US)).await.expect("a round");
    assert_eq!(revisions(&taken).len(), 5, "nothing is due");
}

#[tokio::test]
async fn a_receiver_is_told_when_changes_were_forgotten_before_they_were_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, _uploads) = api(folder.path(), |_| {}).await;
    let (url, taken) = receiver(&[]).await;
    add(&api, &url).await;
    change(&api, "asset", NOW - 10).await;
    change(&api, "asset", NOW + 10).await;
    let mut tx = api.store().write().await.expect("a transaction");
    forget_before(&mut tx, Moment(NOW + 1)).await.expect("forgotten");
    tx.commit().await.expect("a commit");
    assert!(is_gap(0, (3, 3)));
    round(&api, &send::client().expect("a client"), Moment(NOW)).await.expect("a round");
    let taken = taken.lock().expect("the list").clone();
    let kinds: Vec<Value> = taken
        .iter()
        .map(|(_, body)| serde_json::from_str::<Value>(body).expect("JSON")["kind"].clone())
        .collect();
    assert_eq!(kinds, [json!("reset"), json!("asset")]);
    let kept = webhooks::list(api.store()).await.expect("the store");
    assert_eq!(kept.first().map(|webhook| webhook.last_revision), Some(3));
}
