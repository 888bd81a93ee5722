//! The files that a configuration names: whether they are there, and whether secrets are secret.

use crate::fault::Fault;
use crate::sections::Config;
use std::fmt;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The largest secret that is read.
const SECRET_BYTES_MAX: u64 = 64 << 10;
/// Permission of anybody, and of anybody but the owner to write.
const ANYBODY_READS: u32 = 0o004;
const OTHERS_WRITE: u32 = 0o022;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Must be a file that is not readable by everybody.
    Secret,
    /// Must be a readable file.
    Public,
    /// Must be a folder.
    Folder,
    /// A folder or file that the product makes itself.
    Made,
}

/// A file named by a key.
#[derive(Clone, Debug)]
pub(crate) struct FileUse {
    pub(crate) path: PathBuf,
    pub(crate) purpose: Purpose,
    /// File, place and key of the fault, without its text.
    pub(crate) fault: Fault,
}

/// What the machine says about a checked configuration: faults that keep the product from starting, and warnings.
#[must_use]
pub fn check_machine(config: &Config) -> (Vec<Fault>, Vec<Fault>) {
    let (mut faults, mut warnings) = (Vec::new(), Vec::new());
    for named in &config.files {
        let told = |text: String| Fault { text, ..named.fault.clone() };
        let path = named.path.display();
        let data = match std::fs::metadata(&named.path) {
            Err(_) if named.purpose == Purpose::Made => continue,
            Err(error) => {
                faults.push(told(format!("{path} cannot be used: {error}")));
                continue;
            }
            Ok(data) => data,
        };
        let wants_folder =
            named.purpose == Purpose::Folder || (named.purpose == Purpose::Made && data.is_dir());
        if data.is_dir() != wants_folder {
            let (is, wanted) = if wants_folder { ("a file", "a folder") } else { ("a folder", "a file") };
            faults.push(told(format!("{path} is {is}: name {wanted}")));
            continue;
        }
        let mode = data.permissions().mode();
        if named.purpose == Purpose::Secret {
            if let Err(error) = secret(&named.path) {
                faults.push(told(error.to_string()));
            }
            if mode & (ANYBODY_READS | OTHERS_WRITE) != 0 {
                warnings.push(told(format!(
                    "{path} holds a secret, and others may read or change it (mode {:03o}): chmod 0600 or 0640",
                    mode & 0o777
                )));
            }
        }
    }
    (faults, warnings)
}

/// Why a secret cannot be taken from its file.
#[derive(Debug)]
pub struct SecretError {
    path: PathBuf,
    cause: Option<std::io::Error>,
}

impl fmt::Display for SecretError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.cause {
            Some(cause) => write!(formatter, "{path} cannot be read: {cause}"),
            None => {
                write!(formatter, "{path} has no text in its first line: write the secret there, in UTF-8")
            }
        }
    }
}

impl std::error::Error for SecretError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

/// The first line of a file, without the blanks around it: how secrets are kept.
///
/// # Errors
/// When the file cannot be read, is larger than 64 KiB, or its first line is empty or not UTF-8.
pub fn secret(path: &Path) -> Result<String, SecretError> {
    let wrong = |cause| SecretError { path: path.to_owned(), cause };
    let bytes = bounded(path, SECRET_BYTES_MAX).map_err(|error| wrong(Some(error)))?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = std::str::from_utf8(line).map_err(|_| wrong(None))?.trim();
    if line.is_empty() { Err(wrong(None)) } else { Ok(line.to_owned()) }
}

/// All of a file, unless it is larger than `limit` bytes.
pub(crate) fn bounded(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len <= limit) {
        return Ok(bytes);
    }
    Err(std::io::Error::other(format!("larger than {limit} bytes")))
}
