//! XLSX workbooks.

use super::{BETWEEN, ExportError, Kind, Language, Provenance, Table, Value, provenance};
use jiff::civil::DateTime;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// The most rows of a table: a sheet's rows without the header.
pub const ROWS_MAX: usize = 1_048_575;
/// The most columns of a sheet.
const COLUMNS_MAX: usize = 16_384;
/// The most characters of a cell, in UTF-16 units; longer text is cut.
const CELL_MAX: usize = 32_767;
/// Whole numbers beyond this are written as text, because a cell's number would round them.
const EXACT_MAX: u64 = 1 << 53;

/// A workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Xlsx {
    /// Its bytes; the same table gives the same bytes.
    pub bytes: Vec<u8>,
    /// Texts that were longer than a cell holds and were cut.
    pub cut: u64,
}

/// Writes a table as a workbook: numbers, days and times are real ones (times by the plant's clock), the header stays in view
/// and filters, the second sheet holds the provenance.
///
/// # Errors
/// When a sheet does not hold the table, or the writer fails.
pub fn xlsx(table: &Table, provenance: &Provenance, language: Language) -> Result<Xlsx, ExportError> {
    let (rows, columns) = (table.rows.len(), table.columns.len());
    if rows > ROWS_MAX || columns > COLUMNS_MAX {
        return Err(ExportError::TooLarge { rows, columns });
    }
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(table, provenance, language));
    let mut cut = 0;
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(table.title.of(language))).map_err(failed)?;
    write_table(sheet, table, provenance, language, &mut cut).map_err(failed)?;
    let sheet = workbook.add_worksheet();
    write_provenance(sheet, table, provenance, language, &mut cut).map_err(failed)?;
    Ok(Xlsx { bytes: workbook.save_to_buffer().map_err(failed)?, cut })
}

fn failed(cause: XlsxError) -> ExportError {
    ExportError::Writer(cause.to_string())
}

/// The moment of the export stands for the file's, so that no clock is read.
fn properties(table: &Table, provenance: &Provenance, language: Language) -> DocProperties {
    let properties = DocProperties::new().set_title(table.title.of(language)).set_author(&provenance.by);
    let seconds = ExcelDateTime::from_timestamp(provenance.at.as_second());
    // Before 1900 or after 9999 a workbook knows no moment.
    let moment = seconds.or_else(|_| ExcelDateTime::from_timestamp(0));
    match moment {
        Ok(moment) => properties.set_creation_datetime(&moment),
        Err(_) => properties,
    }
}

/// A sheet's name has up to 31 characters, none of `[]:*?/\`, no apostrophe at its ends.
fn sheet_name(title: &str) -> String {
    let allowed =
        title.chars().map(|character| if "[]:*?/\\'".contains(character) { '_' } else { character });
    let mut name = String::new();
    for character in allowed.filter(|character| !character.is_control()) {
        if name.encode_utf16().count() + character.len_utf16() > 31 {
            break;
        }
        name.push(character);
    }
    // `History` and the name of the second sheet are taken.
    let is_taken = |taken: &&str| name.to_lowercase() == taken.to_lowercase();
    let taken = ["history", &provenance::SHEET.english, &provenance::SHEET.japanese];
    if name.trim().is_empty() || taken.iter().any(is_taken) { "Table 1".to_owned() } else { name }
}

fn header_format() -> Format {
    Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00E8_EAED))
        .set_border_bottom(FormatBorder::Thin)
}

fn write_table(
    sheet: &mut Worksheet,
    table: &Table,
    provenance: &Provenance,
    language: Language,
    cut: &mut u64,
) -> Result<(), XlsxError> {
    let header = header_format();
    let formats =
        [Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"), Format::new().set_num_format("yyyy-mm-dd")];
    for (place, column) in (0_u16..).zip(&table.columns) {
        let title = column.title.of(language);
        sheet.write_string_with_format(0, place, fitting(title, cut), &header)?;
        sheet.set_column_width(place, width(title, column.kind))?;
    }
    for (row, values) in (1_u32..).zip(&table.rows) {
        for ((place, _), value) in (0_u16..).zip(&table.columns).zip(values) {
            write_value(sheet, (row, place), value, provenance, &formats, cut)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let last_row = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    if let Some(last) = u16::try_from(table.columns.len()).ok().and_then(|columns| columns.checked_sub(1)) {
        sheet.autofilter(0, 0, last_row, last)?;
    }
    Ok(())
}

/// Wide enough for the title and what the column usually holds; Japanese characters count twice.
fn width(title: &str, kind: Kind) -> f64 {
    let letters: u32 = title.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum();
    let usual = match kind {
        Kind::Time => 20,
        Kind::Text | Kind::Texts => 18,
        Kind::Date => 12,
        Kind::Integer | Kind::Decimal | Kind::Boolean => 8,
    };
    f64::from(letters.saturating_add(4).max(usual).min(60))
}

fn write_value(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    provenance: &Provenance,
    [time_format, date_format]: &[Format; 2],
    cut: &mut u64,
) -> Result<(), XlsxError> {
    match value {
        Value::Empty => return Ok(()),
        Value::Text(text) if text.is_empty() => return Ok(()),
        Value::Text(text) => sheet.write_string(row, column, fitting(text, cut))?,
        Value::Texts(texts) => sheet.write_string(row, column, fitting(&texts.join(BETWEEN), cut))?,
        Value::Integer(number) if number.unsigned_abs() <= EXACT_MAX => {
            #[expect(clippy::cast_precision_loss, reason = "the guard has seen that it is exact")]
            let number = *number as f64;
            sheet.write_number(row, column, number)?
        }
        Value::Integer(number) => sheet.write_string(row, column, number.to_string())?,
        Value::Decimal(number) if number.is_finite() => sheet.write_number(row, column, *number)?,
        Value::Decimal(_) => return Ok(()),
        Value::Boolean(value) => sheet.write_boolean(row, column, *value)?,
        Value::Time(at) => {
            let local = provenance.zone.to_datetime(*at);
            match excel(local) {
                Some(moment) => sheet.write_datetime_with_format(row, column, moment, time_format)?,
                None => sheet.write_string(row, column, local.to_string())?,
            }
        }
        Value::Date(date) => match excel((*date).into()) {
            Some(day) => sheet.write_datetime_with_format(row, column, day, date_format)?,
            None => sheet.write_string(row, column, date.to_string())?,
        },
    };
    Ok(())
}

/// A workbook's moment: 1900 to 9999, in milliseconds.
fn excel(at: DateTime) -> Option<ExcelDateTime> {
    let year = u16::try_from(at.year()).ok()?;
    let day =
        ExcelDateTime::from_ymd(year, u8::try_from(at.month()).ok()?, u8::try_from(at.day()).ok()?).ok()?;
    let hour = u16::try_from(at.hour()).ok()?;
    let second = f64::from(at.second()) + f64::from(at.millisecond()) / 1000.0;
    day.and_hms(hour, u8::try_from(at.minute()).ok()?, second).ok()
}

/// Text as long as a cell holds; what is cut is counted.
fn fitting(text: &str, cut: &mut u64) -> String {
    if text.len() <= CELL_MAX || text.encode_utf16().count() <= CELL_MAX {
        return text.to_owned();
    }
    *cut += 1;
    let mut units = 0;
    let fits = |character: &char| {
        units += character.len_utf16();
        units < CELL_MAX
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push('…');
    short
}

fn write_provenance(
    sheet: &mut Worksheet,
    table: &Table,
    provenance: &Provenance,
    language: Language,
    cut: &mut u64,
) -> Result<(), XlsxError> {
    sheet.set_name(provenance::SHEET.of(language))?;
    let header = header_format();
    for (row, (title, text)) in (0_u32..).zip(provenance.lines(table, language)) {
        sheet.write_string_with_format(row, 0, title, &header)?;
        sheet.write_string(row, 1, fitting(&text, cut))?;
    }
    sheet.set_column_width(0, 32)?.set_column_width(1, 60)?;
    Ok(())
}
