//! What an import did, in numbers.

use super::companion::Check;
use crate::bundle::hex;
use crate::item::Part;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files that were read as a source.
    pub files: u64,
    /// Files that are no source.
    pub passed_over: u64,
    /// Documents, files and entries that were refused.
    pub refused: u64,
    /// Documents that were listed and could not be fetched.
    pub unreached: u64,
    /// Items by part.
    pub items: BTreeMap<Part, u64>,
    /// Newest time that a document says of itself, RFC 3339.
    pub newest: String,
    #[serde(skip)]
    hashes: Vec<[u8; 32]>,
    #[serde(skip)]
    checked: BTreeMap<Check, u64>,
}

impl Summary {
    /// Of one document that could not be fetched.
    #[must_use]
    pub fn out_of_reach() -> Self {
        Self { refused: 1, unreached: 1, ..Self::default() }
    }

    /// Counts an item.
    pub(super) fn count(&mut self, part: Part, date: &str) {
        *self.items.entry(part).or_default() += 1;
        if date > self.newest.as_str() {
            date.clone_into(&mut self.newest);
        }
    }

    /// Notes a file with what was checked of it.
    pub(super) fn file(&mut self, bytes: &[u8], checks: &[Check]) {
        self.files += 1;
        self.hashes.push(Sha256::digest(bytes).into());
        for check in checks {
            *self.checked.entry(*check).or_default() += 1;
        }
    }

    /// SHA-256 of the one file, or of the sorted list of the hashes of all.
    pub(super) fn digest(&self) -> String {
        match self.hashes.as_slice() {
            [one] => hex(one),
            many => {
                let mut sorted = many.to_vec();
                sorted.sort_unstable();
                hex(&Sha256::digest(sorted.concat()))
            }
        }
    }

    /// `sha512 2035`, for people.
    #[must_use]
    pub fn checks(&self) -> Vec<String> {
        self.checked.iter().map(|(check, count)| format!("{} {count}", check.name())).collect()
    }
}
