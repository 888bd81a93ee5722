//! Writing a bundle.

use super::content::Content;
use super::header::{FORMAT, Header, MAGIC, PartHeader, Reach};
use super::key::{SigningKey, hex};
use super::limits;
use crate::item::Part;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;

/// Why a bundle could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// Writing failed.
    Io(std::io::Error),
    /// There is more than a bundle can hold: which limit.
    TooMuch(&'static str),
}

impl fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(formatter, "write the bundle: {error}"),
            Self::TooMuch(what) => {
                write!(formatter, "write the bundle: {what} is more than a bundle can hold")
            }
        }
    }
}

/// Writes a bundle and signs it. `about` gives line, serial, time and reach; its parts are made here. Parts named in
/// `whole` take the place of earlier ones when the bundle is not a full one.
///
/// # Errors
/// When writing fails, or a limit of the format is passed.
pub fn write(
    content: &Content,
    about: &Header,
    whole: &[Part],
    key: &SigningKey,
    mut out: impl Write,
) -> Result<Header, WriteError> {
    let mut header = Header { format: FORMAT, parts: Vec::new(), ..about.clone() };
    let mut stored = Vec::new();
    for (part, items) in &content.parts {
        let bytes = packed(items).map_err(WriteError::Io)?;
        let origins = content.origins.get(part).cloned().unwrap_or_default();
        if origins.len() > limits::ORIGINS {
            return Err(WriteError::TooMuch("the list of origins"));
        }
        let part_header = PartHeader {
            name: part.name().to_owned(),
            stored: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
            unpacked: items.values().map(|line| line.len() as u64 + 1).sum(),
            items: items.len() as u64,
            whole: header.reach == Reach::Full || whole.contains(part),
            origins,
        };
        if part_header.stored > limits::STORED || part_header.unpacked > limits::UNPACKED {
            return Err(WriteError::TooMuch("a part"));
        }
        if part_header.items > limits::ITEMS || items.values().any(|line| line.len() as u64 >= limits::ITEM) {
            return Err(WriteError::TooMuch("the number or length of items"));
        }
        header.parts.push(part_header);
        stored.push(bytes);
    }
    let text = serde_json::to_vec(&header).map_err(|error| WriteError::Io(error.into()))?;
    let len = u32::try_from(text.len()).ok().filter(|len| *len <= limits::HEADER);
    let len = len.ok_or(WriteError::TooMuch("the list of origins"))?;
    let head = [&MAGIC[..], &len.to_le_bytes(), &text].concat();
    let mut put = |bytes: &[u8]| out.write_all(bytes).map_err(WriteError::Io);
    put(&head)?;
    put(&key.public().0)?;
    put(&key.sign(&head))?;
    for bytes in &stored {
        put(bytes)?;
    }
    out.flush().map_err(WriteError::Io)?;
    Ok(header)
}

fn packed(items: &BTreeMap<String, String>) -> std::io::Result<Vec<u8>> {
    let mut packer = zstd::Encoder::new(Vec::new(), 12)?;
    for line in items.values() {
        packer.write_all(line.as_bytes())?;
        packer.write_all(b"\n")?;
    }
    packer.finish()
}
