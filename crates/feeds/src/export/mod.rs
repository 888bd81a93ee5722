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

use knowledge::advisory::{Advisory, Cvss, Grade, Remediation, RemediationKind, Vulnerability};
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
    /// Devices that are left out because who asked may not see them. OpenVEX has no place to say it.
    pub hidden: u64,
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
    /// What the owner does about it, as a sentence; empty when nothing was decided.
    pub plan: String,
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

    /// The reason of a label of VEX; `None` for any other text.
    #[must_use]
    pub fn of_label(label: &str) -> Option<Self> {
        let all = [
            Self::ComponentNotPresent,
            Self::VulnerableCodeNotPresent,
            Self::VulnerableCodeNotInExecutePath,
            Self::VulnerableCodeCannotBeControlledByAdversary,
            Self::InlineMitigationsAlreadyExist,
        ];
        all.into_iter().find(|one| one.label() == label)
    }
}

/// An advisory that speaks of a device.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// The advisory.
    pub advisory: &'a Advisory,
    /// How sure it is.
    pub grade: Grade,
    /// Why it speaks of the device, as a sentence.
    pub reason: &'a str,
    /// Place of the product entry that decided.
    pub product: u32,
    /// Places of the weaknesses that the device has.
    pub weaknesses: &'a [u32],
    /// What helps this product.
    pub remedies: Vec<&'a Remediation>,
}

/// What an advisory says of a device, one statement for each weakness that has a CVE. Of a device whose version nobody knows
/// it is not known yet whether it has the weakness; every other has it. Decisions of people are put over them.
#[must_use]
pub fn affected(found: &Evidence<'_>, device: u32, since: &str) -> Vec<Statement> {
    let links = &found.advisory.references;
    let url = links.iter().find(|link| link.is_self).or(links.first()).map(|link| link.url.clone());
    let url = url.unwrap_or_default();
    let said = match found.grade {
        Grade::Exact | Grade::Range => Said::Affected,
        Grade::Family => Said::UnderInvestigation,
    };
    let statement = |place: &u32| {
        let weakness = found.advisory.vulnerabilities.get(usize::try_from(*place).ok()?)?;
        let helps = |remedy: &&&Remediation| {
            remedy.vulnerabilities.is_empty() || remedy.vulnerabilities.contains(place)
        };
        let remedies = found.remedies.iter().filter(helps);
        (!weakness.cve.is_empty()).then(|| Statement {
            device,
            cve: weakness.cve.clone(),
            advisory: (found.advisory.id.clone(), url.clone()),
            said: said.clone(),
            reason: found.reason.to_owned(),
            since: since.to_owned(),
            cvss: scores(weakness, found.product),
            cwes: weakness.cwes.clone(),
            remedies: remedies.map(|remedy| (remedy.kind, remedy.text.clone())).collect(),
            plan: String::new(),
        })
    };
    found.weaknesses.iter().filter_map(statement).collect()
}

fn scores(weakness: &Vulnerability, product: u32) -> Vec<Cvss> {
    let speaks = |products: &[u32]| products.is_empty() || products.contains(&product);
    let score = weakness.scores.iter().find(|score| speaks(&score.products));
    score.map(|score| score.cvss.clone()).unwrap_or_default()
}

/// One statement for each device and weakness, as the formats want it: of several advisories the surest one speaks, of equally
/// sure ones the first, and what helps is gathered from all.
#[must_use]
pub fn once(statements: Vec<Statement>) -> Vec<Statement> {
    let mut places: BTreeMap<(u32, String), usize> = BTreeMap::new();
    let mut all: Vec<Statement> = Vec::new();
    for mut statement in statements {
        let key = (statement.device, statement.cve.clone());
        let Some(known) = places.get(&key).and_then(|place| all.get_mut(*place)) else {
            places.insert(key, all.len());
            all.push(statement);
            continue;
        };
        if known.said == Said::UnderInvestigation && statement.said == Said::Affected {
            core::mem::swap(known, &mut statement);
        }
        if known.cvss.is_empty() {
            known.cvss = statement.cvss;
        }
        let is_new = |remedy: &(RemediationKind, String)| !known.remedies.contains(remedy);
        let new: Vec<_> = statement.remedies.into_iter().filter(is_new).collect();
        known.remedies.extend(new);
    }
    all
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

/// What is to be done about a weakness, as one text: what the owner decided, then what the advisory says.
fn action(statement: &Statement) -> String {
    let remedies = statement.remedies.iter().map(|(_, text)| text.trim());
    let texts: Vec<&str> =
        core::iter::once(statement.plan.trim()).chain(remedies).filter(|text| !text.is_empty()).collect();
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
