//! The second step: what the checks of the sections share.

use crate::at::At;
use crate::fault::Fault;
use crate::files::{FileUse, Purpose};
use crate::reference::{allowed, find};
use crate::tree::Origin;
use serde_json::Value;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Collects faults, and the files that the configuration names.
pub(crate) struct Check<'a> {
    origin: &'a Origin,
    schema: &'a Value,
    faults: Vec<Fault>,
    files: Vec<FileUse>,
}

impl<'a> Check<'a> {
    pub(crate) fn new(origin: &'a Origin, schema: &'a Value, faults: Vec<Fault>) -> Self {
        Self { origin, schema, faults, files: Vec::new() }
    }

    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    pub(crate) fn take_files(&mut self) -> Vec<FileUse> {
        std::mem::take(&mut self.files)
    }

    /// The value is not of the form that its key wants.
    pub(crate) fn refuse<T: Display>(&mut self, at: &At<T>) {
        let form = self.origin.key(&at.span).and_then(|key| find(self.schema, key)).map(allowed);
        let form = form.unwrap_or_default();
        self.because(at, format!("`{}` is not allowed: write {form}", at.value));
    }

    /// The value is refused for a reason of its own.
    pub(crate) fn because<T>(&mut self, at: &At<T>, text: impl Into<String>) {
        let key = self.origin.key(&at.span).unwrap_or_default().to_owned();
        self.faults.push(self.origin.fault(at.span.start, key, text.into()));
    }

    /// Something is wrong with a key that may be absent.
    pub(crate) fn missing(&mut self, key: &str, text: impl Into<String>) {
        let (key, text) = (key.to_owned(), text.into());
        let fault = match self.origin.start_of(&key) {
            Some(start) => self.origin.fault(start, key, text),
            None => self.origin.whole(key, text),
        };
        self.faults.push(fault);
    }

    /// The same within a list's entry, such as `name` of `[[capture.interface]]`.
    pub(crate) fn missing_in<T>(&mut self, entry: &At<T>, key: &str) {
        let path = self.origin.key(&entry.span).unwrap_or_default();
        let key = format!("{path}.{key}");
        let form = find(self.schema, &key).map(allowed).unwrap_or_default();
        self.faults.push(self.origin.fault(entry.span.start, key, format!("is missing: write {form}")));
    }

    /// An absolute path; what is at it is looked at by `check_machine`.
    pub(crate) fn path(&mut self, at: &At<String>, purpose: Purpose) -> Option<PathBuf> {
        let path = Path::new(&at.value);
        if !path.is_absolute() {
            self.because(
                at,
                format!("`{}` is not allowed: write an absolute path, such as /etc/yagura/NAME", at.value),
            );
            return None;
        }
        let key = self.origin.key(&at.span).unwrap_or_default().to_owned();
        let fault = self.origin.fault(at.span.start, key, String::new());
        self.files.push(FileUse { path: path.to_owned(), purpose, fault });
        Some(path.to_owned())
    }

    pub(crate) fn optional_path(&mut self, at: &Option<At<String>>, purpose: Purpose) -> Option<PathBuf> {
        at.as_ref().and_then(|at| self.path(at, purpose))
    }

    /// A value read from its text.
    pub(crate) fn parsed<T: std::str::FromStr>(&mut self, at: &At<String>) -> Option<T> {
        let parsed = at.value.trim().parse().ok();
        if parsed.is_none() {
            self.refuse(at);
        }
        parsed
    }

    /// A text that people read: not empty, no control characters, at most 100 letters.
    pub(crate) fn text(&mut self, at: &At<String>) -> Option<String> {
        let text = at.value.trim();
        if text.is_empty() || text.chars().count() > 100 || text.chars().any(char::is_control) {
            self.because(at, "write 1 to 100 letters in one line");
            return None;
        }
        Some(text.to_owned())
    }
}
