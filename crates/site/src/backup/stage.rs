//! What goes into a backup, held fast while it is written.

use super::{CONFIGURATION, DATA, Extent, Place, Work, failed};
use crate::settings::SiteError;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How often the model is taken again when it writes a snapshot meanwhile.
const TRIES: u32 = 5;

/// A part, as the backup will hold it.
#[derive(Debug)]
pub(super) struct Staged {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) size: u64,
}

/// Parts in their order.
#[derive(Debug, Default)]
pub(super) struct Stage {
    pub(super) parts: Vec<Staged>,
    /// Files whose names no backup can hold.
    pub(super) skipped: Vec<String>,
}

impl Stage {
    /// Takes what must be older than the database: model and journal, and the log of open hours.
    pub(super) fn before_database(
        &mut self,
        place: &Place,
        work: &Work,
        extent: Extent,
    ) -> Result<(), SiteError> {
        let what = || failed(format!("read {}", place.folder.display()));
        for entry in place.entries(extent).map_err(what())? {
            match entry.as_str() {
                "model" => self.model(place, work)?,
                "history-log" => self.below(&place.folder, &work.path, &entry).map_err(what())?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes everything else.
    pub(super) fn after_database(
        &mut self,
        place: &Place,
        work: &Work,
        extent: Extent,
    ) -> Result<(), SiteError> {
        let what = || failed(format!("read {}", place.folder.display()));
        for entry in place.entries(extent).map_err(what())? {
            if !matches!(entry.as_str(), "model" | "history-log") {
                self.below(&place.folder, &work.path, &entry).map_err(what())?;
            }
        }
        if let Some(file) = &place.configuration {
            let copy = work.path.join("configuration");
            fs::copy(file, &copy).map_err(failed(format!("read {}", file.display())))?;
            self.add(CONFIGURATION.into(), copy).map_err(what())?;
        }
        Ok(())
    }

    /// Snapshots before the journal, and again when a snapshot was made between: the journal before it may be gone.
    fn model(&mut self, place: &Place, work: &Work) -> Result<(), SiteError> {
        let what = || failed(format!("read {}", place.folder.join("model").display()));
        let (parts, skipped) = (self.parts.len(), self.skipped.len());
        for _ in 0..TRIES {
            let before = snapshots(&place.folder).map_err(what())?;
            let taken = before
                .iter()
                .try_for_each(|name| self.file(&place.folder, &work.path, &format!("model/{name}")))
                .and_then(|()| self.below(&place.folder, &work.path, "model/journal"));
            let is_still = snapshots(&place.folder).map_err(what())? == before;
            match taken {
                Ok(()) if is_still => return Ok(()),
                Err(error) if is_still => return Err(what()(error)),
                Ok(()) | Err(_) => {
                    self.parts.truncate(parts);
                    self.skipped.truncate(skipped);
                    let _ = fs::remove_dir_all(work.path.join(DATA).join("model"));
                }
            }
        }
        Err(SiteError("cannot take the model: it changed all the time; try again".into()))
    }

    /// Takes a file, or every file of a folder. What is gone meanwhile is not needed any more.
    fn below(&mut self, folder: &Path, work: &Path, relative: &str) -> io::Result<()> {
        let path = folder.join(relative);
        let kind = match fs::symlink_metadata(&path) {
            Ok(data) => data.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if kind.is_file() {
            return match self.file(folder, work, relative) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            };
        }
        if !kind.is_dir() {
            self.skipped.push(relative.to_owned());
            return Ok(());
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&path)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        for name in names.iter().filter(|name| *name != "lock" && !name.ends_with(".new")) {
            self.below(folder, work, &format!("{relative}/{name}"))?;
        }
        Ok(())
    }

    /// Takes a file by a second name for it, so that it stays when the first one goes. Where the disk has no second
    /// names the file itself is read.
    fn file(&mut self, folder: &Path, work: &Path, relative: &str) -> io::Result<()> {
        let name = format!("{DATA}/{relative}");
        if !keep::backup::is_name(&name) {
            self.skipped.push(relative.to_owned());
            return Ok(());
        }
        let (from, held) = (folder.join(relative), work.join(&name));
        if let Some(above) = held.parent() {
            fs::create_dir_all(above)?;
        }
        match fs::hard_link(&from, &held) {
            Ok(()) => self.add(name, held),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
            Err(_) => self.add(name, from),
        }
    }

    pub(super) fn add(&mut self, name: String, path: PathBuf) -> io::Result<()> {
        let size = fs::metadata(&path)?.len();
        self.parts.push(Staged { name, path, size });
        Ok(())
    }
}

fn snapshots(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join("model"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".snapshot") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Reads a file up to a length; opened when it is its turn, since there may be more files than a process may open.
pub(super) struct Later<'a> {
    staged: &'a Staged,
    file: Option<io::Take<File>>,
}

impl<'a> Later<'a> {
    pub(super) fn new(staged: &'a Staged) -> Self {
        Self { staged, file: None }
    }
}

impl Read for Later<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::open(&self.staged.path)?.take(self.staged.size)),
        };
        file.read(buffer)
    }
}
