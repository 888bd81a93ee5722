//! Records: a plain struct, its table, and the statements that follow from both.

use crate::error::StoreError;
use crate::query::{Query, Reader, Row, Transaction};
use crate::value::Value;

/// A struct that is a row of a table, column by column and by the same names.
pub(crate) trait Record: Sized {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
    /// The columns of the primary key.
    const KEY: &'static [&'static str];
    /// Columns that a second writing of the same row leaves alone.
    const FIXED: &'static [&'static str];
    fn values(&self, into: &mut Vec<Value>);
    fn read(row: &Row) -> Result<Self, StoreError>;
}

/// `record! { "table" key [id] fixed [made_at] /// doc  pub struct Name { /// doc  field: Type, } }`
macro_rules! record {
    ($table:literal key [$($key:ident)*] fixed [$($fixed:ident)*]
     $(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl crate::record::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field),)*];
            const KEY: &'static [&'static str] = &[$(stringify!($key),)*];
            const FIXED: &'static [&'static str] = &[$(stringify!($fixed),)*];

            fn values(&self, into: &mut Vec<crate::value::Value>) {
                $(into.push(crate::value::Column::value(&self.$field));)*
            }

            fn read(row: &crate::query::Row) -> Result<Self, crate::StoreError> {
                let mut at = 0..;
                Ok(Self { $($field: row.get(at.next().unwrap_or_default())?,)* })
            }
        }
    };
}
pub(crate) use record;

/// Values of one statement: SQLite takes 32,766, PostgreSQL 65,535.
const VALUES_MAX: usize = 32_000;
/// Rows of one statement: longer ones gain nothing.
const ROWS_MAX: usize = 500;

/// Writes rows: new ones are inserted, those with a known key replaced. Rows must have different keys.
pub(crate) async fn put<R: Record>(on: &mut Transaction, rows: &[R]) -> Result<(), StoreError> {
    put_where(on, rows, "").await
}

/// The same, but rows with a known key are replaced only on a condition: ` WHERE …`, or empty for none.
pub(crate) async fn put_where<R: Record>(
    on: &mut Transaction,
    rows: &[R],
    condition: &str,
) -> Result<(), StoreError> {
    let chunk = (VALUES_MAX / R::COLUMNS.len().max(1)).clamp(1, ROWS_MAX);
    for rows in rows.chunks(chunk) {
        let insert = insert::<R>(on.is_sqlite(), rows.len());
        let text = format!("{insert} {}{condition}", on_conflict::<R>());
        on.execute(statement(text, rows)).await?;
    }
    Ok(())
}

/// Writes rows whose keys must be new.
pub(crate) async fn add<R: Record>(on: &mut Transaction, rows: &[R]) -> Result<(), StoreError> {
    let chunk = (VALUES_MAX / R::COLUMNS.len().max(1)).clamp(1, ROWS_MAX);
    for rows in rows.chunks(chunk) {
        on.execute(statement(insert::<R>(on.is_sqlite(), rows.len()), rows)).await?;
    }
    Ok(())
}

/// Rows that fulfil `rest`, which begins with `WHERE` or `ORDER BY`.
pub(crate) async fn select<R: Record>(
    from: impl Into<Reader<'_>>,
    rest: &str,
    bind: impl FnOnce(Query) -> Query,
) -> Result<Vec<R>, StoreError> {
    let text = format!("SELECT {} FROM {} {rest}", R::COLUMNS.join(", "), R::TABLE);
    let rows = from.into().rows(bind(Query::new(text))).await?;
    rows.iter().map(R::read).collect()
}

/// The only row that fulfils `rest`, if any.
pub(crate) async fn one<R: Record>(
    from: impl Into<Reader<'_>>,
    rest: &str,
    bind: impl FnOnce(Query) -> Query,
) -> Result<Option<R>, StoreError> {
    Ok(select(from, rest, bind).await?.into_iter().next())
}

fn statement<R: Record>(text: String, rows: &[R]) -> Query {
    let mut values = Vec::with_capacity(rows.len() * R::COLUMNS.len());
    rows.iter().for_each(|row| row.values(&mut values));
    Query::with(text, values)
}

pub(crate) fn insert<R: Record>(is_sqlite: bool, rows: usize) -> String {
    let mut text = format!("INSERT INTO {} ({}) VALUES ", R::TABLE, R::COLUMNS.join(", "));
    text.push_str(&placeholders(is_sqlite, rows, R::COLUMNS.len()));
    text
}

/// `($1, $2), ($3, $4)`, or `(?, ?), (?, ?)` on SQLite: there `$1` is a name, and looking up ten thousand names costs
/// more than the writing.
pub(crate) fn placeholders(is_sqlite: bool, rows: usize, columns: usize) -> String {
    if is_sqlite {
        let row = format!("({})", vec!["?"; columns].join(", "));
        return vec![row.as_str(); rows].join(", ");
    }
    let row = |row: usize| {
        let names: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", names.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn on_conflict<R: Record>() -> String {
    let is_set = |column: &&&str| !R::KEY.contains(*column) && !R::FIXED.contains(*column);
    let sets: Vec<String> =
        R::COLUMNS.iter().filter(is_set).map(|column| format!("{column} = excluded.{column}")).collect();
    let key = R::KEY.join(", ");
    if sets.is_empty() {
        return format!("ON CONFLICT ({key}) DO NOTHING");
    }
    format!("ON CONFLICT ({key}) DO UPDATE SET {}", sets.join(", "))
}
