//! Manifests: versions stand in one table, and every crate keeps the workspace's lints.

use super::Offence;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) fn check(root: &Path) -> Result<Vec<Offence>, String> {
    let mut offences = Vec::new();
    for path in manifests(root)? {
        let text = fs::read_to_string(root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        offences.extend(of_text(&path, &text));
    }
    Ok(offences)
}

fn manifests(root: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(root.join("crates")).map_err(|error| format!("crates: {error}"))?;
    let folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let name = |folder: &PathBuf| folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut paths: Vec<String> =
        folders.iter().filter_map(name).map(|name| format!("crates/{name}/Cargo.toml")).collect();
    paths.extend(["xtask/Cargo.toml".into(), "xtask/mutate/Cargo.toml".into()]);
    paths.sort();
    Ok(paths)
}

fn of_text(path: &str, text: &str) -> Vec<Offence> {
    let offence = |text: String| Offence { rule: "manifest", subject: path.into(), amount: 1, text };
    let (mut section, mut offences, mut keeps_lints) = ("", Vec::new(), false);
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if section == "lints" && line == "workspace = true" {
            keeps_lints = true;
        } else if section.ends_with("dependencies") && !is_from_workspace(line) {
            let place = at + 1;
            offences
                .push(offence(format!("{path}:{place}: versions stand in the workspace's table: `{line}`")));
        }
    }
    if !keeps_lints {
        offences.push(offence(format!("{path}: [lints] workspace = true is missing")));
    }
    offences
}

fn is_from_workspace(line: &str) -> bool {
    let words: String = line.split_whitespace().collect();
    words.is_empty()
        || words.starts_with('#')
        || words.contains(".workspace=true")
        || words.contains("{workspace=true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_one_table() {
        let good = "[dependencies]\n# Why.\nwire.workspace = true\nserde = { workspace = true }\n[lints]\nworkspace = true\n";
        assert!(of_text("a", good).is_empty());
        assert_eq!(of_text("a", &good.replace("wire.workspace = true", "wire = \"1\"")).len(), 1);
        assert_eq!(of_text("a", "[dev-dependencies]\nx = { version = \"1\" }\n").len(), 2);
    }
}
