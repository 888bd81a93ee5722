//! The footers of files, kept while there is room, and what they say of a row group before it is read.

use crate::catalogue::Entry;
use crate::error::Error;
use crate::file::BLOOMED;
use crate::filter::{End, Test, Whom};
use crate::row::Kind;
use bytes::Bytes;
use hashbrown::HashMap;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::bloom_filter::Sbbf;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{
    ColumnChunkMetaData, PageIndexPolicy, ParquetMetaDataReader, RowGroupMetaData,
};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::statistics::Statistics;
use std::io::Read;
use std::ops::Range as Span;
use std::sync::{Mutex, PoisonError};

/// Footers kept: three weeks of hours of one kind. One takes some tens of kilobytes in memory.
const KEPT_MAX: usize = 512;
/// Bytes asked for at the end of a file: a footer of a busy hour.
const TAIL: u64 = 32 * 1024;

/// A part of a file in memory.
#[derive(Clone)]
pub(crate) struct Window {
    pub(crate) start: u64,
    pub(crate) bytes: Bytes,
    pub(crate) file_len: u64,
}

impl Length for Window {
    fn len(&self) -> u64 {
        self.file_len
    }
}

impl Window {
    fn from(&self, start: u64) -> ParquetResult<Bytes> {
        let missing = || ParquetError::EOF(format!("byte {start} was not fetched"));
        let at = start.checked_sub(self.start).and_then(|at| usize::try_from(at).ok()).ok_or_else(missing)?;
        if at > self.bytes.len() {
            return Err(missing());
        }
        Ok(self.bytes.slice(at..))
    }
}

impl ChunkReader for Window {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(Box::new(std::io::Cursor::new(self.from(start)?)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let bytes = self.from(start)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} were not fetched")));
        }
        Ok(bytes.slice(..length))
    }
}

/// Fetches a part of a file.
pub(crate) async fn fetch(store: &dyn ObjectStore, entry: &Entry, span: Span<u64>) -> Result<Window, Error> {
    let start = span.start;
    let bytes = store
        .get_range(&Path::from(entry.path.as_str()), span)
        .await
        .map_err(|source| Error::Object { path: entry.path.clone(), source })?;
    Ok(Window { start, bytes, file_len: entry.bytes })
}

/// Footers by path and checksum: a path may be used again after its hour was deleted, a file never changes.
#[derive(Default)]
pub(crate) struct Footers(Mutex<HashMap<(String, u32), ArrowReaderMetadata>>);

impl Footers {
    /// The footer of a file.
    pub(crate) async fn get(
        &self,
        store: &dyn ObjectStore,
        entry: &Entry,
    ) -> Result<ArrowReaderMetadata, Error> {
        let key = (entry.path.clone(), entry.crc);
        if let Some(known) = self.lock().get(&key) {
            return Ok(known.clone());
        }
        let mut tail = TAIL.min(entry.bytes);
        let footer = loop {
            let window = fetch(store, entry, entry.bytes.saturating_sub(tail)..entry.bytes).await?;
            // The library may panic on a damaged footer: then it is that thread alone.
            let parsed = tokio::task::spawn_blocking(move || parse(&window)).await;
            match parsed.map_err(|_| Error::Damaged { path: entry.path.clone() })? {
                Ok(footer) => break footer,
                Err(ParquetError::NeedMoreData(needed)) if (needed as u64) > tail && tail < entry.bytes => {
                    tail = (needed as u64).min(entry.bytes);
                }
                Err(source) => return Err(Error::Parquet { path: entry.path.clone(), source }),
            }
        };
        let mut kept = self.lock();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(key, footer.clone());
        Ok(footer)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(String, u32), ArrowReaderMetadata>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The footer in the end of a file.
fn parse(window: &Window) -> ParquetResult<ArrowReaderMetadata> {
    let mut reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Skip);
    reader.try_parse_sized(&window.bytes, window.file_len)?;
    ArrowReaderMetadata::try_new(reader.finish()?.into(), ArrowReaderOptions::new())
}

fn chunk(group: &RowGroupMetaData, kind: Kind, column: usize) -> Option<&ColumnChunkMetaData> {
    let name = kind.columns().get(column)?.name;
    group.columns().iter().find(|chunk| chunk.column_path().string() == name)
}

/// Least and greatest number of a column in a row group.
pub(crate) fn numbers(group: &RowGroupMetaData, kind: Kind, column: usize) -> Option<(i64, i64)> {
    match chunk(group, kind, column)?.statistics()? {
        Statistics::Int64(statistics) => Some((*statistics.min_opt()?, *statistics.max_opt()?)),
        _ => None,
    }
}

fn texts(group: &RowGroupMetaData, kind: Kind, column: usize) -> Option<(&str, &str)> {
    match chunk(group, kind, column)?.statistics()? {
        Statistics::ByteArray(statistics) => {
            Some((statistics.min_opt()?.as_utf8().ok()?, statistics.max_opt()?.as_utf8().ok()?))
        }
        _ => None,
    }
}

/// Whether a row group may hold a row that passes, by its ranges alone.
pub(crate) fn may_hold(group: &RowGroupMetaData, kind: Kind, test: &Test) -> bool {
    match test {
        Test::Meets { time, last, range } => {
            let first = numbers(group, kind, *time).map_or(i64::MIN, |(least, _)| least);
            let last = numbers(group, kind, *last).map_or(i64::MAX, |(_, greatest)| greatest);
            range.meets(first, last)
        }
        Test::Begins { time, range } => {
            numbers(group, kind, *time).is_none_or(|(least, greatest)| range.meets(least, greatest))
        }
        Test::After { time, cursor, order, .. } => {
            let (least, greatest) = numbers(group, kind, *time).unwrap_or((i64::MIN, i64::MAX));
            match order {
                crate::Order::OldestFirst => greatest >= cursor.time_us,
                crate::Order::NewestFirst => least <= cursor.time_us,
            }
        }
        // A greatest value may be cut short, so only texts before the cut are compared.
        Test::OneOf { column, separator: None, texts: wanted } => match texts(group, kind, *column) {
            Some((least, greatest)) => wanted.iter().any(|text| {
                text.as_str() >= least && (text.as_str() <= greatest || text.starts_with(greatest))
            }),
            None => true,
        },
        Test::Never => false,
        _ => true,
    }
}

/// Where the Bloom filters of a row group lie that a test could ask; empty when it cannot be asked.
pub(crate) fn bloom_span(group: &RowGroupMetaData, kind: Kind, test: &Test) -> Option<Span<u64>> {
    let mut span: Option<Span<u64>> = None;
    for chunk in asked(test).into_iter().filter_map(|column| chunk(group, kind, column)) {
        let start = u64::try_from(chunk.bloom_filter_offset()?).ok()?;
        let end = start.checked_add(u64::try_from(chunk.bloom_filter_length()?).ok()?)?;
        span = Some(span.map_or(start..end, |span| span.start.min(start)..span.end.max(end)));
    }
    span
}

fn asked(test: &Test) -> Vec<usize> {
    match test {
        Test::Ends { ends, .. } => ends.iter().flat_map(|end| [end.asset, end.ip]).collect(),
        Test::Subject { end, .. } => vec![end.asset, end.ip],
        _ => Vec::new(),
    }
}

/// Whether a row group may hold a row of the machines asked for, by its Bloom filters.
pub(crate) fn may_hold_machine(group: &RowGroupMetaData, kind: Kind, test: &Test, window: &Window) -> bool {
    let filter = |column: usize| {
        let named = kind.columns().get(column).is_some_and(|column| BLOOMED.contains(&column.name));
        let chunk = chunk(group, kind, column).filter(|_| named)?;
        Sbbf::read_from_column_chunk(chunk, window).ok().flatten()
    };
    let has = |column: usize, texts: &[String]| {
        !texts.is_empty()
            && filter(column).is_none_or(|filter| texts.iter().any(|text| filter.check(&text.as_str())))
    };
    let may = |end: &End, whom: &Whom| {
        // Hardware addresses have no filter.
        let by_mac = whom.addresses.iter().any(|text| text.matches(':').count() == 5);
        whom.is_any() || by_mac || has(end.asset, &whom.assets) || has(end.ip, &whom.addresses)
    };
    match test {
        Test::Ends { ends: [client, server], asset, peer, directed, .. } => {
            (may(client, asset) && may(server, peer))
                || (!directed && may(server, asset) && may(client, peer))
        }
        Test::Subject { end, asset, .. } => may(end, asset),
        _ => true,
    }
}
