use super::super::tests::bench::{Told, api, ask, person, through_door};
use authz::{Role, Scope};
use axum::Router;
use serde_json::{Value, json};

fn view(name: &str) -> Value {
    json!({
        "name": name, "noun": "assets", "sort": "name", "descending": true, "columns": ["name", "serial"],
        "filter": { "vendor": ["OMRON", "三菱電機"], "text": "髙橋" },
    })
}

async fn post(router: &Router, proof: &str, body: Value) -> Told {
    ask(router, "post", "/api/v1/saved-views", proof, Some(body)).await
}

#[tokio::test]
async fn a_view_is_its_owners_until_a_leader_shares_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let (_, leader) = person(&api, "leader", Role::SiteLeader, &Scope::everything()).await;
    let (_, viewer) = person(&api, "viewer", Role::Viewer, &Scope::everything()).await;
    let (_, admin) = person(&api, "admin", Role::Administrator, &Scope::everything()).await;
    let told = post(&router, &leader, view("Suppliers")).await;
    assert_eq!(told.status, 201, "{}", told.body);
    assert_eq!(told.body["filter"], view("")["filter"], "as it was saved");
    assert_eq!(post(&router, &leader, view("Suppliers")).await.status, 409, "the name is taken");
    let path = format!("/api/v1/saved-views/{}", told.body["id"].as_str().expect("an id"));
    let share = format!("{path}/share");
    for (method, body) in [("get", None), ("put", Some(view("x"))), ("delete", None)] {
        assert_eq!(ask(&router, method, &path, &viewer, body).await.status, 404, "{method}");
    }
    assert_eq!(ask(&router, "post", &share, &viewer, None).await.status, 403);
    assert_eq!(ask(&router, "post", &share, &admin, None).await.status, 404, "only one's own can be shared");
    let told = ask(&router, "post", &share, &leader, None).await;
    assert_eq!((told.status.as_u16(), &told.body["shared"]), (200, &json!(true)));
    let list = ask(&router, "get", "/api/v1/saved-views", &viewer, None).await.body;
    assert_eq!((&list["items"][0]["name"], &list["items"][0]["own"]), (&json!("Suppliers"), &json!(false)));
    assert_eq!(ask(&router, "put", &path, &viewer, Some(view("x"))).await.status, 404, "still its owner's");

    let mut change = view("Renamed");
    change["revision"] = json!(1);
    assert_eq!(
        ask(&router, "put", &path, &leader, Some(change.clone())).await.status,
        409,
        "it was shared since"
    );
    change["revision"] = json!(2);
    let told = ask(&router, "put", &path, &leader, Some(change)).await;
    assert_eq!(
        (&told.body["name"], &told.body["shared"], &told.body["revision"]),
        (&json!("Renamed"), &json!(true), &json!(3))
    );
    assert_eq!(
        ask(&router, "delete", &share, &admin, None).await.status,
        200,
        "a leader takes back what others shared"
    );
    assert_eq!(ask(&router, "get", &path, &viewer, None).await.status, 404);
    assert_eq!(ask(&router, "delete", &path, &leader, None).await.status, 204);
    assert_eq!(ask(&router, "get", &path, &leader, None).await.status, 404);
}

#[tokio::test]
async fn what_is_no_view_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let (_, viewer) = person(&api, "viewer", Role::Viewer, &Scope::everything()).await;
    let with = |field: &str, value: Value| {
        let mut view = view("x");
        view[field] = value;
        view
    };
    for bad in [
        with("name", json!(" ")),
        with("name", json!("x".repeat(201))),
        with("noun", json!("weather")),
        with("noun", json!("assets/{id}")),
        with("filter", json!({ "wether": "fine" })),
        with("filter", json!({ "cursor": "x" })),
        with("filter", json!({ "text": "x".repeat(201) })),
        with("filter", json!({ "text": { "a": 1 } })),
        with("filter", json!({ "vendor": vec!["x"; 101] })),
        with("columns", json!(vec!["x"; 101])),
        with("columns", json!(["a b"])),
        with("sort", json!("x; DROP")),
        with("other", json!(1)),
    ] {
        let told = post(&router, &viewer, bad.clone()).await;
        assert_eq!(told.status, 422, "{bad}: {}", told.body);
    }
    for noun in ["links", "commands", "history/flows", "register/rows", "audit"] {
        assert!(super::LISTS.contains_key(noun), "{noun} is none of {:?}", super::LISTS.keys());
    }
}
