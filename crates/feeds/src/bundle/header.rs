//! What a bundle says of itself. Signed; read before anything else of it.

use serde::{Deserialize, Serialize};

/// The first bytes of every bundle.
pub const MAGIC: [u8; 8] = *b"YAGURAKB";
/// The version of the format that is written, and the newest that is read.
pub const FORMAT: u32 = 1;

/// What a bundle says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the format.
    pub format: u32,
    /// Which line of bundles this is one of: serial numbers are compared inside a line only.
    pub line: String,
    /// Grows with every bundle of the line.
    pub serial: u64,
    /// When it was made, RFC 3339 in UTC.
    pub created: String,
    /// Whether it stands alone.
    pub reach: Reach,
    /// The program that made it.
    pub program: String,
    /// Its parts in the order they stand in the file.
    pub parts: Vec<PartHeader>,
}

/// Whether a bundle stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It holds everything of its line.
    Full,
    /// It holds what changed since an earlier bundle of its line.
    Since {
        /// The serial number of that bundle.
        serial: u64,
    },
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartHeader {
    /// Name of the part, such as `advisories`. A name that is not known is passed over.
    pub name: String,
    /// Length in the file, in bytes.
    pub stored: u64,
    /// SHA-256 of those bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Length unpacked, in bytes.
    pub unpacked: u64,
    /// How many items it holds.
    pub items: u64,
    /// Whether it takes the place of the part before it; otherwise its items join those that are there.
    pub whole: bool,
    /// Where the items came from.
    pub origins: Vec<Origin>,
}

/// A source that was read into a part.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// Address, or name of the file or folder.
    pub source: String,
    /// Time of what was read: what the source says of itself, else that of its newest file; RFC 3339.
    pub date: String,
    /// SHA-256 of the file, or of the sorted list of the hashes of all files of a folder.
    pub sha256: String,
    /// How many files were read.
    pub files: u64,
    /// How many items it gave to this part.
    pub items: u64,
    /// How many entries were refused.
    pub refused: u64,
    /// What was checked of its files: `sha512 2035`, `signature not checked 22`.
    pub checks: Vec<String>,
}

/// The newest bundle of a line that the receiver has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The line.
    pub line: String,
    /// Its serial number.
    pub serial: u64,
    /// When it was made, RFC 3339 in UTC.
    pub created: String,
}
