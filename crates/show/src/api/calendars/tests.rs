use super::super::live::Live;
use super::super::state::Api;
use super::super::testing::{ask, fixed, parts, person, put_site};
use super::{CalendarDocument, ShiftDocument, Weekday};
use authz::{Role, Scope};
use serde_json::{Value, json};
use std::path::Path;

async fn plant(folder: &Path) -> Api {
    let mut parts = parts(folder).await;
    let day = ShiftDocument {
        name: "昼勤".into(),
        days: Weekday::ALL[..5].to_vec(),
        from: "08:30:00".into(),
        to: "17:15:00".into(),
        on_holidays: false,
    };
    let calendar = CalendarDocument { shifts: vec![day], ..CalendarDocument::default() };
    parts.live = fixed(Live { calendar, ..Live::default() });
    put_site(&parts.store).await;
    Api::new(parts)
}

#[tokio::test]
async fn the_configurations_calendar_counts_until_another_is_set() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = plant(folder.path()).await;
    let leader = person(&[(Role::SiteLeader, Scope::everything())]);
    let list = ask(&api, &leader, "GET", "/calendars", Value::Null).await.json();
    assert_eq!(
        (&list["items"][0]["id"], &list["items"][0]["source"]),
        (&json!("plant"), &json!("configuration"))
    );
    let days = "/calendars/plant/days?from=2026-11-20&until=2026-11-24";
    let told = ask(&api, &leader, "GET", days, Value::Null).await.json();
    let kinds: Vec<&str> =
        told["items"].as_array().expect("days").iter().filter_map(|day| day["kind"].as_str()).collect();
    assert_eq!(kinds, ["working", "off", "off", "holiday", "working"]);
    let monday = &told["items"][3];
    assert_eq!(
        (&monday["holiday"], &monday["holiday_english"]),
        (&json!("勤労感謝の日"), &json!("Labour Thanksgiving Day"))
    );
    assert_eq!((&monday["fiscal_year"], &monday["fiscal_quarter"]), (&json!(2026), &json!(3)));
    assert_eq!((&monday["era_date"], &told["working_days"]), (&json!("令和8年11月23日"), &json!(2)));

    let wanted = json!({
        "holidays": "none",
        "own_holidays": [{ "date": "2026-11-24", "name": "創立記念日" }],
        "shifts": [{ "name": "day", "days": ["monday", "tuesday", "wednesday"], "from": "08:00", "to": "17:00" }],
        "stops": [
            { "name": "inspection", "kind": "maintenance",
              "when": { "repeats": "once", "from": "2026-11-25T00:00", "to": "2026-11-26T00:00" } },
            { "name": "年末年始", "when": { "repeats": "yearly", "first": "12-29", "last": "01-04" } },
        ],
        "fiscal_year_month": 1,
    });
    let told = ask(&api, &leader, "PUT", "/calendars/plant", wanted).await;
    assert_eq!((told.status.as_u16(), &told.json()["source"]), (200, &json!("set")), "{}", told.json());
    let told =
        ask(&api, &leader, "GET", "/calendars/plant/days?from=2026-11-23&until=2026-11-25", Value::Null)
            .await;
    let days = told.json();
    let day = |at: usize| (days["items"][at]["kind"].clone(), days["items"][at]["holiday"].clone());
    assert_eq!([day(0), day(1)], [(json!("working"), Value::Null), (json!("holiday"), json!("創立記念日"))]);
    assert_eq!(
        (&days["items"][2]["kind"], &days["items"][2]["stops"]),
        (&json!("stop"), &json!(["inspection"]))
    );
    assert_eq!(days["items"][0]["fiscal_quarter"], 4);

    assert_eq!(ask(&api, &leader, "DELETE", "/calendars/plant", Value::Null).await.status, 204);
    assert_eq!(ask(&api, &leader, "DELETE", "/calendars/plant", Value::Null).await.status, 404);
    let told = ask(&api, &leader, "GET", "/calendars/plant", Value::Null).await.json();
    assert_eq!(told["source"], "configuration");
    let (_, entry) = ((), store::audit::last(api.store()).await.expect("the log").expect("an entry"));
    assert_eq!((entry.action.as_str(), entry.object.as_str()), ("calendar.remove", "calendar plant"));
}

#[tokio::test]
async fn lines_follow_calendars_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = plant(folder.path()).await;
    let leader = person(&[(Role::SiteLeader, Scope::everything())]);
    let put = async |path: &str, body: Value| ask(&api, &leader, "PUT", path, body).await.status.as_u16();
    assert_eq!(put("/calendars/%E4%B8%89%E4%BA%A4%E4%BB%A3", json!({ "time_zone": "UTC" })).await, 200);
    let line = json!({ "name": "Line 1", "calendar": "三交代" });
    assert_eq!(ask(&api, &leader, "POST", "/lines", line).await.status, 201);
    let told = ask(&api, &leader, "GET", "/calendars", Value::Null).await.json();
    assert_eq!((&told["items"][1]["id"], &told["items"][1]["lines"]), (&json!("三交代"), &json!(["Line 1"])));
    let path = "/calendars/%E4%B8%89%E4%BA%A4%E4%BB%A3";
    assert_eq!(ask(&api, &leader, "DELETE", path, Value::Null).await.status, 409, "a line follows it");
    for bad in [
        json!({ "time_zone": "Mars/Olympus" }),
        json!({ "fiscal_year_month": 13 }),
        json!({ "shifts": [{ "name": "x", "days": [], "from": "08:00", "to": "09:00" }] }),
        json!({ "shifts": [{ "name": "", "days": ["monday"], "from": "08:00", "to": "09:00" }] }),
        json!({ "shifts": [{ "name": "x", "days": ["monday"], "from": "8", "to": "09:00" }] }),
        json!({ "stops": [{ "name": "x", "when": { "repeats": "yearly", "first": "02-30", "last": "03-01" } }] }),
        json!({ "stops": [{ "name": "x", "when": { "repeats": "sometimes" } }] }),
        json!({ "own_holidays": [{ "date": "soon", "name": "x" }] }),
        json!({ "weather": "fine" }),
    ] {
        let told = ask(&api, &leader, "PUT", "/calendars/plant", bad.clone()).await;
        assert_eq!(told.status, 422, "{bad}: {}", told.json());
    }
    for bad in
        ["", "?from=2026-01-01", "?from=2026-01-02&until=2026-01-01", "?from=2026-01-01&until=2027-03-01"]
    {
        let told = ask(&api, &leader, "GET", &format!("/calendars/plant/days{bad}"), Value::Null).await;
        assert!(matches!(told.status.as_u16(), 400 | 422), "{bad}: {}", told.status);
    }
    let year = "/calendars/plant/days?from=2026-04-01&until=2027-03-31";
    let told = ask(&api, &leader, "GET", year, Value::Null).await.json();
    assert_eq!(told["items"].as_array().map(Vec::len), Some(365));
    let viewer = person(&[(Role::Viewer, Scope::everything())]);
    assert_eq!(ask(&api, &viewer, "GET", year, Value::Null).await.status, 200);
    assert_eq!(ask(&api, &viewer, "PUT", "/calendars/plant", json!({})).await.status, 403);
    let none =
        ask(&api, &viewer, "GET", "/calendars/nobody/days?from=2026-01-01&until=2026-01-01", Value::Null);
    assert_eq!(none.await.status, 404);
}
