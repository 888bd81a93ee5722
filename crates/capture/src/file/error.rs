//! Why a capture cannot be opened.

use std::{error, fmt, io};

/// Why a capture cannot be opened. Damage behind its file header is no error: it is counted in the report.
#[derive(Debug)]
pub enum OpenError {
    /// The operating system refuses the file.
    Unreadable {
        /// The file as the caller named it.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// The path is a folder: see [`expand`](super::expand).
    Folder {
        /// The folder as the caller named it.
        path: String,
    },
    /// A folder without any capture in it.
    NoCaptures {
        /// The folder as the caller named it.
        path: String,
    },
    /// The first bytes are not those of a capture.
    NotACapture {
        /// The file as the caller named it.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, source } => write!(out, "{path}: cannot be read: {source}"),
            Self::Folder { path } => write!(out, "{path}: is a folder; name the capture files in it"),
            Self::NoCaptures { path } => {
                write!(
                    out,
                    "{path}: no capture in this folder; pcap, pcapng, and both in gzip or zstd are read"
                )
            }
            Self::NotACapture { path, reason } => {
                write!(
                    out,
                    "{path}: not a capture: {reason}; pcap, pcapng, and both in gzip or zstd are read"
                )
            }
        }
    }
}

impl error::Error for OpenError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Folder { .. } | Self::NoCaptures { .. } | Self::NotACapture { .. } => None,
        }
    }
}
