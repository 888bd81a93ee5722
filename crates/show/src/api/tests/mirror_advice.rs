//! Where to listen next: numbers that are rows, and nothing of other lines.

use super::bench::{SITE, START_US, api_with, ask, person, through_door};
use crate::api::view::{Announcement, Segment, View};
use crate::api::{Api, Entry};
use authz::{Role, Scope};
use facts::id::{AssetUid, LineId, RegisterRowId};
use serde_json::{Value, json};
use store::assets::address::{AddressKey, AddressKind};
use store::assets::place::{self, Placement};
use store::assets::write::{self, Heard};
use store::register::row::{RegisterRow, RowState};
use store::structure::line;
use store::{Json, Moment};
use uuid::Uuid;

const LINE: LineId = LineId(Uuid::from_u128(0x11));
const OTHER_LINE: LineId = LineId(Uuid::from_u128(0x12));
const PATH: &str = "/api/v1/mirrors/advice";

fn uid(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(0x100 + number))
}

/// Number, name, kind, hearing, line, and what people wrote of its switch.
type Row = (u128, &'static str, &'static str, &'static str, LineId, &'static str);

const PLANT: [Row; 8] = [
    (1, "sw-a", "switch", "both-directions", LINE, ""),
    (2, "sw-b", "switch", "both-directions", OTHER_LINE, ""),
    (3, "plc-1", "plc", "one-direction", LINE, "SW-A ポート3"),
    (4, "plc-2", "plc", "only-talked-about", LINE, "sw-b/4"),
    (5, "plc-3", "plc", "no-longer-heard", OTHER_LINE, "sw-b/5"),
    (6, "plc-4", "plc", "only-groups", OTHER_LINE, "sw-a/6"),
    (7, "plc-5", "plc", "only-groups", LINE, ""),
    (8, "plc-6", "plc", "both-directions", LINE, "sw-a/8"),
];

fn heard(&(number, name, kind, hearing, ..): &Row) -> Heard {
    Heard {
        id: uid(number),
        name: name.into(),
        kind: kind.into(),
        role: String::new(),
        level: String::new(),
        vendor: String::new(),
        model: String::new(),
        order_number: String::new(),
        firmware: String::new(),
        hardware: String::new(),
        serial: String::new(),
        os: String::new(),
        hearing: hearing.into(),
        network: None,
        first_seen: Moment(START_US),
        last_seen: Moment(START_US),
        addresses: vec![AddressKey {
            network: None,
            kind: AddressKind::Ip,
            address: format!("192.0.2.{number}"),
        }],
        document: Json("{}".into()),
    }
}

async fn plant(api: &Api) {
    let at = Moment(START_US);
    let mut tx = api.store().write().await.expect("a transaction");
    for (id, name) in [(LINE, "1"), (OTHER_LINE, "2")] {
        let (name, text) = (name.to_owned(), String::new);
        let line = line::Line {
            id,
            site: SITE,
            code: name.clone(),
            name,
            position: 0,
            calendar: text(),
            note: text(),
        };
        line::put(&mut tx, &line, at).await.expect("a line");
    }
    write::put_all(&mut tx, &PLANT.iter().map(heard).collect::<Vec<_>>(), at).await.expect("assets");
    for (number, .., line, switch_port) in PLANT {
        let placement =
            Placement { line: Some(line), switch_port: switch_port.into(), ..Placement::default() };
        place::put(&mut tx, uid(number), &placement, at).await.expect("a place");
    }
    tx.commit().await.expect("a commit");
}

fn view() -> View {
    let told = |number, port: &str| Announcement {
        asset: uid(number),
        chassis: format!("00:80:63:00:00:0{number}"),
        port: port.into(),
    };
    View {
        time_us: START_US,
        announcements: vec![told(1, "port-003"), told(2, "1")],
        segments: vec![Segment { name: "192.0.2.0/24".into(), assets: vec![uid(1), uid(7)] }],
        ..View::default()
    }
}

fn names<'v>(rows: &'v Value, key: &str) -> Vec<&'v str> {
    rows.as_array().expect("rows").iter().filter_map(|row| row[key].as_str()).collect()
}

#[tokio::test]
async fn each_number_is_rows_and_each_row_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api_with(folder.path(), view(), Entry::default()).await;
    plant(&api).await;
    let router = through_door(&api);
    let (_, viewer) = person(&api, "viewer", Role::Viewer, &Scope::everything()).await;
    let told = ask(&router, "get", PATH, &viewer, None).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let numbers =
        ["half_heard", "hidden", "announcing", "written", "untold"].map(|key| told.body[key].as_u64());
    assert_eq!(numbers, [5, 0, 2, 5, 0].map(Some));
    let proposals = &told.body["proposals"];
    assert_eq!(names(proposals, "name"), ["sw-a", "sw-b"]);
    let a = &proposals[0];
    assert_eq!((&a["adds"], &a["supposed"], &a["heard_well"]), (&json!(3), &json!(1), &json!(1)));
    assert_eq!(a["heard_well_assets"], json!([{ "asset": uid(8).to_string(), "name": "plc-6" }]));
    assert_eq!((&a["chassis"], &a["heard_ports"]), (&json!(["00:80:63:00:00:01"]), &json!(["port-003"])));
    assert_eq!(names(&a["assets"], "name"), ["plc-1", "plc-4", "plc-5"]);
    assert_eq!(names(&a["assets"], "evidence"), ["SW-A ポート3", "sw-a/6", "192.0.2.0/24"]);
    assert_eq!(names(&a["assets"], "basis"), ["written", "written", "subnet"]);
    assert_eq!(a["assets"][0]["is_port_heard"], true);
    assert_eq!(
        a["ports"],
        json!([
            { "port": "6", "adds": 1 }, { "port": "ポート3", "adds": 1 }, { "port": null, "adds": 1 }
        ])
    );
}

#[tokio::test]
async fn who_is_limited_to_a_line_sees_its_machines_and_switches_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api_with(folder.path(), view(), Entry::default()).await;
    plant(&api).await;
    let router = through_door(&api);
    let scope = Scope { lines: Some([LINE].into()), ..Scope::everything() };
    let (_, operator) = person(&api, "operator", Role::Operator, &scope).await;
    let told = ask(&router, "get", PATH, &operator, None).await.body;
    let numbers = ["half_heard", "hidden", "announcing", "untold"].map(|key| told[key].as_u64());
    assert_eq!(numbers, [3, 2, 1, 1].map(Some));
    assert_eq!(names(&told["proposals"], "name"), ["sw-a"]);
    assert_eq!(names(&told["proposals"][0]["assets"], "name"), ["plc-1", "plc-5"]);
    assert_eq!(names(&told["untold_assets"], "why"), ["switch-hidden"]);
    for hidden in [uid(2), uid(5), uid(6)] {
        assert!(!told.to_string().contains(&hidden.to_string()), "{hidden} stands on another line");
    }
    assert!(!told.to_string().contains("00:80:63:00:00:02"));
}

#[tokio::test]
async fn machines_of_the_register_that_were_never_heard_count_for_who_may_see_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api_with(folder.path(), view(), Entry::default()).await;
    plant(&api).await;
    let row = |number: u128, says: &str| RegisterRow {
        id: RegisterRowId(Uuid::from_u128(0x900 + number)),
        site: SITE,
        import: None,
        row_number: 1,
        name: format!("meter {number}"),
        mac: String::new(),
        ip: format!("198.51.100.{number}"),
        serial: String::new(),
        asset: None,
        state: RowState::NotSeen,
        document: Json(says.into()),
    };
    let mut tx = api.store().write().await.expect("a transaction");
    let rows = [row(1, r#"{"switch_port":"sw-a/9"}"#), row(2, "{}")];
    store::register::row::put_all(&mut tx, &rows, Moment(START_US)).await.expect("rows");
    tx.commit().await.expect("a commit");
    let router = through_door(&api);
    let (_, viewer) = person(&api, "viewer", Role::Viewer, &Scope::everything()).await;
    let told = ask(&router, "get", PATH, &viewer, None).await.body;
    assert_eq!(
        (&told["half_heard"], &told["never_heard"], &told["hidden"]),
        (&json!(5), &json!(1), &json!(0))
    );
    let assets = told["proposals"][0]["assets"].as_array().expect("rows");
    let meter = assets.iter().find(|row| row["name"] == "meter 1").expect("the row of the register");
    assert_eq!((&meter["asset"], &meter["hearing"], &meter["port"]), (&Value::Null, &json!(""), &json!("9")));
    let scope = Scope { lines: Some([LINE].into()), ..Scope::everything() };
    let (_, operator) = person(&api, "operator", Role::Operator, &scope).await;
    let told = ask(&router, "get", PATH, &operator, None).await.body;
    assert_eq!((&told["never_heard"], &told["hidden"]), (&json!(0), &json!(3)));
    assert!(!told.to_string().contains("meter 1"));
}

#[tokio::test]
async fn without_data_the_answer_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api_with(folder.path(), View { time_us: START_US, ..View::default() }, Entry::default()).await;
    let router = through_door(&api);
    let (_, viewer) = person(&api, "viewer", Role::Viewer, &Scope::everything()).await;
    let told = ask(&router, "get", PATH, &viewer, None).await.body;
    assert_eq!((&told["half_heard"], &told["proposals"]), (&json!(0), &json!([])));
    let mut tx = api.store().write().await.expect("a transaction");
    let silent = heard(&(9, "plc-9", "plc", "only-talked-about", LINE, ""));
    write::put_all(&mut tx, &[silent], Moment(START_US)).await.expect("an asset");
    tx.commit().await.expect("a commit");
    let told = ask(&router, "get", PATH, &viewer, None).await.body;
    assert_eq!(
        (&told["half_heard"], &told["untold"], &told["announcing"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(told["untold_assets"][0]["why"], "no-data");
}
