use super::{
    Device, Evidence, Justification, Report, Said, Statement, affected, csaf_vex, cyclonedx, once, open_vex,
};
use crate::csaf::{Extensions, check};
use crate::known::known;
use crate::shared::unpacked;
use knowledge::advisory::{Grade, Index, Match, RemediationKind, Spoken, matches};
use serde_json::Value;

fn evidence<'a>(found: &'a Match<'a>) -> Evidence<'a> {
    let products = &found.document.products;
    let product = products.iter().position(|product| core::ptr::eq(product, found.product));
    Evidence {
        advisory: found.document,
        grade: found.grade,
        reason: &found.reason,
        product: product.and_then(|place| u32::try_from(place).ok()).expect("a product"),
        weaknesses: &found.weaknesses,
        remedies: found.remediations.clone(),
    }
}

/// Two controllers of one type and a module, with every sort of statement.
fn report() -> Report {
    let index = Index::new(known(&crate::starter::content()).advisories);
    let spoken = Spoken {
        vendor: "Mitsubishi Electric".into(),
        product: "Q06UDEHCPU".into(),
        version: "20042".into(),
        ..Spoken::default()
    };
    let device = |id: &str, serial: &str| Device {
        id: id.into(),
        name: format!("line {id}"),
        vendor: spoken.vendor.clone(),
        product: spoken.product.clone(),
        version: spoken.version.clone(),
        serial: serial.into(),
        ..Device::default()
    };
    let found = matches(&index, &spoken);
    let since = "2026-01-05T00:00:00Z";
    let of = |device: u32| found.iter().flat_map(move |one| affected(&evidence(one), device, since));
    let mut statements = once(of(0).chain(of(1)).collect());
    assert!(statements.len() > 10 && statements.iter().all(|one| !one.cvss.is_empty()));
    let decide = |statements: &mut Vec<Statement>, device: u32, cve: &str, said: Said| {
        let one =
            statements.iter_mut().find(|one| one.device == device && one.cve == cve).expect("a statement");
        (one.said, one.reason) = (said, "Decided by the owner.".into());
    };
    let not = |justification| Said::NotAffected { justification };
    decide(&mut statements, 0, "CVE-2022-25155", not(Some(Justification::InlineMitigationsAlreadyExist)));
    decide(&mut statements, 0, "CVE-2022-25156", not(None));
    decide(&mut statements, 0, "CVE-2022-25157", Said::Fixed);
    decide(&mut statements, 0, "CVE-2022-25158", Said::UnderInvestigation);
    Report {
        id: "vex-1".into(),
        uuid: "3e671687-395b-41f5-a30f-a58921a69b79".into(),
        editions: vec![since.into(), "2026-01-20T00:00:00Z".into(), "2026-02-05T00:00:00Z".into()],
        author: "Seto works".into(),
        namespace: "https://yagura.example".into(),
        program: ("yagura".into(), "0.1.0".into()),
        devices: vec![device("a1", "170722013"), device("a2", "190311045")],
        statements,
        hidden: 3,
    }
}

fn find(list: &Value, is: impl Fn(&Value) -> bool) -> &Value {
    list.as_array().expect("a list").iter().find(|one| is(one)).expect("an entry")
}

#[test]
fn csaf_vex_passes_every_mandatory_test() {
    let document = csaf_vex(&report());
    let checked = check(&document, &Extensions::default()).expect("a version");
    let findings: Vec<String> = checked
        .findings
        .iter()
        .map(|one| format!("{:?} {} {} {}", one.level, one.test, one.at, one.what))
        .collect();
    assert!(checked.is_valid(), "{findings:#?}");
    let one = find(&document["vulnerabilities"], |one| one["cve"] == "CVE-2022-25155");
    assert_eq!(one["product_status"]["known_not_affected"][0], "a1");
    assert_eq!(one["product_status"]["known_affected"][0], "a2");
    assert_eq!(one["flags"][0]["label"], "inline_mitigations_already_exist");
    // What is written can be read again.
    let (read, _) = knowledge::advisory::read_csaf(&document).expect("an advisory");
    assert_eq!((read.products.len(), read.id.as_str()), (2, "vex-1"));
}

#[test]
fn open_vex_has_what_each_status_asks_for() {
    let document = open_vex(&report());
    let statements = document["statements"].as_array().expect("statements");
    for one in statements {
        let has = |key: &str| one.get(key).is_some();
        match one["status"].as_str().expect("a status") {
            "affected" => assert!(has("action_statement"), "{one}"),
            "not_affected" => assert!(has("justification") != has("impact_statement"), "{one}"),
            "fixed" | "under_investigation" => {
                assert!(!has("justification") && !has("action_statement"), "{one}")
            }
            other => panic!("{other}"),
        }
    }
    // Of both controllers the same is said: one statement.
    let one = find(&document["statements"], |one| one["vulnerability"]["name"] == "CVE-2019-6535");
    assert_eq!(one["products"].as_array().map(Vec::len), Some(2));
    assert_eq!(one["products"][0]["@id"], "https://yagura.example/assets/a1");
    assert_eq!(
        (&document["version"], &document["@context"]),
        (&3.into(), &"https://openvex.dev/ns/v0.2.0".into())
    );
}

#[test]
fn cyclonedx_is_read_again_with_its_devices() {
    let document = cyclonedx(&report());
    let bytes = serde_json::to_vec(&document).expect("JSON");
    let bom = crate::sbom::read(&bytes).expect("a list");
    // The program that wrote it is a part without a reference.
    let ids: Vec<&str> = bom.parts.iter().map(|part| part.id.as_str()).filter(|id| !id.is_empty()).collect();
    assert_eq!(ids, ["a1", "a2"]);
    let one = find(&document["vulnerabilities"], |one| one["analysis"]["state"] == "resolved");
    assert_eq!((&one["id"], &one["affects"][0]["ref"]), (&"CVE-2022-25157".into(), &"a1".into()));
    let one = find(&document["vulnerabilities"], |one| one["id"] == "CVE-2019-6535");
    assert_eq!((&one["ratings"][0]["score"], &one["ratings"][0]["severity"]), (&7.5.into(), &"high".into()));
    assert_eq!(one["affects"].as_array().map(Vec::len), Some(2));
}

#[test]
fn cyclonedx_fits_its_schema() {
    let Some(files) = unpacked("sbom/cyclonedx-spec-tests.tar.gz") else { return };
    let schema = |name: &str| -> Value {
        let found = files.iter().find(|(path, _)| path.ends_with(name)).expect(name);
        serde_json::from_slice(found.1).expect("a schema")
    };
    let mut registry = jsonschema::Registry::new();
    for name in ["spdx.schema.json", "jsf-0.82.schema.json"] {
        registry =
            registry.add(format!("http://cyclonedx.org/schema/{name}"), schema(name)).expect("a schema");
    }
    let registry = registry.prepare().expect("schemas");
    let validator = jsonschema::options()
        .with_registry(&registry)
        .build(&schema("bom-1.6.schema.json"))
        .expect("a validator");
    let document = cyclonedx(&report());
    let faults: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{} {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn an_unknown_version_is_not_called_affected() {
    let report = report();
    let index = Index::new(known(&crate::starter::content()).advisories);
    let spoken =
        Spoken { vendor: "Mitsubishi Electric".into(), product: "Q06UDEHCPU".into(), ..Spoken::default() };
    let found = matches(&index, &spoken);
    let of_family = found.iter().find(|one| one.grade == Grade::Family).expect("a version is not known");
    let said = affected(&evidence(of_family), 0, "");
    assert!(!said.is_empty() && said.iter().all(|one| one.said == Said::UnderInvestigation));
    assert!(report.statements.iter().any(|one| one.said == Said::Affected), "with a version it is");
}

#[test]
fn two_advisories_about_one_weakness_make_one_statement() {
    let about = |said: Said, advisory: &str, help: &str| Statement {
        cve: "CVE-2022-25155".into(),
        advisory: (advisory.into(), String::new()),
        said,
        remedies: vec![(RemediationKind::Mitigation, help.into())],
        ..Statement::default()
    };
    let all = once(vec![
        about(Said::UnderInvestigation, "a", "one"),
        about(Said::Affected, "b", "other"),
        about(Said::Affected, "c", "one"),
    ]);
    let [one] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((&one.said, one.advisory.0.as_str()), (&Said::Affected, "b"));
    let help: Vec<&str> = one.remedies.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(help, ["other", "one"]);
}

#[test]
fn what_the_owner_decided_stands_before_what_helps() {
    let mut report = report();
    for one in &mut report.statements {
        one.plan = "Accepted until the next stop.".into();
    }
    let document = open_vex(&report);
    let one = find(&document["statements"], |one| one["status"] == "affected");
    let action = one["action_statement"].as_str().expect("an action");
    assert!(action.starts_with("Accepted until the next stop.\n"), "{action}");
}
