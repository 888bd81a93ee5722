//! Text with delimiters to numbered lines of cells.

use super::text::decode;
use super::{CELLS_MAX, COLUMNS_MAX, Options, ROWS_MAX, ReadError, Source};
use jiff::civil::DateTime;

/// A cell as a file holds it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Text, perhaps empty.
    Text(String),
    /// A number of a workbook.
    Number(f64),
    /// A date of a workbook.
    Date(DateTime),
    /// An error of a workbook.
    Error(String),
}

/// A line of a table that holds at least one cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Its number as a spreadsheet counts, from 1.
    pub(super) number: u32,
    /// Its cells.
    pub(super) cells: Vec<Cell>,
}

/// Reads text with delimiters.
pub(super) fn read(bytes: &[u8], options: &Options) -> Result<(Source, Vec<Line>), ReadError> {
    // The older workbook (an OLE container, also around encrypted XLSX) and PDF: text would be rubbish.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") || bytes.starts_with(b"%PDF") {
        return Err(ReadError::NotATable);
    }
    let (encoding, text) = decode(bytes, options.encoding);
    // One sort of line end, also at the end of the file, makes the count of lines below exact.
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let (named, skipped) = named_delimiter(&text);
    let delimiter = options.delimiter.or(named).unwrap_or_else(|| guess_delimiter(&text));
    let lines = lines(&text, delimiter, skipped)?;
    if lines.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok((Source::Csv { encoding, delimiter }, lines))
}

/// `sep=;` as the first line is an instruction to spreadsheets and no row of the table, though one is counted for it.
fn named_delimiter(text: &str) -> (Option<u8>, bool) {
    let named = text.strip_prefix("sep=").and_then(|rest| match rest.as_bytes() {
        [delimiter, b'\n', ..] => Some(*delimiter),
        _ => None,
    });
    (named, named.is_some())
}

/// The delimiter that divides most lines of the beginning into the same number of cells, more than one.
fn guess_delimiter(text: &str) -> u8 {
    const CANDIDATES: [u8; 4] = *b",\t;|";
    const LINES: usize = 50;
    let score = |delimiter: u8| {
        let mut reader = reader(text, delimiter);
        let mut record = csv::StringRecord::new();
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..LINES {
            if !reader.read_record(&mut record).unwrap_or(false) {
                break;
            }
            *counts.entry(record.len()).or_insert(0_usize) += 1;
        }
        let divided = counts.into_iter().filter(|(cells, _)| *cells > 1);
        divided.map(|(cells, lines)| lines * cells.min(20)).max().unwrap_or(0)
    };
    // `max_by_key` gives the last of equals; the comma shall win.
    CANDIDATES.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

fn lines(text: &str, delimiter: u8, skip_first: bool) -> Result<Vec<Line>, ReadError> {
    let mut reader = reader(text, delimiter);
    let mut record = csv::StringRecord::new();
    let mut lines = Vec::new();
    // A line end inside quotation marks is no new row to a spreadsheet.
    let mut inside = 0_u64;
    let mut cells = 0_usize;
    // The text is UTF-8 and lengths may differ: the reader has no other error.
    while reader.read_record(&mut record).unwrap_or(false) {
        let breaks = record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        inside += u64::try_from(breaks).unwrap_or(0);
        let number = u32::try_from(reader.position().line().saturating_sub(1).saturating_sub(inside));
        let number = number.map_err(|_| ReadError::TooManyRows)?;
        if record.len() > COLUMNS_MAX {
            return Err(ReadError::TooManyColumns);
        }
        if record.iter().all(str::is_empty) || (skip_first && number == 1) {
            continue;
        }
        cells += record.len();
        if lines.len() >= ROWS_MAX || cells > CELLS_MAX {
            return Err(ReadError::TooManyRows);
        }
        lines.push(Line {
            number,
            cells: record.iter().map(|cell| Cell::Text(unescape(cell).to_owned())).collect(),
        });
    }
    Ok(lines)
}

/// Takes away the apostrophe that an export puts before what a spreadsheet would take for a formula. `act::export` (csv.rs,
/// `neutral`) puts it there and knows the same characters: change both together. A workbook's text needs none.
fn unescape(text: &str) -> &str {
    let danger = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];
    let guarded = text.trim_start_matches('\'').starts_with(danger);
    if guarded { text.strip_prefix('\'').unwrap_or(text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::Encoding;
    use super::*;

    fn check(text: &str, delimiter: u8, expected: &[(u32, &[&str])]) {
        let (source, lines) = read(text.as_bytes(), &Options::default()).unwrap();
        assert_eq!(source, Source::Csv { encoding: Encoding::Utf8, delimiter });
        let expected: Vec<Line> = (expected.iter())
            .map(|(number, cells)| Line {
                number: *number,
                cells: cells.iter().map(|cell| Cell::Text((*cell).to_owned())).collect(),
            })
            .collect();
        assert_eq!(lines, expected, "{text:?}");
    }

    #[test]
    fn rows_have_the_numbers_of_a_spreadsheet() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("{end}a,b{end}{end}\"1{end}2\",3{end},,{end}4,5");
            check(&text, b',', &[(2, &["a", "b"]), (4, &["1\n2", "3"]), (6, &["4", "5"])]);
        }
    }

    #[test]
    fn delimiters_are_found() {
        check("a\tb\n1,5\t2\n", b'\t', &[(1, &["a", "b"]), (2, &["1,5", "2"])]);
        check("a;b;c\n1,5;2;3\n", b';', &[(1, &["a", "b", "c"]), (2, &["1,5", "2", "3"])]);
        check("sep=|\na|b\n", b'|', &[(2, &["a", "b"])]);
        check("\"a;b\",c\n1,2\n", b',', &[(1, &["a;b", "c"]), (2, &["1", "2"])]);
        check("a\n", b',', &[(1, &["a"])]);
    }

    #[test]
    fn guarded_formulas_are_text_again() {
        check("'=1,''-1\n'a,-\n", b',', &[(1, &["=1", "'-1"]), (2, &["'a", "-"])]);
    }
}
