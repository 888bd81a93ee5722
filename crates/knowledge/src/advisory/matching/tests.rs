use super::{Grade, matches};
use crate::advisory::{Index, Spoken, read_csaf};
use serde_json::{Value, json};

/// An advisory of one vendor: products as (name, versions), each with its own remedy text.
fn advisory(id: &str, vendor: &str, products: &[(&str, &str, &str)]) -> Value {
    let named = |place: usize| format!("P{place}");
    let branches: Vec<Value> = products
        .iter()
        .enumerate()
        .map(|(place, (name, versions, _))| {
            json!({"category": "product_name", "name": name, "branches": [{"category": "product_version_range",
                "name": versions, "product": {"name": name, "product_id": named(place)}}]})
        })
        .collect();
    let all: Vec<String> = (0..products.len()).map(named).collect();
    let remedies: Vec<Value> = products
        .iter()
        .enumerate()
        .filter(|(_, (_, _, text))| !text.is_empty())
        .map(|(place, (_, _, text))| json!({"category": "vendor_fix", "details": text, "product_ids": [named(place)]}))
        .collect();
    json!({"document": {"title": id, "publisher": {"name": "x"}, "tracking": {"id": id}},
        "product_tree": {"branches": [{"category": "vendor", "name": vendor, "branches": branches}]},
        "vulnerabilities": [{"cve": format!("CVE-{id}"), "product_status": {"known_affected": all}, "remediations": remedies}]})
}

fn index(documents: &[Value]) -> Index {
    Index::new(documents.iter().map(|text| read_csaf(text).expect("readable").0).collect())
}

fn spoken(vendor: &str, product: &str, version: &str) -> Spoken {
    Spoken {
        vendor: vendor.to_owned(),
        product: product.to_owned(),
        version: version.to_owned(),
        ..Spoken::default()
    }
}

/// Which of the products of an advisory make it match, each asked alone.
#[track_caller]
fn check(vendor: &str, name: &str, versions: &str, yes: &[(&str, &str)], no: &[(&str, &str)]) {
    let index = index(&[advisory("A1", vendor, &[(name, versions, "")])]);
    for (product, version) in yes {
        assert_eq!(
            matches(&index, &spoken(vendor, product, version)).len(),
            1,
            "{product} {version} is {name} {versions}"
        );
    }
    for (product, version) in no {
        assert_eq!(
            matches(&index, &spoken(vendor, product, version)).len(),
            0,
            "{product} {version} is no {name} {versions}"
        );
    }
}

#[test]
fn order_numbers_with_placeholders() {
    check(
        "Schneider Electric",
        "Modicon M340 CPU (part numbers BMXP34*)",
        "< 3.60",
        &[("BMX P34 2020", "v2.7"), ("BMXP342020", "03.20")],
        &[("BME P58 2040", "2.0"), ("BMX P34 2020", "3.60")],
    );
    check(
        "Schneider Electric",
        "Quantum processors 140CPU65xxxxx",
        "vers:all/*",
        &[("140 CPU 651 60", "3.5")],
        &[("140 CPU 311 10", "3.5")],
    );
    check(
        "Rockwell Automation",
        "ControlLogix 5580 (1756 - L8z)",
        "vers:all/*",
        &[("1756-L85E/B", "1")],
        &[("1756-L73/A", "1")],
    );
    check("Omron", "CJ2M-CPU □ □", "vers:all/*", &[("CJ2M-CPU33", "1")], &[("CJ2H-CPU64", "1")]);
    check(
        "Siemens",
        "SIMATIC S7-1500 CPU 1515-2 PN (6ES7515-2AM01-0AB0)",
        "< V2.9.7",
        &[("6ES7 515-2AM01-0AB0", "V2.8.3")],
        &[("6ES7 515-2AM02-0AB0", "V2.8.3"), ("6ES7 515-2AM01-0AB0", "V2.9.7")],
    );
}

#[test]
fn lists_of_types_in_one_name() {
    check(
        "Mitsubishi Electric",
        "R04/08/16/32/120(EN)CPU",
        "<= 51",
        &[("R04ENCPU", "51"), ("R120CPU", "3")],
        &[("R08SFCPU", "3"), ("R04ENCPU", "52")],
    );
    check(
        "Mitsubishi Electric",
        "MELSEC iQ-R R04 (EN) CPU firmware",
        "<=52",
        &[("R04ENCPU", "52"), ("R04CPU", "1")],
        &[("R08ENCPU", "1")],
    );
    check(
        "Rockwell Automation",
        "1734-AENT/1734-AENTR Series B",
        "<= 5.019",
        &[("1734-AENT/B", "5.019"), ("1734-AENTR/B", "5")],
        &[("1734-AENTR/C", "5.019")],
    );
    check(
        "GE",
        "PACSystems RX3i CPE305/310",
        "<= 9.20",
        &[("RX3i CPE305", "9.20"), ("RX3i CPE310", "9")],
        &[("RX3i CPE330", "9")],
    );
    check(
        "Omron",
        "CS1H/G-CPU**H, CJ1G-CPU**P",
        "<= 4.0",
        &[("CS1G-CPU44H", "04.00"), ("CJ1G-CPU45P", "3.0")],
        &[("CJ2M-CPU33", "1")],
    );
}

#[test]
fn families_and_their_near_misses() {
    check(
        "Rockwell Automation",
        "ControlLogix 5570 controllers",
        "<= 33",
        &[("1756-L71/B LOGIX5571", "32.012")],
        &[("1756-L85E/B", "32.012"), ("1756-L72S/B", "19.0")],
    );
    check(
        "Rockwell Automation",
        "1756-EN2T Series D",
        "<= 11.003",
        &[("1756-EN2T/D", "11.003")],
        &[("1756-EN2TR/D", "11"), ("1756-EN2T/A", "5"), ("1756-ENBT/A", "6")],
    );
    check(
        "Schneider Electric",
        "PowerLogic PM5560",
        "< 2.5.4",
        &[("PM5560", "2.5.3")],
        &[("PM5563", "2.5.3")],
    );
    check(
        "Moxa",
        "EDS-G508E Series",
        "<= 6.0",
        &[("EDS-G508E", "6.0")],
        &[("EDS-G512E", "6.0"), ("EDS-508A", "1")],
    );
    check(
        "Siemens",
        "RUGGEDCOM RS900 (32M) V4.X",
        "< V4.3.8",
        &[("RUGGEDCOM RS900 (32M)", "v4.3.7")],
        &[("RUGGEDCOM RS900 (32M)", "v5.0.0")],
    );
}

#[test]
fn variants_in_brackets() {
    let index = index(&[
        advisory("A1", "Siemens", &[("SIPROTEC 5 6MD85 (CP200)", "< V9.4", "")]),
        advisory("A2", "Siemens", &[("SIPROTEC 5 6MD85 (CP300)", "< V9.4", "")]),
    ]);
    let ask = |product: &str| -> Vec<(String, Grade)> {
        let found = matches(&index, &spoken("Siemens", product, "V9.3"));
        found.iter().map(|found| (found.advisory.to_owned(), found.grade)).collect()
    };
    assert_eq!(ask("SIPROTEC 5 6MD85 (CP300)"), [("A2".to_owned(), Grade::Range)]);
    let either = [("A1".to_owned(), Grade::Family), ("A2".to_owned(), Grade::Family)];
    assert_eq!(ask("SIPROTEC 5 6MD85"), either);
}

#[test]
fn short_patterns_need_their_brand() {
    check(
        "Phoenix Contact",
        "FL SWITCH 3xxx 4xxx and 48xx",
        "< 1.35",
        &[("FL SWITCH 3004T-FX", "1.3")],
        &[("VMT 3010", "1.3")],
    );
    check(
        "Phoenix Contact",
        "VMT 30xx",
        "vers:all/*",
        &[("VMT 3010", "1.3")],
        &[("FL SWITCH 3004T-FX", "1.3")],
    );
    check(
        "Phoenix Contact",
        "FL SWITCH 4012T-2GT-2FX ST",
        "< 2",
        &[("FL SWITCH 4012T-2GT-2FX ST", "1.3")],
        &[("FL SWITCH 3004T-FX ST", "1.3")],
    );
}

#[test]
fn a_remedy_ends_what_has_no_end() {
    let text = advisory(
        "A1",
        "Rockwell Automation",
        &[("ControlLogix 5580", ">=v34.011", "Corrected in v34.014 and later")],
    );
    let index = index(&[text]);
    let ask = |version: &str| {
        matches(&index, &spoken("Rockwell Automation/Allen-Bradley", "1756-L85E/B", version)).len()
    };
    assert_eq!((ask("34.011"), ask("34.014"), ask("35.011"), ask("33.011")), (1, 0, 0, 0));
}

#[test]
fn grades_and_reasons_tell_what_was_compared() {
    let index = index(&[
        advisory("A1", "Example Works", &[("Relay EX700", "< 2.9", "")]),
        advisory("A2", "Example Works", &[("Relay EX700", "2.7 | 2.8", "")]),
        advisory("A3", "Example Works", &[("Relay EX700", "some builds", "")]),
    ]);
    let found = matches(&index, &spoken("Example Works GmbH", "EX700", "v2.7"));
    let grades: Vec<(&str, Grade)> = found.iter().map(|found| (found.advisory, found.grade)).collect();
    assert_eq!(grades, [("A2", Grade::Exact), ("A1", Grade::Range), ("A3", Grade::Family)]);
    assert_eq!(
        found[1].reason,
        "EX700 is one of \u{201c}Relay EX700\u{201d} and its version v2.7 is within \u{201c}< 2.9\u{201d}."
    );
    assert_eq!(found[1].source, "Relay EX700: < 2.9");
    assert_eq!(found[1].fixed_in, ["2.9"]);
    assert_eq!(matches(&index, &spoken("Other Works", "EX700", "v2.7")).len(), 0);
    assert!(
        matches(&index, &spoken("Example Works", "EX700", ""))
            .iter()
            .all(|found| found.grade == Grade::Family)
    );
}

#[test]
fn modules_and_installed_programs_count() {
    let mut program = advisory("A2", "Example Works", &[("Example Runtime", "< 2.0", "")]);
    program["product_tree"]["branches"][0]["branches"][0]["branches"][0]["product"]["product_identification_helper"] =
        json!({"cpe": "cpe:2.3:a:example:runtime:*:*:*:*:*:*:*:*"});
    let index =
        index(&[advisory("A1", "Rockwell Automation", &[("1756-EN2T Series D", "<= 11.003", "")]), program]);
    let mut rack = spoken("Rockwell Automation", "1756-L99", "1");
    rack.modules = vec![spoken("", "1756-EN2T/D", "10.010")];
    rack.cpes = vec!["cpe:2.3:a:example:runtime:1.9:*:*:*:*:*:*:*".to_owned()];
    let found: Vec<&str> = matches(&index, &rack).iter().map(|found| found.advisory).collect();
    assert_eq!(found, ["A1", "A2"]);
}

#[test]
fn the_end_of_a_range_is_no_fix_where_the_next_range_begins() {
    let index = index(&[advisory(
        "A1",
        "Example",
        &[("Press EX100", "<2.9.2", ""), ("Press EX100", ">=2.9.2|<2.9.4", "")],
    )]);
    let found = matches(&index, &spoken("Example", "Press EX100", "2.8.1"));
    assert_eq!(found[0].fixed_in, ["2.9.4"]);
    let found = matches(&index, &spoken("Example", "Press EX100", "2.9.3"));
    assert_eq!(found[0].fixed_in, ["2.9.4"]);
}
