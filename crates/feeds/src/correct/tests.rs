use super::{Outcome, apply};
use crate::item::{Action, Correction};
use knowledge::advisory::{
    Advisory, Affected, Constraint, EndOfLife, Fixed, Index, Spoken, State, Status, Vulnerability, matches,
};

fn advisory() -> Advisory {
    let product = |name: &str| Affected {
        vendor: "Example".into(),
        path: vec![name.into()],
        name: format!("Example {name}"),
        versions: Constraint::read("<=2.9.8"),
        fixed: vec![Fixed { version: "2.9.9".into(), remediation: None }],
        ..Affected::default()
    };
    let weakness = |cve: &str| Vulnerability {
        cve: cve.into(),
        states: vec![State { status: Status::KnownAffected, products: vec![0, 1] }],
        ..Vulnerability::default()
    };
    Advisory {
        id: "EX-1".into(),
        products: vec![product("Press EX100"), product("Press EX200")],
        vulnerabilities: vec![weakness("CVE-2024-0001"), weakness("CVE-2024-0002")],
        ..Advisory::default()
    }
}

fn correction(fact: &str, action: Action, old: &str, new: &str) -> Correction {
    Correction {
        id: "c".into(),
        advisory: "EX-1".into(),
        product: "Press EX100".into(),
        fact: fact.into(),
        action,
        old: old.into(),
        new: new.into(),
        ..Correction::default()
    }
}

/// The CVEs of a press after one correction.
fn after(correction: &Correction, product: &str, version: &str) -> (Outcome, Vec<String>) {
    let (mut advisories, mut ends) = (vec![advisory()], Vec::new());
    let outcome = apply(correction, &mut advisories, &mut ends);
    let index = Index::new(advisories);
    let spoken = Spoken {
        vendor: "Example".into(),
        product: product.into(),
        version: version.into(),
        ..Spoken::default()
    };
    let found = matches(&index, &spoken);
    let cves = found.iter().flat_map(|one| one.cves.iter().map(|cve| (*cve).to_owned()));
    (outcome, cves.collect())
}

#[test]
fn versions_are_replaced_only_while_the_source_says_what_was_corrected() {
    let both = vec!["CVE-2024-0001".to_owned(), "CVE-2024-0002".to_owned()];
    let right = correction("versions", Action::Replace, "<=2.9.8", "<2.9.8");
    assert_eq!(after(&right, "Press EX100", "2.9.8"), (Outcome::Applied(1), Vec::new()));
    assert_eq!(after(&right, "Press EX100", "2.9.7").1, both);
    assert_eq!(after(&right, "Press EX200", "2.9.8").1, both, "another product stays");
    let stale = correction("versions", Action::Replace, "<=2.9.7", "<2.9.8");
    assert_eq!(after(&stale, "Press EX100", "2.9.8"), (Outcome::Rests, both.clone()));
    let gone = correction("versions", Action::Withdraw, "", "");
    assert_eq!(after(&gone, "Press EX100", "1.0"), (Outcome::Applied(2), Vec::new()));
}

#[test]
fn one_weakness_of_a_product_is_said_not_to_be() {
    let not =
        Correction { cve: "CVE-2024-0002".into(), ..correction("status", Action::Set, "", "not_affected") };
    assert_eq!(after(&not, "Press EX100", "1.0"), (Outcome::Applied(1), vec!["CVE-2024-0001".into()]));
    let by_cve = Correction { advisory: "CVE-2024-0001".into(), product: String::new(), ..not };
    let by_cve =
        Correction { cve: String::new(), fact: "advisory".into(), action: Action::Withdraw, ..by_cve };
    let whole = Correction { cve: "CVE-2024-0001".into(), new: String::new(), ..by_cve };
    assert_eq!(after(&whole, "Press EX200", "1.0"), (Outcome::Applied(2), vec!["CVE-2024-0002".into()]));
}

#[test]
fn scores_names_fixes_and_whole_advisories_are_corrected() {
    let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    let (mut advisories, mut ends) = (vec![advisory()], Vec::new());
    let mut go = |correction: &Correction| apply(correction, &mut advisories, &mut ends);
    assert_eq!(go(&correction("cvss", Action::Set, "", vector)), Outcome::Applied(2));
    assert_eq!(go(&correction("cvss", Action::Set, "", "high")), Outcome::Rests);
    assert_eq!(go(&correction("fixed", Action::Set, "", "3.0, 3.1")), Outcome::Applied(1));
    assert_eq!(go(&correction("names", Action::Set, "", "Press / EX100A")), Outcome::Applied(1));
    let one = &advisories[0];
    assert_eq!(
        (one.vulnerabilities[0].scores[0].cvss[0].base, &*one.vulnerabilities[0].scores[0].products),
        (9.8, &[0][..])
    );
    assert_eq!(one.products[0].fixed.iter().map(|fixed| &*fixed.version).collect::<Vec<_>>(), ["3.0", "3.1"]);
    assert_eq!(one.products[0].path, ["Press", "EX100A"]);
    let away = Correction { product: String::new(), ..correction("advisory", Action::Withdraw, "", "") };
    assert_eq!(apply(&away, &mut advisories, &mut ends), Outcome::Applied(1));
    assert!(advisories.is_empty());
}

#[test]
fn an_end_of_support_is_set_replaced_and_withdrawn() {
    let (mut advisories, mut ends) = (Vec::new(), Vec::<EndOfLife>::new());
    let mut go = |action, old: &str, new: &str| {
        apply(&correction("end_of_life", action, old, new), &mut advisories, &mut ends);
        ends.iter().map(|entry| entry.security.clone()).collect::<Vec<_>>()
    };
    assert_eq!(go(Action::Set, "", "2027-03-31"), ["2027-03-31"]);
    assert_eq!(go(Action::Replace, "2026-01-01", "2028-01-01"), ["2027-03-31"]);
    assert_eq!(go(Action::Replace, "2027-03-31", "2028-01-01"), ["2028-01-01"]);
    assert!(go(Action::Withdraw, "", "").is_empty());
}
