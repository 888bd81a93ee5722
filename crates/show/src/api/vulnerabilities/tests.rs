use crate::api::assets::tests::leader;
use crate::api::risk::tests::{id, judged, judged_api, judged_with};
use crate::api::state::Api;
use crate::api::testing::{ask, person};
use authz::{Role, Scope};
use axum::http::StatusCode;
use facts::id::UserId;
use judge::intake::{Ruled, Ruling};
use serde_json::{Value, json};
use store::Moment;
use store::risk::decision::{self, Decision, DecisionState};
use wire::Time;

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

const CVE: &str = "CVE-2021-0001";

fn statement<'v>(document: &'v Value, status: &str) -> &'v Value {
    let statements = document["statements"].as_array().expect("statements");
    statements.iter().find(|one| one["status"] == status).unwrap_or_else(|| panic!("{status} in {document}"))
}

#[tokio::test]
async fn a_vex_document_says_which_devices_are_affected_by_what() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let told = ask(&api, &leader(), "GET", "/vulnerabilities/export?form=openvex", Value::Null).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.json());
    let header =
        |name: &str| told.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!((header("x-rows"), header("x-hidden")), ("3", "0"));
    assert!(header("content-disposition").ends_with("vulnerabilities.openvex.json"));
    let document = told.json();
    let one = statement(&document, "affected");
    assert_eq!(one["vulnerability"]["name"], CVE);
    assert_eq!(one["products"].as_array().map(Vec::len), Some(3), "of all the same is said");
    let address = format!("/assets/{}", id(1));
    let product = one["products"][0]["@id"].as_str().expect("a product");
    assert!(product.ends_with(&address), "{product}");
    assert_eq!(one["action_statement"], "Update to 1.3");
    let csaf = read(&api, "/vulnerabilities/export?form=csaf-vex").await;
    let affected = &csaf["vulnerabilities"][0]["product_status"]["known_affected"];
    assert_eq!(affected.as_array().map(Vec::len), Some(3));
    let bom = read(&api, &format!("/vulnerabilities/export?form=cyclonedx&asset={}", id(1))).await;
    assert_eq!(bom["components"].as_array().map(Vec::len), Some(1));
    assert_eq!(bom["vulnerabilities"][0]["affects"], json!([{ "ref": id(1).to_string() }]));
    let mended = format!("asset={}", id(4));
    let bom = read(&api, &format!("/vulnerabilities/export?form=cyclonedx&{mended}")).await;
    assert_eq!(bom["vulnerabilities"], json!([]), "it runs the mended version");
    for bad in [&format!("form=openvex&{mended}"), "form=pdf"] {
        let told = ask(&api, &leader(), "GET", &format!("/vulnerabilities/export?{bad}"), Value::Null).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}

#[tokio::test]
async fn what_people_decided_stands_in_the_document() {
    let folder = tempfile::tempdir().expect("a folder");
    let until = crate::api::testing::NOW_US + 86_400_000_000;
    let rule = |number, ruled, until: Option<i64>| {
        let until = until.map(|until| Time(until * 1_000));
        ((id(number), CVE.to_owned()), Ruling { ruled, until, firmware: "1.2".into() })
    };
    let rulings = [
        rule(1, Ruled::NotAffected, None),
        rule(2, Ruled::Accepted, Some(until)),
        rule(3, Ruled::Fixed, None),
    ];
    let api = judged_with(folder.path(), judged(rulings.into())).await;
    let decided = |number, state, justification: &str, until: Option<i64>| Decision {
        id: format!("decision-{number}"),
        asset: id(number),
        weakness: CVE.into(),
        state,
        justification: justification.into(),
        reason: "機能を使っていない".into(),
        until: until.map(Moment),
        firmware: "1.2".into(),
        made_by: UserId(uuid::Uuid::from_u128(2)),
        maker: "髙橋".into(),
        made_at: Moment(0),
        withdrawn_by: String::new(),
        withdrawn_at: None,
    };
    let decisions = [
        decided(1, DecisionState::NotAffected, "vulnerable_code_not_present", None),
        decided(2, DecisionState::Accepted, "", Some(until)),
    ];
    let mut on = api.store().write().await.expect("a transaction");
    decision::add(&mut on, &decisions, Moment(0)).await.expect("decisions");
    on.commit().await.expect("a commit");
    let document = read(&api, "/vulnerabilities/export?form=openvex").await;
    let one = statement(&document, "not_affected");
    assert_eq!(
        (&one["justification"], &one["status_notes"], &one["timestamp"]),
        (&json!("vulnerable_code_not_present"), &json!("機能を使っていない"), &json!("1970-01-01T00:00:00Z"))
    );
    let action = statement(&document, "affected")["action_statement"].as_str().expect("an action");
    assert!(action.starts_with("The owner lives with it until 2026-11-24"), "{action}");
    assert!(action.ends_with("Update to 1.3"), "{action}");
    assert_eq!(statement(&document, "fixed")["vulnerability"]["name"], CVE);
}

#[tokio::test]
async fn a_document_names_no_device_of_another_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let scope = Scope { lines: Some([crate::api::assets::tests::LINE].into()), ..Scope::everything() };
    let narrow = person(&[(Role::Viewer, scope)]);
    for form in ["openvex", "csaf-vex", "cyclonedx"] {
        let path = format!("/vulnerabilities/export?form={form}");
        let told = ask(&api, &narrow, "GET", &path, Value::Null).await;
        let text = told.json().to_string();
        assert!(text.contains(&id(1).to_string()), "{form}: {text}");
        for other in 2..=4 {
            assert!(!text.contains(&id(other).to_string()), "{form}: {text}");
        }
        assert_eq!(told.headers.get("x-hidden").and_then(|value| value.to_str().ok()), Some("3"), "{form}");
        let other = ask(&api, &narrow, "GET", &format!("{path}&asset={}", id(2)), Value::Null).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "{form}");
    }
    let sensor = person(&[(Role::Enricher, Scope::everything())]);
    let told = ask(&api, &sensor, "GET", "/vulnerabilities/export?form=openvex", Value::Null).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}
