//! Folders in which other programs lay captures: each file is read once, by a short-lived process in the sandbox,
//! oldest first.
//!
//! A file is read when it stood still between two looks. What was read is remembered in the store by path, length and
//! time, with the number of batches taken so far: a file in which the server was killed is taken up behind the last of
//! them, since reading the same bytes gives the same batches.

use crate::fold::{FromFile, now_us};
use crate::uploads::{self, Reading};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, UNIX_EPOCH};
use store::captures::{self, Captured};
use store::{Moment, Store, StoreError};
use wire::CaptureId;

/// A folder that is watched.
#[derive(Clone, Debug)]
pub struct WatchedFolder {
    /// The folder.
    pub path: PathBuf,
    /// What people call it.
    pub name: String,
    /// Whether a capture that was read goes.
    pub delete: bool,
}

/// Frames of the first folder have this capture number; each folder has [`INTERFACES`] of them.
const FIRST_CAPTURE: u16 = 2000;
/// Interfaces that captures of a folder may have: a capture file can hold several.
const INTERFACES: u16 = 16;
/// Time between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Batches between two notes of how far a file was read.
const NOTE_AFTER: u64 = 16;

/// A file as it lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lying {
    path: PathBuf,
    bytes: u64,
    modified_us: i64,
}

/// Watches a folder until the server ends. `number` is its place among the folders.
pub(crate) async fn watch(folder: WatchedFolder, number: u16, store: Store, batches: SyncSender<FromFile>) {
    let first = CaptureId(FIRST_CAPTURE.saturating_add(number.saturating_mul(INTERFACES)));
    let mut seen = HashMap::new();
    loop {
        let outcome = look(&folder, first, &mut seen, &store, &batches).await;
        let told = FromFile::Folder { name: folder.name.clone(), problem: outcome.err() };
        if batches
            .try_send(told)
            .is_err_and(|error| matches!(error, std::sync::mpsc::TrySendError::Disconnected(_)))
        {
            return;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Reads what is new and stands still. The error is one line about the folder or the last file that was not whole.
async fn look(
    folder: &WatchedFolder,
    first: CaptureId,
    seen: &mut HashMap<PathBuf, (u64, i64)>,
    store: &Store,
    batches: &SyncSender<FromFile>,
) -> Result<(), String> {
    let files = list(&folder.path)
        .map_err(|error| format!("{}: cannot be listed: {error}", folder.path.display()))?;
    let settled: Vec<Lying> = files
        .iter()
        .filter(|file| seen.get(&file.path) == Some(&(file.bytes, file.modified_us)))
        .cloned()
        .collect();
    *seen = files.into_iter().map(|file| (file.path, (file.bytes, file.modified_us))).collect();
    let mut problem = None;
    for file in settled {
        match read(folder, first, &file, store, batches).await {
            Ok(Some(remark)) => problem = Some(remark),
            Ok(None) => {}
            Err(error) => return Err(format!("{}: cannot be noted as read: {error}", file.path.display())),
        }
    }
    problem.map_or(Ok(()), Err)
}

/// Reads one file as far as it was not read yet. Gives what was wrong with it, also if that was found earlier.
async fn read(
    folder: &WatchedFolder,
    first: CaptureId,
    file: &Lying,
    store: &Store,
    batches: &SyncSender<FromFile>,
) -> Result<Option<String>, StoreError> {
    let path = file.path.to_string_lossy().into_owned();
    let row = Captured {
        path: path.clone(),
        bytes: file.bytes,
        modified_at: Moment(file.modified_us),
        batches: 0,
        read_at: None,
        remark: String::new(),
    };
    let known = captures::find(store, &row).await?;
    if let Some(known) = known.as_ref().filter(|known| known.read_at.is_some()) {
        forget(folder, &file.path, known.remark.is_empty());
        return Ok(Some(known.remark.clone()).filter(|remark| !remark.is_empty()));
    }
    let skip = known.map_or(0, |known| known.batches);
    let (noted, mut notes) = tokio::sync::mpsc::unbounded_channel();
    let reading =
        Reading { path: file.path.clone(), name: path, first, skip, folder: Some(folder.name.clone()) };
    let ends = batches.clone();
    let work =
        tokio::task::spawn_blocking(move || uploads::one(&reading, &ends, |count| noted.send(count).is_ok()));
    while let Some(count) = notes.recv().await {
        if count % NOTE_AFTER == 0 {
            note(store, Captured { batches: count, ..row.clone() }).await?;
        }
    }
    let remark = match work.await {
        Ok(Ok(())) => String::new(),
        Ok(Err(why)) => why,
        Err(error) => format!("the reader of {} failed: {error}", row.path),
    };
    note(store, Captured { read_at: Some(Moment(now_us())), remark: remark.clone(), ..row }).await?;
    forget(folder, &file.path, remark.is_empty());
    Ok(Some(remark).filter(|remark| !remark.is_empty()))
}

async fn note(store: &Store, row: Captured) -> Result<(), StoreError> {
    let mut tx = store.write().await?;
    captures::put(&mut tx, &row).await?;
    tx.commit().await
}

/// Deletes a file that was read whole, where that is wished. One that could not be read whole stays for people to see.
fn forget(folder: &WatchedFolder, path: &Path, is_whole: bool) {
    if folder.delete
        && is_whole
        && let Err(error) = fs::remove_file(path)
    {
        tracing::warn!("cannot delete {}, which was read: {error}", path.display());
    }
}

/// Files of a folder, the oldest first; names that begin with a dot are those of files in the making.
fn list(folder: &Path) -> std::io::Result<Vec<Lying>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        // A file that went between the two calls is none.
        let Ok(about) = entry.metadata() else { continue };
        if is_hidden || !about.is_file() || about.len() == 0 {
            continue;
        }
        let modified = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let modified_us = i64::try_from(modified.as_micros()).unwrap_or(i64::MAX);
        files.push(Lying { path: entry.path(), bytes: about.len(), modified_us });
    }
    files.sort_by(|a, b| (a.modified_us, &a.path).cmp(&(b.modified_us, &b.path)));
    Ok(files)
}
