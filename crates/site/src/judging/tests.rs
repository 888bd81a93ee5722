use super::*;
use facts::id::UserId;
use show::api::view::{End, Link};
use store::assets::address::{AddressKey, AddressKind};
use store::assets::write::{self, Heard};
use store::risk::decision::{self, Decision, DecisionState};
use store::risk::snapshot;
use store::structure::site::{self, Site};
use store::{Json, Moment, Options};
use uuid::Uuid;

const SITE: SiteId = SiteId(Uuid::from_u128(1));
/// 2026-11-23 12:00 in Tokyo.
const NOON_US: i64 = 1_795_402_800_000_000;
const DAY_US: i64 = 86_400_000_000;

fn id(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(100 + number))
}

fn heard(number: u8, vendor: &str, model: &str, firmware: &str) -> Heard {
    let key = AddressKey { network: None, kind: AddressKind::Ip, address: format!("10.0.0.{number}") };
    Heard {
        id: id(u128::from(number)),
        name: format!("m{number}"),
        kind: "plc".into(),
        role: String::new(),
        level: "1".into(),
        vendor: vendor.into(),
        model: model.into(),
        order_number: String::new(),
        firmware: firmware.into(),
        hardware: String::new(),
        serial: String::new(),
        os: String::new(),
        hearing: "both-directions".into(),
        network: None,
        first_seen: Moment(NOON_US - 30 * DAY_US),
        last_seen: Moment(NOON_US + 30 * DAY_US),
        addresses: vec![key],
        document: Json(r#"{"modules":[]}"#.into()),
    }
}

async fn store(folder: &std::path::Path, assets: &[Heard]) -> Store {
    let url = format!("sqlite:{}", folder.join("store.db").display());
    let store = Store::open(&url, Options::default()).await.expect("a new store");
    let row = Site {
        id: SITE,
        name: "第一工場".into(),
        code: String::new(),
        time_zone: "Asia/Tokyo".into(),
        note: String::new(),
    };
    let mut tx = store.write().await.expect("a change");
    site::put(&mut tx, &row, Moment(NOON_US)).await.expect("a site");
    write::put_all(&mut tx, assets, Moment(NOON_US)).await.expect("assets");
    tx.commit().await.expect("a commit");
    store
}

fn view() -> View {
    let end = |number: u128| End { address: format!("10.0.0.{number}"), asset: Some(id(number)) };
    let link = Link {
        network: 0,
        client: end(2),
        server: end(1),
        protocol: "slmp",
        transport: "tcp",
        port: 5_007,
        depth: 0,
        packets: 10,
        messages: 5,
        malformed: 0,
        flows: 1,
        bytes: [100, 100],
        ways: [true, true],
        established: true,
        first_us: NOON_US,
        last_us: NOON_US,
    };
    View { links: vec![link], ..View::default() }
}

/// Judges at a moment and keeps the day, as the task does.
async fn judge_at(store: &Store, before: &Judged, now_us: i64) -> Judged {
    let mut modules = facts_of::Modules::default();
    modules.refresh(store).await.expect("modules");
    let facts = facts_of::read(store, SITE, &modules, now_us).await.expect("facts");
    let kept = keep::read(store, facts.day).await.expect("what is kept");
    let library = Arc::new(feeds::library::starter());
    let judged = judge_all(before, &facts, &view(), library, &kept, now_us);
    keep::write(store, &judged, &kept).await.expect("kept");
    judged
}

/// A controller of which the starter knows advisories, and a machine of which nothing is known.
fn plant() -> [Heard; 2] {
    [heard(1, "Mitsubishi Electric", "Q06UDEHCPU", "20042"), heard(2, "", "", "")]
}

#[tokio::test]
async fn a_day_is_kept_once_and_the_next_only_where_it_differs() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(folder.path(), &plant()).await;
    let first = judge_at(&store, &Judged::default(), NOON_US).await;
    assert_eq!(first.today.len(), 2);
    assert!(!first.found(id(1)).is_empty() && first.found(id(2)).is_empty());
    let findings = &first.plant.asset(id(1)).expect("an asset").findings;
    assert!(
        findings.iter().any(|finding| finding.kind == judge::risk::FindingKind::UnauthenticatedWrites),
        "its protocol takes writes from whoever asks"
    );
    let day = first.day;
    assert_eq!(snapshot::of_day(&store, day).await.expect("snapshots").len(), 2);
    // Later on the same day nothing is written, but a machine that was heard since.
    let late = [heard(3, "", "", "")];
    let mut tx = store.write().await.expect("a change");
    write::put_all(&mut tx, &late, Moment(NOON_US)).await.expect("assets");
    tx.commit().await.expect("a commit");
    let second = judge_at(&store, &first, NOON_US + DAY_US / 12).await;
    assert_eq!(second.day, day, "14 o'clock in Tokyo");
    assert_eq!(snapshot::of_day(&store, day).await.expect("snapshots").len(), 3);
    assert_eq!(snapshot::days(&store).await.expect("days").len(), 1);
    let third = judge_at(&store, &second, NOON_US + DAY_US / 2 + 1).await;
    assert_eq!(third.day, day + 1, "after midnight in Tokyo");
    assert_eq!(snapshot::days(&store).await.expect("days").len(), 2);
    let series = snapshot::of_asset(&store, id(2), 0).await.expect("a series");
    assert_eq!(series.len(), 1, "nothing of it changed");
}

#[tokio::test]
async fn a_week_later_the_days_are_compared_and_a_decision_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(folder.path(), &plant()).await;
    let first = judge_at(&store, &Judged::default(), NOON_US).await;
    assert_eq!((first.week_ago_day, first.week_ago.len()), (None, 0));
    let open = |judged: &Judged| {
        let asset = judged.plant.asset(id(1)).expect("an asset");
        asset.weaknesses.iter().filter(|weakness| weakness.state == judge::risk::WeaknessState::Open).count()
    };
    assert!(open(&first) > 0);
    let weaknesses = first.plant.asset(id(1)).expect("an asset").weaknesses.iter();
    let decision = |(number, weakness): (usize, &judge::risk::Weakness)| Decision {
        id: format!("d{number}"),
        asset: id(1),
        weakness: weakness.id.to_string(),
        state: DecisionState::NotAffected,
        justification: "vulnerable_code_not_present".into(),
        reason: "unused".into(),
        until: None,
        firmware: "20042".into(),
        made_by: UserId(Uuid::from_u128(2)),
        maker: "髙橋".into(),
        made_at: Moment(NOON_US),
        withdrawn_by: String::new(),
        withdrawn_at: None,
    };
    let all: Vec<Decision> = weaknesses.enumerate().map(decision).collect();
    let mut tx = store.write().await.expect("a change");
    decision::add(&mut tx, &all, Moment(NOON_US)).await.expect("decisions");
    tx.commit().await.expect("a commit");
    let later = judge_at(&store, &first, NOON_US + 7 * DAY_US).await;
    assert_eq!(later.week_ago_day, Some(first.day));
    assert_eq!(open(&later), 0, "it was said of this firmware");
    let score = |judged: &Judged| judged.snapshot(id(1)).map_or(0.0, |row| row.score.value);
    assert!(score(&later) < score(&first));
    assert!(!later.is_rebaseline);
    let why: Vec<_> = later.reasons[&id(1)].iter().map(|reason| reason.kind).collect();
    assert!(why.contains(&judge::risk::ReasonKind::PatchInstalled), "{why:?}");
}

#[tokio::test]
async fn a_bundle_that_cannot_be_used_is_told_as_long_as_it_lies_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut held = library::Held::new(folder.path().to_owned());
    let (starter, trouble) = held.newest().await;
    assert!(trouble.is_none() && !starter.index.advisories().is_empty());
    let place = folder.path().join("knowledge");
    std::fs::create_dir_all(&place).expect("a folder");
    std::fs::write(place.join(feeds::library::KEYS), "").expect("a file");
    std::fs::write(place.join(feeds::library::BUNDLE), "no bundle at all").expect("a file");
    for look in ["the first", "the second"] {
        let (known, trouble) = held.newest().await;
        assert!(trouble.is_some_and(|why| why.contains(feeds::library::BUNDLE)), "{look} look");
        assert_eq!(known.index.advisories().len(), starter.index.advisories().len(), "what was known stays");
    }
    std::fs::remove_file(place.join(feeds::library::BUNDLE)).expect("it is gone");
    assert!(held.newest().await.1.is_none());
}
