//! Versions and ranges of versions, as texts and as something to compare.

use super::version_key::Key;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A version as written; compare with [`Version::compare`], not as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version {
    /// As written: `V4.1.2 HF3`, `03.20`, `15.2(4)EA`.
    pub text: String,
}

/// Which versions a product entry means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Constraint {
    /// As written: `vers:all/*`, `>=1.0|<=2.3`, `V2.0 and prior`.
    pub text: String,
    /// Any of these; empty when the text could not be read, and then nothing is known of the versions.
    pub ranges: Vec<Range>,
}

/// From one version to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Range {
    /// Lower end; absent: from the beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<Bound>,
    /// Upper end; absent: without end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<Bound>,
}

/// An end of a range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The version at the end.
    pub version: Version,
    /// Whether the version itself belongs to it.
    pub inclusive: bool,
}

impl Version {
    /// A version of this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.trim().to_owned() }
    }

    /// Which of two versions is the older one. `None` when they cannot be compared: one has nothing to count, or one
    /// is a date and the other is none. A placeholder (`V3.X.17`) is equal to whatever stands in its place.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        Key::read(&self.text)?.compare(&Key::read(&other.text)?)
    }
}

impl Constraint {
    /// Reads a text of versions. What cannot be read leaves `ranges` empty.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        Self { text: text.to_owned(), ranges: super::version_text::ranges(text) }
    }

    /// Whether the version is one of those meant; `None` when that cannot be told.
    #[must_use]
    pub fn holds(&self, version: &Version) -> Option<bool> {
        let key = Key::read(&version.text);
        let mut unknown = self.ranges.is_empty();
        for range in &self.ranges {
            match range.holds_key(key.as_ref()) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => unknown = true,
            }
        }
        if unknown { None } else { Some(false) }
    }
}

impl Range {
    /// Exactly one version.
    #[must_use]
    pub fn exactly(text: &str) -> Self {
        let bound = Bound { version: Version::new(text), inclusive: true };
        Self { low: Some(bound.clone()), high: Some(bound) }
    }

    /// Whether it means one version and no other.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.low.is_some() && self.low == self.high
    }

    fn holds_key(&self, key: Option<&Key>) -> Option<bool> {
        if self.low.is_none() && self.high.is_none() {
            return Some(true);
        }
        let key = key?;
        if self.is_exact() {
            let wanted = Key::read(&self.low.as_ref()?.version.text)?;
            return key.is_one_of(&wanted);
        }
        if let Some(low) = &self.low {
            match key.compare(&Key::read(&low.version.text)?)? {
                Ordering::Less => return Some(false),
                Ordering::Equal if !low.inclusive => return Some(false),
                _ => {}
            }
        }
        if let Some(high) = &self.high {
            let end = Key::read(&high.version.text)?;
            match key.compare(&end)? {
                Ordering::Greater if !(high.inclusive && key.is_minor_of(&end)) => return Some(false),
                Ordering::Equal if !high.inclusive => return Some(false),
                _ => {}
            }
        }
        Some(true)
    }
}

#[cfg(test)]
mod tests;
