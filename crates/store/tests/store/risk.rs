//! Decisions about weaknesses, consequences, methods, daily snapshots.

use crate::assets::{uid, user, write};
use crate::setup::{at, id};
use crate::structure::plant;
use facts::id::AssetUid;
use store::risk::consequence::{self, Consequence, ConsequenceKind};
use store::risk::decision::{self, Decision, DecisionState};
use store::risk::method::{self, OwnMethod};
use store::risk::patch::{self, PatchEvent, PatchEventKind};
use store::risk::snapshot::{self, AssessmentRow, Day, SnapshotRow};
use store::{Json, Store, changes};

pub(crate) async fn a_decision_is_replaced_or_withdrawn_and_stays_readable(store: Store) {
    plant(&store).await;
    write(&store, 2, 1).await;
    let asset: AssetUid = uid(1);
    let said = |number: u8, state, weakness: &str| Decision {
        id: format!("decision-{number}"),
        asset,
        weakness: weakness.into(),
        state,
        justification: String::new(),
        reason: "次回の定修まで".into(),
        until: Some(at(100)),
        firmware: "1.4".into(),
        made_by: user(),
        maker: "髙橋".into(),
        made_at: at(i64::from(number)),
        withdrawn_by: String::new(),
        withdrawn_at: None,
    };
    let all = [
        said(2, DecisionState::Accepted, "CVE-2021-0001"),
        said(1, DecisionState::NotAffected, "CVE-2021-0001"),
        said(3, DecisionState::Fixed, "CVE-2021-0002"),
    ];
    let mut tx = store.write().await.expect("a change");
    decision::add(&mut tx, &all, at(3)).await.expect("written");
    tx.commit().await.expect("a commit");
    let ids = |rows: &[Decision]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    let standing = decision::standing(&store).await.expect("decisions");
    assert_eq!(ids(&standing), ["decision-1", "decision-2", "decision-3"], "oldest first");
    let mut tx = store.write().await.expect("a change");
    decision::withdraw(&mut tx, &all[0], "山田", at(9)).await.expect("withdrawn");
    tx.commit().await.expect("a commit");
    assert_eq!(ids(&decision::standing(&store).await.expect("decisions")), ["decision-1", "decision-3"]);
    let of_asset = decision::of_asset(&store, asset).await.expect("decisions");
    assert_eq!(ids(&of_asset), ["decision-3", "decision-2", "decision-1"], "newest first");
    let found = decision::find(&store, "decision-2").await.expect("an answer").expect("it stays");
    assert_eq!((found.withdrawn_by.as_str(), found.withdrawn_at), ("山田", Some(at(9))));
    assert_eq!(decision::of_asset(&store, uid(0)).await.expect("decisions"), []);
    let told = changes::since(&store, 0, 100).await.expect("changes");
    let object = asset.to_string();
    let of_asset = told.iter().filter(|change| change.object == object && change.kind == "asset").count();
    assert!(of_asset >= 1, "those who look at the asset are told");
}

pub(crate) async fn what_happened_to_a_patch_stays(store: Store) {
    plant(&store).await;
    write(&store, 2, 1).await;
    let event = |number: u8, asset: AssetUid, kind| PatchEvent {
        id: format!("event-{number}"),
        asset,
        version: "V3.X.17 更新2".into(),
        kind,
        document: Json(format!("{{\"number\":{number}}}")),
        made_by: user(),
        maker: "髙橋".into(),
        made_at: at(5),
    };
    let all = [
        event(2, uid(1), PatchEventKind::Deferral),
        event(1, uid(1), PatchEventKind::Move),
        event(3, uid(0), PatchEventKind::Move),
    ];
    let mut tx = store.write().await.expect("a change");
    patch::add(&mut tx, &all, at(5)).await.expect("written");
    tx.commit().await.expect("a commit");
    let [second, first, other] = all;
    let told = patch::list(&store).await.expect("events");
    assert_eq!(told, [first.clone(), second.clone(), other], "of one moment in the order of their ids");
    assert_eq!(patch::of_asset(&store, uid(1)).await.expect("events"), [first, second]);
    let told = changes::since(&store, 0, 100).await.expect("changes");
    let object = uid(0).to_string();
    assert!(told.iter().any(|change| change.object == object && change.kind == "asset"), "it is told");
}

pub(crate) async fn consequences_and_methods_are_kept(store: Store) {
    let row = |kind, object: &str, text: &str| Consequence {
        kind,
        object: object.into(),
        document: Json(text.into()),
        reason: "工程の停止は半日".into(),
        made_by: user(),
        maker: "髙橋".into(),
        made_at: at(1),
    };
    let mut tx = store.write().await.expect("a change");
    for (kind, text) in
        [(ConsequenceKind::Zone, "1"), (ConsequenceKind::Line, "2"), (ConsequenceKind::Zone, "3")]
    {
        consequence::put(&mut tx, &row(kind, "a", text)).await.expect("decided");
    }
    tx.commit().await.expect("a commit");
    let all = consequence::list(&store).await.expect("decisions");
    assert_eq!(all, [row(ConsequenceKind::Line, "a", "2"), row(ConsequenceKind::Zone, "a", "3")]);
    let mut tx = store.write().await.expect("a change");
    assert!(consequence::remove(&mut tx, ConsequenceKind::Zone, "a", at(2)).await.expect("an answer"));
    assert!(!consequence::remove(&mut tx, ConsequenceKind::Zone, "a", at(2)).await.expect("an answer"));
    tx.commit().await.expect("a commit");
    let gone = consequence::find(&store, ConsequenceKind::Zone, "a").await.expect("an answer");
    assert_eq!(gone, None);
    let method = |version: &str, second| OwnMethod {
        version: version.into(),
        document: Json("{}".into()),
        reason: "許容度".into(),
        made_by: user(),
        maker: "髙橋".into(),
        made_at: at(second),
    };
    let mut tx = store.write().await.expect("a change");
    method::add(&mut tx, &method("1.1", 5)).await.expect("added");
    method::add(&mut tx, &method("1.2", 6)).await.expect("added");
    tx.commit().await.expect("a commit");
    let versions: Vec<String> =
        method::list(&store).await.expect("methods").into_iter().map(|row| row.version).collect();
    assert_eq!(versions, ["1.2", "1.1"], "newest first");
}

pub(crate) async fn a_snapshot_stands_until_the_next(store: Store) {
    let (one, other): (AssetUid, AssetUid) = (id(1), id(2));
    let row = |asset, day, text: &str| SnapshotRow {
        asset,
        day,
        document: Json(text.into()),
        reasons: Json("[]".into()),
    };
    let day = |day| Day { day, method: "1".into(), taken_at: at(day) };
    let days: [(i64, Vec<SnapshotRow>); 4] = [
        (10, vec![row(one, 10, "a"), row(other, 10, "b")]),
        (11, vec![]),
        (12, vec![row(one, 12, "c")]),
        (20, vec![row(other, 20, "d")]),
    ];
    for (number, rows) in &days {
        let assessment = AssessmentRow { asset: one, day: *number, document: Json(number.to_string()) };
        let mut tx = store.write().await.expect("a change");
        snapshot::keep(&mut tx, Some(&day(*number)), rows, &[assessment]).await.expect("kept");
        tx.commit().await.expect("a commit");
    }
    for (number, expected) in
        [(9, ""), (10, "ab"), (11, "ab"), (12, "cb"), (19, "cb"), (20, "cd"), (99, "cd")]
    {
        let rows = snapshot::of_day(&store, number).await.expect("snapshots");
        let text: String = rows.iter().map(|row| row.document.0.as_str()).collect();
        assert_eq!(text, expected, "day {number}");
    }
    assert_eq!(snapshot::day_until(&store, 15).await.expect("an answer"), Some(day(12)));
    assert_eq!(snapshot::day_until(&store, 9).await.expect("an answer"), None);
    let series = |rows: &[SnapshotRow]| rows.iter().map(|row| row.day).collect::<Vec<_>>();
    assert_eq!(series(&snapshot::of_asset(&store, one, 0).await.expect("a series")), [10, 12]);
    assert_eq!(series(&snapshot::of_asset(&store, one, 11).await.expect("a series")), [10, 12], "it stood");
    assert_eq!(series(&snapshot::of_asset(&store, one, 12).await.expect("a series")), [12]);
    let newest = snapshot::assessment(&store, one).await.expect("an answer").expect("an assessment");
    assert_eq!((newest.day, newest.document.0.as_str()), (20, "20"), "the newest only");
    assert_eq!(snapshot::assessments(&store).await.expect("assessments").len(), 1);
    let mut tx = store.write().await.expect("a change");
    snapshot::forget_before(&mut tx, 15).await.expect("forgotten");
    tx.commit().await.expect("a commit");
    let left: Vec<i64> = snapshot::days(&store).await.expect("days").iter().map(|day| day.day).collect();
    assert_eq!(left, [20]);
    let rows = snapshot::of_day(&store, 15).await.expect("snapshots");
    let text: String = rows.iter().map(|row| row.document.0.as_str()).collect();
    assert_eq!(text, "cb", "what stood on that day stands");
}

/// 10,000 assets over 25 months of which each changes about once a month.
#[test]
#[ignore = "prints times, proves nothing"]
fn times_of_snapshots() {
    crate::setup::on_sqlite(|store| Box::pin(measure(store)));
}

async fn measure(store: Store) {
    const ASSETS: u32 = 10_000;
    const DAYS: i64 = 762;
    let text = Json(format!(r#"{{"asset":"{}","padding":"{}"}}"#, id::<AssetUid>(1), "x".repeat(420)));
    let row = |number: u32, day: i64| SnapshotRow {
        asset: id(0x10_0000 + number),
        day,
        document: text.clone(),
        reasons: Json("[]".into()),
    };
    for day in 0..DAYS {
        let changed = |number: &u32| day == 0 || (i64::from(*number) + day) % 30 == 0;
        let rows: Vec<SnapshotRow> = (0..ASSETS).filter(changed).map(|number| row(number, day)).collect();
        let mut tx = store.write().await.expect("a change");
        let taken = Day { day, method: "1".into(), taken_at: at(day) };
        snapshot::keep(&mut tx, Some(&taken), &rows, &[]).await.expect("kept");
        tx.commit().await.expect("a commit");
    }
    let mut of_day = Vec::new();
    let mut of_asset = Vec::new();
    for number in 0..20_u32 {
        let begun = std::time::Instant::now();
        let rows = snapshot::of_day(&store, i64::from(number) * 38).await.expect("snapshots");
        of_day.push(begun.elapsed());
        assert_eq!(rows.len(), ASSETS as usize);
        let begun = std::time::Instant::now();
        let rows = snapshot::of_asset(&store, id(0x10_0000 + number * 499), 0).await.expect("a series");
        of_asset.push(begun.elapsed());
        assert!(rows.len() > 20);
    }
    for (what, mut times) in [("one day", of_day), ("one asset's series", of_asset)] {
        times.sort_unstable();
        println!("{what}, slowest but one of twenty: {:?}", times[18]);
    }
}
