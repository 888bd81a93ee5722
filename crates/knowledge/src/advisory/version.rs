//! Versions and ranges of versions, as texts and as something to compare.

use serde::{Deserialize, Serialize};

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
