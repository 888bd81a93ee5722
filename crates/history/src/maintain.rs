//! Upkeep of files: many small ones of an hour into one, deletion, and files that no list names.

use crate::catalogue::Entry;
use crate::error::Error;
use crate::file;
use crate::hour::{HOUR_US, Range, path_of};
use crate::meta::numbers;
use crate::row::{Kind, RowOf};
use crate::write::Writer;
use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::{BTreeMap, BTreeSet};

/// A scan that began before a file was taken off the list is over by then.
const STILL_READ_US: i64 = 300_000_000;
/// An hour is left alone so long after its end: late rows come in several files.
const SETTLED_US: i64 = 900_000_000;
/// Rows of a compacted file; they are all in memory while it is made.
const COMPACTED_ROWS_MAX: u64 = 500_000;

/// What a compaction did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compaction {
    /// Hours whose files became one.
    pub hours: u64,
    /// Files that there are fewer.
    pub files: u64,
    /// Damaged files, by path; they were left where they are.
    pub damaged: Vec<String>,
}

impl Writer {
    /// Makes one file of the several of each settled hour of a range.
    ///
    /// # Errors
    /// The catalogue or the store fails; what was done stays done.
    pub async fn compact(&mut self, range: Range, now_us: i64) -> Result<Compaction, Error> {
        let mut done = Compaction::default();
        for kind in Kind::ALL {
            let mut hours: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
            for entry in self.history.catalogue.list(kind, range).await? {
                hours.entry(entry.hour_us).or_default().push(entry);
            }
            for (hour, _) in hours.into_iter().filter(|(_, entries)| entries.len() > 1) {
                let settled = now_us.saturating_sub(hour.saturating_add(HOUR_US)) >= SETTLED_US;
                if settled && !self.current.contains_key(&(kind, hour)) {
                    self.compact_hour(kind, hour, now_us, &mut done).await?;
                }
            }
        }
        Ok(done)
    }

    async fn compact_hour(
        &mut self,
        kind: Kind,
        hour: i64,
        now_us: i64,
        done: &mut Compaction,
    ) -> Result<(), Error> {
        // Again and by the whole hour: the range may have cut it.
        let range = Range { from_us: hour, until_us: hour.saturating_add(HOUR_US) };
        let mut entries = self.history.catalogue.list(kind, range).await?;
        entries.retain(|entry| entry.hour_us == hour);
        let shard = entries.iter().map(|entry| entry.shard).max().unwrap_or_default() + 1;
        let (mut rows, mut merged) = (Vec::new(), Vec::new());
        for entry in entries {
            if rows.len() as u64 + entry.rows > COMPACTED_ROWS_MAX {
                continue;
            }
            match self.rows_of(&entry).await {
                Ok(more) => {
                    rows.extend(more);
                    merged.push(entry);
                }
                Err(_) => done.damaged.push(entry.path),
            }
        }
        if merged.len() < 2 {
            return Ok(());
        }
        let new = self.make_file((kind, hour, shard), rows, now_us).await?;
        self.history.catalogue.change(&merged, &[new]).await?;
        done.hours += 1;
        done.files += merged.len() as u64 - 1;
        self.garbage.extend(merged.into_iter().map(|entry| (entry, now_us)));
        Ok(())
    }

    /// Every row of a file, after its checksum was compared.
    async fn rows_of(&self, entry: &Entry) -> Result<Vec<RowOf>, Error> {
        let bytes = self.whole(entry).await?;
        let (kind, damaged) = (entry.kind, || Error::Damaged { path: entry.path.clone() });
        let rows = tokio::task::spawn_blocking(move || {
            let mut rows = Vec::new();
            for batch in ParquetRecordBatchReaderBuilder::try_new(bytes).ok()?.build().ok()? {
                rows.extend(file::decode(kind, &batch.ok()?)?);
            }
            Some(rows)
        });
        rows.await.ok().flatten().ok_or_else(damaged)
    }

    async fn whole(&self, entry: &Entry) -> Result<Bytes, Error> {
        let fail = |source| Error::Object { path: entry.path.clone(), source };
        let found = self.history.store.get(&Path::from(entry.path.as_str())).await.map_err(fail)?;
        let bytes = found.bytes().await.map_err(fail)?;
        if bytes.len() as u64 == entry.bytes && crc32fast::hash(&bytes) == entry.crc {
            Ok(bytes)
        } else {
            Err(Error::Damaged { path: entry.path.clone() })
        }
    }

    /// Compares files with the checksums of the catalogue; gives the paths of those that are damaged or gone.
    pub async fn verify(&self, entries: &[Entry]) -> Vec<String> {
        let mut damaged = Vec::new();
        for entry in entries {
            if self.whole(entry).await.is_err() {
                damaged.push(entry.path.clone());
            }
        }
        damaged
    }

    /// Takes files off the list. The room comes back with [`Self::collect`].
    ///
    /// # Errors
    /// The catalogue fails; nothing was removed.
    pub async fn remove(&mut self, entries: &[Entry], now_us: i64) -> Result<(), Error> {
        self.history.catalogue.change(entries, &[]).await?;
        self.garbage.extend(entries.iter().map(|entry| (entry.clone(), now_us)));
        Ok(())
    }

    /// Deletes the files that were taken off the list some minutes ago; and earlier, longest gone first, while those
    /// that wait take more than `waiting_max` bytes: 0 when the disk is full. Gives the bytes that came back.
    ///
    /// # Errors
    /// The store fails; the file is tried again by the next call.
    pub async fn collect(&mut self, now_us: i64, waiting_max: u64) -> Result<u64, Error> {
        let mut waiting = self.garbage.iter().fold(0u64, |sum, (entry, _)| sum.saturating_add(entry.bytes));
        let mut freed = 0;
        let (mut kept, mut failure) = (Vec::new(), None);
        for (entry, since) in core::mem::take(&mut self.garbage) {
            let may_be_read = now_us.abs_diff(since) < STILL_READ_US.unsigned_abs();
            if may_be_read && waiting <= waiting_max {
                kept.push((entry, since));
                continue;
            }
            match self.history.store.delete(&Path::from(entry.path.as_str())).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {
                    freed += entry.bytes;
                    waiting = waiting.saturating_sub(entry.bytes);
                }
                Err(source) => {
                    failure = Some(Error::Object { path: entry.path.clone(), source });
                    kept.push((entry, since));
                }
            }
        }
        self.garbage = kept;
        failure.map_or(Ok(freed), Err)
    }

    /// Puts files that are in the store but not on the list back on it: after a catalogue was restored from a backup.
    /// A file that a later one of its hour replaced is deleted instead. Call it once after a start.
    ///
    /// # Errors
    /// The catalogue or the store fails.
    pub async fn reconcile(&mut self, now_us: i64) -> Result<Vec<Entry>, Error> {
        let mut adopted = Vec::new();
        for kind in Kind::ALL {
            let listed = self.history.catalogue.list(kind, Range::ALL).await?;
            let known: BTreeSet<(i64, u32)> =
                listed.iter().map(|entry| (entry.hour_us, entry.shard)).collect();
            for (hour, shard, bytes) in self.unlisted(kind, &known).await? {
                let open = self.logs.contains_key(&(kind, hour, shard));
                let doomed = self.garbage.iter().any(|(entry, _)| entry.key() == (kind, hour, shard));
                let entry = self.bare_entry((kind, hour, shard), bytes, now_us);
                let replaced = known.range((hour, shard)..=(hour, u32::MAX)).next().is_some();
                if replaced && !doomed {
                    self.garbage.push((entry, now_us));
                } else if !open
                    && !doomed
                    && let Some(entry) = self.examined(entry).await
                {
                    adopted.push(entry);
                }
            }
        }
        self.history.catalogue.change(&[], &adopted).await?;
        Ok(adopted)
    }

    async fn unlisted(
        &self,
        kind: Kind,
        known: &BTreeSet<(i64, u32)>,
    ) -> Result<Vec<(i64, u32, u64)>, Error> {
        let fail = |source| Error::Object { path: kind.name().to_owned(), source };
        let mut objects = self.history.store.list(Some(&Path::from(kind.name())));
        let mut found = Vec::new();
        while let Some(object) = objects.try_next().await.map_err(fail)? {
            let Some((hour, shard)) = place_of(kind, object.location.as_ref()) else { continue };
            if !known.contains(&(hour, shard)) {
                found.push((hour, shard, object.size));
            }
        }
        Ok(found)
    }

    fn bare_entry(&self, (kind, hour_us, shard): (Kind, i64, u32), bytes: u64, now_us: i64) -> Entry {
        let path = path_of(kind.name(), hour_us, shard);
        let (rows, crc, first_us, last_us) = (0, 0, hour_us, hour_us);
        Entry { kind, hour_us, shard, path, rows, bytes, crc, first_us, last_us, made_us: now_us }
    }

    /// An entry with what its file says; `None` when it cannot be read.
    async fn examined(&self, mut entry: Entry) -> Option<Entry> {
        let found = self.history.store.get(&Path::from(entry.path.as_str())).await.ok()?;
        let bytes = found.bytes().await.ok()?;
        entry.crc = crc32fast::hash(&bytes);
        let footer = ParquetRecordBatchReaderBuilder::try_new(bytes).ok()?.metadata().clone();
        let last = entry.kind.column("last")?;
        for group in footer.row_groups() {
            entry.rows += u64::try_from(group.num_rows()).ok()?;
            entry.last_us = entry.last_us.max(numbers(group, entry.kind, last)?.1);
        }
        (entry.rows > 0).then_some(entry)
    }
}

/// Hour and shard of a path that [`path_of`] made.
fn place_of(kind: Kind, path: &str) -> Option<(i64, u32)> {
    let (day, file) = path.strip_prefix(kind.name())?.strip_prefix("/day=")?.split_once('/')?;
    let (hour, shard) = file.strip_suffix(".parquet")?.split_once('-')?;
    let mut date = day.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let date = [date.next()??, date.next()??, date.next()??];
    let moment = wire::Time::from_civil(date, [hour.parse().ok()?, 0, 0], 0)?;
    let (hour_us, shard) = (moment.0 / 1_000, shard.parse().ok()?);
    (path_of(kind.name(), hour_us, shard) == path).then_some((hour_us, shard))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_hour_and_shard() {
        let hour = 1_795_395_600_000_000;
        assert_eq!(place_of(Kind::Flows, &path_of("flows", hour, 12)), Some((hour, 12)));
        for path in
            ["flows/x", "values/day=2026-11-23/01-0001.parquet", "flows/day=2026-13-23/01-0001.parquet"]
        {
            assert_eq!(place_of(Kind::Flows, path), None, "{path}");
        }
    }
}
