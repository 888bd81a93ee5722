//! Involvements of parties as CSAF 2.1 had them while it was written: inside a vulnerability, as in 2.0. Its newest text
//! keeps them elsewhere, and so does the crate; documents of before are still about, so their involvements are taken out
//! of what the crate sees and tested here (6.1.1, 6.1.4, 6.1.24).

use super::Finding;
use super::check::finding;
use crate::json::list;
use serde_json::Value;
use std::collections::BTreeSet;

/// The document without its involvements, when it has any at the place of before.
pub(super) fn without(document: &Value) -> Option<Value> {
    let has = list(document, "vulnerabilities")
        .iter()
        .any(|vulnerability| vulnerability.get("involvements").is_some());
    let mut rest = has.then(|| document.clone())?;
    for vulnerability in rest.get_mut("vulnerabilities").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(fields) = vulnerability.as_object_mut() {
            fields.remove("involvements");
            if fields.is_empty() {
                // An empty one would be a fault of its own.
                fields.insert("title".into(), Value::String("involvements".into()));
            }
        }
    }
    Some(rest)
}

/// What the tests that speak of involvements find in them.
pub(super) fn test(document: &Value, test: &str) -> Vec<Finding> {
    match test {
        "schema" => shape(document),
        "6.1.1" => undefined(document, "product_ids", &products(document), test),
        "6.1.4" => undefined(document, "group_ids", &groups(document), test),
        "6.1.24" => twice(document),
        _ => Vec::new(),
    }
}

/// Every involvement with its place.
fn involvements(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    list(document, "vulnerabilities").iter().enumerate().flat_map(|(outer, vulnerability)| {
        let all = list(vulnerability, "involvements").iter().enumerate();
        all.map(move |(inner, value)| (format!("/vulnerabilities/{outer}/involvements/{inner}"), value))
    })
}

fn shape(document: &Value) -> Vec<Finding> {
    const PARTIES: [&str; 5] = ["coordinator", "discoverer", "other", "user", "vendor"];
    const STATUS: [&str; 6] =
        ["completed", "contact_attempted", "disputed", "in_progress", "not_contacted", "open"];
    let mut findings = Vec::new();
    for (at, value) in involvements(document) {
        for (key, allowed) in [("party", &PARTIES[..]), ("status", &STATUS[..])] {
            if !value.get(key).and_then(Value::as_str).is_some_and(|text| allowed.contains(&text)) {
                findings.push(finding(
                    "schema",
                    &format!("{at}/{key}"),
                    &format!("is none of {}", allowed.join(", ")),
                ));
            }
        }
    }
    findings
}

fn undefined(document: &Value, key: &str, defined: &BTreeSet<&str>, test: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, value) in involvements(document) {
        for (index, id) in list(value, key).iter().enumerate() {
            if !id.as_str().is_some_and(|id| defined.contains(id)) {
                findings.push(finding(test, &format!("{at}/{key}/{index}"), &format!("{id} is not defined")));
            }
        }
    }
    findings
}

/// 6.1.24: no two involvements of the same party at the same time in one vulnerability.
fn twice(document: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (outer, vulnerability) in list(document, "vulnerabilities").iter().enumerate() {
        let mut seen = BTreeSet::new();
        for (inner, value) in list(vulnerability, "involvements").iter().enumerate() {
            let field = |key: &str| value.get(key).and_then(Value::as_str);
            let date = field("date")
                .map(|date| date.parse::<jiff::Timestamp>().map_or(date.to_owned(), |time| time.to_string()));
            if let (Some(party), Some(date)) = (field("party"), date)
                && !seen.insert((party, date))
            {
                let at = format!("/vulnerabilities/{outer}/involvements/{inner}");
                findings.push(finding("6.1.24", &at, "the same party at the same time stands there twice"));
            }
        }
    }
    findings
}

/// Every product identifier that the document defines.
pub(super) fn products(document: &Value) -> BTreeSet<&str> {
    let mut ids = BTreeSet::new();
    let mut open: Vec<&Value> = document.get("product_tree").into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                // A full product name has both; groups and paths only point to products.
                if let (Some(id), true) =
                    (fields.get("product_id").and_then(Value::as_str), fields.contains_key("name"))
                {
                    ids.insert(id);
                }
                open.extend(fields.values());
            }
            Value::Array(entries) => open.extend(entries),
            _ => {}
        }
    }
    ids
}

fn groups(document: &Value) -> BTreeSet<&str> {
    let tree = document.get("product_tree").unwrap_or(&Value::Null);
    list(tree, "product_groups").iter().filter_map(|group| group.get("group_id")?.as_str()).collect()
}
