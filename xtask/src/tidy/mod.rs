//! The house rules that a program can check. What people must judge stands in `CONTRIBUTING.md`.

mod calls;
mod exceptions;
mod graph;
mod manifests;
mod proofs;
mod sizes;
mod texts;

use crate::root::root;
use crate::source::{self, Source};
use crate::{Outcome, arguments};
use std::path::Path;

/// Something that a rule forbids.
#[derive(Clone, Debug)]
pub(crate) struct Offence {
    /// The rule's name, as the list of exceptions writes it.
    pub(crate) rule: &'static str,
    /// What offends: a path, `path::function`, an edge; without blanks.
    pub(crate) subject: String,
    /// How much of it: lines of a file or function, otherwise 1 for each place.
    pub(crate) amount: usize,
    /// One line for the reader: where, and what to do instead.
    pub(crate) text: String,
}

/// Files that programs write and people review; a missing one would pass unseen.
const GOLDEN: [&str; 3] = ["docs/analysis.schema.json", graph::GOLDEN, exceptions::LIST];

/// `cargo xtask tidy [--bless]`.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &[], &["--bless"])?;
    let bless = given.iter().any(|argument| argument == "--bless");
    let root = root();
    let sources = source::read_all(&root, &["crates", "xtask"])?;
    let mut offences = graph::check(&root, bless)?;
    offences.extend(manifests::check(&root)?);
    offences.extend(calls::check(&sources));
    offences.extend(sizes::check(&sources));
    offences.extend(proofs::check(&root, &sources));
    offences.extend(texts::check(&root)?);
    offences.extend(golden(&root));
    let failures = exceptions::apply(&root, offences, bless)?;
    failures.iter().for_each(|failure| println!("{failure}"));
    println!("{}", summary(&sources));
    match failures.len() {
        0 => Ok(()),
        count => Err(format!("{count} offences")),
    }
}

fn golden(root: &Path) -> Vec<Offence> {
    let missing = |path: &&&str| !root.join(path).is_file();
    let offence = |path: &&str| Offence {
        rule: "golden",
        subject: (*path).into(),
        amount: 1,
        text: format!("{path} is missing: it is written by a program and committed"),
    };
    GOLDEN.iter().filter(missing).map(offence).collect()
}

fn summary(sources: &[Source]) -> String {
    let (median, most) = sizes::percentiles(sources);
    format!(
        "tidy: {} Rust files; without tests the median has {median} lines, 95 % have at most {most}",
        sources.len()
    )
}
