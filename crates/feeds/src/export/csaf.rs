//! CSAF 2.0, category VEX.

use super::openvex::impact;
use super::{Device, Report, Said, Statement, severity};
use knowledge::advisory::{Cvss, CvssVersion, RemediationKind};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The report as a CSAF document of the category VEX. Scores of CVSS 4 have no place in CSAF 2.0 and are left out.
#[must_use]
pub fn csaf_vex(report: &Report) -> Value {
    let by_cve = report.by_cve();
    let spoken: BTreeSet<&str> = by_cve.values().flatten().map(|(device, _)| device.id.as_str()).collect();
    let devices = report.devices.iter().filter(|device| spoken.contains(device.id.as_str()));
    let names: Vec<Value> = devices.map(product).collect();
    let weaknesses: Vec<Value> =
        by_cve.iter().map(|(cve, statements)| vulnerability(cve, statements)).collect();
    let (name, version) = &report.program;
    let (first, made) = report.times();
    let edition = |(number, date): (usize, &String)| {
        let summary = if number == 1 { "First edition" } else { "What is said changed" };
        json!({ "date": date, "number": number.to_string(), "summary": summary })
    };
    let history: Vec<Value> = (1..).zip(&report.editions).map(edition).collect();
    let title = format!("Weaknesses of the devices of {}", report.author);
    let mut document = json!({
        "document": {
            "category": "csaf_vex",
            "csaf_version": "2.0",
            "lang": "en",
            "distribution": { "tlp": { "label": "AMBER" } },
            "publisher": { "category": "user", "name": report.author, "namespace": report.namespace },
            "title": title,
            "tracking": {
                "id": report.id,
                "status": "final",
                "version": history.len().to_string(),
                "initial_release_date": first,
                "current_release_date": made,
                "revision_history": history,
                "generator": { "date": made, "engine": { "name": name, "version": version } },
            },
        },
        "product_tree": { "full_product_names": names },
        "vulnerabilities": weaknesses,
    });
    let notes = (report.hidden > 0).then(|| {
        let text = format!("{} devices are left out: who asked may not see them.", report.hidden);
        json!([{ "category": "general", "text": text, "title": "What is left out" }])
    });
    if let (Some(notes), Some(fields)) = (notes, document.get_mut("document").and_then(Value::as_object_mut))
    {
        fields.insert("notes".into(), notes);
    }
    document
}

fn product(device: &Device) -> Value {
    let mut helper = Map::new();
    if !device.cpe.is_empty() {
        helper.insert("cpe".into(), json!(device.cpe));
    }
    if !device.order_number.is_empty() {
        helper.insert("skus".into(), json!([device.order_number]));
    }
    if !device.serial.is_empty() {
        helper.insert("serial_numbers".into(), json!([device.serial]));
    }
    let called = [&device.vendor, &device.product, &device.version].map(|text| text.trim());
    let called = called.join(" ");
    let called = called.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = if device.name.is_empty() { called } else { format!("{} ({called})", device.name) };
    let mut product = json!({ "product_id": device.id, "name": name });
    if let (false, Some(fields)) = (helper.is_empty(), product.as_object_mut()) {
        fields.insert("product_identification_helper".into(), Value::Object(helper));
    }
    product
}

fn vulnerability(cve: &str, statements: &[(&Device, &Statement)]) -> Value {
    let mut status: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut flags: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut threats: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut remedies: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    let mut scores: Vec<(Value, Vec<&str>)> = Vec::new();
    let mut links = BTreeMap::new();
    for (device, statement) in statements {
        let id = device.id.as_str();
        let (advisory, url) = &statement.advisory;
        if url.starts_with("https://") || url.starts_with("http://") {
            links.insert(url.as_str(), advisory.as_str());
        }
        let key = match &statement.said {
            Said::Affected => {
                for (category, details) in help(statement) {
                    remedies.entry((category, details)).or_default().push(id);
                }
                for score in statement.cvss.iter().filter_map(score).take(1) {
                    match scores.iter_mut().find(|(known, _)| *known == score) {
                        Some((_, ids)) => ids.push(id),
                        None => scores.push((score, vec![id])),
                    }
                }
                "known_affected"
            }
            Said::NotAffected { justification: Some(justification) } => {
                flags.entry(justification.label()).or_default().push(id);
                "known_not_affected"
            }
            Said::NotAffected { justification: None } => {
                threats.entry(impact(statement)).or_default().push(id);
                "known_not_affected"
            }
            Said::Fixed => "fixed",
            Said::UnderInvestigation => "under_investigation",
        };
        status.entry(key).or_default().push(id);
    }
    let reasons: BTreeSet<&str> = statements
        .iter()
        .map(|(_, statement)| statement.reason.trim())
        .filter(|text| !text.is_empty())
        .collect();
    let text = reasons.into_iter().collect::<Vec<_>>().join("\n");
    let text = if text.is_empty() { cve.to_owned() } else { text };
    let mut fields = Map::new();
    fields.insert("cve".into(), json!(cve));
    fields.insert("notes".into(), json!([{ "category": "description", "text": text, "title": "Why" }]));
    fields.insert("product_status".into(), json!(status));
    let mut put = |key: &str, list: Vec<Value>| {
        if !list.is_empty() {
            fields.insert(key.to_owned(), Value::Array(list));
        }
    };
    put("flags", flags.iter().map(|(label, ids)| json!({ "label": label, "product_ids": ids })).collect());
    let threat = |(details, ids): (&String, &Vec<&str>)| json!({ "category": "impact", "details": details, "product_ids": ids });
    put("threats", threats.iter().map(threat).collect());
    let remedy = |((category, details), ids): (&(&str, String), &Vec<&str>)| json!({ "category": category, "details": details, "product_ids": ids });
    put("remediations", remedies.iter().map(remedy).collect());
    put("references", links.iter().map(|(url, advisory)| json!({ "category": "external", "summary": if advisory.is_empty() { url } else { advisory }, "url": url })).collect());
    let score = |(mut score, ids): (Value, Vec<&str>)| {
        if let Some(fields) = score.as_object_mut() {
            fields.insert("products".into(), json!(ids));
        }
        score
    };
    put("scores", scores.into_iter().map(score).collect());
    Value::Object(fields)
}

/// What helps a device; something must be said of each that is affected.
fn help(statement: &Statement) -> Vec<(&'static str, String)> {
    let category = |kind| match kind {
        RemediationKind::VendorFix | RemediationKind::OptionalPatch => "vendor_fix",
        RemediationKind::Workaround => "workaround",
        RemediationKind::Mitigation => "mitigation",
        RemediationKind::NoFixPlanned => "no_fix_planned",
        RemediationKind::FixPlanned | RemediationKind::NoneAvailable => "none_available",
    };
    let told = statement.remedies.iter().filter(|(_, text)| !text.trim().is_empty());
    let mut help: Vec<(&'static str, String)> =
        told.map(|(kind, text)| (category(*kind), text.trim().to_owned())).collect();
    if help.is_empty() {
        help.push(("none_available", super::action(statement)));
    }
    help
}

/// The members of a score, as far as the vector is one.
fn score(cvss: &Cvss) -> Option<Value> {
    let base = crate::cvss::scores(&cvss.vector).ok()?.base;
    let (version, key) = match cvss.version {
        CvssVersion::V2 => {
            return Some(
                json!({ "cvss_v2": { "version": "2.0", "vectorString": cvss.vector, "baseScore": base } }),
            );
        }
        CvssVersion::V30 => ("3.0", "cvss_v3"),
        CvssVersion::V31 => ("3.1", "cvss_v3"),
        CvssVersion::V4 => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "a score has one decimal")]
    let word = severity(base as f32).to_uppercase();
    Some(
        json!({ key: { "version": version, "vectorString": cvss.vector, "baseScore": base, "baseSeverity": word } }),
    )
}
