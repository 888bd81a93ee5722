//! The backup container: age around zstd around tar.
//!
//! Inside: `about.json` first (format, version, site, time), then the parts in the order given, `manifest.json` last
//! with the size and SHA-256 of every part. The last entry proves that nothing was cut off between two parts, and
//! age's own authentication that no byte was changed. Anybody with `age`, `zstd` and `tar` can open one without us.

mod error;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use error::BackupError;
pub use read::{restore, verify};
pub use write::write;

use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Read;

/// The format that this version writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// The largest description that is read; a manifest of 10,000 parts is smaller.
const DESCRIPTION_BYTES_MAX: u64 = 4 << 20;
const ABOUT: &str = "about.json";
const MANIFEST: &str = "manifest.json";
/// The longest name of a part: what the header of tar holds without extensions.
const NAME_LEN_MAX: usize = 100;

/// What a backup says about itself before anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The container's format; [`FORMAT`] when written.
    pub format: u32,
    /// Version of the product that wrote it.
    pub version: String,
    /// Name of the plant.
    pub site: String,
    /// When it was made, microseconds since 1970 UTC.
    pub time: i64,
}

impl About {
    /// What a backup that is made now says.
    #[must_use]
    pub fn new(version: &str, site: &str, time: i64) -> Self {
        Self { format: FORMAT, version: version.into(), site: site.into(), time }
    }
}

/// A backup's table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What it is.
    pub about: About,
    /// What is in it, in order.
    pub parts: Vec<Contents>,
}

/// A part as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Name of the part, such as `database/yagura.db`.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// A part to be written.
pub struct Part<'a> {
    /// Its name, which [`is_name`] allows, unique.
    pub name: String,
    /// Exactly how many bytes the reader will give.
    pub size: u64,
    /// The bytes.
    pub reader: Box<dyn Read + 'a>,
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Part")
            .field("name", &self.name)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// Who will be able to open a backup.
#[derive(Clone)]
pub enum Lock {
    /// Whoever knows the passphrase.
    Passphrase(String),
    /// Holders of the secret keys of these age recipients (`age1…`).
    Recipients(Vec<String>),
}

/// What opens a backup.
#[derive(Clone)]
pub enum Key {
    /// The passphrase that it was locked with.
    Passphrase(String),
    /// A secret key of one of its recipients (`AGE-SECRET-KEY-1…`).
    Identity(String),
}

/// Secrets are not shown.
impl fmt::Debug for Lock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passphrase(_) => formatter.write_str("Passphrase"),
            Self::Recipients(list) => formatter.debug_tuple("Recipients").field(list).finish(),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Passphrase(_) => "Passphrase",
            Self::Identity(_) => "Identity",
        })
    }
}

/// Whether a part may have this name: a relative path of letters, digits and `. _ - = /` that stays below the folder
/// that it is written to, at most 100 bytes.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-=/".contains(&byte);
    let is_step = |step: &str| !step.is_empty() && step != "." && step != "..";
    name.len() <= NAME_LEN_MAX
        && name.bytes().all(is_letter)
        && name.split('/').all(is_step)
        && name != ABOUT
        && name != MANIFEST
}

/// Reads through and hashes what passes.
struct Hashing<R> {
    inner: R,
    hash: sha2::Sha256,
    size: u64,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self { inner, hash: sha2::Digest::new(), size: 0 }
    }

    fn finish(self, name: String) -> Contents {
        let digest = sha2::Digest::finalize(self.hash);
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Contents { name, size: self.size, sha256 }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        sha2::Digest::update(&mut self.hash, buffer.get(..count).unwrap_or_default());
        self.size += u64::try_from(count).unwrap_or(0);
        Ok(count)
    }
}
