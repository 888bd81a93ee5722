//! Extensions of CSAF 2.1 (`x_extensions`) against what their authors published about them: tests 6.1.60.2 and 6.1.60.3.
//! The crate does not have them, because schema and metadata of an extension stand elsewhere; who has them gives them.

use super::Finding;
use super::check::finding;
use crate::json::{maybe_text, texts};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is published of extensions, by the address of the schema of their content.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extensions {
    metadata: BTreeMap<String, Value>,
    schemas: BTreeMap<String, Value>,
}

impl Extensions {
    /// Adds the metadata of an extension, or the schema of its content. `false` when it does not say of which.
    pub fn add(&mut self, published: Value) -> bool {
        if let Some(schema) = maybe_text(&published, "extension_schema").map(str::to_owned) {
            self.metadata.insert(schema, published);
        } else if let Some(id) = maybe_text(&published, "$id").map(str::to_owned) {
            self.schemas.insert(id, published);
        } else {
            return false;
        }
        true
    }

    /// 6.1.60.2: the content of an extension follows the schema it names. One whose schema nobody has is not judged.
    pub(super) fn test_content(&self, document: &Value) -> Vec<Finding> {
        let mut lists = Vec::new();
        gather(document, String::new(), "$".into(), &mut lists);
        let mut findings = Vec::new();
        for (at, _, list) in &lists {
            for (index, extension) in list.iter().enumerate() {
                let schema = maybe_text(extension, "$schema").and_then(|address| self.schemas.get(address));
                let Some(validator) = schema.and_then(validator) else { continue };
                for error in validator.iter_errors(extension) {
                    let place = format!("{at}/{index}{}", error.instance_path().as_str());
                    findings.push(finding("6.1.60.2", &place, &error.to_string()));
                }
            }
        }
        findings
    }

    /// 6.1.60.3: where an extension may stand and how often, and which others may not stand beside it. Extensions whose
    /// metadata nobody has are not judged.
    pub(super) fn test(&self, document: &Value) -> Vec<Finding> {
        let mut lists = Vec::new();
        gather(document, String::new(), "$".into(), &mut lists);
        let mut findings = Vec::new();
        let present: BTreeSet<&str> = lists.iter().flat_map(|(_, _, list)| schemas(list)).collect();
        for (at, pattern, list) in &lists {
            for schema in schemas(list).collect::<BTreeSet<_>>() {
                let Some(metadata) = self.metadata.get(schema) else { continue };
                let count = schemas(list).filter(|other| *other == schema).count() as u64;
                let allowed =
                    metadata.get("requirement").and_then(|requirement| requirement.get(pattern.as_str()));
                let allowed =
                    allowed.and_then(|rule| rule.get("max_occurrence")).and_then(Value::as_u64).unwrap_or(0);
                if count > allowed {
                    findings.push(finding(
                        "6.1.60.3",
                        at,
                        &format!("{schema} stands {count} times where {allowed} are allowed"),
                    ));
                }
                for other in texts(metadata, "incompatible_extensions")
                    .iter()
                    .filter(|other| present.contains(other.as_str()))
                {
                    findings.push(finding("6.1.60.3", at, &format!("{schema} may not stand beside {other}")));
                }
            }
        }
        findings
    }
}

/// `None` when the schema is none, or refers to others: nothing is fetched.
fn validator(schema: &Value) -> Option<jsonschema::Validator> {
    let mut schema = schema.clone();
    // Its own meta-schema is that of the draft with the rules for extensions.
    schema.as_object_mut()?.remove("$schema");
    jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(&schema).ok()
}

fn schemas(list: &[Value]) -> impl Iterator<Item = &str> {
    list.iter().filter_map(|extension| maybe_text(extension, "$schema"))
}

/// Every list of extensions with its JSON pointer and the path by which metadata name such places.
fn gather<'v>(value: &'v Value, at: String, pattern: String, lists: &mut Vec<(String, String, &'v [Value])>) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let (at, pattern) = (format!("{at}/{key}"), step(&pattern, key));
                match (key.as_str(), inner) {
                    ("x_extensions", Value::Array(list)) => lists.push((at, pattern, list)),
                    ("x_extensions", _) => {}
                    _ => gather(inner, at, pattern, lists),
                }
            }
        }
        Value::Array(entries) => {
            for (index, inner) in entries.iter().enumerate() {
                // Branches are nested to any depth; their place is written `branches..`.
                let pattern = if pattern.ends_with(".branches") {
                    format!("{pattern}.")
                } else {
                    format!("{pattern}[*]")
                };
                gather(inner, format!("{at}/{index}"), pattern, lists);
            }
        }
        _ => {}
    }
}

fn step(pattern: &str, key: &str) -> String {
    match (pattern.strip_suffix("branches."), key) {
        (Some(_), "branches") => pattern.trim_end_matches('.').to_owned(),
        (Some(_), key) => format!("{pattern}.{key}"),
        (None, key) => format!("{pattern}.{key}"),
    }
}
