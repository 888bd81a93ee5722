//! A catalogue in memory, or in one JSON file: for tests, the bench and a look at a folder without a database.

use crate::catalogue::{Catalogue, CatalogueError, CatalogueFuture, Entry};
use crate::{Kind, Range};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Every change writes the whole file again, so it is for thousands of files, not for years.
#[derive(Debug, Default)]
pub struct JsonCatalogue {
    path: Option<PathBuf>,
    entries: Mutex<BTreeMap<(Kind, i64, u32), Entry>>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    kind: String,
    hour_us: i64,
    shard: u32,
    path: String,
    rows: u64,
    bytes: u64,
    crc: u32,
    first_us: i64,
    last_us: i64,
    made_us: i64,
}

impl JsonCatalogue {
    /// One that forgets.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// One in a file, which need not exist yet.
    ///
    /// # Errors
    /// The file cannot be read or is not such a list.
    pub fn open(path: PathBuf) -> Result<Self, CatalogueError> {
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => b"[]".to_vec(),
            Err(error) => return Err(CatalogueError(Box::new(error))),
        };
        let written: Vec<Written> =
            serde_json::from_slice(&text).map_err(|error| CatalogueError(Box::new(error)))?;
        let entries = written.into_iter().filter_map(entry).map(|entry| (entry.key(), entry)).collect();
        Ok(Self { path: Some(path), entries: Mutex::new(entries) })
    }

    fn changed(&self, remove: &[Entry], add: &[Entry]) -> Result<(), CatalogueError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = entries.clone();
        for entry in remove {
            next.remove(&entry.key());
        }
        next.extend(add.iter().map(|entry| (entry.key(), entry.clone())));
        if let Some(path) = &self.path {
            let written: Vec<Written> = next.values().map(written).collect();
            let text = serde_json::to_vec(&written).map_err(|error| CatalogueError(Box::new(error)))?;
            let new = path.with_extension("new");
            let save = || -> std::io::Result<()> {
                let mut file = File::create(&new)?;
                file.write_all(&text)?;
                file.sync_data()?;
                fs::rename(&new, path)
            };
            save().map_err(|error| CatalogueError(Box::new(error)))?;
        }
        *entries = next;
        Ok(())
    }
}

impl Catalogue for JsonCatalogue {
    fn list(&self, kind: Kind, range: Range) -> CatalogueFuture<'_, Vec<Entry>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let found = entries
            .range((kind, i64::MIN, 0)..=(kind, i64::MAX, u32::MAX))
            .map(|(_, entry)| entry)
            .filter(|entry| range.meets(entry.first_us, entry.last_us))
            .cloned()
            .collect();
        Box::pin(core::future::ready(Ok(found)))
    }

    fn change<'a>(&'a self, remove: &'a [Entry], add: &'a [Entry]) -> CatalogueFuture<'a, ()> {
        Box::pin(core::future::ready(self.changed(remove, add)))
    }
}

fn entry(written: Written) -> Option<Entry> {
    let Written { kind, hour_us, shard, path, rows, bytes, crc, first_us, last_us, made_us } = written;
    let kind = Kind::of(&kind)?;
    Some(Entry { kind, hour_us, shard, path, rows, bytes, crc, first_us, last_us, made_us })
}

fn written(entry: &Entry) -> Written {
    let Entry { kind, hour_us, shard, ref path, rows, bytes, crc, first_us, last_us, made_us } = *entry;
    let (kind, path) = (kind.name().to_owned(), path.clone());
    Written { kind, hour_us, shard, path, rows, bytes, crc, first_us, last_us, made_us }
}
