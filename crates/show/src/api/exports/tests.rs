use super::super::assets::tests::{leader, plant};
use super::super::risk::tests::{id, judged_api};
use super::super::testing::{Told, api, ask, person, send};
use authz::{Permission, Role, Scope};
use plant::register::{Field, Options, read};
use serde_json::{Value, json};

#[test]
fn who_may_export_may_see() {
    for role in Role::ALL.iter().filter(|role| Permission::ExportData.held_by(**role)) {
        for view in
            [Permission::ViewAssets, Permission::ViewTraffic, Permission::ViewRegister, Permission::ViewRisk]
        {
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

#[tokio::test]
async fn exported_terms_add_up_to_the_likelihood_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    let told = ask(&api, &leader(), "GET", "/exports/risk?format=json", Value::Null).await;
    assert_eq!(told.status, 200, "{}", told.json());
    let file = told.json();
    let rows = file["rows"].as_array().expect("rows");
    let number = |row: &Value, name: &str| row[name].as_f64().expect("a number");
    for asset in (1..=4).map(|number| id(number).to_string()) {
        let own: Vec<&Value> = rows.iter().filter(|row| row["asset"] == *asset).collect();
        let first = own.first().expect("a row");
        let factors: Vec<&&Value> = own.iter().filter(|row| !row["term"].is_null()).collect();
        let likelihood = 1.0 - factors.iter().map(|row| 1.0 - number(row, "value")).product::<f64>();
        assert!((likelihood - number(first, "likelihood")).abs() < 0.01, "{asset}: {likelihood} {first}");
        let score = 100.0 * (likelihood * number(first, "impact")).sqrt();
        assert!((score - number(first, "score")).abs() < 0.01, "{asset}: {score} {first}");
        for row in factors.iter().filter(|row| row["term"] == "weakness") {
            let product: f64 =
                ["threat", "confidence", "way", "factor"].map(|name| number(row, name)).iter().product();
            assert!((product - number(row, "value")).abs() < 0.01, "{row}");
        }
    }
    let own = ask(&api, &leader(), "GET", &format!("/assets/{}/risk", id(1)), Value::Null).await.json();
    let exported = rows.iter().filter(|row| row["asset"] == *id(1).to_string()).count();
    assert_eq!(own["terms"].as_array().map(Vec::len), Some(exported), "every factor that is shown");
}

#[tokio::test]
async fn weaknesses_and_risk_are_files_of_every_form_within_ones_scope() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = judged_api(folder.path()).await;
    for list in ["vulnerabilities", "risk"] {
        for format in ["csv", "xlsx", "json"] {
            let path = format!("/exports/{list}?format={format}&language=ja");
            let told = ask(&api, &leader(), "GET", &path, Value::Null).await;
            assert_eq!((told.status.as_u16(), header(&told, "x-hidden")), (200, "0"), "{list} {format}");
        }
        for bad in ["limit=1", "cursor=1", "colour=red", "line=x"] {
            let told = ask(&api, &leader(), "GET", &format!("/exports/{list}?{bad}"), Value::Null).await;
            assert!([400, 422].contains(&told.status.as_u16()), "{list} {bad}");
        }
    }
    let told = ask(&api, &leader(), "GET", "/exports/vulnerabilities?format=json", Value::Null).await;
    assert_eq!(header(&told, "x-rows"), "3", "three run 1.2, one runs the mended version");
    let row = told.json()["rows"][0].clone();
    assert_eq!(
        (&row["advisory"], &row["weakness"], &row["base"], &row["due"], &row["state"]),
        (&json!("EX-1"), &json!("CVE-2021-0001"), &json!(9.8), &json!("2026-01-31"), &json!("open"))
    );
    assert_eq!((&row["fixed_versions"], &row["exploited"]), (&json!(["1.3"]), &json!(true)));
    for (filter, rows) in [("state=decided", "0"), ("exploited=true", "3"), ("text=other", "0")] {
        let path = format!("/exports/vulnerabilities?{filter}");
        assert_eq!(
            header(&ask(&api, &leader(), "GET", &path, Value::Null).await, "x-rows"),
            rows,
            "{filter}"
        );
    }
    let lines = Some([super::super::assets::tests::LINE].into());
    let narrow = person(&[(Role::Viewer, Scope { lines, ..Scope::everything() })]);
    let told = ask(&api, &narrow, "GET", "/exports/vulnerabilities?format=json", Value::Null).await;
    assert_eq!((header(&told, "x-rows"), header(&told, "x-hidden")), ("1", "2"));
    let told = ask(&api, &narrow, "GET", "/exports/risk?format=json", Value::Null).await.json();
    let rows = told["rows"].as_array().expect("rows");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["asset"] == *id(1).to_string()), "{rows:?}");
    let neighbours: Vec<&Value> = rows.iter().filter(|row| row["term"] == "neighbour").collect();
    assert!(neighbours.iter().all(|row| row["reference"].is_null()), "no name from another line");
}
