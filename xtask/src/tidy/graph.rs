//! Which crate of ours uses which: a committed list and the order of the stages.

use super::Offence;
use crate::root::{cargo, output};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The committed list of edges.
pub(super) const GOLDEN: &str = "docs/crate-graph.txt";

const HEAD: &str = "\
# Which crate uses which, written by `cargo xtask tidy --bless`. A new line is a change of design: review it as one.
# (test) marks what only tests use.
";

/// The stages from left to right. A crate may use crates to its left, never to its right.
const ORDER: [&str; 27] = [
    "wire",
    "facts",
    "authz",
    "capture",
    // Frames like those of a capture; tests of every stage may use it.
    "simulator",
    "decode",
    "observe",
    "knowledge",
    "feeds",
    "batch",
    "model",
    "plant",
    "judge",
    "act",
    "journal",
    "store",
    "history",
    "login",
    "config",
    "keep",
    "sensor",
    "show",
    "site",
    "access",
    "hub",
    // The program from outside; tests and chores use it.
    "drive",
    "yagura",
];

/// The programs of `xtask/`.
const CHORES: [&str; 2] = ["xtask", "mutate"];

/// Offences against the list and the order; with `bless` the list is written anew.
pub(super) fn check(root: &Path, bless: bool) -> Result<Vec<Offence>, String> {
    let metadata = output(cargo().args(["metadata", "--no-deps", "--locked", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let edges = edges(&metadata);
    if bless {
        let lines: String = edges.iter().map(|edge| format!("{edge}\n")).collect();
        fs::write(root.join(GOLDEN), format!("{HEAD}{lines}"))
            .map_err(|error| format!("{GOLDEN}: {error}"))?;
    }
    let golden = fs::read_to_string(root.join(GOLDEN)).unwrap_or_default();
    let golden: BTreeSet<String> =
        golden.lines().filter(|line| !line.starts_with('#')).map(String::from).collect();
    let offence = |edge: &String, text: &str| Offence {
        rule: "graph",
        subject: edge.replace(' ', ""),
        amount: 1,
        text: format!("{edge}: {text}"),
    };
    let new =
        edges.difference(&golden).map(|edge| offence(edge, "a new edge is a change of design; then --bless"));
    let gone = golden.difference(&edges).map(|edge| offence(edge, "no longer there: run tidy --bless"));
    let backwards = edges.iter().filter(|edge| !goes_left(edge));
    let backwards = backwards.map(|edge| offence(edge, "a stage uses only the stages to its left"));
    Ok(new.chain(gone).chain(backwards).collect())
}

/// `from -> to` for every dependency between crates of the workspace.
fn edges(metadata: &Value) -> BTreeSet<String> {
    let packages = || metadata["packages"].as_array().into_iter().flatten();
    let ours: BTreeSet<&str> = packages().filter_map(|package| package["name"].as_str()).collect();
    let of_package = |package: &Value| {
        let from = package["name"].as_str().unwrap_or_default().to_owned();
        let dependencies = package["dependencies"].as_array().cloned().unwrap_or_default();
        dependencies.into_iter().map(move |dependency| (from.clone(), dependency))
    };
    packages()
        .flat_map(of_package)
        .filter_map(|(from, dependency)| {
            let to = dependency.get("name")?.as_str().filter(|name| ours.contains(name))?;
            let mark = if dependency.get("kind").is_none_or(Value::is_null) { "" } else { " (test)" };
            Some(format!("{from} -> {to}{mark}"))
        })
        .collect()
}

/// Whether an edge points to the left; the programs of `xtask/` may use everything, and nothing uses them.
fn goes_left(edge: &str) -> bool {
    let Some((from, to)) = edge.trim_end_matches(" (test)").split_once(" -> ") else { return false };
    let place = |name: &str| ORDER.iter().position(|stage| *stage == name);
    match (place(from), place(to)) {
        (Some(from), Some(to)) => to < from,
        (None, Some(_)) => CHORES.contains(&from),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_go_to_the_left() {
        assert!(goes_left("observe -> wire"));
        assert!(goes_left("observe -> capture (test)"));
        assert!(goes_left("mutate -> model"));
        assert!(!goes_left("wire -> observe"));
        assert!(!goes_left("model -> yagura"));
        assert!(!goes_left("model -> xtask"));
        assert!(!goes_left("newcomer -> wire"), "a new crate needs its place in the order");
    }

    #[test]
    fn only_our_crates_are_edges() {
        let text = r#"{"packages": [
            {"name": "a", "dependencies": [{"name": "serde", "kind": null}, {"name": "b", "kind": "dev"}]},
            {"name": "b", "dependencies": []}]}"#;
        let metadata: Value = serde_json::from_str(text).unwrap();
        assert_eq!(edges(&metadata).into_iter().collect::<Vec<_>>(), ["a -> b (test)"]);
    }
}
