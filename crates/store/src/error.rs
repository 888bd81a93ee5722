//! What can go wrong with a statement, told so that a person knows what to do.

use core::fmt;

/// Why the database did not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Another process holds the database; the wait is over.
    Busy,
    /// No room on the disk.
    Full,
    /// The file is damaged or no database of ours.
    Damaged,
    /// The database was written by a newer version of the product.
    Newer,
    /// A value stands there already, or something still refers to what should go.
    Conflict,
    /// What was named does not exist.
    Missing,
    /// The database cannot be reached or opened.
    Unreachable,
    /// A stored or given value is not what it should be.
    Malformed,
    /// Everything else.
    Other,
}

/// A statement that failed.
#[derive(Debug)]
pub struct StoreError {
    /// The kind, for decisions.
    pub trouble: Trouble,
    /// What was wanted, as a fragment: `write lines`.
    pub what: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StoreError {
    /// An error that the store itself found.
    #[must_use]
    pub fn new(trouble: Trouble, what: impl Into<String>) -> Self {
        Self { trouble, what: what.into(), source: None }
    }

    pub(crate) fn of(what: impl Into<String>, error: sqlx::Error) -> Self {
        Self { trouble: trouble(&error), what: what.into(), source: Some(Box::new(error)) }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = match self.trouble {
            Trouble::Busy => "the database is held by another process: stop it or try again",
            Trouble::Full => "the disk is full: free some space, nothing else is needed",
            Trouble::Damaged => "the database is damaged: restore the last backup",
            Trouble::Newer => "a newer version wrote this database: install that version or restore a backup",
            Trouble::Conflict => "it exists already or is still in use",
            Trouble::Missing => "it does not exist",
            Trouble::Unreachable => "the database cannot be reached: check its URL, folder and rights",
            Trouble::Malformed => "a value is malformed",
            Trouble::Other => "the database refused",
        };
        write!(f, "{}: {advice}", self.what)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

fn trouble(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Database(error) => coded(error.code().as_deref().unwrap_or_default()),
        sqlx::Error::PoolTimedOut => Trouble::Busy,
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Trouble::Full,
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Trouble::Unreachable
        }
        sqlx::Error::RowNotFound => Trouble::Missing,
        _ => Trouble::Other,
    }
}

/// SQLite tells extended result codes as decimal numbers (sqlite.org/rescode.html), PostgreSQL five characters
/// (appendix A of its manual); the two never look alike except by class, so the length decides.
fn coded(code: &str) -> Trouble {
    if code.len() == 5 {
        return match code.get(..2) {
            Some("23") => Trouble::Conflict,
            Some("53") if code == "53100" => Trouble::Full,
            Some("40" | "55" | "53") => Trouble::Busy,
            Some("08" | "57" | "28" | "3D") => Trouble::Unreachable,
            Some("XX") => Trouble::Damaged,
            _ => Trouble::Other,
        };
    }
    // The primary code is the low byte of the extended one.
    match code.parse::<u32>().unwrap_or_default() & 0xff {
        5 | 6 => Trouble::Busy,
        11 | 26 => Trouble::Damaged,
        13 => Trouble::Full,
        14 | 8 | 3 => Trouble::Unreachable,
        19 => Trouble::Conflict,
        10 => Trouble::Unreachable,
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_back_ends_mean_the_same() {
        assert_eq!(coded("2067"), Trouble::Conflict);
        assert_eq!(coded("23505"), Trouble::Conflict);
        assert_eq!(coded("517"), Trouble::Busy);
        assert_eq!(coded("40P01"), Trouble::Busy);
        assert_eq!(coded("13"), Trouble::Full);
        assert_eq!(coded("53100"), Trouble::Full);
        assert_eq!(coded("11"), Trouble::Damaged);
        assert_eq!(coded("42601"), Trouble::Other);
    }

    #[test]
    fn an_error_says_what_to_do() {
        let error = StoreError::new(Trouble::Full, "write lines");
        assert_eq!(
            error.to_string(),
            "write lines: the disk is full: free some space, nothing else is needed"
        );
    }
}
