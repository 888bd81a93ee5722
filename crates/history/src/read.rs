//! Reading one row group: only the columns that the tests look at, then the rest of the rows that pass.

use crate::catalogue::Entry;
use crate::error::Error;
use crate::file::{Array1, columns, decode};
use crate::filter::Test;
use crate::meta::{Footers, Window, bloom_span, fetch, may_hold, may_hold_machine, numbers};
use crate::row::{Kind, RowOf};
use crate::scan::Reading;
use arrow_array::{BooleanArray, RecordBatch};
use object_store::ObjectStore;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ParquetRecordBatchReaderBuilder, RowFilter,
};
use parquet::file::metadata::RowGroupMetaData;
use std::ops::Range as Span;
use std::sync::Arc;

/// A row group that may hold what is asked for.
pub(crate) struct Piece {
    pub(crate) entry: Arc<Entry>,
    footer: ArrowReaderMetadata,
    group: usize,
    /// Least and greatest beginning of its rows.
    pub(crate) times: (i64, i64),
}

/// The row groups of a file that may hold what is asked for.
pub(crate) async fn pieces(
    store: &dyn ObjectStore,
    footers: &Footers,
    entry: Entry,
    tests: &Arc<Vec<Test>>,
    reading: &mut Reading,
) -> Result<Vec<Piece>, Error> {
    let footer = footers.get(store, &entry).await?;
    let (kind, entry) = (entry.kind, Arc::new(entry));
    let time = kind.column("time").unwrap_or_default();
    let mut pieces = Vec::new();
    for (group, meta) in footer.metadata().row_groups().iter().enumerate() {
        reading.groups += 1;
        let mut may = tests.iter().all(|test| may_hold(meta, kind, test));
        for (number, test) in tests.iter().enumerate() {
            if may && let Some(span) = bloom_span(meta, kind, test) {
                let window = fetch(store, &entry, span).await?;
                let (footer, tests) = (footer.clone(), Arc::clone(tests));
                let asked = move || {
                    let meta = footer.metadata().row_groups().get(group)?;
                    Some(may_hold_machine(meta, kind, tests.get(number)?, &window))
                };
                // On a thread of its own for the same reason as in `read`.
                may = tokio::task::spawn_blocking(asked).await.ok().flatten().unwrap_or(true);
            }
        }
        if may {
            let times = numbers(meta, kind, time).unwrap_or((i64::MIN, i64::MAX));
            pieces.push(Piece { entry: Arc::clone(&entry), footer: footer.clone(), group, times });
        }
    }
    Ok(pieces)
}

/// The rows of a row group that pass every test.
pub(crate) async fn read(
    store: &dyn ObjectStore,
    piece: Piece,
    tests: &Arc<Vec<Test>>,
) -> Result<Vec<RowOf>, Error> {
    let path = piece.entry.path.clone();
    let damaged = || Error::Damaged { path: path.clone() };
    let meta = piece.footer.metadata().row_groups().get(piece.group).ok_or_else(damaged)?;
    let span = span_of(meta).filter(|span| span.end <= piece.entry.bytes).ok_or_else(damaged)?;
    let window = fetch(store, &piece.entry, span).await?;
    let tests = Arc::clone(tests);
    // Unpacking is work, not waiting; and should a damaged file make the reader panic, it is that thread alone.
    match tokio::task::spawn_blocking(move || unpack(window, &piece, &tests)).await {
        Ok(Ok(Some(rows))) => Ok(rows),
        Ok(Ok(None)) | Err(_) => Err(damaged()),
        Ok(Err(source)) => Err(Error::Parquet { path, source }),
    }
}

/// Where the columns of a row group lie. The library's own function panics on a damaged footer.
fn span_of(group: &RowGroupMetaData) -> Option<Span<u64>> {
    let mut span: Option<Span<u64>> = None;
    for chunk in group.columns() {
        let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
        let start = u64::try_from(start.min(chunk.data_page_offset())).ok()?;
        let end = start.checked_add(u64::try_from(chunk.compressed_size()).ok()?)?;
        span = Some(span.map_or(start..end, |span| span.start.min(start)..span.end.max(end)));
    }
    span
}

fn unpack(
    window: Window,
    piece: &Piece,
    tests: &Arc<Vec<Test>>,
) -> Result<Option<Vec<RowOf>>, parquet::errors::ParquetError> {
    let kind = piece.entry.kind;
    let mut looked_at: Vec<usize> = tests.iter().flat_map(Test::columns).collect();
    looked_at.sort_unstable();
    looked_at.dedup();
    let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(window, piece.footer.clone())
        .with_row_groups(vec![piece.group])
        .with_batch_size(crate::file::GROUP_ROWS);
    if !looked_at.is_empty() {
        let names =
            looked_at.iter().filter_map(|column| kind.columns().get(*column)).map(|column| column.name);
        let mask = ProjectionMask::columns(builder.parquet_schema(), names);
        let tests = Arc::clone(tests);
        let passes = move |batch: RecordBatch| Ok(passing(kind, &batch, &tests));
        builder =
            builder.with_row_filter(RowFilter::new(vec![Box::new(ArrowPredicateFn::new(mask, passes))]));
    }
    let mut rows = Vec::new();
    for batch in builder.build()? {
        let Some(more) = decode(kind, &batch?) else { return Ok(None) };
        rows.extend(more);
    }
    Ok(Some(rows))
}

fn passing(kind: Kind, batch: &RecordBatch, tests: &[Test]) -> BooleanArray {
    let columns = columns(kind, batch).unwrap_or_default();
    let passes = |row: usize| {
        let at = |column: usize| {
            columns.get(column).map_or(crate::cell::Cell::Null, |column: &Array1| column.cell(row))
        };
        Some(tests.iter().all(|test| test.holds(&at)))
    };
    (0..batch.num_rows()).map(passes).collect()
}
