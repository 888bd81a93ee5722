//! What readers give: one value per thing that is known.

use crate::problem::{Fault, Problems, Weight};
use knowledge::advisory::{Advisory, EndOfLife, Epss, Exploited, Ssvc};
use serde::{Deserialize, Serialize};

/// One thing that a source says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Item {
    /// An advisory, or a record of a CVE in the form of one.
    Advisory(Box<Advisory>),
    /// A CVE in a list of those known to be exploited.
    Exploited(Exploited),
    /// The probability that a CVE is exploited.
    Epss(Epss),
    /// A coordinator's decision points about a CVE.
    Ssvc(Ssvc),
    /// When support of a product ends.
    EndOfLife(EndOfLife),
    /// Who was given a range of hardware addresses.
    Prefix(Prefix),
    /// A technique, tactic, mitigation, software or group of ATT&CK.
    Attack(AttackObject),
    /// What one object of ATT&CK has to do with another.
    AttackLink(AttackLink),
    /// A product in a national list, with its names and CPE.
    Product(ListedProduct),
    /// A correction of our own.
    Correction(Correction),
}

impl Item {
    /// The part of a bundle it belongs to.
    #[must_use]
    pub fn part(&self) -> Part {
        match self {
            Self::Advisory(_) => Part::Advisories,
            Self::Exploited(_) => Part::Exploited,
            Self::Epss(_) => Part::Epss,
            Self::Ssvc(_) => Part::Ssvc,
            Self::EndOfLife(_) => Part::EndOfLife,
            Self::Prefix(_) => Part::Prefixes,
            Self::Attack(_) | Self::AttackLink(_) => Part::Attack,
            Self::Product(_) => Part::Products,
            Self::Correction(_) => Part::Corrections,
        }
    }

    /// What makes it the same thing when another source or a later one says it again.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Advisory(advisory) => format!("{}\t{}", advisory.publisher, advisory.id),
            Self::Exploited(entry) => format!("{}\t{}", entry.list, entry.cve),
            Self::Epss(entry) => entry.cve.clone(),
            Self::Ssvc(entry) => format!("{}\t{}", entry.role, entry.cve),
            Self::EndOfLife(entry) => format!("{}\t{}\t{}", entry.vendor, entry.product, entry.cycle),
            Self::Prefix(prefix) => prefix.digits.clone(),
            Self::Attack(object) => object.stix.clone(),
            Self::AttackLink(link) => link.stix.clone(),
            Self::Product(product) => format!("{}\t{}\t{}", product.list, product.vendor, product.product),
            Self::Correction(correction) => correction.id.clone(),
        }
    }
}

/// A part of a bundle: everything of one sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Advisories and records of CVEs.
    Advisories,
    /// Lists of what is known to be exploited.
    Exploited,
    /// Probabilities of exploitation.
    Epss,
    /// Decision points of coordinators.
    Ssvc,
    /// Ends of support.
    EndOfLife,
    /// Ranges of hardware addresses.
    Prefixes,
    /// ATT&CK for ICS.
    Attack,
    /// Products of national lists.
    Products,
    /// Our own corrections.
    Corrections,
}

impl Part {
    /// Every part, in the order a bundle has them.
    pub const ALL: [Self; 9] = [
        Self::Advisories,
        Self::Exploited,
        Self::Epss,
        Self::Ssvc,
        Self::EndOfLife,
        Self::Prefixes,
        Self::Attack,
        Self::Products,
        Self::Corrections,
    ];

    /// Its name in a bundle.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Advisories => "advisories",
            Self::Exploited => "exploited",
            Self::Epss => "epss",
            Self::Ssvc => "ssvc",
            Self::EndOfLife => "end_of_life",
            Self::Prefixes => "prefixes",
            Self::Attack => "attack",
            Self::Products => "products",
            Self::Corrections => "corrections",
        }
    }
}

/// A range of hardware addresses (IEEE registries MA-L, MA-M, MA-S, IAB).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prefix {
    /// The leading hexadecimal digits, upper case: 6, 7 or 9 of them.
    pub digits: String,
    /// Who was given it, as the registry writes it.
    pub organization: String,
}

/// An object of ATT&CK.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AttackObject {
    /// STIX identifier.
    pub stix: String,
    /// `technique`, `tactic`, `mitigation`, `software`, `group`, `campaign`, `asset`.
    pub kind: String,
    /// Number by ATT&CK: `T0803`.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is, with the citations of the source.
    pub description: String,
    /// Where it is described.
    pub url: String,
    /// Short names of the tactics of a technique; of a tactic its own.
    pub tactics: Vec<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Sorts of systems it is about.
    pub platforms: Vec<String>,
    /// Time of its last change, RFC 3339.
    pub modified: String,
    /// Whether ATT&CK no longer uses it (revoked or deprecated).
    pub retired: bool,
}

/// A relationship of ATT&CK.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AttackLink {
    /// STIX identifier.
    pub stix: String,
    /// `uses`, `mitigates`, `targets`, `attributed-to`, `revoked-by`.
    pub kind: String,
    /// STIX identifier of the one that does it.
    pub from: String,
    /// STIX identifier of the one it is done to.
    pub to: String,
    /// How, as written.
    pub description: String,
}

/// A product in a national list (JVN: MyJVN product list).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListedProduct {
    /// Whose list: `JVN`.
    pub list: String,
    /// Vendor as the list writes it.
    pub vendor: String,
    /// CPE 2.2 of the vendor.
    pub vendor_cpe: String,
    /// Product as the list writes it.
    pub product: String,
    /// CPE 2.2 of the product.
    pub cpe: String,
}

/// A correction of our own to what a source says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Correction {
    /// Its own name; a later correction of the same name takes its place.
    pub id: String,
    /// Who says so.
    pub author: String,
    /// Why, with a reference another person can follow.
    pub reason: String,
    /// Day of the correction, `YYYY-MM-DD`.
    pub date: String,
    /// The advisory or CVE it corrects; empty for a product wherever it stands.
    pub advisory: String,
    /// Vendor and product it is limited to, as the source writes them; empty means all of the advisory.
    pub vendor: String,
    /// See `vendor`.
    pub product: String,
    /// The CVE it is limited to; empty means all.
    pub cve: String,
    /// What it does.
    pub action: Action,
    /// Which fact: `versions`, `fixed`, `status`, `cvss`, `models`, `names`, `end_of_life`, `advisory`.
    pub fact: String,
    /// What `replace` takes away; must be what the source says, so that a corrected source is noticed.
    pub old: String,
    /// What `set` and `replace` put there.
    pub new: String,
}

/// What a correction does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Sets the fact, whatever was there.
    #[default]
    Set,
    /// Replaces `old` by `new`, only while `old` is what the source says.
    Replace,
    /// Takes the fact away.
    Withdraw,
}

/// Where a reader gives what it finds, and what is wrong.
pub struct Reading<'a> {
    file: &'a str,
    give: &'a mut dyn FnMut(Item),
    problems: &'a mut Problems,
}

impl<'a> Reading<'a> {
    /// Of one file.
    pub fn new(file: &'a str, give: &'a mut dyn FnMut(Item), problems: &'a mut Problems) -> Self {
        Self { file, give, problems }
    }

    /// Gives an item.
    pub fn give(&mut self, item: Item) {
        (self.give)(item);
    }

    /// Tells of an entry that was left out.
    pub fn refuse(&mut self, fault: Fault) {
        self.problems.add(self.file, Weight::Refused, fault);
    }

    /// Tells of a part of an entry that was left out.
    pub fn partly(&mut self, fault: Fault) {
        self.problems.add(self.file, Weight::Partly, fault);
    }

    /// Tells of something odd.
    pub fn warn(&mut self, fault: Fault) {
        self.problems.add(self.file, Weight::Warning, fault);
    }
}

/// Everything a reader gives of some bytes, for tests.
#[cfg(test)]
pub(crate) fn all_of(read: impl FnOnce(&mut Reading<'_>)) -> (Vec<Item>, Vec<String>) {
    let (mut items, mut problems) = (Vec::new(), Problems::default());
    let mut give = |item| items.push(item);
    read(&mut Reading::new("f", &mut give, &mut problems));
    (items, problems.list.iter().map(ToString::to_string).collect())
}
