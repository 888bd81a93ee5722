//! One document: which source it is, by its name and its first bytes, and the reader for it.

use super::archive::unpacked;
use super::companion::{Beside, check};
use super::summary::Summary;
use super::{File, limits};
use crate::bundle::Content;
use crate::item::{Item, Reading};
use crate::json::bounded;
use crate::problem::{Fault, Problems, Weight};
use crate::{attack, corrections, csaf, cve, eol, epss, jvn, kev, nvd, oui};
use serde_json::Value;

/// How documents are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Takes advisories that fail mandatory tests of their standard too, with a warning for each test.
    pub lenient: bool,
}

/// So many first bytes tell what a document is.
const HEAD: usize = 4_096;

/// Reads one file of a source.
pub(super) fn read_file(
    file: File<'_>,
    beside: &Beside,
    options: &Options,
    content: &mut Content,
    problems: &mut Problems,
    summary: &mut Summary,
) {
    if !may_be_source(file.name) {
        summary.passed_over += 1;
        return;
    }
    let read = bounded(file.bytes, limits::DOCUMENT).and_then(|bytes| {
        let checks = check(file.name, &bytes, beside).map_err(|what| Fault::new("", what))?;
        Ok((bytes, checks))
    });
    match read {
        Ok((bytes, checks)) => {
            if read_document(file.name, &bytes, options, content, problems, summary) {
                summary.file(&bytes, &checks);
            } else {
                summary.passed_over += 1;
            }
        }
        Err(fault) => {
            summary.refused += 1;
            problems.add(file.name, Weight::Refused, fault);
        }
    }
}

/// Reads the bytes of one document into `content`. `false` when it is no source.
pub fn read_document(
    name: &str,
    bytes: &[u8],
    options: &Options,
    content: &mut Content,
    problems: &mut Problems,
    summary: &mut Summary,
) -> bool {
    let before = problems.count(Weight::Refused);
    let mut give = |item: Item| {
        summary.count(item.part(), date(&item));
        content.add(&item);
    };
    let mut into = Reading::new(name, &mut give, problems);
    let known = if name.ends_with(".gz") || name.ends_with(".zst") {
        let inner = name.trim_end_matches(".gz").trim_end_matches(".zst");
        match unpacked(name, bytes)
            .map_err(|what| Fault::new("", what))
            .and_then(|reader| bounded(reader, limits::DOCUMENT))
        {
            Ok(bytes) => plain(inner, &bytes, options, &mut into),
            Err(fault) => {
                into.refuse(fault);
                true
            }
        }
    } else {
        plain(name, bytes, options, &mut into)
    };
    summary.refused += (problems.count(Weight::Refused) - before) as u64;
    known
}

/// Time that an item says of itself.
fn date(item: &Item) -> &str {
    match item {
        Item::Advisory(advisory) => &advisory.last_released,
        Item::Exploited(entry) => &entry.added,
        Item::Epss(entry) => &entry.day,
        Item::Ssvc(entry) => &entry.decided,
        Item::Attack(object) => &object.modified,
        Item::Correction(correction) => &correction.date,
        Item::EndOfLife(_) | Item::Prefix(_) | Item::AttackLink(_) | Item::Product(_) => "",
    }
}

fn may_be_source(name: &str) -> bool {
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let is_list =
        ["changes.csv", "index.txt"].iter().any(|list| name == *list || name.ends_with(&format!("/{list}")));
    !is_list && [".json", ".csv", ".xml", ".rdf", ".md", ".toml"].iter().any(|end| name.ends_with(end))
}

fn plain(name: &str, bytes: &[u8], options: &Options, into: &mut Reading<'_>) -> bool {
    let head = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes));
    let end = name.rsplit('.').next().unwrap_or_default();
    match end {
        "json" => json(name, bytes, &head, options, into),
        "csv" if head.starts_with("Registry,") => {
            oui::read(bytes, into);
            true
        }
        "csv"
            if head.starts_with("#model_version")
                || head.starts_with("cve,epss")
                || name.contains("epss") =>
        {
            epss::read(bytes, epss::day_of_name(name).as_deref(), into);
            true
        }
        "toml" => {
            corrections::read(bytes, into);
            true
        }
        "md" if head.starts_with("---") && head.contains("\nreleases:") || head.contains("endoflife") => {
            eol::read_page(bytes, into);
            true
        }
        "xml" | "rdf" if head.contains("jvn.jp") => {
            jvn::read(bytes, into);
            true
        }
        _ => {
            if end != "md" {
                into.warn(Fault::new("", "is no source that is known"));
            }
            false
        }
    }
}

fn json(name: &str, bytes: &[u8], head: &str, options: &Options, into: &mut Reading<'_>) -> bool {
    // Long lists, read entry by entry.
    let has = |text: &str| head.contains(text);
    let streamed: Option<fn(&[u8], &mut Reading<'_>)> = if has("\"catalogVersion\"") {
        Some(|bytes, into| kev::read(bytes, into))
    } else if has("\"NVD_CVE\"") {
        Some(|bytes, into| nvd::read(bytes, into))
    } else if has("\"NVD_CPE\"") {
        Some(|bytes, into| nvd::read_dictionary(bytes, into))
    } else if has("\"objects\"") && (has("\"bundle\"") || has("bundle--")) {
        Some(|bytes, into| attack::read(bytes, into))
    } else {
        None
    };
    if let Some(read) = streamed {
        read(bytes, into);
        return true;
    }
    let value: Value = match serde_json::from_slice(crate::json::strip_bom(bytes)) {
        Ok(value) => value,
        Err(error) => {
            into.refuse(crate::json::fault(&error));
            return true;
        }
    };
    let has = |key: &str| value.get(key).is_some();
    if has("document") {
        csaf::read(&value, options.lenient, into);
    } else if has("cveMetadata") {
        cve::read(&value, into);
    } else if has("cve") || has("sourceIdentifier") {
        nvd::read_one(&value, into);
    } else if has("matchCriteriaId") {
        nvd::read_match(&value, into);
    } else if has("releases") {
        let stem = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".json");
        eol::releases(&value, stem, into);
    } else if has("feed") || has("distributions") || has("canonical_url") {
        // Lists of a provider: they say where documents are, not what they hold.
        return false;
    } else if has("bomFormat") || has("spdxVersion") || has("@graph") {
        into.warn(Fault::new(
            "",
            "is a list of the parts of a product (SBOM): it belongs to a device, not into a bundle",
        ));
        return false;
    } else {
        into.warn(Fault::new("", "is no source that is known"));
        return false;
    }
    true
}
