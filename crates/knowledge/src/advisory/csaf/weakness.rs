//! The vulnerabilities: severity, status of products, remedies, threats, flags.

use super::tree::Tree;
use super::{Defect, Part, notes, references};
use crate::advisory::limits;
use crate::advisory::types::{
    Advisory, Cvss, CvssVersion, Flag, Remediation, RemediationKind, Score, State, Status, Threat,
    ThreatKind, Vulnerability,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Remedies already kept, so that one that is repeated for each weakness is kept once.
type Kept = BTreeMap<(RemediationKind, String, String, Vec<u32>), usize>;

pub(super) fn read(root: &Part, tree: &Tree, advisory: &mut Advisory, defects: &mut Vec<Defect>) {
    let mut kept = Kept::new();
    for part in root.optional_list("vulnerabilities", limits::VULNERABILITIES, defects) {
        let Ok(place) = u32::try_from(advisory.vulnerabilities.len()) else { break };
        let weakness = vulnerability(&part, tree, defects);
        for remedy in part.optional_list("remediations", limits::REMEDIATIONS, defects) {
            keep_remedy(&remedy, place, tree, advisory, &mut kept, defects);
        }
        advisory.vulnerabilities.push(weakness);
    }
}

fn vulnerability(part: &Part, tree: &Tree, defects: &mut Vec<Defect>) -> Vulnerability {
    let mut ids = Vec::new();
    for id in part.optional_list("ids", limits::ENTRIES, defects) {
        ids.extend(id.text("text", limits::NAME, defects));
    }
    let mut cwes = Vec::new();
    // One in 2.0, a list in 2.1.
    let one = part.optional_object("cwe", defects);
    for cwe in one.into_iter().chain(part.optional_list("cwes", limits::ENTRIES, defects)) {
        cwes.extend(cwe.text("id", limits::NAME, defects));
    }
    let mut flags = Vec::new();
    for flag in part.optional_list("flags", limits::ENTRIES, defects) {
        if let Some(label) = flag.text("label", limits::NAME, defects) {
            flags.push(Flag { label, products: products(&flag, tree, defects) });
        }
    }
    Vulnerability {
        cve: part.optional_text("cve", limits::NAME, defects).unwrap_or_default(),
        ids,
        title: part.optional_text("title", limits::NAME, defects).unwrap_or_default(),
        cwes,
        notes: notes(part, defects),
        scores: scores(part, tree, defects),
        threats: threats(part, tree, defects),
        states: states(part, tree, defects),
        flags,
        references: references(part, defects),
    }
}

/// Products and groups that a statement names, in order and once.
fn products(part: &Part, tree: &Tree, defects: &mut Vec<Defect>) -> Vec<u32> {
    let mut places = named(part, "product_ids", tree, defects);
    for group in part.optional_texts("group_ids", limits::STATED, defects) {
        match tree.group(&group) {
            Some(members) => places.extend_from_slice(members),
            None => {
                part.tell("group_ids", &format!("names no group of this document: {group}"), defects);
            }
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}

fn named(part: &Part, key: &str, tree: &Tree, defects: &mut Vec<Defect>) -> Vec<u32> {
    let mut places = Vec::new();
    for id in part.optional_texts(key, limits::STATED, defects) {
        match tree.place(&id) {
            Some(place) => places.push(place),
            None => part.tell(key, &format!("names no product of this document: {id}"), defects),
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}

fn states(part: &Part, tree: &Tree, defects: &mut Vec<Defect>) -> Vec<State> {
    const KEYS: [(&str, Status); 8] = [
        ("known_affected", Status::KnownAffected),
        ("first_affected", Status::KnownAffected),
        ("last_affected", Status::KnownAffected),
        ("fixed", Status::Fixed),
        ("first_fixed", Status::Fixed),
        ("known_not_affected", Status::NotAffected),
        ("under_investigation", Status::UnderInvestigation),
        ("recommended", Status::Recommended),
    ];
    let Some(status) = part.optional_object("product_status", defects) else { return Vec::new() };
    let mut states: Vec<State> = Vec::new();
    for (key, status_of) in KEYS {
        let places = named(&status, key, tree, defects);
        if places.is_empty() {
            continue;
        }
        match states.iter_mut().find(|state| state.status == status_of) {
            Some(state) => {
                state.products.extend(places);
                state.products.sort_unstable();
                state.products.dedup();
            }
            None => states.push(State { status: status_of, products: places }),
        }
    }
    states
}

fn scores(part: &Part, tree: &Tree, defects: &mut Vec<Defect>) -> Vec<Score> {
    let mut scores = Vec::new();
    for score in part.optional_list("scores", limits::ENTRIES, defects) {
        scores.push(Score {
            cvss: vectors(&score, defects),
            products: named(&score, "products", tree, defects),
        });
    }
    // 2.1 puts the same objects one deeper, and has no products where it means all.
    for metric in part.optional_list("metrics", limits::ENTRIES, defects) {
        if let Some(content) = metric.object("content", defects) {
            let products = named(&metric, "products", tree, defects);
            scores.push(Score { cvss: vectors(&content, defects), products });
        }
    }
    scores.retain(|score| !score.cvss.is_empty());
    scores
}

fn vectors(part: &Part, defects: &mut Vec<Defect>) -> Vec<Cvss> {
    let mut vectors = Vec::new();
    for key in ["cvss_v4", "cvss_v3", "cvss_v2"] {
        let Some(cvss) = part.optional_object(key, defects) else { continue };
        let Some(vector) = cvss.text("vectorString", limits::NAME, defects) else { continue };
        let version = match (key, vector.starts_with("CVSS:3.0")) {
            ("cvss_v4", _) => CvssVersion::V4,
            ("cvss_v2", _) => CvssVersion::V2,
            (_, true) => CvssVersion::V30,
            (_, false) => CvssVersion::V31,
        };
        let base = cvss.value.get("baseScore").and_then(Value::as_f64);
        let Some(base) = base.filter(|base| (0.0..=10.0).contains(base)) else {
            cvss.tell("baseScore", "is no number from 0 to 10", defects);
            continue;
        };
        #[expect(clippy::cast_possible_truncation, reason = "a score has one digit behind the point")]
        vectors.push(Cvss { version, vector, base: base as f32 });
    }
    vectors
}

fn threats(part: &Part, tree: &Tree, defects: &mut Vec<Defect>) -> Vec<Threat> {
    let mut threats = Vec::new();
    for threat in part.optional_list("threats", limits::ENTRIES, defects) {
        let category = threat.text("category", limits::NAME, defects).unwrap_or_default();
        let Some(text) = threat.text("details", limits::TEXT, defects) else { continue };
        let kind = match category.as_str() {
            "exploit_status" => ThreatKind::ExploitStatus,
            "target_set" => ThreatKind::TargetSet,
            _ => ThreatKind::Impact,
        };
        threats.push(Threat { kind, text, products: products(&threat, tree, defects) });
    }
    threats
}

fn keep_remedy(
    part: &Part,
    weakness: u32,
    tree: &Tree,
    advisory: &mut Advisory,
    kept: &mut Kept,
    defects: &mut Vec<Defect>,
) {
    let category = part.text("category", limits::NAME, defects).unwrap_or_default();
    let kind = match category.as_str() {
        "vendor_fix" => RemediationKind::VendorFix,
        "optional_patch" => RemediationKind::OptionalPatch,
        "workaround" => RemediationKind::Workaround,
        "fix_planned" => RemediationKind::FixPlanned,
        "none_available" => RemediationKind::NoneAvailable,
        "no_fix_planned" => RemediationKind::NoFixPlanned,
        _ => RemediationKind::Mitigation,
    };
    let Some(text) = part.text("details", limits::TEXT, defects) else { return };
    let url = part.optional_text("url", limits::NAME, defects).unwrap_or_default();
    let products = products(part, tree, defects);
    let key = (kind, text.clone(), url.clone(), products.clone());
    if let Some(known) = kept.get(&key).and_then(|place| advisory.remediations.get_mut(*place)) {
        if known.vulnerabilities.last() != Some(&weakness) {
            known.vulnerabilities.push(weakness);
        }
        return;
    }
    if advisory.remediations.len() >= limits::REMEDIATIONS {
        part.tell("", "is one remedy more than are read", defects);
        return;
    }
    kept.insert(key, advisory.remediations.len());
    let restart = part.optional_object("restart_required", defects);
    advisory.remediations.push(Remediation {
        kind,
        text,
        url,
        restart: restart.and_then(|part| part.text("category", limits::NAME, defects)).unwrap_or_default(),
        date: part.optional_text("date", limits::NAME, defects).unwrap_or_default(),
        products,
        vulnerabilities: vec![weakness],
        fixed_in: Vec::new(),
    });
}
