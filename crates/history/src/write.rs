//! The writer: changes of rows go to the log of their hour and to memory.

use crate::accumulate::Change;
use crate::catalogue::{Catalogue, Entry};
use crate::error::Error;
use crate::hour::{HOUR_US, Range, hour_of};
use crate::log;
use crate::open::{Held, Part, PartKey};
use crate::row::{DetectionRow, Kind, RowOf};
use crate::scan::History;
use hashbrown::HashMap;
use object_store::ObjectStore;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

/// How the writer works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder for the logs of open hours, on a local disk; made when absent. One writer at a time.
    pub logs: PathBuf,
    /// Finished rows of an hour that make a file before the hour is over.
    pub rows_max: usize,
    /// Rows of a kind in memory; with more (the disk is full, say), new rows are dropped and counted.
    pub rows_open_max: usize,
    /// How long after its end an hour waits for late rows before it becomes a file, in microseconds.
    pub late_us: i64,
    /// Whether each write waits for the disk, so that a loss of power loses no more than a killed process.
    pub sync: bool,
}

impl Options {
    /// The usual: 50,000 rows a file, 400,000 in memory, two minutes for late rows, every write waits for the disk.
    #[must_use]
    pub fn new(logs: PathBuf) -> Self {
        Self { logs, rows_max: 50_000, rows_open_max: 400_000, late_us: 120_000_000, sync: true }
    }
}

/// What was found at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of open hours that the logs gave back.
    pub rows: u64,
    /// Logs with a torn end, and its bytes: the write that was cut off.
    pub torn: Vec<(String, u64)>,
}

/// Writes history; there is one per store. Readers use [`Writer::history`].
pub struct Writer {
    pub(crate) history: History,
    pub(crate) options: Options,
    pub(crate) logs: BTreeMap<PartKey, Log>,
    /// Shard that takes new rows, by kind and hour.
    pub(crate) current: HashMap<(Kind, i64), u32>,
    /// High bits of row numbers: this start of the writer.
    pub(crate) epoch: u64,
    /// Files that no list names any more, and since when: a scan may still be reading them.
    pub(crate) garbage: Vec<(Entry, i64)>,
    pub(crate) dropped: u64,
    /// Rows that the writer numbered itself.
    detections: u64,
}

/// The log of an open part.
pub(crate) struct Log {
    pub(crate) file: Arc<File>,
    pub(crate) path: PathBuf,
    pub(crate) end: u64,
    pub(crate) opened_us: i64,
}

/// Bits of a row number that count within one start of the writer.
pub(crate) const ROW_BITS: u32 = 30;
/// Set in the numbers that the writer gives, so that they are none of the caller's.
const OWN: u64 = 1 << (ROW_BITS - 1);

impl Writer {
    /// Opens history and takes back what the logs of open hours hold. Rows that were still growing are closed.
    ///
    /// # Errors
    /// The folder of the logs or the catalogue cannot be used.
    pub async fn open(
        store: Arc<dyn ObjectStore>,
        catalogue: Arc<dyn Catalogue>,
        options: Options,
        now_us: i64,
    ) -> Result<(Self, Report), Error> {
        let history = History::read_only(store, catalogue);
        let epoch = u64::try_from(now_us / 1_000_000).unwrap_or_default();
        let (logs, current, garbage) = (BTreeMap::new(), HashMap::new(), Vec::new());
        let mut writer = Self { history, options, logs, current, epoch, garbage, dropped: 0, detections: 0 };
        let report = writer.recover(now_us).await?;
        Ok((writer, report))
    }

    /// What readers use; it sees what this writer has written at once.
    #[must_use]
    pub fn history(&self) -> History {
        self.history.clone()
    }

    /// Rows dropped since the start because memory was full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Rows in memory and bytes in logs: what is not in files yet.
    #[must_use]
    pub fn pending(&self) -> (u64, u64) {
        let rows = self.history.parts.read().values().map(|part| part.rows.len() as u64).sum();
        (rows, self.logs.values().map(|log| log.end).sum())
    }

    /// Takes changes, writes them to the logs and shows them to readers. Call it once a second with all changes since:
    /// what was not written yet is what a killed process loses.
    ///
    /// # Errors
    /// A log cannot be written (a full disk). Readers see the rows all the same, and the next call writes them again.
    pub async fn write(&mut self, changes: Vec<Change>, now_us: i64) -> Result<(), Error> {
        let mut batches: BTreeMap<PartKey, Vec<Change>> = BTreeMap::new();
        let mut failure = None;
        for change in changes {
            let (kind, hour) = (change.row.kind(), hour_of(change.row.time()));
            let shard = match self.current.get(&(kind, hour)) {
                Some(shard) => *shard,
                None => match self.open_part(kind, hour, now_us).await {
                    Ok(shard) => shard,
                    Err(error) => {
                        self.dropped += 1;
                        failure = Some(error);
                        continue;
                    }
                },
            };
            batches.entry((kind, hour, shard)).or_default().push(change);
        }
        for (key, changes) in batches {
            let (bytes, ids) = self.apply(key, changes);
            if let Err(error) = self.append(key, bytes).await {
                self.mark_unlogged(key, &ids);
                failure = Some(error);
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Writes detections; each is a finished row.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_detections(&mut self, rows: Vec<DetectionRow>, now_us: i64) -> Result<(), Error> {
        let changes = rows.into_iter().map(|row| {
            self.detections = self.detections.wrapping_add(1);
            Change { id: OWN | self.detections, closed: true, row: RowOf::Detection(row) }
        });
        let changes = changes.collect();
        self.write(changes, now_us).await
    }

    /// Puts changes into memory; gives what the log must be told, and the rows that it is about.
    fn apply(&mut self, key: PartKey, changes: Vec<Change>) -> (Vec<u8>, Vec<u64>) {
        let (mut bytes, mut ids) = (Vec::new(), Vec::with_capacity(changes.len()));
        let mut parts = self.history.parts.write();
        let open: usize =
            parts.iter().filter(|(other, _)| other.0 == key.0).map(|(_, part)| part.rows.len()).sum();
        let mut room = self.options.rows_open_max.saturating_sub(open);
        let part = parts.entry(key).or_default();
        for Change { id, closed, mut row } in changes {
            let id = (self.epoch << ROW_BITS) | (id & ((1 << ROW_BITS) - 1));
            row.set_row(id);
            match part.rows.get(&id) {
                Some(old) if !old.unlogged => log::put_delta(id, &old.row, &row, &mut bytes),
                Some(_) => log::put_row(id, &row, &mut bytes),
                None if room == 0 => {
                    self.dropped += 1;
                    continue;
                }
                None => {
                    room -= 1;
                    log::put_row(id, &row, &mut bytes);
                }
            }
            part.put(id, Held { row, closed, unlogged: false });
            ids.push(id);
        }
        // What a failed write left out goes with the next.
        for (id, held) in part.rows.iter_mut().filter(|(_, held)| held.unlogged) {
            log::put_row(*id, &held.row, &mut bytes);
            held.unlogged = false;
            ids.push(*id);
        }
        (bytes, ids)
    }

    fn mark_unlogged(&self, key: PartKey, ids: &[u64]) {
        if let Some(part) = self.history.parts.write().get_mut(&key) {
            for id in ids {
                if let Some(held) = part.rows.get_mut(id) {
                    held.unlogged = true;
                }
            }
        }
    }

    /// Writes at the end of a part's log.
    pub(crate) async fn append(&mut self, key: PartKey, bytes: Vec<u8>) -> Result<(), Error> {
        let Some(log) = self.logs.get_mut(&key).filter(|_| !bytes.is_empty()) else { return Ok(()) };
        let (file, at, sync, len) = (Arc::clone(&log.file), log.end, self.options.sync, bytes.len() as u64);
        let written = tokio::task::spawn_blocking(move || log::write_at(&file, at, &bytes, sync)).await;
        let path = || log.path.display().to_string();
        written.map_err(|_| Error::Worker)?.map_err(|source| Error::Log { path: path(), source })?;
        log.end += len;
        Ok(())
    }

    /// Opens the next part of an hour; it takes new rows from now on.
    pub(crate) async fn open_part(&mut self, kind: Kind, hour: i64, now_us: i64) -> Result<u32, Error> {
        let range = Range { from_us: hour, until_us: hour.saturating_add(HOUR_US) };
        let listed = self.history.catalogue.list(kind, range).await?;
        let listed = listed.iter().filter(|entry| entry.hour_us == hour).map(|entry| entry.shard);
        let open = self.logs.range((kind, hour, 0)..=(kind, hour, u32::MAX)).map(|(key, _)| key.2);
        let shard = listed.chain(open).max().unwrap_or_default() + 1;
        let key = (kind, hour, shard);
        let path = self.options.logs.join(log::name_of(key));
        let mut head = Vec::new();
        log::put_columns(kind, &mut head);
        let file =
            log::create(&path).map_err(|source| Error::Log { path: path.display().to_string(), source })?;
        let file = Arc::new(file);
        self.logs.insert(key, Log { file, path, end: 0, opened_us: now_us });
        if let Err(error) = self.append(key, head).await {
            self.logs.remove(&key);
            return Err(error);
        }
        self.history.parts.write().insert(key, Part::default());
        self.current.insert((kind, hour), shard);
        Ok(shard)
    }
}
