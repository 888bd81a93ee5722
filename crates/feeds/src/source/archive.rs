//! Archives: `.tar`, `.tar.gz`, `.tgz`, `.tar.zst`. Read twice, first for the hashes and signatures, which may stand behind
//! the documents they are of.

use super::companion::{Beside, is_companion};
use super::{File, limits};
use flate2::read::MultiGzDecoder;
use std::io::{BufReader, Read};
use std::path::Path;

/// Whether a name is one of an archive that is read.
pub(super) fn is_archive(name: &str) -> bool {
    [".tar", ".tar.gz", ".tgz", ".tar.zst"].iter().any(|end| name.ends_with(end))
}

/// A stream unpacked by the end of its name; `.gz` and `.zst` around a single document too.
pub(super) fn unpacked<'r>(name: &str, reader: impl Read + 'r) -> Result<Box<dyn Read + 'r>, String> {
    if name.ends_with(".gz") || name.ends_with(".tgz") {
        Ok(Box::new(MultiGzDecoder::new(BufReader::new(reader)).take(limits::UNPACKED)))
    } else if name.ends_with(".zst") {
        let mut decoder =
            zstd::Decoder::new(reader).map_err(|error| format!("cannot be unpacked: {error}"))?;
        decoder
            .window_log_max(crate::bundle::limits::WINDOW_LOG)
            .map_err(|error| format!("cannot be unpacked: {error}"))?;
        Ok(Box::new(decoder.take(limits::UNPACKED)))
    } else {
        Ok(Box::new(reader.take(limits::UNPACKED)))
    }
}

/// Gives every document of an archive to `each`.
pub(super) fn each(path: &Path, name: &str, each: &mut dyn FnMut(File<'_>, &Beside)) -> Result<(), String> {
    let mut beside = Beside::new();
    entries(path, name, &mut |inner, bytes| {
        if is_companion(inner) {
            let mut text = Vec::new();
            // A damaged companion is noticed where it is used: it is then no hash.
            if bytes.take(limits::COMPANION).read_to_end(&mut text).is_ok() {
                beside.insert(inner.to_owned(), text);
            }
        }
    })?;
    entries(path, name, &mut |inner, bytes| {
        if !is_companion(inner) {
            each(File { name: inner, bytes }, &beside);
        }
    })
}

fn entries(path: &Path, name: &str, each: &mut dyn FnMut(&str, &mut dyn Read)) -> Result<(), String> {
    let file = std::fs::File::open(path).map_err(|error| format!("cannot be opened: {error}"))?;
    let mut archive = tar::Archive::new(unpacked(name, file)?);
    let wrong = |error: std::io::Error| format!("cannot be unpacked: {error}");
    for (count, entry) in archive.entries().map_err(wrong)?.enumerate() {
        if count >= limits::FILES {
            return Err(format!("has more than {} files", limits::FILES));
        }
        let mut entry = entry.map_err(wrong)?;
        if entry.header().entry_type().is_file() {
            let inner = entry.path().map_err(wrong)?.display().to_string();
            each(&inner, &mut entry);
        }
    }
    Ok(())
}
