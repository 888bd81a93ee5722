//! Parts of long lists, and what of them a reader may see.

use crate::error::{StoreError, Trouble};
use facts::id::{LineId, ZoneId};

/// What a reader may see. `None` means everything; with a list, an asset without a line (or zone) is not seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeFilter {
    /// Lines that may be seen.
    pub lines: Option<Vec<LineId>>,
    /// Zones that may be seen; with both lists an asset must be in one of each.
    pub zones: Option<Vec<ZoneId>>,
}

impl ScopeFilter {
    /// Everything may be seen.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.lines.is_none() && self.zones.is_none()
    }
}

/// One area is a list of one: who holds several roles sees what any of them shows.
impl AsRef<[ScopeFilter]> for ScopeFilter {
    fn as_ref(&self) -> &[ScopeFilter] {
        core::slice::from_ref(self)
    }
}

/// How many rows at once, 1 to 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The most rows of a page.
    pub const MAX: u16 = 500;

    /// `None` for 0 and beyond 500.
    #[must_use]
    pub fn new(rows: u16) -> Option<Self> {
        (1..=Self::MAX).contains(&rows).then_some(Self(rows))
    }

    pub(crate) fn rows(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(100)
    }
}

/// Where the next page begins. Only the store makes one; a reader hands it back unchanged, with the same sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

impl Cursor {
    pub(crate) fn new(value: &str, id: &str) -> Self {
        Self(format!("{id}.{}", hex(value.as_bytes())))
    }

    /// Sort value and id of the last row of the page before.
    pub(crate) fn parts(&self) -> Result<(String, String), StoreError> {
        let parse = || {
            let (id, value) = self.0.split_once('.')?;
            Some((String::from_utf8(unhex(value)?).ok()?, id.to_owned()))
        };
        parse().ok_or_else(|| StoreError::new(Trouble::Malformed, "read the cursor"))
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
    /// Rows that match but that the reader may not see.
    pub hidden: u64,
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        for value in ["", "PLC.1", "充填機②"] {
            let parts = Cursor::new(value, "id").parts().expect("a cursor that was made here");
            assert_eq!(parts, (value.to_owned(), "id".to_owned()));
        }
        for bad in ["", "x", "id.0", "id.zz", "id.ff", "id.é"] {
            assert!(Cursor(bad.into()).parts().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_limit_has_limits() {
        assert!(Limit::new(0).is_none());
        assert!(Limit::new(501).is_none());
        assert_eq!(Limit::new(500).map(Limit::rows), Some(500));
    }
}
