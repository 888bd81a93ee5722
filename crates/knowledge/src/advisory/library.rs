//! Everything that a bundle says, ready to be asked.

use super::index::Index;
use super::side::{EndOfLife, Epss, Exploited, Ssvc};
use super::types::Advisory;
use std::collections::BTreeMap;

/// Everything that is known outside the plant, joined by the identifiers of weaknesses.
#[derive(Debug)]
pub struct Library {
    /// Advisories, to be asked which of them speak of a device.
    pub index: Index,
    /// Weaknesses that some list calls exploited, by CVE; the earliest entry of each.
    pub exploited: BTreeMap<String, Exploited>,
    /// Probabilities of exploitation by CVE.
    pub epss: BTreeMap<String, Epss>,
    /// Decision points of coordinators by CVE; the newest of each.
    pub ssvc: BTreeMap<String, Ssvc>,
    /// Ends of support.
    pub ends: Vec<EndOfLife>,
    /// Where all this comes from.
    pub about: About,
    /// Places of the advisories by their identifiers.
    places: BTreeMap<String, usize>,
}

/// Where knowledge comes from, and how old it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Who signed the bundle, as the key is printed; empty for what the program itself brings.
    pub signed_by: String,
    /// The line of bundles.
    pub line: String,
    /// Its number in the line.
    pub serial: u64,
    /// When it was made, RFC 3339.
    pub created: String,
    /// What it holds.
    pub parts: Vec<PartAbout>,
}

/// One part of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartAbout {
    /// Its name: `advisories`, `exploited`, `epss`, …
    pub name: String,
    /// How many entries it has.
    pub items: u64,
    /// Sources with the date that each states; empty where it states none.
    pub origins: Vec<(String, String)>,
}

/// What stands beside the advisories.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Entries of lists of exploited weaknesses.
    pub exploited: Vec<Exploited>,
    /// Probabilities of exploitation.
    pub epss: Vec<Epss>,
    /// Decision points of coordinators.
    pub ssvc: Vec<Ssvc>,
    /// Ends of support.
    pub ends: Vec<EndOfLife>,
}

impl Library {
    /// Puts everything together.
    #[must_use]
    pub fn new(advisories: Vec<Advisory>, beside: Beside, about: About) -> Self {
        let index = Index::new(advisories);
        let mut exploited: BTreeMap<String, Exploited> = BTreeMap::new();
        for entry in beside.exploited {
            let known = exploited.entry(entry.cve.clone()).or_insert_with(|| entry.clone());
            if entry.added < known.added {
                *known = entry;
            }
        }
        let mut ssvc: BTreeMap<String, Ssvc> = BTreeMap::new();
        for entry in beside.ssvc {
            let known = ssvc.entry(entry.cve.clone()).or_insert_with(|| entry.clone());
            if entry.decided > known.decided {
                *known = entry;
            }
        }
        let places = index.advisories().iter().enumerate();
        let places = places.map(|(place, advisory)| (advisory.id.clone(), place)).collect();
        let epss = beside.epss.into_iter().map(|entry| (entry.cve.clone(), entry)).collect();
        Self { index, exploited, epss, ssvc, ends: beside.ends, about, places }
    }

    /// The advisory of an identifier.
    #[must_use]
    pub fn advisory(&self, id: &str) -> Option<&Advisory> {
        self.index.advisories().get(*self.places.get(id)?)
    }
}

impl Default for Library {
    fn default() -> Self {
        Self::new(Vec::new(), Beside::default(), About::default())
    }
}
