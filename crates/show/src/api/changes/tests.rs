use super::super::live::Live;
use super::super::testing::fixed;
use super::super::trial::{NOW, administrator, api, ask, person, router};
use super::{KINDS, is_gap};
use authz::{Role, Scope};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use facts::id::{LineId, ZoneId};
use futures_util::StreamExt;
use serde_json::{Value, json};
use store::Moment;
use store::changes::{Action, append, forget_before};
use tower::ServiceExt;
use uuid::Uuid;

#[test]
fn a_gap_is_seen_whichever_way_it_came_about() {
    assert!(!is_gap(0, (0, 0)), "an empty feed");
    assert!(!is_gap(5, (3, 5)), "all was read");
    assert!(!is_gap(2, (3, 5)), "the next one is the oldest kept");
    assert!(is_gap(1, (3, 5)), "2 was forgotten");
    assert!(is_gap(1, (0, 5)), "all were forgotten");
    assert!(is_gap(9, (3, 5)), "a backup was restored");
}

#[tokio::test]
async fn the_list_leaves_out_what_the_asker_may_not_see_and_counts_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, _uploads) = api(folder.path(), |_| {}).await;
    let own = LineId(Uuid::from_u128(7));
    let mut tx = api.store().write().await.expect("a transaction");
    for (kind, object) in [
        ("line", own.to_string()),
        ("line", LineId(Uuid::from_u128(8)).to_string()),
        ("user", "u".into()),
        ("new-kind", "x".into()),
        // Whoever is limited to a line does not find it in the list of zones either.
        ("zone", ZoneId(Uuid::from_u128(9)).to_string()),
    ] {
        append(&mut tx, kind, object, Action::Changed, Moment(NOW)).await.expect("a change");
    }
    tx.commit().await.expect("a commit");
    let scope = Scope { lines: Some([own].into()), ..Scope::everything() };
    let viewer = router(&api, person(Role::Viewer, scope));
    let (status, page) = ask(&viewer, "GET", "/changes?since=0", &Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["items"][0]["object"], json!(own.to_string()));
    assert_eq!(
        (&page["hidden"], &page["newest"], &page["is_complete"]),
        (&json!(4), &json!(5), &json!(true))
    );

    let everything = router(&api, administrator());
    let (_, first) = ask(&everything, "GET", "/changes?limit=2", &Value::Null).await;
    assert_eq!(first["next"], json!("2"));
    let (_, second) = ask(&everything, "GET", "/changes?limit=2&cursor=2", &Value::Null).await;
    assert_eq!(
        (&second["items"][0]["kind"], &second["hidden"], &second["next"]),
        (&json!("user"), &json!(1), &json!("4"))
    );
    let (status, _) = ask(&everything, "GET", "/changes?limit=501", &Value::Null).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_administrator_sees_every_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, _uploads) = api(folder.path(), |_| {}).await;
    let mut tx = api.store().write().await.expect("a transaction");
    for kind in KINDS.into_iter().filter(|kind| *kind != "asset") {
        append(&mut tx, kind, LineId(Uuid::from_u128(1)), Action::Added, Moment(NOW))
            .await
            .expect("a change");
    }
    tx.commit().await.expect("a commit");
    let (_, page) = ask(&router(&api, administrator()), "GET", "/changes", &Value::Null).await;
    assert_eq!((page["items"].as_array().map(Vec::len), &page["hidden"]), (Some(KINDS.len() - 1), &json!(0)));
}

#[tokio::test]
async fn the_stream_goes_on_where_it_broke_off_and_tells_a_gap() {
    let folder = tempfile::tempdir().expect("a folder");
    let two = Live { streams_max: 2, ..Live::default() };
    let (api, _uploads) = api(folder.path(), |parts| parts.live = fixed(two)).await;
    let add = async |kind: &str, at: i64| {
        let mut tx = api.store().write().await.expect("a transaction");
        append(&mut tx, kind, "1", Action::Added, Moment(at)).await.expect("a change");
        tx.commit().await.expect("a commit");
        api.tell_changed();
    };
    add("site", NOW - 10).await;
    add("user", NOW).await;
    let open = async |last: &str| {
        let request =
            Request::get("/api/v1/changes/stream").header("Last-Event-ID", last).body(Body::empty());
        router(&api, administrator()).oneshot(request.expect("a request")).await.expect("an answer")
    };
    let mut stream = open("1").await.into_body().into_data_stream();
    let mut read =
        async || String::from_utf8_lossy(&stream.next().await.expect("more").expect("bytes")).into_owned();
    assert!(read().await.starts_with("retry:"));
    let event = read().await;
    assert!(
        event.contains("event: user\n") && event.contains("id: 2\n") && event.contains("\"revision\":2"),
        "{event}"
    );
    add("token", NOW).await;
    assert!(read().await.contains("event: token\n"));

    let second = open("3").await;
    assert_eq!(second.status(), StatusCode::OK);
    let third = open("3").await;
    assert_eq!(third.status(), StatusCode::TOO_MANY_REQUESTS, "all streams are in use");
    assert!(to_bytes(third.into_body(), 10_000).await.is_ok());
    drop(second);

    let mut tx = api.store().write().await.expect("a transaction");
    forget_before(&mut tx, Moment(NOW)).await.expect("forgotten");
    tx.commit().await.expect("a commit");
    let mut stream = open("0").await.into_body().into_data_stream();
    let _retry = stream.next().await;
    let event = String::from_utf8_lossy(&stream.next().await.expect("more").expect("bytes")).into_owned();
    assert!(event.contains("event: reset\n") && event.contains("id: 3\n"), "{event}");
}
