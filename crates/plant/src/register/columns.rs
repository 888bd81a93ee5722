//! Which row is the header, and which column is what.

use super::sheet::{Cell, Line};
use super::{Field, ReadError};
use std::collections::BTreeMap;

/// What a person says about header and columns; the default says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The row of the header as a spreadsheet counts, from 1; 0 for a file without one.
    pub header_row: Option<u32>,
    /// What a column is, by its number from 1; `None` leaves it out. Columns that are not named are found by title.
    pub columns: BTreeMap<usize, Option<Field>>,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its number as a spreadsheet counts, from 1.
    pub number: usize,
    /// Its title as written.
    pub title: String,
    /// What it is; `None` when it is left out: unknown, or an earlier column is the same field.
    pub field: Option<Field>,
}

/// Where the header stands, and what it says.
pub(super) struct Header {
    pub(super) row: u32,
    pub(super) columns: Vec<Column>,
}

/// Rows above a header hold the company's name, the date, a legend.
const HEADER_ROWS_MAX: usize = 50;

/// Finds the header: the row that was named, else the first with the most known titles, two at least.
pub(super) fn find(lines: &[Line], mapping: &Mapping) -> Result<Header, ReadError> {
    let Some(first) = lines.first() else { return Err(ReadError::Empty) };
    let row = match mapping.header_row {
        Some(row) => row,
        None => {
            let known =
                |line: &Line| titles(line).iter().filter(|title| Field::of_title(title).is_some()).count();
            let beginning = lines.iter().take(HEADER_ROWS_MAX).map(|line| (known(line), line.number));
            // The first of equals: a row of data may hold words that are titles too.
            match beginning.rev().max_by_key(|(known, _)| *known).filter(|(known, _)| *known >= 2) {
                Some((_, row)) => row,
                None if mapping.columns.values().any(Option::is_some) => 0,
                None => {
                    return Err(ReadError::NoHeader { first: titles(first).into_iter().take(10).collect() });
                }
            }
        }
    };
    let header = lines.iter().find(|line| line.number == row);
    let titles = header.map(titles).unwrap_or_default();
    let width = mapping.columns.keys().copied().max().unwrap_or(0).clamp(titles.len(), super::COLUMNS_MAX);
    let mut columns: Vec<Column> = Vec::with_capacity(width);
    for number in 1..=width {
        let title = titles.get(number - 1).cloned().unwrap_or_default();
        let field = match mapping.columns.get(&number) {
            Some(chosen) => *chosen,
            None => Field::of_title(&title).filter(|field| {
                let is_chosen = mapping.columns.values().any(|chosen| *chosen == Some(*field));
                field.is_list() || !(is_chosen || columns.iter().any(|column| column.field == Some(*field)))
            }),
        };
        columns.push(Column { number, title, field });
    }
    check_twice(mapping)?;
    Ok(Header { row, columns })
}

fn check_twice(mapping: &Mapping) -> Result<(), ReadError> {
    let mut taken = BTreeMap::new();
    for (&column, field) in mapping.columns.iter().filter_map(|(column, field)| Some((column, (*field)?))) {
        if let Some(first) = taken.insert(field, column).filter(|_| !field.is_list()) {
            return Err(ReadError::TwoColumns { field, columns: [first, column] });
        }
    }
    Ok(())
}

fn titles(line: &Line) -> Vec<String> {
    let title = |cell: &Cell| match cell {
        Cell::Text(text) => text.trim().chars().take(80).collect(),
        Cell::Number(_) | Cell::Date(_) | Cell::Error(_) => String::new(),
    };
    line.cells.iter().map(title).collect()
}
