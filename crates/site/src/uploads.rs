//! Captures of strangers: each is read by a short-lived process in the sandbox, one after the other.

use crate::fold::FromFile;
use crate::fold::now_us;
use sensor::{FileEvent, FileJob, FileReader, Quota};
use show::api::Upload;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::time::Duration;
use store::{Moment, Store};
use tokio::sync::mpsc;
use wire::CaptureId;

/// Frames of files have capture numbers from here on, far from those of live ports: what their addresses mean is not
/// known to be the same.
const FIRST_CAPTURE: u16 = 1000;
/// Numbers for files; then they begin again.
const CAPTURES: u16 = 1000;
/// How long one wait for the reader lasts.
const WAIT: Duration = Duration::from_millis(200);

/// Reads uploads until the server ends; first those that an earlier server took in and did not read to their end.
pub(crate) async fn read(
    mut uploads: mpsc::Receiver<Upload>,
    store: Store,
    batches: SyncSender<FromFile>,
    folder: PathBuf,
) {
    let mut number = 0u16;
    let left = show::api::unread_uploads(&store, &folder).await;
    let left =
        left.inspect_err(|error| tracing::warn!("cannot look for captures that were not read: {error}"));
    let mut left = VecDeque::from(left.unwrap_or_default());
    while let Some(upload) = match left.pop_front() {
        Some(upload) => Some(upload),
        None => uploads.recv().await,
    } {
        let first = CaptureId(FIRST_CAPTURE + number % CAPTURES);
        number = number.wrapping_add(1);
        if let Err(error) = begin(&store, &upload).await {
            tracing::warn!("cannot note that {} is being read: {error}", upload.name);
        }
        let batches = batches.clone();
        let (path, name) = (upload.path.clone(), upload.name.clone());
        let reading = Reading { path, name, first, skip: 0, folder: None };
        let done = tokio::task::spawn_blocking(move || one(&reading, &batches, |_| true)).await;
        let _ = fs::remove_file(&upload.path);
        let outcome = match done {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(why),
            Err(error) => Err(format!("the reader of {} failed: {error}", upload.name)),
        };
        if let Err(error) = note(&store, &upload, outcome).await {
            tracing::warn!("cannot note what became of {}: {error}", upload.name);
        }
    }
}

/// What to read.
pub(crate) struct Reading {
    pub(crate) path: PathBuf,
    /// What people call it.
    pub(crate) name: String,
    /// The number of its first interface.
    pub(crate) first: CaptureId,
    /// Batches that were taken from it before.
    pub(crate) skip: u64,
    /// The watched folder in which it lies.
    pub(crate) folder: Option<String>,
}

/// Reads one file; the error is one line that names it. `taken` is told the number of batches taken so far and says
/// whether to go on.
pub(crate) fn one(
    reading: &Reading,
    batches: &SyncSender<FromFile>,
    mut taken: impl FnMut(u64) -> bool,
) -> Result<(), String> {
    let Reading { path, name, first, skip, folder } = reading;
    let (first, mut count) = (*first, 0);
    let file = File::open(path).map_err(|error| format!("{name}: cannot be opened: {error}"))?;
    let job = FileJob {
        file,
        name: name.clone(),
        sensor: facts::id::SensorId(uuid::Uuid::nil()),
        first,
        sequence: 1,
        flows_max: observe::Limits::default().flows,
        quota: Quota::default(),
    };
    let arguments = [OsString::from("__reader")];
    let mut reader =
        FileReader::start(&arguments, job).map_err(|error| format!("{name}: cannot be read: {error}"))?;
    loop {
        match reader.next(WAIT).map_err(|error| format!("{name}: {error}"))? {
            Some(FileEvent::Batch { sequence, bytes }) => {
                count += 1;
                let is_new = count > *skip;
                if is_new && (batches.send(FromFile::Batch(bytes)).is_err() || !taken(count)) {
                    return Err(format!("{name}: the server is ending"));
                }
                reader.acknowledge(sequence);
            }
            Some(FileEvent::Ended { remark: Some(remark) }) => return Err(remark),
            Some(FileEvent::Ended { remark: None }) => return Ok(()),
            Some(FileEvent::Account(account)) => {
                if let Some(folder) = folder {
                    let _ = batches.send(FromFile::Account { name: folder.clone(), account });
                }
            }
            None => {}
        }
    }
}

/// Notes what became of an upload. One that failed stays, with the reason, and is not tried again: the same bytes would
/// fail the same way.
async fn note(store: &Store, upload: &Upload, outcome: Result<(), String>) -> Result<(), store::StoreError> {
    let mut tx = store.write().await?;
    let now = Moment(now_us());
    if let Some(job) = store::jobs::take_one(&mut tx, upload.job, HOLDER, now, now.after(LEASE_US)).await? {
        match outcome {
            Ok(()) => store::jobs::succeed(&mut tx, &job, now).await?,
            Err(why) => store::jobs::fail(&mut tx, &job, &why, Moment(i64::MAX)).await?,
        };
    }
    tx.commit().await
}

/// From now on the upload is being read. A server that is ended meanwhile begins with it again.
async fn begin(store: &Store, upload: &Upload) -> Result<(), store::StoreError> {
    let mut tx = store.write().await?;
    let now = Moment(now_us());
    store::jobs::take_one(&mut tx, upload.job, HOLDER, now, now.after(LEASE_US)).await?;
    tx.commit().await
}

/// Who holds the jobs of uploads: there is one reader.
const HOLDER: &str = "reader";
/// How long a job is held: longer than the largest capture takes to be read.
const LEASE_US: i64 = 24 * 3600 * 1_000_000;
