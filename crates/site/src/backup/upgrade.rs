//! Opening the database at a start: a copy first where its tables are older than the program.

use super::make::{ENDING, make_of};
use super::{Extent, Place, UNFINISHED, failed, stamp};
use crate::settings::SiteError;
use keep::backup::Lock;
use std::fs;
use std::path::{Path, PathBuf};
use store::{Json, Moment, Options, Store, VERSION, audit, inspect};

/// Copies of earlier upgrades that stay beside the new one.
const COPIES: usize = 2;
/// Folder of these copies, in the data folder.
const FOLDER: &str = "backups";

/// Opens the plant's database. Tables of an earlier version are brought up to date after a copy of everything that an
/// upgrade may change was made in `backups/before-upgrade-VERSION` of the data folder: encrypted where there is a
/// lock, otherwise for its owner alone.
///
/// # Errors
/// One line: a newer program wrote it, a restore was cut off, or the copy cannot be made. Nothing was changed then.
pub async fn open_store(place: &Place, lock: Option<Lock>, now_us: i64) -> Result<Store, SiteError> {
    refuse_unfinished(&place.folder)?;
    let what = || failed("open the database".into());
    let store = Store::connect(&place.database, Options::default()).await.map_err(what())?;
    let version = inspect::version(&store).await.map_err(what())?;
    if version == VERSION {
        return Ok(store);
    }
    if version > VERSION {
        store.close().await;
        return Err(SiteError(format!(
            "cannot open the database: a newer program wrote it (version {version}, this one knows {VERSION}); install \
             that program, or restore a backup"
        )));
    }
    let copy = match version {
        0 => None,
        _ => Some(copied(place, &store, lock, now_us).await?),
    };
    store.close().await;
    let store = Store::open(&place.database, Options::default()).await.map_err(what())?;
    if let Some(copy) = copy {
        note(&store, version, &copy, now_us).await.map_err(what())?;
    }
    Ok(store)
}

/// A folder in which a restore was cut off is no plant's any more, until it is restored again.
pub(crate) fn refuse_unfinished(folder: &Path) -> Result<(), SiteError> {
    if folder.join(UNFINISHED).exists() {
        let folder = folder.display();
        return Err(SiteError(format!(
            "cannot use {folder}: a restore was cut off; run `yagura restore` again"
        )));
    }
    Ok(())
}

async fn copied(place: &Place, store: &Store, lock: Option<Lock>, now_us: i64) -> Result<PathBuf, SiteError> {
    let folder = place.folder.join(FOLDER);
    fs::create_dir_all(&folder).map_err(failed(format!("make {}", folder.display())))?;
    crate::lock::own_like(&folder, &place.folder);
    let ending = if lock.is_some() { ENDING } else { "" };
    let mut to = folder.join(format!("before-upgrade-{VERSION}{ending}"));
    if to.exists() {
        to = folder.join(format!("before-upgrade-{VERSION}-{}{ending}", stamp(now_us)));
    }
    let made = make_of(place, store, lock, Extent::BeforeUpgrade, &to, now_us)
        .await
        .map_err(|error| SiteError(format!("cannot upgrade: {error}; nothing was changed")))?;
    forget(&folder, &made.path);
    Ok(made.path)
}

/// The oldest copies go; one that cannot be removed is no reason not to start.
fn forget(folder: &Path, made: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut copies: Vec<(std::time::SystemTime, PathBuf)> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("before-upgrade-"))
        .filter(|entry| entry.path() != made)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    copies.sort_by(|one, other| other.cmp(one));
    for (_, path) in copies.iter().skip(COPIES) {
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
}

async fn note(store: &Store, from: i64, copy: &Path, now_us: i64) -> Result<(), store::StoreError> {
    let mut tx = store.write().await?;
    let detail = serde_json::json!({ "from": from, "to": VERSION, "copy": copy.display().to_string() });
    let deed = audit::Deed {
        at: Moment(now_us),
        actor: "product",
        action: "database.upgrade",
        object: "database",
        detail: Json(detail.to_string()),
    };
    audit::append(&mut tx, &deed).await?;
    tx.commit().await
}
