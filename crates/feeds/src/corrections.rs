//! Corrections of our own: a small TOML file of facts that are set, replaced or withdrawn, each with who says so, why and
//! since when. `docs/bundle.md` describes it.

use crate::day::day;
use crate::item::{Action, Correction, Item, Reading};
use crate::json::{bounded, strip_bom};
use crate::problem::Fault;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::io::Read;

/// The longest file.
const FILE_MAX: u64 = 8 << 20;
/// Facts that can be corrected.
pub const FACTS: [&str; 8] =
    ["versions", "fixed", "status", "cvss", "models", "names", "end_of_life", "advisory"];

/// Reads a file of `[[correction]]` tables, one by one.
pub fn read(input: impl Read, into: &mut Reading<'_>) {
    let read = bounded(input, FILE_MAX).and_then(|bytes| {
        let text =
            String::from_utf8(strip_bom(&bytes).to_vec()).map_err(|_| Fault::new("", "is no UTF-8"))?;
        toml::from_str::<File>(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            Fault::new(format!("line {}", before.matches('\n').count() + 1), error.message())
        })
    });
    let file = match read {
        Ok(file) => file,
        Err(fault) => return into.refuse(fault),
    };
    let mut seen = BTreeSet::new();
    for (index, table) in file.correction.into_iter().enumerate() {
        let read = table.try_into::<Correction>().map_err(|error| Fault::new("", error.message()));
        match read.and_then(checked) {
            Ok(correction) if !seen.insert(correction.id.clone()) => {
                into.refuse(Fault::new(
                    format!("/correction/{index}/id"),
                    format!("{} stands there twice", correction.id),
                ));
            }
            Ok(correction) => into.give(Item::Correction(correction)),
            Err(fault) => into.refuse(fault.under(format_args!("/correction/{index}"))),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    correction: Vec<toml::Table>,
}

fn checked(correction: Correction) -> Result<Correction, Fault> {
    for (key, value) in [
        ("id", &correction.id),
        ("author", &correction.author),
        ("reason", &correction.reason),
        ("fact", &correction.fact),
    ] {
        if value.trim().is_empty() {
            return Err(Fault::new(format!("/{key}"), "is missing"));
        }
    }
    if day(&correction.date).as_ref() != Some(&correction.date) {
        return Err(Fault::new("/date", "is no day YYYY-MM-DD"));
    }
    if !FACTS.contains(&correction.fact.as_str()) {
        return Err(Fault::new("/fact", format!("{} is none of {}", correction.fact, FACTS.join(", "))));
    }
    if correction.advisory.is_empty() && correction.product.is_empty() {
        return Err(Fault::new("", "names neither an advisory nor a product"));
    }
    match correction.action {
        Action::Replace if correction.old.is_empty() => {
            Err(Fault::new("/old", "is missing: what does it replace?"))
        }
        Action::Set | Action::Replace if correction.new.is_empty() => Err(Fault::new("/new", "is missing")),
        Action::Withdraw if !correction.new.is_empty() => Err(Fault::new("/new", "stands beside withdraw")),
        _ => Ok(correction),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::item::{Action, Item, all_of};

    #[test]
    fn corrections_are_read_and_unclear_ones_refused() {
        let head = "author = \"ops\"\nreason = \"vendor mail\"\ndate = \"2026-01-05\"\n";
        let text = format!(
            "[[correction]]\nid = \"a\"\nadvisory = \"ICSA-1\"\naction = \"replace\"\nfact = \"versions\"\nold = \"<2\"\nnew = \"<3\"\n{head}
             [[correction]]\nid = \"a\"\nadvisory = \"ICSA-1\"\naction = \"withdraw\"\nfact = \"advisory\"\n{head}
             [[correction]]\nid = \"b\"\naction = \"withdraw\"\nfact = \"advisory\"\n{head}
             [[correction]]\nid = \"c\"\nproduct = \"x\"\nfact = \"colour\"\nnew = \"red\"\n{head}
             [[correction]]\nid = \"d\"\nproduct = \"x\"\nfact = \"names\"\n{head}
             [[correction]]\nid = \"e\"\nproduct = \"x\"\nfact = \"names\"\nnew = \"y\"\nwho = 3\n{head}"
        );
        let (items, problems) = all_of(|into| read(text.as_bytes(), into));
        let [Item::Correction(one)] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!((one.action, one.new.as_str()), (Action::Replace, "<3"));
        let places: Vec<&str> =
            problems.iter().map(|problem| problem.split(": refused").next().expect("a place")).collect();
        assert_eq!(
            places,
            [
                "f: /correction/1/id",
                "f: /correction/2",
                "f: /correction/3/fact",
                "f: /correction/4/new",
                "f: /correction/5"
            ]
        );
        let (_, problems) = all_of(|into| read(&b"\n[[correction]\n"[..], into));
        assert!(problems[0].starts_with("f: line 2: refused"), "{problems:?}");
    }
}
