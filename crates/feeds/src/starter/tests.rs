use super::{NAME, TEXT, content};
use crate::bundle::Content;
use crate::item::{Item, Part};
use crate::known::known;
use crate::problem::Problems;
use crate::source::{Options, import_bytes};
use knowledge::advisory::{Constraint, Index, Spoken, matches, system_cpes};
use std::collections::{BTreeMap, BTreeSet};

/// The plant of the demo, whose devices the starter is about.
const PLANT: &str = include_str!("../../../simulator/plants/demo.toml");

/// Devices of the plant by name, as they call themselves.
fn devices() -> BTreeMap<String, Spoken> {
    let plant: toml::Table = toml::from_str(PLANT).expect("the plant");
    let text = |table: &toml::Value, key: &str| {
        table.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
    };
    let spoken = |identity: &toml::Value| Spoken {
        vendor: text(identity, "vendor"),
        product: text(identity, "model"),
        order_number: text(identity, "order"),
        version: text(identity, "firmware"),
        hardware: text(identity, "hardware"),
        ..Spoken::default()
    };
    let mut all = BTreeMap::new();
    for device in plant["device"].as_array().expect("devices") {
        let Some(identity) = device.get("identity") else { continue };
        let mut said = spoken(identity);
        if text(device, "system") == "windows-xp" {
            said.cpes = system_cpes("Windows NT 5.1");
        }
        let units = device.get("unit").and_then(toml::Value::as_array);
        let units = units.into_iter().flatten().filter_map(|unit| unit.get("identity"));
        said.modules = units.map(spoken).filter(|unit| unit.product != said.product).collect();
        all.insert(text(device, "name"), said);
    }
    all
}

/// Devices with everything of the starter that is about them.
const EXPECTED: &[(&str, &[&str])] = &[
    ("ahu-1", &["ICSA-23-341-03"]),
    ("ahu-2", &["ICSA-23-341-03"]),
    ("boiler-1", &["ICSA-19-318-03"]),
    ("core", &["cisco-sa-iosxe-webui-privesc-j22SaA4z"]),
    ("line1-got", &["ICSA-23-215-02"]),
    (
        "line1-plc-capper",
        &["ICSA-20-245-01", "ICSA-20-282-02", "ICSA-22-090-04", "ICSA-22-356-03", "ICSA-23-143-03"],
    ),
    (
        "line1-plc-main",
        &["ICSA-19-029-02", "ICSA-19-311-01", "ICSA-20-245-01", "ICSA-22-090-04", "ICSA-24-074-14"],
    ),
    ("line2-got", &["ICSA-23-215-02"]),
    (
        "line2-plc-capper",
        &["ICSA-20-245-01", "ICSA-20-282-02", "ICSA-22-090-04", "ICSA-22-356-03", "ICSA-23-143-03"],
    ),
    (
        "line2-plc-main",
        &["ICSA-19-029-02", "ICSA-19-311-01", "ICSA-20-245-01", "ICSA-22-090-04", "ICSA-24-074-14"],
    ),
    ("line3-hmi", &["CVE-2019-0708", "MS17-010"]),
    ("line3-io1", &["ICSA-17-339-01", "ICSA-19-283-02"]),
    ("line3-plc-mix", &["ICSA-17-339-01", "ICSA-19-283-02", "ICSA-20-252-02", "ICSA-22-314-02"]),
    (
        "line3-plc-past",
        &["ICSA-19-344-06", "ICSA-22-041-01", "ICSA-22-314-02", "ICSA-23-012-08", "ICSA-24-284-01"],
    ),
    ("line4-io1", &["ICSA-23-236-06"]),
    (
        "line4-plc",
        &["ICSA-22-090-05", "ICSA-22-144-01", "ICSA-23-193-01", "ICSA-23-264-04", "ICSA-24-214-09"],
    ),
    ("sub-rtu2", &["ICSA-24-011-08"]),
    ("sw-line3", &["ICSA-22-349-04", "ICSA-23-320-08"]),
    ("util-hmi", &["ICSA-20-044-02"]),
    ("util-plc", &["ICSA-21-194-02", "ICSA-23-227-01"]),
    ("wh-hmi", &["ICSA-22-314-08"]),
    ("wh-plc1", &["ICSA-23-073-01", "ICSA-23-108-01"]),
    ("wh-plc2", &["ICSA-23-073-01", "ICSA-23-108-01", "ICSA-23-262-05"]),
];

#[test]
fn everything_of_the_starter_is_read() {
    let (mut read, mut problems) = (Content::default(), Problems::default());
    let summary = import_bytes(NAME, TEXT.as_bytes(), &Options::default(), &mut read, &mut problems);
    let summary = summary.expect("a source");
    assert_eq!(problems.list.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(summary.items[&Part::Advisories], TEXT.matches("[[advisory]]").count() as u64);
    for item in content().items(Part::Advisories) {
        let Item::Advisory(advisory) = item else { continue };
        assert!(advisory.references.iter().all(|link| link.url.starts_with("https://")), "{}", advisory.id);
        for weakness in &advisory.vulnerabilities {
            assert!(!weakness.scores.is_empty(), "{} {}", advisory.id, weakness.cve);
            assert!(!weakness.states.is_empty(), "{} {}", advisory.id, weakness.cve);
        }
        for product in &advisory.products {
            // What is said to be fixed is not within what is said to be affected.
            for fixed in &product.fixed {
                let within =
                    Constraint::holds(&product.versions, &knowledge::advisory::Version::new(&fixed.version));
                assert_ne!(within, Some(true), "{} {} {}", advisory.id, product.name, fixed.version);
            }
        }
    }
}

#[test]
fn lists_of_the_starter_speak_of_its_weaknesses() {
    let known = known(&content());
    let cves: BTreeSet<&str> =
        known.advisories.iter().flat_map(|advisory| &advisory.vulnerabilities).map(|one| &*one.cve).collect();
    assert!(
        known.exploited.len() >= 3 && known.ssvc.len() >= 3,
        "{} {}",
        known.exploited.len(),
        known.ssvc.len()
    );
    for cve in known.exploited.keys().chain(known.ssvc.keys()) {
        assert!(cves.contains(cve.as_str()), "{cve}");
    }
    assert!(known.end_of_life.iter().any(|entry| entry.product == "Windows XP"));
}

#[test]
fn devices_of_the_demo_have_the_advisories_that_are_about_them() {
    let index = Index::new(known(&content()).advisories);
    let mut all = BTreeSet::new();
    let expected: BTreeMap<&str, &[&str]> = EXPECTED.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, spoken) in devices() {
        let found = matches(&index, &spoken);
        let mut ids: Vec<&str> = found.iter().map(|one| one.advisory).collect();
        ids.sort_unstable();
        all.extend(ids.iter().map(|id| (*id).to_owned()));
        if ids != expected.get(name.as_str()).copied().unwrap_or_default() {
            wrong.push(format!("(\"{name}\", &{ids:?}), // {} {}", spoken.product, spoken.version));
            wrong.extend(
                found.iter().map(|one| format!("    {} {:?} {}", one.advisory, one.grade, one.reason)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(all.len() >= 14, "{} advisories are about the demo", all.len());
}
