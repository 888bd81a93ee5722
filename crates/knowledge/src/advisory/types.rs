//! An advisory: products, weaknesses, what is said of which, and what helps.

use super::version::Constraint;
use serde::{Deserialize, Serialize};

/// One published advisory in its newest read revision. Products are named by their place in `products`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Advisory {
    /// Identifier by its publisher: `ICSA-23-227-01`, `SSA-426509`.
    pub id: String,
    /// Other identifiers of the same text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Who published it.
    pub publisher: String,
    /// Title as written.
    pub title: String,
    /// Revision by its publisher: `1`, `2.0`, `1.1.0`.
    pub revision: String,
    /// `draft`, `interim` or `final`; empty when not said.
    pub stage: String,
    /// First release, RFC 3339 as written; empty when not said.
    pub first_released: String,
    /// Newest release, RFC 3339 as written; empty when not said.
    pub last_released: String,
    /// Where to read on.
    pub references: Vec<Reference>,
    /// Summary and other notes of the whole document that speak of the weakness or the product.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Every product the document names.
    pub products: Vec<Affected>,
    /// Every weakness the document names.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Every remedy, once, with what it is for.
    pub remediations: Vec<Remediation>,
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// Address.
    pub url: String,
    /// What is there.
    pub summary: String,
    /// Whether it is the document itself in another place or form.
    pub is_self: bool,
}

/// A text of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// `summary`, `description`, `details`, `general`, `faq`, `other`.
    pub category: String,
    /// Its heading.
    pub title: String,
    /// The text.
    pub text: String,
}

/// One weakness.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vulnerability {
    /// `CVE-2022-45789`; empty when it has none.
    pub cve: String,
    /// Other identifiers: `JVNDB-2023-001234`, the maker's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
    /// Short heading.
    pub title: String,
    /// Kinds of weakness: `CWE-294`.
    pub cwes: Vec<String>,
    /// What happens, as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Severity, one for each group of products.
    pub scores: Vec<Score>,
    /// Threats: exploitation, impact, target set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub threats: Vec<Threat>,
    /// Which products it is said of.
    pub states: Vec<State>,
    /// Why products are not affected, in the words of VEX.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// Links of this weakness.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

/// Severity for some products.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Score {
    /// The vectors given, newest version first.
    pub cvss: Vec<Cvss>,
    /// Places in [`Advisory::products`]; empty means all.
    pub products: Vec<u32>,
}

/// A CVSS vector with its score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cvss {
    /// Version of the standard.
    pub version: CvssVersion,
    /// `CVSS:3.1/AV:N/AC:L/…`; version 2 has no prefix.
    pub vector: String,
    /// Base score 0 to 10 as the publisher states it.
    pub base: f32,
}

/// Version of CVSS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CvssVersion {
    /// 2.0.
    #[serde(rename = "2.0")]
    V2,
    /// 3.0.
    #[serde(rename = "3.0")]
    V30,
    /// 3.1.
    #[default]
    #[serde(rename = "3.1")]
    V31,
    /// 4.0.
    #[serde(rename = "4.0")]
    V4,
}

/// A threat as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Threat {
    /// What it speaks of.
    pub kind: ThreatKind,
    /// The text.
    pub text: String,
    /// Places in [`Advisory::products`]; empty means all.
    pub products: Vec<u32>,
}

/// What a threat speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreatKind {
    /// Whether and how it is exploited.
    ExploitStatus,
    /// What follows from it.
    #[default]
    Impact,
    /// Who is aimed at.
    TargetSet,
}

/// What is said of some products and this weakness.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// What is said.
    pub status: Status,
    /// Places in [`Advisory::products`].
    pub products: Vec<u32>,
}

/// Whether a product has a weakness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has it.
    #[default]
    KnownAffected,
    /// The version mends it.
    Fixed,
    /// It does not have it.
    NotAffected,
    /// Nobody knows yet.
    UnderInvestigation,
    /// The maker asks to run this version.
    Recommended,
}

/// A reason of VEX why products are not affected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flag {
    /// `component_not_present`, `vulnerable_code_not_present`, …
    pub label: String,
    /// Places in [`Advisory::products`].
    pub products: Vec<u32>,
}

/// A product that an advisory names, with the versions it means.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Affected {
    /// The document's own identifier of it.
    pub product_id: String,
    /// Vendor as written.
    pub vendor: String,
    /// Names from the widest family to the product, as written, without vendor and version.
    pub path: Vec<String>,
    /// Architecture, language, patch level, service pack and host name branches, as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// The full name as written.
    pub name: String,
    /// Model and order numbers, from helpers and out of the names; may hold placeholders.
    pub models: Vec<String>,
    /// What sort of thing it is.
    pub kind: Kind,
    /// The versions meant.
    pub versions: Constraint,
    /// Versions that the same document or its remedies call fixed for this product, lowest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<Fixed>,
    /// Identifiers that machines compare.
    #[serde(skip_serializing_if = "Helpers::is_empty")]
    pub helpers: Helpers,
    /// What this product is part of, when the document says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// Groups of the document it belongs to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// A version said to be fixed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fixed {
    /// The version as written: `V2.9.7`.
    pub version: String,
    /// Place in [`Advisory::remediations`] whose text says it; absent when the product tree says it.
    pub remediation: Option<u32>,
}

/// What sort of thing a product is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Not told.
    #[default]
    Unknown,
    /// A device with its firmware.
    Device,
    /// A firmware by itself.
    Firmware,
    /// A program on a computer.
    Software,
    /// The hardware, whatever runs on it.
    Hardware,
    /// An operating system.
    OperatingSystem,
}

/// Identifiers that machines compare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Helpers {
    /// CPE 2.2 or 2.3 name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cpe: String,
    /// Package URLs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub purls: Vec<String>,
    /// Stock keeping units (order numbers).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<String>,
    /// Model numbers, with `*` and `?` as placeholders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub model_numbers: Vec<String>,
    /// Serial numbers, with `*` and `?` as placeholders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serial_numbers: Vec<String>,
    /// Hashes of files: `sha256:…`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<String>,
}

impl Helpers {
    /// Whether nothing is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A product as part of another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Relation {
    /// `installed_on`, `installed_with`, `default_component_of`, `optional_component_of`, `external_component_of`.
    pub category: String,
    /// Place in [`Advisory::products`] of the part.
    pub component: u32,
    /// Place in [`Advisory::products`] of what it is part of.
    pub whole: u32,
}

/// What helps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remediation {
    /// What sort of help.
    pub kind: RemediationKind,
    /// The text.
    pub text: String,
    /// Where to get it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// What must restart: `none`, `service`, `system`, `machine`, …; empty when not said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub restart: String,
    /// Since when, RFC 3339 as written; empty when not said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Places in [`Advisory::products`]; empty means all.
    pub products: Vec<u32>,
    /// Places in [`Advisory::vulnerabilities`].
    pub vulnerabilities: Vec<u32>,
    /// Versions which the text calls fixed.
    pub fixed_in: Vec<String>,
}

/// What sort of help a remedy is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemediationKind {
    /// A fix by the maker.
    VendorFix,
    /// A fix that the maker has not announced as such.
    OptionalPatch,
    /// Something that avoids the weakness.
    Workaround,
    /// Something that lowers the risk.
    #[default]
    Mitigation,
    /// A fix is being made.
    FixPlanned,
    /// None yet.
    NoneAvailable,
    /// There will be none.
    NoFixPlanned,
}
