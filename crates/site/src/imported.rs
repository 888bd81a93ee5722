//! A certificate of the plant's own authority, imported in place of the one that the server would issue itself.

use crate::lock::own_like;
use crate::settings::SiteError;
use login::Secret;
use login::certificate::{Imported, check_server_certificate};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

pub(crate) const CHAIN: &str = "certificate.pem";
const KEY: &str = "certificate.key";

/// Checks a chain with its key for the names of the server and keeps both in the data folder; the next start uses
/// them.
///
/// # Errors
/// One line that says what to bring instead; nothing was changed.
pub fn import_certificate(
    folder: &Path,
    (chain, key): (&str, &str),
    names: &[String],
    now_us: i64,
) -> Result<Imported, SiteError> {
    let imported = check_server_certificate(chain, &Secret::new(key.to_owned()), names, now_us)
        .map_err(|error| SiteError(format!("cannot {error}")))?;
    let write = || -> io::Result<()> {
        // Both are whole before one of them counts. A chain and a key that do not fit are refused by the start.
        let (fresh_chain, fresh_key) = (fresh(folder, CHAIN, chain, 0o644)?, fresh(folder, KEY, key, 0o600)?);
        fs::rename(fresh_key, folder.join(KEY))?;
        fs::rename(fresh_chain, folder.join(CHAIN))?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| {
        SiteError(format!("cannot keep the certificate in {}: {error}", folder.display()))
    })?;
    Ok(imported)
}

fn fresh(folder: &Path, name: &str, text: &str, mode: u32) -> io::Result<std::path::PathBuf> {
    let path = folder.join(format!("{name}.new"));
    let _ = fs::remove_file(&path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    own_like(&path, folder);
    Ok(path)
}

/// The chain and key that were imported, where they were.
///
/// # Errors
/// One line: one of the two is missing or cannot be read.
pub fn imported_certificate(folder: &Path) -> Result<Option<(String, String)>, SiteError> {
    let (chain, key) = (folder.join(CHAIN), folder.join(KEY));
    if !chain.exists() && !key.exists() {
        return Ok(None);
    }
    let read = |path: &Path| {
        fs::read_to_string(path).map_err(|error| {
            SiteError(format!("cannot read {}: {error}; import the certificate again", path.display()))
        })
    };
    Ok(Some((read(&chain)?, read(&key)?)))
}
