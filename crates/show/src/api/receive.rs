//! Files that people bring: written as they come, and removed again when they cannot be used.

use super::problem::{Answer, invalid, unavailable, unreadable};
use axum::body::Body;
use futures_util::StreamExt;
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt;

/// A file that is removed unless it is kept: a broken upload, or one that is too large, leaves nothing behind.
pub(super) struct Kept {
    pub(super) path: PathBuf,
    is_kept: bool,
}

impl Kept {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, is_kept: false }
    }

    pub(super) fn keep(mut self) -> PathBuf {
        self.is_kept = true;
        self.path.clone()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Writes a body into a new file and returns its length. `may` is asked with the bytes so far before they are written; `what`
/// names the thing in what is told.
pub(super) async fn receive(
    path: &Path,
    what: &str,
    body: Body,
    may: impl Fn(u64) -> Answer<()>,
) -> Answer<u64> {
    let unwritable = |error| unavailable(&format!("keep {what}"), error);
    let mut file = tokio::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .await
        .map_err(unwritable)?;
    let mut pieces = body.into_data_stream();
    let mut bytes: u64 = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(unreadable)?;
        bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        may(bytes)?;
        file.write_all(&piece).await.map_err(unwritable)?;
    }
    if bytes == 0 {
        return Err(invalid("the body", "is empty"));
    }
    file.flush().await.map_err(unwritable)?;
    file.sync_all().await.map_err(unwritable)?;
    Ok(bytes)
}
