//! Assets: writing, placing, listing, what people say.

use crate::setup::{at, id};
use crate::structure::plant;
use facts::id::{AssetUid, UserId};
use std::collections::HashSet;
use store::assets::address::{AddressKey, AddressKind};
use store::assets::list::{Filter, Sort, SortBy, list};
use store::assets::place::{self, Placement};
use store::assets::write::{self, Heard};
use store::assets::{self, Asset, Tags, brief, file, note, overrule};
use store::{Json, Limit, Page, ScopeFilter, Store, Trouble, claims};

pub(crate) fn uid(number: u32) -> AssetUid {
    id(0x1000 + number)
}

pub(crate) fn user() -> UserId {
    id(0x99)
}

pub(crate) fn heard(number: u32) -> Heard {
    let key = |kind, address: String| AddressKey { network: Some(id(50)), kind, address };
    Heard {
        id: uid(number),
        name: format!("PLC-{number}"),
        kind: ["plc", "hmi", "switch"][number as usize % 3].into(),
        role: "controller".into(),
        level: "1".into(),
        vendor: ["Siemens", "Mitsubishi"][number as usize % 2].into(),
        model: "S7-1500".into(),
        order_number: "6ES7".into(),
        firmware: "2.9".into(),
        hardware: "1".into(),
        serial: format!("SN{number:05}"),
        os: String::new(),
        hearing: "both".into(),
        network: Some(id(50)),
        first_seen: at(0),
        last_seen: at(i64::from(number)),
        addresses: vec![
            key(AddressKind::Mac, format!("00:1b:1b:00:{:02x}:{:02x}", number / 256, number % 256)),
            key(AddressKind::Ip, format!("10.1.{}.{}", number / 256, number % 256)),
        ],
        document: Json(format!(r#"{{"number":{number}}}"#)),
    }
}

pub(crate) async fn write(store: &Store, count: u32, seconds: i64) -> i64 {
    let assets: Vec<Heard> = (0..count).map(heard).collect();
    let mut tx = store.write().await.expect("a change");
    let revision = write::put_all(&mut tx, &assets, at(seconds)).await.expect("assets");
    tx.commit().await.expect("a commit");
    revision
}

async fn place_in(store: &Store, number: u32, placement: Placement) {
    let mut tx = store.write().await.expect("a change");
    place::put(&mut tx, uid(number), &placement, at(5)).await.expect("placed");
    tx.commit().await.expect("a commit");
}

async fn all(store: &Store, filter: &Filter) -> Page<Asset> {
    let scope = ScopeFilter::default();
    list(store, filter, &scope, Sort::default(), None, Limit::default()).await.expect("a page")
}

async fn found(store: &Store, text: &str) -> Vec<String> {
    let filter = Filter { text: text.into(), ..Filter::default() };
    all(store, &filter).await.items.into_iter().map(|asset| asset.name).collect()
}

pub(crate) async fn the_model_writes_and_people_place(store: Store) {
    plant(&store).await;
    let first = write(&store, 3, 0).await;
    let placement = Placement {
        floor_name: "充填機②".into(),
        line: Some(id(10)),
        zone: Some(id(20)),
        building: "B1".into(),
        owner: "髙橋".into(),
        tags: Tags(vec!["重要".into(), "a b".into()]),
        ..Placement::default()
    };
    place_in(&store, 1, placement.clone()).await;
    let again = write(&store, 3, 9).await;
    assert!(again > first, "each writing has its revision");
    let asset = assets::find(&store, uid(1)).await.expect("an asset").expect("it is there");
    assert_eq!(Placement::of(&asset), placement, "the model leaves alone what people said");
    assert_eq!((asset.name.as_str(), asset.address.as_str()), ("PLC-1", "10.1.0.1"));
    assert_eq!(asset.revision, again);
    assert_eq!(
        assets::document(&store, uid(1)).await.expect("a document"),
        Some(Json(r#"{"number":1}"#.into()))
    );
    let mut tx = store.write().await.expect("a change");
    place::confirm(&mut tx, uid(1), Some(user()), at(10)).await.expect("confirmed");
    write::touch(&mut tx, &[(uid(1), at(77)), (uid(2), at(0))]).await.expect("touched");
    tx.commit().await.expect("a commit");
    let asset = assets::find(&store, uid(1)).await.expect("an asset").expect("it is there");
    assert_eq!((asset.confirmed_by, asset.confirmed_at), (Some(user()), Some(at(10))));
    assert_eq!(asset.last_seen, at(77));
    let other = assets::find(&store, uid(2)).await.expect("an asset").expect("it is there");
    assert_eq!(other.last_seen, at(2), "time does not run back");
    assert_eq!(assets::count(&store).await.expect("a count"), 3);
}

pub(crate) async fn assets_are_named_and_called(store: Store) {
    plant(&store).await;
    write(&store, 4, 0).await;
    place_in(
        &store,
        2,
        Placement { floor_name: "充填機②".into(), line: Some(id(10)), ..Placement::default() },
    )
    .await;
    let named = place::all(&store).await.expect("names");
    assert_eq!(named.iter().map(|named| named.id).collect::<Vec<_>>(), (0..4).map(uid).collect::<Vec<_>>());
    assert_eq!((named[2].name.as_str(), named[2].line), ("充填機②", Some(id(10))));
    let called = assets::called(&store, &["SN00001", "none"], &["PLC-0", "充填機②"]).await.expect("assets");
    let mut ids: Vec<AssetUid> = called.into_iter().map(|asset| asset.id).collect();
    ids.sort();
    assert_eq!(ids, [uid(0), uid(1), uid(2)]);
    let held = assets::address::holders_of(&store, AddressKind::Ip, &["10.1.0.3", "10.1.0.9"]).await;
    assert_eq!(held.expect("holders").iter().map(|row| row.asset).collect::<Vec<_>>(), [uid(3)]);
    assert_eq!(assets::address::all(&store).await.expect("addresses").len(), 8);
}

pub(crate) async fn search_knows_no_width(store: Store) {
    plant(&store).await;
    write(&store, 4, 0).await;
    for (number, name) in [(0, "ｼﾞｭｳﾃﾝｷ2"), (1, "充填機②"), (2, "10～20"), (3, "50%_x")] {
        place_in(&store, number, Placement { floor_name: name.into(), ..Placement::default() }).await;
    }
    for (text, number) in [
        ("ジュウテンキ２", 0),
        ("ｼﾞｭｳﾃﾝｷ", 0),
        ("充填機2", 1),
        ("〜", 2),
        ("50%_", 3),
        ("ｐｌｃ－３", 3),
        ("10.1.0.2", 2),
        ("sn00001 siemens s7", 99),
        ("SN00001 mitsubishi Ｓ7", 1),
    ] {
        let names = found(&store, text).await;
        let expected: Vec<String> = (number < 99).then(|| format!("PLC-{number}")).into_iter().collect();
        assert_eq!(names, expected, "{text}");
    }
    assert!(found(&store, "%").await.len() == 1, "a wildcard is a letter");
}

pub(crate) async fn pages_hold_every_row_once(store: Store) {
    plant(&store).await;
    write(&store, 45, 0).await;
    let limit = Limit::new(10).expect("a limit");
    let sort = Sort { by: SortBy::Kind, is_descending: true };
    let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let scope = ScopeFilter::default();
        let page =
            list(&store, &Filter::default(), &scope, sort, cursor.as_ref(), limit).await.expect("a page");
        seen.extend(page.items.into_iter().map(|asset| (asset.kind, asset.id)));
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((pages, seen.len()), (5, 45));
    let mut sorted = seen.clone();
    sorted.sort_by(|a, b| b.cmp(a));
    assert_eq!(seen, sorted);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 45);
}

pub(crate) async fn every_column_sorts_both_ways(store: Store) {
    plant(&store).await;
    write(&store, 12, 0).await;
    place_in(&store, 3, Placement { line: Some(id(11)), owner: "Z".into(), ..Placement::default() }).await;
    place_in(&store, 4, Placement { line: Some(id(10)), zone: Some(id(21)), ..Placement::default() }).await;
    for by in SortBy::ALL {
        let mut ways = Vec::new();
        for is_descending in [false, true] {
            let sort = Sort { by: *by, is_descending };
            let (mut ids, mut cursor) = (Vec::new(), None);
            loop {
                let (filter, scope) = (Filter::default(), ScopeFilter::default());
                let limit = Limit::new(5).expect("a limit");
                let page = list(&store, &filter, &scope, sort, cursor.as_ref(), limit).await.expect("a page");
                ids.extend(page.items.into_iter().map(|asset| asset.id));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            ways.push(ids);
        }
        ways[1].reverse();
        assert_eq!(ways[0], ways[1], "{by}");
        assert_eq!(ways[0].len(), 12, "{by}");
    }
    let sort = Sort { by: SortBy::Address, is_descending: false };
    let (filter, scope) = (Filter::default(), ScopeFilter::default());
    let page = list(&store, &filter, &scope, sort, None, Limit::default());
    let addresses: Vec<String> =
        page.await.expect("a page").items.into_iter().map(|asset| asset.address).collect();
    assert_eq!(addresses[2..4], ["10.1.0.2", "10.1.0.3"], "addresses sort by number");
    assert_eq!(addresses[11], "10.1.0.11");
}

pub(crate) async fn scope_hides_and_counts(store: Store) {
    plant(&store).await;
    write(&store, 10, 0).await;
    for number in 0..4 {
        let zone = Some(id(if number < 2 { 20 } else { 21 }));
        place_in(&store, number, Placement { line: Some(id(10)), zone, ..Placement::default() }).await;
    }
    place_in(&store, 4, Placement { line: Some(id(11)), zone: Some(id(20)), ..Placement::default() }).await;
    let lines = |numbers: &[u32]| Some(numbers.iter().map(|number| id(*number)).collect());
    let zones = |numbers: &[u32]| Some(numbers.iter().map(|number| id(*number)).collect());
    let plcs = Filter { kinds: vec!["plc".into()], ..Filter::default() };
    for (scope, filter, seen, hidden) in [
        (ScopeFilter::default(), Filter::default(), 10, 0),
        (ScopeFilter { lines: lines(&[10]), zones: None }, Filter::default(), 4, 6),
        (ScopeFilter { lines: lines(&[10, 11]), zones: None }, Filter::default(), 5, 5),
        (ScopeFilter { lines: None, zones: zones(&[20]) }, Filter::default(), 3, 7),
        (ScopeFilter { lines: lines(&[10]), zones: zones(&[20]) }, Filter::default(), 2, 8),
        (ScopeFilter { lines: lines(&[]), zones: None }, Filter::default(), 0, 10),
        // Of 0, 3, 6 and 9 the first two stand on the line.
        (ScopeFilter { lines: lines(&[10]), zones: None }, plcs, 2, 2),
    ] {
        let page =
            list(&store, &filter, &scope, Sort::default(), None, Limit::default()).await.expect("a page");
        assert_eq!((page.items.len(), page.hidden), (seen, hidden), "{scope:?}");
        let count = store::assets::list::count(&store, &filter, &scope).await.expect("a count");
        assert_eq!(count, seen as u64, "{scope:?}");
        let (all, unseen) = brief::every(&store, &scope, 20).await.expect("every asset");
        if filter == Filter::default() {
            assert_eq!((all.len(), unseen), (seen, hidden), "{scope:?}");
        }
    }
    let (first, _) = brief::every(&store, &ScopeFilter::default(), 3).await.expect("some assets");
    assert_eq!(first.iter().map(|asset| asset.id).collect::<Vec<_>>(), [0, 1, 2].map(uid), "at most so many");
    assert_eq!((first[0].line, first[0].zone), (Some(id(10)), Some(id(20))));
}

pub(crate) async fn filters_ask_what_they_say(store: Store) {
    plant(&store).await;
    write(&store, 12, 0).await;
    let tags = |tags: &[&str]| Tags(tags.iter().map(|tag| (*tag).to_owned()).collect());
    place_in(&store, 1, Placement { tags: tags(&["spare", "hot"]), ..Placement::default() }).await;
    place_in(&store, 2, Placement { tags: tags(&["spare part"]), ..Placement::default() }).await;
    let mut tx = store.write().await.expect("a change");
    place::confirm(&mut tx, uid(7), Some(user()), at(3)).await.expect("confirmed");
    tx.commit().await.expect("a commit");
    let word = |word: &str| vec![word.to_owned()];
    let any = Filter::default;
    for (filter, numbers) in [
        (Filter { vendors: word("Siemens"), kinds: word("plc"), ..any() }, vec![0, 6]),
        (
            Filter { kinds: vec!["plc".into(), "hmi".into()], vendors: word("Mitsubishi"), ..any() },
            vec![1, 3, 7, 9],
        ),
        (Filter { tags: word("spare"), ..any() }, vec![1]),
        (Filter { tags: vec!["hot".into(), "spare".into()], ..any() }, vec![1]),
        (Filter { seen_since: Some(at(10)), ..any() }, vec![10, 11]),
        (Filter { not_seen_since: Some(at(2)), ..any() }, vec![0, 1]),
        (Filter { new_since: Some(at(1)), ..any() }, vec![]),
        (Filter { is_confirmed: Some(true), ..any() }, vec![7]),
        (Filter { levels: word("4"), ..any() }, vec![]),
        (Filter { networks: vec![id(51)], ..any() }, vec![]),
    ] {
        let mut ids: Vec<AssetUid> =
            all(&store, &filter).await.items.into_iter().map(|asset| asset.id).collect();
        ids.sort();
        assert_eq!(ids, numbers.into_iter().map(uid).collect::<Vec<_>>(), "{filter:?}");
    }
}

pub(crate) async fn people_overrule_and_note(store: Store) {
    plant(&store).await;
    write(&store, 1, 0).await;
    let row = overrule::Override {
        asset: uid(0),
        field: "kind".into(),
        value: "robot".into(),
        heard: "the store writes it".into(),
        reason: "name plate".into(),
        made_by: user(),
        made_at: at(1),
    };
    let mut tx = store.write().await.expect("a change");
    overrule::put(&mut tx, &row).await.expect("overruled");
    let later = overrule::Override { value: "drive".into(), heard: "plc".into(), ..row.clone() };
    overrule::put(&mut tx, &later).await.expect("overruled again");
    let unknown = overrule::Override { field: "owner".into(), ..row.clone() };
    assert_eq!(overrule::put(&mut tx, &unknown).await.expect_err("a field").trouble, Trouble::Missing);
    let first = note::add(&mut tx, uid(0), "first", user(), at(2)).await.expect("a note");
    note::add(&mut tx, uid(0), "second", user(), at(3)).await.expect("a note");
    tx.commit().await.expect("a commit");
    assert_eq!(overrule::list(&store, uid(0)).await.expect("overrides"), [later]);
    assert_eq!(overrule::list_all(&store).await.expect("overrides").len(), 1);
    let texts: Vec<String> =
        note::list(&store, uid(0)).await.expect("notes").into_iter().map(|note| note.text).collect();
    assert_eq!(texts, ["second", "first"]);
    let mut tx = store.write().await.expect("a change");
    note::remove(&mut tx, &first, at(4)).await.expect("removed");
    overrule::remove(&mut tx, uid(0), "kind", at(4)).await.expect("removed");
    let error = overrule::remove(&mut tx, uid(0), "kind", at(4)).await.expect_err("it is gone");
    assert_eq!(error.trouble, Trouble::Missing);
    tx.commit().await.expect("a commit");
    assert_eq!(note::list(&store, uid(0)).await.expect("notes").len(), 1);
}

pub(crate) async fn a_persons_word_is_shown_and_what_is_heard_is_kept(store: Store) {
    plant(&store).await;
    write(&store, 2, 0).await;
    let said = |field: &str, value: &str| overrule::Override {
        asset: uid(0),
        field: field.into(),
        value: value.into(),
        heard: String::new(),
        reason: "name plate".into(),
        made_by: user(),
        made_at: at(1),
    };
    let mut tx = store.write().await.expect("a change");
    overrule::put(&mut tx, &said("kind", "drive")).await.expect("overruled");
    overrule::put(&mut tx, &said("model", "ﾄﾞﾗｲﾌﾞ X")).await.expect("overruled");
    tx.commit().await.expect("a commit");
    let found = async |filter: Filter| -> Vec<AssetUid> {
        all(&store, &filter).await.items.into_iter().map(|asset| asset.id).collect()
    };
    let word = |text: &str| Filter { text: text.into(), ..Filter::default() };
    let shown = async || assets::find(&store, uid(0)).await.expect("an asset").expect("it is there");
    let model = shown().await.model;
    assert_eq!((shown().await.kind.as_str(), model.as_str()), ("drive", "ﾄﾞﾗｲﾌﾞ X"));
    assert_eq!(found(Filter { kinds: vec!["drive".into()], ..Filter::default() }).await, [uid(0)]);
    assert_eq!(found(word("ドライブ")).await, [uid(0)]);
    // The model hears something else, and nothing of it is lost.
    let mut tx = store.write().await.expect("a change");
    let mut again = heard(0);
    (again.kind, again.model) = ("hmi".into(), "GT27".into());
    write::put_all(&mut tx, &[again], at(5)).await.expect("written");
    tx.commit().await.expect("a commit");
    assert_eq!(shown().await.kind, "drive");
    let rows = overrule::list(&store, uid(0)).await.expect("overrides");
    let kept: Vec<(&str, &str)> = rows.iter().map(|row| (row.value.as_str(), row.heard.as_str())).collect();
    assert_eq!(kept, [("drive", "hmi"), ("ﾄﾞﾗｲﾌﾞ X", "GT27")]);
    for text in ["ドライブ", "GT27"] {
        assert_eq!(found(word(text)).await, [uid(0)], "{text}");
    }
    let mut tx = store.write().await.expect("a change");
    for field in ["kind", "model"] {
        overrule::remove(&mut tx, uid(0), field, at(6)).await.expect("removed");
    }
    tx.commit().await.expect("a commit");
    assert_eq!((shown().await.kind.as_str(), shown().await.model.as_str()), ("hmi", "GT27"));
    assert_eq!(found(word("ドライブ")).await, Vec::<AssetUid>::new());
    assert_eq!(found(word("GT27")).await, [uid(0)]);
}

pub(crate) async fn files_have_bounds(store: Store) {
    plant(&store).await;
    write(&store, 1, 0).await;
    let new = file::NewFile { name: "図面.pdf", media_type: "application/pdf", bytes: b"abc" };
    let mut tx = store.write().await.expect("a change");
    let kept = file::add(&mut tx, uid(0), &new, user(), at(1)).await.expect("a file");
    let large = vec![0; file::BYTES_MAX + 1];
    let error = file::add(&mut tx, uid(0), &file::NewFile { bytes: &large, ..new }, user(), at(1)).await;
    assert_eq!(error.expect_err("too large").trouble, Trouble::Malformed);
    tx.commit().await.expect("a commit");
    assert_eq!(kept.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(file::bytes(&store, kept.id).await.expect("bytes").as_deref(), Some(&b"abc"[..]));
    assert_eq!(file::list(&store, uid(0)).await.expect("files"), core::slice::from_ref(&kept));
    let mut tx = store.write().await.expect("a change");
    file::remove(&mut tx, &kept, at(2)).await.expect("removed");
    tx.commit().await.expect("a commit");
    assert_eq!(file::find(&store, kept.id).await.expect("none"), None);
    assert_eq!(file::bytes(&store, kept.id).await.expect("none"), None);
}

pub(crate) async fn claims_stand_beside_each_other(store: Store) {
    plant(&store).await;
    write(&store, 2, 0).await;
    let claim = |source: &str, value: &str, confidence, seconds| claims::Claim {
        asset: uid(1),
        source: source.into(),
        key: "firmware".into(),
        value: value.into(),
        confidence,
        first_said: at(seconds),
        last_said: at(seconds),
    };
    let mut tx = store.write().await.expect("a change");
    let said = [claim("cmdb", "2.8", 60, 1), claim("scanner", "2.9", 90, 1), claim("cmdb", "2.8", 70, 2)];
    claims::put_all(&mut tx, &said, at(2)).await.expect("claims");
    claims::put_all(&mut tx, &[claim("cmdb", "2.8", 50, 9)], at(9)).await.expect("claims");
    let nobody = claims::Claim { asset: uid(99), ..claim("cmdb", "1", 1, 1) };
    assert_eq!(
        claims::put_all(&mut tx, &[nobody], at(9)).await.expect_err("no asset").trouble,
        Trouble::Conflict
    );
    drop(tx);
    let mut tx = store.write().await.expect("a change");
    claims::put_all(&mut tx, &said, at(2)).await.expect("claims");
    claims::put_all(&mut tx, &[claim("cmdb", "2.8", 50, 9)], at(9)).await.expect("claims");
    tx.commit().await.expect("a commit");
    let kept = claims::list(&store, uid(1)).await.expect("claims");
    let summary: Vec<_> = kept.iter().map(|claim| (claim.source.as_str(), claim.confidence)).collect();
    assert_eq!(summary, [("scanner", 90), ("cmdb", 50)]);
    assert_eq!((kept[1].first_said, kept[1].last_said), (at(2), at(9)));
    let mut tx = store.write().await.expect("a change");
    assert_eq!(claims::remove(&mut tx, uid(1), "cmdb", at(10)).await.expect("removed"), 1);
    tx.commit().await.expect("a commit");
    assert_eq!(claims::list(&store, uid(1)).await.expect("claims").len(), 1);
}

pub(crate) async fn hostile_text_is_only_text(store: Store) {
    plant(&store).await;
    let names = ["'; DROP TABLE assets; --", "a\0b", "\u{202e}evil", "$1", "{\"x\":", "\\", "😀"];
    let assets: Vec<Heard> =
        (0..7).map(|at| Heard { name: names[at as usize].into(), ..heard(at) }).collect();
    let mut tx = store.write().await.expect("a change");
    write::put_all(&mut tx, &assets, at(0)).await.expect("assets");
    tx.commit().await.expect("a commit");
    for (number, name) in (0..).zip(names) {
        let asset = assets::find(&store, uid(number)).await.expect("an asset").expect("it is there");
        assert_eq!(asset.name, name.replace('\0', "\u{fffd}"));
    }
    assert_eq!(found(&store, "'; drop").await.len(), 1);
}
