//! Agreement with the standard's own test documents, where the collection of public data is at hand.

use super::{Extensions, Verdict, check, check_one};
use crate::shared::{shared, unpacked};
use serde_json::Value;
use std::collections::BTreeMap;

const ARCHIVE: &str = "csaf-conformance/oasis-csaf-2.0-2.1-tests.tar.gz";

#[test]
fn every_mandatory_test_agrees_with_the_documents_of_the_standard() {
    let Some(files) = unpacked(ARCHIVE) else { return };
    let mut extensions = Extensions::default();
    for (_, bytes) in
        files.iter().filter(|(name, _)| name.contains("/extension/data/valid/") && name.contains("-metadata"))
    {
        assert!(extensions.add(serde_json::from_slice(bytes).expect("JSON")));
    }
    for version in ["2.0", "2.1"] {
        let list = shared(&format!("csaf-conformance/testcases-{version}.json")).expect("a list");
        let list: Value = serde_json::from_slice(&std::fs::read(list).expect("bytes")).expect("JSON");
        let (mut right, mut wrong, mut unknown) = (BTreeMap::new(), Vec::new(), Vec::new());
        for test in list["tests"].as_array().expect("tests") {
            let id = test["id"].as_str().expect("an id");
            for (key, expected) in [("failures", false), ("valid", true)] {
                for case in test[key].as_array().map_or(&[][..], Vec::as_slice) {
                    let name = case["name"].as_str().expect("a name");
                    let path = format!("csaf_{version}/test/validator/data/{name}");
                    let document: Value = serde_json::from_slice(&files[&path]).expect("JSON");
                    let passes = match check_one(&document, id, &extensions) {
                        Some(Verdict::Unknown) => {
                            unknown.push(id.to_owned());
                            continue;
                        }
                        verdict => verdict == Some(Verdict::Pass),
                    };
                    let accepted = check(&document, &extensions).is_some_and(|checked| checked.is_valid());
                    if passes != expected {
                        wrong.push(format!("{version} {id} {name}: expected {expected}"));
                    } else {
                        *right.entry(&id[..4]).or_insert(0) += 1;
                    }
                    if accepted != case["valid"].as_bool().expect("a flag") {
                        let found = check(&document, &extensions).map(|c| {
                            c.findings
                                .into_iter()
                                .filter(|f| f.level == super::Level::Mandatory)
                                .map(|f| format!("{} {} {}", f.test, f.at, f.what))
                                .collect::<Vec<_>>()
                        });
                        wrong.push(format!("{version} {id} {name}: accepted {accepted} {found:?}"));
                    }
                }
            }
        }
        unknown.dedup();
        println!("CSAF {version}: right {right:?}, unknown {unknown:?}");
        for line in &wrong {
            println!("WRONG {line}");
        }
    }
}
