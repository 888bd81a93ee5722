use crate::api::assets::tests::{LINE, leader, plant};
use crate::api::judged::{Judge, Judged, Prospects};
use crate::api::state::Api;
use crate::api::testing::{NOW_US, ask, parts, person, put_site};
use authz::{Role, Scope};
use axum::http::StatusCode;
use facts::id::{AssetUid, ZoneId};
use judge::intake::{Caller, Gathered, Known, Machine, Place, Ruling, Talk, gather};
use judge::risk::{Chokes, Class, Decided, Method, Plant, Service, Snapshot, assess, lowers_most};
use knowledge::advisory::{
    About, Advisory, Affected, Beside, Constraint, Cvss, Exploited, Fixed, Library, Remediation,
    RemediationKind, Score, Spoken, State, Status, Vulnerability,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::Moment;
use store::assets::place::{self, Placement};
use tokio::sync::watch;
use uuid::Uuid;
use wire::Time;

const DAY_US: i64 = 86_400_000_000;

pub(in crate::api) fn id(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(100 + number))
}

/// One advisory about the four assets of the plant, exploited, mended in 1.3.
fn library() -> Library {
    let cvss =
        Cvss { vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".into(), base: 9.8, ..Cvss::default() };
    let advisory = Advisory {
        id: "EX-1".into(),
        title: "The example".into(),
        publisher: "Example".into(),
        products: vec![Affected {
            product_id: "1".into(),
            vendor: "Mitsubishi Electric".into(),
            path: vec!["Q03UDV".into()],
            name: "Mitsubishi Electric Q03UDV < 1.3".into(),
            models: vec!["Q03UDV".into()],
            versions: Constraint::read("< 1.3"),
            fixed: vec![Fixed { version: "1.3".into(), remediation: Some(0) }],
            ..Affected::default()
        }],
        vulnerabilities: vec![Vulnerability {
            cve: "CVE-2021-0001".into(),
            scores: vec![Score { cvss: vec![cvss], products: vec![0] }],
            states: vec![State { status: Status::KnownAffected, products: vec![0] }],
            ..Vulnerability::default()
        }],
        remediations: vec![Remediation {
            kind: RemediationKind::VendorFix,
            text: "Update to 1.3".into(),
            products: vec![0],
            vulnerabilities: vec![0],
            fixed_in: vec!["1.3".into()],
            ..Remediation::default()
        }],
        ..Advisory::default()
    };
    let exploited = Exploited {
        cve: "CVE-2021-0001".into(),
        list: "a list".into(),
        due: "2026-01-31".into(),
        ..Exploited::default()
    };
    let beside = Beside { exploited: vec![exploited], ..Beside::default() };
    Library::new(vec![advisory], beside, About::default())
}

fn machine(number: u128) -> Machine {
    Machine {
        id: id(number),
        kind: "plc".into(),
        spoken: Spoken {
            vendor: "Mitsubishi Electric".into(),
            product: "Q03UDV".into(),
            // The last is mended.
            version: if number == 4 { "1.3" } else { "1.2" }.into(),
            ..Spoken::default()
        },
        os: String::new(),
        zone: None,
        line: (number == 1).then_some(LINE),
        system: None,
        site: None,
        last_seen: Time(NOW_US * 1_000),
        is_heard_well: true,
        decided: Decided::default(),
        hot_standby: false,
    }
}

/// What would be judged of the plant with these decisions; the week before, the first asset's band was low.
pub(in crate::api) fn judged(rulings: BTreeMap<(AssetUid, String), Ruling>) -> Judged {
    judged_of((1..=4).map(machine).collect(), Vec::new(), rulings)
}

fn judged_of(
    machines: Vec<Machine>,
    places: Vec<Place>,
    rulings: BTreeMap<(AssetUid, String), Ruling>,
) -> Judged {
    let talk = |to| Talk {
        from: Caller::Asset(id(2)),
        to: id(to),
        protocol: "slmp",
        shows: Some(facts::Weak::OpenWrites),
        service: Service::tcp(5007),
        is_answered: true,
        last: Time(NOW_US * 1_000),
    };
    let talks: Vec<Talk> = [1, 3].map(talk).into();
    let library = library();
    let known = Known {
        machines: &machines,
        talks: &talks,
        places: &places,
        rulings: &rulings,
        library: &library,
        today: "2026-11-23",
    };
    let Gathered { inputs, found } = gather(&known);
    let (plant, method, now) = (Plant::new(inputs), Method::default(), Time(NOW_US * 1_000));
    let assessments = assess(&plant, now, &method);
    let seen = (Time((NOW_US - 30 * DAY_US) * 1_000), true);
    let today: Vec<Snapshot> =
        assessments.iter().map(|one| Snapshot::take(one, seen, None, None, &method)).collect();
    let before = |row: &Snapshot| match row.asset == id(1) {
        true => Snapshot { band: judge::risk::Band::Low, ..row.clone() },
        false => row.clone(),
    };
    let about = |machine: &Machine| Judge {
        name: format!("PLC {}", machine.id),
        kind: machine.kind.clone(),
        vendor: machine.spoken.vendor.clone(),
        model: machine.spoken.product.clone(),
        firmware: machine.spoken.version.clone(),
        line: machine.line,
        ..Judge::default()
    };
    Judged {
        time_us: NOW_US,
        day: NOW_US / DAY_US,
        assets: machines.iter().map(|machine| (machine.id, about(machine))).collect(),
        week_ago: today.iter().map(before).collect(),
        week_ago_day: Some(NOW_US / DAY_US - 7),
        method: Arc::new(method),
        library: Arc::new(library),
        plant: Arc::new(plant),
        places,
        assessments,
        today,
        found,
        rulings,
        ..Judged::default()
    }
}

pub(in crate::api) async fn judged_api(folder: &Path) -> Api {
    judged_with(folder, judged(BTreeMap::new())).await
}

/// The interface over what was judged.
pub(in crate::api) async fn judged_with(folder: &Path, all: Judged) -> Api {
    let top = lowers_most(&all.plant, &all.assessments, Time(NOW_US * 1_000), &all.method, 5, |_| true);
    let mut parts = parts(folder).await;
    parts.judged = watch::channel(Arc::new(all)).1;
    let chokes = Chokes { assets: vec![(id(2), 0.4), (id(1), 0.3)], ..Chokes::default() };
    let prospects = Prospects { time_us: NOW_US, effects: top, chokes, targets_left_out: 7 };
    parts.prospects = watch::channel(Arc::new(prospects)).1;
    put_site(&parts.store).await;
    let api = Api::new(parts);
    plant(&api).await;
    let mut on = api.store().write().await.expect("a transaction");
    let on_line = Placement { line: Some(LINE), ..Placement::default() };
    place::put(&mut on, id(1), &on_line, Moment(NOW_US)).await.expect("a place");
    on.commit().await.expect("a commit");
    api
}

async fn read(api: &Api, path: &str) -> Value {
    let told = ask(api, &leader(), "GET", path, Value::Null).await;
    assert_eq!(told.status, StatusCode::OK, "{path}: {:?}", told.json());
    told.json()
}

/// The sum of the cells of a summary.
fn in_cells(summary: &Value) -> u64 {
    let cells = summary["cells"].as_array().expect("cells");
    assert_eq!(cells.len(), 25);
    cells.iter().map(|cell| cell["count"].as_u64().expect("a count")).sum()
}

#[tokio::test]
async fn cells_add_up_to_the_devices_for_every_filter_and_scope() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let all = read(&api, "/risk").await;
    assert_eq!((in_cells(&all), &all["tiles"]["devices"], &all["hidden"]), (4, &json!(4), &json!(0)));
    assert_eq!(all["tiles"]["increased"], json!(1), "its band was low");
    assert_eq!(all["lines"][0]["devices"], json!(1));
    let line = read(&api, &format!("/risk?line={LINE}")).await;
    assert_eq!((in_cells(&line), &line["tiles"]["devices"]), (1, &json!(1)));
    let scope = Scope { lines: Some([LINE].into()), ..Scope::everything() };
    let narrow = person(&[(Role::Viewer, scope)]);
    let told = ask(&api, &narrow, "GET", "/risk", Value::Null).await.json();
    assert_eq!((in_cells(&told), &told["hidden"]), (1, &json!(3)));
    let list = ask(&api, &narrow, "GET", "/risk/assets", Value::Null).await.json();
    assert_eq!((list["items"].as_array().map(Vec::len), &list["hidden"]), (Some(1), &json!(3)));
    let other = ask(&api, &narrow, "GET", &format!("/assets/{}/risk", id(2)), Value::Null).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "not even that it is there");
}

#[tokio::test]
async fn the_list_is_that_of_the_cell_and_of_the_tile() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let all = read(&api, "/risk").await;
    for cell in all["cells"].as_array().expect("cells") {
        let path = format!("/risk/assets?likelihood={}&impact={}", cell["likelihood"], cell["impact"]);
        let rows = read(&api, &path).await["items"].as_array().map(Vec::len);
        assert_eq!(rows.map(|rows| json!(rows)), Some(cell["count"].clone()), "{path}");
    }
    let increased = read(&api, "/risk/assets?change=increased").await;
    assert_eq!(increased["items"][0]["asset"], json!(id(1).to_string()));
    assert_eq!(increased["items"][0]["band_before"], json!("low"));
    let first = read(&api, "/risk/assets?limit=1").await;
    let next = first["next"].as_str().expect("more");
    let second = read(&api, &format!("/risk/assets?limit=1&cursor={next}")).await;
    assert_ne!(first["items"][0]["asset"], second["items"][0]["asset"]);
    for bad in ["likelihood=6", "change=up", "line=x", "cursor=x", "limit=0"] {
        let told = ask(&api, &leader(), "GET", &format!("/risk/assets?{bad}"), Value::Null).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}

#[tokio::test]
async fn the_terms_of_an_asset_add_up_again_and_an_update_lowers_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let risk = read(&api, &format!("/assets/{}/risk", id(1))).await;
    let terms = risk["terms"].as_array().expect("terms");
    let left = |term: &Value| 1.0 - term["value"]["value"].as_f64().expect("a number");
    let likelihood = 1.0 - terms.iter().map(left).product::<f64>();
    assert!((likelihood - risk["likelihood"]["value"].as_f64().expect("a number")).abs() < 1e-9);
    let share: f64 = terms.iter().filter_map(|term| term["share"].as_f64()).sum();
    assert!((share - 1.0).abs() < 1e-9, "{share}");
    for term in terms.iter().filter(|term| term["kind"] == "weakness") {
        let [threat, confidence, way, factor] =
            ["threat", "confidence", "way", "factor"].map(|name| term[name].as_f64().expect("a number"));
        let value = term["value"]["value"].as_f64().expect("a number");
        assert!((threat * confidence * way * factor - value).abs() < 1e-9);
        assert_eq!(
            (term["basis"].as_str(), term["reference"].as_str()),
            (Some("exploited"), Some("CVE-2021-0001"))
        );
    }
    let patch = risk["lowers"].as_array().expect("actions").iter().find(|row| row["action"] == "patch");
    let patch = patch.expect("an update");
    assert_eq!((&patch["label"], &patch["needs_stop"]), (&json!("Q03UDV 1.3"), &json!(true)));
    assert!(patch["score_after"].as_f64() < patch["score_before"].as_f64());
    let origins = risk["impact"]["values"].as_array().expect("five");
    assert!(origins.iter().all(|value| value["origin"] == "assumed"), "nobody decided");
}

#[tokio::test]
async fn a_risk_names_nothing_outside_ones_scope() {
    let folder = tempfile::tempdir().expect("a folder");
    let zones = [7, 8].map(|number| ZoneId(Uuid::from_u128(number)));
    let placed = |number: u128| Machine { zone: Some(zones[usize::from(number != 1)]), ..machine(number) };
    let places = zones.map(|id| Place { id, class: Class::Ot }).to_vec();
    let mut all = judged_of((1..=4).map(placed).collect(), places, BTreeMap::new());
    for (number, about) in (1..).zip(all.assets.values_mut()) {
        about.zone = Some(zones[usize::from(number != 1)]);
    }
    let api = judged_with(folder.path(), all).await;
    let path = format!("/assets/{}/risk", id(1));
    let whole = read(&api, &path).await;
    let named = |told: &Value| {
        let outside = [zones[1].to_string(), id(2).to_string(), format!("PLC {}", id(2))];
        outside.into_iter().filter(|word| told.to_string().contains(word)).count()
    };
    assert_eq!(named(&whole), 3, "who sees all is told of the neighbour and its zone: {whole}");
    let scope = Scope { lines: Some([LINE].into()), ..Scope::everything() };
    let narrow = person(&[(Role::SiteLeader, scope)]);
    let told = ask(&api, &narrow, "GET", &path, Value::Null).await.json();
    assert_eq!(named(&told), 0, "{told}");
    assert!(told.to_string().contains(&zones[0].to_string()), "its own zone is told");
    let actions = |told: &Value| told["lowers"].as_array().map_or(0, Vec::len);
    let left = told["lowers_hidden"].as_u64().expect("a number");
    assert!(left > 0 && u64::try_from(actions(&whole) - actions(&told)).is_ok_and(|fewer| fewer == left));
    let is_outside = |row: &&Value| row["asset"] == json!(id(2).to_string());
    let outside =
        whole["lowers"].as_array().expect("actions").iter().find(is_outside).expect("a neighbour's");
    let trial = format!("{path}/what-if");
    let told = ask(&api, &narrow, "POST", &trial, json!({ "actions": [outside["key"]] })).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn choke_points_are_told_within_ones_scope() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let told = read(&api, "/risk/choke-points").await;
    let ids = |told: &Value| -> Vec<Value> {
        told["items"].as_array().expect("rows").iter().map(|row| row["asset"].clone()).collect()
    };
    assert_eq!(ids(&told), [json!(id(2).to_string()), json!(id(1).to_string())]);
    assert_eq!((&told["hidden"], &told["targets_left_out"]), (&json!(0), &json!(7)));
    let scope = Scope { lines: Some([LINE].into()), ..Scope::everything() };
    let narrow = person(&[(Role::Viewer, scope)]);
    let told = ask(&api, &narrow, "GET", "/risk/choke-points", Value::Null).await.json();
    assert_eq!((ids(&told), &told["hidden"]), (vec![json!(id(1).to_string())], &json!(1)));
}

#[tokio::test]
async fn actions_are_tried_together_and_nothing_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let path = format!("/assets/{}/risk", id(1));
    let before = read(&api, &path).await;
    let lowers = before["lowers"].as_array().expect("actions");
    let lowering: Vec<&Value> =
        lowers.iter().filter(|row| row["action"] == "patch" || row["action"] == "write-protect").collect();
    let keys: Vec<&Value> = lowering.iter().map(|row| &row["key"]).collect();
    assert!(keys.len() >= 2, "{lowers:?}");
    let trial = format!("{path}/what-if");
    let told = ask(&api, &leader(), "POST", &trial, json!({ "actions": keys })).await;
    assert_eq!(told.status, StatusCode::OK, "{:?}", told.json());
    let shift = told.json();
    let after = |row: &Value| row["score_after"].as_f64().expect("a score");
    assert_eq!(shift["score_before"], lowering[0]["score_before"]);
    assert!(lowering.iter().all(|row| after(&shift) <= after(row)), "{shift} {lowering:?}");
    assert_eq!(
        (shift["likelihood_before"].as_u64(), &shift["needs_stop"]),
        (before["asset"]["likelihood"].as_u64(), &json!(true))
    );
    assert_eq!(read(&api, &path).await["asset"]["score"], before["asset"]["score"], "it was a copy");
    for bad in [json!({ "actions": [] }), json!({ "actions": ["patch::other"] })] {
        let told = ask(&api, &leader(), "POST", &trial, bad.clone()).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let scope = Scope { lines: Some([LINE].into()), ..Scope::everything() };
    let narrow = person(&[(Role::Viewer, scope)]);
    let other = format!("/assets/{}/risk/what-if", id(2));
    let told = ask(&api, &narrow, "POST", &other, json!({ "actions": ["replace:"] })).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn consequences_are_decided_within_ones_scope_and_noted() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let path = format!("/risk/consequences/line/{LINE}");
    let wanted = json!({ "safety": 3, "environment": 1, "production": 5, "finance": 4, "data": 1, "reason": "主力ライン" });
    let told = ask(&api, &leader(), "PUT", &path, wanted.clone()).await;
    assert_eq!(told.status, StatusCode::OK, "{:?}", told.json());
    assert_eq!(told.json()["production"], json!(5));
    let rows = read(&api, "/risk/consequences").await;
    assert_eq!(
        (&rows["items"][0]["kind"], &rows["items"][0]["decided_by"]),
        (&json!("line"), &json!("髙橋"))
    );
    let viewer = person(&[(Role::Viewer, Scope::everything())]);
    let refused = ask(&api, &viewer, "PUT", &path, wanted).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let six = json!({ "safety": 6, "reason": "x" });
    assert_eq!(ask(&api, &leader(), "PUT", &path, six).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nowhere = ask(&api, &leader(), "PUT", "/risk/consequences/cell/1", json!({ "reason": "x" })).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&api, &leader(), "DELETE", &path, Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&api, &leader(), "DELETE", &path, Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_matrix_in_which_more_is_less_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let mut method = read(&api, "/risk/method").await;
    let object = method.as_object_mut().expect("an object");
    let keep = ["weights", "matrix", "tolerable"];
    object.retain(|name, _| keep.contains(&name.as_str()));
    object.insert("reason".into(), json!("許容度の見直し"));
    let told = ask(&api, &leader(), "PUT", "/risk/method", method.clone()).await;
    assert_eq!((told.status, &told.json()["version"]), (StatusCode::OK, &json!("1.1")));
    method["matrix"][4][4] = json!("low");
    let refused = ask(&api, &leader(), "PUT", "/risk/method", method.clone()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.json()["message"].as_str().is_some_and(|text| text.contains("likelihood 5 and impact 5"))
    );
    method["matrix"] = json!([["low"]]);
    assert_eq!(
        ask(&api, &leader(), "PUT", "/risk/method", method).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(read(&api, "/risk/method").await["version"], json!("1.1"));
}
