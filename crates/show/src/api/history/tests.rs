use super::super::state::Api;
use super::super::trial::{NOW, administrator, api, ask, person, router};
use authz::{Role, Scope};
use axum::http::StatusCode;
use facts::id::{AssetUid, LineId, SiteId};
use facts::{Phase, Verb};
use history::{Change, CommandRow, History, JsonCatalogue, Options, RowOf, Writer};
use object_store::memory::InMemory;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use store::assets::address::{AddressKey, AddressKind};
use store::assets::place::Placement;
use store::assets::write::{Heard, put_all};
use store::{Json, Moment};
use uuid::Uuid;

const SECOND: i64 = 1_000_000;

fn asset(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(number))
}

fn command(client: u128, server: u128, time: i64) -> CommandRow {
    CommandRow {
        row: 0,
        site: SiteId(Uuid::from_u128(1)),
        time,
        last: time + SECOND,
        count: 2,
        network: None,
        protocol: "modbus".into(),
        client_asset: Some(asset(client)),
        client_mac: None,
        client_ip: Some([192, 0, 2, 1].into()),
        client_level: None,
        server_asset: Some(asset(server)),
        server_mac: None,
        server_ip: Some([192, 0, 2, 2].into()),
        server_port: 502,
        server_level: Some(model::Level::Control),
        crosses_levels: false,
        verb: if client == 1 { Verb::Write } else { Verb::Read },
        phase: Phase::Request,
        group: "".into(),
        code: 16,
        name: "write multiple registers".into(),
        part: "".into(),
        space: "holding-register".into(),
        target: "100-109".into(),
        outcome: "".into(),
        status: None,
        reason: "".into(),
        bytes: None,
    }
}

async fn history(folder: &Path, rows: Vec<CommandRow>) -> History {
    let options = Options { sync: false, ..Options::new(folder.join("logs")) };
    let catalogue = Arc::new(JsonCatalogue::in_memory());
    let (mut writer, _) =
        Writer::open(Arc::new(InMemory::new()), catalogue, options, NOW).await.expect("a writer");
    let change = |(id, row)| Change { id, closed: true, row: RowOf::Command(row) };
    writer.write((0..).zip(rows).map(change).collect(), NOW).await.expect("the rows");
    writer.seal_all(NOW).await.expect("a file");
    writer.history()
}

/// Assets 1 to 4, of which the first stands on the line.
async fn plant(api: &Api, line: LineId) {
    let heard = |number: u8| Heard {
        id: asset(number.into()),
        name: format!("machine {number}"),
        kind: "plc".into(),
        role: String::new(),
        level: String::new(),
        vendor: String::new(),
        model: String::new(),
        order_number: String::new(),
        firmware: String::new(),
        hardware: String::new(),
        serial: String::new(),
        os: String::new(),
        hearing: String::new(),
        network: None,
        first_seen: Moment(NOW),
        last_seen: Moment(NOW),
        addresses: vec![AddressKey {
            network: None,
            kind: AddressKind::Ip,
            address: format!("198.51.100.{number}"),
        }],
        document: Json::default(),
    };
    let mut tx = api.store().write().await.expect("a transaction");
    put_all(&mut tx, &[1, 2, 3, 4].map(heard), Moment(NOW)).await.expect("the assets");
    let found = store::assets::find(&mut tx, asset(1)).await.expect("the store").expect("an asset");
    let site = store::structure::site::Site {
        id: SiteId(Uuid::from_u128(1)),
        name: "plant".into(),
        code: "P".into(),
        time_zone: "Asia/Tokyo".into(),
        note: String::new(),
    };
    store::structure::site::put(&mut tx, &site, Moment(NOW)).await.expect("a site");
    let on_site = store::structure::line::Line {
        id: line,
        site: site.id,
        name: "line".into(),
        code: "L".into(),
        position: 0,
        calendar: String::new(),
        note: String::new(),
    };
    store::structure::line::put(&mut tx, &on_site, Moment(NOW)).await.expect("a line");
    let placement =
        Placement { line: Some(line), floor_name: "充填機②".into(), ..Placement::of(&found) };
    store::assets::place::put(&mut tx, asset(1), &placement, Moment(NOW)).await.expect("a place");
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn rows_are_seen_by_whoever_sees_one_end_and_the_others_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = vec![
        command(1, 2, NOW - 30 * SECOND),
        command(3, 4, NOW - 20 * SECOND),
        command(2, 1, NOW - 10 * SECOND),
    ];
    let kept = history(folder.path(), rows).await;
    let (api, _uploads) = api(folder.path(), |parts| parts.history = Some(kept)).await;
    let line = LineId(Uuid::from_u128(7));
    plant(&api, line).await;

    let viewer =
        router(&api, person(Role::Viewer, Scope { lines: Some([line].into()), ..Scope::everything() }));
    let (status, page) = ask(&viewer, "GET", "/history/commands?order=oldest", &Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!((page["items"].as_array().map(Vec::len), &page["hidden"]), (Some(2), &json!(1)));
    let first = &page["items"][0];
    assert_eq!((&first["client"]["name"], &first["verb"]), (&json!("充填機②"), &json!("write")));
    assert_eq!(
        (&first["server"]["name"], &first["server"]["asset"]),
        (&Value::Null, &Value::Null),
        "it stands elsewhere"
    );
    assert_eq!(first["server"]["ip"], json!("192.0.2.2"));
    let other = format!("/history/commands?asset={}", asset(2));
    assert_eq!(ask(&viewer, "GET", &other, &Value::Null).await.0, StatusCode::NOT_FOUND);

    let everything = router(&api, administrator());
    let (_, page) = ask(&everything, "GET", &other, &Value::Null).await;
    assert_eq!((page["items"].as_array().map(Vec::len), &page["hidden"]), (Some(2), &json!(0)));
    let (_, page) = ask(&everything, "GET", &format!("{other}&peer={}", asset(3)), &Value::Null).await;
    assert_eq!(page["items"], json!([]));
    let (_, page) = ask(&everything, "GET", "/history/commands?verb=write", &Value::Null).await;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    let (_, page) = ask(&everything, "GET", "/history/values", &Value::Null).await;
    assert_eq!(page["items"], json!([]));
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = (1..=5).map(|number| command(1, 2, NOW - number * SECOND)).collect();
    let kept = history(folder.path(), rows).await;
    let (api, _uploads) = api(folder.path(), |parts| parts.history = Some(kept)).await;
    let router = router(&api, administrator());
    let (mut times, mut cursor) = (Vec::new(), String::new());
    loop {
        let (_, page) =
            ask(&router, "GET", &format!("/history/commands?limit=2{cursor}"), &Value::Null).await;
        times.extend(page["items"].as_array().expect("rows").iter().map(|row| row["first_seen"].clone()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let expected: Vec<Value> =
        (1..=5).map(|number| json!(crate::time::utc_us(NOW - number * SECOND))).collect();
    assert_eq!(times, expected);
}

/// Key, whether it is the others, and the sums of each series.
fn sums(page: &Value, key: &str) -> Vec<(Value, Value, Value)> {
    let items = page["items"].as_array().expect("series").iter();
    items.map(|one| (one["key"].clone(), one["is_others"].clone(), one[key].clone())).collect()
}

#[tokio::test]
async fn sums_are_those_of_the_rows_that_a_list_gives() {
    const HOUR: i64 = 3_600 * SECOND;
    let folder = tempfile::tempdir().expect("a folder");
    let first = NOW - NOW.rem_euclid(HOUR) - 2 * HOUR;
    let rows = vec![
        command(1, 2, first + SECOND),
        command(3, 4, first + 2 * SECOND),
        command(1, 2, first + HOUR),
        command(2, 1, first + 2 * HOUR - SECOND),
        command(1, 2, first - SECOND),
    ];
    let kept = history(folder.path(), rows).await;
    let (api, _uploads) = api(folder.path(), |parts| parts.history = Some(kept)).await;
    let line = LineId(Uuid::from_u128(7));
    plant(&api, line).await;
    let (from, until) = (crate::time::utc_us(first), crate::time::utc_us(first + 2 * HOUR));
    let path = format!("/history/activity?by=verb&from={from}&until={until}");
    let everything = router(&api, administrator());
    let (status, page) = ask(&everything, "GET", &path, &Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(page["columns"], json!([from, crate::time::utc_us(first + HOUR)]));
    assert_eq!(
        (&page["hidden"], &page["is_whole"], &page["is_kept"]),
        (&json!(0), &json!(true), &json!(true))
    );
    let expected = [("read", json!([1, 1])), ("write", json!([1, 1]))];
    let expected: Vec<_> = expected.into_iter().map(|(key, rows)| (json!(key), json!(false), rows)).collect();
    assert_eq!(sums(&page, "rows"), expected);
    let times: Vec<Value> = sums(&page, "times").into_iter().map(|(.., times)| times).collect();
    assert_eq!(times, [json!([2, 2]), json!([2, 2])], "each row says that it was given twice");
    // A column is the rows of the list between its begin and its end.
    let (_, list) = ask(
        &everything,
        "GET",
        &format!("/history/commands?begun=true&from={from}&until={until}"),
        &Value::Null,
    )
    .await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(4));
    let (_, page) = ask(&everything, "GET", &format!("{path}&hours=2"), &Value::Null).await;
    assert_eq!((page["columns"].as_array().map(Vec::len), &page["items"][0]["rows"]), (Some(1), &json!([2])));

    let viewer =
        router(&api, person(Role::Viewer, Scope { lines: Some([line].into()), ..Scope::everything() }));
    let (_, page) = ask(&viewer, "GET", &path, &Value::Null).await;
    assert_eq!(page["hidden"], json!(1), "two machines of elsewhere");
    let seen: Vec<_> = sums(&page, "rows").into_iter().map(|(key, _, rows)| (key, rows)).collect();
    assert_eq!(seen, [(json!("write"), json!([1, 1])), (json!("read"), json!([0, 1]))]);
}

#[tokio::test]
async fn a_span_of_sums_has_its_limits() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, _uploads) = api(folder.path(), |_| {}).await;
    let router = router(&api, administrator());
    let (status, page) = ask(&router, "GET", "/history/activity?by=verb", &Value::Null).await;
    assert_eq!((status, &page["is_kept"], &page["items"]), (StatusCode::OK, &json!(false), &json!([])));
    let columns = page["columns"].as_array().map(Vec::len);
    assert_eq!(columns, Some(7 * 24 + 1), "seven days, begun at a whole hour");
    let ago = |days: i64| crate::time::utc_us(NOW - days * 24 * 3_600 * SECOND);
    let (status, _) =
        ask(&router, "GET", &format!("/history/activity?by=verb&from={}", ago(16)), &Value::Null).await;
    assert_eq!(status, StatusCode::OK, "384 hours and what is over");
    for bad in [
        format!("by=verb&from={}", ago(17)),
        format!("by=verb&hours=24&from={}", ago(401)),
        "by=verb&hours=0".into(),
        "by=verb&hours=25".into(),
        format!("by=verb&until={}&from={}", ago(3), ago(2)),
    ] {
        let (status, page) = ask(&router, "GET", &format!("/history/activity?{bad}"), &Value::Null).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}: {page}");
    }
    for bad in ["by=colour", "", "by=verb&asset=1"] {
        let (status, _) = ask(&router, "GET", &format!("/history/activity?{bad}"), &Value::Null).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, _uploads) = api(folder.path(), |_| {}).await;
    let router = router(&api, administrator());
    for bad in [
        "verb=dance",
        "asset=1",
        "from=yesterday",
        "from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
        "cursor=x",
        "limit=0",
        "asset=00000000-0000-0000-0000-000000000001&address=192.0.2.1",
    ] {
        let (status, _) = ask(&router, "GET", &format!("/history/flows?{bad}"), &Value::Null).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let (_, page) = ask(&router, "GET", "/history/flows", &Value::Null).await;
    assert_eq!((&page["is_kept"], &page["items"]), (&json!(false), &json!([])));
}
