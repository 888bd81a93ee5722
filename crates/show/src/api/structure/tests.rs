use super::super::testing::{api, ask, person};
use super::super::{Api, Caller};
use authz::{Role, Scope};
use serde_json::{Value, json};

fn leader() -> Caller {
    person(&[(Role::SiteLeader, Scope::everything())])
}

async fn add(api: &Api, path: &str, body: Value) -> String {
    let told = ask(api, &leader(), "POST", path, body).await;
    assert_eq!(told.status, 201, "{path}: {}", told.json());
    told.json()["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_plant_is_divided_and_what_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let line = add(&api, "/lines", json!({ "name": "充填ライン②", "position": 2 })).await;
    let cell = add(&api, "/cells", json!({ "line": line, "name": "ｼﾞｭｳﾃﾝ" })).await;
    let zone =
        add(&api, "/zones", json!({ "name": "制御", "level": "レベル１", "security_target": 2 })).await;
    add(&api, "/systems", json!({ "name": "MES" })).await;
    let network = json!({ "name": "制御LAN", "zone": zone, "vlans": [10], "prefixes": ["10.1.0.0/16"] });
    add(&api, "/networks", network).await;
    let refused = async |path: &str, body: Value| ask(&api, &leader(), "POST", path, body).await.status;
    assert_eq!(refused("/lines", json!({ "name": "充填ライン2" })).await, 409, "equal when folded");
    assert_eq!(refused("/lines", json!({ "name": " " })).await, 422);
    assert_eq!(refused("/cells", json!({ "line": zone, "name": "x" })).await, 422, "no such line");
    assert_eq!(refused("/zones", json!({ "name": "x", "security_target": 5 })).await, 422);
    assert_eq!(refused("/zones", json!({ "name": "x", "level": "9" })).await, 422);
    assert_eq!(refused("/networks", json!({ "name": "x", "prefixes": ["10.1.0.0/33"] })).await, 422);
    assert_eq!(refused("/networks", json!({ "name": "x", "vlans": [4095] })).await, 422);
    let lines = ask(&api, &leader(), "GET", "/lines", Value::Null).await.json();
    assert_eq!(lines["items"][0]["name"], "充填ライン②");
    let zones = ask(&api, &leader(), "GET", "/zones", Value::Null).await.json();
    assert_eq!(zones["items"][0]["level"], "1");
    let path = format!("/lines/{line}");
    assert_eq!(ask(&api, &leader(), "DELETE", &path, Value::Null).await.status, 409, "it has a cell");
    let renamed = json!({ "line": line, "name": "充填" });
    assert_eq!(ask(&api, &leader(), "PUT", &format!("/cells/{cell}"), renamed).await.json()["name"], "充填");
    assert_eq!(ask(&api, &leader(), "DELETE", &format!("/cells/{cell}"), Value::Null).await.status, 204);
    assert_eq!(ask(&api, &leader(), "DELETE", &path, Value::Null).await.status, 204);
    assert_eq!(ask(&api, &leader(), "DELETE", &path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn who_is_limited_to_a_line_sees_and_changes_that_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let own = add(&api, "/lines", json!({ "name": "A" })).await;
    let other = add(&api, "/lines", json!({ "name": "B" })).await;
    add(&api, "/cells", json!({ "line": other, "name": "B1" })).await;
    let lines = Some([own.parse().expect("an id")].into());
    let limited = person(&[(Role::SiteLeader, Scope { lines, ..Scope::everything() })]);
    let seen = ask(&api, &limited, "GET", "/lines", Value::Null).await.json();
    assert_eq!((&seen["items"][0]["id"], &seen["hidden"]), (&json!(own), &json!(1)));
    let seen = ask(&api, &limited, "GET", "/cells", Value::Null).await.json();
    assert_eq!((&seen["items"], &seen["hidden"]), (&json!([]), &json!(1)));
    let body = json!({ "name": "C" });
    assert_eq!(ask(&api, &limited, "PUT", &format!("/lines/{own}"), body.clone()).await.status, 200);
    assert_eq!(ask(&api, &limited, "PUT", &format!("/lines/{other}"), body.clone()).await.status, 404);
    assert_eq!(ask(&api, &limited, "POST", "/lines", body).await.status, 403);
    let site = json!({ "name": "第一工場", "time_zone": "Asia/Tokyo" });
    assert_eq!(ask(&api, &limited, "PUT", "/site", site.clone()).await.status, 403);
    assert_eq!(ask(&api, &leader(), "PUT", "/site", site).await.status, 200);
    let nowhere = json!({ "name": "x", "time_zone": "Asia/Tokio" });
    assert_eq!(ask(&api, &leader(), "PUT", "/site", nowhere).await.status, 422);
}
