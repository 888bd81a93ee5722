//! What can fail: one sentence each that fits after "failed to".

use crate::catalogue::CatalogueError;
use core::fmt;
use parquet::errors::ParquetError;

/// Why history could not be written or read.
#[derive(Debug)]
pub enum Error {
    /// The log of an open hour.
    Log {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the object store.
    Object {
        /// Which file.
        path: String,
        /// Why.
        source: object_store::Error,
    },
    /// Rows could not be put into, or read out of, Parquet.
    Parquet {
        /// Which file.
        path: String,
        /// Why.
        source: ParquetError,
    },
    /// A file does not hold what the catalogue says.
    Damaged {
        /// Which file.
        path: String,
    },
    /// The list of files.
    Catalogue(CatalogueError),
    /// A worker thread ended before its work did.
    Worker,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log { path, .. } => write!(formatter, "write the log of an open hour {path}"),
            Self::Object { path, .. } => write!(formatter, "reach the history file {path}"),
            Self::Parquet { path, .. } => write!(formatter, "read or write the history file {path}"),
            Self::Damaged { path } => {
                write!(formatter, "read the history file {path}: it is damaged, restore it from a backup")
            }
            Self::Catalogue(_) => write!(formatter, "use the catalogue of history files"),
            Self::Worker => write!(formatter, "finish a worker thread of the history"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Log { source, .. } => Some(source),
            Self::Object { source, .. } => Some(source),
            Self::Parquet { source, .. } => Some(source),
            Self::Catalogue(source) => Some(source),
            Self::Damaged { .. } | Self::Worker => None,
        }
    }
}

impl From<CatalogueError> for Error {
    fn from(error: CatalogueError) -> Self {
        Self::Catalogue(error)
    }
}
