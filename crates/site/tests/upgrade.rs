//! A database of the version before is copied, brought up to date, and can be had back.

#![expect(clippy::expect_used, reason = "a test")]

use age::secrecy::ExposeSecret;
use facts::id::SiteId;
use keep::backup::{Key, Lock};
use site::backup::{Place, open_store, restore};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use store::structure::line::{self, Line};
use store::structure::site::{self as plant, Site};
use store::{Moment, Options, Store, VERSION, audit, inspect};
use uuid::Uuid;

const NOW: i64 = 1_795_395_600_000_000;
const SITE: SiteId = SiteId(Uuid::from_u128(1));

fn place(folder: &Path) -> Place {
    let data = folder.join("data");
    std::fs::create_dir_all(data.join("model/journal")).expect("a folder");
    Place {
        site: "第一工場".into(),
        database: format!("sqlite:{}", data.join("yagura.db").display()),
        folder: data,
        configuration: None,
        others: Vec::new(),
    }
}

async fn connect(place: &Place) -> Store {
    Store::connect(&place.database, Options::default()).await.expect("the database")
}

/// What the program of the version before left: its steps, a plant with a line, a model, history and a key.
async fn left_by_the_version_before(place: &Place) {
    let store = connect(place).await;
    store::migrate_to(&store, VERSION - 1).await.expect("the steps before");
    let mut tx = store.write().await.expect("a change");
    let row = Site {
        id: SITE,
        name: "第一工場".into(),
        code: "P1".into(),
        time_zone: "Asia/Tokyo".into(),
        note: String::new(),
    };
    plant::put(&mut tx, &row, Moment(NOW)).await.expect("a plant");
    tx.commit().await.expect("a commit");
    add_line(&store, 2, "充填機②").await;
    store.close().await;
    for (name, text) in [
        ("model/model-00000000000000000007.snapshot", "a model"),
        ("model/journal/00000000000000000007.log", "a journal"),
        ("history/flows/day=2026-11-23/01-0001.parquet", "rows"),
        ("history.json", "[]"),
        ("sealing.keys", "1 00"),
    ] {
        let path = place.folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
}

async fn add_line(store: &Store, number: u128, name: &str) {
    let mut tx = store.write().await.expect("a change");
    let row = Line {
        id: facts::id::LineId(Uuid::from_u128(number)),
        site: SITE,
        name: name.into(),
        code: String::new(),
        position: 0,
        calendar: String::new(),
        note: String::new(),
    };
    line::put(&mut tx, &row, Moment(NOW)).await.expect("a line");
    tx.commit().await.expect("a commit");
}

async fn lines(store: &Store) -> Vec<String> {
    line::list(store, SITE).await.expect("lines").into_iter().map(|line| line.name).collect()
}

/// Upgrades, changes something, goes back by the copy, and upgrades again.
async fn there_and_back(place: &Place, lock: Option<Lock>, key: Option<&Key>, copy: &Path) {
    left_by_the_version_before(place).await;
    let store = open_store(place, lock.clone(), NOW).await.expect("the store");
    assert_eq!(inspect::version(&store).await.expect("a version"), VERSION);
    assert_eq!(lines(&store).await, ["充填機②"], "data survive");
    let entry = audit::last(&store).await.expect("the log").expect("a row");
    assert_eq!((entry.actor.as_str(), entry.action.as_str()), ("product", "database.upgrade"));
    assert!(entry.detail.0.contains(&copy.display().to_string()), "{}", entry.detail.0);
    assert!(copy.exists());
    add_line(&store, 3, "later").await;
    store.close().await;
    let again = open_store(place, lock.clone(), NOW).await.expect("the store");
    assert_eq!(lines(&again).await.len(), 2, "nothing is left to do");
    again.close().await;
    std::fs::write(place.folder.join("sealing.keys"), "2 11").expect("a file");

    let restored = restore(place, copy, key, NOW + 1_000_000).await.expect("restored");
    assert_eq!(restored.schema, VERSION - 1);
    assert!(restored.former.join("yagura.db").is_file());
    let read = |name: &str| std::fs::read_to_string(place.folder.join(name)).expect(name);
    assert_eq!(read("sealing.keys"), "1 00");
    assert_eq!(read("model/journal/00000000000000000007.log"), "a journal");
    assert_eq!(
        read("history/flows/day=2026-11-23/01-0001.parquet"),
        "rows",
        "history is not in it and stays"
    );
    let old = connect(place).await;
    assert_eq!(inspect::version(&old).await.expect("a version"), VERSION - 1);
    assert_eq!(lines(&old).await, ["充填機②"]);
    old.close().await;
    let store = open_store(place, lock, NOW + 2_000_000).await.expect("the store");
    assert_eq!(lines(&store).await, ["充填機②"]);
    store.close().await;
    let copies = std::fs::read_dir(place.folder.join("backups")).expect("the folder").count();
    assert_eq!(copies, 2, "a second upgrade does not overwrite the first one's copy");
}

#[tokio::test]
async fn without_a_key_the_copy_is_plain_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path());
    let copy = place.folder.join(format!("backups/before-upgrade-{VERSION}"));
    there_and_back(&place, None, None, &copy).await;
    let why = std::fs::read_to_string(copy.join("README.txt")).expect("the reason");
    assert!(why.contains("not encrypted") && why.contains("[backup]"), "{why}");
    let mode = |path: PathBuf| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(copy.clone()), mode(copy.join("database/yagura.db"))), (0o700, 0o600));

    std::fs::write(copy.join("data/sealing.keys"), "cut").expect("a file");
    let refused = restore(&place, &copy, None, NOW).await.expect_err("it was changed").0;
    assert!(refused.contains("data/sealing.keys is not what was copied"), "{refused}");
}

#[tokio::test]
async fn with_a_key_the_copy_is_encrypted() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path());
    let identity = age::x25519::Identity::generate();
    let lock = Lock::Recipients(vec![identity.to_public().to_string()]);
    let key = Key::Identity(identity.to_string().expose_secret().to_owned());
    let copy = place.folder.join(format!("backups/before-upgrade-{VERSION}.tar.zst.age"));
    there_and_back(&place, Some(lock), Some(&key), &copy).await;
    let head = std::fs::read(&copy).expect("the copy");
    assert!(head.starts_with(b"age-encryption.org/v1"));
}

#[tokio::test]
async fn a_newer_database_and_a_cut_restore_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path());
    let store = Store::open(&place.database, Options::default()).await.expect("a store");
    let Store::Sqlite { writer, .. } = &store else { panic!("SQLite") };
    sqlx::query("INSERT INTO schema_steps (number) VALUES (999)").execute(writer).await.expect("a row");
    store.close().await;
    let refused = open_store(&place, None, NOW).await.expect_err("it is newer").0;
    assert!(refused.contains("version 999") && refused.lines().count() == 1, "{refused}");
    assert!(!place.folder.join("backups").exists(), "nothing was copied");
    std::fs::write(place.folder.join("restore-unfinished"), "x").expect("a file");
    let refused = open_store(&place, None, NOW).await.expect_err("a restore was cut off").0;
    assert!(refused.contains("run `yagura restore` again"), "{refused}");
}

#[tokio::test]
async fn without_a_copy_there_is_no_upgrade() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path());
    left_by_the_version_before(&place).await;
    // A file where the folder of copies should be stands for a disk that takes none.
    std::fs::write(place.folder.join("backups"), "").expect("a file");
    let refused = open_store(&place, None, NOW).await.expect_err("no copy").0;
    assert!(refused.contains("backups"), "{refused}");
    let store = connect(&place).await;
    assert_eq!(inspect::version(&store).await.expect("a version"), VERSION - 1, "nothing was changed");
}
