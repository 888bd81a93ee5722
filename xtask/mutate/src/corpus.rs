//! The captures that are damaged: those of `../shared/captures` and the project's own, always in the same order.

use crate::analysis;
use crate::random::Random;
use crate::root::{root, shared};
use std::fs;
use std::path::{Path, PathBuf};

/// Larger files are drawn less often, because each costs as much as many small ones.
const SMALL: u64 = 1 << 20;

/// One capture file.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    /// The path without the machine's part, to be printed.
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// Every capture, in the order of the names.
pub(crate) fn all() -> Vec<Entry> {
    let mut entries = Vec::new();
    collect(&root().join("crates"), &root(), &mut entries);
    if let Some(shared) = shared() {
        collect(&shared.join("captures"), &shared, &mut entries);
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

fn collect(folder: &Path, base: &Path, entries: &mut Vec<Entry>) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        let kind = path.extension().map(|kind| kind.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            collect(&path, base, entries);
        } else if ["pcap", "pcapng", "cap", "gz", "zst"].contains(&kind.as_str()) {
            let name = path.strip_prefix(base).unwrap_or(&path).display().to_string();
            let size = entry.metadata().map_or(0, |data| data.len());
            entries.push(Entry { path, name, size });
        }
    }
}

/// The places of the captures that show a protocol.
pub(crate) fn showing(entries: &[Entry], protocol: &str) -> Vec<usize> {
    let shows = |entry: &Entry| {
        let bytes = fs::read(&entry.path).unwrap_or_default();
        analysis::protocols(bytes).iter().any(|name| name == protocol)
    };
    entries.iter().enumerate().filter(|(_, entry)| shows(entry)).map(|(at, _)| at).collect()
}

/// Draws one of the captures at the places `among`.
pub(crate) fn draw<'a>(entries: &'a [Entry], among: &[usize], random: &mut Random) -> Option<&'a Entry> {
    let mut one = || entries.get(among.get(random.below(among.len())).copied()?);
    let first = one()?;
    if first.size <= SMALL {
        return Some(first);
    }
    // A large one stands when fifteen further draws are large, too, or once in sixteen.
    let again = (0..15).find_map(|_| one().filter(|entry| entry.size <= SMALL));
    if random.below(16) == 0 { Some(first) } else { again.or(Some(first)) }
}
