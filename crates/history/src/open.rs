//! The hours that are not in files yet, in memory: written by the writer, read by every scan.

use crate::row::{Kind, RowOf};
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Which file the rows will become: kind, hour in microseconds, shard.
pub(crate) type PartKey = (Kind, i64, u32);

/// A row that may still change.
pub(crate) struct Held {
    pub(crate) row: RowOf,
    pub(crate) closed: bool,
    /// What the log has of it is older.
    pub(crate) unlogged: bool,
}

/// The rows of one file to be.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) rows: HashMap<u64, Held>,
    /// How many of them will not change any more.
    pub(crate) closed: usize,
}

impl Part {
    /// Puts a row in, or its newer state in its place.
    pub(crate) fn put(&mut self, id: u64, held: Held) {
        self.closed += usize::from(held.closed);
        if let Some(old) = self.rows.insert(id, held) {
            self.closed -= usize::from(old.closed);
        }
    }

    pub(crate) fn take(&mut self, id: u64) -> Option<Held> {
        let held = self.rows.remove(&id)?;
        self.closed -= usize::from(held.closed);
        Some(held)
    }
}

/// Every open part, shared between the writer and the readers.
#[derive(Default)]
pub(crate) struct Parts(RwLock<BTreeMap<PartKey, Part>>);

impl Parts {
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, BTreeMap<PartKey, Part>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<PartKey, Part>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
