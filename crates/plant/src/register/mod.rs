//! The plant's own register of assets: read from a file, compared with what is heard, kept, and taken back.
//!
//! [`read`] turns the bytes of a CSV or XLSX file into rows and faults; a row with a fault is refused as a whole and
//! named by its row and column, a doubt leaves it in. [`preview`] says what each row means for the known assets, [`plan`]
//! makes a list of [`Change`]s of it, and [`inverse`] the list that takes them back.

mod cell;
mod change;
mod columns;
mod damage;
mod entry;
mod fault;
mod field;
mod matching;
mod preview;
mod rows;
mod sheet;
mod text;
mod workbook;

pub use change::{Change, ChangeError, Decision, Kept, KeptRow, inverse, plan};
pub use columns::{Column, Mapping};
pub use entry::Entry;
pub use fault::{Fault, FaultKind, ReadError};
pub use field::Field;
pub use matching::{Conflict, Key, KnownAsset, KnownNetwork, LISTED_MAX};
pub use preview::{Counts, Outcome, Preview, Verdict, preview};
pub use text::Encoding;

use std::collections::BTreeMap;

/// The largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 32 << 20;
/// What an XLSX file may become when it is unpacked, in bytes.
pub const UNPACKED_BYTES_MAX: u64 = 128 << 20;
/// The most rows of a file; later ones are refused with the file.
pub const ROWS_MAX: usize = 100_000;
/// The most columns; cells to the right are refused with the file.
pub const COLUMNS_MAX: usize = 256;
/// The most cells, empty ones between others included; a larger table is refused.
pub const CELLS_MAX: usize = 4_000_000;
/// The most faults that are listed; more are counted.
pub const FAULTS_MAX: usize = 10_000;

/// How to read a file; the default finds everything out by itself.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The encoding of a CSV file, where the guess was wrong.
    pub encoding: Option<Encoding>,
    /// The delimiter of a CSV file, where the guess was wrong.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook; else the first that has a header.
    pub sheet: Option<String>,
    /// Where the header stands and which column is what.
    pub mapping: Mapping,
    /// What a field may say: the names of the plant's lines, zones and so on. A field without a list takes any text. Names
    /// compare folded and are taken in the spelling of the list.
    pub known: BTreeMap<Field, Vec<String>>,
}

/// A register as a file told it.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    /// What the file was.
    pub source: Source,
    /// The row of the header as a spreadsheet counts, from 1; 0 when columns were mapped without a header.
    pub header_row: u32,
    /// The columns of the file.
    pub columns: Vec<Column>,
    /// The rows without a fault.
    pub rows: Vec<Row>,
    /// What is wrong, by row, then column.
    pub faults: Vec<Fault>,
    /// Faults beyond [`FAULTS_MAX`].
    pub faults_unlisted: usize,
    /// Rows with a fault, which are not in `rows`.
    pub refused: usize,
}

/// What a file was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Text with delimiters.
    Csv {
        /// Its encoding.
        encoding: Encoding,
        /// Its delimiter.
        delimiter: u8,
    },
    /// A workbook.
    Xlsx {
        /// The sheet that was read.
        sheet: String,
        /// The names of all of its sheets.
        sheets: Vec<String>,
    },
}

/// A row without a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number as a spreadsheet counts, from 1.
    pub number: u32,
    /// What it says.
    pub entry: Entry,
}

/// Reads a register.
///
/// # Errors
/// When the file as a whole cannot be read: too large, no table, no header, damaged.
pub fn read(bytes: &[u8], options: &Options) -> Result<Register, ReadError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(ReadError::TooLarge);
    }
    // A ZIP archive: every XLSX file is one, and no register in text begins so.
    let (source, lines) = if bytes.starts_with(b"PK\x03\x04") {
        workbook::read(bytes, options)?
    } else {
        sheet::read(bytes, options)?
    };
    let header = columns::find(&lines, &options.mapping)?;
    Ok(rows::read(source, &lines, header, &options.known))
}
