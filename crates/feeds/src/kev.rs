//! The list of known exploited vulnerabilities (CISA KEV, JSON).

use crate::day::{cve, day};
use crate::item::{Item, Reading};
use crate::json::{each, maybe_text, text};
use crate::problem::Fault;
use knowledge::advisory::Exploited;
use serde_json::Value;
use std::io::Read;

/// Name of the list in what is given.
pub const LIST: &str = "CISA KEV";

/// Reads a catalogue, entry by entry.
pub fn read(input: impl Read, into: &mut Reading<'_>) {
    let (mut stated, mut seen) = (None, 0_u64);
    let mut other = |key: &str, value: Value| {
        if key == "count" {
            stated = value.as_u64();
        }
    };
    let ended = each(input, "vulnerabilities", &mut other, &mut |index, value| {
        seen += 1;
        match entry(&value) {
            Ok(exploited) => into.give(Item::Exploited(exploited)),
            Err(fault) => into.refuse(fault.under(format_args!("/vulnerabilities/{index}"))),
        }
    });
    match (ended, stated) {
        (Err(fault), _) => into.refuse(fault),
        (Ok(()), Some(stated)) if stated != seen => {
            into.warn(Fault::new("/count", format!("says {stated}, there are {seen}")));
        }
        (Ok(()), _) => {}
    }
}

fn entry(value: &Value) -> Result<Exploited, Fault> {
    let id = text(value, "cveID")?;
    let wrong_day = |key: &str| Fault::new(format!("/{key}"), "is no day YYYY-MM-DD");
    let due = match maybe_text(value, "dueDate") {
        None => String::new(),
        Some(due) => day(due).ok_or_else(|| wrong_day("dueDate"))?,
    };
    Ok(Exploited {
        cve: cve(id).ok_or_else(|| Fault::new("/cveID", format!("{id} is no CVE identifier")))?,
        list: LIST.into(),
        added: day(text(value, "dateAdded")?).ok_or_else(|| wrong_day("dateAdded"))?,
        due,
        ransomware: maybe_text(value, "knownRansomwareCampaignUse") == Some("Known"),
        action: maybe_text(value, "requiredAction").unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::all_of;
    use crate::shared::shared;

    #[test]
    fn a_bad_entry_is_told_and_the_others_are_read() {
        let text = r#"{"count": 4, "vulnerabilities": [
            {"cveID": "CVE-2021-0001", "dateAdded": "2021-11-03", "dueDate": "2021-11-17", "knownRansomwareCampaignUse": "Known"},
            {"cveID": "CVE-2021-0002"},
            {"cveID": "x", "dateAdded": "2021-11-03"}]}"#;
        let (items, problems) = all_of(|into| read(text.as_bytes(), into));
        let [Item::Exploited(one)] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(
            (one.cve.as_str(), one.due.as_str(), one.ransomware),
            ("CVE-2021-0001", "2021-11-17", true)
        );
        assert_eq!(
            problems,
            [
                "f: /vulnerabilities/1/dateAdded: refused: is missing",
                "f: /vulnerabilities/2/cveID: refused: x is no CVE identifier",
                "f: /count: warning: says 4, there are 3",
            ]
        );
        let (_, problems) = all_of(|into| read(&b"{"[..], into));
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn the_catalogue_is_read_whole() {
        let Some(path) = shared("kev.json") else { return };
        let (items, problems) = all_of(|into| read(std::fs::File::open(path).expect("a file"), into));
        assert_eq!((items.len(), problems), (1_404, Vec::new()));
    }
}
