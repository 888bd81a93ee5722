//! Statements: one text and its values, run on whichever back end is open.

use crate::error::{StoreError, Trouble};
use crate::open::Store;
use crate::value::{Column, Value};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Postgres, Row as _, Sqlite};

/// A statement and its values. Its text is made of constants of this crate and of `$n` only.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    text: String,
    values: Vec<Value>,
    /// Whether the prepared statement is kept; not for texts that differ each time.
    kept: bool,
}

impl Query {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new(), kept: true }
    }

    pub(crate) fn bind(mut self, value: impl Column) -> Self {
        self.values.push(value.value());
        self
    }

    pub(crate) fn with(text: String, values: Vec<Value>) -> Self {
        Self { text, values, kept: true }
    }

    pub(crate) fn once(mut self) -> Self {
        self.kept = false;
        self
    }

    /// The first words, for messages: which statement it was without its values.
    fn what(&self) -> String {
        self.text.split_whitespace().take(4).collect::<Vec<_>>().join(" ")
    }

    fn sqlite(self) -> sqlx::query::Query<'static, Sqlite, sqlx::sqlite::SqliteArguments> {
        let query = sqlx::query::<Sqlite>(AssertSqlSafe(self.text)).persistent(self.kept);
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Blob(value) => query.bind(value),
        })
    }

    fn postgres(self) -> sqlx::query::Query<'static, Postgres, sqlx::postgres::PgArguments> {
        let query = sqlx::query::<Postgres>(AssertSqlSafe(self.text)).persistent(self.kept);
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Blob(value) => query.bind(value),
        })
    }
}

/// A row of a result.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(crate) fn integer(&self, at: usize) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite(row) => row.try_get(at),
            Self::Postgres(row) => row.try_get(at),
        }
        .map_err(|error| StoreError::of("read a number", error))
    }

    pub(crate) fn text(&self, at: usize) -> Result<Option<String>, StoreError> {
        match self {
            Self::Sqlite(row) => row.try_get(at),
            Self::Postgres(row) => row.try_get(at),
        }
        .map_err(|error| StoreError::of("read a text", error))
    }

    pub(crate) fn blob(&self, at: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Sqlite(row) => row.try_get(at),
            Self::Postgres(row) => row.try_get(at),
        }
        .map_err(|error| StoreError::of("read bytes", error))
    }

    pub(crate) fn get<T: Column>(&self, at: usize) -> Result<T, StoreError> {
        T::read(self, at)
    }
}

/// Changes that happen together or not at all. Dropped without [`Transaction::commit`], nothing has happened.
pub struct Transaction {
    pub(crate) inner: Inner,
}

pub(crate) enum Inner {
    Sqlite(SqliteGuard),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// The writing connection while a transaction is open. A full disk ends a transaction of SQLite by itself, unseen by
/// who counts transactions; so a connection goes back only after a commit that succeeded, and is closed otherwise,
/// which takes everything back.
pub(crate) struct SqliteGuard(Option<PoolConnection<Sqlite>>);

impl SqliteGuard {
    pub(crate) async fn begin(pool: &SqlitePool) -> Result<Self, sqlx::Error> {
        let mut guard = Self(Some(pool.acquire().await?));
        // A transaction that begins as a reader could find itself unable to write halfway.
        sqlx::query("BEGIN IMMEDIATE").execute(guard.connection()?).await?;
        Ok(guard)
    }

    fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        self.0.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    async fn commit(mut self) -> Result<(), sqlx::Error> {
        sqlx::query("COMMIT").execute(self.connection()?).await?;
        self.0 = None;
        Ok(())
    }
}

impl Drop for SqliteGuard {
    fn drop(&mut self) {
        if let Some(connection) = &mut self.0 {
            connection.close_on_drop();
        }
    }
}

impl Transaction {
    /// Makes the changes permanent; when this returns, they survive a killed process and a power cut.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(transaction) => transaction.commit().await,
            Inner::Postgres(transaction) => transaction.commit().await,
        }
        .map_err(|error| StoreError::of("commit", error))
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.inner, Inner::Sqlite(_))
    }

    pub(crate) async fn execute(&mut self, query: Query) -> Result<u64, StoreError> {
        let what = query.what();
        match &mut self.inner {
            Inner::Sqlite(on) => match on.connection() {
                Ok(on) => query.sqlite().execute(on).await.map(|done| done.rows_affected()),
                Err(error) => Err(error),
            },
            Inner::Postgres(on) => query.postgres().execute(&mut **on).await.map(|done| done.rows_affected()),
        }
        .map_err(|error| StoreError::of(what, error))
    }

    pub(crate) async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        let what = query.what();
        match &mut self.inner {
            Inner::Sqlite(on) => match on.connection() {
                Ok(on) => {
                    let rows = query.sqlite().fetch_all(on).await;
                    rows.map(|rows| rows.into_iter().map(Row::Sqlite).collect())
                }
                Err(error) => Err(error),
            },
            Inner::Postgres(on) => query
                .postgres()
                .fetch_all(&mut **on)
                .await
                .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
        }
        .map_err(|error| StoreError::of(what, error))
    }

    /// The next number of a counter, and the lock that keeps its users in order until the commit.
    pub(crate) async fn count(&mut self, counter: &'static str, by: i64) -> Result<i64, StoreError> {
        let query = Query::new(
            "INSERT INTO counters (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value",
        );
        let rows = self.rows(query.bind(counter).bind(by)).await?;
        rows.first().ok_or_else(|| StoreError::new(Trouble::Other, "count"))?.get(0)
    }

    /// Fails with [`Trouble::Missing`] when nothing was changed.
    pub(crate) async fn must(&mut self, query: Query) -> Result<(), StoreError> {
        let what = query.what();
        match self.execute(query).await? {
            0 => Err(StoreError::new(Trouble::Missing, what)),
            _ => Ok(()),
        }
    }
}

/// Where a reading function reads: the store as last committed, or a transaction with its own changes.
pub enum Reader<'r> {
    /// As last committed.
    Store(&'r Store),
    /// Including what this transaction changed.
    Transaction(&'r mut Transaction),
}

impl<'r> From<&'r Store> for Reader<'r> {
    fn from(store: &'r Store) -> Self {
        Self::Store(store)
    }
}

impl<'r> From<&'r mut Transaction> for Reader<'r> {
    fn from(transaction: &'r mut Transaction) -> Self {
        Self::Transaction(transaction)
    }
}

impl Reader<'_> {
    pub(crate) fn is_sqlite(&self) -> bool {
        match self {
            Self::Store(store) => store.is_sqlite(),
            Self::Transaction(transaction) => transaction.is_sqlite(),
        }
    }

    pub(crate) async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        let what = query.what();
        match self {
            Self::Transaction(transaction) => transaction.rows(query).await,
            Self::Store(Store::Sqlite { readers, .. }) => query
                .sqlite()
                .fetch_all(readers)
                .await
                .map(|rows| rows.into_iter().map(Row::Sqlite).collect())
                .map_err(|error| StoreError::of(what, error)),
            Self::Store(Store::Postgres { pool }) => query
                .postgres()
                .fetch_all(pool)
                .await
                .map(|rows| rows.into_iter().map(Row::Postgres).collect())
                .map_err(|error| StoreError::of(what, error)),
        }
    }

    /// The first column of the first row, as a number.
    pub(crate) async fn number(&mut self, query: Query) -> Result<u64, StoreError> {
        let rows = self.rows(query).await?;
        rows.first().map_or(Ok(0), |row| row.get(0))
    }
}
