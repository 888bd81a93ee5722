//! Our own corrections, applied to what the sources say.

use crate::item::{Action, Correction};
use knowledge::advisory::{
    Advisory, Affected, Constraint, Cvss, EndOfLife, Fixed, Score, State, Status, Vulnerability,
};

/// What a correction did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// So many facts are other than the source says.
    Applied(usize),
    /// It changed nothing: the source names no such thing, or says something else than what is to be replaced.
    Rests,
}

/// Applies one correction to every advisory and end of support it is about.
pub fn apply(
    correction: &Correction,
    advisories: &mut Vec<Advisory>,
    end_of_life: &mut Vec<EndOfLife>,
) -> Outcome {
    let changed = if correction.fact == "end_of_life" {
        ends(correction, end_of_life)
    } else if correction.fact == "advisory" && correction.cve.is_empty() {
        let before = advisories.len();
        if correction.action == Action::Withdraw && correction.product.is_empty() {
            advisories.retain(|advisory| !names(correction, advisory));
        }
        before - advisories.len()
    } else {
        advisories
            .iter_mut()
            .filter(|advisory| is_about(correction, advisory))
            .map(|advisory| one(correction, advisory))
            .sum()
    };
    if changed > 0 { Outcome::Applied(changed) } else { Outcome::Rests }
}

fn names(correction: &Correction, advisory: &Advisory) -> bool {
    advisory.id == correction.advisory || advisory.aliases.contains(&correction.advisory)
}

/// A correction of a CVE is about every advisory that has it.
fn is_about(correction: &Correction, advisory: &Advisory) -> bool {
    correction.advisory.is_empty()
        || names(correction, advisory)
        || advisory.vulnerabilities.iter().any(|weakness| weakness.cve == correction.advisory)
}

fn is_product(correction: &Correction, product: &Affected) -> bool {
    let is = |wanted: &str, text: &str| wanted.eq_ignore_ascii_case(text.trim());
    (correction.vendor.is_empty() || is(&correction.vendor, &product.vendor))
        && (correction.product.is_empty()
            || is(&correction.product, &product.name)
            || product.path.iter().any(|name| is(&correction.product, name)))
}

fn is_weakness(correction: &Correction, advisory: &str, weakness: &Vulnerability) -> bool {
    let named = &correction.advisory;
    if !correction.cve.is_empty() {
        weakness.cve == correction.cve
    } else if named.starts_with("CVE-") && named != advisory {
        // A CVE where the advisory is named: that weakness, in whatever advisory it stands.
        weakness.cve == *named
    } else {
        true
    }
}

/// Changes one advisory and says how many facts of it.
fn one(correction: &Correction, advisory: &mut Advisory) -> usize {
    match correction.fact.as_str() {
        "versions" | "fixed" | "models" | "names" => {
            let mut changed = 0;
            let mut gone = Vec::new();
            for (place, product) in (0_u32..).zip(&mut advisory.products) {
                if !is_product(correction, product) {
                    continue;
                }
                if correction.fact == "versions" && correction.action == Action::Withdraw {
                    gone.push(place);
                } else if of_product(correction, product) {
                    changed += 1;
                }
            }
            changed + said(correction, advisory, &gone, None)
        }
        "status" => {
            let places = places(correction, advisory);
            match (correction.action, status(&correction.new)) {
                (Action::Withdraw, _) => said(correction, advisory, &places, None),
                (_, Some(status)) => said(correction, advisory, &places, Some(status)),
                (_, None) => 0,
            }
        }
        "cvss" => scores(correction, advisory),
        // One weakness of the advisory is taken back.
        "advisory" if correction.action == Action::Withdraw => {
            let places = places(correction, advisory);
            said(correction, advisory, &places, None)
        }
        _ => 0,
    }
}

fn places(correction: &Correction, advisory: &Advisory) -> Vec<u32> {
    let products = (0_u32..).zip(&advisory.products);
    products.filter(|(_, product)| is_product(correction, product)).map(|(place, _)| place).collect()
}

fn status(text: &str) -> Option<Status> {
    Some(match text {
        "known_affected" => Status::KnownAffected,
        "fixed" => Status::Fixed,
        "not_affected" => Status::NotAffected,
        "under_investigation" => Status::UnderInvestigation,
        _ => return None,
    })
}

/// Sets what is said of products and weaknesses, or takes it away.
fn said(correction: &Correction, advisory: &mut Advisory, places: &[u32], new: Option<Status>) -> usize {
    let mut changed = 0;
    let id = advisory.id.clone();
    let old = if correction.action == Action::Replace { Some(status(&correction.old)) } else { None };
    for weakness in advisory.vulnerabilities.iter_mut().filter(|one| is_weakness(correction, &id, one)) {
        let mut taken = Vec::new();
        for state in &mut weakness.states {
            if old.is_some_and(|old| old != Some(state.status)) || new == Some(state.status) {
                continue;
            }
            let meant = |place: &u32| places.contains(place);
            taken.extend(state.products.iter().filter(|place| meant(place)));
            state.products.retain(|place| !meant(place));
        }
        weakness.states.retain(|state| !state.products.is_empty());
        taken.sort_unstable();
        taken.dedup();
        changed += taken.len();
        if let (Some(status), false) = (new, taken.is_empty()) {
            weakness.states.push(State { status, products: taken });
        }
    }
    changed
}

fn of_product(correction: &Correction, product: &mut Affected) -> bool {
    let list =
        || correction.new.split(',').map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match (correction.fact.as_str(), correction.action) {
        ("versions", action) => {
            let here = action == Action::Set || product.versions.text.trim() == correction.old.trim();
            if here {
                product.versions = Constraint::read(&correction.new);
            }
            here
        }
        ("fixed", Action::Replace) => {
            let found = product.fixed.iter_mut().find(|fixed| fixed.version == correction.old);
            found.map(|fixed| fixed.version.clone_from(&correction.new)).is_some()
        }
        ("fixed", _) => {
            product.fixed = list().map(|version| Fixed { version, remediation: None }).collect();
            true
        }
        ("models", Action::Replace) => {
            let found = product.models.iter_mut().find(|model| **model == correction.old);
            found.map(|model| model.clone_from(&correction.new)).is_some()
        }
        ("models", _) => {
            product.models = list().collect();
            true
        }
        ("names", Action::Set) => {
            product.path = correction.new.split(" / ").map(|name| name.trim().to_owned()).collect();
            true
        }
        ("names", Action::Replace) => {
            let found = product.path.iter_mut().rev().find(|name| **name == correction.old);
            found.map(|name| name.clone_from(&correction.new)).is_some()
        }
        _ => false,
    }
}

fn scores(correction: &Correction, advisory: &mut Advisory) -> usize {
    let of = if correction.product.is_empty() && correction.vendor.is_empty() {
        Vec::new()
    } else {
        places(correction, advisory)
    };
    let new = match (correction.action, crate::cvss::scores(&correction.new)) {
        (Action::Withdraw, _) => None,
        (_, Err(_)) => return 0,
        (_, Ok(scores)) => {
            #[expect(clippy::cast_possible_truncation, reason = "a score has one decimal")]
            let base = scores.base as f32;
            Some(Cvss { version: scores.version, vector: correction.new.clone(), base })
        }
    };
    let id = advisory.id.clone();
    let mut changed = 0;
    for weakness in advisory.vulnerabilities.iter_mut().filter(|one| is_weakness(correction, &id, one)) {
        match (correction.action, &new) {
            (Action::Replace, Some(new)) => {
                let vectors = weakness.scores.iter_mut().flat_map(|score| &mut score.cvss);
                for cvss in vectors.filter(|cvss| cvss.vector == correction.old) {
                    *cvss = new.clone();
                    changed += 1;
                }
            }
            (Action::Set, Some(new)) => {
                // What is said of some products stands before what is said of all.
                weakness.scores.retain(|score| !of.is_empty() && score.products != of);
                weakness.scores.insert(0, Score { cvss: vec![new.clone()], products: of.clone() });
                changed += 1;
            }
            _ => {
                let before = weakness.scores.len();
                weakness.scores.retain(|score| !of.is_empty() && score.products != of);
                changed += before - weakness.scores.len();
            }
        }
    }
    changed
}

/// Ends of support of a product: the day of the last security fixes.
fn ends(correction: &Correction, all: &mut Vec<EndOfLife>) -> usize {
    let is = |entry: &EndOfLife| {
        (correction.vendor.is_empty() || correction.vendor.eq_ignore_ascii_case(&entry.vendor))
            && correction.product.eq_ignore_ascii_case(&entry.product)
    };
    let before = all.len();
    match correction.action {
        Action::Withdraw => {
            all.retain(|entry| !is(entry));
            before - all.len()
        }
        Action::Replace => {
            let meant = all.iter_mut().filter(|entry| is(entry) && entry.security == correction.old);
            meant.map(|entry| entry.security.clone_from(&correction.new)).count()
        }
        Action::Set => {
            let changed = all
                .iter_mut()
                .filter(|entry| is(entry))
                .map(|entry| entry.security.clone_from(&correction.new));
            let changed = changed.count();
            if changed == 0 {
                all.push(EndOfLife {
                    vendor: correction.vendor.clone(),
                    product: correction.product.clone(),
                    security: correction.new.clone(),
                    ..EndOfLife::default()
                });
            }
            changed.max(1)
        }
    }
}

#[cfg(test)]
mod tests;
