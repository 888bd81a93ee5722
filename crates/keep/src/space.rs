//! Room on a disk.

use std::io;
use std::path::Path;

/// Room on the file system of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Bytes of the file system.
    pub total: u64,
    /// Bytes that this process may still write; what is reserved for root does not count.
    pub available: u64,
}

impl Space {
    /// Bytes that must become free so that `percent` of the file system is; 0 when it is already.
    #[must_use]
    pub fn short_of(&self, percent: u8) -> u64 {
        let wanted = u128::from(self.total) * u128::from(percent.min(100)) / 100;
        u64::try_from(wanted).unwrap_or(u64::MAX).saturating_sub(self.available)
    }
}

/// Asks the file system that holds `path`.
///
/// # Errors
/// When the path is not there.
pub fn space(path: &Path) -> io::Result<Space> {
    let answer = rustix::fs::statvfs(path)?;
    let bytes = |blocks: u64| blocks.saturating_mul(answer.f_frsize);
    Ok(Space { total: bytes(answer.f_blocks), available: bytes(answer.f_bavail) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_has_a_size() {
        let space = space(Path::new("/")).unwrap();
        assert!(space.total > 0 && space.available <= space.total);
        assert!(super::space(Path::new("/no such path")).is_err());
    }

    #[test]
    fn what_is_missing_is_told() {
        let space = Space { total: 1000, available: 30 };
        assert_eq!((space.short_of(5), space.short_of(3), space.short_of(0)), (20, 0, 0));
    }
}
