//! The folder of a remote sensor: who it is, which site it belongs to, and how both prove it.

use super::words::Enrolled;
use facts::id::SensorId;
use login::Secret;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::{error, fmt};
use wire::CaptureId;

const KEY: &str = "key.pem";
const CERTIFICATE: &str = "certificate.pem";
const AUTHORITY: &str = "authority.pem";
/// Written last: where it is, the sensor is enrolled.
const SITE: &str = "site";

/// What a sensor knows after it enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub sensor: SensorId,
    /// Its name, as people gave it when they made the link.
    pub name: String,
    /// `host:port` of the site.
    pub site: String,
    /// The first capture number of its block.
    pub first: CaptureId,
}

/// Why the folder cannot be used.
#[derive(Debug)]
pub enum IdentityError {
    /// A file cannot be read or written.
    File(PathBuf, io::Error),
    /// The folder holds no enrolled sensor.
    Absent(PathBuf),
    /// It does already.
    Present(PathBuf),
    /// A line of it is missing or cannot be read.
    Damaged(PathBuf, &'static str),
}

impl fmt::Display for IdentityError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, source) => write!(out, "use {}: {source}", path.display()),
            Self::Absent(folder) => {
                let folder = folder.display();
                write!(out, "find an enrolled sensor in {folder}: run `yagura sensor enrol` first")
            }
            Self::Present(folder) => {
                let folder = folder.display();
                write!(out, "enrol: {folder} holds an enrolled sensor already; choose another folder")
            }
            Self::Damaged(path, what) => {
                write!(out, "read `{what}` in {}: enrol the sensor anew", path.display())
            }
        }
    }
}

impl error::Error for IdentityError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::File(_, source) => Some(source),
            _ => None,
        }
    }
}

impl Identity {
    /// Makes the folder, for its owner alone, and refuses one that is in use by an enrolled sensor.
    pub fn prepare(folder: &Path) -> Result<(), IdentityError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| IdentityError::File(folder.to_owned(), error))?;
        if folder.join(SITE).exists() { Err(IdentityError::Present(folder.to_owned())) } else { Ok(()) }
    }

    /// Keeps what the site answered.
    pub fn write(
        folder: &Path,
        enrolled: &Enrolled,
        site: &str,
        key: &Secret<String>,
    ) -> Result<Self, IdentityError> {
        write(&folder.join(KEY), key.expose())?;
        write(&folder.join(AUTHORITY), &enrolled.authority)?;
        write(&folder.join(CERTIFICATE), &enrolled.certificate)?;
        let name: String = enrolled.name.chars().filter(|letter| !letter.is_control()).collect();
        let identity = Self { sensor: enrolled.sensor, name, site: site.to_owned(), first: enrolled.first };
        let Self { sensor, name, site, first } = &identity;
        let text = format!("sensor = {sensor}\nname = {name}\nsite = {site}\nfirst-capture = {}\n", first.0);
        write(&folder.join(SITE), &text)?;
        Ok(identity)
    }

    /// Who the sensor of this folder is.
    pub fn read(folder: &Path) -> Result<Self, IdentityError> {
        let path = folder.join(SITE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(IdentityError::Absent(folder.to_owned()));
            }
            Err(error) => return Err(IdentityError::File(path, error)),
        };
        let damaged = |what| IdentityError::Damaged(path.clone(), what);
        let field = |what| {
            let found = text.lines().find_map(|line| {
                line.split_once('=').filter(|(key, _)| key.trim() == what).map(|(_, value)| value.trim())
            });
            found.ok_or_else(|| damaged(what))
        };
        Ok(Self {
            sensor: field("sensor")?.parse().map_err(|_| damaged("sensor"))?,
            name: field("name")?.to_owned(),
            site: field("site")?.to_owned(),
            first: CaptureId(field("first-capture")?.parse().map_err(|_| damaged("first-capture"))?),
        })
    }

    /// Authority and certificate (PEM), and the key.
    pub(super) fn credentials(folder: &Path) -> Result<(String, String, Secret<String>), IdentityError> {
        let read = |name| {
            let path = folder.join(name);
            fs::read_to_string(&path).map_err(|error| IdentityError::File(path, error))
        };
        Ok((read(AUTHORITY)?, read(CERTIFICATE)?, Secret::new(read(KEY)?)))
    }

    /// Puts the next certificate, for the same key, in the place of the present one.
    pub(super) fn renew(folder: &Path, certificate_pem: &str) -> Result<(), IdentityError> {
        write(&folder.join(CERTIFICATE), certificate_pem)
    }
}

/// Writes a file for its owner alone, whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), IdentityError> {
    let failed = |error| IdentityError::File(path.to_owned(), error);
    let fresh = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&fresh, path).map_err(failed)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_was_written_is_read_by_its_owner_alone_and_once() {
        let folder = std::env::temp_dir().join(format!("yagura-identity-{}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        assert!(matches!(Identity::read(&folder), Err(IdentityError::Absent(_))));
        Identity::prepare(&folder).unwrap();
        let enrolled = Enrolled {
            sensor: SensorId(uuid::Uuid::from_u128(9)),
            name: "充填 = 2\n".into(),
            first: CaptureId(4_128),
            certificate: "certificate".into(),
            authority: "authority".into(),
        };
        let key = Secret::new("key".to_owned());
        let written = Identity::write(&folder, &enrolled, "plant:8444", &key).unwrap();
        assert_eq!(Identity::read(&folder).unwrap(), written);
        assert_eq!((written.name.as_str(), written.first), ("充填 = 2", CaptureId(4_128)));
        Identity::renew(&folder, "next").unwrap();
        let (authority, certificate, key) = Identity::credentials(&folder).unwrap();
        assert_eq!([&authority, &certificate, key.expose()], ["authority", "next", "key"]);
        for name in [KEY, CERTIFICATE, SITE] {
            let mode = fs::metadata(folder.join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        assert!(matches!(Identity::prepare(&folder), Err(IdentityError::Present(_))));
        fs::write(folder.join(SITE), "sensor = x\n").unwrap();
        assert!(matches!(Identity::read(&folder), Err(IdentityError::Damaged(_, "sensor"))));
    }
}
