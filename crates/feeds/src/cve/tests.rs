use super::read;
use crate::item::{Item, all_of};
use crate::shared::unpacked;
use knowledge::advisory::{Advisory, Status};
use serde_json::{Value, json};

fn one(affected: &Value) -> (Box<Advisory>, Vec<String>) {
    let record = json!({
        "cveMetadata": {"cveId": "CVE-2024-0001", "state": "PUBLISHED", "dateUpdated": "2024-01-02T00:00:00Z"},
        "containers": {"cna": {"affected": affected, "descriptions": [{"lang": "en", "value": "text"}]}},
    });
    let (mut items, problems) = all_of(|into| read(&record, into));
    let Some(Item::Advisory(advisory)) = items.pop() else { panic!("{items:?}") };
    (advisory, problems)
}

/// `status versions fixed` of every product.
fn claims(versions: &Value) -> Vec<String> {
    let mut entry = json!({"vendor": "Acme", "product": "Box"});
    entry.as_object_mut().expect("an object").extend(versions.as_object().expect("an object").clone());
    let (advisory, problems) = one(&json!([entry]));
    assert_eq!(problems, Vec::<String>::new());
    let states = &advisory.vulnerabilities[0].states;
    let status = |at: usize| {
        let at = u32::try_from(at).expect("few");
        states.iter().find(|state| state.products.contains(&at)).expect("a state").status
    };
    let shown = advisory.products.iter().enumerate().map(|(at, product)| {
        let fixed: Vec<&str> = product.fixed.iter().map(|fixed| fixed.version.as_str()).collect();
        let status = match status(at) {
            Status::KnownAffected => "affected",
            Status::NotAffected => "not affected",
            _ => "unknown",
        };
        format!("{status} {} [{}]", product.versions.text, fixed.join(" "))
    });
    shown.collect()
}

#[test]
fn versions_become_ranges() {
    for (versions, expected) in [
        (
            json!({"versions": [{"version": "0", "lessThan": "4.2", "status": "affected"}]}),
            &["affected <4.2 [4.2]"][..],
        ),
        (
            json!({"versions": [{"version": "1.0", "lessThanOrEqual": "1.9", "status": "affected"}], "defaultStatus": "unaffected"}),
            &["affected >=1.0|<=1.9 []"],
        ),
        (
            json!({"versions": [{"version": "14.2", "lessThan": "*", "status": "affected"}]}),
            &["affected >=14.2 []"],
        ),
        (json!({"versions": [{"version": "1.2.3", "status": "affected"}]}), &["affected 1.2.3 []"]),
        (json!({"versions": [{"version": "n/a", "status": "affected"}]}), &["affected n/a []"]),
        (
            json!({"versions": [{"version": "1", "lessThan": "3", "status": "affected",
                "changes": [{"at": "1.5", "status": "unaffected"}, {"at": "2", "status": "affected"}]}]}),
            &["affected >=1|<1.5 [1.5]", "affected >=2|<3 [3]", "not affected >=1.5|<2 []"],
        ),
        (
            json!({"defaultStatus": "affected", "versions": [{"version": "2.1", "lessThan": "*", "status": "unaffected"}]}),
            &["affected <2.1 [2.1]", "not affected >=2.1 []"],
        ),
        (json!({"defaultStatus": "affected"}), &["affected * []"]),
        (json!({"defaultStatus": "unaffected"}), &[]),
    ] {
        let mut found = claims(&versions);
        found.sort();
        assert_eq!(found, expected, "{versions}");
    }
}

#[test]
fn a_bad_entry_is_told_and_the_rest_of_the_record_is_read() {
    let (advisory, problems) = one(&json!([
        {"vendor": "Acme"},
        {"vendor": "Acme", "product": "Box", "versions": [{"version": "1", "status": "maybe"}]},
        {"vendor": "Acme", "product": "Cube", "cpes": ["cpe:2.3:h:acme:cube:-:*:*:*:*:*:*:*", "x"], "versions": [{"version": "1", "status": "affected"}]},
    ]));
    assert_eq!(
        problems,
        [
            "f: /containers/cna/affected/0/product: left out in part: is missing",
            "f: /containers/cna/affected/1/versions/0/status: left out in part: cannot be maybe",
        ]
    );
    assert_eq!(advisory.products.len(), 1);
    assert_eq!(advisory.products[0].helpers.cpe, "cpe:2.3:h:acme:cube:-:*:*:*:*:*:*:*");
}

#[test]
fn a_rejected_record_takes_everything_back() {
    let record = json!({"cveMetadata": {"cveId": "CVE-2024-0001", "state": "REJECTED"}});
    let (items, problems) = all_of(|into| read(&record, into));
    let [Item::Advisory(advisory)] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!((advisory.stage.as_str(), advisory.products.len(), problems.len()), ("withdrawn", 0, 0));
    let (items, problems) = all_of(|into| read(&json!({"cveMetadata": {}}), into));
    assert_eq!((items.len(), problems), (0, vec!["f: /cveMetadata/cveId: refused: is missing".to_owned()]));
}

#[test]
fn the_records_of_control_products_are_read() {
    let Some(files) = unpacked("cve/cve-ics-920.tar.gz") else { return };
    let (mut records, mut ssvc, mut told, mut products, mut unread, mut with_cpe) =
        (0, 0, Vec::new(), 0, 0, 0);
    let (mut v31, mut v4) = (0, 0);
    for bytes in files.values() {
        let record: Value = serde_json::from_slice(bytes).expect("JSON");
        let (items, problems) = all_of(|into| read(&record, into));
        told.extend(problems);
        for item in items {
            match item {
                Item::Advisory(advisory) => {
                    records += 1;
                    products += advisory.products.len();
                    unread +=
                        advisory.products.iter().filter(|product| product.versions.ranges.is_empty()).count();
                    with_cpe +=
                        usize::from(advisory.products.iter().any(|product| !product.helpers.cpe.is_empty()));
                    let has = |version: &str| {
                        let vectors = advisory.vulnerabilities[0].scores.iter().flat_map(|score| &score.cvss);
                        usize::from(vectors.into_iter().any(|cvss| cvss.vector.starts_with(version)))
                    };
                    v31 += has("CVSS:3.1");
                    v4 += has("CVSS:4.0");
                }
                Item::Ssvc(_) => ssvc += 1,
                _ => {}
            }
        }
    }
    println!(
        "{records} records, {products} products, {unread} with words for versions, {with_cpe} with CPE, {ssvc} SSVC"
    );
    println!("CVSS 3.1 {v31}, 4.0 {v4}; told: {told:#?}");
    assert_eq!((records, ssvc, v31, v4), (920, 920, 766, 355));
    assert!(with_cpe >= 561, "{with_cpe}");
}
