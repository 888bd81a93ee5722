//! Backups of a whole plant, and the way back.
//!
//! A backup holds the database, the model with its journal, the history, uploads that wait, keys, certificates and the
//! configuration; not the ring of evidence packets, and not the secrets that the configuration names by file. Parts
//! whose moments depend on each other are taken in an order in which whatever changes meanwhile does no harm: the
//! model's snapshots before the journal behind them, the log of open hours before the list of sealed ones, the list
//! before the files. Files that are only ever appended to count up to the length they had when they were taken.

mod make;
mod restore;
mod schedule;
mod stage;
mod upgrade;

pub use make::{Made, file_name, make};
pub use restore::{Restored, restore};
pub use schedule::Plan;
pub(crate) use schedule::{next, surplus};
pub use upgrade::open_store;
pub(crate) use upgrade::refuse_unfinished;

use crate::settings::SiteError;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Where a plant's data are.
#[derive(Clone, Debug)]
pub struct Place {
    /// Name of the plant.
    pub site: String,
    /// The data folder.
    pub folder: PathBuf,
    /// URL of the database.
    pub database: String,
    /// The configuration file.
    pub configuration: Option<PathBuf>,
    /// Paths that may lie in the data folder and are not the product's: watched folders, the folder of backups.
    pub others: Vec<PathBuf>,
}

/// How much goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Extent {
    /// Everything.
    Whole,
    /// What an upgrade may change: all but history and uploads.
    BeforeUpgrade,
}

/// What a backup says of itself beside its manifest.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Contents {
    pub(crate) extent: Extent,
    /// Version of the database.
    pub(crate) schema: i64,
    /// Name and bytes of each part of a plain copy; empty in a container, whose manifest knows.
    pub(crate) parts: Vec<(String, u64)>,
}

/// Names of parts.
pub(crate) const CONTENTS: &str = "contents.json";
pub(crate) const DATABASE: &str = "database/yagura.db";
pub(crate) const CONFIGURATION: &str = "configuration/yagura.toml";
/// What the names of parts of the data folder begin with.
pub(crate) const DATA: &str = "data";

/// Left while a restore puts its parts in place; with it, no server starts.
pub(crate) const UNFINISHED: &str = "restore-unfinished";
/// What the names of folders with former data begin with.
const FORMER: &str = "before-restore-";
/// Entries of the data folder that are not backed up and stay where they are at a restore.
const NOT_KEPT: [&str; 8] =
    ["lock", "evidence", "backups", BACKUP_WORK, RESTORE_WORK, UNFINISHED, "health.json", "restored.toml"];
const BACKUP_WORK: &str = "backup-work";
const RESTORE_WORK: &str = "restore-work";

impl Place {
    /// File of the database; `None` on a server.
    pub(crate) fn database_file(&self) -> Option<PathBuf> {
        self.database.strip_prefix("sqlite:").map(|path| PathBuf::from(path.trim_start_matches("//")))
    }

    /// Names of the entries of the data folder that a backup of this extent takes, and a restore replaces, but for the
    /// database. Their order is that in which they are taken.
    fn entries(&self, extent: Extent) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let Ok(name) = entry?.file_name().into_string() else { continue };
            let path = self.folder.join(&name);
            let is_foreign = self.others.iter().any(|other| other.starts_with(&path) || path == *other);
            let is_database = self.database_file().is_some_and(|file| is_part_of(&path, &file));
            let is_history = name.starts_with("history") || name == "uploads";
            let is_left_out = NOT_KEPT.contains(&name.as_str())
                || name.starts_with(FORMER)
                || name.ends_with(".new")
                || (extent == Extent::BeforeUpgrade && is_history);
            if !is_foreign && !is_database && !is_left_out {
                names.push(name);
            }
        }
        let order = |name: &str| match name {
            "model" => 0,
            "history-log" => 1,
            "history" => 3,
            _ => 2,
        };
        names.sort_by(|one, other| (order(one), one).cmp(&(order(other), other)));
        Ok(names)
    }
}

/// Whether a path is the database's file or one that SQLite keeps beside it.
fn is_part_of(path: &Path, database: &Path) -> bool {
    let (path, database) = (path.as_os_str().as_encoded_bytes(), database.as_os_str().as_encoded_bytes());
    path.strip_prefix(database).is_some_and(|rest| matches!(rest, b"" | b"-wal" | b"-shm" | b"-journal"))
}

fn failed<E: std::fmt::Display>(what: String) -> impl FnOnce(E) -> SiteError {
    move |error| SiteError(format!("cannot {what}: {error}"))
}

/// A folder for work in progress, which one process at a time may use; emptied before and after.
#[derive(Debug)]
struct Work {
    path: PathBuf,
    _lock: File,
}

impl Work {
    fn begin(folder: &Path, name: &str) -> Result<Self, SiteError> {
        let path = folder.join(name);
        let what = || failed(format!("use {}", path.display()));
        match fs::create_dir(&path) {
            Ok(()) => crate::lock::own_like(&path, folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(what()(error)),
        }
        let lock = File::open(&path).map_err(what())?;
        if lock.try_lock().is_err() {
            return Err(SiteError(format!(
                "cannot use {}: another process makes or reads a backup there; wait until it is done",
                path.display()
            )));
        }
        empty(&path).map_err(what())?;
        Ok(Self { path, _lock: lock })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let _ = empty(&self.path);
    }
}

fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A moment as names of files carry it: `20261123T033000Z`.
fn stamp(now_us: i64) -> String {
    let moment = jiff::Timestamp::from_microsecond(now_us).unwrap_or_default();
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}
