//! Open hours become files.

use crate::catalogue::Entry;
use crate::error::Error;
use crate::file;
use crate::hour::{HOUR_US, path_of};
use crate::log;
use crate::open::PartKey;
use crate::row::RowOf;
use crate::write::Writer;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use std::fs;

/// Rows that nobody closed are waited for so much longer than late ones.
const UNCLOSED_US: i64 = 600_000_000;
/// A part of an hour that is over, or far ahead of the clock, gathers late rows at least so long.
const GATHER_US: i64 = 60_000_000;

impl Writer {
    /// Makes files of the hours that are over and of the parts that are full. Call it every few seconds. Gives the
    /// files made.
    ///
    /// # Errors
    /// The first that a file could not be made of; the others are made, and the next call tries again. Nothing is
    /// lost: the rows stay in memory and log.
    pub async fn seal(&mut self, now_us: i64) -> Result<Vec<Entry>, Error> {
        self.seal_where(now_us, |writer, key| writer.due(key, now_us)).await
    }

    /// Makes files of everything, finished or not: when a capture was read to its end.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub async fn seal_all(&mut self, now_us: i64) -> Result<Vec<Entry>, Error> {
        self.seal_where(now_us, |_, _| Some(Due::Whole)).await
    }

    async fn seal_where(
        &mut self,
        now_us: i64,
        due: impl Fn(&Self, PartKey) -> Option<Due>,
    ) -> Result<Vec<Entry>, Error> {
        let (mut made, mut failure) = (Vec::new(), None);
        let mut failed = None;
        for key in self.logs.keys().copied().collect::<Vec<_>>() {
            let hour = (key.0, key.1);
            // Shards of an hour become files in their order: a start relies on it.
            let Some(due) = due(self, key).filter(|_| failed != Some(hour)) else { continue };
            match self.seal_part(key, due, now_us).await {
                Ok(entry) => made.extend(entry),
                Err(error) => {
                    failed = Some(hour);
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(made), Err)
    }

    fn due(&self, key: PartKey, now_us: i64) -> Option<Due> {
        let (parts, log) = (self.history.parts.read(), self.logs.get(&key)?);
        let (part, hour) = (parts.get(&key)?, key.1);
        if part.closed >= self.options.rows_max {
            return Some(Due::Full);
        }
        let gathered = now_us.abs_diff(log.opened_us) >= GATHER_US.unsigned_abs();
        let over = now_us.saturating_sub(hour.saturating_add(HOUR_US + self.options.late_us));
        // The clock was set back, or a sender's is wrong: the hour may never come.
        let ahead = hour.saturating_sub(now_us) > HOUR_US;
        let closed = part.closed == part.rows.len();
        ((over >= 0 || ahead) && gathered && (closed || over >= UNCLOSED_US || ahead)).then_some(Due::Whole)
    }

    async fn seal_part(&mut self, key: PartKey, due: Due, now_us: i64) -> Result<Option<Entry>, Error> {
        if due == Due::Full {
            self.carry_on(key, now_us).await?;
        }
        let rows: Vec<RowOf> = match self.history.parts.read().get(&key) {
            Some(part) => part.rows.values().map(|held| held.row.clone()).collect(),
            None => Vec::new(),
        };
        let entry = if rows.is_empty() { None } else { Some(self.make_file(key, rows, now_us).await?) };
        self.history.catalogue.change(&[], entry.as_slice()).await?;
        self.history.parts.write().remove(&key);
        if self.current.get(&(key.0, key.1)) == Some(&key.2) {
            self.current.remove(&(key.0, key.1));
        }
        if let Some(log) = self.logs.remove(&key) {
            let fail = |source| Error::Log { path: log.path.display().to_string(), source };
            fs::remove_file(&log.path).map_err(fail)?;
        }
        Ok(entry)
    }

    /// Moves the rows that still grow to the next part of the hour. Its log has them before this part's goes away.
    async fn carry_on(&mut self, key: PartKey, now_us: i64) -> Result<(), Error> {
        let next = match self.current.get(&(key.0, key.1)) {
            Some(shard) if *shard != key.2 => *shard,
            _ => self.open_part(key.0, key.1, now_us).await?,
        };
        let next = (key.0, key.1, next);
        let mut bytes = Vec::new();
        for (id, held) in self.history.parts.read().get(&key).iter().flat_map(|part| &part.rows) {
            if !held.closed {
                log::put_row(*id, &held.row, &mut bytes);
            }
        }
        self.append(next, bytes).await?;
        let parts = &mut *self.history.parts.write();
        let Some(part) = parts.get_mut(&key) else { return Ok(()) };
        let open: Vec<u64> = part.rows.iter().filter(|(_, held)| !held.closed).map(|(id, _)| *id).collect();
        let open: Vec<_> = open.into_iter().filter_map(|id| Some((id, part.take(id)?))).collect();
        let next = parts.entry(next).or_default();
        for (id, held) in open {
            next.put(id, held);
        }
        Ok(())
    }

    /// Writes a file. Until the catalogue names it, it is nobody's.
    pub(crate) async fn make_file(
        &self,
        (kind, hour_us, shard): PartKey,
        rows: Vec<RowOf>,
        now_us: i64,
    ) -> Result<Entry, Error> {
        let path = path_of(kind.name(), hour_us, shard);
        let count = rows.len() as u64;
        let first_us = rows.iter().map(RowOf::time).min().unwrap_or(hour_us);
        let last_us = rows.iter().map(RowOf::last).max().unwrap_or(hour_us);
        let encoded = tokio::task::spawn_blocking(move || file::encode(kind, rows)).await;
        let parquet = |source| Error::Parquet { path: path.clone(), source };
        let file = encoded.map_err(|_| Error::Worker)?.map_err(parquet)?;
        let (bytes, crc) = (file.len() as u64, crc32fast::hash(&file));
        let put = self.history.store.put(&Path::from(path.as_str()), PutPayload::from(file)).await;
        put.map_err(|source| Error::Object { path: path.clone(), source })?;
        Ok(Entry { kind, hour_us, shard, path, rows: count, bytes, crc, first_us, last_us, made_us: now_us })
    }
}

/// Why a part becomes a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    /// It has many finished rows; the others go on in the next part.
    Full,
    /// Nothing more is expected.
    Whole,
}
