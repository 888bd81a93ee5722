//! Files that hold keys: readable by their owner only, made and replaced whole.

use crate::failure::failures;
use crate::secret::Secret;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

failures! {
    /// Why a key file cannot be used. Each names the file.
    KeyFileError {
        /// It cannot be read.
        Read(String) "read the key file";
        /// It cannot be written.
        Write(String) "write the key file";
        /// Its mode lets others read it.
        ReadableByOthers(String) "trust the key file: others may read it, set its mode to 0600";
        /// Its content is not a key.
        Damaged(String) "understand the key file: restore it from a backup";
        /// The operating system gives no random bytes.
        NoRandom "make a key: the operating system gives no random bytes";
    }
}

/// The longest key file.
const LENGTH_MAX: u64 = 64 * 1024;

/// The content of a key file, `None` when there is none.
pub(crate) fn read_key_file(path: &Path) -> Result<Option<Secret<String>>, KeyFileError> {
    let failed = |error: &std::io::Error| KeyFileError::Read(format!("{}: {error}", path.display()));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    let mode = file.metadata().map_err(|error| failed(&error))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KeyFileError::ReadableByOthers(path.display().to_string()));
    }
    let mut text = String::new();
    file.take(LENGTH_MAX).read_to_string(&mut text).map_err(|error| failed(&error))?;
    Ok(Some(Secret::new(text)))
}

/// Makes a key file; never overwrites one.
pub(crate) fn create_key_file(path: &Path, text: &Secret<String>) -> Result<(), KeyFileError> {
    write_new(path, text).map_err(|error| KeyFileError::Write(format!("{}: {error}", path.display())))
}

/// Replaces a key file in one step, so that no moment is without a whole one.
pub(crate) fn replace_key_file(path: &Path, text: &Secret<String>) -> Result<(), KeyFileError> {
    let failed = |error: std::io::Error| KeyFileError::Write(format!("{}: {error}", path.display()));
    let beside = path.with_extension("new");
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        Ok(()) | Err(_) => {}
    }
    write_new(&beside, text).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)?;
    sync_folder(path).map_err(failed)
}

fn write_new(path: &Path, text: &Secret<String>) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.expose().as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::PathBuf;

    /// A folder of a test, removed when dropped.
    pub(crate) struct Folder(PathBuf);

    impl Folder {
        pub(crate) fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("yagura-login-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&folder).expect("a folder");
            Self(folder)
        }

        pub(crate) fn join(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
