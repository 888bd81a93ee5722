//! The audit log.

use crate::setup::at;
use store::audit::{self, Deed, Filter, Head, Verdict};
use store::{Json, Store};

async fn write(store: &Store, rows: i64) {
    let mut tx = store.write().await.expect("a change");
    for row in 0..rows {
        let object = format!("asset {row}");
        let deed = Deed {
            at: at(row),
            actor: "user 髙橋",
            action: "asset.place",
            object: &object,
            detail: Json(r#"{"line":"充填"}"#.into()),
        };
        audit::append(&mut tx, &deed).await.expect("a row");
    }
    tx.commit().await.expect("a commit");
}

async fn sign(store: &Store) {
    let last = audit::last(store).await.expect("a row").expect("it is there");
    let signature = Head::signed_bytes(last.sequence, at(900), &last.hash);
    let head = Head { sequence: last.sequence, hash: last.hash, at: at(900), key: "k".into(), signature };
    let mut tx = store.write().await.expect("a change");
    audit::add_head(&mut tx, &head).await.expect("a head");
    tx.commit().await.expect("a commit");
}

fn is_signed(head: &Head) -> bool {
    head.signature == Head::signed_bytes(head.sequence, head.at, &head.hash)
}

/// Changes the log as an intruder on the database would.
async fn tamper(store: &Store, text: &'static str) {
    match store {
        Store::Sqlite { writer, .. } => {
            sqlx::query(text).execute(writer).await.expect("tampered");
        }
        Store::Postgres { pool } => {
            sqlx::query(text).execute(pool).await.expect("tampered");
        }
    }
}

pub(crate) async fn the_chain_holds(store: Store) {
    let empty = audit::verify(&store, is_signed).await.expect("a verdict");
    assert_eq!(empty, Verdict::Whole { first: 1, rows: 0, heads: 0 });
    write(&store, 7).await;
    sign(&store).await;
    write(&store, 3).await;
    assert_eq!(
        audit::verify(&store, is_signed).await.expect("a verdict"),
        Verdict::Whole { first: 1, rows: 10, heads: 1 }
    );
    let refused = audit::verify(&store, |_| false).await.expect("a verdict");
    assert!(matches!(refused, Verdict::Broken { sequence: 7, .. }), "{refused:?}");
    let filter = Filter { object: Some("asset 2".into()), ..Filter::default() };
    let found = audit::list(&store, &filter, i64::MAX, 100).await.expect("rows");
    assert_eq!(found.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [10, 3]);
    let filter = Filter { since: Some(at(5)), until: Some(at(6)), ..Filter::default() };
    assert_eq!(audit::list(&store, &filter, i64::MAX, 100).await.expect("rows").len(), 1);
    assert_eq!(audit::list(&store, &Filter::default(), 5, 2).await.expect("rows")[1].sequence, 3);
    assert_eq!(audit::heads(&store, 10).await.expect("heads").len(), 1);
}

pub(crate) async fn a_changed_row_is_named(store: Store) {
    write(&store, 9).await;
    tamper(&store, "UPDATE audit_entries SET actor = 'user nobody' WHERE sequence = 4").await;
    let verdict = audit::verify(&store, is_signed).await.expect("a verdict");
    assert_eq!(verdict, Verdict::Broken { sequence: 4, why: "the row was changed" });
}

pub(crate) async fn a_missing_row_is_named(store: Store) {
    write(&store, 9).await;
    tamper(&store, "DELETE FROM audit_entries WHERE sequence = 4").await;
    let verdict = audit::verify(&store, is_signed).await.expect("a verdict");
    assert_eq!(verdict, Verdict::Broken { sequence: 4, why: "the row is missing" });
}

pub(crate) async fn a_cut_end_is_found(store: Store) {
    write(&store, 9).await;
    sign(&store).await;
    tamper(&store, "DELETE FROM audit_entries WHERE sequence > 6").await;
    let verdict = audit::verify(&store, is_signed).await.expect("a verdict");
    assert_eq!(verdict, Verdict::Broken { sequence: 7, why: "a signed head tells of rows that are missing" });
    let mut tx = store.write().await.expect("a change");
    let deed = Deed { at: at(1), actor: "", action: "", object: "", detail: Json::default() };
    audit::append(&mut tx, &deed).await.expect_err("nothing is written over the cut");
}

pub(crate) async fn old_rows_go_up_to_a_signed_head(store: Store) {
    let forget = async |moment| {
        let mut tx = store.write().await.expect("a change");
        let gone = audit::forget_before(&mut tx, at(moment)).await.expect("forgotten");
        tx.commit().await.expect("a commit");
        gone
    };
    write(&store, 5).await;
    assert_eq!(forget(9_000).await, 0, "no head covers them");
    sign(&store).await;
    assert_eq!(forget(9_000).await, 0, "the next row follows the last");
    write(&store, 4).await;
    assert_eq!(forget(900).await, 0, "the head was signed at that moment, not before");
    assert_eq!(forget(9_000).await, 5);
    let whole = Verdict::Whole { first: 6, rows: 4, heads: 1 };
    assert_eq!(audit::verify(&store, is_signed).await.expect("a verdict"), whole);
    write(&store, 1).await;
    let whole = Verdict::Whole { first: 6, rows: 5, heads: 1 };
    assert_eq!(audit::verify(&store, is_signed).await.expect("a verdict"), whole);
    let verdict = audit::verify(&store, |_| false).await.expect("a verdict");
    assert!(matches!(verdict, Verdict::Broken { sequence: 5, .. }), "{verdict:?}");
    tamper(&store, "DELETE FROM audit_entries WHERE sequence = 6").await;
    let verdict = audit::verify(&store, is_signed).await.expect("a verdict");
    assert_eq!(verdict, Verdict::Broken { sequence: 1, why: "the row is missing" });
}

pub(crate) async fn writers_at_the_same_time_keep_the_chain(store: Store) {
    let mut tasks = Vec::new();
    for _ in 0..6 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move { write(&store, 5).await }));
    }
    for task in tasks {
        task.await.expect("a task");
    }
    assert_eq!(
        audit::verify(&store, is_signed).await.expect("a verdict"),
        Verdict::Whole { first: 1, rows: 30, heads: 0 }
    );
}
