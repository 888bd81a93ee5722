//! What is made when a plant's server starts for the first time, and found again later.

use facts::id::{SensorId, SiteId};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use store::structure::site::{self, Site};
use store::{Moment, Store, StoreError};
use uuid::Uuid;

/// Why the first start failed.
#[derive(Debug)]
pub enum FirstError {
    /// A file of the data folder.
    File(String, io::Error),
    /// The database.
    Store(StoreError),
}

impl std::fmt::Display for FirstError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(what, error) => write!(formatter, "use {what}: {error}"),
            Self::Store(error) => write!(formatter, "use the database: {error}"),
        }
    }
}

impl std::error::Error for FirstError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(_, error) => Some(error),
            Self::Store(error) => Some(error),
        }
    }
}

impl From<StoreError> for FirstError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The id of this server's own sensor: made once, kept in the data folder.
pub fn sensor_id(folder: &Path) -> Result<SensorId, FirstError> {
    let path = folder.join("sensor-id");
    let failed = |error| FirstError::File(path.display().to_string(), error);
    fs::create_dir_all(folder).map_err(failed)?;
    match fs::read_to_string(&path) {
        Ok(text) => {
            text.trim().parse().map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let id = SensorId(Uuid::now_v7());
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .map_err(failed)?;
            writeln!(file, "{id}").and_then(|()| file.sync_all()).map_err(failed)?;
            Ok(id)
        }
        Err(error) => Err(failed(error)),
    }
}

/// The plant of this server: the stored one, under the name of the configuration.
pub(crate) async fn site(
    store: &Store,
    name: &str,
    time_zone: &str,
    now_us: i64,
) -> Result<SiteId, FirstError> {
    let known = site::list(store).await?.into_iter().next();
    let wanted = match known {
        Some(known) if known.name == name && known.time_zone == time_zone => return Ok(known.id),
        Some(known) => Site { name: name.into(), time_zone: time_zone.into(), ..known },
        None => Site {
            id: SiteId(Uuid::now_v7()),
            name: name.into(),
            code: String::new(),
            time_zone: time_zone.into(),
            note: String::new(),
        },
    };
    let mut tx = store.write().await?;
    site::put(&mut tx, &wanted, Moment(now_us)).await?;
    tx.commit().await?;
    Ok(wanted.id)
}
