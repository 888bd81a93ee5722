//! Lines of cells to rows and faults.

use super::columns::{Column, Header};
use super::sheet::{Cell, Line};
use super::{Entry, FAULTS_MAX, Fault, FaultKind, Field, Register, Row, Source, cell, damage};
use crate::fold;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Names that the plant has, by their folded form.
type Known = BTreeMap<Field, BTreeMap<String, String>>;

/// Reads every line below the header.
pub(super) fn read(
    source: Source,
    lines: &[Line],
    header: Header,
    known: &BTreeMap<Field, Vec<String>>,
) -> Register {
    let folded = |names: &Vec<String>| names.iter().map(|name| (fold(name), name.clone())).collect();
    let known: Known = known.iter().map(|(field, names)| (*field, folded(names))).collect();
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    for line in lines.iter().filter(|line| line.number > header.row) {
        let said = line.cells.iter().any(|cell| !matches!(cell, Cell::Text(text) if text.trim().is_empty()));
        if said {
            rows.push(read_row(line, &header.columns, &known, &mut faults));
        }
    }
    find_repeated(&rows, &header.columns, &mut faults);
    let refused: HashSet<u32> =
        (faults.iter()).filter(|fault| !fault.kind.is_doubt()).map(|fault| fault.row).collect();
    let all = rows.len();
    rows.retain(|row| !refused.contains(&row.number));
    find_doubts(&rows, &header.columns, &mut faults);
    faults.sort_by_key(|fault| (fault.row, fault.column));
    let refused = all - rows.len();
    let faults_unlisted = faults.len().saturating_sub(FAULTS_MAX);
    faults.truncate(FAULTS_MAX);
    Register {
        source,
        header_row: header.row,
        columns: header.columns,
        rows,
        faults,
        faults_unlisted,
        refused,
    }
}

fn read_row(line: &Line, columns: &[Column], known: &Known, faults: &mut Vec<Fault>) -> Row {
    let mut entry = Entry::default();
    let mut is_sound = true;
    for (column, cell) in columns.iter().zip(&line.cells) {
        let Some(field) = column.field else { continue };
        let value = cell::read(field, cell).and_then(|value| match known.get(&field) {
            Some(names) if !value.is_empty() => known_name(names, &value, faults.len() < PROPOSALS_MAX),
            _ => Ok(value),
        });
        match value {
            Ok(value) if value.is_empty() => {}
            Ok(value) if field.is_list() => entry.append(field, &value),
            Ok(value) => entry.set(field, value),
            Err(kind) => {
                is_sound = false;
                faults.push(fault(line.number, column, &written(cell), kind));
            }
        }
    }
    let more = line.cells.iter().skip(columns.len()).find(|cell| !written(cell).trim().is_empty());
    if let (Some(cell), Some(last)) = (more, columns.last()) {
        is_sound = false;
        let beyond = Column { number: last.number + 1, title: String::new(), field: None };
        faults.push(fault(line.number, &beyond, &written(cell), FaultKind::MoreCells));
    }
    // A name that could not be read is no missing name, and a row is not blamed twice.
    if is_sound && entry.get(Field::Name).is_empty() && entry.get(Field::EquipmentNumber).is_empty() {
        let column = columns.iter().find(|column| column.field == Some(Field::Name));
        let whole = Column { number: 0, title: String::new(), field: None };
        faults.push(fault(line.number, column.unwrap_or(&whole), "", FaultKind::NoName));
    }
    Row { number: line.number, entry }
}

/// After so many faults no likely name is looked for: a file of wrong names must not cost minutes.
const PROPOSALS_MAX: usize = 200;

fn known_name(names: &BTreeMap<String, String>, value: &str, propose: bool) -> Result<String, FaultKind> {
    let folded = fold(value);
    names.get(&folded).cloned().ok_or_else(|| {
        let distance = |name: &str| edits(&folded, name);
        let candidates = names.iter().take(if propose { PROPOSALS_MAX } else { 0 });
        let nearest = candidates.map(|(name, written)| (distance(name), written)).min();
        // Half of the letters wrong is no likeness.
        let nearest = nearest.filter(|(edits, _)| edits * 2 <= folded.chars().count());
        FaultKind::Unknown { nearest: nearest.map(|(_, name)| name.clone()), known: names.len() }
    })
}

/// How many characters to add, remove or change to come from one text to the other (Levenshtein); names are short.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (place, a) in left.chars().take(100).enumerate() {
        let mut diagonal = place;
        let mut before = place + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (b, cost) in right.iter().zip(row.iter_mut().skip(1)) {
            let here = (diagonal + usize::from(a != *b)).min(before + 1).min(*cost + 1);
            diagonal = core::mem::replace(cost, here);
            before = here;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn fault(row: u32, column: &Column, value: &str, kind: FaultKind) -> Fault {
    Fault {
        row,
        column: column.number,
        title: column.title.clone(),
        value: value.trim().chars().take(80).collect(),
        kind,
    }
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Error(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
    }
}

/// What belongs to one machine stands in one row. The second row is at fault and names the first. An IP address may be
/// there once in each network.
fn find_repeated(rows: &[Row], columns: &[Column], faults: &mut Vec<Fault>) {
    let column_of = |field| columns.iter().find(|column| column.field == Some(field));
    for field in [Field::EquipmentNumber, Field::Ip, Field::Mac, Field::Serial] {
        let Some(column) = column_of(field) else { continue };
        let mut seen = HashMap::new();
        for row in rows {
            let scope = match field {
                Field::Ip => fold(row.entry.get(Field::Network)),
                // Two makers may count alike.
                Field::Serial => fold(row.entry.get(Field::Vendor)),
                _ => String::new(),
            };
            let whole = row.entry.get(field);
            let parts: Vec<&str> =
                if field.is_list() { row.entry.parts(field).collect() } else { vec![whole] };
            for part in parts.into_iter().filter(|part| !part.is_empty()) {
                let first = *seen.entry((scope.clone(), fold(part))).or_insert(row.number);
                if first != row.number {
                    faults.push(fault(row.number, column, part, FaultKind::Repeated { first }));
                    break;
                }
            }
        }
    }
}

fn find_doubts(rows: &[Row], columns: &[Column], faults: &mut Vec<Fault>) {
    let column_of = |field| columns.iter().find(|column| column.field == Some(field));
    for field in [Field::Serial, Field::EquipmentNumber] {
        let Some(column) = column_of(field) else { continue };
        for (row, digits) in damage::zeros_lost(rows, field) {
            faults.push(fault(row.number, column, row.entry.get(field), FaultKind::ZerosLost { digits }));
        }
    }
    for row in rows {
        for (field, value) in row.entry.iter() {
            let private = value.chars().find(|character| matches!(character, '\u{e000}'..='\u{f8ff}'));
            if let (Some(character), Some(column)) = (private, column_of(field)) {
                faults.push(fault(row.number, column, value, FaultKind::PrivateCharacter(character)));
            }
        }
    }
}
