use super::{read, read_dictionary, read_match, read_one};
use crate::item::{Item, all_of};
use crate::shared::shared;
use knowledge::advisory::{Advisory, Kind};
use serde_json::{Value, json};
use std::fs::File;

fn one(configurations: &Value) -> (Advisory, Vec<String>) {
    let (mut items, problems) = all_of(|into| {
        read_one(&json!({"cve": {"id": "CVE-2024-0001", "configurations": configurations}}), into)
    });
    let Some(Item::Advisory(advisory)) = items.pop() else { panic!("{items:?}") };
    (*advisory, problems)
}

fn criterion(vulnerable: bool, name: &str) -> Value {
    json!({"vulnerable": vulnerable, "criteria": name})
}

#[test]
fn a_firmware_on_its_device_is_a_pair_and_either_alone_is_not_affected() {
    let (advisory, problems) = one(&json!([{"operator": "AND", "nodes": [
        {"operator": "OR", "cpeMatch": [{"vulnerable": true, "versionEndExcluding": "4.5",
            "criteria": "cpe:2.3:o:siemens:s7_firmware:*:*:*:*:*:*:*:*"}]},
        {"operator": "OR", "cpeMatch": [criterion(false, "cpe:2.3:h:siemens:s7:-:*:*:*:*:*:*:*")]},
    ]}]));
    assert_eq!(problems, Vec::<String>::new());
    let kinds: Vec<Kind> = advisory.products.iter().map(|product| product.kind).collect();
    assert_eq!(kinds, [Kind::Firmware, Kind::Hardware, Kind::Firmware]);
    assert_eq!(advisory.vulnerabilities[0].states[0].products, [2]);
    let pair = &advisory.products[2];
    let relation = pair.relation.as_ref().expect("a relation");
    assert_eq!((relation.component, relation.whole, pair.versions.text.as_str()), (0, 1, "<4.5"));
    assert_eq!(pair.fixed[0].version, "4.5");
}

#[test]
fn ranges_exact_versions_and_bad_names() {
    let (advisory, problems) = one(&json!([{"nodes": [{"operator": "OR", "cpeMatch": [
        {"vulnerable": true, "criteria": "cpe:2.3:a:x:y:*:*:*:*:*:*:*:*", "versionStartIncluding": "1.0", "versionEndIncluding": "1.4"},
        criterion(true, "cpe:2.3:a:x:y:3.11.0:alpha1:*:*:*:*:*:*"),
        criterion(true, "cpe:2.3:a:soap::lite:soap::lite:*:*:*:*:*:perl:*:*"),
        {"vulnerable": true},
    ]}]}]));
    let versions: Vec<&str> =
        advisory.products.iter().map(|product| product.versions.text.as_str()).collect();
    assert_eq!(versions, [">=1.0|<=1.4", "3.11.0 alpha1"]);
    assert_eq!(
        problems,
        [
            "f: /cve/configurations/0/nodes/0/cpeMatch/2/criteria: left out in part: is no CPE name: cpe:2.3:a:soap::lite:soap::lite:*:*:*:*:*:perl:*:*",
            "f: /cve/configurations/0/nodes/0/cpeMatch/3/criteria: left out in part: is missing",
        ]
    );
}

#[test]
fn too_many_pairs_leave_the_platforms_out() {
    let many = |vulnerable: bool, part: &str| {
        let names =
            (0..60).map(|at| criterion(vulnerable, &format!("cpe:2.3:{part}:x:y{at}:*:*:*:*:*:*:*:*")));
        json!({"operator": "OR", "cpeMatch": names.collect::<Vec<_>>()})
    };
    let (advisory, problems) =
        one(&json!([{"operator": "AND", "nodes": [many(true, "a"), many(false, "h")]}]));
    assert_eq!((advisory.products.len(), problems.len()), (60, 1));
}

#[test]
fn published_pages_are_read() {
    let Some(page) = shared("nvd/nvd-api2-cves-page.json") else { return };
    let (items, problems) = all_of(|into| read(File::open(page).expect("a page"), into));
    let products: usize = items
        .iter()
        .map(|item| match item {
            Item::Advisory(advisory) => advisory.products.len(),
            _ => 0,
        })
        .sum();
    println!("NVD page: {} CVEs, {products} products, problems {problems:#?}", items.len());
    assert_eq!((items.len(), problems.len()), (38, 0));

    let Some(dictionary) = shared("nvd/cpe/nvd-api2-cpes-0-3.json") else { return };
    let (items, problems) = all_of(|into| read_dictionary(File::open(dictionary).expect("a page"), into));
    assert_eq!((items.len(), problems), (3, Vec::new()));
}

#[test]
fn hard_documents_are_read() {
    let Some(folder) = shared("nvd") else { return };
    for file in
        ["edge", "cpematch"].iter().flat_map(|name| std::fs::read_dir(folder.join(name)).expect("a folder"))
    {
        let path = file.expect("a file").path();
        let document: Value = serde_json::from_reader(File::open(&path).expect("a file")).expect("JSON");
        let is_match = document.get("matchCriteriaId").is_some();
        let (items, problems) =
            all_of(|into| if is_match { read_match(&document, into) } else { read_one(&document, into) });
        println!("{}: {} items, {problems:?}", path.display(), items.len());
        let invalid = path.to_string_lossy().contains("invalid_cpe");
        assert_eq!(problems.is_empty(), !invalid, "{}: {problems:?}", path.display());
        assert!(!items.is_empty() || is_match);
    }
}
