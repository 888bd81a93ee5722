//! CSV as spreadsheets take it.

use super::cp932::{Encoder, Losses};
use super::provenance::moment;
use super::{BETWEEN, ExportError, Language, Provenance, Table, Value};

/// The encoding of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8 with a mark at its beginning, by which spreadsheets know it. Holds everything.
    Utf8,
    /// Windows code page 932, for programs that take nothing else. What it cannot hold is counted and listed.
    Cp932,
}

/// A CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csv {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What its encoding could not hold; always nothing in UTF-8.
    pub losses: Losses,
}

/// Writes a table as CSV (RFC 4180: comma, CRLF): lines of provenance that begin with `#`, the header, the rows. A code page 932
/// file has one more such line, with the number of characters that were changed.
///
/// Text that a spreadsheet would take for a formula (it begins with `= + - @`, their full-width forms, a tab or a line end)
/// gets an apostrophe in front; so does text that begins with apostrophes and then one of these, so that the reader of `plant` can
/// take exactly one away. Numbers, also negative ones, stay as they are.
///
/// # Errors
/// When the writer fails, which memory does not.
pub fn csv(
    table: &Table,
    provenance: &Provenance,
    language: Language,
    charset: Charset,
) -> Result<Csv, ExportError> {
    let mut encoder = match charset {
        Charset::Utf8 => None,
        Charset::Cp932 => Some(Encoder::default()),
    };
    let lines = provenance.lines(table, language);
    let above = lines.len() + usize::from(encoder.is_some());
    let mut head = writer();
    for (row, (title, text)) in (1..).zip(&lines) {
        write(&mut head, &mut encoder, row, [format!("# {title}"), neutral(text)])?;
    }
    let mut body = writer();
    let titles = table.columns.iter().map(|column| neutral(column.title.of(language)));
    write(&mut body, &mut encoder, above + 1, titles)?;
    for (row, values) in (above + 2..).zip(&table.rows) {
        let cells = (0..table.columns.len()).map(|column| cell(values.get(column), provenance));
        write(&mut body, &mut encoder, row, cells)?;
    }
    // Counted when everything else is written; the line itself holds nothing that could be lost.
    if let Some(count) = encoder.as_ref().map(|encoder| encoder.losses.count) {
        let title = match language {
            Language::English => "# Characters changed for code page 932",
            Language::Japanese => "# CP932で表せず変更した文字数",
        };
        write(&mut head, &mut encoder, above, [title.to_owned(), count.to_string()])?;
    }
    let mark: &[u8] = if encoder.is_some() { b"" } else { "\u{feff}".as_bytes() };
    let bytes = [mark, &finish(head)?, &finish(body)?].concat();
    Ok(Csv { bytes, losses: encoder.map(|encoder| encoder.losses).unwrap_or_default() })
}

type Writer = csv::Writer<Vec<u8>>;

fn writer() -> Writer {
    // All text is quoted, so that a spreadsheet with another delimiter does not find a formula behind a semicolon.
    csv::WriterBuilder::new()
        .flexible(true)
        .quote_style(csv::QuoteStyle::NonNumeric)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new())
}

fn write(
    writer: &mut Writer,
    encoder: &mut Option<Encoder>,
    row: usize,
    cells: impl IntoIterator<Item = String>,
) -> Result<(), ExportError> {
    let failed = |cause: csv::Error| ExportError::Writer(cause.to_string());
    for (column, cell) in (1..).zip(cells) {
        match encoder {
            // No second byte of code page 932 is a quotation mark, a comma or a line end: quoting bytes is quoting text.
            Some(encoder) => writer.write_field(encoder.encode(&cell, row, column)),
            None => writer.write_field(&cell),
        }
        .map_err(failed)?;
    }
    writer.write_record(None::<&[u8]>).map_err(failed)
}

fn finish(writer: Writer) -> Result<Vec<u8>, ExportError> {
    writer.into_inner().map_err(|cause| ExportError::Writer(cause.to_string()))
}

fn cell(value: Option<&Value>, provenance: &Provenance) -> String {
    match value {
        None | Some(Value::Empty) => String::new(),
        Some(Value::Text(text)) => neutral(text),
        Some(Value::Texts(texts)) => neutral(&texts.join(BETWEEN)),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Decimal(number)) if number.is_finite() => number.to_string(),
        Some(Value::Decimal(_)) => String::new(),
        Some(Value::Boolean(value)) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Some(Value::Time(at)) => moment(*at, &provenance.zone),
        Some(Value::Date(date)) => date.to_string(),
    }
}

/// Text that no spreadsheet takes for a formula. `plant::register` (sheet.rs, `unescape`) takes the apostrophe away and knows the
/// same characters: change both together.
fn neutral(text: &str) -> String {
    let danger = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];
    let guarded = text.trim_start_matches('\'').starts_with(danger);
    if guarded { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::neutral;

    #[test]
    fn formulas_are_made_text() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+81", "'+81"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝１", "'＝１"),
            ("\t=1", "'\t=1"),
            ("'=1", "''=1"),
            ("'a", "'a"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(neutral(text), expected);
        }
    }
}
