//! The list of files. The product keeps it in its SQL store; the bench and tests in a JSON file ([`crate::JsonCatalogue`]).

use crate::{Kind, Range};
use core::fmt;
use core::future::Future;
use core::pin::Pin;

/// One file. Immutable: a file is only ever added, or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it holds.
    pub kind: Kind,
    /// The hour in which its rows begin: its first microsecond since 1970 UTC.
    pub hour_us: i64,
    /// Number within the hour, from 1; (kind, hour, shard) is unique.
    pub shard: u32,
    /// Place within the object store.
    pub path: String,
    /// Rows.
    pub rows: u64,
    /// Length in bytes.
    pub bytes: u64,
    /// CRC-32 over the whole file.
    pub crc: u32,
    /// Earliest beginning of a row.
    pub first_us: i64,
    /// Latest end of a row; may lie after the hour.
    pub last_us: i64,
    /// When the file was made.
    pub made_us: i64,
}

impl Entry {
    /// What makes it the only one.
    #[must_use]
    pub fn key(&self) -> (Kind, i64, u32) {
        (self.kind, self.hour_us, self.shard)
    }
}

/// Why the list could not be read or changed.
#[derive(Debug)]
pub struct CatalogueError(pub Box<dyn std::error::Error + Send + Sync>);

impl fmt::Display for CatalogueError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "read or change the list of history files: {}", self.0)
    }
}

impl std::error::Error for CatalogueError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

/// What a catalogue answers, in time.
pub type CatalogueFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, CatalogueError>> + Send + 'a>>;

/// The list of files, kept by the caller.
pub trait Catalogue: Send + Sync {
    /// The files of a kind with a row in the range: `range.meets(first_us, last_us)`, by (`hour_us`, `shard`).
    fn list(&self, kind: Kind, range: Range) -> CatalogueFuture<'_, Vec<Entry>>;

    /// Takes files off the list and puts others on it, in one transaction. An entry with a key that is there already
    /// replaces it; removing what is not there is no error.
    fn change<'a>(&'a self, remove: &'a [Entry], add: &'a [Entry]) -> CatalogueFuture<'a, ()>;
}
