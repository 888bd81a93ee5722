//! One process at a time works on a data folder.

use crate::settings::SiteError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::Path;
use std::time::{Duration, Instant};

/// Time between two tries while another process ends.
const AGAIN: Duration = Duration::from_millis(50);

/// Held as long as this process works on the folder; a killed process gives it back.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Takes the data folder for this process, which may wait so long for one that is ending.
///
/// # Errors
/// When another process has it, or the lock cannot be made.
pub fn lock(folder: &Path, wait: Duration) -> Result<FolderLock, SiteError> {
    let path = folder.join("lock");
    let failed = |error: io::Error| SiteError(format!("cannot lock {}: {error}", folder.display()));
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(failed)?;
    own_like(&path, folder);
    let until = Instant::now() + wait;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(AGAIN),
            Err(TryLockError::WouldBlock) => return Err(taken(folder, &mut file)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
    // Only for the message above: that it cannot be written is no reason to stay away.
    let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
    Ok(FolderLock { _file: file })
}

fn taken(folder: &Path, file: &mut File) -> SiteError {
    let mut holder = String::new();
    let _ = file.take(20).read_to_string(&mut holder);
    let holder = holder.parse::<u32>().map_or_else(|_| String::new(), |id| format!(" (process {id})"));
    SiteError(format!(
        "cannot use {}: a server runs on it{holder}; stop it first, with `systemctl stop yagura` where it is a service",
        folder.display()
    ))
}

/// Gives a file to the owner of the data folder where root made it, so that the server can go on with it.
pub(crate) fn own_like(path: &Path, folder: &Path) {
    if rustix::process::geteuid().is_root()
        && let Ok(owner) = fs::metadata(folder)
    {
        let _ = chown(path, Some(owner.uid()), Some(owner.gid()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = lock(folder.path(), Duration::ZERO).expect("the lock");
        let refused = lock(folder.path(), Duration::ZERO).expect_err("it is held").0;
        assert!(refused.contains(&format!("(process {})", std::process::id())), "{refused}");
        drop(held);
        lock(folder.path(), Duration::ZERO).expect("it is free again");
    }
}
