use super::super::assets::tests::{leader, plant};
use super::super::testing::{Told, api, ask, person, send};
use authz::{Permission, Role, Scope};
use plant::register::{Field, Options, read};
use serde_json::{Value, json};

#[test]
fn who_may_export_may_see() {
    for role in Role::ALL.iter().filter(|role| Permission::ExportData.held_by(**role)) {
        for view in [Permission::ViewAssets, Permission::ViewTraffic, Permission::ViewRegister] {
            assert!(view.held_by(*role), "{role} may export but not {view}");
        }
    }
}

fn header<'t>(told: &'t Told, name: &str) -> &'t str {
    told.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn names_survive_export_and_import_unchanged() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let told = ask(&api, &leader(), "GET", "/exports/assets?sort=address&language=ja", Value::Null).await;
    assert_eq!(told.status, 200, "{}", told.json());
    assert_eq!((header(&told, "x-rows"), header(&told, "x-characters-changed")), ("4", "0"));
    let register = read(&told.bytes, &Options::default()).expect("a register");
    assert_eq!(register.faults, []);
    let names: Vec<&str> = register.rows.iter().map(|row| row.entry.get(Field::Name)).collect();
    assert_eq!(names, ["ｼﾞｭｳﾃﾝｷ2", "充填機②", "髙橋", "～"]);
    let path = "/register/imports?file_name=assets.csv";
    let preview = send(&api, &leader(), "POST", path, told.bytes.to_vec()).await;
    assert_eq!(preview.status, 201, "{}", preview.json());
    let counts = &preview.json()["preview"];
    assert_eq!(
        (&counts["matched"], &counts["conflicts"], &counts["refused"]),
        (&json!(4), &json!(0), &json!(0))
    );
    let apply = format!("/register/imports/{}/apply", preview.json()["id"].as_str().expect("an id"));
    let applied = ask(&api, &leader(), "POST", &apply, json!({ "fill_placements": true })).await;
    assert_eq!(applied.json(), json!({ "rows": 4, "placed": 4 }));
    let again = ask(&api, &leader(), "GET", "/exports/register?format=json", Value::Null).await.json();
    let names: Vec<&Value> = again["rows"].as_array().expect("rows").iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["ｼﾞｭｳﾃﾝｷ2", "充填機②", "髙橋", "～"]);
}

#[tokio::test]
async fn a_file_says_where_it_comes_from_and_what_it_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let set = json!({ "set": { "owner": "한글", "floor_name": "=1+1" } });
    let id = ask(&api, &leader(), "GET", "/assets?text=10.0.0.1", Value::Null).await.json()["items"][0]["id"]
        .clone();
    let path = format!("/assets/{}", id.as_str().expect("an id"));
    assert_eq!(ask(&api, &leader(), "PATCH", &path, set).await.status, 200);
    let told = ask(&api, &leader(), "GET", "/exports/assets?charset=cp932&kind=plc", Value::Null).await;
    assert_eq!(header(&told, "x-characters-changed"), "2");
    assert_eq!(header(&told, "x-changed"), "U+AE00=U+3013*1 U+D55C=U+3013*1");
    assert_eq!(header(&told, "content-type"), "text/csv; charset=Shift_JIS");
    let told = ask(&api, &leader(), "GET", "/exports/assets?kind=plc", Value::Null).await;
    let text = String::from_utf8(told.bytes.to_vec()).expect("UTF-8");
    for part in ["第一工場", "kind = plc", "Asia/Tokyo", "髙橋", "\"'=1+1\""] {
        assert!(text.contains(part), "{part} in {text}");
    }
    for query in ["format=pdf", "charset=sjis", "language=fr"] {
        let path = format!("/exports/assets?{query}");
        assert_eq!(ask(&api, &leader(), "GET", &path, Value::Null).await.status, 422, "{query}");
    }
    assert_eq!(ask(&api, &leader(), "GET", "/exports/users", Value::Null).await.status, 404);
    for list in ["links", "commands", "register"] {
        for format in ["csv", "xlsx", "json"] {
            let told =
                ask(&api, &leader(), "GET", &format!("/exports/{list}?format={format}"), Value::Null).await;
            assert_eq!((told.status.as_u16(), told.bytes.is_empty()), (200, false), "{list} {format}");
        }
    }
}

#[tokio::test]
async fn scope_counts_in_a_file_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    plant(&api).await;
    let lines = Some([super::super::assets::tests::LINE].into());
    let limited = person(&[(Role::Viewer, Scope { lines, ..Scope::everything() })]);
    let told = ask(&api, &limited, "GET", "/exports/assets?format=json", Value::Null).await;
    assert_eq!((header(&told, "x-rows"), header(&told, "x-hidden")), ("0", "4"));
    let enricher = person(&[(Role::Enricher, Scope::everything())]);
    assert_eq!(ask(&api, &enricher, "GET", "/exports/assets", Value::Null).await.status, 403);
}
