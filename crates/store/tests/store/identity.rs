//! Assets found again, merged and split.

use crate::assets::{heard, uid, user, write};
use crate::setup::{at, id};
use crate::structure::plant;
use store::assets::address::{AddressKey, AddressKind, identify, of_asset};
use store::assets::regroup::{self, Deed};
use store::{Store, Trouble, assets};

fn key(kind: AddressKind, address: &str) -> AddressKey {
    AddressKey { network: Some(id(50)), kind, address: address.into() }
}

fn mac(number: u32) -> AddressKey {
    heard(number).addresses[0].clone()
}

fn ip(number: u32) -> AddressKey {
    heard(number).addresses[1].clone()
}

fn deed(seconds: i64) -> Deed<'static> {
    Deed { by: Some(user()), reason: "seen on site", at: at(seconds) }
}

pub(crate) async fn assets_are_found_again(store: Store) {
    plant(&store).await;
    write(&store, 4, 0).await;
    let elsewhere = AddressKey { network: Some(id(51)), ..ip(3) };
    let candidates: [&[AddressKey]; 5] = [
        // Readdressed: the hardware address decides, though the IP address was another's.
        &[ip(1), mac(0)],
        // The other one, met behind a router, by its IP address alone; it is taken by nobody surer.
        &[ip(1)],
        // What was stored as two is one.
        &[mac(2), mac(3)],
        // The same address in another network is another thing.
        &[elsewhere],
        &[key(AddressKind::Name, "new")],
    ];
    let found = identify(&store, &candidates).await.expect("identified");
    assert_eq!((found[0].id, found[0].is_new), (uid(0), false));
    assert_eq!(found[1].id, uid(1));
    assert_eq!((found[2].id, found[2].also.as_slice()), (uid(2), &[uid(3)][..]));
    assert!(found[3].is_new && found[4].is_new);
    assert_ne!(found[3].id, found[4].id);
    let again = identify(&store, &candidates).await.expect("identified");
    assert_eq!(again[..3], found[..3], "the same question has the same answer");
}

pub(crate) async fn a_merge_is_undone(store: Store) {
    plant(&store).await;
    write(&store, 2, 0).await;
    let mut tx = store.write().await.expect("a change");
    let merged = regroup::merge(&mut tx, uid(0), uid(1), deed(1)).await.expect("merged");
    let error = regroup::merge(&mut tx, uid(0), uid(1), deed(1)).await.expect_err("it is merged already");
    assert_eq!(error.trouble, Trouble::Conflict);
    tx.commit().await.expect("a commit");
    assert_eq!(assets::count(&store).await.expect("a count"), 1);
    assert_eq!(of_asset(&store, uid(0)).await.expect("addresses").len(), 4);
    let found = identify(&store, &[&[mac(1)]]).await.expect("identified");
    assert_eq!(found[0].id, uid(0), "the model finds the merged asset");
    assert_eq!(regroup::list(&store).await.expect("merges").len(), 1);

    let mut tx = store.write().await.expect("a change");
    regroup::undo(&mut tx, &merged.id, user(), at(2)).await.expect("undone");
    let error = regroup::undo(&mut tx, &merged.id, user(), at(2)).await.expect_err("it is undone already");
    assert_eq!(error.trouble, Trouble::Conflict);
    tx.commit().await.expect("a commit");
    assert_eq!(assets::count(&store).await.expect("a count"), 2);
    let found = identify(&store, &[&[mac(1)]]).await.expect("identified");
    assert_eq!(found[0].id, uid(1));
    assert!(regroup::list(&store).await.expect("none").is_empty());
    assert_eq!(
        regroup::of_asset(&store, uid(1)).await.expect("history").len(),
        1,
        "what was done stays told"
    );
}

pub(crate) async fn a_split_is_undone(store: Store) {
    plant(&store).await;
    write(&store, 1, 0).await;
    let mut tx = store.write().await.expect("a change");
    let error =
        regroup::split(&mut tx, uid(0), uid(9), &[mac(0), ip(0)], deed(1)).await.expect_err("all of it");
    assert_eq!(error.trouble, Trouble::Conflict);
    let split = regroup::split(&mut tx, uid(0), uid(9), &[ip(0)], deed(1)).await.expect("split");
    tx.commit().await.expect("a commit");
    let part = assets::find(&store, uid(9)).await.expect("an asset").expect("it is there");
    assert_eq!((part.address.as_str(), part.merged_into), ("10.1.0.0", None));
    let found = identify(&store, &[&[ip(0)], &[mac(0)]]).await.expect("identified");
    assert_eq!((found[0].id, found[1].id), (uid(9), uid(0)));

    let mut tx = store.write().await.expect("a change");
    regroup::undo(&mut tx, &split.id, user(), at(2)).await.expect("undone");
    tx.commit().await.expect("a commit");
    assert_eq!(assets::count(&store).await.expect("a count"), 1);
    assert_eq!(of_asset(&store, uid(0)).await.expect("addresses").len(), 2);
}
