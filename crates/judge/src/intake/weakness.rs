//! From advisories that speak of a machine to weaknesses with their threat.

use super::found::Found;
use super::{Known, Machine};
use crate::risk::{Grade, Reference, Weakness, WeaknessState};
use knowledge::advisory::{
    Advisory, Grade as MatchGrade, Library, RemediationKind, Score, Version, Vulnerability,
};
use std::cmp::Ordering;
use std::sync::Arc;
use wire::Time;

/// Kinds of weakness by which a program or firmware is changed (missing integrity or authenticity of code): a key switch in RUN
/// helps against them.
const OF_PROGRAMS: [&str; 7] = ["CWE-345", "CWE-347", "CWE-353", "CWE-354", "CWE-494", "CWE-912", "CWE-1326"];

/// What people decided about a weakness of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What was decided.
    pub ruled: Ruled,
    /// Until when it counts; `None` without an end.
    pub until: Option<Time>,
    /// The firmware that the machine had then.
    pub firmware: String,
}

/// What can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruled {
    /// It does not apply.
    NotAffected,
    /// It was mended.
    Fixed,
    /// People live with it.
    Accepted,
}

/// What a ruling says of a machine with this firmware. What was said to be mended or not to apply was said of one firmware: with
/// another it is open again until somebody says so anew. Living with a weakness goes on over an update that does not mend it.
#[must_use]
pub fn ruled(ruling: Option<&Ruling>, firmware: &str) -> WeaknessState {
    match ruling {
        Some(Ruling { ruled: Ruled::Accepted, until, .. }) => {
            WeaknessState::Accepted(until.unwrap_or(Time(i64::MAX)))
        }
        Some(ruling) if ruling.firmware == firmware && ruling.until.is_none() => match ruling.ruled {
            Ruled::NotAffected => WeaknessState::NotAffected,
            Ruled::Fixed | Ruled::Accepted => WeaknessState::Fixed,
        },
        _ => WeaknessState::Open,
    }
}

/// What names a weakness: its CVE, or the maker's number, or its place in the advisory.
#[must_use]
pub fn id_of(advisory: &Advisory, place: u32) -> Option<String> {
    let weakness = advisory.vulnerabilities.get(usize::try_from(place).ok()?)?;
    let named = Some(&weakness.cve).filter(|cve| !cve.is_empty()).or_else(|| weakness.ids.first());
    Some(named.cloned().unwrap_or_else(|| format!("{}#{}", advisory.id, place.saturating_add(1))))
}

pub(super) fn weaknesses(known: &Known<'_>, machine: &Machine, found: &[Found]) -> Vec<Weakness> {
    let fix = update(machine, found);
    let mut all = Vec::new();
    for found in found {
        let Some(advisory) = found.advisory(known.library) else { continue };
        let is_mitigable = remedies(advisory, found)
            .any(|kind| matches!(kind, RemediationKind::Mitigation | RemediationKind::Workaround));
        for place in &found.weaknesses {
            let Some((id, told)) = told(advisory, *place) else { continue };
            let ruling = known.rulings.get(&(machine.id, id.clone()));
            all.push(Weakness {
                fix: fix.clone().filter(|_| !found.fixed_in.is_empty()),
                mitigable: is_mitigable,
                state: ruled(ruling, &machine.spoken.version),
                grade: match found.grade {
                    MatchGrade::Exact => Grade::Exact,
                    MatchGrade::Range => Grade::Range,
                    MatchGrade::Family => Grade::Family,
                },
                ..threat_of(known.library, Arc::from(id), told, found.product)
            });
        }
    }
    all
}

fn told(advisory: &Advisory, place: u32) -> Option<(String, &Vulnerability)> {
    let told = advisory.vulnerabilities.get(usize::try_from(place).ok()?)?;
    Some((id_of(advisory, place)?, told))
}

fn remedies<'a>(advisory: &'a Advisory, found: &'a Found) -> impl Iterator<Item = RemediationKind> + 'a {
    let at = |place: &u32| usize::try_from(*place).ok().and_then(|place| advisory.remediations.get(place));
    found.remedies.iter().filter_map(at).map(|remedy| remedy.kind)
}

/// What the world says of a weakness, for one product of the advisory.
fn threat_of(library: &Library, id: Reference, told: &Vulnerability, product: u32) -> Weakness {
    let (vector, base) = score_of(told, product).unwrap_or(("", 0.0));
    let has = |metric: &str| vector.split('/').any(|part| part == metric);
    let coordinator = library.ssvc.get(&told.cve).map_or("", |ssvc| ssvc.exploitation.as_str());
    let exploit = ["E:P", "E:POC", "E:F", "E:H", "E:A"].into_iter().any(has);
    Weakness {
        id,
        base,
        remote: has("AV:N") && (has("PR:N") && has("UI:N") || has("Au:N")),
        epss: library.epss.get(&told.cve).map(|epss| epss.probability),
        exploited: library.exploited.contains_key(&told.cve) || coordinator == "active" || has("E:A"),
        public_exploit: exploit || coordinator == "poc",
        services: Vec::new(),
        grade: Grade::Family,
        changes_program: told.cwes.iter().any(|cwe| OF_PROGRAMS.contains(&cwe.as_str())),
        fix: None,
        mitigable: false,
        state: WeaknessState::Open,
    }
}

/// Vector and base score of the newest version of CVSS that speaks of a product.
#[must_use]
pub fn score_of(told: &Vulnerability, product: u32) -> Option<(&str, f64)> {
    let speaks = |score: &&Score| score.products.is_empty() || score.products.contains(&product);
    let newest = told.scores.iter().filter(speaks).filter_map(|score| score.cvss.first());
    let newest = newest.max_by_key(|cvss| cvss.version)?;
    // Scores have one digit behind the point; a wider number must not show what the narrower had no room for.
    Some((&newest.vector, (f64::from(newest.base) * 10.0).round() / 10.0))
}

/// The label of the update that mends most: the product with the newest version that any of its advisories calls fixed.
fn update(machine: &Machine, found: &[Found]) -> Option<Reference> {
    let newest = newest_fix(found)?;
    let spoken = &machine.spoken;
    let product = [&spoken.order_number, &spoken.product, &spoken.vendor];
    let product = product.into_iter().find(|text| !text.is_empty())?;
    Some(Arc::from(format!("{product} {newest}")))
}

/// The newest version that any of the advisories calls fixed; of those that cannot be compared the first.
#[must_use]
pub fn newest_fix(found: &[Found]) -> Option<String> {
    let versions = found.iter().filter_map(|found| found.fixed_in.last()).map(|text| Version::new(text));
    let newer = |one: Version, other: Version| match other.compare(&one) {
        Some(Ordering::Greater) => other,
        _ => one,
    };
    versions.reduce(newer).map(|version| version.text)
}
