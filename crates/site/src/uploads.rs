//! Captures that people upload, one after the other.

use crate::fold::now_us;
use crate::heads::ReadingId;
use crate::reader::{self, Outcome, Reading};
use crate::readings::FromFile;
use show::api::Upload;
use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::mpsc::SyncSender;
use std::time::Duration;
use store::{Moment, Store};
use tokio::sync::mpsc;

/// Time before what became of an upload is noted again, when the database could not.
const AGAIN: Duration = Duration::from_secs(2);

/// Uploads that an earlier server took in and did not read to their end; other files of captures that it left go.
/// Call it before further ones come in.
pub(crate) async fn left(store: &Store, folder: &Path) -> Vec<Upload> {
    match show::api::unread_uploads(store, folder).await {
        Ok(left) => {
            if let Err(error) = show::api::clear_uploads(folder, &left) {
                tracing::warn!("cannot remove what was left of captures in {}: {error}", folder.display());
            }
            left
        }
        Err(error) => {
            tracing::warn!("cannot look for captures that were not read: {error}");
            Vec::new()
        }
    }
}

/// Reads uploads until the server ends; first those that are left.
pub(crate) async fn read(
    left: Vec<Upload>,
    mut uploads: mpsc::Receiver<Upload>,
    store: Store,
    fold: SyncSender<FromFile>,
) {
    let mut left = VecDeque::from(left);
    while let Some(upload) = match left.pop_front() {
        Some(upload) => Some(upload),
        None => uploads.recv().await,
    } {
        if let Err(error) = begin(&store, &upload).await {
            tracing::warn!("cannot note that {} is being read: {error}", upload.name);
        }
        let id = ReadingId(upload.job.0);
        let reading = Reading { path: upload.path.clone(), name: upload.name.clone(), id, first: None };
        // A server that is ending leaves the upload for the next.
        let Some(outcome) = reader::one(reading, &fold).await else { return };
        while let Err(error) = note(&store, &upload, &outcome).await {
            tracing::warn!("cannot note what became of {}, which is tried again: {error}", upload.name);
            tokio::time::sleep(AGAIN).await;
        }
        let _ = fs::remove_file(&upload.path);
        reader::noted(id, &fold).await;
    }
}

/// Notes what became of an upload. One that failed stays, with the reason, and is not tried again: the same bytes would
/// fail the same way.
async fn note(store: &Store, upload: &Upload, outcome: &Outcome) -> Result<(), store::StoreError> {
    let mut tx = store.write().await?;
    let now = Moment(now_us());
    if let Some(job) = store::jobs::take_one(&mut tx, upload.job, HOLDER, now, now.after(LEASE_US)).await? {
        match &outcome.remark {
            None => store::jobs::succeed(&mut tx, &job, now).await?,
            Some(why) => store::jobs::fail(&mut tx, &job, why, Moment(i64::MAX)).await?,
        };
    }
    tx.commit().await
}

/// From now on the upload is being read. A server that is ended meanwhile goes on with it when it is back.
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
