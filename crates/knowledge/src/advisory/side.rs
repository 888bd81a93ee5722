//! What other lists say about a CVE or a product, joined by its identifier.

use serde::{Deserialize, Serialize};

/// A CVE in a list of those known to be exploited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exploited {
    /// `CVE-2017-12741`.
    pub cve: String,
    /// Which list says so: `CISA KEV`, or a vendor, or JVN.
    pub list: String,
    /// Day it came into the list, `YYYY-MM-DD`.
    pub added: String,
    /// Day until which the list wants it mended, `YYYY-MM-DD`; empty when it names none.
    pub due: String,
    /// Whether ransomware is known to use it.
    pub ransomware: bool,
    /// What the list asks for.
    pub action: String,
}

/// The estimated probability that a CVE is exploited within 30 days (FIRST).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Epss {
    /// `CVE-2017-12741`.
    pub cve: String,
    /// Probability, 0 to 1.
    pub probability: f64,
    /// Share of all CVEs with a lower probability, 0 to 1; absent in the oldest files.
    pub percentile: Option<f64>,
    /// Day of the scores, `YYYY-MM-DD`.
    pub day: String,
}

/// Decision points of SSVC as a coordinator published them; empty where it said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ssvc {
    /// `CVE-2017-12741`.
    pub cve: String,
    /// `none`, `poc` or `active`.
    pub exploitation: String,
    /// `no` or `yes`.
    pub automatable: String,
    /// `partial` or `total`.
    pub technical_impact: String,
    /// Who decided: `CISA Coordinator`.
    pub role: String,
    /// Time of the decision, RFC 3339.
    pub decided: String,
}

/// Dates after which a maker no longer looks after a product or a line of its versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndOfLife {
    /// Maker, when the source names one.
    pub vendor: String,
    /// Product: `Windows Server`.
    pub product: String,
    /// Line of versions: `2012 R2`, `17.9`.
    pub cycle: String,
    /// Other names and numbers of the product or cycle, CPE among them.
    pub aliases: Vec<String>,
    /// First release, `YYYY-MM-DD` or empty.
    pub released: String,
    /// End of sale, `YYYY-MM-DD` or empty.
    pub discontinued: String,
    /// End of active support, `YYYY-MM-DD` or empty.
    pub support: String,
    /// End of security fixes, `YYYY-MM-DD` or empty.
    pub security: String,
    /// End of paid extended support, `YYYY-MM-DD` or empty.
    pub extended: String,
    /// Newest version of the line, or empty.
    pub latest: String,
    /// Where it stands.
    pub url: String,
}
