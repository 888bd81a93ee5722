//! ATT&CK for ICS as a bundle of STIX 2.1.

use crate::item::{AttackLink, AttackObject, Item, Reading};
use crate::json::{each, is, list, maybe_text, text, texts};
use crate::problem::Fault;
use knowledge::advisory::limits::{TEXT, cut};
use serde_json::Value;
use std::io::Read;

/// Reads a bundle, object by object. Objects of kinds that nobody here uses (data sources, analytics, …) are passed over.
pub fn read(input: impl Read, into: &mut Reading<'_>) {
    let mut kind = None;
    let mut other = |key: &str, value: Value| {
        if key == "type" {
            kind = value.as_str().map(str::to_owned);
        }
    };
    let ended = each(input, "objects", &mut other, &mut |index, value| {
        let read = match text(&value, "type") {
            Ok("relationship") => link(&value).map(Item::AttackLink).map(Some),
            Ok(kind) => object(kind, &value).map(|object| object.map(Item::Attack)),
            Err(fault) => Err(fault),
        };
        match read {
            Ok(Some(item)) => into.give(item),
            Ok(None) => {}
            Err(fault) => into.refuse(fault.under(format_args!("/objects/{index}"))),
        }
    });
    match ended {
        Err(fault) => into.refuse(fault),
        Ok(()) if kind.as_deref() != Some("bundle") => into.warn(Fault::new("/type", "is not bundle")),
        Ok(()) => {}
    }
}

fn object(kind: &str, value: &Value) -> Result<Option<AttackObject>, Fault> {
    let kind = match kind {
        "attack-pattern" => "technique",
        "x-mitre-tactic" => "tactic",
        "course-of-action" => "mitigation",
        "malware" | "tool" => "software",
        "intrusion-set" => "group",
        "campaign" => "campaign",
        "x-mitre-asset" => "asset",
        _ => return Ok(None),
    };
    let source = list(value, "external_references")
        .iter()
        .find(|reference| maybe_text(reference, "source_name").is_some_and(|name| name.starts_with("mitre-")))
        .ok_or_else(|| Fault::new("/external_references", "has no number of ATT&CK"))?;
    let tactics = match maybe_text(value, "x_mitre_shortname") {
        Some(own) => vec![own.to_owned()],
        None => list(value, "kill_chain_phases")
            .iter()
            .filter_map(|phase| maybe_text(phase, "phase_name"))
            .map(str::to_owned)
            .collect(),
    };
    let mut aliases = [texts(value, "aliases"), texts(value, "x_mitre_aliases")].concat();
    let name = text(value, "name")?;
    aliases.retain(|alias| alias != name);
    Ok(Some(AttackObject {
        stix: text(value, "id")?.to_owned(),
        kind: kind.into(),
        id: text(source, "external_id").map_err(|fault| fault.under("/external_references"))?.to_owned(),
        name: name.to_owned(),
        description: cut(maybe_text(value, "description").unwrap_or_default(), TEXT).to_owned(),
        url: maybe_text(source, "url").unwrap_or_default().to_owned(),
        tactics,
        aliases,
        platforms: texts(value, "x_mitre_platforms"),
        modified: maybe_text(value, "modified").unwrap_or_default().to_owned(),
        retired: is(value, "revoked") || is(value, "x_mitre_deprecated"),
    }))
}

fn link(value: &Value) -> Result<AttackLink, Fault> {
    Ok(AttackLink {
        stix: text(value, "id")?.to_owned(),
        kind: text(value, "relationship_type")?.to_owned(),
        from: text(value, "source_ref")?.to_owned(),
        to: text(value, "target_ref")?.to_owned(),
        description: cut(maybe_text(value, "description").unwrap_or_default(), TEXT).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::item::{Item, all_of};
    use crate::shared::shared;
    use std::collections::BTreeMap;
    use std::fs::File;

    #[test]
    fn objects_and_links_are_read_and_bad_ones_told() {
        let text = r#"{"type": "bundle", "objects": [
            {"type": "attack-pattern", "id": "attack-pattern--1", "name": "Block Command Message", "x_mitre_deprecated": true,
             "external_references": [{"source_name": "mitre-attack", "external_id": "T0803", "url": "u"}],
             "kill_chain_phases": [{"phase_name": "inhibit-response-function"}]},
            {"type": "x-mitre-analytic", "id": "x"},
            {"type": "malware", "id": "malware--1", "name": "x"},
            {"type": "relationship", "id": "relationship--1", "relationship_type": "uses", "source_ref": "a"}]}"#;
        let (items, problems) = all_of(|into| read(text.as_bytes(), into));
        let [Item::Attack(one)] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!((one.id.as_str(), one.tactics.len(), one.retired), ("T0803", 1, true));
        assert_eq!(
            problems,
            [
                "f: /objects/2/external_references: refused: has no number of ATT&CK",
                "f: /objects/3/target_ref: refused: is missing",
            ]
        );
    }

    #[test]
    fn published_bundles_are_read_whole() {
        let Some(path) = shared("attack/ics-attack-18.1.json") else { return };
        let (items, problems) = all_of(|into| read(File::open(path).expect("a file"), into));
        assert_eq!(problems, Vec::<String>::new());
        let mut counts = BTreeMap::new();
        for item in &items {
            let (kind, retired) = match item {
                Item::Attack(object) => (object.kind.as_str(), object.retired),
                _ => ("link", false),
            };
            *counts.entry((kind, retired)).or_insert(0) += 1;
        }
        println!("{counts:?}");
        let count = |kind: &str| {
            [false, true].iter().filter_map(|retired| counts.get(&(kind, *retired))).sum::<usize>()
        };
        for (kind, expected) in [
            ("tactic", 12),
            ("mitigation", 52),
            ("software", 30),
            ("group", 16),
            ("campaign", 8),
            ("asset", 18),
            ("link", 1_373),
        ] {
            assert_eq!(count(kind), expected, "{kind}");
        }
        assert_eq!(counts.get(&("technique", false)), Some(&83));
        let before = File::open(shared("attack/ics-attack-17.1.json.gz").expect("a file")).expect("a file");
        let (items, problems) = all_of(|into| read(flate2::read::GzDecoder::new(before), into));
        assert!(items.len() > 1_000 && problems.is_empty(), "{problems:?}");
    }
}
