//! SPDX 3.0 as JSON-LD: a graph of elements.

use super::rules::{Faults, is_time};
use super::{Bom, BomLink, BomPart, PARTS_MAX};
use crate::json::{maybe_text, texts};
use crate::problem::Fault;
use serde_json::Value;
use std::collections::BTreeSet;

/// Types of elements that are parts.
const PARTS: [&str; 4] = ["software_Package", "software_File", "ai_AIPackage", "dataset_DatasetPackage"];

/// Reads a document.
pub(super) fn read(value: &Value) -> Result<Bom, Vec<Fault>> {
    let mut faults = Faults::default();
    let context = value.get("@context").map(Value::to_string).unwrap_or_default();
    if !context.contains("spdx.org/rdf/3.0") {
        faults.add("", "@context", "is none of SPDX 3.0");
    }
    let graph = faults.list(value, "@graph", "");
    let identifiers: BTreeSet<&str> = graph.iter().filter_map(identifier).collect();
    let mut bom = Bom { format: "SPDX".into(), version: "3.0".into(), ..Bom::default() };
    let mut documents = 0;
    for (index, element) in graph.iter().enumerate() {
        let at = format!("/@graph/{index}");
        let kind = faults.text(element, "type", &at);
        match kind {
            "CreationInfo" => {
                let created = faults.text(element, "created", &at);
                if !is_time(created) {
                    faults.add(&at, "created", "is no time");
                }
                if !faults.text(element, "specVersion", &at).starts_with("3.0") {
                    faults.add(&at, "specVersion", "is not 3.0");
                }
                created.clone_into(&mut bom.created);
            }
            "SpdxDocument" => {
                documents += 1;
                faults.text(element, "spdxId", &at).clone_into(&mut bom.id);
                bom.subject = texts(element, "rootElement").into_iter().next().unwrap_or_default();
            }
            _ if kind.ends_with("Relationship") => {
                let from = faults.text(element, "from", &at).to_owned();
                let relation = faults.text(element, "relationshipType", &at);
                let to = faults.list(element, "to", &at);
                for end in to.iter().filter_map(Value::as_str) {
                    bom.links.push(BomLink {
                        from: from.clone(),
                        kind: relation.to_owned(),
                        to: end.to_owned(),
                    });
                }
            }
            _ if PARTS.contains(&kind) && bom.parts.len() < PARTS_MAX => {
                faults.text(element, "name", &at);
                bom.parts.push(part(element, graph));
            }
            _ => {}
        }
        if kind != "CreationInfo" && !kind.is_empty() {
            creation(element, &identifiers, &at, &mut faults);
        }
    }
    if documents != 1 {
        faults.add("/@graph", "", format!("has {documents} elements SpdxDocument instead of one"));
    }
    if faults.0.is_empty() { Ok(bom) } else { Err(faults.0) }
}

fn identifier(element: &Value) -> Option<&str> {
    maybe_text(element, "spdxId").or_else(|| maybe_text(element, "@id"))
}

/// Every element says who made it when: an object, or the identifier of one.
fn creation(element: &Value, identifiers: &BTreeSet<&str>, at: &str, faults: &mut Faults) {
    match element.get("creationInfo") {
        Some(Value::Object(_)) => {}
        Some(Value::String(id)) if identifiers.contains(id.as_str()) => {}
        Some(Value::String(id)) => faults.add(at, "creationInfo", format!("names {id}, which is not there")),
        Some(_) => faults.add(at, "creationInfo", "is neither an object nor an identifier"),
        None if element.get("spdxId").is_some() => faults.add(at, "creationInfo", "is missing"),
        None => {}
    }
}

fn part(element: &Value, graph: &[Value]) -> BomPart {
    let field = |key: &str| maybe_text(element, key).unwrap_or_default().to_owned();
    let entries = |key: &str| element.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let external = |kinds: &[&str]| {
        let of = entries("externalIdentifier").iter();
        let of = of.filter(|entry| {
            maybe_text(entry, "externalIdentifierType").is_some_and(|kind| kinds.contains(&kind))
        });
        of.filter_map(|entry| maybe_text(entry, "identifier")).next().unwrap_or_default().to_owned()
    };
    let supplier = maybe_text(element, "suppliedBy");
    let vendor = graph.iter().find(|other| supplier.is_some() && identifier(other) == supplier);
    let hash =
        |hash: &Value| Some(format!("{}:{}", maybe_text(hash, "algorithm")?, maybe_text(hash, "hashValue")?));
    let purl = field("software_packageUrl");
    BomPart {
        id: identifier(element).unwrap_or_default().to_owned(),
        kind: field("software_primaryPurpose"),
        vendor: vendor.and_then(|vendor| maybe_text(vendor, "name")).unwrap_or_default().to_owned(),
        name: field("name"),
        version: field("software_packageVersion"),
        cpe: external(&["cpe23", "cpe22"]),
        purl: if purl.is_empty() { external(&["packageUrl"]) } else { purl },
        licenses: Vec::new(),
        hashes: entries("verifiedUsing").iter().filter_map(hash).collect(),
    }
}
