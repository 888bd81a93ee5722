//! OpenVEX 0.2.0.

use super::{Device, Report, Said, Statement, action};
use serde_json::{Map, Value, json};

/// The report as an OpenVEX document.
#[must_use]
pub fn open_vex(report: &Report) -> Value {
    let mut statements: Vec<Value> = Vec::new();
    for of_cve in report.by_cve().into_values() {
        // Devices of which the same is said stand in one statement. It is looked for among those of the same weakness only.
        let mut told: Vec<(Map<String, Value>, Vec<Value>)> = Vec::new();
        for (device, statement) in of_cve {
            let (said, product) = (said(statement), product(report, device));
            match told.iter_mut().find(|(known, _)| *known == said) {
                Some((_, products)) => products.push(product),
                None => told.push((said, vec![product])),
            }
        }
        statements.extend(told.into_iter().map(|(mut said, products)| {
            said.insert("products".into(), Value::Array(products));
            Value::Object(said)
        }));
    }
    let (name, version) = &report.program;
    let (first, made) = report.times();
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": format!("{}/vex/{}", report.namespace.trim_end_matches('/'), report.id),
        "author": report.author,
        "timestamp": first,
        "last_updated": made,
        "version": report.editions.len(),
        "tooling": format!("{name} {version}"),
        "statements": statements,
    })
}

fn said(statement: &Statement) -> Map<String, Value> {
    let mut said = Map::new();
    let mut set = |key: &str, value: Value| said.insert(key.to_owned(), value);
    set("vulnerability", json!({ "name": statement.cve }));
    set("timestamp", json!(statement.since));
    if !statement.reason.is_empty() {
        set("status_notes", json!(statement.reason));
    }
    match &statement.said {
        Said::Affected => {
            set("status", json!("affected"));
            set("action_statement", json!(action(statement)));
        }
        Said::NotAffected { justification } => {
            set("status", json!("not_affected"));
            match justification {
                Some(justification) => set("justification", json!(justification.label())),
                // One of the two must be there.
                None => set("impact_statement", json!(impact(statement))),
            };
        }
        Said::Fixed => {
            set("status", json!("fixed"));
        }
        Said::UnderInvestigation => {
            set("status", json!("under_investigation"));
        }
    }
    said
}

/// Why it does no harm.
pub(super) fn impact(statement: &Statement) -> String {
    if statement.reason.is_empty() {
        "The owner found it not affected.".into()
    } else {
        statement.reason.clone()
    }
}

fn product(report: &Report, device: &Device) -> Value {
    let mut product = json!({ "@id": report.iri(device) });
    if let (false, Some(fields)) = (device.cpe.is_empty(), product.as_object_mut()) {
        fields.insert("identifiers".into(), json!({ "cpe23": device.cpe }));
    }
    product
}
