//! Why a risk changed.

use super::plants::*;
use judge::risk::{AlertState, Band, ControlKind, Inputs, ReasonKind, Verdict, WeaknessState, reasons};

/// The strongest reason for the asset's change from one state to another.
fn check(number: u64, before: &Inputs, after: &Inputs, expected: ReasonKind, raises: bool) {
    let of = |inputs: &Inputs| run(inputs).into_iter().find(|found| found.asset == asset_id(number)).unwrap();
    let found = reasons(Some(&of(before)), &of(after));
    let first = found.first().unwrap_or_else(|| panic!("no reason, expected {expected:?}"));
    assert_eq!(first.kind, expected, "{found:#?}");
    assert!(first.effect == 0.0 || (first.effect > 0.0) == raises, "{found:#?}");
}

fn with(inputs: &Inputs, change: impl Fn(&mut Inputs)) -> Inputs {
    let mut changed = inputs.clone();
    change(&mut changed);
    changed
}

#[test]
fn each_change_has_its_reason() {
    let flat = flat();
    let ruled = rules_applied();
    check(EWS, &flat, &ruled, ReasonKind::RuleApplied, false);
    check(EWS, &ruled, &flat, ReasonKind::NewTraffic, true);
    let permitted = with(&flat, |inputs| {
        inputs.boundaries[0].passages.iter_mut().for_each(|passage| passage.seen = None)
    });
    check(EWS, &ruled, &permitted, ReasonKind::RuleRemoved, true);
    let aged = with(&ruled, |inputs| {
        let verdict = Verdict::Denied { since: days_ago(90), evidence: days_ago(40) };
        inputs.boundaries[0].passages[0].verdict = verdict;
    });
    check(EWS, &ruled, &aged, ReasonKind::PolicyEvidenceAged, true);
    let seen = with(&ruled, |inputs| inputs.boundaries[0].passages[0].seen = Some(days_ago(1)));
    check(EWS, &ruled, &seen, ReasonKind::ContradictingTraffic, true);
    let fixed = with(&flat, |inputs| inputs.assets[0].weaknesses[0].state = WeaknessState::Fixed);
    check(EWS, &flat, &fixed, ReasonKind::PatchInstalled, false);
    check(EWS, &fixed, &flat, ReasonKind::NewVulnerability, true);
    let unknown = with(&flat, |inputs| inputs.assets[0].weaknesses[0].exploited = false);
    check(EWS, &unknown, &flat, ReasonKind::KnownExploited, true);
    let epss = with(&unknown, |inputs| inputs.assets[0].weaknesses[0].epss = Some(0.5));
    check(EWS, &unknown, &epss, ReasonKind::EpssRise, true);
    let blind = with(&flat, |inputs| inputs.assets[0].controls[0].evidence = days_ago(31));
    check(EWS, &flat, &blind, ReasonKind::ControlLost, true);
    check(PLC, &unknown, &flat, ReasonKind::NeighbourChanged, true);
    let decided = with(&flat, |inputs| inputs.assets[0].decided.asset[0] = Some(5));
    check(EWS, &flat, &decided, ReasonKind::CriticalityChanged, true);
    let alerted =
        |state| with(&flat, |inputs| inputs.assets[0].alerts = vec![alert("A", Band::High, 1.0, NOW, state)]);
    check(EWS, &flat, &alerted(AlertState::Open), ReasonKind::NewAlert, true);
    check(EWS, &alerted(AlertState::Open), &alerted(AlertState::Eradicated), ReasonKind::AlertClosed, false);
    let locked = with(&flat, |inputs| inputs.assets[1].controls.push(control(ControlKind::WriteProtection)));
    check(PLC, &flat, &locked, ReasonKind::ControlProven, false);
}

#[test]
fn a_new_asset_is_first_seen_and_the_same_day_has_no_reason() {
    let found = run(&flat());
    assert_eq!(reasons(None, &found[0])[0].kind, ReasonKind::FirstSeen);
    assert!(reasons(Some(&found[0]), &found[0]).is_empty());
}
