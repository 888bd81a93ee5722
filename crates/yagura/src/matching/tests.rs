use super::{entry, module, spoken};
use crate::feeds::Trust;
use feeds::known::known;
use knowledge::advisory::{Index, matches};

fn arguments(vendor: &str, product: &str, version: &str) -> super::Arguments {
    super::Arguments {
        vendor: vendor.into(),
        product: product.into(),
        version: version.into(),
        hardware: String::new(),
        order_number: String::new(),
        cpe: Vec::new(),
        module: Vec::new(),
        bundle: None,
        trust: Trust::default(),
        json: true,
    }
}

#[test]
fn a_device_is_found_in_what_the_program_brings_along() {
    let index = Index::new(known(&feeds::starter::content()).advisories);
    let spoken = spoken(&arguments("Mitsubishi Electric", "Q06UDEHCPU", "20042")).expect("a device");
    let found: Vec<serde_json::Value> = matches(&index, &spoken).iter().map(entry).collect();
    let one = found.iter().find(|one| one["advisory"] == "ICSA-19-029-02").expect("the advisory");
    assert_eq!(
        (&one["grade"], &one["cves"][0], &one["fixed_in"][0]),
        (&"range".into(), &"CVE-2019-6535".into(), &"20102".into())
    );
    assert!(one["reason"].as_str().expect("a reason").contains("20042"), "{one}");
    assert_eq!(one["remediations"][0]["kind"], "vendor_fix");
}

#[test]
fn nothing_to_look_for_is_said() {
    let failure = spoken(&arguments("Siemens", " ", "1.0")).expect_err("no product");
    assert!(failure.reason().contains("--product"));
    let module = module("1756-EN2T/D@11.002");
    assert_eq!((module.product.as_str(), module.version.as_str()), ("1756-EN2T/D", "11.002"));
}
