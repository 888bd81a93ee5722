//! What can fail.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// An operation of the log failed; the log stays usable.
#[derive(Debug)]
pub enum Error {
    /// A file or the folder could not be opened, read or written. A full disk is one of these: [`Error::is_disk_full`].
    File {
        /// What was tried: `read`, `write`.
        what: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// Another process has the log open.
    InUse(PathBuf),
    /// A record is longer than a segment may be.
    TooLong {
        /// Its bytes.
        bytes: usize,
        /// The most that fit.
        limit: u64,
    },
    /// Its number is not above that of the record before.
    OutOfOrder {
        /// The number given.
        sequence: u64,
        /// The least that is allowed.
        least: u64,
    },
}

impl Error {
    pub(crate) fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::File { what, path, cause }
    }

    /// Whether the disk or the quota is full; the same may succeed when there is room again.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
        matches!(self, Self::File { cause, .. } if full.contains(&cause.kind()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { what, path, .. } => write!(f, "{what} the log at {}", path.display()),
            Self::InUse(path) => {
                write!(f, "open the log at {}: another process uses it; stop that first", path.display())
            }
            Self::TooLong { bytes, limit } => {
                write!(f, "append a record of {bytes} bytes: a segment holds {limit}")
            }
            Self::OutOfOrder { sequence, least } => {
                write!(f, "append record {sequence}: the next number is {least} or more")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
