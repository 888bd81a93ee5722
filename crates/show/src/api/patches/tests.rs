use crate::api::assets::tests::{LINE, leader};
use crate::api::judged::Judged;
use crate::api::risk::tests::{id, judged, judged_api, judged_with};
use crate::api::state::Api;
use crate::api::testing::{ask, person};
use authz::{Role, Scope};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

async fn read(api: &Api, path: &str) -> Value {
    let told = ask(api, &leader(), "GET", path, Value::Null).await;
    assert_eq!(told.status, StatusCode::OK, "{path}: {:?}", told.json());
    told.json()
}

async fn step(api: &Api, number: u128, to: &str, more: Value) -> StatusCode {
    let mut body = json!({ "assets": [id(number).to_string()], "version": "1.3", "to": to });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    ask(api, &leader(), "POST", "/vulnerabilities/patches/moves", body).await.status
}

async fn authorize(api: &Api, number: u128) {
    for to in ["in-internal-test", "authorized"] {
        assert_eq!(step(api, number, to, json!({})).await, StatusCode::CREATED, "{to}");
    }
}

async fn row_of(api: &Api, number: u128) -> Value {
    let rows = read(api, "/vulnerabilities/patches").await;
    let rows = rows["items"].as_array().expect("rows").clone();
    rows.into_iter().find(|row| row["asset"] == json!(id(number).to_string())).expect("the asset")
}

/// A calendar by which the line stops every Saturday for so many hours from 08:00.
async fn stops(api: &Api, hours: u8) {
    let calendar = json!({ "stops": [{ "name": "定期点検", "kind": "maintenance",
        "when": { "repeats": "weekly", "day": "saturday", "from": "08:00", "to": format!("{:02}:00", 8 + hours) } }] });
    let told =
        ask(api, &person(&[(Role::Administrator, Scope::everything())]), "PUT", "/calendars/plant", calendar)
            .await;
    assert_eq!(told.status, StatusCode::OK, "{:?}", told.json());
}

#[tokio::test]
async fn what_the_maker_released_waits_for_the_owner() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let rows = read(&api, "/vulnerabilities/patches").await;
    assert_eq!(rows["items"].as_array().map(Vec::len), Some(3), "the fourth runs the mended version");
    let row = row_of(&api, 1).await;
    assert_eq!(
        (&row["step"], &row["version"], &row["installed"], &row["stop"], &row["exploited"]),
        (&json!("update"), &json!("1.3"), &json!("1.2"), &json!("assumed"), &json!(1))
    );
    assert_eq!(
        (&row["state"], &row["fit"], &row["waits_for"], &row["minutes"]),
        (&json!("released"), &json!("waits"), &json!("not-authorized"), &json!(60))
    );
    assert_eq!(row["next_states"], json!(["in-internal-test", "authorized", "not-applicable"]));
    assert!(row["patch_by"].is_string(), "{row}");
}

#[tokio::test]
async fn an_authorised_update_goes_into_the_next_stop_while_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_with(folder.path(), on_one_line()).await;
    stops(&api, 2).await;
    for number in 1..=3 {
        authorize(&api, number).await;
    }
    let rows = read(&api, "/vulnerabilities/patches").await;
    let rows = rows["items"].as_array().expect("rows");
    let fits = |fit: &str| rows.iter().filter(|row| row["fit"] == fit).count();
    assert_eq!((fits("next-stop"), fits("waits")), (2, 1), "two hours hold two updates");
    let full = rows.iter().find(|row| row["fit"] == "waits").expect("one waits");
    assert_eq!(full["waits_for"], "full");
    let window = &rows.iter().find(|row| row["fit"] == "next-stop").expect("one fits")["window"];
    let ends =
        |name: &str| window[name].as_str().expect("a time").parse::<jiff::Timestamp>().expect("a time");
    assert_eq!(ends("to").since(ends("from")).expect("a span").get_seconds(), 7_200);
    let asked = read(&api, "/vulnerabilities/patches?fit=next-stop&state=authorized,effective").await;
    assert_eq!(asked["items"].as_array().map(Vec::len), Some(2));
    for bad in ["fit=now", "state=done", "state=in_test", "limit=0", "cursor=x"] {
        let told = ask(&api, &leader(), "GET", &format!("/vulnerabilities/patches?{bad}"), Value::Null).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}

#[tokio::test]
async fn the_owner_says_until_when() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let own = read(&api, "/vulnerabilities/patches/dates").await;
    let days: Vec<&Value> = own["decisions"].as_array().expect("rows").iter().collect();
    let patch: Vec<Option<u64>> = days.iter().map(|row| row["patch_days"].as_u64()).collect();
    assert_eq!((patch, &own["changed_at"]), (vec![Some(30), Some(30), Some(180), None], &Value::Null));
    let before = row_of(&api, 1).await;
    let mut wanted = own["decisions"].clone();
    for row in wanted.as_array_mut().expect("rows") {
        row["patch_days"] = json!(90);
    }
    let put = async |decisions: Value| {
        let body = json!({ "decisions": decisions, "reason": "年2回の定期修理" });
        ask(&api, &leader(), "PUT", "/vulnerabilities/patches/dates", body).await
    };
    let told = put(wanted.clone()).await;
    assert_eq!(told.status, StatusCode::OK, "{:?}", told.json());
    let after = row_of(&api, 1).await;
    let day =
        |row: &Value| row["patch_by"].as_str().expect("a day").parse::<jiff::Timestamp>().expect("a time");
    let moved = day(&after).since(day(&before)).expect("a span").get_seconds() / 86_400;
    let decision = before["decision"].as_str().expect("a decision");
    assert_eq!(moved, if decision == "scheduled" { -90 } else { 60 }, "{decision}");
    assert_eq!(read(&api, "/vulnerabilities/patches/dates").await["reason"], "年2回の定期修理");
    let mut late = wanted.clone();
    late[0]["patch_days"] = json!(91);
    let mut long = wanted.clone();
    long[3]["review_days"] = json!(3_651);
    let few = Value::Array(wanted.as_array().expect("rows").iter().take(3).cloned().collect());
    for bad in [late, long, few] {
        assert_eq!(put(bad.clone()).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let viewer = person(&[(Role::Viewer, Scope::everything())]);
    let body = json!({ "decisions": wanted, "reason": "x" });
    let told = ask(&api, &viewer, "PUT", "/vulnerabilities/patches/dates", body).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}

/// All four stand on one line.
fn on_one_line() -> Judged {
    let mut all = judged(BTreeMap::new());
    for about in all.assets.values_mut() {
        about.line = Some(LINE);
    }
    all
}

#[tokio::test]
async fn states_follow_each_other_and_their_history_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    assert_eq!(step(&api, 1, "installed", json!({})).await, StatusCode::UNPROCESSABLE_ENTITY, "it skips");
    assert_eq!(step(&api, 1, "done", json!({})).await, StatusCode::UNPROCESSABLE_ENTITY);
    let without = step(&api, 1, "authorized", json!({ "note": "緊急" })).await;
    assert_eq!(without, StatusCode::UNPROCESSABLE_ENTITY, "the owner's test is left out: somebody approves");
    let own = step(&api, 1, "authorized", json!({ "note": "緊急", "approver": "髙橋" })).await;
    assert_eq!(own, StatusCode::UNPROCESSABLE_ENTITY, "nobody approves what they do");
    let version = step(&api, 1, "in-internal-test", json!({ "version": "9.9" })).await;
    assert_eq!(version, StatusCode::UNPROCESSABLE_ENTITY, "no such patch");
    assert_eq!(read(&api, &format!("/assets/{}/patches", id(1))).await["items"][0]["moves"], json!([]));
    let told = step(&api, 1, "authorized", json!({ "note": "緊急", "approver": "森" })).await;
    assert_eq!(told, StatusCode::CREATED);
    for to in ["effective", "installed"] {
        assert_eq!(step(&api, 1, to, json!({})).await, StatusCode::CREATED, "{to}");
    }
    let patch = read(&api, &format!("/assets/{}/patches", id(1))).await["items"][0].clone();
    let moves = patch["moves"].as_array().expect("steps");
    let states: Vec<&Value> = moves.iter().map(|step| &step["to"]).collect();
    assert_eq!(states, ["released", "authorized", "effective", "installed"]);
    assert_eq!((&moves[0]["actor"], &moves[0]["note"]), (&json!("Example"), &json!("EX-1")));
    assert_eq!((&moves[1]["actor"], &moves[1]["approver"]), (&json!("髙橋"), &json!("森")));
    assert_eq!(
        (&moves[3]["verified"], &patch["shown"]),
        (&json!(false), &json!(false)),
        "1.2 is still heard"
    );
}

#[tokio::test]
async fn the_goals_count_what_the_network_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let goals = read(&api, "/vulnerabilities/patches/goals").await;
    let ratio = |goals: &Value, name: &str| {
        (
            goals[name]["numerator"].as_u64().expect("a number"),
            goals[name]["denominator"].as_u64().expect("a number"),
        )
    };
    assert_eq!((ratio(&goals, "newest"), ratio(&goals, "newest_or_deferred")), ((1, 4), (1, 4)));
    assert_eq!(goals["open"].as_array().map(Vec::len), Some(3));
    assert_eq!(goals["open"][0]["why"], "not-authorized");
    authorize(&api, 2).await;
    for to in ["effective", "installed"] {
        assert_eq!(step(&api, 2, to, json!({})).await, StatusCode::CREATED, "{to}");
    }
    let goals = read(&api, "/vulnerabilities/patches/goals").await;
    assert_eq!(ratio(&goals, "newest"), (1, 4), "typed in, and nothing shows it");
    let why = goals["open"].as_array().expect("rows").iter().filter(|row| row["why"] == "reported").count();
    assert_eq!(why, 1);
    let defer = |until: &str, mitigations: Value| {
        json!({ "assets": [id(3).to_string()], "version": "1.3", "reason": "夏の停止まで", "owner": "森", "until": until,
            "mitigations": mitigations })
    };
    let path = "/vulnerabilities/patches/deferrals";
    let now = crate::api::testing::NOW_US;
    let after = |days: i64| crate::time::utc_us(now + days * 86_400_000_000);
    for bad in [after(91), after(-1), "soon".into()] {
        let told = ask(&api, &leader(), "POST", path, defer(&bad, json!([]))).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    assert_eq!(
        ask(&api, &leader(), "POST", path, defer(&after(30), json!([]))).await.status,
        StatusCode::CREATED
    );
    let goals = read(&api, "/vulnerabilities/patches/goals").await;
    assert_eq!(ratio(&goals, "newest_or_deferred"), (1, 4), "nothing protects it");
    let told = ask(&api, &leader(), "POST", path, defer(&after(60), json!(["FW-1で遮断"]))).await;
    assert_eq!(told.status, StatusCode::CREATED);
    let goals = read(&api, "/vulnerabilities/patches/goals").await;
    assert_eq!((ratio(&goals, "newest"), ratio(&goals, "newest_or_deferred")), ((1, 4), (2, 4)));
    let row = row_of(&api, 3).await;
    assert_eq!((&row["waits_for"], &row["deferral"]["owner"]), (&json!("deferred"), &json!("森")));
}

#[tokio::test]
async fn a_firmware_on_the_network_proves_an_installation() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut all = judged(BTreeMap::new());
    all.assets.get_mut(&id(1)).expect("the asset").firmware = "1.3".into();
    let api = judged_with(folder.path(), all).await;
    authorize(&api, 1).await;
    let patch = read(&api, &format!("/assets/{}/patches", id(1))).await["items"][0].clone();
    assert_eq!((&patch["state"], &patch["shown"]), (&json!("installed"), &json!(true)));
    let last = patch["moves"].as_array().and_then(|moves| moves.last()).expect("a step").clone();
    assert_eq!((&last["actor"], &last["verified"]), (&json!("network"), &json!(true)));
}

#[tokio::test]
async fn scope_and_role_bound_what_is_seen_and_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let scope = Scope { lines: Some([LINE].into()), ..Scope::everything() };
    let narrow = person(&[(Role::SiteLeader, scope.clone())]);
    let rows = ask(&api, &narrow, "GET", "/vulnerabilities/patches", Value::Null).await.json();
    assert_eq!((rows["items"].as_array().map(Vec::len), &rows["hidden"]), (Some(1), &json!(2)));
    let goals = ask(&api, &narrow, "GET", "/vulnerabilities/patches/goals", Value::Null).await.json();
    assert_eq!((&goals["newest"]["denominator"], &goals["hidden"]), (&json!(1), &json!(3)));
    let other = ask(&api, &narrow, "GET", &format!("/assets/{}/patches", id(2)), Value::Null).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let both = json!({ "assets": [id(1).to_string(), id(2).to_string()], "version": "1.3", "to": "in-internal-test" });
    let path = "/vulnerabilities/patches/moves";
    assert_eq!(ask(&api, &narrow, "POST", path, both.clone()).await.status, StatusCode::NOT_FOUND);
    let own = read(&api, &format!("/assets/{}/patches", id(1))).await;
    assert_eq!(own["items"][0]["moves"], json!([]), "for all of them or for none");
    let viewer = person(&[(Role::Viewer, scope)]);
    assert_eq!(ask(&api, &viewer, "POST", path, both).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_advice_is_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let told = ask(&api, &leader(), "GET", "/exports/patches?format=json&state=released", Value::Null).await;
    assert_eq!(told.status, StatusCode::OK, "{:?}", told.json());
    let rows = told.json()["rows"].clone();
    assert_eq!(rows.as_array().map(Vec::len), Some(3), "{rows}");
    let bad = ask(&api, &leader(), "GET", "/exports/patches?format=json&state=done", Value::Null).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
}
