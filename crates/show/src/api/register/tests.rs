use super::super::assets::tests::{leader, plant};
use super::super::testing::{api, ask, person, send};
use super::super::{Api, Caller};
use authz::{Role, Scope};
use serde_json::{Value, json};

const FILE: &str = "設備名,設備番号,IPアドレス,MACアドレス,担当者\r\n\
    充填機 一号,A-1,10.0.0.1,00:1b:21:00:00:01,髙橋\r\n\
    予備機,A-2,10.9.9.9,,～\r\n\
    こわれた行,A-3,10.0.0.999,,\r\n";

async fn get(api: &Api, path: &str) -> Value {
    ask(api, &leader(), "GET", path, Value::Null).await.json()
}

async fn preview(api: &Api, file: &str) -> Value {
    let told =
        send(api, &leader(), "POST", "/register/imports?file_name=x.csv", file.as_bytes().to_vec()).await;
    assert_eq!(told.status, 201, "{}", told.json());
    told.json()
}

async fn act(api: &Api, import: &Value, what: &str, body: Value) -> (u16, Value) {
    let path = format!("/register/imports/{}/{what}", import["id"].as_str().expect("an id"));
    let told = ask(api, &leader(), "POST", &path, body).await;
    (told.status.as_u16(), told.json())
}

/// Everything that an import may touch.
async fn state(api: &Api) -> [Value; 2] {
    let mut assets = get(api, "/assets?sort=address").await;
    for asset in assets["items"].as_array_mut().expect("items") {
        asset["revision"] = Value::Null;
    }
    [assets, get(api, "/register/rows").await]
}

#[tokio::test]
async fn an_import_is_previewed_applied_and_taken_back_exactly() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let before = state(&api).await;
    let import = preview(&api, FILE).await;
    let read = &import["preview"];
    assert_eq!((&read["matched"], &read["never_seen"], &read["refused"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!((&read["faults"][0]["row"], &read["faults"][0]["column"]), (&json!(4), &json!(3)));
    assert_eq!(state(&api).await, before, "a preview changes nothing");
    let rows = get(&api, &format!("/register/imports/{}/rows", import["id"].as_str().expect("an id"))).await;
    assert_eq!((&rows["items"][0]["verdict"], &rows["items"][0]["key"]), (&json!("matched"), &json!("mac")));
    let bad = json!({ "decisions": [{ "row": 4, "action": "keep" }] });
    assert_eq!(act(&api, &import, "apply", bad).await.0, 422);
    let told = act(&api, &import, "apply", json!({ "fill_placements": true })).await;
    assert_eq!(told, (200, json!({ "rows": 2, "placed": 1 })));
    let first = &state(&api).await[0]["items"][0];
    assert_eq!((&first["floor_name"], &first["owner"]), (&json!("充填機 一号"), &json!("髙橋")));
    let expected = get(&api, "/register/rows?state=not-seen").await;
    assert_eq!(expected["items"][0]["says"]["name"], "予備機");
    assert_eq!(get(&api, "/register/unregistered?limit=2").await["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(act(&api, &import, "apply", json!({})).await.0, 409, "once");
    let detail = get(&api, &format!("/assets/{}", first["id"].as_str().expect("an id"))).await;
    assert_eq!(detail["register"][0]["says"]["owner"], "髙橋");
    assert_eq!(act(&api, &import, "undo", json!({})).await.0, 204);
    assert_eq!(state(&api).await, before);
}

#[tokio::test]
async fn what_somebody_changed_since_is_told_before_it_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let import = preview(&api, FILE).await;
    assert_eq!(act(&api, &import, "apply", json!({ "fill_placements": true })).await.0, 200);
    let first = state(&api).await[0]["items"][0]["id"].as_str().expect("an id").to_owned();
    let set = json!({ "set": { "owner": "別人" } });
    assert_eq!(ask(&api, &leader(), "PATCH", &format!("/assets/{first}"), set).await.status, 200);
    let (status, problem) = act(&api, &import, "undo", json!({})).await;
    assert_eq!(status, 409);
    assert!(problem["message"].as_str().expect("a message").contains(&first));
    assert_eq!(act(&api, &import, "undo", json!({ "anyway": true })).await.0, 204);
}

#[tokio::test]
async fn a_file_that_is_no_register_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let caller: Caller = leader();
    for (query, body) in
        [("", &b""[..]), ("", b"PK\x03\x04"), ("&encoding=latin", b"name,ip\r\n"), ("&columns=x", b"a")]
    {
        let path = format!("/register/imports?file_name=x.csv{query}");
        assert_eq!(send(&api, &caller, "POST", &path, body.to_vec()).await.status, 422, "{query}");
    }
    let viewer = person(&[(Role::Viewer, Scope::everything())]);
    assert_eq!(send(&api, &viewer, "POST", "/register/imports?file_name=x", Vec::new()).await.status, 403);
}
