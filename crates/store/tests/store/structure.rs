//! The plant's structure.

use crate::setup::{at, id};
use facts::id::{AssetUid, CellId, LineId, NetworkUid, SiteId, SystemId, ZoneId};
use store::assets::place::{self, Placement};
use store::structure::network::{Network, NetworkState};
use store::structure::{calendar, cell, line, network, site, system, zone};
use store::{Json, Store, Trouble, changes};

pub(crate) async fn plant(store: &Store) -> SiteId {
    let site = site::Site {
        id: id(1),
        name: "横浜工場".into(),
        code: "YK".into(),
        time_zone: "Asia/Tokyo".into(),
        note: String::new(),
    };
    let mut tx = store.write().await.expect("a change");
    site::put(&mut tx, &site, at(0)).await.expect("a site");
    for (number, name) in [(10, "充填ライン"), (11, "包装ライン")] {
        line::put(&mut tx, &a_line(number, name), at(0)).await.expect("a line");
    }
    for (number, name) in [(20, "Zone A"), (21, "Zone B")] {
        let zone = zone::Zone {
            id: id(number),
            site: site.id,
            name: name.into(),
            level: "1".into(),
            security_target: 2,
            note: String::new(),
        };
        zone::put(&mut tx, &zone, at(0)).await.expect("a zone");
    }
    tx.commit().await.expect("a commit");
    site.id
}

pub(crate) fn a_line(number: u32, name: &str) -> line::Line {
    line::Line {
        id: id(number),
        site: id(1),
        name: name.into(),
        code: format!("L{number}"),
        position: number,
        calendar: String::new(),
        note: String::new(),
    }
}

pub(crate) async fn nouns_are_kept_changed_and_removed(store: Store) {
    let site = plant(&store).await;
    assert_eq!(site::list(&store).await.expect("sites")[0].name, "横浜工場");
    let names = |lines: Vec<line::Line>| lines.into_iter().map(|line| line.name).collect::<Vec<_>>();
    assert_eq!(names(line::list(&store, site).await.expect("lines")), ["充填ライン", "包装ライン"]);
    let mut tx = store.write().await.expect("a change");
    line::put(&mut tx, &line::Line { position: 99, ..a_line(10, "充填機②") }, at(1)).await.expect("a line");
    let cell = cell::Cell {
        id: id(30),
        line: id(10),
        name: "Cell".into(),
        code: "C".into(),
        position: 1,
        note: String::new(),
    };
    cell::put(&mut tx, &cell, at(1)).await.expect("a cell");
    let system = system::System {
        id: id(40),
        site,
        name: "CIP".into(),
        purpose: "cleaning".into(),
        note: String::new(),
    };
    system::put(&mut tx, &system, at(1)).await.expect("a system");
    let network = Network {
        id: id(50),
        site,
        name: "OT".into(),
        state: NetworkState::Confirmed,
        zone: Some(id(20)),
        model_key: "net0".into(),
        interfaces: vec!["s/eth1".into()],
        vlans: vec!["10".into(), "20".into()],
        prefixes: vec!["10.1.0.0/16".into()],
        note: String::new(),
    };
    network::put(&mut tx, &network, at(1)).await.expect("a network");
    tx.commit().await.expect("a commit");
    assert_eq!(names(line::list(&store, site).await.expect("lines")), ["包装ライン", "充填機②"]);
    assert_eq!(cell::list(&store, id::<LineId>(10)).await.expect("cells"), core::slice::from_ref(&cell));
    assert_eq!(system::find(&store, id::<SystemId>(40)).await.expect("a system"), Some(system));
    assert_eq!(network::find(&store, id::<NetworkUid>(50)).await.expect("a network"), Some(network));
    assert_eq!(zone::list(&store, site).await.expect("zones").len(), 2);

    let mut tx = store.write().await.expect("a change");
    cell::remove(&mut tx, cell.id, at(2)).await.expect("removed");
    line::remove(&mut tx, id::<LineId>(10), at(2)).await.expect("removed");
    let error = line::remove(&mut tx, id::<LineId>(77), at(2)).await.expect_err("no such line");
    assert_eq!(error.trouble, Trouble::Missing);
    tx.commit().await.expect("a commit");
    assert_eq!(cell::find(&store, id::<CellId>(30)).await.expect("no cell"), None);
    let last = changes::since(&store, 0, 500).await.expect("changes");
    assert_eq!(last.last().map(|change| change.kind.as_str()), Some("line"));
}

pub(crate) async fn what_is_still_in_use_stays(store: Store) {
    plant(&store).await;
    crate::assets::write(&store, 3, 0).await;
    let mut tx = store.write().await.expect("a change");
    let asset: AssetUid = crate::assets::uid(1);
    let placed = Placement { line: Some(id(10)), zone: Some(id(20)), ..Placement::default() };
    place::put(&mut tx, asset, &placed, at(1)).await.expect("placed");
    let cell = cell::Cell {
        id: id(30),
        line: id(11),
        name: String::new(),
        code: String::new(),
        position: 1,
        note: String::new(),
    };
    cell::put(&mut tx, &cell, at(1)).await.expect("a cell");
    tx.commit().await.expect("a commit");

    let mut tx = store.write().await.expect("a change");
    let error = line::remove(&mut tx, id::<LineId>(11), at(2)).await.expect_err("it has a cell");
    assert_eq!(error.trouble, Trouble::Conflict);
    drop(tx);
    let mut tx = store.write().await.expect("a change");
    line::remove(&mut tx, id::<LineId>(10), at(2)).await.expect("an asset is no obstacle");
    zone::remove(&mut tx, id::<ZoneId>(20), at(2)).await.expect("nor here");
    tx.commit().await.expect("a commit");
    let asset = store::assets::find(&store, asset).await.expect("an asset").expect("it is there");
    assert_eq!((asset.line, asset.zone), (None, None), "it stands nowhere now");
}

pub(crate) async fn a_calendar_is_found_by_name(store: Store) {
    let site = plant(&store).await;
    let document = Json(r#"{"shifts":["8-17"]}"#.into());
    let own = calendar::Calendar { site, name: String::new(), document };
    let mut tx = store.write().await.expect("a change");
    calendar::put(&mut tx, &own, at(1)).await.expect("a calendar");
    tx.commit().await.expect("a commit");
    assert_eq!(calendar::find(&store, site, "").await.expect("a calendar"), Some(own.clone()));
    assert_eq!(calendar::find(&store, site, "night").await.expect("none"), None);
    assert_eq!(calendar::list(&store, site).await.expect("calendars"), [own]);
    let mut tx = store.write().await.expect("a change");
    calendar::remove(&mut tx, site, "", at(2)).await.expect("removed");
    tx.commit().await.expect("a commit");
    assert!(calendar::list(&store, site).await.expect("none").is_empty());
}
