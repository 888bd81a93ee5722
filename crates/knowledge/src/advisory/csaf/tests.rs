use super::read_csaf;
use crate::advisory::{CvssVersion, Kind, RemediationKind, Status};
use serde_json::json;

fn document() -> serde_json::Value {
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Example Works Relay",
            "publisher": {"category": "vendor", "name": "Example Works", "namespace": "https://example.com"},
            "tracking": {"id": "EX-24-001", "version": "2", "status": "final", "aliases": ["EXW-7"],
                "initial_release_date": "2024-01-01T00:00:00Z", "current_release_date": "2024-02-01T00:00:00Z"},
            "notes": [{"category": "legal_disclaimer", "text": "as is"}, {"category": "summary", "text": "It stops."}],
            "references": [{"category": "self", "summary": "here", "url": "https://example.com/ex-24-001"}]
        },
        "product_tree": {
            "branches": [{"category": "vendor", "name": "Example Works", "branches": [
                {"category": "product_family", "name": "Relays", "branches": [
                    {"category": "product_name", "name": "Relay 7 (EX7001-2AA00)", "branches": [
                        {"category": "product_version_range", "name": "vers:all/<V2.1", "product": {
                            "name": "Relay 7 < V2.1", "product_id": "P1",
                            "product_identification_helper": {"model_numbers": ["EX7001*"], "cpe": "cpe:2.3:h:example:relay_7:*:*:*:*:*:*:*:*"}}},
                        {"category": "product_version", "name": "V2.1", "product": {"name": "Relay 7 V2.1", "product_id": "P2"}}]}]}]}],
            "full_product_names": [{"name": "Example Runtime 1.4", "product_id": "P3"}],
            "relationships": [{"category": "installed_on", "product_reference": "P3", "relates_to_product_reference": "P1",
                "full_product_name": {"name": "Example Runtime on Relay 7", "product_id": "P4"}}],
            "product_groups": [{"group_id": "G1", "product_ids": ["P1", "P4"]}]
        },
        "vulnerabilities": [{
            "cve": "CVE-2024-0001", "cwe": {"id": "CWE-20", "name": "x"},
            "product_status": {"known_affected": ["P1", "P4"], "fixed": ["P2"], "known_not_affected": ["P3"]},
            "flags": [{"label": "component_not_present", "product_ids": ["P3"]}],
            "scores": [{"products": ["P1"], "cvss_v3": {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "baseScore": 7.5}}],
            "threats": [{"category": "exploit_status", "details": "Seen in use.", "group_ids": ["G1"]}],
            "remediations": [{"category": "vendor_fix", "details": "Update to V2.1 or later version", "group_ids": ["G1"], "restart_required": {"category": "system"}}]
        }]
    })
}

#[test]
fn a_whole_document_is_read() {
    let (advisory, defects) = read_csaf(&document()).expect("readable");
    assert_eq!(defects, []);
    assert_eq!((advisory.id.as_str(), advisory.revision.as_str()), ("EX-24-001", "2"));
    assert_eq!(advisory.notes.len(), 1);
    assert!(advisory.references[0].is_self);
    let relay = &advisory.products[0];
    assert_eq!(relay.path, ["Relays", "Relay 7 (EX7001-2AA00)"]);
    assert_eq!(relay.models, ["EX7001*", "EX7001-2AA00"]);
    assert_eq!((relay.kind, relay.groups.as_slice()), (Kind::Hardware, ["G1".to_owned()].as_slice()));
    assert_eq!(relay.fixed[0].version, "V2.1");
    let runtime = &advisory.products[3];
    let relation = runtime.relation.as_ref().expect("relation");
    assert_eq!((relation.component, relation.whole), (2, 0));
    assert_eq!(runtime.versions.ranges.len(), 1);
    let weakness = &advisory.vulnerabilities[0];
    assert_eq!(weakness.scores[0].cvss[0].version, CvssVersion::V31);
    assert_eq!(weakness.states.len(), 3);
    assert_eq!(weakness.states[0].status, Status::KnownAffected);
    assert_eq!(weakness.threats[0].products, [0, 3]);
    let remedy = &advisory.remediations[0];
    assert_eq!((remedy.kind, remedy.restart.as_str()), (RemediationKind::VendorFix, "system"));
    assert_eq!(remedy.fixed_in, ["V2.1"]);
}

#[test]
fn a_bad_part_is_told_and_the_rest_is_read() {
    let mut text = document();
    text["vulnerabilities"][0]["product_status"]["known_affected"] = json!(["P1", "P9", 7]);
    text["vulnerabilities"][0]["scores"][0]["cvss_v3"]["baseScore"] = json!(77);
    text["product_tree"]["branches"][0]["branches"] = json!("none");
    let (advisory, defects) = read_csaf(&text).expect("readable");
    assert_eq!(advisory.vulnerabilities.len(), 1);
    let paths: Vec<&str> = defects.iter().map(|defect| defect.path.as_str()).collect();
    assert!(paths.contains(&"$.product_tree.branches[0].branches"), "{paths:?}");
    assert!(paths.contains(&"$.vulnerabilities[0].product_status.known_affected[2]"), "{paths:?}");
    assert!(paths.contains(&"$.vulnerabilities[0].scores[0].cvss_v3.baseScore"), "{paths:?}");
}

#[test]
fn without_an_identifier_there_is_no_advisory() {
    for text in [json!({}), json!([]), json!({"document": {"tracking": {"id": 5}}})] {
        assert!(!read_csaf(&text).expect_err("unusable").is_empty());
    }
}

#[test]
fn the_newer_standard_is_read_too() {
    let mut text = document();
    let weakness = &mut text["vulnerabilities"][0];
    weakness["cwes"] = json!([{"id": "CWE-20", "name": "x"}, {"id": "CWE-21", "name": "y"}]);
    weakness["metrics"] = json!([{"content": {"cvss_v4": {"version": "4.0", "vectorString": "CVSS:4.0/AV:N", "baseScore": 9.2}}, "products": ["P1"]}]);
    weakness.as_object_mut().expect("object").retain(|key, _| key != "scores" && key != "cwe");
    let (advisory, defects) = read_csaf(&text).expect("readable");
    assert_eq!(defects, []);
    assert_eq!(advisory.vulnerabilities[0].cwes, ["CWE-20", "CWE-21"]);
    assert_eq!(advisory.vulnerabilities[0].scores[0].cvss[0].version, CvssVersion::V4);
}
