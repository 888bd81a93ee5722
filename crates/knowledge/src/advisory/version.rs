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
        Spans::of(&self.ranges).hold(Key::read(&version.text).as_ref())
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

    /// Whether it means every version.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.low.is_none() && self.high.is_none()
    }
}

/// Ranges taken apart once, to be asked for many versions.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans {
    spans: Vec<Span>,
}

#[derive(Clone, Debug)]
enum Span {
    All,
    /// An end has nothing to compare.
    Unknown,
    One(Key),
    Between(Option<(Key, bool)>, Option<(Key, bool)>),
}

impl Spans {
    pub(super) fn of(ranges: &[Range]) -> Self {
        let end = |bound: &Option<Bound>| match bound {
            None => Some(None),
            Some(bound) => Some(Some((Key::read(&bound.version.text)?, bound.inclusive))),
        };
        let span = |range: &Range| match (end(&range.low), end(&range.high)) {
            (Some(None), Some(None)) => Span::All,
            (Some(Some((key, _))), _) if range.is_exact() => Span::One(key),
            (Some(low), Some(high)) => Span::Between(low, high),
            _ => Span::Unknown,
        };
        Self { spans: ranges.iter().map(span).collect() }
    }

    pub(super) fn hold(&self, version: Option<&Key>) -> Option<bool> {
        let mut unknown = self.spans.is_empty();
        for span in &self.spans {
            match span.holds(version) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => unknown = true,
            }
        }
        if unknown { None } else { Some(false) }
    }

    /// Whether one of them is this version and no other.
    pub(super) fn name(&self, version: &Key) -> bool {
        let named =
            |span: &Span| matches!(span, Span::One(key) if version.compare(key) == Some(Ordering::Equal));
        self.spans.iter().any(named)
    }
}

impl Span {
    fn holds(&self, version: Option<&Key>) -> Option<bool> {
        let (low, high) = match (self, version) {
            (Self::All, _) => return Some(true),
            (Self::Unknown, _) | (_, None) => return None,
            (Self::One(key), Some(version)) => return version.is_one_of(key),
            (Self::Between(low, high), Some(_)) => (low, high),
        };
        let version = version?;
        if let Some((low, inclusive)) = low {
            match version.compare(low)? {
                Ordering::Less => return Some(false),
                Ordering::Equal if !inclusive => return Some(false),
                _ => {}
            }
        }
        if let Some((high, inclusive)) = high {
            match version.compare(high)? {
                Ordering::Greater if !(*inclusive && version.is_minor_of(high)) => return Some(false),
                Ordering::Equal if !inclusive => return Some(false),
                _ => {}
            }
        }
        Some(true)
    }
}

#[cfg(test)]
mod tests;
