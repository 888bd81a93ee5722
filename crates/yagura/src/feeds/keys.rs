//! The key that signs the bundles made on this machine, and the keys that are trusted.

use crate::error::Failure;
use feeds::bundle::{PublicKey, SigningKey};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Name of the key in the folder of the user's settings.
const NAME: &str = "yagura/bundle.key";

/// The secret key in `path` or in its usual place; made there when it is absent.
pub(super) fn open_or_create(path: Option<&Path>) -> Result<SigningKey, Failure> {
    let place = place(path)?;
    if let Some(key) = read(&place)? {
        return Ok(key);
    }
    let cannot = |error: std::io::Error| Failure::output(format!("cannot make {}: {error}", place.display()));
    if let Some(folder) = place.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(cannot)?;
    }
    let key = SigningKey::random().map_err(Failure::output)?;
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&place).map_err(cannot)?;
    writeln!(file, "{}", key.to_hex()).and_then(|()| file.sync_all()).map_err(cannot)?;
    Ok(key)
}

/// The public key of this machine, when it has one.
pub(super) fn own_public(path: Option<&Path>) -> Result<Option<PublicKey>, Failure> {
    match place(path) {
        Ok(place) => Ok(read(&place)?.map(|key| key.public())),
        // Without a folder of settings there is no key of this machine.
        Err(_) if path.is_none() => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The keys of an argument: one as it is printed, or a file of such, one a line; `#` begins a remark.
pub(super) fn public(text: &str) -> Result<Vec<PublicKey>, Failure> {
    if text.starts_with("ed25519:") {
        return PublicKey::read(text)
            .map(|key| vec![key])
            .map_err(|error| Failure::input(format!("{text}: {error}")));
    }
    let lines =
        fs::read_to_string(text).map_err(|error| Failure::input(format!("cannot read {text}: {error}")))?;
    let keys = lines.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    keys.filter(|key| !key.is_empty())
        .map(|key| PublicKey::read(key).map_err(|error| Failure::input(format!("{text}: {error}"))))
        .collect()
}

fn place(path: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(path) = path {
        return Ok(path.to_owned());
    }
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("XDG_CONFIG_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".config")))
        .map(|folder| folder.join(NAME))
        .ok_or_else(|| Failure::input("there is no folder of settings: name the key with --key FILE"))
}

fn read(place: &Path) -> Result<Option<SigningKey>, Failure> {
    let cannot = |error: std::io::Error| Failure::input(format!("cannot read {}: {error}", place.display()));
    let file = match File::open(place) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(cannot)?,
    };
    if file.metadata().map_err(cannot)?.mode() & 0o077 != 0 {
        let place = place.display();
        return Err(Failure::input(format!(
            "{place} can be read by others: make a new key, or chmod 600 it"
        )));
    }
    let text = std::io::read_to_string(file).map_err(cannot)?;
    let key = SigningKey::from_hex(&text)
        .map_err(|error| Failure::input(format!("{}: {error}", place.display())))?;
    Ok(Some(key))
}
