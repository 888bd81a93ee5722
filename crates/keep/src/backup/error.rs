//! Why a backup could not be written or used.

use super::FORMAT;
use std::{error, fmt, io};

/// Why a backup could not be written or used.
#[derive(Debug)]
pub enum BackupError {
    /// A recipient or secret key is not one of age.
    Key(String),
    /// The name of a part is not allowed, or given twice.
    Name(String),
    /// A part gave more or fewer bytes than announced.
    Size(String),
    /// A part or the backup could not be read or written.
    Io(io::Error),
    /// The file is no backup.
    Foreign,
    /// The passphrase or secret key does not open it.
    WrongKey,
    /// The backup was made by a newer version; its format.
    Newer(u32),
    /// The backup is cut off or altered; what was noticed.
    Damaged(String),
    /// What takes a part in did not want it; nothing after it was given.
    Refused(String, io::Error),
}

impl fmt::Display for BackupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(what) => write!(formatter, "use the key: {what}"),
            Self::Name(name) => write!(formatter, "name a part `{name}`: not allowed, or given twice"),
            Self::Size(name) => {
                write!(formatter, "take part `{name}`: its size changed while it was read; try again")
            }
            Self::Io(error) => write!(formatter, "read or write the backup: {error}"),
            Self::Foreign => formatter.write_str("open the file: it is no backup of Yagura"),
            Self::WrongKey => {
                formatter.write_str("open the backup: the passphrase or key is not the one it was made with")
            }
            Self::Newer(format) => write!(
                formatter,
                "read the backup: its format {format} is newer than {FORMAT}; use the version of Yagura that wrote it"
            ),
            Self::Damaged(what) => {
                write!(formatter, "read the backup: it is cut off or altered ({what}); use another copy")
            }
            Self::Refused(name, error) => write!(formatter, "take in part `{name}`: {error}"),
        }
    }
}

impl error::Error for BackupError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io(error) | Self::Refused(_, error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
