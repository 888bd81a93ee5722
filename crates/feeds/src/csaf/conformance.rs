//! Agreement with the standard's own test documents and those of another validator, where the collection of public data is
//! at hand. `docs/csaf-conformance.md` tells the numbers and must change with them.

use super::{Extensions, Level, Verdict, check, check_one};
use crate::shared::{shared, unpacked};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const OASIS: &str = "csaf-conformance/oasis-csaf-2.0-2.1-tests.tar.gz";
const BSI: &str = "csaf-conformance/csaf-validator-lib-tests.tar.gz";

/// What was seen of many documents.
#[derive(Default)]
struct Seen {
    /// By section: how many documents agree, of how many whose test is known.
    agree: BTreeMap<String, (usize, usize)>,
    disagree: Vec<String>,
    unknown: BTreeSet<String>,
    /// Documents that fail no mandatory test on purpose and are refused all the same.
    refused: Vec<String>,
}

impl Seen {
    fn document(&mut self, test: &str, name: &str, document: &Value, passes: bool, extensions: &Extensions) {
        let section = test.get(..3).expect("a section").to_owned();
        match check_one(document, test, extensions) {
            Some(Verdict::Unknown) => {
                self.unknown.insert(test.to_owned());
            }
            verdict => {
                let count = self.agree.entry(section.clone()).or_default();
                count.1 += 1;
                if matches!(verdict, Some(Verdict::Pass(_))) == passes {
                    count.0 += 1;
                } else {
                    self.disagree
                        .push(format!("{test} {name}: must {}", if passes { "pass" } else { "fail" }));
                }
            }
        }
        let mandatory = section == "6.1" && !passes;
        let checked = check(document, extensions);
        if !mandatory && !checked.as_ref().is_some_and(super::Checked::is_valid) {
            let findings = checked.map(|checked| checked.findings).unwrap_or_default();
            let told = findings.iter().filter(|finding| finding.level == Level::Mandatory);
            let told: Vec<String> =
                told.map(|finding| format!("{} {} {}", finding.test, finding.at, finding.what)).collect();
            self.refused.push(format!("{test} {name}: {}", told.join("; ")));
        }
    }

    fn tell(&self, of: &str) {
        println!("{of}: {:?}, not implemented: {:?}", self.agree, self.unknown);
        self.disagree.iter().for_each(|line| println!("  disagrees: {line}"));
        self.refused.iter().for_each(|line| println!("  refused: {line:.400}"));
    }
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

fn extensions(files: &BTreeMap<String, Vec<u8>>) -> Extensions {
    let mut extensions = Extensions::default();
    let published =
        files.iter().filter(|(name, _)| name.contains("/extension/data/valid/") && name.ends_with(".json"));
    published.for_each(|(_, bytes)| assert!(extensions.add(json(bytes))));
    extensions
}

fn oasis(version: &str) -> Option<Seen> {
    let files = unpacked(OASIS)?;
    let extensions = extensions(&files);
    let list = shared(&format!("csaf-conformance/testcases-{version}.json"))?;
    let list = json(&std::fs::read(list).expect("a list"));
    let mut seen = Seen::default();
    for test in list["tests"].as_array().expect("tests") {
        let id = test["id"].as_str().expect("an id");
        for (key, passes) in [("failures", false), ("valid", true)] {
            for case in test[key].as_array().map_or(&[][..], Vec::as_slice) {
                let name = case["name"].as_str().expect("a name");
                let document = json(&files[&format!("csaf_{version}/test/validator/data/{name}")]);
                seen.document(id, name, &document, passes, &extensions);
            }
        }
    }
    seen.tell(&format!("CSAF {version}"));
    Some(seen)
}

#[test]
fn tests_of_2_0_agree_with_the_documents_of_the_standard() {
    let Some(seen) = oasis("2.0") else { return };
    assert_eq!(seen.agree["6.1"], (147, 147));
    assert_eq!(seen.disagree, Vec::<String>::new());
}

#[test]
fn tests_of_2_1_agree_with_the_documents_of_the_standard() {
    let Some(seen) = oasis("2.1") else { return };
    let mandatory: Vec<&String> = seen.disagree.iter().filter(|line| line.starts_with("6.1")).collect();
    assert_eq!(mandatory, Vec::<&String>::new());
    assert!(seen.unknown.iter().all(|test| !test.starts_with("6.1")), "{:?}", seen.unknown);
}

#[test]
fn tests_agree_with_the_documents_of_another_validator() {
    let Some(files) = unpacked(BSI) else { return };
    let mut seen = Seen::default();
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".json")) {
        // …/mandatoryTest_6_1_8/failing/NAME.json
        let mut pieces = name.rsplit('/');
        let (file, kind, folder) = (pieces.next(), pieces.next(), pieces.next());
        let test =
            folder.and_then(|folder| folder.split_once("Test_")).map(|(_, number)| number.replace('_', "."));
        if let (Some(test), Some(kind @ ("valid" | "failing")), Some(file)) = (test, kind, file) {
            seen.document(&test, file, &json(bytes), kind == "valid", &Extensions::default());
        }
    }
    seen.tell("documents of the BSI");
    let mandatory: Vec<&String> = seen.disagree.iter().filter(|line| line.starts_with("6.1")).collect();
    assert_eq!(mandatory, Vec::<&String>::new());
}
