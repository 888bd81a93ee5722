use super::super::testing::{NOW_US, SITE, api, ask, person, send};
use super::super::{Api, Caller};
use authz::{Role, Scope};
use facts::id::{AssetUid, CellId, LineId, UserId};
use serde_json::{Value, json};
use store::access::user::{self, User};
use store::assets::address::{AddressKey, AddressKind};
use store::assets::write::{self, Heard};
use store::structure::{cell, line};
use store::{Json, Moment};
use uuid::Uuid;

pub(in crate::api) const LINE: LineId = LineId(Uuid::from_u128(10));
const CELL: CellId = CellId(Uuid::from_u128(11));
const NAMES: [&str; 4] = ["ｼﾞｭｳﾃﾝｷ2", "充填機②", "髙橋", "～"];

fn id(number: u128) -> String {
    AssetUid(Uuid::from_u128(100 + number)).to_string()
}

fn key(kind: AddressKind, address: &str) -> AddressKey {
    AddressKey { network: None, kind, address: address.into() }
}

/// Four assets with the names that are easily lost, and one line with a cell.
pub(in crate::api) async fn plant(api: &Api) {
    let heard = |(at, name): (u8, &&str)| Heard {
        id: AssetUid(Uuid::from_u128(100 + u128::from(at))),
        name: (*name).into(),
        kind: "plc".into(),
        role: String::new(),
        level: "1".into(),
        vendor: "Mitsubishi Electric".into(),
        model: "Q03UDV".into(),
        order_number: String::new(),
        firmware: "1.2".into(),
        hardware: String::new(),
        serial: format!("S{at}"),
        os: String::new(),
        hearing: "heard".into(),
        network: None,
        first_seen: Moment(NOW_US - 1_000_000 * i64::from(at)),
        last_seen: Moment(NOW_US),
        addresses: vec![
            key(AddressKind::Ip, &format!("10.0.0.{at}")),
            key(AddressKind::Mac, &format!("00:1b:21:00:00:0{at}")),
        ],
        document: Json(r#"{"name":"x"}"#.into()),
    };
    let mut on = api.store().write().await.expect("a transaction");
    let at = Moment(NOW_US);
    let someone = User {
        id: UserId(Uuid::from_u128(2)),
        name: "takahashi".into(),
        display_name: "髙橋".into(),
        mail: String::new(),
        language: "ja".into(),
        origin: "local".into(),
        subject: String::new(),
        disabled: false,
        password_hash: String::new(),
        password_changed_at: None,
        totp_secret: None,
        totp_step: 0,
        passkeys: Json("[]".into()),
        made_at: at,
        last_login_at: None,
    };
    user::put(&mut on, &someone, at).await.expect("a user");
    let row = line::Line {
        id: LINE,
        site: SITE,
        name: "充填ライン".into(),
        code: String::new(),
        position: 1,
        calendar: String::new(),
        note: String::new(),
    };
    line::put(&mut on, &row, at).await.expect("a line");
    let row = cell::Cell {
        id: CELL,
        line: LINE,
        name: "1".into(),
        code: String::new(),
        position: 1,
        note: String::new(),
    };
    cell::put(&mut on, &row, at).await.expect("a cell");
    let assets: Vec<Heard> = (1..).zip(&NAMES).map(heard).collect();
    write::put_all(&mut on, &assets, at).await.expect("assets");
    on.commit().await.expect("a commit");
}

pub(in crate::api) fn leader() -> Caller {
    person(&[(Role::SiteLeader, Scope::everything())])
}

fn on_line(role: Role) -> Caller {
    person(&[(role, Scope { lines: Some([LINE].into()), ..Scope::everything() })])
}

fn names(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|item| item["name"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn half_and_full_width_find_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    // ｼﾞｭｳﾃﾝｷ2, ジュウテンキ２, 充填機2, 充填機②, 髙橋, ～, 〜
    for (text, name) in [
        ("%EF%BD%BC%EF%BE%9E%EF%BD%AD%EF%BD%B3%EF%BE%83%EF%BE%9D%EF%BD%B72", NAMES[0]),
        ("%E3%82%B8%E3%83%A5%E3%82%A6%E3%83%86%E3%83%B3%E3%82%AD%EF%BC%92", NAMES[0]),
        ("%E5%85%85%E5%A1%AB%E6%A9%9F2", NAMES[1]),
        ("%E5%85%85%E5%A1%AB%E6%A9%9F%E2%91%A1", NAMES[1]),
        ("%E9%AB%99%E6%A9%8B", NAMES[2]),
        ("%EF%BD%9E", NAMES[3]),
        ("%E3%80%9C", NAMES[3]),
    ] {
        let told = ask(&api, &leader(), "GET", &format!("/assets?text={text}"), Value::Null).await;
        assert_eq!(names(&told.json()), [name], "{text}");
    }
}

#[tokio::test]
async fn lists_page_sort_and_refuse_what_they_do_not_know() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let get = async |query: &str| ask(&api, &leader(), "GET", &format!("/assets?{query}"), Value::Null).await;
    let first = get("sort=-address&limit=3&kind=plc&kind=pc&vendor=Mitsubishi%20Electric").await.json();
    assert_eq!(names(&first), [NAMES[3], NAMES[2], NAMES[1]]);
    let cursor = first["next"].as_str().expect("a cursor");
    let rest = get(&format!("sort=-address&limit=3&kind=plc&cursor={cursor}")).await.json();
    assert_eq!((names(&rest), &rest["next"]), (vec![NAMES[0]], &Value::Null));
    assert_eq!(names(&get("is_confirmed=true").await.json()), Vec::<&str>::new());
    for bad in
        ["limit=0", "limit=501", "sort=secret", "line=x", "cursor=x", "seen_since=today", "is_confirmed=1"]
    {
        assert_eq!(get(bad).await.status, 422, "{bad}");
    }
    for bad in ["color=red", "limit=x"] {
        assert_eq!(get(bad).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn scope_hides_counts_and_decides_moves() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let path = format!("/assets/{}", id(1));
    let set = json!({ "set": { "cell": CELL.to_string(), "floor_name": "充填機 一号", "tags": ["重要"] } });
    // The operator of the line may not take what stands elsewhere, nor see that it is there.
    assert_eq!(ask(&api, &on_line(Role::Operator), "PATCH", &path, set.clone()).await.status, 404);
    let told = ask(&api, &leader(), "PATCH", &path, set).await;
    assert_eq!(told.status, 200, "{}", told.json());
    assert_eq!(told.json()["line"], LINE.to_string(), "the line follows the cell");
    let seen = ask(&api, &on_line(Role::Viewer), "GET", "/assets", Value::Null).await.json();
    assert_eq!((names(&seen), &seen["hidden"]), (vec![NAMES[0]], &json!(3)));
    let both = person(&[
        (Role::Viewer, Scope { lines: Some([LINE].into()), ..Scope::everything() }),
        (Role::Operator, Scope { lines: Some([LineId(Uuid::from_u128(9))].into()), ..Scope::everything() }),
    ]);
    let seen = ask(&api, &both, "GET", "/assets", Value::Null).await.json();
    assert_eq!((names(&seen), &seen["hidden"]), (vec![NAMES[0]], &json!(3)));
    assert_eq!(
        ask(&api, &on_line(Role::Viewer), "GET", &format!("/assets/{}", id(2)), Value::Null).await.status,
        404
    );
    // Out of the own line is a move that needs both ends.
    let away = json!({ "set": { "line": "", "cell": "" } });
    assert_eq!(ask(&api, &on_line(Role::Operator), "PATCH", &path, away).await.status, 403);
    assert_eq!(ask(&api, &on_line(Role::Viewer), "PATCH", &path, json!({ "set": {} })).await.status, 403);
    let late = json!({ "set": { "owner": "髙橋" }, "before": { "owner": "somebody" } });
    assert_eq!(ask(&api, &on_line(Role::Operator), "PATCH", &path, late).await.status, 409);
    let owner = json!({ "set": { "owner": "髙橋" }, "before": { "owner": "", "floor_name": "充填機 一号" } });
    assert_eq!(ask(&api, &on_line(Role::Operator), "PATCH", &path, owner).await.json()["owner"], "髙橋");
}

#[tokio::test]
async fn placements_are_checked_and_many_are_all_or_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let number =
        |at, number: &str| json!({ "id": id(at), "change": { "set": { "equipment_number": number } } });
    let twice = json!({ "items": [number(1, "A-1"), number(2, "Ａ－１")] });
    assert_eq!(ask(&api, &leader(), "PATCH", "/assets", twice).await.status, 422);
    let unknown = json!({ "items": [number(1, "A-1"), number(9, "A-2")] });
    let told = ask(&api, &leader(), "PATCH", "/assets", unknown).await;
    assert_eq!(told.status, 404);
    assert!(told.json()["message"].as_str().expect("a message").starts_with("item 1: "));
    let one = ask(&api, &leader(), "GET", &format!("/assets/{}", id(1)), Value::Null).await.json();
    assert_eq!(one["equipment_number"], "", "nothing of it was kept");
    let good = json!({ "items": [number(1, "A-1"), number(2, "A-2")] });
    assert_eq!(ask(&api, &leader(), "PATCH", "/assets", good).await.json(), json!({ "changed": 2 }));
    let taken = json!({ "set": { "equipment_number": "a-2" } });
    assert_eq!(ask(&api, &leader(), "PATCH", &format!("/assets/{}", id(3)), taken).await.status, 409);
    for bad in [
        json!({ "line": LineId(Uuid::from_u128(99)).to_string() }),
        json!({ "zone": "x" }),
        json!({ "floor_name": "a\u{7}" }),
        json!({ "floor_name": "長".repeat(201) }),
        json!({ "tags": ["a", "Ａ"] }),
    ] {
        let told = ask(&api, &leader(), "PATCH", &format!("/assets/{}", id(3)), json!({ "set": bad })).await;
        assert_eq!(told.status, 422, "{bad}");
    }
}

#[tokio::test]
async fn what_people_say_stands_beside_what_was_heard() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let path = format!("/assets/{}", id(2));
    let say = json!({ "value": "Q06UDV", "reason": "銘板で確認" });
    let operator = person(&[(Role::Operator, Scope::everything())]);
    assert_eq!(
        ask(&api, &operator, "PUT", &format!("{path}/overrides/model"), say.clone()).await.status,
        403
    );
    assert_eq!(
        ask(&api, &leader(), "PUT", &format!("{path}/overrides/model"), say.clone()).await.status,
        204
    );
    assert_eq!(ask(&api, &leader(), "PUT", &format!("{path}/overrides/line"), say).await.status, 404);
    let confirm = json!({ "is_confirmed": true });
    assert_eq!(ask(&api, &leader(), "PUT", &format!("{path}/confirmation"), confirm).await.status, 204);
    let note = ask(&api, &operator, "POST", &format!("{path}/notes"), json!({ "text": "点検済み" })).await;
    assert_eq!(note.status, 201);
    let file = send(
        &api,
        &operator,
        "POST",
        &format!("{path}/files?name=%E9%8A%98%E6%9D%BF.jpg"),
        vec![1; 3_000_000],
    )
    .await;
    assert_eq!(file.status, 201, "{}", file.json());
    let one = ask(&api, &leader(), "GET", &path, Value::Null).await.json();
    assert_eq!(one["model"], "Q06UDV", "a person's word counts");
    let listed = async || {
        let rows = ask(&api, &leader(), "GET", "/assets?sort=address", Value::Null).await.json();
        let rows = rows["items"].as_array().expect("rows").clone();
        rows.into_iter().find(|row| row["id"] == json!(id(2))).expect("the asset")["model"].clone()
    };
    assert_eq!(listed().await, "Q06UDV", "in every list");
    let said = &one["overrides"][0];
    assert_eq!(
        (&said["value"], &said["heard"], &said["agrees"]),
        (&json!("Q06UDV"), &json!("Q03UDV"), &json!(false))
    );
    assert_eq!(one["document"], json!({ "name": "x" }));
    assert_eq!(one["notes"][0]["text"], "点検済み");
    assert_eq!(one["files"][0]["name"], "銘板.jpg");
    assert_eq!(one["confirmed_by"], UserId(Uuid::from_u128(2)).to_string());
    let file = format!("{path}/files/{}", one["files"][0]["id"].as_str().expect("an id"));
    let told = ask(&api, &leader(), "GET", &file, Value::Null).await;
    assert_eq!(
        (told.bytes.len(), &told.headers["x-content-type-options"]),
        (3_000_000, &"nosniff".parse().expect("a value"))
    );
    let foreign = file.replace(&id(2), &id(1));
    assert_eq!(ask(&api, &leader(), "GET", &foreign, Value::Null).await.status, 404);
    let note = format!("{path}/notes/{}", one["notes"][0]["id"].as_str().expect("an id"));
    for gone in [note, file, format!("{path}/overrides/model")] {
        assert_eq!(ask(&api, &leader(), "DELETE", &gone, Value::Null).await.status, 204, "{gone}");
        assert_eq!(ask(&api, &leader(), "DELETE", &gone, Value::Null).await.status, 404, "{gone}");
    }
    assert_eq!(listed().await, "Q03UDV", "what was heard comes back");
    let log = store::audit::list(api.store(), &store::audit::Filter::default(), i64::MAX, 100)
        .await
        .expect("a log");
    assert_eq!(log.len(), 7, "every change that was made, and no other");
    assert!(
        log.iter()
            .all(|entry| entry.actor.starts_with("user ") && entry.object == format!("asset {}", id(2)))
    );
}

#[tokio::test]
async fn merges_and_splits_are_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let (one, other) = (format!("/assets/{}", id(1)), id(2));
    let list = async || ask(&api, &leader(), "GET", "/assets?sort=address", Value::Null).await.json();
    let merge = json!({ "other": other, "reason": "二重化" });
    let merged = ask(&api, &leader(), "POST", &format!("{one}/merge"), merge.clone()).await;
    assert_eq!(merged.status, 201);
    assert_eq!(names(&list().await), [NAMES[0], NAMES[2], NAMES[3]]);
    assert_eq!(ask(&api, &leader(), "POST", &format!("{one}/merge"), merge).await.status, 409);
    let undo = format!("{one}/regroupings/{}/undo", merged.json()["id"].as_str().expect("an id"));
    assert_eq!(ask(&api, &leader(), "POST", &undo, Value::Null).await.status, 204);
    assert_eq!(ask(&api, &leader(), "POST", &undo, Value::Null).await.status, 409);
    assert_eq!(names(&list().await), NAMES);
    let address = json!({ "network": null, "kind": "ip", "address": "10.0.0.1" });
    let split = json!({ "addresses": [address], "reason": "別の機械" });
    assert_eq!(ask(&api, &leader(), "POST", &format!("{one}/split"), split).await.status, 201);
    assert_eq!(list().await["items"].as_array().expect("items").len(), 5);
}

#[tokio::test]
async fn a_merge_with_an_asset_elsewhere_is_not_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let one = format!("/assets/{}", id(1));
    let place = json!({ "set": { "line": LINE.to_string() } });
    assert_eq!(ask(&api, &leader(), "PATCH", &one, place).await.status, 200);
    let merge = json!({ "other": id(2), "reason": "二重化" });
    assert_eq!(ask(&api, &leader(), "POST", &format!("{one}/merge"), merge).await.status, 201);
    let told = async |who: &Caller| {
        let told = ask(&api, who, "GET", &one, Value::Null).await;
        assert_eq!(told.status, 200);
        (
            told.json()["regroupings"].as_array().expect("a list").len(),
            String::from_utf8_lossy(&told.bytes).into_owned(),
        )
    };
    assert_eq!(told(&leader()).await.0, 1);
    let scope = Scope { lines: Some([LINE].into()), ..Scope::everything() };
    let (count, text) = told(&person(&[(Role::Viewer, scope)])).await;
    assert_eq!(count, 0);
    assert!(!text.contains(&id(2)), "{text}");
}
