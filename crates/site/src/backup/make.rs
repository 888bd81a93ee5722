//! Making a backup while the server runs.

use super::stage::{Later, Stage};
use super::{BACKUP_WORK, CONTENTS, Contents, DATABASE, Extent, Place, Work, failed, stamp};
use crate::settings::SiteError;
use facts::id::SiteId;
use keep::backup::{About, Lock, Part};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use store::Store;

/// Bytes that are handed to the disk at once.
const PIECE: usize = 256 << 10;

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// Its parts.
    pub parts: usize,
    /// Files of the data folder that no backup can hold, because of their names.
    pub skipped: Vec<String>,
}

/// The name of a backup of a plant that is made at a moment; names of one plant sort by time.
#[must_use]
pub fn file_name(site: SiteId, now_us: i64) -> String {
    format!("{}{}{ENDING}", prefix(site), stamp(now_us))
}

/// What names of backups end with: how they are opened without us.
pub(super) const ENDING: &str = ".tar.zst.age";

/// What names of backups of a plant begin with; several plants may share a folder.
pub(super) fn prefix(site: SiteId) -> String {
    let id = site.to_string().replace('-', "");
    format!("yagura-{}-", id.get(..12).unwrap_or(&id))
}

/// Writes an encrypted backup of everything to a file that must not exist yet. The server may run.
///
/// # Errors
/// One line; nothing is left of a backup that failed.
pub async fn make(
    place: &Place,
    store: &Store,
    lock: Lock,
    to: &Path,
    now_us: i64,
) -> Result<Made, SiteError> {
    make_of(place, store, Some(lock), Extent::Whole, to, now_us).await
}

/// Writes a backup: a container for a lock, a folder with plain files without one.
pub(super) async fn make_of(
    place: &Place,
    store: &Store,
    lock: Option<Lock>,
    extent: Extent,
    to: &Path,
    now_us: i64,
) -> Result<Made, SiteError> {
    if to.exists() {
        return Err(SiteError(format!(
            "cannot write {}: it exists already; name another file",
            to.display()
        )));
    }
    let work = Work::begin(&place.folder, BACKUP_WORK)?;
    let schema = store::inspect::version(store).await.map_err(failed("read the database".into()))?;
    let before = place.clone();
    let (work, mut stage) = blocking(move || {
        let mut stage = Stage::default();
        stage.before_database(&before, &work, extent)?;
        Ok((work, stage))
    })
    .await?;
    let copy = work.path.join("database");
    store.backup_to(&copy).await.map_err(failed("copy the database".into()))?;
    stage.add(DATABASE.into(), copy).map_err(failed("copy the database".into()))?;
    let (place, to) = (place.clone(), to.to_owned());
    blocking(move || {
        stage.after_database(&place, &work, extent)?;
        let contents = Contents { extent, schema, parts: Vec::new() };
        match lock {
            Some(lock) => container(&place, &stage, &lock, contents, &to, now_us),
            None => plain(&place, &stage, contents, &to),
        }
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SiteError> + Send + 'static,
) -> Result<T, SiteError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(failed("make the backup".into())(error)))
}

fn described(contents: &Contents) -> Result<Vec<u8>, SiteError> {
    serde_json::to_vec_pretty(contents).map_err(failed("describe the backup".into()))
}

/// One encrypted file, under another name until it is whole.
fn container(
    place: &Place,
    stage: &Stage,
    lock: &Lock,
    contents: Contents,
    to: &Path,
    now_us: i64,
) -> Result<Made, SiteError> {
    let what = || format!("write the backup {}", to.display());
    let text = described(&contents)?;
    let mut parts = vec![Part {
        name: CONTENTS.into(),
        size: u64::try_from(text.len()).unwrap_or(u64::MAX),
        reader: Box::new(&text[..]),
    }];
    parts.extend(stage.parts.iter().map(|staged| Part {
        name: staged.name.clone(),
        size: staged.size,
        reader: Box::new(Later::new(staged)),
    }));
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    let fresh = Unfinished(Some(PathBuf::from(name)));
    let path = fresh.0.as_deref().unwrap_or(to);
    // What a killed process left.
    let _ = fs::remove_file(path);
    let file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed(what()))?;
    let about = About::new(env!("CARGO_PKG_VERSION"), &place.site, now_us);
    let mut out = BufWriter::with_capacity(PIECE, file);
    let manifest = keep::backup::write(&mut out, lock, &about, parts).map_err(failed(what()))?;
    let file = out.into_inner().map_err(failed(what()))?;
    let bytes = file.sync_all().and_then(|()| file.metadata()).map_err(failed(what()))?.len();
    fs::rename(path, to).and_then(|()| sync_above(to)).map_err(failed(what()))?;
    fresh.keep();
    Ok(Made { path: to.into(), bytes, parts: manifest.parts.len(), skipped: stage.skipped.clone() })
}

/// Removed unless it became whole.
struct Unfinished(Option<PathBuf>);

impl Unfinished {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = fs::remove_file(path);
        }
    }
}

const WHY_PLAIN: &str = "These files are not encrypted: when they were copied, section [backup] of the configuration\n\
    named neither recipients nor a passphrase_file. Only their owner can read them; with a key in the\n\
    configuration, the copy before the next upgrade is encrypted.\n";

/// A folder of plain files for the owner alone, with the reason; under another name until it is whole.
fn plain(place: &Place, stage: &Stage, mut contents: Contents, to: &Path) -> Result<Made, SiteError> {
    let what = || failed(format!("write the copy {}", to.display()));
    let fresh = to.with_extension("part");
    let _ = fs::remove_dir_all(&fresh);
    let mut write = || -> io::Result<u64> {
        let mut bytes = 0;
        for staged in &stage.parts {
            bytes += copy(staged, &fresh.join(&staged.name))?;
            contents.parts.push((staged.name.clone(), staged.size));
        }
        put(&fresh.join("README.txt"), WHY_PLAIN.as_bytes())?;
        put(&fresh.join(CONTENTS), &serde_json::to_vec_pretty(&contents)?)?;
        own_all(&fresh, &place.folder)?;
        fs::rename(&fresh, to)?;
        sync_above(to)?;
        Ok(bytes)
    };
    let bytes = write().map_err(|error| {
        let _ = fs::remove_dir_all(&fresh);
        what()(error)
    })?;
    Ok(Made { path: to.into(), bytes, parts: stage.parts.len(), skipped: stage.skipped.clone() })
}

fn copy(staged: &super::stage::Staged, to: &Path) -> io::Result<u64> {
    let mut file = create(to)?;
    let bytes = io::copy(&mut Later::new(staged), &mut file)?;
    if bytes != staged.size {
        return Err(io::Error::other(format!("{} changed while it was read; try again", staged.name)));
    }
    file.sync_all()?;
    Ok(bytes)
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A new file for its owner alone, with the folders above it.
pub(super) fn create(path: &Path) -> io::Result<File> {
    if let Some(above) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(above)?;
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Gives everything below a path to the owner of the data folder.
pub(super) fn own_all(path: &Path, folder: &Path) -> io::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    crate::lock::own_like(path, folder);
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            own_all(&entry?.path(), folder)?;
        }
    }
    Ok(())
}

pub(super) fn sync_above(path: &Path) -> io::Result<()> {
    match path.parent().filter(|above| !above.as_os_str().is_empty()) {
        Some(above) => File::open(above)?.sync_all(),
        None => Ok(()),
    }
}
