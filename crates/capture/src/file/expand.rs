//! A folder of captures.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::{OpenError, compression, pcap, pcapng, window::fill};

/// How deep folders may be nested; deeper ones are not looked into.
const DEPTH_MAX: usize = 32;

/// The capture files that `path` stands for.
///
/// A folder gives all files in it and in the folders below it that begin like a capture, sorted by
/// name; anything else gives itself, so that [`Source::open`](super::Source::open) can say what is wrong with it.
pub fn expand(path: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let name = path.display().to_string();
    let unreadable = |source| OpenError::Unreadable { path: name.clone(), source };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    collect(path, DEPTH_MAX, &mut found).map_err(unreadable)?;
    if found.is_empty() { Err(OpenError::NoCaptures { path: name }) } else { Ok(found) }
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // Links to folders are not followed, because they may form a circle.
        if entry.file_type()?.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, found)?;
            }
        } else if fs::metadata(&path).is_ok_and(|data| data.is_file()) && is_capture(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether a file begins like a capture. One that cannot be read does not: the others are still wanted.
fn is_capture(path: &Path) -> bool {
    let mut head = [0; 4];
    let mut begin = || {
        let (mut reader, _) = compression::detect(Box::new(File::open(path)?))?;
        fill(&mut reader, &mut head)
    };
    let begins = begin();
    begins.is_ok() && (pcapng::is_section(&head) || pcap::is_pcap(&head))
}
