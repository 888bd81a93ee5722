//! Sign-off of commissioning, places of the map, read marks.

use crate::access::a_user;
use crate::assets::user;
use crate::setup::{at, id};
use facts::id::SiteId;
use store::access::read_mark::{self, ReadMark};
use store::commissioning::{self, SignOff};
use store::map::{self, MapPlace};
use store::{Store, Trouble, changes};

pub(crate) async fn a_step_is_signed_once(store: Store) {
    let site: SiteId = id(1);
    let row = |step: &str, note: &str| SignOff {
        site,
        step: step.into(),
        note: note.into(),
        found: "時計のずれは最大 3 ミリ秒".into(),
        signed_by: user(),
        signer: "髙橋".into(),
        signed_at: at(1),
    };
    let mut tx = store.write().await.expect("a change");
    commissioning::sign(&mut tx, &row("map", "")).await.expect("signed");
    commissioning::sign(&mut tx, &row("clock", "見た")).await.expect("signed");
    tx.commit().await.expect("a commit");
    let mut tx = store.write().await.expect("a change");
    let twice = commissioning::sign(&mut tx, &row("map", "again")).await.expect_err("it is signed");
    assert_eq!(twice.trouble, Trouble::Conflict);
    drop(tx);
    assert_eq!(
        commissioning::list(&store, site).await.expect("steps"),
        [row("clock", "見た"), row("map", "")]
    );
    assert_eq!(commissioning::list(&store, id(2)).await.expect("steps"), [], "another plant");
    let mut tx = store.write().await.expect("a change");
    commissioning::withdraw(&mut tx, site, "map", at(2)).await.expect("withdrawn");
    commissioning::withdraw(&mut tx, site, "map", at(2)).await.expect_err("it is gone");
    tx.commit().await.expect("a commit");
    assert_eq!(commissioning::find(&store, site, "map").await.expect("an answer"), None);
    let told = changes::since(&store, 0, 10).await.expect("changes");
    let told: Vec<_> = told.iter().map(|change| (change.kind.as_str(), change.object.as_str())).collect();
    assert_eq!(told, [("sign-off", "map"), ("sign-off", "clock"), ("sign-off", "map")]);
}

pub(crate) async fn places_of_the_map_are_replaced_together(store: Store) {
    let place = |name: &str, rank| MapPlace {
        site: id(1),
        lane: "2".into(),
        kind: "segment".into(),
        name: name.into(),
        rank,
    };
    for places in [vec![place("a", 2), place("b", 1)], vec![place("b", 7)], Vec::new()] {
        let mut tx = store.write().await.expect("a change");
        map::replace(&mut tx, id(1), &places, at(1)).await.expect("replaced");
        map::replace(&mut tx, id(2), &[], at(1)).await.expect("another plant");
        tx.commit().await.expect("a commit");
        let mut kept = map::list(&store, id(1)).await.expect("places");
        kept.sort_by(|one, other| one.name.cmp(&other.name));
        assert_eq!(kept, places);
    }
}

pub(crate) async fn a_read_mark_only_goes_forward(store: Store) {
    let mark = |seconds| ReadMark { user_id: user(), read_until: at(seconds) };
    let mut tx = store.write().await.expect("a change");
    store::access::user::put(&mut tx, &a_user(0x99, "a"), at(0)).await.expect("a person");
    for seconds in [5, 9, 7] {
        read_mark::advance(&mut tx, &mark(seconds)).await.expect("moved");
    }
    tx.commit().await.expect("a commit");
    assert_eq!(read_mark::find(&store, user()).await.expect("an answer"), Some(at(9)));
    let mut tx = store.write().await.expect("a change");
    read_mark::remove(&mut tx, user()).await.expect("forgotten");
    tx.commit().await.expect("a commit");
    assert_eq!(read_mark::find(&store, user()).await.expect("an answer"), None);
}
