//! Rules for every committed text: no leftovers, no paths of one machine, no dead links.

use super::Offence;
use crate::source::walk;
use std::fs;
use std::path::Path;

const KINDS: [&str; 9] = ["rs", "md", "toml", "txt", "tsv", "json", "html", "css", "js"];

/// Words that say something is unfinished. Spelled in two halves so that this file does not offend.
const UNFINISHED: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("db", "g!("),
];

/// Folders of one machine.
const MACHINE: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Folders whose names begin a path that a document may name in backticks.
const OURS: [&str; 5] = ["crates/", "xtask/", "docs/", "fuzz/", ".ci/"];

pub(super) fn check(root: &Path) -> Result<Vec<Offence>, String> {
    let mut paths = Vec::new();
    walk(root, &mut paths)?;
    paths.sort();
    let mut offences = Vec::new();
    for path in paths {
        let kind = path.extension().map(|kind| kind.to_string_lossy().into_owned()).unwrap_or_default();
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        if !KINDS.contains(&kind.as_str()) {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else {
            offences.push(offence("text", &name, 0, "not UTF-8"));
            continue;
        };
        offences.extend(marks(&name, &text));
        if kind == "md" {
            offences.extend(links(root, &name, &text));
            offences.extend(named_paths(root, &name, &text));
        }
    }
    Ok(offences)
}

fn offence(rule: &'static str, path: &str, line: usize, text: &str) -> Offence {
    Offence { rule, subject: path.into(), amount: 1, text: format!("{path}:{line}: {text}") }
}

fn marks(path: &str, text: &str) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some(mark) = UNFINISHED.iter().find(|mark| line.contains(**mark)) {
            offences.push(offence(
                "unfinished",
                path,
                at + 1,
                &format!("`{mark}`: do it now, or file an issue"),
            ));
        }
        let is_url = line.contains("://");
        if let Some(folder) = MACHINE.iter().find(|folder| line.contains(**folder) && !is_url) {
            offences.push(offence(
                "machine",
                path,
                at + 1,
                &format!("`{folder}` is a folder of one machine"),
            ));
        }
    }
    offences
}

/// Links to files must lead to one, and links inside a page to one of its headings.
fn links(root: &Path, path: &str, text: &str) -> Vec<Offence> {
    let folder = root.join(path).parent().map(Path::to_owned).unwrap_or_default();
    let mut offences = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let page = if file.is_empty() { root.join(path) } else { folder.join(file) };
            let heading = |line: &str| line.starts_with('#') && slug(line) == anchor;
            let has_heading = || fs::read_to_string(&page).is_ok_and(|text| text.lines().any(heading));
            if !page.exists() || !(anchor.is_empty() || has_heading()) {
                offences.push(offence("link", path, at + 1, &format!("`{target}` leads nowhere")));
            }
        }
    }
    offences
}

/// The name of a heading in links: lower case, blanks as hyphens, other marks dropped.
fn slug(heading: &str) -> String {
    let letters = heading.trim_start_matches('#').trim().to_lowercase();
    letters
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// A path in backticks must exist; `path.rs::name` must be a function there, so that no invariant names a lost test.
fn named_paths(root: &Path, path: &str, text: &str) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for span in line.split('`').skip(1).step_by(2) {
            let is_path =
                OURS.iter().any(|folder| span.starts_with(folder)) && !span.contains([' ', '<', '*', '{']);
            if !is_path || span.chars().any(|c| c.is_ascii_uppercase()) && span.contains("/NAME") {
                continue;
            }
            let (file, name) = span.split_once("::").unwrap_or((span, ""));
            let text = fs::read_to_string(root.join(file)).unwrap_or_default();
            if !root.join(file).exists() || !(name.is_empty() || text.contains(&format!("fn {name}("))) {
                offences.push(offence("link", path, at + 1, &format!("`{span}` is not there")));
            }
        }
    }
    offences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_and_machines_are_found() {
        let text = format!(
            "a\n// {} later\nopen(\"{}x\")\nhttps://example.org{}x",
            UNFINISHED[0], MACHINE[0], MACHINE[2]
        );
        let rules: Vec<&str> = marks("a.rs", &text).into_iter().map(|offence| offence.rule).collect();
        assert_eq!(rules, ["unfinished", "machine"]);
    }

    #[test]
    fn links_lead_somewhere() {
        let root = crate::root::root();
        let text = "[a](../Cargo.toml) [b](https://example.org) [c](nowhere.md) [d](#no-heading)";
        assert_eq!(links(&root, "docs/x.md", text).len(), 2);
        assert_eq!(slug("## How it works: `a` (b)"), "how-it-works-a-b");
    }

    #[test]
    fn named_tests_exist() {
        let root = crate::root::root();
        let text = "`xtask/src/root.rs` `xtask/src/root.rs::root` `xtask/src/root.rs::lost` `xtask/lost.rs` `cargo x`";
        assert_eq!(named_paths(&root, "a.md", text).len(), 2);
    }
}
