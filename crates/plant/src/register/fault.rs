//! What is wrong with a file and with its rows.

use super::{COLUMNS_MAX, FILE_BYTES_MAX, Field, ROWS_MAX, UNPACKED_BYTES_MAX};
use core::fmt;

/// What is wrong with one cell or row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row as a spreadsheet counts, from 1.
    pub row: u32,
    /// The column as a spreadsheet counts, from 1; 0 for the row as a whole.
    pub column: usize,
    /// The column's title.
    pub title: String,
    /// What the cell holds, cut to 80 characters.
    pub value: String,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Neither a name nor an equipment number.
    NoName,
    /// No IP address.
    Ip,
    /// An IP address that names no single machine.
    IpOfMany,
    /// No hardware address.
    Mac,
    /// A hardware address that names no single machine.
    MacOfMany,
    /// The same value as an earlier row: one machine, two rows, or a slip.
    Repeated {
        /// The earlier row.
        first: u32,
    },
    /// A name that the plant does not have.
    Unknown {
        /// What it has that looks most alike.
        nearest: Option<String>,
        /// How many names it has.
        known: usize,
    },
    /// Too many characters.
    TooLong {
        /// The most.
        max: usize,
        /// How many there are.
        is: usize,
    },
    /// A control character.
    Control(char),
    /// Bytes that are no character in the file's encoding.
    Undecodable,
    /// No level.
    Level,
    /// No date, or one that can be read in two ways.
    Date,
    /// A date that the calendar does not have.
    NoSuchDate,
    /// A number that a spreadsheet has shortened: `1.92E+11`.
    Shortened,
    /// A number with more digits than a spreadsheet keeps.
    DigitsLost,
    /// A date where a number or a designation belongs: a spreadsheet made it one.
    MadeDate,
    /// A spreadsheet's error: `#N/A`.
    SpreadsheetError,
    /// More cells than the header has: a delimiter inside a value?
    MoreCells,
    /// Doubt: shorter than the other numbers of the column; leading zeros may have been lost.
    ZerosLost {
        /// How many digits the others have.
        digits: usize,
    },
    /// Doubt: a character of the user's own (外字), which only the computer that made it can show.
    PrivateCharacter(char),
}

impl FaultKind {
    /// Its stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoName => "no-name",
            Self::Ip => "ip",
            Self::IpOfMany => "ip-of-many",
            Self::Mac => "mac",
            Self::MacOfMany => "mac-of-many",
            Self::Repeated { .. } => "repeated",
            Self::Unknown { .. } => "unknown",
            Self::TooLong { .. } => "too-long",
            Self::Control(_) => "control-character",
            Self::Undecodable => "undecodable",
            Self::Level => "level",
            Self::Date => "date",
            Self::NoSuchDate => "no-such-date",
            Self::Shortened => "shortened",
            Self::DigitsLost => "digits-lost",
            Self::MadeDate => "made-date",
            Self::SpreadsheetError => "spreadsheet-error",
            Self::MoreCells => "more-cells",
            Self::ZerosLost { .. } => "zeros-lost",
            Self::PrivateCharacter(_) => "private-character",
        }
    }

    /// Whether the row is taken all the same.
    #[must_use]
    pub fn is_doubt(&self) -> bool {
        matches!(self, Self::ZerosLost { .. } | Self::PrivateCharacter(_))
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => f.write_str("a row needs a name or an equipment number"),
            Self::Ip => f.write_str("not an IP address: write 192.168.1.10 or fe80::1, several with commas"),
            Self::IpOfMany => f.write_str("this address names no single machine: write the machine's own"),
            Self::Mac => {
                f.write_str("not a MAC address: write 12 hexadecimal digits, such as 00:1B:21:3C:4D:5E")
            }
            Self::MacOfMany => f.write_str("this address is a group's or empty: write the machine's own"),
            Self::Repeated { first } => write!(f, "row {first} has the same: each belongs to one row only"),
            Self::Unknown { nearest: Some(name), .. } => {
                write!(
                    f,
                    "the plant has nothing of this name: is it `{name}`? Correct it, or create it first"
                )
            }
            Self::Unknown { nearest: None, known } => {
                write!(
                    f,
                    "the plant has nothing of this name ({known} are known): correct it, or create it first"
                )
            }
            Self::TooLong { max, is } => write!(f, "{is} characters: at most {max} are allowed"),
            Self::Control(character) => {
                write!(f, "holds the control character U+{:04X}: remove it", u32::from(*character))
            }
            Self::Undecodable => f.write_str(
                "holds bytes that are no character: save the file as UTF-8, or choose its encoding",
            ),
            Self::Level => f.write_str("not a level: write 0, 1, 2, 3, DMZ or 4"),
            Self::Date => {
                f.write_str("not a date: write 2026-11-23, 2026/11/23, 2026年11月23日 or 令和8年11月23日")
            }
            Self::NoSuchDate => f.write_str("the calendar has no such day"),
            Self::Shortened => f.write_str(
                "a spreadsheet has shortened this number: format the column as text and enter it again",
            ),
            Self::DigitsLost => f.write_str(
                "a spreadsheet keeps 15 digits of a number: format the column as text and enter it again",
            ),
            Self::MadeDate => f.write_str(
                "a spreadsheet has made this a date: format the column as text and enter it again",
            ),
            Self::SpreadsheetError => {
                f.write_str("an error of a spreadsheet: correct the formula or enter the value")
            }
            Self::MoreCells => f.write_str(
                "more cells than the header: put a value that holds the delimiter in quotation marks",
            ),
            Self::ZerosLost { digits } => {
                write!(f, "others in this column have {digits} digits: have leading zeros been lost?")
            }
            Self::PrivateCharacter(character) => write!(
                f,
                "holds U+{:04X}, a character of your own (外字): others will not see it as you do",
                u32::from(*character)
            ),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, column, title, value, kind } = self;
        if *column == 0 {
            return write!(f, "row {row}: {kind}");
        }
        write!(f, "row {row}, column {} ({title}), `{value}`: {kind}", letters(*column))
    }
}

/// A column's letters in a spreadsheet: 1 is A, 27 is AA.
fn letters(mut column: usize) -> String {
    let mut reversed = Vec::new();
    while column > 0 {
        let digit = u8::try_from((column - 1) % 26).unwrap_or(0);
        reversed.push(char::from(b'A' + digit));
        column = (column - 1) / 26;
    }
    reversed.iter().rev().collect()
}

/// Why a file cannot be read at all; the text fits after "failed to".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The file or what it unpacks to is too large.
    TooLarge,
    /// There are too many rows.
    TooManyRows,
    /// There are too many columns.
    TooManyColumns,
    /// It holds nothing.
    Empty,
    /// An older or encrypted workbook, or another format that is no text.
    NotATable,
    /// The workbook is damaged.
    Workbook(String),
    /// The workbook has no sheet of this name.
    NoSheet {
        /// The name that was asked for.
        name: String,
        /// The names that exist.
        sheets: Vec<String>,
    },
    /// No row looks like a header.
    NoHeader {
        /// What the first row holds.
        first: Vec<String>,
    },
    /// Two columns are the same field.
    TwoColumns {
        /// The field.
        field: Field,
        /// The columns, from 1.
        columns: [usize; 2],
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(
                f,
                "read the register: a file has at most {} MiB ({} MiB unpacked); split it",
                FILE_BYTES_MAX >> 20,
                UNPACKED_BYTES_MAX >> 20
            ),
            Self::TooManyRows => write!(f, "read the register: a file has at most {ROWS_MAX} rows; split it"),
            Self::TooManyColumns => {
                write!(f, "read the register: a table has at most {COLUMNS_MAX} columns; remove the others")
            }
            Self::Empty => f.write_str("read the register: the file holds no row"),
            Self::NotATable => f.write_str(
                "read the register: this is neither text nor an XLSX workbook; save it as CSV or XLSX without a password",
            ),
            Self::Workbook(cause) => {
                write!(f, "read the workbook: {cause}; open it in a spreadsheet program and save it again")
            }
            Self::NoSheet { name, sheets } => {
                write!(f, "find the sheet `{name}`: the workbook has {}", sheets.join(", "))
            }
            Self::NoHeader { first } => write!(
                f,
                "find the header: no row of the first 50 has two known titles (the first holds {}); say which column is what",
                first.join(", ")
            ),
            Self::TwoColumns { field, columns: [first, second] } => write!(
                f,
                "map the columns: {} and {} are both `{}`; choose one",
                letters(*first),
                letters(*second),
                field.key()
            ),
        }
    }
}

impl core::error::Error for ReadError {}
