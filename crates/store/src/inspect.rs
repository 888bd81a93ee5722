//! What a tool asks of a database before it works with it: its version, whether it is sound, how much it holds.
//!
//! Nothing here changes a table, so it may be asked of a database of any version, opened with [`Store::connect`].

use crate::error::{StoreError, Trouble};
use crate::open::Store;
use crate::query::{Query, Reader};

/// The version of a database: the number of the last step that it took, 0 for one without our tables.
pub async fn version(of: &Store) -> Result<i64, StoreError> {
    if !tables(of).await?.iter().any(|table| table == "schema_steps") {
        return Ok(0);
    }
    let query = Query::new("SELECT COALESCE(MAX(number), 0) FROM schema_steps");
    let rows = Reader::Store(of).rows(query).await?;
    rows.first().map_or(Ok(0), |row| row.get(0))
}

/// Reads all of a SQLite file and finds whether it is sound. A server looks after itself.
///
/// # Errors
/// [`Trouble::Damaged`] when it is not.
pub async fn check(of: &Store) -> Result<(), StoreError> {
    if !of.is_sqlite() {
        return Ok(());
    }
    let query = Query::new("SELECT COUNT(*) FROM pragma_quick_check WHERE quick_check <> 'ok'");
    match Reader::Store(of).number(query).await? {
        0 => Ok(()),
        _ => Err(StoreError::new(Trouble::Damaged, "check the database")),
    }
}

/// Rows of every table, in the order of their names.
pub async fn row_counts(of: &Store) -> Result<Vec<(String, u64)>, StoreError> {
    let mut counts = Vec::new();
    for table in tables(of).await? {
        let rows = Reader::Store(of).number(Query::new(format!("SELECT COUNT(*) FROM {table}"))).await?;
        counts.push((table, rows));
    }
    Ok(counts)
}

async fn tables(of: &Store) -> Result<Vec<String>, StoreError> {
    let query = match of {
        Store::Sqlite { .. } => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Store::Postgres { .. } => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
             WHERE table_schema = current_schema() ORDER BY 1"
        }
    };
    Reader::Store(of).rows(Query::new(query)).await?.iter().map(|row| row.get(0)).collect()
}
