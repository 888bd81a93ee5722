//! Reach: states of a boundary, unknown ways, controls and impacts.

use super::plants::*;
use judge::risk::{
    Assessment, Asset, Band, Boundary, Class, Consequence, Control, ControlKind, Decided, Finding,
    FindingKind, Grade, Inputs, Link, Matrix, Method, Origin, Passage, Plant, Role, Service, Unknown,
    Verdict, Weakness, WeaknessState, assess, forecast,
};
use std::sync::Arc;

/// A plain device in zone 2, reached from the office (weight 0.5) over one boundary with these passages.
fn behind(passages: Vec<Passage>) -> Inputs {
    let mut device = Asset::new(asset_id(1), Role::Server);
    device.zone = Some(zone_id(2));
    device.services = vec![SMB];
    device.weaknesses = vec![Weakness { exploited: true, services: vec![SMB], ..weakness("CVE-A", 5.0) }];
    Inputs {
        assets: vec![device],
        zones: vec![zone(1, Class::Enterprise), zone(2, Class::Ot)],
        boundaries: vec![boundary(1, 2, passages)],
        links: vec![],
    }
}

fn way(inputs: &Inputs) -> f64 {
    run(inputs)[0].terms[0].way
}

fn check_way(verdict: Verdict, seen: Option<i64>, expected: f64) {
    let found = way(&behind(vec![passage(Some(SMB), verdict, seen.map(days_ago))]));
    assert!((found - expected).abs() < 1e-9, "{verdict:?} seen {seen:?}: {found}");
}

#[test]
fn path_factors_follow_the_table() {
    let denied = |since, age| Verdict::Denied { since: days_ago(since), evidence: days_ago(age) };
    check_way(Verdict::NoFilter, None, 0.5 * 0.8);
    check_way(Verdict::Permitted, None, 0.5 * 0.8);
    check_way(Verdict::Permitted, Some(30), 0.5);
    check_way(Verdict::Permitted, Some(31), 0.5 * 0.8);
    check_way(Verdict::Unknown, None, 0.5 * 0.7);
    check_way(denied(50, 40), None, 0.5 * 0.7);
    check_way(denied(50, 20), None, 0.5 * 0.3);
    // Now the own zone is the better place.
    check_way(denied(50, 7), None, 0.08);
    check_way(denied(50, 1), Some(2), 0.5);
    check_way(denied(1, 1), Some(2), 0.08);
    check_way(Verdict::Separated { attested: days_ago(300) }, None, 0.08);
    check_way(Verdict::Separated { attested: days_ago(400) }, None, 0.5 * 0.7);
}

#[test]
fn the_most_exact_passage_counts() {
    let all = passage(None, denied(), None);
    let smb = passage(Some(SMB), Verdict::Permitted, None);
    let device = Passage { asset: Some(asset_id(1)), ..passage(None, denied(), None) };
    let exact =
        Passage { asset: Some(asset_id(1)), ..passage(Some(SMB), Verdict::NoFilter, Some(days_ago(1))) };
    let other = Passage { asset: Some(asset_id(9)), ..exact };
    assert_eq!(way(&behind(vec![all, other])), 0.08);
    assert_eq!(way(&behind(vec![all, smb])), 0.4);
    assert_eq!(way(&behind(vec![all, smb, device])), 0.08);
    assert_eq!(way(&behind(vec![all, smb, device, exact])), 0.5);
    // Nothing speaks of the service.
    assert_eq!(way(&behind(vec![passage(Some(S7), denied(), None)])), 0.35);
}

#[test]
fn the_best_of_several_ways_counts_with_its_crossings() {
    let mut inputs = behind(vec![passage(None, denied(), None)]);
    inputs.zones.push(zone(3, Class::Dmz));
    inputs.boundaries.push(boundary(1, 3, vec![passage(None, Verdict::Permitted, Some(days_ago(1)))]));
    inputs.boundaries.push(boundary(3, 2, vec![passage(None, Verdict::Permitted, None)]));
    let found = &run(&inputs)[0].terms[0];
    let reach = found.reach.as_ref().unwrap();
    assert_eq!((found.way, reach.class, reach.from), (0.4, Class::Enterprise, Some(zone_id(1))));
    let zones: Vec<_> = reach.path.iter().map(|crossing| (crossing.from, crossing.to)).collect();
    assert_eq!(zones, [(Some(zone_id(1)), Some(zone_id(3))), (Some(zone_id(3)), Some(zone_id(2)))]);
}

#[test]
fn missing_data_is_never_good_news() {
    let mut inputs = behind(vec![]);
    inputs.boundaries.clear();
    let found = &run(&inputs)[0];
    assert_eq!(found.terms[0].way, 0.35);
    assert!(found.unknowns.contains(&Unknown::Way(Class::Enterprise)));
    assert!(found.score.low < found.score.value && found.score.value < found.score.high);
    inputs.assets[0].zone = None;
    let found = &run(&inputs)[0];
    assert_eq!(found.terms[0].way, 0.35);
    assert!(found.unknowns.contains(&Unknown::Zone));
}

#[test]
fn what_is_worse_at_one_boundary_never_hides_what_is_unknown_at_another() {
    // A neighbour reaches the device over two boundaries: one denies, of the other nothing is known.
    let mut neighbour = Asset::new(asset_id(2), Role::Server);
    neighbour.zone = Some(zone_id(1));
    neighbour.findings = vec![finding(FindingKind::DefaultCredential)];
    let mut inputs = behind(vec![passage(None, denied(), None)]);
    inputs.assets.push(neighbour);
    inputs.boundaries.push(boundary(1, 2, vec![passage(None, Verdict::Unknown, None)]));
    inputs.links = vec![Link { from: asset_id(2), to: asset_id(1), service: SMB, seen: days_ago(31) }];
    let before = run(&inputs)[0].score;
    // What passes against another rule of the first: its denials count no more, at worst the way is as open as before.
    inputs.boundaries[0].passages.push(passage(Some(S7), denied(), Some(NOW)));
    let after = run(&inputs)[0].score;
    assert!(after.value >= before.value && after.high >= before.high, "{before:?} became {after:?}");
}

#[test]
fn the_same_finding_by_two_ways_is_told_alike_in_any_order() {
    let mut inputs = behind(vec![passage(None, denied(), None), passage(Some(SMB), Verdict::Unknown, None)]);
    let web = Finding { services: vec![Service::tcp(80)], ..finding(FindingKind::EndOfSupport) };
    inputs.assets[0].services.clear();
    inputs.assets[0].findings = vec![web, finding(FindingKind::EndOfSupport)];
    let before = run(&inputs);
    inputs.assets[0].findings.reverse();
    assert_eq!(before, run(&inputs));
}

#[test]
fn an_unknown_version_or_maker_makes_a_range() {
    let mut inputs = behind(vec![passage(None, Verdict::Permitted, None)]);
    inputs.assets[0].weaknesses[0].grade = Grade::Family;
    let found = &run(&inputs)[0];
    let l = found.likelihood;
    assert_eq!(l.low, 0.0);
    assert!((l.value - 0.9 * 0.4 * 0.4).abs() < 1e-9 && (l.high - 0.9 * 0.4).abs() < 1e-9);
    assert!(found.unknowns.contains(&Unknown::Version(Arc::from("CVE-A"))));
    inputs.assets[0].weaknesses.clear();
    inputs.assets[0].identified = false;
    let found = &run(&inputs)[0];
    assert_eq!(found.likelihood.value, 0.0);
    assert!((found.likelihood.high - 0.15 * 0.4).abs() < 1e-9);
}

#[test]
fn planned_rules_count_only_in_the_forecast() {
    let now = passage(Some(SMB), Verdict::Permitted, Some(days_ago(1)));
    let plan =
        Passage { planned: true, ..passage(None, Verdict::Denied { since: NOW, evidence: NOW }, None) };
    let inputs = behind(vec![now, plan]);
    assert_eq!(way(&inputs), 0.5);
    let forecast = assess(&forecast(&Plant::new(inputs)), NOW, &Method::default());
    assert_eq!(forecast[0].terms[0].way, 0.08);
}

fn factor(controls: Vec<Control>, weakness: Weakness) -> f64 {
    let mut inputs = behind(vec![]);
    inputs.assets[0].controls = controls;
    inputs.assets[0].weaknesses = vec![weakness];
    run(&inputs)[0].terms[0].factor
}

#[test]
fn controls_take_off_what_the_table_says_while_proven() {
    use ControlKind::{
        EndpointProtection, Monitored, MonitoredOfficeHours, MutualAuthentication, ServiceDisabled,
        VirtualPatch, WriteProtection,
    };
    let smb = || Weakness { services: vec![SMB], ..weakness("CVE-A", 5.0) };
    let on = |kind, services: &[Service]| Control { services: services.to_vec(), ..control(kind) };
    let check = |controls, weakness, expected: f64| {
        let found = factor(controls, weakness);
        assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
    };
    check(vec![control(Monitored), control(MonitoredOfficeHours)], smb(), 0.9);
    check(vec![control(MonitoredOfficeHours)], smb(), 0.95);
    check(vec![control(EndpointProtection), control(Monitored)], smb(), 0.45);
    check(vec![Control { coverage: 0.5, ..control(EndpointProtection) }], smb(), 0.75);
    check(vec![Control { evidence: days_ago(31), ..control(EndpointProtection) }], smb(), 1.0);
    check(
        vec![Control { evidence: days_ago(31), limit_days: Some(90), ..control(EndpointProtection) }],
        smb(),
        0.5,
    );
    check(vec![Control { weakness: Some(Arc::from("CVE-A")), ..control(VirtualPatch) }], smb(), 0.4);
    check(vec![Control { weakness: Some(Arc::from("CVE-X")), ..control(VirtualPatch) }], smb(), 1.0);
    check(vec![control(WriteProtection)], smb(), 1.0);
    check(vec![control(WriteProtection)], Weakness { changes_program: true, ..smb() }, 0.5);
    check(vec![on(ServiceDisabled, &[SMB])], smb(), 0.2);
    check(vec![on(ServiceDisabled, &[S7])], smb(), 1.0);
    check(vec![on(MutualAuthentication, &[SMB])], Weakness { services: vec![SMB, S7], ..smb() }, 1.0);
}

#[test]
fn what_is_fixed_or_does_not_apply_is_no_term_and_what_is_accepted_is_marked() {
    let states = [WeaknessState::Fixed, WeaknessState::NotAffected, WeaknessState::Accepted(days_ago(-1))];
    let of = |state| {
        let mut inputs = behind(vec![passage(None, Verdict::Permitted, None)]);
        inputs.assets[0].weaknesses[0].state = state;
        run(&inputs).remove(0)
    };
    let found: Vec<Assessment> = states.into_iter().map(of).collect();
    assert_eq!(found.iter().map(|found| found.terms.len()).collect::<Vec<_>>(), [0, 0, 1]);
    assert_eq!((found[2].band, found[2].hatched), (Band::High, true));
    assert!(!of(WeaknessState::Accepted(days_ago(1))).hatched);
}

#[test]
fn the_asset_wins_over_the_zone_over_the_process_over_the_role() {
    let mut inputs = behind(vec![]);
    inputs.assets[0].decided = Decided {
        asset: [Some(1), None, None, None, None],
        zone: [Some(2), Some(3), None, None, None],
        process: [Some(5), Some(5), Some(4), None, None],
    };
    let impact = run(&inputs)[0].impact;
    assert_eq!(impact.values, [1, 3, 4, 3, 3]);
    use Origin::{Assumed, Process, Zone};
    assert_eq!(impact.origins, [Origin::Asset, Zone, Process, Assumed, Assumed]);
    assert_eq!((impact.value, impact.decisive), (0.9 * 4.0 / 5.0, Consequence::Production));
    inputs.assets[0].hot_standby = true;
    assert!((run(&inputs)[0].impact.value - 0.72 * 0.8).abs() < 1e-9);
}

#[test]
fn the_only_path_to_a_critical_asset_takes_its_production_less_one() {
    let mut inputs = behind(vec![]);
    inputs.assets[0].decided.asset[2] = Some(5);
    inputs.assets[0].wired_to = vec![asset_id(11)];
    inputs.assets.push(Asset::new(asset_id(10), Role::Office));
    inputs.assets.push(Asset { wired_to: vec![asset_id(12)], ..Asset::new(asset_id(11), Role::Field) });
    inputs
        .assets
        .push(Asset { wired_to: vec![asset_id(11), asset_id(10)], ..Asset::new(asset_id(12), Role::Field) });
    inputs.boundaries[0].device = Some(asset_id(10));
    let found: Vec<u8> = run(&inputs).iter().map(|found| found.impact.values[2]).collect();
    assert_eq!(found, [5, 4, 4, 4]);
    // A second way that the device does not see.
    inputs.boundaries.push(Boundary { device: None, ..boundary(1, 2, vec![]) });
    assert_eq!(run(&inputs)[1].impact.values[2], 1);
}

#[test]
fn a_matrix_must_be_monotone() {
    let mut rows: [[Band; 5]; 5] = Matrix::default().into();
    assert!(Matrix::new(rows).is_ok());
    rows[4][4] = Band::Low;
    let refused = Matrix::new(rows).unwrap_err();
    assert_eq!((refused.likelihood.number(), refused.impact.number()), (5, 5));
    assert!(serde_json::from_str::<Matrix>(&serde_json::to_string(&rows).unwrap()).is_err());
}

#[test]
fn the_same_weakness_told_twice_counts_once() {
    let mut inputs = behind(vec![]);
    let once = run(&inputs)[0].likelihood;
    let again = inputs.assets[0].weaknesses[0].clone();
    inputs.assets[0].weaknesses.push(Weakness { grade: Grade::Range, ..again });
    assert_eq!(run(&inputs)[0].likelihood, once);
}

#[test]
fn a_long_list_ends_in_one_term_that_keeps_the_sum() {
    let mut inputs = behind(vec![]);
    let more =
        |number| Finding { reference: Arc::from(format!("{number}")), ..finding(FindingKind::DualHomed) };
    inputs.assets[0].findings = (0..150).map(more).collect();
    let found = &run(&inputs)[0];
    assert_eq!((found.terms.len(), found.left_out), (100, 52));
    let sum = judge::risk::readd(&found.terms, found.impact.value);
    assert!((sum.score - found.score.value).abs() < 0.01);
}
