//! The log of an open hour: what a killed process finds again.
//!
//! One file per kind, hour and shard to be. It is only ever appended to and goes away when its rows are in a Parquet
//! file of that number, so that after a crash a log whose shard is in the catalogue is known to be done with. Frames
//! are length, CRC-32 and payload; reading stops at the first that does not hold, which is how a torn end is cut.
//! A row is written whole once, then only the cells that changed: a poll that goes on costs some twenty bytes a
//! write, not a row.

use crate::cell::{Cell, Class};
use crate::open::PartKey;
use crate::row::{Kind, RowOf};
use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;

const VERSION: u8 = 1;
const COLUMNS: u8 = 0;
const WHOLE: u8 = 1;
const DELTA: u8 = 2;
/// A frame is one row; no row is longer.
const FRAME_MAX: usize = 1 << 20;

/// Makes the file of a log; what stood there is overwritten from its start.
pub(crate) fn create(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).truncate(true).read(true).write(true).open(path)
}

/// Writes at a known end, so that the torn rest of a failed write is overwritten by the next.
pub(crate) fn write_at(file: &File, at: u64, bytes: &[u8], sync: bool) -> std::io::Result<()> {
    file.write_all_at(bytes, at)?;
    if sync { file.sync_data() } else { Ok(()) }
}

/// The first frame: what the columns of this log are, so that a newer version reads it right.
pub(crate) fn put_columns(kind: Kind, out: &mut Vec<u8>) {
    let mut payload = vec![COLUMNS, VERSION];
    for column in kind.columns() {
        put_text(column.name, &mut payload);
    }
    put_frame(&payload, out);
}

/// A row that the log does not have yet.
pub(crate) fn put_row(id: u64, row: &RowOf, out: &mut Vec<u8>) {
    let mut payload = vec![WHOLE];
    put_number(id, &mut payload);
    for cell in row.cells() {
        put_cell(&cell, &mut payload);
    }
    put_frame(&payload, out);
}

/// What changed in a row that the log has.
pub(crate) fn put_delta(id: u64, before: &RowOf, after: &RowOf, out: &mut Vec<u8>) {
    let mut payload = vec![DELTA];
    put_number(id, &mut payload);
    let (mut bits, mut cells) = (0_u64, Vec::new());
    for (place, (old, new)) in before.cells().iter().zip(after.cells()).enumerate() {
        if *old != new {
            bits |= 1 << place;
            put_cell(&new, &mut cells);
        }
    }
    if bits != 0 {
        put_number(bits, &mut payload);
        payload.extend_from_slice(&cells);
        put_frame(&payload, out);
    }
}

/// What a log says.
#[derive(Default)]
pub(crate) struct Told {
    /// Rows in the order they came first, each as last written.
    pub(crate) rows: Vec<(u64, RowOf)>,
    /// Bytes after the last frame that holds.
    pub(crate) torn: u64,
}

/// Reads a log as far as it holds.
pub(crate) fn read(path: &Path, kind: Kind) -> std::io::Result<Told> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(told(&bytes, kind))
}

fn told(bytes: &[u8], kind: Kind) -> Told {
    let mut told = Told::default();
    let mut order: Vec<u64> = Vec::new();
    let mut rows: hashbrown::HashMap<u64, Vec<Cell<'static>>> = hashbrown::HashMap::new();
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut rest = bytes;
    while let Some((payload, after)) = take_frame(rest) {
        if take_payload(payload, kind, &mut places, &mut order, &mut rows).is_none() {
            break;
        }
        rest = after;
    }
    told.torn = rest.len() as u64;
    for id in order {
        let Some(cells) = rows.remove(&id) else { continue };
        if let Some(row) = RowOf::from_cells(kind, cells.into_iter()) {
            told.rows.push((id, row));
        }
    }
    told
}

fn take_payload(
    payload: &[u8],
    kind: Kind,
    places: &mut Vec<Option<usize>>,
    order: &mut Vec<u64>,
    rows: &mut hashbrown::HashMap<u64, Vec<Cell<'static>>>,
) -> Option<()> {
    let (first, mut rest) = payload.split_first()?;
    match *first {
        COLUMNS => {
            let (version, after) = rest.split_first()?;
            rest = after;
            if *version != VERSION {
                return None;
            }
            places.clear();
            while !rest.is_empty() {
                places.push(kind.column(take_text(&mut rest)?));
            }
        }
        WHOLE => {
            let id = take_number(&mut rest)?;
            let mut cells = vec![Cell::Null; kind.columns().len()];
            for place in places.iter() {
                set(&mut cells, *place, take_cell(&mut rest)?);
            }
            if rows.insert(id, cells).is_none() {
                order.push(id);
            }
        }
        DELTA => {
            let id = take_number(&mut rest)?;
            let bits = take_number(&mut rest)?;
            // Of a row too long for a frame.
            let Some(cells) = rows.get_mut(&id) else { return Some(()) };
            for (at, place) in places.iter().enumerate().take(64) {
                if bits & (1 << at) != 0 {
                    set(cells, *place, take_cell(&mut rest)?);
                }
            }
        }
        _ => return None,
    }
    Some(())
}

fn set(cells: &mut [Cell<'static>], place: Option<usize>, cell: Cell<'static>) {
    if let Some(old) = place.and_then(|place| cells.get_mut(place)) {
        *old = cell;
    }
}

fn put_frame(payload: &[u8], out: &mut Vec<u8>) {
    // A longer row is in memory only until its hour becomes a file.
    let Some(len) = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= FRAME_MAX) else { return };
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&crc32fast::hash(payload).to_le_bytes());
    out.extend_from_slice(payload);
}

fn take_frame(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    let (crc, rest) = rest.split_first_chunk::<4>()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok().filter(|len| (1..=FRAME_MAX).contains(len))?;
    let (payload, rest) = rest.split_at_checked(len)?;
    (crc32fast::hash(payload) == u32::from_le_bytes(*crc)).then_some((payload, rest))
}

fn put_cell(cell: &Cell<'_>, out: &mut Vec<u8>) {
    match cell {
        Cell::Null => out.push(0),
        Cell::Int(int) => {
            out.push(1 + Class::Int as u8);
            // Zigzag, so that small negative numbers stay short.
            put_number((int.cast_unsigned() << 1) ^ (int >> 63).cast_unsigned(), out);
        }
        Cell::Float(float) => {
            out.push(1 + Class::Float as u8);
            out.extend_from_slice(&float.to_le_bytes());
        }
        Cell::Bool(flag) => out.extend_from_slice(&[1 + Class::Bool as u8, u8::from(*flag)]),
        Cell::Text(text) => {
            out.push(1 + Class::Text as u8);
            put_text(text, out);
        }
    }
}

fn take_cell(bytes: &mut &[u8]) -> Option<Cell<'static>> {
    const INT: u8 = 1 + Class::Int as u8;
    const FLOAT: u8 = 1 + Class::Float as u8;
    const BOOL: u8 = 1 + Class::Bool as u8;
    const TEXT: u8 = 1 + Class::Text as u8;
    Some(match take_byte(bytes)? {
        0 => Cell::Null,
        INT => {
            let number = take_number(bytes)?;
            Cell::Int((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
        }
        FLOAT => {
            let (float, rest) = bytes.split_first_chunk::<8>()?;
            *bytes = rest;
            Cell::Float(f64::from_le_bytes(*float))
        }
        BOOL => Cell::Bool(take_byte(bytes)? != 0),
        TEXT => Cell::Text(Cow::Owned(take_text(bytes)?.to_owned())),
        _ => return None,
    })
}

fn put_text(text: &str, out: &mut Vec<u8>) {
    put_number(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

fn take_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let len = usize::try_from(take_number(bytes)?).ok()?;
    let (text, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    core::str::from_utf8(text).ok()
}

/// Seven bits a byte, the lowest first.
fn put_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(0x80 | (number & 0x7f).to_le_bytes()[0]);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(bytes)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take_byte(bytes: &mut &[u8]) -> Option<u8> {
    let (byte, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*byte)
}

/// The file name of a log.
pub(crate) fn name_of((kind, hour, shard): PartKey) -> String {
    format!("{}_{hour}_{shard}.log", kind.name())
}

/// What a file name says, if it is a log's.
pub(crate) fn part_of(name: &str) -> Option<PartKey> {
    let mut words = name.strip_suffix(".log")?.split('_');
    let key = (Kind::of(words.next()?)?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    words.next().is_none().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::DetectionRow;
    use facts::id::SiteId;

    fn row(time: i64, text: &str) -> RowOf {
        RowOf::Detection(DetectionRow {
            row: 9,
            site: SiteId(uuid::Uuid::from_u128(1)),
            time,
            last: i64::MIN,
            count: u64::from(u32::MAX) * 7,
            rule: "r".into(),
            severity: "low".into(),
            assets: String::new(),
            flow: "髙橋".into(),
            evidence: String::new(),
            text: text.to_owned(),
        })
    }

    /// A log of three rows, one of which grew.
    fn log() -> (Vec<u8>, Vec<(u64, RowOf)>) {
        let mut log = Vec::new();
        put_columns(Kind::Detections, &mut log);
        put_row(1, &row(1, "first"), &mut log);
        put_row(u64::MAX, &row(-2, "second"), &mut log);
        let before = log.len();
        put_delta(1, &row(1, "first"), &row(1, "grown"), &mut log);
        assert!(log.len() - before < 30, "a change costs what changed");
        put_delta(1, &row(1, "grown"), &row(1, "grown"), &mut log);
        put_row(3, &row(3, ""), &mut log);
        (log, vec![(1, row(1, "grown")), (u64::MAX, row(-2, "second")), (3, row(3, ""))])
    }

    #[test]
    fn a_log_gives_back_the_rows_as_they_were_last() {
        let (log, rows) = log();
        let told = told(&log, Kind::Detections);
        assert_eq!((told.rows, told.torn), (rows, 0));
    }

    #[test]
    fn a_log_cut_anywhere_gives_what_was_whole() {
        let (log, rows) = log();
        let mut least = 0;
        for end in 0..log.len() {
            let told = told(&log[..end], Kind::Detections);
            assert!(told.rows.len() >= least && told.rows.len() <= rows.len());
            assert!(told.rows.iter().all(|(id, _)| rows.iter().any(|(other, _)| other == id)));
            least = told.rows.len();
        }
        assert_eq!(least, 2, "the third ends with the log");
    }

    #[test]
    fn a_log_with_any_byte_changed_gives_no_row_that_was_not_written() {
        let (log, rows) = log();
        for place in 0..log.len() {
            let mut log = log.clone();
            log[place] ^= 0x41;
            for (id, row) in told(&log, Kind::Detections).rows {
                let known = rows.iter().any(|known| known.0 == id && known.1.time() == row.time());
                assert!(known, "byte {place}");
            }
        }
    }

    #[test]
    fn a_log_of_other_columns_is_read_by_their_names() {
        let mut log = Vec::new();
        let mut head = vec![COLUMNS, VERSION];
        for name in ["gone", "time", "site", "rule"] {
            put_text(name, &mut head);
        }
        put_frame(&head, &mut log);
        let mut payload = vec![WHOLE, 5];
        let site = SiteId(uuid::Uuid::from_u128(1)).to_string();
        for cell in [Cell::Int(3), Cell::Int(-4), Cell::Text(site.into()), Cell::Text("r".into())] {
            put_cell(&cell, &mut payload);
        }
        put_frame(&payload, &mut log);
        let told = told(&log, Kind::Detections);
        let [(5, RowOf::Detection(row))] = told.rows.as_slice() else { panic!("{:?}", told.rows) };
        assert_eq!((row.time, &*row.rule, row.count, &*row.text), (-4, "r", 0, ""));
    }
}
