//! XML documents of both formats in the shape of their JSON, so that one set of rules reads both.

use crate::problem::Fault;
use crate::xml::Element;
use serde_json::{Map, Value};

/// Lists of CycloneDX and what their entries are called.
const LISTS: [(&str, &str); 40] = [
    ("components", "component"),
    ("ancestors", "component"),
    ("descendants", "component"),
    ("variants", "component"),
    ("services", "service"),
    ("tools", "tool"),
    ("authors", "author"),
    ("hashes", "hash"),
    ("externalReferences", "reference"),
    ("properties", "property"),
    ("patches", "patch"),
    ("commits", "commit"),
    ("resolves", "issue"),
    ("endpoints", "endpoint"),
    ("compositions", "composition"),
    ("assemblies", "assembly"),
    ("vulnerabilities", "vulnerability"),
    ("ratings", "rating"),
    ("cwes", "cwe"),
    ("advisories", "advisory"),
    ("responses", "response"),
    ("versions", "version"),
    ("tags", "tag"),
    ("lifecycles", "lifecycle"),
    ("annotations", "annotation"),
    ("subjects", "subject"),
    ("citations", "citation"),
    ("pointers", "pointer"),
    ("expressions", "expression"),
    ("occurrences", "occurrence"),
    ("copyright", "text"),
    ("formulation", "formula"),
    ("workflows", "workflow"),
    ("tasks", "task"),
    ("steps", "step"),
    ("commands", "command"),
    ("taskTypes", "taskType"),
    ("patents", "patent"),
    ("inputs", "input"),
    ("outputs", "output"),
];

/// An element of CycloneDX as the JSON it stands for. Names that stand twice where one is allowed are told.
pub(super) fn cyclonedx(element: &Element, faults: &mut Vec<Fault>) -> Value {
    let mut fields = attributes(element);
    for child in &element.children {
        let name = child.name.as_str();
        let value = match name {
            "licenses" => licenses(child, faults),
            "dependencies" => Value::Array(child.all("dependency").map(dependency).collect()),
            "data" if element.name == "service" => service_data(child),
            _ => match LISTS.iter().find(|(list, entry)| {
                *list == name && child.children.iter().any(|inner| inner.name == *entry)
            }) {
                Some((_, entry)) => {
                    Value::Array(child.all(entry).map(|inner| cyclonedx(inner, faults)).collect())
                }
                None if LISTS.iter().any(|(list, _)| *list == name) && child.children.is_empty() => {
                    Value::Array(Vec::new())
                }
                None => cyclonedx(child, faults),
            },
        };
        if fields.contains_key(name) && single(&element.name, name) {
            faults.push(Fault::new(format!("line {}", child.line), format!("<{name}> stands there twice")));
        }
        fields.insert(name.to_owned(), value);
    }
    let text = element.text.trim();
    if fields.is_empty() {
        return Value::String(text.to_owned());
    }
    if !text.is_empty() {
        let key = if element.name == "property" { "value" } else { "content" };
        fields.insert(key.to_owned(), Value::String(text.to_owned()));
    }
    Value::Object(fields)
}

/// Fields of a part that a document has been seen to repeat; elements of other namespaces may stand as often as they like.
fn single(element: &str, name: &str) -> bool {
    matches!(element, "license" | "component")
        && matches!(name, "id" | "name" | "version" | "scope" | "purl" | "cpe")
}

fn attributes(element: &Element) -> Map<String, Value> {
    let field = |(key, value): &(String, String)| {
        let key = match key.as_str() {
            "content-type" => "contentType",
            key => key,
        };
        (key.to_owned(), Value::String(value.clone()))
    };
    element.attributes.iter().map(field).collect()
}

fn licenses(element: &Element, faults: &mut Vec<Fault>) -> Value {
    let mut list = Vec::new();
    for child in &element.children {
        let mut entry = Map::new();
        match child.name.as_str() {
            "expression" => {
                entry.insert("expression".into(), Value::String(child.text.trim().to_owned()));
            }
            "expression-detailed" => {
                entry.insert("expression".into(), Value::String(child.attribute("expression").to_owned()));
            }
            _ => {
                entry.insert("license".into(), object(cyclonedx(child, faults)));
            }
        }
        list.push(Value::Object(entry));
    }
    Value::Array(list)
}

/// An empty element where an object is meant.
fn object(value: Value) -> Value {
    match value {
        Value::String(_) => Value::Object(Map::new()),
        value => value,
    }
}

fn dependency(element: &Element) -> Value {
    let mut fields = attributes(element);
    let inner = element.all("dependency").map(|inner| Value::String(inner.attribute("ref").to_owned()));
    fields.insert("dependsOn".into(), Value::Array(inner.collect()));
    Value::Object(fields)
}

/// Data of a service: until 1.4 classifications, later flows with a classification inside.
fn service_data(element: &Element) -> Value {
    let entries = element.children.iter().map(|child| {
        let mut fields = attributes(child);
        let classification =
            if child.name == "classification" { Some(child) } else { child.at(&["classification"]) };
        if let Some(classification) = classification {
            fields.extend(attributes(classification));
            fields.insert("classification".into(), Value::String(classification.text.trim().to_owned()));
        }
        Value::Object(fields)
    });
    Value::Array(entries.collect())
}

/// Lists of SPDX 2: elements that stand once for each entry.
const SPDX_LISTS: [&str; 24] = [
    "creators",
    "externalDocumentRefs",
    "hasExtractedLicensingInfos",
    "annotations",
    "documentDescribes",
    "packages",
    "files",
    "snippets",
    "relationships",
    "checksums",
    "externalRefs",
    "hasFiles",
    "licenseInfoFromFiles",
    "attributionTexts",
    "fileTypes",
    "fileContributors",
    "licenseInfoInFiles",
    "licenseInfoInSnippets",
    "ranges",
    "seeAlsos",
    "crossRefs",
    "packageVerificationCodeExcludedFiles",
    "fileDependencies",
    "revieweds",
];

/// An element of SPDX 2 as the JSON it stands for.
pub(super) fn spdx(element: &Element) -> Value {
    if element.children.is_empty() {
        let text = element.text.trim();
        return match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::String(text.to_owned()),
        };
    }
    let mut fields = Map::new();
    for child in &element.children {
        let value = spdx(child);
        if !SPDX_LISTS.contains(&child.name.as_str()) {
            fields.insert(child.name.clone(), value);
        } else if let Value::Array(list) =
            fields.entry(child.name.clone()).or_insert_with(|| Value::Array(Vec::new()))
        {
            list.push(value);
        }
    }
    Value::Object(fields)
}
