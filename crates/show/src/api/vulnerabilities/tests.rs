use crate::api::assets::tests::leader;
use crate::api::risk::tests::{id, judged_api};
use crate::api::state::Api;
use crate::api::testing::{ask, person};
use authz::{Role, Scope};
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn read(api: &Api, path: &str) -> Value {
    let told = ask(api, &leader(), "GET", path, Value::Null).await;
    assert_eq!(told.status, StatusCode::OK, "{path}: {:?}", told.json());
    told.json()
}

#[tokio::test]
async fn an_advisory_lists_the_assets_that_have_it_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let list = read(&api, "/vulnerabilities").await;
    let row = &list["items"][0];
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&row["advisory"], &row["open"], &row["range"], &row["exploited"], &row["base"], &row["due"]),
        (&json!("EX-1"), &json!(3), &json!(3), &json!(1), &json!(9.8), &json!("2026-01-31")),
        "three run 1.2, one runs the mended version"
    );
    assert_eq!(read(&api, "/vulnerabilities?exploited=false").await["items"], json!([]));
    assert_eq!(read(&api, "/vulnerabilities?text=example%20cve-2021").await["items"][0]["advisory"], "EX-1");
    assert_eq!(read(&api, "/vulnerabilities?text=other").await["items"], json!([]));
    let detail = read(&api, "/vulnerabilities/EX-1").await;
    assert_eq!(detail["assets"].as_array().map(Vec::len), Some(3));
    let asset = &detail["assets"][0];
    assert_eq!(asset["fixed_in"], json!(["1.3"]));
    assert!(asset["reason"].as_str().is_some_and(|reason| reason.contains("1.2")), "{asset}");
    assert_eq!(asset["weaknesses"][0]["state"], json!("open"));
    let missing = ask(&api, &leader(), "GET", "/vulnerabilities/EX-2", Value::Null).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn scope_hides_assets_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let scope = Scope { lines: Some([crate::api::assets::tests::LINE].into()), ..Scope::everything() };
    let narrow = person(&[(Role::Viewer, scope)]);
    let list = ask(&api, &narrow, "GET", "/vulnerabilities", Value::Null).await.json();
    assert_eq!(list["items"][0]["open"], json!(1));
    let detail = ask(&api, &narrow, "GET", "/vulnerabilities/EX-1", Value::Null).await.json();
    assert_eq!((detail["assets"].as_array().map(Vec::len), &detail["hidden"]), (Some(1), &json!(2)));
    let updates = ask(&api, &narrow, "GET", "/vulnerabilities/updates", Value::Null).await.json();
    assert_eq!(
        (updates["items"][0]["assets"].as_array().map(Vec::len), &updates["hidden"]),
        (Some(1), &json!(2))
    );
    let other = ask(&api, &narrow, "GET", &format!("/assets/{}/vulnerabilities", id(2)), Value::Null).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_update_is_proposed_once_for_all_assets() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let updates = read(&api, "/vulnerabilities/updates").await;
    let [row] = updates["items"].as_array().expect("rows").as_slice() else { panic!("one update") };
    assert_eq!(
        (&row["step"], &row["version"], &row["stop"], &row["product"]),
        (&json!("update"), &json!("1.3"), &json!("assumed"), &json!("Q03UDV"))
    );
    assert_eq!(row["assets"].as_array().map(Vec::len), Some(3));
    assert_eq!(row["weaknesses"], json!(["CVE-2021-0001"]));
}

#[tokio::test]
async fn decisions_are_checked_written_and_withdrawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let wanted = |change: Value| {
        let mut body = json!({
            "assets": [id(1).to_string(), id(4).to_string()], "weaknesses": ["CVE-2021-0001"],
            "state": "not-affected", "justification": "vulnerable_code_not_present", "reason": "機能を使っていない",
        });
        for (name, value) in change.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    let path = "/vulnerabilities/decisions";
    for bad in [
        json!({ "justification": "" }),
        json!({ "justification": "because" }),
        json!({ "state": "fixed" }),
        json!({ "state": "maybe" }),
        json!({ "state": "accepted", "justification": "" }),
        json!({ "state": "accepted", "justification": "", "until": "2030-01-01T00:00:00Z" }),
        json!({ "reason": " " }),
        json!({ "weaknesses": [] }),
        json!({ "weaknesses": ["CVE-2000-0001"] }),
        json!({ "assets": ["x"] }),
    ] {
        let told = ask(&api, &leader(), "POST", path, wanted(bad.clone())).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let operator = person(&[(Role::Operator, Scope::everything())]);
    let refused = ask(&api, &operator, "POST", path, wanted(json!({}))).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let told = ask(&api, &leader(), "POST", path, wanted(json!({}))).await;
    assert_eq!((told.status, told.json()), (StatusCode::CREATED, json!({ "decided": 1, "untouched": 1 })));
    let own = read(&api, &format!("/assets/{}/vulnerabilities", id(1))).await;
    let decision = &own["decisions"][0];
    assert_eq!(
        (&decision["standing"], &decision["firmware"], &decision["decided_by"]),
        (&json!("counts"), &json!("1.2"), &json!("髙橋"))
    );
    let path = format!("{path}/{}", decision["id"].as_str().expect("an id"));
    assert_eq!(ask(&api, &leader(), "DELETE", &path, Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&api, &leader(), "DELETE", &path, Value::Null).await.status, StatusCode::NOT_FOUND);
    let own = read(&api, &format!("/assets/{}/vulnerabilities", id(1))).await;
    assert_eq!(own["decisions"][0]["standing"], json!("withdrawn"), "it stays readable");
}
