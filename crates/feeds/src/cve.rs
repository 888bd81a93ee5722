//! Records of the CVE programme (JSON 5.x): what the assigner says (CNA container) and what others add (ADP containers),
//! the decision points of SSVC and entries of the exploited list among it.

mod affected;
#[cfg(test)]
mod tests;

use crate::day::{cve, day};
use crate::item::{Item, Reading};
use crate::json::{list, maybe_text, text};
use crate::problem::Fault;
use affected::{Products, products};
use knowledge::advisory::limits::{ENTRIES, TEXT, cut};
use knowledge::advisory::{
    Advisory, Cvss, CvssVersion, Exploited, Note, Reference, Remediation, RemediationKind, Score, Ssvc,
    Vulnerability,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Reads one record.
pub fn read(record: &Value, into: &mut Reading<'_>) {
    let id = match text(record.get("cveMetadata").unwrap_or(&Value::Null), "cveId") {
        Ok(id) => {
            cve(id).ok_or_else(|| Fault::new("/cveMetadata/cveId", format!("{id} is no CVE identifier")))
        }
        Err(fault) => Err(fault.under("/cveMetadata")),
    };
    match id {
        Ok(id) => containers(&id, record, into),
        Err(fault) => into.refuse(fault),
    }
}

fn containers(id: &str, record: &Value, into: &mut Reading<'_>) {
    let meta = record.get("cveMetadata").unwrap_or(&Value::Null);
    let time = |key: &str| maybe_text(meta, key).unwrap_or_default().to_owned();
    let mut advisory = Advisory {
        id: id.to_owned(),
        publisher: "CVE".into(),
        first_released: time("datePublished"),
        last_released: time("dateUpdated"),
        stage: "final".into(),
        vulnerabilities: vec![Vulnerability { cve: id.to_owned(), ..Vulnerability::default() }],
        ..Advisory::default()
    };
    if maybe_text(meta, "state") == Some("REJECTED") {
        advisory.stage = "withdrawn".into();
        into.give(Item::Advisory(Box::new(advisory)));
        return;
    }
    let Some(cna) = record.pointer("/containers/cna") else {
        into.refuse(Fault::new("/containers/cna", "is missing"));
        return;
    };
    let adp = record.pointer("/containers/adp").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut all = vec![("/containers/cna".to_owned(), cna)];
    all.extend(adp.iter().enumerate().take(ENTRIES).map(|(at, one)| (format!("/containers/adp/{at}"), one)));
    advisory.title = maybe_text(cna, "title").unwrap_or_default().to_owned();
    let mut found = Products::default();
    for (place, container) in &all {
        for (index, entry) in list(container, "affected").iter().enumerate() {
            if let Err(fault) = products(entry, &mut found) {
                into.partly(fault.under(format_args!("{place}/affected/{index}")));
            }
        }
        weakness(container, place, &mut advisory, into);
        metrics(id, container, place, &mut advisory, into);
    }
    found.finish(&mut advisory);
    into.give(Item::Advisory(Box::new(advisory)));
}

/// Descriptions, kinds of weakness, links and remedies of one container.
fn weakness(container: &Value, place: &str, advisory: &mut Advisory, into: &mut Reading<'_>) {
    let Some(vulnerability) = advisory.vulnerabilities.first_mut() else { return };
    let english = |entry: &&Value| maybe_text(entry, "lang").is_none_or(|lang| lang.starts_with("en"));
    for entry in list(container, "descriptions").iter().filter(english).take(ENTRIES) {
        let Some(text) = maybe_text(entry, "value") else { continue };
        let text = cut(text, TEXT).to_owned();
        vulnerability.notes.push(Note { category: "description".into(), title: String::new(), text });
    }
    let kinds = list(container, "problemTypes").iter().flat_map(|kind| list(kind, "descriptions"));
    for cwe in kinds.filter_map(|kind| maybe_text(kind, "cweId")).take(ENTRIES) {
        if !vulnerability.cwes.iter().any(|known| known == cwe) {
            vulnerability.cwes.push(cwe.to_owned());
        }
    }
    for (index, entry) in list(container, "references").iter().enumerate().take(ENTRIES) {
        match text(entry, "url") {
            Ok(url) if advisory.references.iter().any(|known| known.url == url) => {}
            Ok(url) => {
                let summary = maybe_text(entry, "name").unwrap_or_default().to_owned();
                advisory.references.push(Reference { url: url.to_owned(), summary, is_self: false });
            }
            Err(fault) => into.partly(fault.under(format_args!("{place}/references/{index}"))),
        }
    }
    advisory.references.truncate(ENTRIES);
    for (key, kind) in
        [("solutions", RemediationKind::VendorFix), ("workarounds", RemediationKind::Workaround)]
    {
        for entry in list(container, key).iter().filter(english).take(ENTRIES) {
            let Some(text) = maybe_text(entry, "value") else { continue };
            let text = cut(text, TEXT).to_owned();
            advisory.remediations.push(Remediation {
                kind,
                text,
                vulnerabilities: vec![0],
                ..Remediation::default()
            });
        }
    }
}

/// Scores and decisions of one container.
fn metrics(id: &str, container: &Value, place: &str, advisory: &mut Advisory, into: &mut Reading<'_>) {
    let mut vectors = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, metric) in list(container, "metrics").iter().enumerate().take(ENTRIES) {
        let place = format!("{place}/metrics/{index}");
        for (key, version) in [
            ("cvssV4_0", CvssVersion::V4),
            ("cvssV3_1", CvssVersion::V31),
            ("cvssV3_0", CvssVersion::V30),
            ("cvssV2_0", CvssVersion::V2),
        ] {
            let Some(score) = metric.get(key) else { continue };
            match vector(score, version) {
                Ok(cvss) if seen.insert(cvss.vector.clone()) => vectors.push(cvss),
                Ok(_) => {}
                Err(fault) => into.partly(fault.under(format_args!("{place}/{key}"))),
            }
        }
        if let Some(other) = metric.get("other")
            && let Err(fault) = decision(id, other, into)
        {
            into.partly(fault.under(format_args!("{place}/other")));
        }
    }
    vectors.sort_by_key(|cvss| std::cmp::Reverse(cvss.version));
    if let (false, Some(vulnerability)) = (vectors.is_empty(), advisory.vulnerabilities.first_mut()) {
        vulnerability.scores.push(Score { cvss: vectors, products: Vec::new() });
    }
}

/// A score with its vector, checked against the arithmetic of the standard.
pub(crate) fn vector(score: &Value, version: CvssVersion) -> Result<Cvss, Fault> {
    let vector = text(score, "vectorString")?;
    let scores = crate::cvss::scores(vector).map_err(|what| Fault::new("/vectorString", what))?;
    #[expect(clippy::cast_possible_truncation, reason = "a score has one decimal")]
    let base = score.get("baseScore").and_then(Value::as_f64).unwrap_or(scores.base) as f32;
    if !(0.0..=10.0).contains(&base) {
        return Err(Fault::new("/baseScore", "is not from 0 to 10"));
    }
    Ok(Cvss { version, vector: vector.to_owned(), base })
}

/// Decision points of SSVC, or the entry of an exploited list, in a metric of its own kind.
fn decision(id: &str, other: &Value, into: &mut Reading<'_>) -> Result<(), Fault> {
    let content = other.get("content").unwrap_or(&Value::Null);
    match maybe_text(other, "type") {
        Some("ssvc") => {
            let ssvc = ssvc(id, content).map_err(|fault| fault.under("/content"))?;
            into.give(Item::Ssvc(ssvc));
        }
        Some("kev") => {
            let added = text(content, "dateAdded").map_err(|fault| fault.under("/content"))?;
            let added = day(added).ok_or_else(|| Fault::new("/content/dateAdded", "is no day YYYY-MM-DD"))?;
            let list = "CISA KEV in the CVE record".to_owned();
            into.give(Item::Exploited(Exploited { cve: id.to_owned(), list, added, ..Exploited::default() }));
        }
        _ => {}
    }
    Ok(())
}

fn ssvc(id: &str, content: &Value) -> Result<Ssvc, Fault> {
    let options = list(content, "options");
    let option = |name: &str, allowed: &[&str]| {
        let Some(value) = options.iter().find_map(|option| maybe_text(option, name)) else {
            return Ok(String::new());
        };
        let value = value.to_ascii_lowercase();
        // The coordinator's older decisions wrote `public poc`.
        let value = value.strip_prefix("public ").unwrap_or(&value);
        if allowed.contains(&value) {
            Ok(value.to_owned())
        } else {
            Err(Fault::new("/options", format!("{name} cannot be {value}")))
        }
    };
    Ok(Ssvc {
        cve: id.to_owned(),
        exploitation: option("Exploitation", &["none", "poc", "active"])?,
        automatable: option("Automatable", &["no", "yes"])?,
        technical_impact: option("Technical Impact", &["partial", "total"])?,
        role: maybe_text(content, "role").unwrap_or_default().to_owned(),
        decided: maybe_text(content, "timestamp").unwrap_or_default().to_owned(),
    })
}
