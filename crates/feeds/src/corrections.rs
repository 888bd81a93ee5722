//! What we know ourselves, as small TOML files: corrections (facts that are set, replaced or withdrawn, each with who says
//! so, why and since when), advisories in our own words, and entries of lists. `docs/bundle.md` describes them.

use crate::day::{cve, day};
use crate::item::{Action, Correction, Item, Reading};
use crate::json::{bounded, strip_bom};
use crate::problem::Fault;
use knowledge::advisory::{EndOfLife, Epss, Exploited, Ssvc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::io::Read;

/// The longest file.
const FILE_MAX: u64 = 8 << 20;
/// Facts that can be corrected.
pub const FACTS: [&str; 8] =
    ["versions", "fixed", "status", "cvss", "models", "names", "end_of_life", "advisory"];

/// Reads a file of tables, one by one.
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
    for (name, tables, item) in [
        ("correction", file.correction, correction as fn(toml::Table) -> Result<Item, Fault>),
        ("advisory", file.advisory, |table| {
            crate::own::advisory(table).map(|read| Item::Advisory(Box::new(read)))
        }),
        ("exploited", file.exploited, exploited),
        ("epss", file.epss, epss),
        ("ssvc", file.ssvc, ssvc),
        ("end_of_life", file.end_of_life, end_of_life),
    ] {
        for (index, table) in tables.into_iter().enumerate() {
            match item(table) {
                Ok(item) if !seen.insert((name, item.key())) => {
                    let key = item.key().replace('\t', " ");
                    into.refuse(Fault::new(format!("/{name}/{index}"), format!("{key} stands there twice")));
                }
                Ok(item) => into.give(item),
                Err(fault) => into.refuse(fault.under(format_args!("/{name}/{index}"))),
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct File {
    correction: Vec<toml::Table>,
    advisory: Vec<toml::Table>,
    exploited: Vec<toml::Table>,
    epss: Vec<toml::Table>,
    ssvc: Vec<toml::Table>,
    end_of_life: Vec<toml::Table>,
}

fn typed<T: DeserializeOwned>(table: toml::Table) -> Result<T, Fault> {
    table.try_into().map_err(|error| Fault::new("", error.message()))
}

fn correction(table: toml::Table) -> Result<Item, Fault> {
    typed(table).and_then(checked).map(Item::Correction)
}

fn is_cve(text: &str) -> Result<(), Fault> {
    if cve(text).as_deref() == Some(text) { Ok(()) } else { Err(Fault::new("/cve", "is no CVE identifier")) }
}

fn exploited(table: toml::Table) -> Result<Item, Fault> {
    let entry: Exploited = typed(table)?;
    is_cve(&entry.cve)?;
    if entry.list.is_empty() {
        return Err(Fault::new("/list", "is missing: who says so?"));
    }
    if day(&entry.added).as_ref() != Some(&entry.added) {
        return Err(Fault::new("/added", "is no day YYYY-MM-DD"));
    }
    Ok(Item::Exploited(entry))
}

fn epss(table: toml::Table) -> Result<Item, Fault> {
    let entry: Epss = typed(table)?;
    is_cve(&entry.cve)?;
    if !(0.0..=1.0).contains(&entry.probability) {
        return Err(Fault::new("/probability", "is not from 0 to 1"));
    }
    Ok(Item::Epss(entry))
}

fn ssvc(table: toml::Table) -> Result<Item, Fault> {
    let entry: Ssvc = typed(table)?;
    is_cve(&entry.cve)?;
    for (at, value, allowed) in [
        ("/exploitation", &entry.exploitation, &["", "none", "poc", "active"][..]),
        ("/automatable", &entry.automatable, &["", "no", "yes"]),
        ("/technical_impact", &entry.technical_impact, &["", "partial", "total"]),
    ] {
        if !allowed.contains(&value.as_str()) {
            return Err(Fault::new(at, format!("cannot be {value}")));
        }
    }
    Ok(Item::Ssvc(entry))
}

fn end_of_life(table: toml::Table) -> Result<Item, Fault> {
    let entry: EndOfLife = typed(table)?;
    if entry.product.is_empty() {
        return Err(Fault::new("/product", "is missing"));
    }
    for (at, text) in [
        ("/released", &entry.released),
        ("/discontinued", &entry.discontinued),
        ("/support", &entry.support),
        ("/security", &entry.security),
        ("/extended", &entry.extended),
    ] {
        if !text.is_empty() && day(text).as_ref() != Some(text) {
            return Err(Fault::new(at, "is no day YYYY-MM-DD"));
        }
    }
    Ok(Item::EndOfLife(entry))
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
                "f: /correction/1",
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
