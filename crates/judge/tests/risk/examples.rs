//! Section 5 of the model, to 0.1 of the score.

use super::plants::*;
use judge::risk::{
    AlertState, Assessment, Asset, Band, Broker, Class, ControlKind, FindingKind, Inputs, Level,
    PassageState, Role, TermKind, Verdict, Weakness, readd,
};

/// Likelihood to three places, band, score to 0.1; and the terms re-add.
fn expect(assessment: &Assessment, likelihood: f64, band: Band, score: f64) {
    let found = (assessment.likelihood.value, assessment.band, assessment.score.value);
    assert!((found.0 - likelihood).abs() < 0.0006, "{found:?}");
    assert_eq!(found.1, band, "{found:?}");
    assert!((found.2 - score).abs() < 0.1, "{found:?}");
    let sum = readd(&assessment.terms, assessment.impact.value);
    assert!((sum.score - assessment.score.value).abs() < 0.01);
    assert!((sum.own - assessment.own.value).abs() < 0.0001);
}

fn both(inputs: &Inputs) -> [Assessment; 2] {
    run(inputs).try_into().unwrap()
}

#[test]
fn state_0_flat_network() {
    let [ews, plc] = both(&flat());
    expect(&ews, 0.485, Band::Critical, 59.1);
    expect(&plc, 0.264, Band::Critical, 48.8);
    assert!((plc.own.value - 0.139).abs() < 0.0006);
    let share = |of: fn(TermKind) -> bool| plc.terms.iter().find(|term| of(term.kind)).unwrap().share;
    assert!((share(TermKind::is_neighbour) - 0.51).abs() < 0.01);
    assert!((share(|kind| matches!(kind, TermKind::Finding(_))) - 0.31).abs() < 0.01);
    assert!((share(|kind| matches!(kind, TermKind::Weakness(_))) - 0.18).abs() < 0.01);
}

#[test]
fn state_1_rules_applied() {
    let [ews, plc] = both(&rules_applied());
    expect(&ews, 0.126, Band::Medium, 30.2);
    expect(&plc, 0.089, Band::High, 28.3);
    assert!((plc.own.value - 0.053).abs() < 0.0006);
    assert_eq!(ews.terms[0].reach.as_ref().unwrap().class, Class::Ot);
}

#[test]
fn state_2_cell_closed() {
    let [ews, plc] = both(&cell_closed());
    expect(&ews, 0.085, Band::Medium, 24.7);
    expect(&plc, 0.053, Band::High, 21.9);
    assert!((plc.own.value - 0.029).abs() < 0.0006);
}

#[test]
fn state_3_patched_and_key_in_run() {
    let [ews, plc] = both(&patched());
    expect(&ews, 0.024, Band::Medium, 13.3);
    expect(&plc, 0.022, Band::Medium, 13.9);
    assert!((plc.own.value - 0.014).abs() < 0.0006);
}

#[test]
fn state_1b_rules_say_deny_but_traffic_is_still_seen() {
    let mut inputs = flat();
    let seen = passage(Some(SMB), denied(), Some(days_ago(2)));
    inputs.boundaries[0] = boundary(1, 2, vec![seen, passage(None, denied(), None)]);
    let [ews, plc] = both(&inputs);
    expect(&ews, 0.485, Band::Critical, 59.1);
    expect(&plc, 0.264, Band::Critical, 48.8);
    let state = |assessment: &Assessment| {
        assessment.terms.iter().find_map(|term| Some(term.reach.as_ref()?.path.last()?.state)).unwrap()
    };
    assert_eq!((state(&ews), state(&plc)), (PassageState::DeniedButSeen, PassageState::Distrusted));
}

#[test]
fn a_dmz_server_behind_a_makers_remote_access() {
    let mut server = Asset::new(asset_id(1), Role::Server);
    server.zone = Some(zone_id(5));
    server.findings = vec![finding(FindingKind::DefaultCredential)];
    server.controls = vec![control(ControlKind::Monitored)];
    let seen = vec![passage(None, Verdict::Permitted, Some(days_ago(1)))];
    let mut inputs = Inputs {
        assets: vec![server],
        zones: vec![zone(4, Class::ThirdParty), zone(5, Class::Dmz)],
        boundaries: vec![boundary(4, 5, seen)],
        links: vec![],
    };
    let direct = run(&inputs).remove(0);
    expect(&direct, 0.270, Band::High, 38.2);
    assert!((direct.impact.value - 0.54).abs() < 1e-9);
    inputs.boundaries[0].broker = Some(Broker { mfa: true, approval: true, recording: true });
    expect(&run(&inputs).remove(0), 0.108, Band::Medium, 24.1);
    inputs.boundaries[0].broker = Some(Broker { mfa: false, approval: true, recording: true });
    expect(&run(&inputs).remove(0), 0.216, Band::High, 34.2);
}

#[test]
fn a_safety_controller_with_an_alert() {
    let mut safety = Asset::new(asset_id(1), Role::Safety);
    safety.zone = Some(zone_id(2));
    safety.findings = vec![finding(FindingKind::UnauthenticatedWrites)];
    let inputs = |alerts| Inputs {
        assets: vec![Asset { alerts, ..safety.clone() }],
        zones: vec![zone(2, Class::Ot), zone(3, Class::Ot)],
        boundaries: vec![boundary(3, 2, vec![passage(None, Verdict::Permitted, None)])],
        links: vec![],
    };
    let with = |at, state| run(&inputs(vec![alert("A-1", Band::Critical, 0.8, at, state)])).remove(0);
    expect(&run(&inputs(vec![])).remove(0), 0.030, Band::Medium, 17.3);
    expect(&with(NOW, AlertState::Open), 0.651, Band::Critical, 80.7);
    expect(&with(days_ago(7), AlertState::Open), 0.340, Band::Critical, 58.3);
    expect(&with(NOW, AlertState::Dismissed), 0.030, Band::Medium, 17.3);
    expect(&with(NOW, AlertState::Eradicated), 0.030, Band::Medium, 17.3);
    expect(&with(NOW, AlertState::Contained), 1.0 - 0.97 * 0.68, Band::Critical, 58.3);
}

#[test]
fn levels_begin_where_the_model_says() {
    let likelihood = |value| Level::of_likelihood(value).number();
    assert_eq!([0.0, 0.0099, 0.01, 0.05, 0.15, 0.4, 1.0].map(likelihood), [1, 1, 2, 3, 4, 5, 5]);
    let impact = |value| Level::of_impact(value).number();
    assert_eq!([0.0, 0.2, 0.21, 0.54, 0.6, 0.72, 0.8, 0.9, 1.0].map(impact), [1, 1, 2, 3, 3, 4, 4, 5, 5]);
}

#[test]
fn threats_follow_the_table() {
    let threat = |weakness: &Weakness| judge::risk::threat(weakness).0;
    let local = Weakness { remote: false, ..weakness("", 9.8) };
    let found = [weakness("", 9.0), local, weakness("", 7.0), weakness("", 4.0), weakness("", 3.9)];
    assert_eq!(found.map(|weakness| threat(&weakness)), [0.15, 0.08, 0.08, 0.04, 0.02]);
    assert_eq!(threat(&Weakness { public_exploit: true, epss: Some(0.6), ..weakness("", 9.0) }), 0.6);
    assert_eq!(threat(&Weakness { public_exploit: true, epss: Some(0.2), ..weakness("", 9.0) }), 0.4);
    assert_eq!(threat(&Weakness { exploited: true, epss: Some(0.95), ..weakness("", 9.0) }), 0.95);
}
