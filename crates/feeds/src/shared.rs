//! Where tests find the collection of public data that is not part of the project.

use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

/// A file or folder of the collection; says so when it is absent.
pub(crate) fn shared(relative: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("YAGURA_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = folder.join("feeds").join(relative);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: ../shared/feeds/{relative} is absent");
    None
}

/// The files of a `.tar.gz` of the collection by name.
pub(crate) fn unpacked(relative: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let file = std::fs::File::open(shared(relative)?).expect("an archive");
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let mut files = BTreeMap::new();
    for entry in archive.entries().expect("entries") {
        let mut entry = entry.expect("an entry");
        if entry.header().entry_type().is_file() {
            let name = entry.path().expect("a path").display().to_string();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("bytes");
            files.insert(name, bytes);
        }
    }
    Some(files)
}
