//! From the advisories that speak of a machine to one patch of it: the newest version that mends, and what it mends.

use super::found::Found;
use super::weakness::{id_of, newest_fix};
use crate::advice::{Advisory, Fix, PatchState, PatchTrack};
use crate::risk::{Assessment, Asset, Reference, TermKind, Weakness};
use knowledge::advisory::{Library, Remediation, RemediationKind, same_maker};
use std::collections::BTreeSet;
use std::sync::Arc;
use wire::Time;

/// A machine whose update is thought of.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// What is publicly known.
    pub library: &'a Library,
    /// The machine.
    pub asset: &'a Asset,
    /// Its risk.
    pub assessment: &'a Assessment,
    /// The advisories that speak of it.
    pub found: &'a [Found],
    /// The version that runs.
    pub installed: &'a str,
    /// What happened to the patch so far.
    pub track: PatchTrack,
    /// When the oldest of the advisories first concerned the machine.
    pub since: Time,
}

/// The advisories of a machine as one: its newest fixed version is one patch, whichever advisories it answers. Its name is that
/// version; empty where nothing mends.
#[must_use]
pub fn patch(subject: Subject<'_>) -> Advisory {
    let version = newest_fix(subject.found).unwrap_or_default();
    let (mut mends, mut seen) = (Vec::new(), BTreeSet::new());
    let (mut weaknesses, mut mitigations) = (Vec::new(), Vec::new());
    let mut restart = None;
    for found in subject.found {
        let Some(advisory) = found.advisory(subject.library) else { continue };
        for id in found.weaknesses.iter().filter_map(|place| id_of(advisory, *place)) {
            let known = subject.asset.weaknesses.iter().find(|weakness| *weakness.id == *id);
            let Some(weakness) = known else { continue };
            if !found.fixed_in.is_empty() {
                mends.push(Arc::clone(&weakness.id));
            }
            if seen.insert(id) {
                weaknesses.push(weighed(&subject, weakness));
            }
        }
        for remedy in remedies(subject.library, found) {
            if is_mitigation(remedy) && !mitigations.contains(&remedy.text) {
                mitigations.push(remedy.text.clone());
            }
            if !found.fixed_in.is_empty() && !remedy.restart.is_empty() {
                restart = Some(restart.unwrap_or_default() || remedy.restart != "none");
            }
        }
    }
    mends.sort_unstable();
    mends.dedup();
    let is_fixed = !version.is_empty();
    let fix = Fix {
        version: version.clone(),
        order: 0,
        mends,
        // No source tells them as data; what the maker's text says stands in its remedy.
        prerequisites: Vec::new(),
        restart,
        minutes: None,
    };
    Advisory {
        id: Arc::from(version),
        asset: subject.asset.id,
        role: subject.asset.role,
        impact: subject.assessment.impact,
        weaknesses,
        fixes: is_fixed.then_some(fix).into_iter().collect(),
        mitigations,
        installed: subject.installed.to_owned(),
        track: subject.track,
        since: subject.since,
    }
}

type Weighed = (Weakness, Option<Arc<crate::risk::Reach>>, Option<bool>);

fn weighed(subject: &Subject<'_>, weakness: &Weakness) -> Weighed {
    let is_this = |kind: TermKind, reference: &Reference| {
        matches!(kind, TermKind::Weakness(_)) && *reference == weakness.id
    };
    let term = subject.assessment.terms.iter().find(|term| is_this(term.kind, &term.reference));
    let reach = term.and_then(|term| term.reach.clone());
    (weakness.clone(), reach, Some(is_automatable(subject.library, weakness)))
}

/// Whether an attack on a weakness can be automated, as the coordinator's decision says. Where there is none, it counts as such
/// when it needs no privilege and no help, and when nobody scored it: missing data is never good news.
#[must_use]
pub fn is_automatable(library: &Library, weakness: &Weakness) -> bool {
    match library.ssvc.get(&*weakness.id).map_or("", |ssvc| ssvc.automatable.as_str()) {
        "no" => false,
        "yes" => true,
        _ => weakness.remote || weakness.base == 0.0,
    }
}

/// The state in which a patch comes to the owner. What the maker of the machine itself published for it is released by the
/// supplier; what somebody else published (an operating system, a component) is available, and the supplier has to test it.
#[must_use]
pub fn first_state(library: &Library, found: &[Found], vendor: &str) -> PatchState {
    let fixes = found.iter().filter(|found| !found.fixed_in.is_empty());
    let mut makers = fixes.filter_map(|found| {
        let place = usize::try_from(found.product).ok()?;
        found.advisory(library)?.products.get(place).map(|product| product.vendor.as_str())
    });
    match makers.any(|maker| same_maker(maker, vendor)) {
        true => PatchState::Released,
        false => PatchState::Available,
    }
}

fn remedies<'a>(library: &'a Library, found: &'a Found) -> impl Iterator<Item = &'a Remediation> {
    let all = found.advisory(library).map_or(&[][..], |advisory| &advisory.remediations);
    found.remedies.iter().filter_map(|place| all.get(usize::try_from(*place).ok()?))
}

fn is_mitigation(remedy: &Remediation) -> bool {
    matches!(remedy.kind, RemediationKind::Mitigation | RemediationKind::Workaround)
}
