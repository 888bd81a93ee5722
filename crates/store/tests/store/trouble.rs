//! A held database, a full disk, a killed process.

use crate::setup::{Folder, at, run};
use core::time::Duration;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;
use store::changes::{self, Action};
use store::{Options, Store, Trouble};

/// Set in the process that is killed.
const FOLDER: &str = "YAGURA_STORE_TEST_FOLDER";

async fn append(store: &Store, object: u32) -> Result<i64, store::StoreError> {
    let mut tx = store.write().await?;
    let revision =
        changes::append(&mut tx, "asset", format!("{object} {}", "x".repeat(2000)), Action::Added, at(0))
            .await?;
    tx.commit().await?;
    Ok(revision)
}

#[test]
fn a_held_database_is_told_and_recovers() {
    let folder = Folder::new();
    let options = Options { busy: Duration::from_millis(100), readers: 2 };
    run(async {
        let store = Store::open(&folder.url(), options).await.expect("a store");
        append(&store, 1).await.expect("it is free");
        let other = Store::connect(&folder.url(), options).await.expect("another process would do the same");
        let held = other.write().await.expect("it is free");
        let begin = Instant::now();
        let error = append(&store, 2).await.expect_err("it is held");
        assert_eq!(error.trouble, Trouble::Busy);
        assert!(begin.elapsed() < Duration::from_secs(20), "the wait is bounded");
        assert_eq!(changes::range(&store).await.expect("reading goes on"), (1, 1));
        drop(held);
        assert_eq!(append(&store, 2).await.expect("it recovers"), 2);
    });
}

#[test]
fn a_full_disk_is_told_and_recovers() {
    let folder = Folder::new();
    run(async {
        let store = Store::open(&folder.url(), Options::default()).await.expect("a store");
        let Store::Sqlite { writer, .. } = &store else { panic!("a SQLite store") };
        // The limit of pages gives the same answer as a disk without room.
        sqlx::query("PRAGMA max_page_count = 120").execute(writer).await.expect("a limit");
        let mut written = 0;
        let error = loop {
            match append(&store, written).await {
                Ok(_) => written += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(error.trouble, Trouble::Full, "{error:?}");
        assert!(error.to_string().contains("disk is full"), "{error}");
        let kept = changes::range(&store).await.expect("reading goes on").1;
        assert_eq!(kept, i64::from(written), "all that was acknowledged and nothing else");
        sqlx::query("PRAGMA max_page_count = 100000").execute(writer).await.expect("room");
        assert_eq!(append(&store, written).await.expect("it recovers"), kept + 1);
    });
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    if std::env::var_os(FOLDER).is_some() {
        return;
    }
    let folder = Folder::new();
    let mut before = 0;
    for round in 1..=5 {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["trouble::write_until_killed", "--exact", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut acknowledged = before;
        let number = |line: &str| line.strip_prefix("acknowledged ")?.parse::<i64>().ok();
        while acknowledged < before + 20 * round {
            let line = lines.next().expect("the child writes on").expect("a line");
            acknowledged = number(&line).unwrap_or(acknowledged);
        }
        child.kill().expect("killed");
        // What it said until it was dead counts too.
        for line in lines.map_while(Result::ok) {
            acknowledged = number(&line).unwrap_or(acknowledged);
        }
        child.wait().expect("dead");
        let (oldest, newest) = run(async {
            let store = Store::open(&folder.url(), Options::default()).await.expect("it opens");
            let range = changes::range(&store).await.expect("a range");
            let all = changes::since(&store, 0, u16::MAX).await.expect("changes");
            assert_eq!(all.len() as i64, range.1, "no hole");
            store.close().await;
            range
        });
        assert_eq!(oldest, 1);
        assert!(newest >= acknowledged, "round {round}: {newest} rows, {acknowledged} acknowledged");
        before = newest;
    }
}

#[test]
#[ignore = "the process that is killed"]
fn write_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let url = format!("sqlite:{}/store.db", folder.to_string_lossy());
    run(async {
        let store = Store::open(&url, Options::default()).await.expect("a store");
        loop {
            let revision = append(&store, 0).await.expect("written");
            println!("acknowledged {revision}");
        }
    });
}
