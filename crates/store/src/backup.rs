//! Backup while the product runs, and restore.
//!
//! A backup is a SQLite file, whichever back end it comes from, and restores into either. Both directions are one
//! transaction: a backup is one moment of the store, and a restore that fails leaves everything as it was.

use crate::error::{StoreError, Trouble};
use crate::migrate;
use crate::open::{Options, Store};
use crate::query::{Query, Reader, Transaction};
use crate::value::Value;
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::{Path, PathBuf};

/// Rows that are copied at once.
const ROWS: usize = 200;

/// A table as the copy needs it.
struct Table {
    name: String,
    /// Name and whether it holds numbers, texts or bytes.
    columns: Vec<(String, Type)>,
    key: Vec<String>,
}

#[derive(Clone, Copy)]
enum Type {
    Integer,
    Text,
    Blob,
}

impl Store {
    /// Writes a backup to a file that must not exist yet.
    pub async fn backup_to(&self, path: &Path) -> Result<(), StoreError> {
        let what = || format!("write the backup {}", path.display());
        if path.exists() {
            return Err(StoreError::new(Trouble::Conflict, what()));
        }
        match self {
            Self::Sqlite { writer, .. } => {
                let name = path.to_str().ok_or_else(|| StoreError::new(Trouble::Malformed, what()))?;
                // On a connection of its own: writing goes on beside it.
                let failed = |error| StoreError::of(what(), error);
                let mut on = writer.connect_options().connect().await.map_err(failed)?;
                let copied = sqlx::query("VACUUM INTO $1").bind(name).execute(&mut on).await;
                on.close().await.map_err(failed)?;
                copied.map(|_| ()).map_err(failed)
            }
            Self::Postgres { .. } => {
                let file = open_file(path).await?;
                migrate::run(&file).await?;
                let mut from = self.write().await?;
                // One moment of the store, however long the copy takes.
                from.execute(Query::new("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").once())
                    .await?;
                let mut to = file.write().await?;
                copy(&mut from, &mut to, &tables(&file).await?).await?;
                to.commit().await?;
                file.close().await;
                Ok(())
            }
        }
    }

    /// Replaces everything in this store by a backup. A backup of an older version is brought up to date on the way.
    pub async fn restore_from(&self, path: &Path) -> Result<(), StoreError> {
        let what = || format!("restore the backup {}", path.display());
        if !path.is_file() {
            return Err(StoreError::new(Trouble::Missing, what()));
        }
        let copied = beside(path);
        let result = match std::fs::copy(path, &copied) {
            Ok(_) => self.restore_copy(&copied).await,
            Err(error) => Err(StoreError::of(what(), sqlx::Error::Io(error))),
        };
        for end in ["", "-wal", "-shm"] {
            let mut name = copied.clone().into_os_string();
            name.push(end);
            // What is not there need not go.
            let _ = std::fs::remove_file(name);
        }
        result
    }

    async fn restore_copy(&self, path: &Path) -> Result<(), StoreError> {
        let file = open_file(path).await?;
        let is_ours = Query::new("SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_steps'");
        if Reader::Store(&file).number(is_ours).await? == 0 {
            return Err(StoreError::new(Trouble::Damaged, "restore: the file is no backup of this product"));
        }
        migrate::run(&file).await?;
        let tables = tables(&file).await?;
        let mut from = file.write().await?;
        let mut to = self.write().await?;
        for table in tables.iter().rev().filter(|table| table.name != "schema_steps") {
            to.execute(Query::new(format!("DELETE FROM {}", table.name)).once()).await?;
        }
        copy(&mut from, &mut to, &tables).await?;
        to.commit().await?;
        drop(from);
        file.close().await;
        Ok(())
    }
}

async fn open_file(path: &Path) -> Result<Store, StoreError> {
    Store::connect(&format!("sqlite:{}", path.display()), Options::default()).await
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".restoring");
    name.into()
}

/// Every table in the order in which it was made: what is referred to comes first.
async fn tables(file: &Store) -> Result<Vec<Table>, StoreError> {
    let query = Query::new("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid");
    let mut tables = Vec::new();
    for row in Reader::Store(file).rows(query).await? {
        let name: String = row.get(0)?;
        let query =
            Query::new("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid").bind(name.as_str());
        let (mut columns, mut key) = (Vec::new(), Vec::new());
        for row in Reader::Store(file).rows(query).await? {
            let column: String = row.get(0)?;
            let kind = match row.get::<String>(1)?.as_str() {
                "BIGINT" | "INTEGER" => Type::Integer,
                "BLOB" => Type::Blob,
                _ => Type::Text,
            };
            if row.get::<i64>(2)? > 0 {
                key.push(column.clone());
            }
            columns.push((column, kind));
        }
        tables.push(Table { name, columns, key });
    }
    Ok(tables)
}

async fn copy(from: &mut Transaction, to: &mut Transaction, tables: &[Table]) -> Result<(), StoreError> {
    for table in tables.iter().filter(|table| table.name != "schema_steps") {
        let mut last = None;
        loop {
            let rows = part(from, table, last.as_deref()).await?;
            if rows.is_empty() {
                break;
            }
            last = rows.last().map(|row| key_values(table, row));
            let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
            let text = format!(
                "INSERT INTO {} ({}) VALUES {}",
                table.name,
                names.join(", "),
                crate::record::placeholders(to.is_sqlite(), rows.len(), names.len())
            );
            to.execute(Query::with(text, rows.into_iter().flatten().collect())).await?;
        }
    }
    Ok(())
}

/// Rows after a key, in the order of the key.
async fn part(
    from: &mut Transaction,
    table: &Table,
    after: Option<&[Value]>,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let key = table.key.join(", ");
    let condition = match after {
        Some(values) => {
            let places: Vec<String> = (1..=values.len()).map(|at| format!("${at}")).collect();
            format!("WHERE ({key}) > ({})", places.join(", "))
        }
        None => String::new(),
    };
    // Files are large: one at a time.
    let rows = if table.name == "asset_file_contents" { 1 } else { ROWS };
    let text =
        format!("SELECT {} FROM {} {condition} ORDER BY {key} LIMIT {rows}", names.join(", "), table.name);
    let rows = from.rows(Query::with(text, after.unwrap_or_default().to_vec())).await?;
    let value = |row: &crate::query::Row, at: usize, kind: Type| match kind {
        Type::Integer => row.integer(at).map(Value::Integer),
        Type::Text => row.text(at).map(Value::Text),
        Type::Blob => row.blob(at).map(Value::Blob),
    };
    let values = |row: &crate::query::Row| {
        table.columns.iter().enumerate().map(|(at, (_, kind))| value(row, at, *kind)).collect()
    };
    rows.iter().map(values).collect()
}

fn key_values(table: &Table, row: &[Value]) -> Vec<Value> {
    let position = |key: &String| table.columns.iter().position(|(name, _)| name == key);
    table.key.iter().filter_map(position).filter_map(|at| row.get(at).cloned()).collect()
}
