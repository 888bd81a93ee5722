//! Brings tables up to date, step by step.
//!
//! Steps are written once for both back ends. A few words differ. For PostgreSQL, `BLOB` becomes `BYTEA`, `TEXT`
//! compares by bytes as it does on SQLite, and `WITHOUT ROWID` goes. For SQLite, a `BIGINT` that is a primary key by
//! itself becomes `INTEGER`, which saves an index there. A step that has been taken is taken again without harm.

use crate::error::{StoreError, Trouble};
use crate::open::Store;
use crate::query::{Inner, Query, Reader, Transaction};

/// Number and text of every step, in order.
const STEPS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_changes.sql")),
    (2, include_str!("../migrations/0002_structure.sql")),
    (3, include_str!("../migrations/0003_assets.sql")),
    (4, include_str!("../migrations/0004_register.sql")),
    (5, include_str!("../migrations/0005_access.sql")),
    (6, include_str!("../migrations/0006_audit.sql")),
    (7, include_str!("../migrations/0007_operation.sql")),
    (8, include_str!("../migrations/0008_views.sql")),
    (9, include_str!("../migrations/0009_sensor_blocks.sql")),
    (10, include_str!("../migrations/0010_console.sql")),
    (11, include_str!("../migrations/0011_risk.sql")),
    (12, include_str!("../migrations/0012_patches.sql")),
    (13, include_str!("../migrations/0013_overrides.sql")),
];

/// The version that this program writes: the number of the last step.
pub const VERSION: i64 = 13;

/// Takes the steps that are missing, all or none of them.
pub(crate) async fn run(store: &Store) -> Result<(), StoreError> {
    migrate_to(store, VERSION).await
}

/// Takes the missing steps up to a version, all or none of them; [`Store::open`] does so up to [`VERSION`].
pub async fn migrate_to(store: &Store, version: i64) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    let now = begin(&mut transaction).await?;
    if now > VERSION {
        let what = format!("open a store of version {now} with a program of version {VERSION}");
        return Err(StoreError::new(Trouble::Newer, what));
    }
    for (number, text) in STEPS.iter().filter(|(number, _)| *number > now && *number <= version) {
        step(&mut transaction, text).await?;
        let done =
            Query::new("INSERT INTO schema_steps (number) VALUES ($1) ON CONFLICT (number) DO NOTHING");
        transaction.execute(done.bind(*number)).await?;
    }
    transaction.commit().await
}

/// The version of a store, 0 for an empty one.
async fn begin(transaction: &mut Transaction) -> Result<i64, StoreError> {
    if let Inner::Postgres(_) = transaction.inner {
        // Two processes that start together must not both take the steps; the number is this product's own.
        transaction.rows(Query::new("SELECT 1 FROM (SELECT pg_advisory_xact_lock(7956711)) AS held")).await?;
    }
    let table = "CREATE TABLE IF NOT EXISTS schema_steps (number BIGINT NOT NULL PRIMARY KEY)";
    transaction.execute(Query::new(table)).await?;
    let rows = transaction.rows(Query::new("SELECT COALESCE(MAX(number), 0) FROM schema_steps")).await?;
    rows.first().map_or(Ok(0), |row| row.get(0))
}

/// Runs the statements of one step.
async fn step(transaction: &mut Transaction, text: &str) -> Result<(), StoreError> {
    for statement in statements(text) {
        let statement = match transaction.inner {
            Inner::Postgres(_) => for_postgres(&statement),
            Inner::Sqlite(_) => match for_sqlite(transaction, statement).await? {
                Some(statement) => statement,
                None => continue,
            },
        };
        transaction.execute(Query::new(statement).once()).await?;
    }
    Ok(())
}

fn statements(text: &str) -> Vec<String> {
    let code = |line: &&str| !line.trim_start().starts_with("--");
    let text: String = text.lines().filter(code).map(|line| format!("{line}\n")).collect();
    text.split(';').map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_owned).collect()
}

fn for_postgres(statement: &str) -> String {
    statement.replace(" BLOB", " BYTEA").replace(" TEXT", " TEXT COLLATE \"C\"").replace(" WITHOUT ROWID", "")
}

/// `ALTER TABLE t ADD COLUMN IF NOT EXISTS c …` is PostgreSQL's; SQLite is asked for the column first.
async fn for_sqlite(transaction: &mut Transaction, statement: String) -> Result<Option<String>, StoreError> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let ["ALTER", "TABLE", table, "ADD", "COLUMN", "IF", "NOT", "EXISTS", column, ..] = words.as_slice()
    else {
        let number = "INTEGER NOT NULL PRIMARY KEY";
        return Ok(Some(statement.replace("BIGINT NOT NULL PRIMARY KEY", number)));
    };
    let query = Query::new("SELECT 1 FROM pragma_table_info($1) WHERE name = $2");
    let is_there = !transaction.rows(query.bind(*table).bind(*column)).await?.is_empty();
    Ok((!is_there).then(|| statement.replace("IF NOT EXISTS ", "")))
}

/// Takes a step once more, for the test that this does no harm.
pub async fn migrate_again(store: &Store, number: i64) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    for (_, text) in STEPS.iter().filter(|(step, _)| *step == number) {
        step(&mut transaction, text).await?;
    }
    transaction.commit().await
}

/// The tables and indexes of a SQLite store as SQL text, sorted by name; the committed `schema.sql` holds the same.
pub async fn schema_of(store: &Store) -> Result<String, StoreError> {
    let query = Query::new("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name");
    let rows = Reader::Store(store).rows(query).await?;
    rows.iter().map(|row| Ok(format!("{};\n", row.get::<String>(0)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_without_gaps() {
        let numbers: Vec<i64> = STEPS.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=VERSION).collect::<Vec<_>>());
        let files =
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).expect("the folder");
        assert_eq!(files.count(), STEPS.len(), "every file is a step");
    }
}
