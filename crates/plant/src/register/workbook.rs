//! XLSX workbooks to numbered lines of cells.

use super::sheet::{Cell, Line};
use super::{CELLS_MAX, COLUMNS_MAX, Options, ROWS_MAX, ReadError, Source, UNPACKED_BYTES_MAX, columns};
use calamine::{DataRef, Dimensions, Reader, SheetVisible, Xlsx, XlsxError};
use jiff::civil::{Date, DateTime, Time};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads the sheet that was asked for, else the first visible one with a header, else the first.
pub(super) fn read(bytes: &[u8], options: &Options) -> Result<(Source, Vec<Line>), ReadError> {
    check_parts(bytes)?;
    // The crate that reads workbooks counts without checking at some places (row numbers beyond 32 bits), and a file must
    // not end the server. Nothing outlives the panic: all state is made inside.
    std::panic::catch_unwind(|| read_sheet(bytes, options))
        .unwrap_or_else(|_| Err(ReadError::Workbook("its contents are damaged".to_owned())))
}

fn read_sheet(bytes: &[u8], options: &Options) -> Result<(Source, Vec<Line>), ReadError> {
    let mut workbook: Workbook<'_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let sheets = workbook.sheet_names();
    if let Some(name) = &options.sheet {
        if !sheets.contains(name) {
            return Err(ReadError::NoSheet { name: name.clone(), sheets });
        }
        let lines = lines(&mut workbook, name)?;
        return Ok((Source::Xlsx { sheet: name.clone(), sheets }, lines));
    }
    let visible = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let visible: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    let mut first = None;
    for sheet in visible {
        // A chart sheet has no cells: the next sheet is tried.
        let Ok(lines) = lines(&mut workbook, &sheet) else { continue };
        if columns::find(&lines, &options.mapping).is_ok() {
            return Ok((Source::Xlsx { sheet, sheets }, lines));
        }
        if !lines.is_empty() {
            first.get_or_insert((sheet, lines));
        }
    }
    let (sheet, lines) = first.ok_or(ReadError::Empty)?;
    Ok((Source::Xlsx { sheet, sheets }, lines))
}

/// Unpacks everything once: a small archive may unpack to any size, and the headers inside may lie.
fn check_parts(bytes: &[u8]) -> Result<(), ReadError> {
    const PARTS_MAX: usize = 2_000;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::NotATable)?;
    if archive.len() > PARTS_MAX {
        return Err(ReadError::TooLarge);
    }
    let mut left = UNPACKED_BYTES_MAX;
    let mut unpacked = Vec::new();
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|cause| ReadError::Workbook(cause.to_string()))?;
        unpacked.clear();
        let length = part.take(left.saturating_add(1)).read_to_end(&mut unpacked);
        let length = length.map_err(|cause| ReadError::Workbook(cause.to_string()))?;
        left = left.checked_sub(u64::try_from(length).unwrap_or(u64::MAX)).ok_or(ReadError::TooLarge)?;
        if claims_too_much(&unpacked) {
            return Err(ReadError::Workbook("its contents are damaged".to_owned()));
        }
    }
    Ok(())
}

/// Whether a part says that it holds more texts than it has bytes. The crate that reads workbooks reserves memory for as many
/// as `uniqueCount` says (ECMA-376, 18.4.9), and a server that cannot get the memory ends. A part in UTF-16, in which the
/// attribute would not be seen, is refused: no spreadsheet program writes one.
fn claims_too_much(part: &[u8]) -> bool {
    const ATTRIBUTE: &[u8] = b"uniqueCount";
    if matches!(part, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..]) {
        return true;
    }
    let after = |place: usize| part.get(place + ATTRIBUTE.len()..).unwrap_or_default();
    let found = part.windows(ATTRIBUTE.len()).enumerate().filter(|(_, window)| *window == ATTRIBUTE);
    found.map(|(place, _)| after(place)).any(|rest| {
        let value = rest
            .iter()
            .skip_while(|byte| matches!(**byte, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'+'));
        let digits = value.take_while(|byte| byte.is_ascii_digit());
        let count = digits
            .fold(0_usize, |count, digit| count.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
        count > part.len()
    })
}

fn damaged(cause: XlsxError) -> ReadError {
    ReadError::Workbook(cause.to_string())
}

/// The cells are read one by one: a sheet with one cell in each corner must not fill the memory.
fn lines(workbook: &mut Workbook<'_>, sheet: &str) -> Result<Vec<Line>, ReadError> {
    let merged = workbook.merge_cells_by_sheet_name(sheet).unwrap_or_default();
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(damaged)?;
    let mut table = Table::default();
    while let Some(found) = cells.next_cell().map_err(damaged)? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell != Cell::Text(String::new()) {
            table.put(row, column, cell)?;
        }
    }
    for area in merged {
        table.fill(area)?;
    }
    Ok(table.lines.into_iter().map(|(row, cells)| Line { number: row.saturating_add(1), cells }).collect())
}

/// Lines by their row from 0, as they fill up.
#[derive(Default)]
struct Table {
    lines: BTreeMap<u32, Vec<Cell>>,
    cells: usize,
    filled: usize,
}

impl Table {
    fn put(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), ReadError> {
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= COLUMNS_MAX {
            return Err(ReadError::TooManyColumns);
        }
        if self.lines.len() >= ROWS_MAX && !self.lines.contains_key(&row) {
            return Err(ReadError::TooManyRows);
        }
        let line = self.lines.entry(row).or_default();
        if line.len() <= column {
            self.cells += column + 1 - line.len();
            if self.cells > CELLS_MAX {
                return Err(ReadError::TooManyRows);
            }
            line.resize(column + 1, Cell::Text(String::new()));
        }
        if let Some(place) = line.get_mut(column) {
            *place = cell;
        }
        Ok(())
    }

    /// A cell that was joined over several rows (one line name beside ten machines) holds for each of them that says
    /// anything. Joined columns are left alone: a title over two columns is the title of the first. Texts longer than a
    /// name are not copied, so that the table stays as large as its file.
    fn fill(&mut self, area: Dimensions) -> Result<(), ReadError> {
        const COPIED_BYTES_MAX: usize = 600;
        let ((first, column), (last, _)) = (area.start, area.end);
        let place = usize::try_from(column).unwrap_or(usize::MAX);
        let Some(cell) = self.lines.get(&first).and_then(|line| line.get(place)).cloned() else {
            return Ok(());
        };
        if last <= first || matches!(&cell, Cell::Text(text) if text.len() > COPIED_BYTES_MAX) {
            return Ok(());
        }
        let rows: Vec<u32> = self.lines.range(first.saturating_add(1)..=last).map(|(row, _)| *row).collect();
        // Joined areas do not overlap in an honest workbook, so that they fill no cell twice.
        self.filled += rows.len();
        if self.filled > CELLS_MAX {
            return Err(ReadError::TooManyRows);
        }
        rows.into_iter().try_for_each(|row| self.put(row, column, cell.clone()))
    }
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(value) => Cell::Text(if *value { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(value) if value.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
            moment([year.into(), month.into(), day.into()], [hour, minute, second])
                .map_or(Cell::Number(value.as_f64()), Cell::Date)
        }
        DataRef::DateTime(value) => Cell::Number(value.as_f64()),
        DataRef::DateTimeIso(text) => text.parse().map_or_else(|_| Cell::Text(text.clone()), Cell::Date),
        DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(error) => Cell::Error(error.to_string()),
        DataRef::Empty => Cell::Text(String::new()),
    }
}

fn moment([year, month, day]: [i32; 3], [hour, minute, second]: [u8; 3]) -> Option<DateTime> {
    let small = |value: u8| i8::try_from(value).ok();
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    Some(date.to_datetime(time))
}
