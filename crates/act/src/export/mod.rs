//! One table as CSV, XLSX or JSON, with where it comes from.
//!
//! Every file says of itself: site, filter, time with zone, who asked, how many rows there are and how many were hidden
//! from that person. CSV carries this in rows that begin with `#` above the header, XLSX on a second sheet, JSON beside the
//! rows. The register reader of `plant` finds the header below such rows, so that what was exported can be imported.

mod cp932;
mod csv;
mod json;
mod provenance;
mod xlsx;

pub use cp932::{Becomes, Losses, PLACES_MAX, Place, REPLACEMENT};
pub use csv::{Charset, Csv, csv};
pub use json::{FORMAT, json};
pub use provenance::Provenance;
pub use xlsx::{ROWS_MAX, Xlsx, xlsx};

use core::fmt;
use jiff::Timestamp;
use jiff::civil::Date;
use std::borrow::Cow;

/// The language of titles and of the words around the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Japanese.
    Japanese,
}

/// A table without form.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it shows, in both languages.
    pub title: Title,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows. A row that is longer than the columns is cut, a shorter one filled with nothing.
    pub rows: Vec<Vec<Value>>,
}

/// A title in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// In English.
    pub english: Cow<'static, str>,
    /// In Japanese.
    pub japanese: Cow<'static, str>,
}

impl Title {
    /// A title from texts that are part of the program.
    #[must_use]
    pub const fn new(english: &'static str, japanese: &'static str) -> Self {
        Self { english: Cow::Borrowed(english), japanese: Cow::Borrowed(japanese) }
    }

    /// The title in a language.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Japanese => &self.japanese,
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its stable name, unique in the table: the name in JSON.
    pub key: Cow<'static, str>,
    /// Its title.
    pub title: Title,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Several texts; joined with a comma where a cell holds one text.
    Texts,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// Yes or no.
    Boolean,
    /// A moment; written in the zone of the provenance.
    Time,
    /// A day.
    Date,
}

impl Kind {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Texts => "texts",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Time => "time",
            Self::Date => "date",
        }
    }
}

/// A cell. The kind of its column is what readers are told; the value decides how it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing is known.
    Empty,
    /// Text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A whole number.
    Integer(i64),
    /// A number; written as nothing when it is none (NaN) or has no end.
    Decimal(f64),
    /// Yes or no.
    Boolean(bool),
    /// A moment.
    Time(Timestamp),
    /// A day.
    Date(Date),
}

/// What stands between several texts in one cell.
const BETWEEN: &str = ", ";

/// A table cannot be rendered; the text fits after "failed to".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportError {
    /// A sheet of a workbook does not hold so many rows or columns.
    TooLarge {
        /// Rows of the table.
        rows: usize,
        /// Columns of the table.
        columns: usize,
    },
    /// A writer failed.
    Writer(String),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { rows, columns } => write!(
                f,
                "write the workbook: {rows} rows of {columns} columns are more than a sheet holds; narrow the filter or export CSV"
            ),
            Self::Writer(cause) => write!(f, "write the export: {cause}"),
        }
    }
}

impl core::error::Error for ExportError {}
