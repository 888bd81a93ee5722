//! Steps of the schema.

use crate::setup::{Folder, at, id, run};
use crate::structure::plant;
use store::structure::line;
use store::{Options, Store, Trouble, VERSION, audit, schema_of};

async fn execute(store: &Store, text: &'static str) {
    match store {
        Store::Sqlite { writer, .. } => {
            sqlx::query(text).execute(writer).await.expect("done");
        }
        Store::Postgres { pool } => {
            sqlx::query(text).execute(pool).await.expect("done");
        }
    }
}

pub(crate) async fn steps_twice_are_harmless(store: Store) {
    plant(&store).await;
    for step in 1..=VERSION {
        store::migrate_again(&store, step).await.unwrap_or_else(|error| panic!("step {step}: {error:?}"));
    }
    assert_eq!(line::list(&store, id(1)).await.expect("lines").len(), 2, "data stays");
}

pub(crate) async fn a_newer_store_is_refused(store: Store) {
    execute(&store, "INSERT INTO schema_steps (number) VALUES (999)").await;
    let error = store::migrate_to(&store, VERSION).await.expect_err("it is newer");
    assert_eq!(error.trouble, Trouble::Newer);
    assert!(error.to_string().contains("version 999"), "{error}");
}

pub(crate) async fn the_version_before_is_brought_up_to_date(store: Store) {
    // The store as the version before would have left it: without what the last step made, with data in the rest.
    plant(&store).await;
    let mut tx = store.write().await.expect("a change");
    let deed =
        audit::Deed { at: at(0), actor: "a", action: "b", object: "c", detail: store::Json::default() };
    audit::append(&mut tx, &deed).await.expect("a row");
    tx.commit().await.expect("a commit");
    for table in [
        "DROP TABLE deliveries",
        "DROP TABLE webhooks",
        "DROP TABLE saved_views",
        "DROP TABLE settings",
        "DROP TABLE sensors",
        "DROP TABLE history_files",
        "DROP TABLE jobs",
        "DROP TABLE retention",
        "DELETE FROM schema_steps WHERE number >= 7",
    ] {
        execute(&store, table).await;
    }
    store::settings::list(&store).await.expect_err("the table is gone");
    store::migrate_to(&store, VERSION).await.expect("up to date");
    assert!(store::settings::list(&store).await.expect("the table is back").is_empty());
    assert_eq!(line::list(&store, id(1)).await.expect("lines").len(), 2);
    assert_eq!(audit::last(&store).await.expect("a row").map(|entry| entry.sequence), Some(1));
}

pub(crate) async fn what_people_said_before_is_shown(store: Store) {
    plant(&store).await;
    crate::assets::write(&store, 1, 0).await;
    let (asset, user) = (crate::assets::uid(0), crate::assets::user());
    let said = format!(
        "INSERT INTO asset_overrides (asset, field, value, reason, made_by, made_at) \
         VALUES ('{asset}', 'kind', 'drive', 'name plate', '{user}', 1)"
    );
    execute(&store, said.leak()).await;
    execute(&store, "DELETE FROM schema_steps WHERE number >= 13").await;
    store::migrate_to(&store, VERSION).await.expect("up to date");
    let shown = store::assets::find(&store, asset).await.expect("an asset").expect("it is there");
    let rows = store::assets::overrule::list(&store, asset).await.expect("overrides");
    assert_eq!((shown.kind.as_str(), rows[0].heard.as_str()), ("drive", "plc"));
}

#[test]
fn all_steps_make_the_committed_schema() {
    let folder = Folder::new();
    let schema = run(async {
        let store = Store::open(&folder.url(), Options::default()).await.expect("a new store");
        schema_of(&store).await.expect("a schema")
    });
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql");
    if std::env::var_os("YAGURA_BLESS").is_some() {
        std::fs::write(path, &schema).expect("the file is written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(schema == committed, "schema.sql differs: look at the step, then run with YAGURA_BLESS=1");
}

#[test]
fn every_version_on_the_way_is_whole() {
    let folder = Folder::new();
    run(async {
        let store = Store::connect(&folder.url(), Options::default()).await.expect("a store");
        for version in 1..=VERSION {
            store::migrate_to(&store, version).await.unwrap_or_else(|error| panic!("{version}: {error:?}"));
        }
        let stepwise = schema_of(&store).await.expect("a schema");
        let other = Folder::new();
        let at_once = Store::open(&other.url(), Options::default()).await.expect("a store");
        assert_eq!(stepwise, schema_of(&at_once).await.expect("a schema"));
    });
}
