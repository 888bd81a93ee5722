//! Folders in which other programs lay captures: each file is read once, by a short-lived process in the sandbox,
//! oldest first.
//!
//! A file is read when it stood still for some looks. What was read is remembered in the store twice: by path, length
//! and time, so that a look is cheap, and by its contents, so that a capture that is copied, moved or laid in once more
//! does not count again. A file that went on growing after it was read is told and not read: its beginning would count
//! twice. What is taken of a file that is being read, the journal knows.

use crate::fold::now_us;
use crate::heads::ReadingId;
use crate::reader::{self, Outcome, Reading};
use crate::readings::FromFile;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError};
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
/// Looks in a row at which a file must be the same before it is read: ten seconds.
const LOOKS: u32 = 6;
/// Files with something wrong that are named; the others are counted.
const NAMED: usize = 3;

/// A file as it lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lying {
    path: PathBuf,
    bytes: u64,
    modified_us: i64,
}

/// Files of the last look, and at how many looks in a row each was the same.
type Seen = HashMap<PathBuf, (Lying, u32)>;

/// Watches a folder until the server ends. `number` is its place among the folders.
pub(crate) async fn watch(folder: WatchedFolder, number: u16, store: Store, fold: SyncSender<FromFile>) {
    let first = CaptureId(FIRST_CAPTURE.saturating_add(number.saturating_mul(INTERFACES)));
    let desk = Desk { folder: &folder, first, store: &store, fold: &fold };
    let mut seen = Seen::new();
    loop {
        let (is_open, problem) = match list(&folder.path) {
            Ok(files) => (true, look(&desk, files, &mut seen).await),
            Err(error) => {
                let what = "make it, or let the server's user read it";
                (false, Some(format!("{}: cannot be listed: {error}; {what}", folder.path.display())))
            }
        };
        let told = FromFile::Folder { name: folder.name.clone(), is_open, problem };
        // One that finds no room is told at the next look.
        if matches!(fold.try_send(told), Err(TrySendError::Disconnected(_))) {
            return;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What reading a file of a folder needs.
struct Desk<'a> {
    folder: &'a WatchedFolder,
    first: CaptureId,
    store: &'a Store,
    fold: &'a SyncSender<FromFile>,
}

/// Reads what stands still. Gives one line about the files that are not whole.
async fn look(desk: &Desk<'_>, files: Vec<Lying>, seen: &mut Seen) -> Option<String> {
    let mut now = Seen::new();
    for file in &files {
        let before = seen.get(&file.path).filter(|(before, _)| before == file);
        let looks = before.map_or(1, |(_, looks)| looks.saturating_add(1));
        now.insert(file.path.clone(), (file.clone(), looks));
    }
    let is_settled = |file: &&Lying| now.get(&file.path).is_some_and(|(_, looks)| *looks >= LOOKS);
    let mut wrong = Vec::new();
    for file in files.iter().filter(is_settled) {
        match read(desk, file).await {
            Ok(None) => {}
            Ok(Some(remark)) => wrong.push(remark),
            Err(error) => {
                wrong.push(format!("{}: cannot be noted as read: {error}; tried again", file.path.display()));
                break;
            }
        }
    }
    *seen = now;
    let more = wrong.len().saturating_sub(NAMED);
    wrong.truncate(NAMED);
    if more > 0 {
        wrong.push(format!("and {more} more files"));
    }
    Some(wrong.join("; ")).filter(|line| !line.is_empty())
}

/// Reads one file unless it was read. Gives what was wrong with it, also if that was found earlier.
async fn read(desk: &Desk<'_>, file: &Lying) -> Result<Option<String>, StoreError> {
    let Desk { folder, first, store, fold } = *desk;
    let path = file.path.to_string_lossy().into_owned();
    let of_path = captures::of_path(store, &path).await?;
    let same = |row: &&Captured| (row.bytes, row.modified_at.0) == (file.bytes, file.modified_us);
    if let Some(known) = of_path.iter().find(same) {
        return Ok(end(folder, &file.path, known.remark.clone()));
    }
    let lengths = of_path.iter().map(|row| row.bytes).filter(|bytes| *bytes < file.bytes).collect();
    let digests = match digests(file.path.clone(), lengths).await {
        Ok(digests) => digests,
        // It went, or may not be read: that may change, so nothing is noted.
        Err(error) => return Ok(Some(format!("{path}: cannot be read: {error}"))),
    };
    let row = Captured {
        path: path.clone(),
        bytes: file.bytes,
        modified_at: Moment(file.modified_us),
        batches: 0,
        read_at: Some(Moment(now_us())),
        remark: String::new(),
    };
    let Some(whole) = digests.last().filter(|whole| whole.bytes == file.bytes) else {
        // It grew meanwhile: the next looks will find it standing still.
        return Ok(None);
    };
    for digest in digests.iter().rev() {
        let Some(known) = captures::find(store, &digest.row()).await? else { continue };
        let remark = if digest.bytes == whole.bytes {
            known.remark
        } else {
            format!(
                "{path}: went on growing after it was read: its last {} bytes are not read; lay captures in by \
                 renaming when they are finished, and this one once more under another name",
                whole.bytes - digest.bytes
            )
        };
        note(store, &[Captured { remark: remark.clone(), ..row }]).await?;
        return Ok(end(folder, &file.path, remark));
    }
    let id = ReadingId(whole.id());
    let reading = Reading { path: file.path.clone(), name: path, id, first: Some(first) };
    let Some(Outcome { batches, account, remark }) = reader::one(reading, fold).await else {
        return Ok(None);
    };
    let remark = remark.unwrap_or_default();
    let row = Captured { batches, remark: remark.clone(), ..row };
    let contents = Captured { read_at: row.read_at, batches, remark: remark.clone(), ..whole.row() };
    note(store, &[row, contents]).await?;
    reader::noted(id, fold).await;
    if let Some(account) = account {
        reader::tell(FromFile::Account { name: folder.name.clone(), account }, fold).await;
    }
    Ok(end(folder, &file.path, remark))
}

async fn note(store: &Store, rows: &[Captured]) -> Result<(), StoreError> {
    let mut tx = store.write().await?;
    captures::put(&mut tx, rows).await?;
    tx.commit().await
}

/// Deletes a file that was read whole, where that is wished. One that could not be read whole stays for people to see.
fn end(folder: &WatchedFolder, path: &Path, remark: String) -> Option<String> {
    if !remark.is_empty() {
        return Some(remark);
    }
    if folder.delete
        && let Err(error) = fs::remove_file(path)
    {
        return Some(format!("{}: was read and cannot be deleted: {error}", path.display()));
    }
    None
}

/// What a file, or its beginning, holds.
struct Contents {
    bytes: u64,
    digest: [u8; 32],
}

impl Contents {
    /// The row by which contents are known: no path looks like that, since paths of folders are absolute.
    fn row(&self) -> Captured {
        let digits: String = self.digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Captured {
            path: format!("sha256:{digits}"),
            bytes: self.bytes,
            modified_at: Moment(0),
            batches: 0,
            read_at: None,
            remark: String::new(),
        }
    }

    fn id(&self) -> uuid::Uuid {
        let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = self.digest;
        uuid::Uuid::from_bytes(first)
    }
}

/// Digests of the beginnings of these lengths, and of the whole, the last.
async fn digests(path: PathBuf, lengths: BTreeSet<u64>) -> io::Result<Vec<Contents>> {
    let work = move || {
        let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
        let mut found = Vec::new();
        for length in lengths.into_iter().chain([u64::MAX]) {
            bytes += io::copy(&mut (&mut file).take(length - bytes), &mut Hashing(&mut hash))?;
            found.push(Contents { bytes, digest: hash.clone().finalize().into() });
        }
        Ok(found)
    };
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Files of a folder, the oldest first; names that begin with a dot are those of files in the making.
fn list(folder: &Path) -> io::Result<Vec<Lying>> {
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
