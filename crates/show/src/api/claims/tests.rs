use super::super::Caller;
use super::super::assets::tests::{LINE, leader, plant};
use super::super::state::Api;
use super::super::testing::{Told, api, ask, person};
use authz::{Role, Scope};
use facts::id::AssetUid;
use serde_json::{Value, json};
use uuid::Uuid;

fn id(number: u128) -> String {
    AssetUid(Uuid::from_u128(100 + number)).to_string()
}

fn enricher(name: &str, scope: Scope) -> Caller {
    Caller { name: name.into(), ..person(&[(Role::Enricher, scope)]) }
}

async fn post(api: &Api, caller: &Caller, items: Value) -> Told {
    ask(api, caller, "POST", "/claims", json!({ "items": items })).await
}

fn states(told: &Told) -> Vec<String> {
    let json = told.json();
    let items = json["items"].as_array().expect("items").clone();
    items.iter().map(|item| item["status"].as_str().expect("a word").to_owned()).collect()
}

#[tokio::test]
async fn what_is_said_twice_is_one_claim_and_sources_stand_beside_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let maximo = enricher("maximo", Scope::everything());
    let claim = |value: &str| json!([{ "mac": "00-1B-21-00-00-01", "key": "firmware", "value": value, "confidence": 80 }]);
    for value in ["1.2", "1.2", "1.3"] {
        let told = post(&api, &maximo, claim(value)).await;
        assert_eq!((told.status.as_u16(), &told.json()["accepted"]), (200, &json!(1)), "{}", told.json());
        assert_eq!(told.json()["items"][0]["asset"], id(1));
    }
    let scanner = enricher("scanner", Scope::everything());
    post(&api, &scanner, json!([{ "ip": "10.0.0.1", "key": "firmware", "value": "1.1" }])).await;
    let kept = store::claims::list(api.store(), AssetUid(Uuid::from_u128(101))).await.expect("claims");
    let mut said: Vec<(&str, &str, u8)> =
        kept.iter().map(|claim| (claim.source.as_str(), claim.value.as_str(), claim.confidence)).collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [("maximo", "1.2", 80), ("maximo", "1.3", 80), ("scanner", "1.1", 50)],
        "what was said twice is one claim, and what contradicts stands beside it"
    );
    let shown = ask(&api, &leader(), "GET", &format!("/assets/{}", id(1)), Value::Null).await.json();
    assert_eq!(shown["claims"].as_array().map(Vec::len), Some(3), "{shown}");

    let path = format!("/assets/{}/claims", id(1));
    assert_eq!(ask(&api, &maximo, "DELETE", &path, Value::Null).await.status, 204);
    let kept = store::claims::list(api.store(), AssetUid(Uuid::from_u128(101))).await.expect("claims");
    assert_eq!(
        kept.iter().map(|claim| claim.source.as_str()).collect::<Vec<_>>(),
        ["scanner"],
        "only its own"
    );
}

#[tokio::test]
async fn each_item_is_judged_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let system = enricher("maximo", Scope::everything());
    let told = post(
        &api,
        &system,
        json!([
            { "serial": "S1", "key": "owner", "value": "保全課" },
            { "serial": "S9", "key": "owner", "value": "x" },
            { "serial": "S1", "name": "髙橋", "key": "owner", "value": "x" },
            { "key": "owner", "value": "x" },
            { "mac": "nonsense", "key": "owner", "value": "x" },
            { "asset": id(2), "key": "", "value": "x" },
            { "asset": id(2), "key": "owner", "value": "x".repeat(1001) },
            { "asset": id(2), "key": "owner", "value": "x", "confidence": 101 },
            { "name": "髙橋", "key": "owner", "value": "生産技術" },
        ]),
    )
    .await;
    let expected = [
        "accepted",
        "unknown-subject",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "accepted",
    ];
    assert_eq!((states(&told), &told.json()["accepted"]), (expected.map(String::from).to_vec(), &json!(2)));
    let many: Vec<Value> = vec![json!({ "serial": "S1", "key": "a", "value": "b" }); 1001];
    assert_eq!(post(&api, &system, json!(many)).await.status, 422, "too many");
    assert_eq!(post(&api, &system, json!([{ "weather": "fine" }])).await.status, 422);
    // Two machines are called the same.
    for number in [3, 4] {
        let change = json!({ "set": { "floor_name": "予備機" } });
        let path = format!("/assets/{}", id(number));
        assert_eq!(ask(&api, &leader(), "PATCH", &path, change).await.status, 200);
    }
    let told = post(&api, &system, json!([{ "name": "予備機", "key": "owner", "value": "x" }])).await;
    assert_eq!(states(&told), ["ambiguous"]);
    let viewer = person(&[(Role::Viewer, Scope::everything())]);
    assert_eq!(post(&api, &viewer, json!([])).await.status, 403);
}

#[tokio::test]
async fn who_sees_a_line_says_nothing_of_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let place = json!({ "set": { "line": LINE.to_string() } });
    assert_eq!(ask(&api, &leader(), "PATCH", &format!("/assets/{}", id(1)), place).await.status, 200);
    let scope = Scope { lines: Some([LINE].into()), ..Scope::everything() };
    let system = enricher("maximo", scope);
    let told = post(
        &api,
        &system,
        json!([
            { "serial": "S1", "key": "owner", "value": "x" },
            { "serial": "S2", "key": "owner", "value": "x" },
            { "asset": id(2), "key": "owner", "value": "x" },
        ]),
    )
    .await;
    assert_eq!(
        states(&told),
        ["accepted", "unknown-subject", "unknown-subject"],
        "what lies outside is not there"
    );
    let path = format!("/assets/{}/claims", id(2));
    assert_eq!(ask(&api, &system, "DELETE", &path, Value::Null).await.status, 404);
}
