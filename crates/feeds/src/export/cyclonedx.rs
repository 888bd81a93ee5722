//! CycloneDX 1.6: devices as components, with what is said of their weaknesses.

use super::{Device, Justification, Report, Said, Statement, action, severity};
use knowledge::advisory::{Cvss, CvssVersion};
use serde_json::{Map, Value, json};

/// The report as a CycloneDX document.
#[must_use]
pub fn cyclonedx(report: &Report) -> Value {
    let mut all: Vec<Value> = Vec::new();
    for of_cve in report.by_cve().into_values() {
        // As in OpenVEX: one entry for all devices of which the same is said.
        let mut told: Vec<(Map<String, Value>, Vec<Value>)> = Vec::new();
        for (device, statement) in of_cve {
            let (said, affects) = (vulnerability(statement), json!({ "ref": device.id }));
            match told.iter_mut().find(|(known, _)| *known == said) {
                Some((_, devices)) => devices.push(affects),
                None => told.push((said, vec![affects])),
            }
        }
        all.extend(told.into_iter().map(|(mut said, devices)| {
            said.insert("affects".into(), Value::Array(devices));
            Value::Object(said)
        }));
    }
    let hidden: Vec<Value> = Some(report.hidden)
        .filter(|hidden| *hidden > 0)
        .map(|hidden| json!({ "name": "yagura:hidden_devices", "value": hidden.to_string() }))
        .into_iter()
        .collect();
    let (name, version) = &report.program;
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", report.uuid),
        "version": report.editions.len().max(1),
        "metadata": {
            "timestamp": report.times().1,
            "tools": { "components": [{ "type": "application", "name": name, "version": version }] },
            "authors": [{ "name": report.author }],
            "properties": hidden,
        },
        "components": report.devices.iter().map(component).collect::<Vec<_>>(),
        "vulnerabilities": all,
    })
}

fn component(device: &Device) -> Value {
    let mut fields = Map::new();
    let mut set = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    set("type", json!("device"));
    set("bom-ref", json!(device.id));
    set("name", json!(if device.product.is_empty() { &device.name } else { &device.product }));
    if !device.vendor.is_empty() {
        set("manufacturer", json!({ "name": device.vendor }));
    }
    if !device.version.is_empty() {
        set("version", json!(device.version));
    }
    if !device.cpe.is_empty() {
        set("cpe", json!(device.cpe));
    }
    let properties: Vec<Value> = [
        ("yagura:name", &device.name),
        ("yagura:order_number", &device.order_number),
        ("yagura:serial_number", &device.serial),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| json!({ "name": name, "value": value }))
    .collect();
    if !properties.is_empty() {
        set("properties", json!(properties));
    }
    Value::Object(fields)
}

fn vulnerability(statement: &Statement) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut set = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    set("id", json!(statement.cve));
    set(
        "source",
        json!({ "name": "CVE", "url": format!("https://www.cve.org/CVERecord?id={}", statement.cve) }),
    );
    let ratings: Vec<Value> = statement.cvss.iter().map(rating).collect();
    if !ratings.is_empty() {
        set("ratings", json!(ratings));
    }
    let cwes: Vec<u32> =
        statement.cwes.iter().filter_map(|cwe| cwe.strip_prefix("CWE-")?.parse().ok()).collect();
    if !cwes.is_empty() {
        set("cwes", json!(cwes));
    }
    let (advisory, url) = &statement.advisory;
    if !url.is_empty() {
        set("advisories", json!([{ "title": advisory, "url": url }]));
    }
    let mut analysis = Map::new();
    let state = match &statement.said {
        Said::Affected => {
            set("recommendation", json!(action(statement)));
            "exploitable"
        }
        Said::NotAffected { justification } => {
            if let Some(justification) = justification {
                analysis.insert("justification".into(), json!(word(*justification)));
            }
            "not_affected"
        }
        Said::Fixed => "resolved",
        Said::UnderInvestigation => "in_triage",
    };
    analysis.insert("state".into(), json!(state));
    if !statement.reason.is_empty() {
        analysis.insert("detail".into(), json!(statement.reason));
    }
    if !statement.since.is_empty() {
        analysis.insert("firstIssued".into(), json!(statement.since));
    }
    set("analysis", Value::Object(analysis));
    fields
}

/// CycloneDX has its own words for reasons.
fn word(justification: Justification) -> &'static str {
    match justification {
        Justification::ComponentNotPresent | Justification::VulnerableCodeNotPresent => "code_not_present",
        Justification::VulnerableCodeNotInExecutePath => "code_not_reachable",
        Justification::VulnerableCodeCannotBeControlledByAdversary => "protected_at_perimeter",
        Justification::InlineMitigationsAlreadyExist => "protected_by_mitigating_control",
    }
}

fn rating(cvss: &Cvss) -> Value {
    let method = match cvss.version {
        CvssVersion::V2 => "CVSSv2",
        CvssVersion::V30 => "CVSSv3",
        CvssVersion::V31 => "CVSSv31",
        CvssVersion::V4 => "CVSSv4",
    };
    // One decimal, as the score is written.
    let score = (f64::from(cvss.base) * 10.0).round() / 10.0;
    json!({ "score": score, "severity": severity(cvss.base), "method": method, "vector": cvss.vector })
}
