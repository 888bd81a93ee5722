//! A part of a JSON document that knows its path and tells what it misses.

use super::Defect;
use crate::advisory::limits;
use serde_json::Value;

/// A value and where it stands.
pub(super) struct Part<'a> {
    pub(super) value: &'a Value,
    path: String,
}

impl<'a> Part<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, path: "$".to_owned() }
    }

    pub(super) fn tell(&self, key: &str, what: &str, defects: &mut Vec<Defect>) {
        if defects.len() < limits::DEFECTS {
            let path = if key.is_empty() { self.path.clone() } else { format!("{}.{key}", self.path) };
            defects.push(Defect { path, what: what.to_owned() });
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    fn below(&self, key: &str, value: &'a Value) -> Self {
        Self { value, path: format!("{}.{key}", self.path) }
    }

    /// An object that must be there.
    pub(super) fn object(&self, key: &str, defects: &mut Vec<Defect>) -> Option<Self> {
        if !self.has(key) {
            self.tell(key, "is missing", defects);
        }
        self.optional_object(key, defects)
    }

    pub(super) fn optional_object(&self, key: &str, defects: &mut Vec<Defect>) -> Option<Self> {
        let value = self.value.get(key)?;
        if value.is_object() {
            return Some(self.below(key, value));
        }
        self.tell(key, "is not an object", defects);
        None
    }

    /// A filled text that must be there, trimmed and cut to `limit` bytes.
    pub(super) fn text(&self, key: &str, limit: usize, defects: &mut Vec<Defect>) -> Option<String> {
        if !self.has(key) {
            self.tell(key, "is missing", defects);
        }
        self.optional_text(key, limit, defects)
    }

    pub(super) fn optional_text(&self, key: &str, limit: usize, defects: &mut Vec<Defect>) -> Option<String> {
        let value = self.value.get(key)?;
        let text = match value {
            Value::String(text) => text.trim(),
            _ => {
                self.tell(key, "is not a text", defects);
                return None;
            }
        };
        if text.is_empty() {
            self.tell(key, "is empty", defects);
            return None;
        }
        if text.len() > limit {
            self.tell(key, "is longer than what is kept of it", defects);
        }
        Some(limits::cut(text, limit).to_owned())
    }

    /// The entries of a list of objects that may be absent.
    pub(super) fn optional_list(&self, key: &str, limit: usize, defects: &mut Vec<Defect>) -> Vec<Self> {
        let Some(value) = self.value.get(key) else { return Vec::new() };
        let Some(values) = value.as_array() else {
            self.tell(key, "is not a list", defects);
            return Vec::new();
        };
        if values.len() > limit {
            self.tell(key, "has more entries than are read", defects);
        }
        let mut parts = Vec::new();
        for (place, value) in values.iter().take(limit).enumerate() {
            let part = Self { value, path: format!("{}.{key}[{place}]", self.path) };
            if value.is_object() {
                parts.push(part);
            } else {
                part.tell("", "is not an object", defects);
            }
        }
        parts
    }

    /// The filled texts of a list that may be absent.
    pub(super) fn optional_texts(&self, key: &str, limit: usize, defects: &mut Vec<Defect>) -> Vec<String> {
        let Some(value) = self.value.get(key) else { return Vec::new() };
        let Some(values) = value.as_array() else {
            self.tell(key, "is not a list", defects);
            return Vec::new();
        };
        if values.len() > limit {
            self.tell(key, "has more entries than are read", defects);
        }
        let mut texts = Vec::new();
        for (place, value) in values.iter().take(limit).enumerate() {
            match value.as_str().map(str::trim) {
                Some(text) if !text.is_empty() => texts.push(limits::cut(text, limits::NAME).to_owned()),
                _ => self.tell(&format!("{key}[{place}]"), "is not a filled text", defects),
            }
        }
        texts
    }
}
