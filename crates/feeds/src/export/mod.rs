//! What a plant says of the weaknesses of its devices, in the formats that others read: OpenVEX 0.2.0, CSAF 2.0 of the
//! category VEX, CycloneDX 1.6 with vulnerabilities. Values in, values out: identifiers and times are the caller's.

mod csaf;
mod cyclonedx;
mod openvex;
#[cfg(test)]
mod tests;

pub use csaf::csaf_vex;
pub use cyclonedx::cyclonedx;
pub use openvex::open_vex;

use knowledge::advisory::{Cvss, Match, RemediationKind};
use std::collections::BTreeMap;

/// What is exported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Identifier of the document: letters, digits, `.`, `_`, `-`.
    pub id: String,
    /// A number that is only this document's: `3e671687-395b-41f5-a30f-a58921a69b79`.
    pub uuid: String,
    /// When each edition of the document was made, RFC 3339, the oldest first and this one last.
    pub editions: Vec<String>,
    /// Who says it: the plant or its owner.
    pub author: String,
    /// Address under which its devices are named: `https://yagura.example`.
    pub namespace: String,
    /// The program and its version.
    pub program: (String, String),
    /// The devices spoken of.
    pub devices: Vec<Device>,
    /// What is said of them.
    pub statements: Vec<Statement>,
}

/// A device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Its identifier in the plant.
    pub id: String,
    /// Its name in the plant.
    pub name: String,
    /// Maker.
    pub vendor: String,
    /// Product or type.
    pub product: String,
    /// Firmware version.
    pub version: String,
    /// Order number; empty when not known.
    pub order_number: String,
    /// Serial number; empty when not known.
    pub serial: String,
    /// CPE 2.3 name; empty when not known.
    pub cpe: String,
}

/// What is said of one device and one weakness.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// Place in [`Report::devices`].
    pub device: u32,
    /// The CVE.
    pub cve: String,
    /// The advisory that says so, with its address; may be empty.
    pub advisory: (String, String),
    /// What is said.
    pub said: Said,
    /// Why, as a sentence.
    pub reason: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// Severity by its publisher, newest version first.
    pub cvss: Vec<Cvss>,
    /// Kinds of weakness: `CWE-294`.
    pub cwes: Vec<String>,
    /// What helps, with the sort of help.
    pub remedies: Vec<(RemediationKind, String)>,
}

/// What is said of a device and a weakness.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// It has it; what is to be done is in the remedies.
    Affected,
    /// It does not have it.
    NotAffected {
        /// The reason in the words of VEX, when one of them fits.
        justification: Option<Justification>,
    },
    /// Its version mends it.
    Fixed,
    /// Nobody knows yet.
    #[default]
    UnderInvestigation,
}

/// Why a device does not have a weakness, in the words that OpenVEX and CSAF share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Justification {
    /// The part with the weakness is not there.
    ComponentNotPresent,
    /// The part is there, the code with the weakness is not.
    VulnerableCodeNotPresent,
    /// The code is there and never runs.
    VulnerableCodeNotInExecutePath,
    /// The code runs, and no attacker reaches it.
    VulnerableCodeCannotBeControlledByAdversary,
    /// Something in the device stops the attack.
    InlineMitigationsAlreadyExist,
}

impl Justification {
    /// The label of VEX.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => {
                "vulnerable_code_cannot_be_controlled_by_adversary"
            }
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        }
    }
}

/// Statements that a device is affected, one for each weakness of a match. Decisions of people are put over them.
#[must_use]
pub fn affected(found: &Match<'_>, device: u32, since: &str) -> Vec<Statement> {
    let url = found.document.references.iter().find(|link| link.is_self);
    let url = url.or(found.document.references.first()).map(|link| link.url.clone()).unwrap_or_default();
    let place = found.document.products.iter().position(|product| std::ptr::eq(product, found.product));
    let here = place.and_then(|place| u32::try_from(place).ok());
    let weakness = |place: &u32| found.document.vulnerabilities.get(usize::try_from(*place).ok()?);
    let statement = |weakness: &knowledge::advisory::Vulnerability| Statement {
        device,
        cve: weakness.cve.clone(),
        advisory: (found.advisory.to_owned(), url.clone()),
        said: Said::Affected,
        reason: found.reason.clone(),
        since: since.to_owned(),
        cvss: weakness
            .scores
            .iter()
            .find(|score| {
                score.products.is_empty() || here.is_some_and(|here| score.products.contains(&here))
            })
            .map(|score| score.cvss.clone())
            .unwrap_or_default(),
        cwes: weakness.cwes.clone(),
        remedies: found.remediations.iter().map(|remedy| (remedy.kind, remedy.text.clone())).collect(),
    };
    found.weaknesses.iter().filter_map(weakness).filter(|one| !one.cve.is_empty()).map(statement).collect()
}

impl Report {
    fn device(&self, statement: &Statement) -> Option<&Device> {
        self.devices.get(usize::try_from(statement.device).ok()?)
    }

    /// When the first edition was made, and this one.
    fn times(&self) -> (&str, &str) {
        (
            self.editions.first().map(String::as_str).unwrap_or_default(),
            self.editions.last().map(String::as_str).unwrap_or_default(),
        )
    }

    /// The address that stands for a device.
    fn iri(&self, device: &Device) -> String {
        format!("{}/assets/{}", self.namespace.trim_end_matches('/'), device.id)
    }

    /// Statements about a device that is there, by CVE.
    fn by_cve(&self) -> BTreeMap<&str, Vec<(&Device, &Statement)>> {
        let mut all: BTreeMap<&str, Vec<(&Device, &Statement)>> = BTreeMap::new();
        for statement in &self.statements {
            if let Some(device) = self.device(statement) {
                all.entry(&statement.cve).or_default().push((device, statement));
            }
        }
        all
    }
}

/// What is to be done about a weakness, as one text.
fn action(statement: &Statement) -> String {
    let texts: Vec<&str> =
        statement.remedies.iter().map(|(_, text)| text.trim()).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() { "No fix and no mitigation is known.".to_owned() } else { texts.join("\n") }
}

/// The word for a score of version 3 or 4.
fn severity(base: f32) -> &'static str {
    match base {
        base if base >= 9.0 => "critical",
        base if base >= 7.0 => "high",
        base if base >= 4.0 => "medium",
        base if base > 0.0 => "low",
        _ => "none",
    }
}
