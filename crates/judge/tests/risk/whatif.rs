//! What would lower a risk.

use super::plants::*;
use judge::risk::{
    Action, Asset, Band, CostClass, Effect, Finding, FindingKind, Inputs, Method, Passage, Plant, Role,
    Verdict, assess, lowers_most, lowers_this, what_if,
};

fn this(inputs: &Inputs, number: u64) -> Vec<Effect> {
    let (plant, method) = (Plant::new(inputs.clone()), Method::default());
    let before = assess(&plant, NOW, &method);
    lowers_this(&plant, &before, asset_id(number), NOW, &method)
}

#[test]
fn actions_are_tried_on_a_copy_and_sorted_by_cost_and_effect() {
    let found = this(&flat(), PLC);
    let keys: Vec<_> = found.iter().map(|effect| effect.cost).collect();
    assert!(keys.windows(2).all(|pair| pair[0] <= pair[1]));
    let of = |action: &Action| found.iter().find(|effect| effect.action == *action).unwrap();
    // The key switch halves the controller's own terms.
    let key = of(&Action::WriteProtect(Some(asset_id(PLC))));
    let own = 1.0 - (1.0 - 0.15 * 0.4 * 0.45) * (1.0 - 0.25 * 0.4 * 0.45);
    let expected = 100.0 * ((1.0 - (1.0 - own) * (1.0 - 0.3 * 0.485_f64)) * 0.9).sqrt();
    assert!((key.shift.score.0 - 48.8).abs() < 0.1 && (key.shift.score.1 - expected).abs() < 0.1, "{key:?}");
    assert_eq!((key.shift.others, key.shift.needs_stop, key.cost), (0, false, CostClass::Setting));
    // Patching the neighbour helps here as well; the neighbour is the other that improves.
    let patch = of(&Action::Patch("KB1".into(), Some(asset_id(EWS))));
    assert!(patch.shift.score.1 < patch.shift.score.0 && patch.shift.others == 1 && patch.shift.moved >= 1);
    // Accepting changes no number.
    let accept = of(&Action::AcceptRisk(asset_id(PLC)));
    assert_eq!((accept.shift.score.0, accept.cost), (accept.shift.score.1, CostClass::Decision));
}

#[test]
fn closing_a_service_lowers_what_is_behind_it() {
    let found = this(&flat(), EWS);
    let rule = Action::ApplyRule { from: zone_id(1), to: zone_id(2), service: Some(SMB) };
    let rule = found.iter().find(|effect| effect.action == rule).unwrap();
    assert!(rule.shift.score.1 < rule.shift.score.0 && rule.shift.others == 1, "{rule:?}");
    assert_eq!((rule.shift.band.0, rule.cost), (Band::Critical, CostClass::Setting));
}

#[test]
fn what_lowers_all_most_moves_most_devices_first() {
    let mut inputs = flat();
    // Ten stations with a default password, reached from the office.
    for number in 10..20 {
        let mut station = Asset::new(asset_id(number), Role::Operator);
        station.zone = Some(zone_id(2));
        station.services = vec![SMB];
        station.findings = vec![Finding { services: vec![SMB], ..finding(FindingKind::DefaultCredential) }];
        inputs.assets.push(station);
    }
    inputs.boundaries[0].passages = vec![
        passage(Some(SMB), Verdict::NoFilter, Some(days_ago(1))),
        Passage { asset: None, ..passage(None, Verdict::NoFilter, None) },
    ];
    let (plant, method) = (Plant::new(inputs), Method::default());
    let before = assess(&plant, NOW, &method);
    let found = lowers_most(&plant, &before, NOW, &method, 5, |_| true);
    assert!(found.len() <= 5 && found.len() >= 2);
    assert!(found.windows(2).all(|pair| pair[0].shift.moved_below_high >= pair[1].shift.moved_below_high));
    let password = found.iter().find(|effect| effect.action == Action::ChangeCredential(None)).unwrap();
    assert_eq!((password.shift.moved, password.shift.moved_below_high), (10, 10));
    assert!(found[0].shift.moved >= 10);
}

#[test]
fn actions_together_lower_more_than_each_alone_and_no_action_changes_nothing() {
    let (plant, method) = (Plant::new(flat()), Method::default());
    let before = assess(&plant, NOW, &method);
    let try_out = |actions: &[Action]| what_if(&plant, &before, Some(asset_id(PLC)), actions, NOW, &method);
    let nothing = try_out(&[]);
    assert_eq!((nothing.score.0, nothing.reduction, nothing.moved), (nothing.score.1, 0.0, 0));
    let actions =
        [Action::WriteProtect(Some(asset_id(PLC))), Action::Patch("KB1".into(), Some(asset_id(EWS)))];
    let both = try_out(&actions);
    for action in &actions {
        let alone = try_out(core::slice::from_ref(action));
        assert!(both.score.1 < alone.score.1, "{action:?}: {both:?} {alone:?}");
        assert_eq!(both.cell.0, alone.cell.0, "where it stands now is the same");
    }
    let [first, second] = actions;
    assert_eq!(try_out(&[second, first]).score, both.score, "in any order");
}
