//! Sources as people bring them: documents, folders, archives; with the hashes and signatures that stand beside them.

mod archive;
mod companion;
mod document;
pub mod provider;
mod summary;
#[cfg(test)]
mod tests;

pub use document::{Options, read_document};
pub use summary::Summary;

use crate::bundle::{Content, Origin};
use crate::item::Part;
use crate::problem::{Fault, Problems, Weight};
use companion::Beside;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What a source may not exceed.
pub mod limits {
    /// Longest document that is read whole, in bytes.
    pub const DOCUMENT: u64 = 256 << 20;
    /// Most that one archive may unpack to, in bytes.
    pub const UNPACKED: u64 = 64 << 30;
    /// Most files of a folder or archive.
    pub const FILES: usize = 2_000_000;
    /// Deepest nesting of folders.
    pub const DEPTH: usize = 32;
    /// Longest hash or signature file, in bytes.
    pub const COMPANION: u64 = 64 << 10;
}

/// A file of a source: its name for people, and a way to its bytes.
struct File<'a> {
    name: &'a str,
    bytes: &'a mut dyn Read,
}

/// Reads a document, a folder or an archive into `content`, and notes it there as an origin. What is wrong goes to
/// `problems`; nothing stops the rest.
pub fn import(path: &Path, options: &Options, content: &mut Content, problems: &mut Problems) -> Summary {
    let mut summary = Summary::default();
    let told = walk(path, &mut |file, beside| {
        document::read_file(file, beside, options, content, problems, &mut summary);
    });
    for (name, what) in told {
        problems.add(&name, Weight::Refused, Fault::new("", what));
        summary.refused += 1;
    }
    let source = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    note(&summary, &source, content);
    summary
}

/// Reads the bytes of one document, as [`import`] reads a file, and notes it under its name. `None` when it is no source.
pub fn import_bytes(
    name: &str,
    bytes: &[u8],
    options: &Options,
    content: &mut Content,
    problems: &mut Problems,
) -> Option<Summary> {
    let mut summary = Summary::default();
    if !read_document(name, bytes, options, content, problems, &mut summary) {
        return None;
    }
    summary.file(bytes, &[]);
    note(&summary, name, content);
    Some(summary)
}

/// Notes what was read as an origin of every part it gave to.
pub fn note(summary: &Summary, source: &str, content: &mut Content) {
    for part in Part::ALL {
        let Some(items) = summary.items.get(&part) else { continue };
        let origin = Origin {
            source: crate::problem::one_line(source),
            date: summary.newest.clone(),
            sha256: summary.digest(),
            files: summary.files,
            items: *items,
            refused: summary.refused,
            checks: summary.checks(),
        };
        content.came_from(part, origin);
    }
}

type Told = Vec<(String, String)>;

/// Gives every file of a path to `each` in the order of their names; what cannot be opened comes back.
fn walk(path: &Path, each: &mut dyn FnMut(File<'_>, &Beside)) -> Told {
    let mut told = Vec::new();
    let mut files = Vec::new();
    if path.is_dir() {
        gather(path, 0, &mut files, &mut told);
        files.sort();
    } else {
        files.push(path.to_owned());
    }
    let shown = |file: &Path| match file.strip_prefix(path) {
        Ok(inner) if !inner.as_os_str().is_empty() => inner.display().to_string(),
        _ => path
            .file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned()),
    };
    for file in &files {
        let name = shown(file);
        if companion::is_companion(&name) {
            continue;
        }
        let opened = if archive::is_archive(&name) {
            archive::each(file, &name, each)
        } else {
            one(file, &name, each)
        };
        if let Err(what) = opened {
            told.push((name, what));
        }
    }
    told
}

fn one(file: &Path, name: &str, each: &mut dyn FnMut(File<'_>, &Beside)) -> Result<(), String> {
    let mut beside = BTreeMap::new();
    for companion in companion::names(&file.to_string_lossy()) {
        if let Ok(opened) = fs::File::open(&companion) {
            let mut text = Vec::new();
            opened
                .take(limits::COMPANION)
                .read_to_end(&mut text)
                .map_err(|error| format!("{companion}: {error}"))?;
            let key = companion.get(file.to_string_lossy().len()..).unwrap_or_default();
            beside.insert(format!("{name}{key}"), text);
        }
    }
    let mut opened = fs::File::open(file).map_err(|error| format!("cannot be opened: {error}"))?;
    each(File { name, bytes: &mut opened }, &beside);
    Ok(())
}

/// Files of a folder; links are passed over, so that nothing outside is read.
fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>, told: &mut Told) {
    let mut tell = |what: String| told.push((folder.display().to_string(), what));
    if depth > limits::DEPTH {
        return tell(format!("is nested deeper than {} folders", limits::DEPTH));
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return tell(format!("cannot be opened: {error}")),
    };
    let mut folders = Vec::new();
    for entry in entries {
        let kind = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)));
        match kind {
            Ok((path, kind)) if kind.is_dir() => folders.push(path),
            Ok((path, kind)) if kind.is_file() && files.len() < limits::FILES => files.push(path),
            Ok((_, kind)) if kind.is_file() => return tell(format!("has more than {} files", limits::FILES)),
            Ok(_) => {}
            Err(error) => tell(format!("cannot be opened: {error}")),
        }
    }
    for inner in folders {
        gather(&inner, depth + 1, files, told);
    }
}
