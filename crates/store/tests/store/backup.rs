//! Backup and restore.

use crate::assets::{uid, user, write};
use crate::setup::{Folder, at, id};
use crate::structure::plant;
use store::assets::file::{self, NewFile};
use store::audit::{self, Deed, Verdict};
use store::structure::line;
use store::{Json, Options, Store, Trouble, assets, changes};

pub(crate) async fn a_backup_restores_everything(store: Store) {
    plant(&store).await;
    write(&store, 450, 0).await;
    let mut tx = store.write().await.expect("a change");
    let new = NewFile { name: "a", media_type: "b", bytes: &[0, 1, 255] };
    let kept = file::add(&mut tx, uid(3), &new, user(), at(1)).await.expect("a file");
    let deed = Deed { at: at(1), actor: "a", action: "b", object: "c", detail: Json::default() };
    audit::append(&mut tx, &deed).await.expect("a row");
    tx.commit().await.expect("a commit");
    let folder = Folder::new();
    let path = folder.path().join("backup.db");
    store.backup_to(&path).await.expect("a backup");
    let error = store.backup_to(&path).await.expect_err("it is never written over");
    assert_eq!(error.trouble, Trouble::Conflict);
    let range = changes::range(&store).await.expect("a range");

    // What came after the backup is gone after the restore.
    let mut tx = store.write().await.expect("a change");
    line::put(&mut tx, &crate::structure::a_line(12, "after"), at(2)).await.expect("a line");
    file::remove(&mut tx, &kept, at(2)).await.expect("removed");
    tx.commit().await.expect("a commit");
    store.restore_from(&path).await.expect("restored");
    check(&store, range, &kept).await;

    // And into a new store, which is always possible on SQLite.
    let other = Store::open(&folder.url(), Options::default()).await.expect("a new store");
    other.restore_from(&path).await.expect("restored");
    check(&other, range, &kept).await;
    write(&other, 5, 9).await;
    other.close().await;
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder").filter_map(Result::ok).collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().contains("restoring")), "{left:?}");
}

async fn check(store: &Store, range: (i64, i64), kept: &file::File) {
    assert_eq!(assets::count(store).await.expect("a count"), 450);
    assert_eq!(changes::range(store).await.expect("a range"), range);
    let lines = line::list(store, id(1)).await.expect("lines");
    assert_eq!(lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(), ["充填ライン", "包装ライン"]);
    assert_eq!(file::bytes(store, kept.id).await.expect("bytes"), Some(vec![0, 1, 255]));
    let verdict = audit::verify(store, |_| true).await.expect("a verdict");
    assert_eq!(verdict, Verdict::Whole { first: 1, rows: 1, heads: 0 });
}

pub(crate) async fn a_bad_backup_changes_nothing(store: Store) {
    plant(&store).await;
    let folder = Folder::new();
    let path = folder.path().join("bad.db");
    let missing = store.restore_from(&path).await.expect_err("there is none");
    assert_eq!(missing.trouble, Trouble::Missing);
    std::fs::write(&path, b"not a database at all, but long enough to look like one").expect("a file");
    let bad = store.restore_from(&path).await.expect_err("it is none");
    assert_eq!(bad.trouble, Trouble::Damaged);
    std::fs::write(&path, b"").expect("a file");
    let empty = store.restore_from(&path).await.expect_err("it is empty");
    assert_eq!(empty.trouble, Trouble::Damaged);
    assert_eq!(line::list(&store, id(1)).await.expect("lines").len(), 2);
}
