//! Extensions of CSAF 2.1 (`x_extensions`) against what their authors published about them: test 6.1.60.3. The crate does
//! not have it, because the metadata of an extension stand elsewhere; who has them gives them.

use super::Finding;
use super::check::finding;
use crate::json::{maybe_text, texts};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Metadata of extensions by the address of the schema of their content.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extensions(BTreeMap<String, Value>);

impl Extensions {
    /// Adds the metadata of an extension. `false` when they do not say of which.
    pub fn add(&mut self, metadata: Value) -> bool {
        let Some(schema) = maybe_text(&metadata, "extension_schema").map(str::to_owned) else { return false };
        self.0.insert(schema, metadata);
        true
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
                let Some(metadata) = self.0.get(schema) else { continue };
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
