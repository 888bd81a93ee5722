//! The way back: everything is verified and unpacked before anything is touched, and what was there stays beside.

use super::make::{create, own_all, sync_above};
use super::{
    CONFIGURATION, CONTENTS, Contents, DATA, DATABASE, Extent, FORMER, Place, RESTORE_WORK, UNFINISHED, Work,
    failed, stamp,
};
use crate::settings::SiteError;
use keep::backup::Key;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;
use store::{Options, Store, inspect};

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Plant, moment and version of the backup, as it tells them.
    pub about: String,
    /// Where the former data are.
    pub former: PathBuf,
    /// The configuration that was in the backup; the one in use is left as it is.
    pub configuration: Option<PathBuf>,
    /// Version of the database in the backup; an older one is brought up to date at the next start.
    pub schema: i64,
}

/// Puts a backup in the place of what is there. `key` opens an encrypted one; a plain copy of an upgrade has none.
///
/// # Errors
/// One line: a server runs, the backup is not sound, the key is wrong, the disk is full. Up to the last step, which
/// only renames, nothing was touched.
pub async fn restore(
    place: &Place,
    from: &Path,
    key: Option<&Key>,
    now_us: i64,
) -> Result<Restored, SiteError> {
    fs::create_dir_all(&place.folder).map_err(failed(format!("make {}", place.folder.display())))?;
    let _lock = crate::lock::lock(&place.folder, Duration::ZERO)?;
    let work = Work::begin(&place.folder, RESTORE_WORK)?;
    let (about, contents) =
        if from.is_dir() { plain(from, &work.path)? } else { open(from, key, &work.path)? };
    if contents.schema > store::VERSION {
        return Err(SiteError(format!(
            "cannot restore {}: its database has version {}, this program knows {}; install the version that wrote it",
            from.display(),
            contents.schema,
            store::VERSION
        )));
    }
    let database = work.path.join(DATABASE);
    check(&database, contents.schema).await.map_err(|error| {
        SiteError(format!("cannot restore {}: {error}; nothing was changed", from.display()))
    })?;
    own_all(&work.path, &place.folder).map_err(failed(format!("use {}", work.path.display())))?;
    let former = former(place, now_us)?;
    if place.database_file().is_none() {
        on_server(place, &database, &former.join("database.db")).await?;
    }
    put_in_place(place, &work.path, &former, contents.extent)
        .map_err(|error| SiteError(format!(
            "cannot finish the restore: {error}; the former data are in {}, restore again before the server starts",
            former.display()
        )))?;
    let configuration = Some(place.folder.join("restored.toml")).filter(|path| path.exists());
    Ok(Restored { about, former, configuration, schema: contents.schema })
}

/// Unpacks a container, all of which is verified before.
fn open(from: &Path, key: Option<&Key>, to: &Path) -> Result<(String, Contents), SiteError> {
    let what = || format!("restore {}", from.display());
    let mut file = File::open(from).map_err(failed(what()))?;
    let key = key.ok_or_else(|| {
        SiteError(format!(
            "cannot restore {}: it is encrypted; name --passphrase-file or --identity-file",
            from.display()
        ))
    })?;
    let mut take = |contents: &keep::backup::Contents, reader: &mut dyn Read| {
        let mut part = create(&to.join(&contents.name))?;
        io::copy(reader, &mut part).map(drop)
    };
    let manifest = keep::backup::restore(&mut file, key, &mut take).map_err(failed(what()))?;
    let about = &manifest.about;
    let moment = jiff::Timestamp::from_microsecond(about.time).unwrap_or_default();
    let about = format!("{}, {moment:.0}, version {}", about.site, about.version);
    Ok((about, read_contents(to, from)?))
}

/// Copies a plain copy of an upgrade, whose parts must have the lengths that it tells.
fn plain(from: &Path, to: &Path) -> Result<(String, Contents), SiteError> {
    let contents = read_contents(from, from)?;
    for (name, size) in &contents.parts {
        let wrong = |why: &str| {
            SiteError(format!("cannot restore {}: {name} {why}; use another copy", from.display()))
        };
        let is_below = Path::new(name).components().all(|step| matches!(step, Component::Normal(_)));
        let mut part = File::open(from.join(name)).map_err(|error| wrong(&error.to_string()))?;
        if !is_below || part.metadata().map_or(true, |data| data.len() != *size) {
            return Err(wrong("is not what was copied"));
        }
        create(&to.join(name))
            .and_then(|mut copy| io::copy(&mut part, &mut copy))
            .map_err(|error| wrong(&error.to_string()))?;
    }
    Ok((format!("{}, a copy before an upgrade", from.display()), contents))
}

fn read_contents(folder: &Path, from: &Path) -> Result<Contents, SiteError> {
    let text = fs::read(folder.join(CONTENTS)).map_err(|error| {
        SiteError(format!(
            "cannot restore {}: it is no backup of Yagura ({CONTENTS}: {error})",
            from.display()
        ))
    })?;
    serde_json::from_slice(&text).map_err(failed(format!("restore {}: read {CONTENTS}", from.display())))
}

/// The database of the backup is whole and of the version that it should be.
async fn check(database: &Path, schema: i64) -> Result<(), SiteError> {
    if !database.is_file() {
        return Err(SiteError("it holds no database".into()));
    }
    let store = Store::connect(&format!("sqlite:{}", database.display()), Options::default())
        .await
        .map_err(|error| SiteError(error.to_string()))?;
    let found = match inspect::check(&store).await {
        Ok(()) => inspect::version(&store).await,
        Err(error) => Err(error),
    };
    store.close().await;
    match found {
        Ok(version) if version == schema && version > 0 => Ok(()),
        Ok(version) => Err(SiteError(format!("its database has version {version}, not {schema}"))),
        Err(error) => Err(SiteError(error.to_string())),
    }
}

/// A new folder for what is there now.
fn former(place: &Place, now_us: i64) -> Result<PathBuf, SiteError> {
    let path = place.folder.join(format!("{FORMER}{}", stamp(now_us)));
    let make = create(&path.join(".new")).and_then(|_| fs::remove_file(path.join(".new")));
    make.map_err(failed(format!("make {}", path.display())))?;
    crate::lock::own_like(&path, &place.folder);
    Ok(path)
}

/// On a database server everything is replaced in one transaction, after what is there was written to a file.
async fn on_server(place: &Place, database: &Path, former: &Path) -> Result<(), SiteError> {
    let what = || failed("restore the database on its server".into());
    let store = Store::open(&place.database, Options::default()).await.map_err(what())?;
    let done = match store.backup_to(former).await {
        Ok(()) => store.restore_from(database).await,
        Err(error) => Err(error),
    };
    store.close().await;
    crate::lock::own_like(former, &place.folder);
    done.map_err(what())
}

/// Only renames, on one disk (but for a database file that is kept on another).
fn put_in_place(place: &Place, work: &Path, former: &Path, extent: Extent) -> io::Result<()> {
    rustix::fs::syncfs(File::open(work)?)?;
    let mark = place.folder.join(UNFINISHED);
    fs::write(&mark, former.as_os_str().as_encoded_bytes())?;
    crate::lock::own_like(&mark, &place.folder);
    sync_above(&mark)?;
    for name in place.entries(extent)? {
        fs::rename(place.folder.join(&name), former.join(&name))?;
    }
    let data = work.join(DATA);
    if data.is_dir() {
        for entry in fs::read_dir(&data)? {
            let entry = entry?;
            fs::rename(entry.path(), place.folder.join(entry.file_name()))?;
        }
    }
    if let Some(file) = place.database_file() {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut old = file.clone().into_os_string();
            old.push(ending);
            let old = PathBuf::from(old);
            if let Some(name) = old.file_name().filter(|_| old.exists()) {
                moved(&old, &former.join(name))?;
            }
        }
        moved(&work.join(DATABASE), &file)?;
    }
    let configuration = work.join(CONFIGURATION);
    if configuration.exists() {
        fs::rename(configuration, place.folder.join("restored.toml"))?;
    }
    rustix::fs::syncfs(File::open(&place.folder)?)?;
    fs::remove_file(&mark)?;
    sync_above(&mark)
}

/// A rename, or a copy where the two are on different disks.
fn moved(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            fs::copy(from, to)?;
            File::open(to)?.sync_all()?;
            if let Some(above) = to.parent() {
                crate::lock::own_like(to, above);
            }
            fs::remove_file(from)
        }
        other => other,
    }
}
