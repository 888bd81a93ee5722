//! `cargo xtask web`: builds the console into `web/dist`, which is committed; `--check` says whether it is current.

use crate::root::{installed, output, root};
use crate::{Outcome, arguments};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that the built files depend on.
const SOURCES: [&str; 7] =
    ["index.html", "package.json", "package-lock.json", "public", "src", "tsconfig.json", "vite.config.ts"];
/// What `web/dist` says of itself.
const SOURCE: &str = "SOURCE";
/// The client is made of this document, whose change must lead to a new build.
const DOCUMENT: &str = "openapi/site.json";

/// `cargo xtask web`.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &[], &["--check"])?;
    if given.iter().any(|argument| argument == "--check") { check(&root()) } else { build(&root()) }
}

/// Whether what is committed was built from what is committed; needs no Node.js.
pub(crate) fn check(root: &Path) -> Outcome {
    let (web, dist) = (root.join("web"), root.join("web/dist"));
    let told = fs::read_to_string(dist.join(SOURCE))
        .map_err(|error| format!("web/dist/{SOURCE}: {error}: run `cargo xtask web`"))?;
    let node = told.lines().find_map(|line| line.strip_prefix("node ")).unwrap_or_default();
    if told == description(root, &web, &dist, node)? {
        return Ok(());
    }
    Err("web/dist was not built from this web/src: run `cargo xtask web` and commit what it wrote".into())
}

fn build(root: &Path) -> Outcome {
    let (web, dist) = (root.join("web"), root.join("web/dist"));
    if !installed("node") || !installed("npm") {
        return Err("Node.js 20.19 or later with npm is needed to build the console".into());
    }
    let version = output(Command::new("node").arg("--version"))?;
    let node = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default().to_owned();
    if !is_installed(&web) {
        npm(&web, &["ci", "--no-audit", "--no-fund"])?;
    }
    for step in ["generate", "check", "test", "build"] {
        npm(&web, &["run", "--silent", step])?;
    }
    let told = description(root, &web, &dist, &node)?;
    fs::write(dist.join(SOURCE), told).map_err(|error| format!("web/dist/{SOURCE}: {error}"))?;
    println!("web/dist is current");
    Ok(())
}

/// Whether what is installed is what the lock file says: npm notes what it installed.
fn is_installed(web: &Path) -> bool {
    let written = |path: &str| fs::metadata(web.join(path)).and_then(|data| data.modified()).ok();
    match (written("node_modules/.package-lock.json"), written("package-lock.json")) {
        (Some(installed), Some(locked)) => installed >= locked,
        _ => false,
    }
}

fn npm(web: &Path, words: &[&str]) -> Outcome {
    let status = Command::new("npm").args(words).current_dir(web).status();
    if status.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(format!("`npm {}` failed in web/", words.join(" ")))
}

/// The hash of what it was built from, the Node.js it was built with, and every built file.
fn description(root: &Path, web: &Path, dist: &Path, node: &str) -> Result<String, String> {
    let mut sources: Vec<PathBuf> = vec![root.join(DOCUMENT)];
    for name in SOURCES {
        files(&web.join(name), &mut sources)?;
    }
    let mut hash = Sha256::new();
    for path in &sources {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(root).unwrap_or(path);
        hash.update(name.to_string_lossy().as_bytes());
        hash.update([0]);
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(bytes);
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut built = Vec::new();
    files(dist, &mut built)?;
    let mut text = format!("source {hash}\nnode {node}\n");
    for path in built {
        let name = path.strip_prefix(dist).unwrap_or(&path).to_string_lossy().into_owned();
        if name != SOURCE {
            text.push_str(&format!("file {name}\n"));
        }
    }
    Ok(text)
}

/// Every file below a path, or the path itself, in the order of names.
fn files(path: &Path, found: &mut Vec<PathBuf>) -> Outcome {
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let entries = fs::read_dir(path).map_err(failed)?;
    let mut inside: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(failed)?;
    inside.sort_unstable();
    inside.iter().try_for_each(|path| files(path, found))
}
