//! What more than one place of a list of parts must follow.

use crate::problem::Fault;
use serde_json::Value;

/// Faults as they are found, bounded, with the place where the reader is.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// Tells of one.
    pub(super) fn add(&mut self, at: &str, key: &str, what: impl core::fmt::Display) {
        if self.0.len() < super::FAULTS_MAX {
            let place = if key.is_empty() { at.to_owned() } else { format!("{at}/{key}") };
            self.0.push(Fault::new(place, what));
        }
    }

    /// A text that must be there and not be empty.
    pub(super) fn text<'v>(&mut self, value: &'v Value, key: &str, at: &str) -> &'v str {
        match value.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => return text.trim(),
            Some(Value::String(_)) => self.add(at, key, "is empty"),
            Some(_) => self.add(at, key, "is not a text"),
            None => self.add(at, key, "is missing"),
        }
        ""
    }

    /// A text of a closed list, when it is there.
    pub(super) fn one_of(&mut self, value: &Value, key: &str, allowed: &[&str], at: &str) {
        match value.get(key) {
            None => {}
            Some(Value::String(text)) if allowed.contains(&text.as_str()) => {}
            Some(other) => self.add(at, key, format!("cannot be {other}")),
        }
    }

    /// A list, when it is there; its entries.
    pub(super) fn list<'v>(&mut self, value: &'v Value, key: &str, at: &str) -> &'v [Value] {
        match value.get(key) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.add(at, key, "is not a list");
                &[]
            }
        }
    }
}

/// `urn:uuid:` and a UUID.
pub(super) fn is_urn_uuid(text: &str) -> bool {
    let Some(id) = text.strip_prefix("urn:uuid:") else { return false };
    let groups: Vec<&str> = id.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A time with its day, as RFC 3339 or XML Schema write it.
pub(super) fn is_time(text: &str) -> bool {
    text.contains(['T', 't'])
        && (text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok())
}

/// Whether a licence has this identifier.
pub(super) fn is_license(id: &str) -> bool {
    spdx::license_id(id).is_some() || spdx::exception_id(id).is_some()
}

/// A hash in hexadecimal digits of a length that some algorithm has.
pub(super) fn is_hash(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 56 | 64 | 96 | 128) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
