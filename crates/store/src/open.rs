//! Opens the database that a URL names.

use crate::error::{StoreError, Trouble};
use crate::migrate;
use crate::query::{Inner, SqliteGuard, Transaction};
use core::time::Duration;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::path::Path;
use std::str::FromStr;

/// How often a transaction is begun again when the database is held, each time after the wait of [`Options`].
const BEGINS_MAX: u32 = 3;

/// How long changes of this process wait for each other. Nothing but a much too long change lets this end.
const QUEUE: Duration = Duration::from_secs(10);

/// An open database. Cheap to clone: all clones share the same connections.
#[derive(Clone, Debug)]
pub enum Store {
    /// A file: one connection writes, others read beside it what was last committed.
    Sqlite {
        /// The only connection that writes.
        writer: SqlitePool,
        /// Connections that cannot write.
        readers: SqlitePool,
    },
    /// A server.
    Postgres {
        /// Connections that read and write.
        pool: PgPool,
    },
}

/// What may be chosen about the connections.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long a statement waits for a database that another process holds.
    pub busy: Duration,
    /// Connections that read at the same time.
    pub readers: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { busy: Duration::from_secs(5), readers: 4 }
    }
}

impl Store {
    /// Opens `sqlite:PATH` (made when missing) or `postgres://…`, and brings its tables up to date.
    pub async fn open(url: &str, options: Options) -> Result<Self, StoreError> {
        let store = Self::connect(url, options).await?;
        migrate::run(&store).await?;
        Ok(store)
    }

    /// Opens without changing a table; for tools that look at a database of any version.
    pub async fn connect(url: &str, options: Options) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", path)) => sqlite(Path::new(path.trim_start_matches("//")), options).await,
            Some(("postgres" | "postgresql", _)) => postgres(url, options).await,
            _ => {
                let what = "open the store: its URL must begin with sqlite: or postgres:";
                Err(StoreError::new(Trouble::Malformed, what))
            }
        }
    }

    /// Begins changes. On SQLite there is one writer at a time; others wait, within limits, and are then told so.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        let mut tries = 1;
        loop {
            match self.begin().await {
                Err(error) if error.trouble == Trouble::Busy && tries < BEGINS_MAX => tries += 1,
                other => return other,
            }
        }
    }

    async fn begin(&self) -> Result<Transaction, StoreError> {
        let inner = match self {
            Self::Sqlite { writer, .. } => SqliteGuard::begin(writer).await.map(Inner::Sqlite),
            Self::Postgres { pool } => pool.begin().await.map(Inner::Postgres),
        };
        inner.map(|inner| Transaction { inner }).map_err(|error| StoreError::of("begin a change", error))
    }

    /// Whether the database is a SQLite file.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Ends all connections, after what is under way.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool } => pool.close().await,
        }
    }
}

async fn sqlite(path: &Path, options: Options) -> Result<Store, StoreError> {
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(options.busy)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // With NORMAL a power cut could take the last commits back; writes are few, so each waits for the disk.
        .synchronous(SqliteSynchronous::Full)
        .pragma("temp_store", "MEMORY")
        // Negative means KiB. Lists scan the table of assets, which should stay in memory.
        // Large writes go through the log several times over when it is folded back every megabyte.
        .pragma("wal_autocheckpoint", "8192")
        .pragma("cache_size", "-32768")
        .pragma("mmap_size", "268435456");
    let failed = |error| StoreError::of(format!("open the store {}", path.display()), error);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(QUEUE)
        .connect_with(connect.clone())
        .await
        .map_err(failed)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.readers.max(1))
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(QUEUE)
        .connect_lazy_with(connect.create_if_missing(false).pragma("query_only", "ON"));
    Ok(Store::Sqlite { writer, readers })
}

async fn postgres(url: &str, options: Options) -> Result<Store, StoreError> {
    // The URL may hold a password, so no message repeats it.
    let failed = |error| StoreError::of("open the store on its PostgreSQL server", error);
    let wait = options.busy.as_millis().to_string();
    let connect = PgConnectOptions::from_str(url).map_err(failed)?.options([("lock_timeout", wait.as_str())]);
    let pool = PgPoolOptions::new()
        .max_connections(options.readers.max(1) + 4)
        .acquire_timeout(QUEUE)
        .connect_with(connect)
        .await
        .map_err(failed)?;
    Ok(Store::Postgres { pool })
}
