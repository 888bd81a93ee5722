//! The National Vulnerability Database (API 2.0): CVEs with their configurations, the dictionary of CPE names and the
//! names that match a criterion. Pages, and single documents as mirrors keep them.

mod configuration;
#[cfg(test)]
mod tests;

use crate::cpe::Cpe;
use crate::cve::vector;
use crate::day::cve;
use crate::item::{Item, ListedProduct, Reading};
use crate::json::{each, list, maybe_text, text};
use crate::problem::Fault;
use configuration::configurations;
use knowledge::advisory::limits::{ENTRIES, TEXT, cut};
use knowledge::advisory::{Advisory, CvssVersion, Note, Reference, Score, Vulnerability};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Read;

/// Reads a page of CVEs, entry by entry.
pub fn read(input: impl Read, into: &mut Reading<'_>) {
    let ended = each(input, "vulnerabilities", &mut |_, _| (), &mut |index, value| {
        one(&value, &format!("/vulnerabilities/{index}"), into);
    });
    if let Err(fault) = ended {
        into.refuse(fault);
    }
}

/// Reads one CVE, alone or inside `cve`.
pub fn read_one(document: &Value, into: &mut Reading<'_>) {
    one(document, "", into);
}

fn one(entry: &Value, place: &str, into: &mut Reading<'_>) {
    let (value, place) =
        entry.get("cve").map_or((entry, place.to_owned()), |cve| (cve, format!("{place}/cve")));
    match advisory(value, &place, into) {
        Ok(advisory) => into.give(Item::Advisory(Box::new(advisory))),
        Err(fault) => into.refuse(fault.under(place)),
    }
}

fn advisory(value: &Value, place: &str, into: &mut Reading<'_>) -> Result<Advisory, Fault> {
    let id = text(value, "id")?;
    let id = cve(id).ok_or_else(|| Fault::new("/id", format!("{id} is no CVE identifier")))?;
    let field = |key: &str| maybe_text(value, key).unwrap_or_default().to_owned();
    let mut advisory = Advisory {
        id: id.clone(),
        publisher: "NVD".into(),
        first_released: field("published"),
        last_released: field("lastModified"),
        stage: "final".into(),
        ..Advisory::default()
    };
    if maybe_text(value, "vulnStatus") == Some("Rejected") {
        advisory.stage = "withdrawn".into();
        advisory.vulnerabilities.push(Vulnerability { cve: id, ..Vulnerability::default() });
        return Ok(advisory);
    }
    let mut vulnerability = Vulnerability { cve: id, ..Vulnerability::default() };
    for entry in list(value, "descriptions").iter().filter(|entry| maybe_text(entry, "lang") == Some("en")) {
        let text = cut(maybe_text(entry, "value").unwrap_or_default(), TEXT).to_owned();
        vulnerability.notes.push(Note { category: "description".into(), title: String::new(), text });
    }
    vulnerability.notes.truncate(ENTRIES);
    let weaknesses = list(value, "weaknesses").iter().flat_map(|weakness| list(weakness, "description"));
    for cwe in weaknesses.filter_map(|entry| maybe_text(entry, "value")).filter(|cwe| cwe.starts_with("CWE-"))
    {
        if vulnerability.cwes.len() < ENTRIES && !vulnerability.cwes.iter().any(|known| known == cwe) {
            vulnerability.cwes.push(cwe.to_owned());
        }
    }
    let mut seen = BTreeSet::new();
    for entry in list(value, "references").iter().take(ENTRIES) {
        if let Some(url) = maybe_text(entry, "url").filter(|url| seen.insert((*url).to_owned())) {
            advisory.references.push(Reference { url: url.into(), ..Reference::default() });
        }
    }
    scores(value, place, &mut vulnerability, into);
    advisory.vulnerabilities.push(vulnerability);
    configurations(value, place, &mut advisory, into);
    Ok(advisory)
}

fn scores(value: &Value, place: &str, vulnerability: &mut Vulnerability, into: &mut Reading<'_>) {
    let mut vectors = Vec::new();
    for (key, version) in [
        ("cvssMetricV40", CvssVersion::V4),
        ("cvssMetricV31", CvssVersion::V31),
        ("cvssMetricV30", CvssVersion::V30),
        ("cvssMetricV2", CvssVersion::V2),
    ] {
        let metrics = value.get("metrics").map_or(&[][..], |metrics| list(metrics, key));
        for (index, metric) in metrics.iter().enumerate().take(ENTRIES) {
            match vector(metric.get("cvssData").unwrap_or(&Value::Null), version) {
                Ok(cvss) if vectors.contains(&cvss) => {}
                Ok(cvss) => vectors.push(cvss),
                Err(fault) => {
                    into.partly(fault.under(format_args!("{place}/metrics/{key}/{index}/cvssData")))
                }
            }
        }
    }
    if !vectors.is_empty() {
        vulnerability.scores.push(Score { cvss: vectors, products: Vec::new() });
    }
}

/// Reads a page of the dictionary of CPE names.
pub fn read_dictionary(input: impl Read, into: &mut Reading<'_>) {
    let ended = each(input, "products", &mut |_, _| (), &mut |index, value| {
        let cpe = value.get("cpe").unwrap_or(&Value::Null);
        if crate::json::is(cpe, "deprecated") {
            return;
        }
        let english = |title: &&Value| maybe_text(title, "lang") == Some("en");
        let title = list(cpe, "titles").iter().find(english).and_then(|title| maybe_text(title, "title"));
        match listed(cpe, "cpeName", title) {
            Ok(product) => into.give(Item::Product(product)),
            Err(fault) => into.refuse(fault.under(format_args!("/products/{index}/cpe"))),
        }
    });
    if let Err(fault) = ended {
        into.refuse(fault);
    }
}

/// Reads the names that match one criterion.
pub fn read_match(document: &Value, into: &mut Reading<'_>) {
    if let Err(fault) = listed(document, "criteria", None) {
        into.refuse(fault);
        return;
    }
    for (index, name) in list(document, "matches").iter().enumerate() {
        match listed(name, "cpeName", None) {
            Ok(product) => into.give(Item::Product(product)),
            Err(fault) => into.refuse(fault.under(format_args!("/matches/{index}"))),
        }
    }
}

fn listed(value: &Value, key: &str, title: Option<&str>) -> Result<ListedProduct, Fault> {
    let name = text(value, key)?;
    let cpe =
        Cpe::read(name).ok_or_else(|| Fault::new(format!("/{key}"), format!("is no CPE name: {name}")))?;
    let called = format!("{} {}", cpe.product, cpe.whole_version());
    Ok(ListedProduct {
        list: "NVD".into(),
        vendor: cpe.vendor,
        vendor_cpe: String::new(),
        product: title.map_or(called.trim(), str::trim).to_owned(),
        cpe: name.to_owned(),
    })
}
