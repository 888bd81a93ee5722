//! What a bundle knows, ready to be asked: advisories with our own corrections applied, and lists by CVE.

use crate::bundle::Content;
use crate::correct::{self, Outcome};
use crate::item::{Correction, Item, Part};
use knowledge::advisory::{Advisory, EndOfLife, Epss, Exploited, Ssvc};
use std::collections::BTreeMap;

/// What is known of advisories and weaknesses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Advisories in force by publisher and identifier, corrected; withdrawn ones are left out.
    pub advisories: Vec<Advisory>,
    /// Entries of lists of known exploitation by CVE, by the name of the list.
    pub exploited: BTreeMap<String, Vec<Exploited>>,
    /// Probabilities of exploitation by CVE.
    pub epss: BTreeMap<String, Epss>,
    /// Decision points of coordinators by CVE, by role.
    pub ssvc: BTreeMap<String, Vec<Ssvc>>,
    /// Ends of support by vendor, product and cycle, corrected.
    pub end_of_life: Vec<EndOfLife>,
    /// Every correction with what it did.
    pub corrections: Vec<(Correction, Outcome)>,
}

/// Takes what is known out of a content.
#[must_use]
pub fn known(content: &Content) -> Known {
    let mut known = Known::default();
    for item in Part::ALL.into_iter().flat_map(|part| content.items(part)) {
        match item {
            Item::Advisory(advisory) if advisory.stage == "withdrawn" => {}
            Item::Advisory(advisory) => known.advisories.push(*advisory),
            Item::Exploited(entry) => known.exploited.entry(entry.cve.clone()).or_default().push(entry),
            Item::Epss(entry) => {
                known.epss.insert(entry.cve.clone(), entry);
            }
            Item::Ssvc(entry) => known.ssvc.entry(entry.cve.clone()).or_default().push(entry),
            Item::EndOfLife(entry) => known.end_of_life.push(entry),
            Item::Correction(correction) => known.corrections.push((correction, Outcome::Rests)),
            Item::Prefix(_) | Item::Attack(_) | Item::AttackLink(_) | Item::Product(_) => {}
        }
    }
    // The later day speaks last; of one day the order of their names.
    known.corrections.sort_by(|(one, _), (two, _)| (&one.date, &one.id).cmp(&(&two.date, &two.id)));
    for (correction, outcome) in &mut known.corrections {
        *outcome = correct::apply(correction, &mut known.advisories, &mut known.end_of_life);
    }
    known
}
