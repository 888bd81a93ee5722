//! Paths to critical assets.

use super::plants::*;
use judge::risk::{
    Action, Asset, Class, FindingKind, Inputs, Link, Method, Paths, Plant, Role, TermKind, assess, paths,
};

fn search(inputs: &Inputs) -> Paths {
    let (plant, method) = (Plant::new(inputs.clone()), Method::default());
    let found = assess(&plant, NOW, &method);
    paths(&plant, &found, NOW, &method)
}

#[test]
fn a_path_leads_over_the_workstation_to_the_controller() {
    let found = search(&flat());
    let [first, second] = found.paths.as_slice() else { panic!("{:?}", found.paths) };
    // Directly: the unauthenticated protocol. Over the workstation: its weakness, then the protocol with traffic seen.
    let direct = 0.25 * 0.4 * 0.9;
    let over = 0.9 * 0.5 * 0.9 * (0.25 * 0.9);
    assert!((first.probability - over).abs() < 1e-9 && (second.probability - direct).abs() < 1e-9);
    assert_eq!((first.target, first.start.class), (asset_id(PLC), Class::Enterprise));
    assert!((first.start.weight * first.hops[0].probability * first.hops[1].probability - over).abs() < 1e-9);
    let assets: Vec<_> = first.hops.iter().map(|hop| hop.asset).collect();
    assert_eq!(assets, [asset_id(EWS), asset_id(PLC)]);
    assert_eq!(first.hops[1].by, TermKind::Finding(FindingKind::UnauthenticatedWrites));
    assert_eq!(
        (first.hops[0].techniques, first.hops[1].techniques),
        (&["T0866"][..], &["T0855", "T0836"][..])
    );
    let rule = Action::ApplyRule { from: zone_id(1), to: zone_id(2), service: Some(SMB) };
    assert!(first.hops[0].broken_by.contains(&rule));
    assert!(first.hops[0].broken_by.contains(&Action::Patch("KB1".into(), Some(asset_id(EWS)))));
    assert!(first.hops[1].broken_by.contains(&Action::WriteProtect(Some(asset_id(PLC)))));
    assert_eq!(found.chokes.assets.first().map(|(asset, _)| *asset), Some(asset_id(EWS)));
    assert_eq!(found.chokes.steps[0].0, (asset_id(EWS), asset_id(PLC)));
}

#[test]
fn paths_have_no_loops_at_most_eight_steps_and_ten_of_a_target() {
    // Everybody talks to everybody.
    let mut inputs = flat();
    for number in 10..24 {
        let mut other = Asset::new(asset_id(number), Role::Operator);
        other.zone = Some(zone_id(2));
        other.findings = vec![finding(FindingKind::OpenShare)];
        inputs.assets.push(other);
    }
    let numbers: Vec<u64> = [EWS, PLC].into_iter().chain(10..24).collect();
    for from in &numbers {
        let links = numbers.iter().map(|to| Link {
            from: asset_id(*from),
            to: asset_id(*to),
            service: S7,
            seen: NOW,
        });
        inputs.links.extend(links);
    }
    let found = search(&inputs);
    assert_eq!(found.paths.len(), 10);
    assert!(found.paths.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
    for path in &found.paths {
        assert!(path.hops.len() <= 8);
        let mut assets: Vec<_> = path.hops.iter().map(|hop| hop.asset).collect();
        assert_eq!(assets.last(), Some(&path.target));
        assets.sort_unstable();
        assets.dedup();
        assert_eq!(assets.len(), path.hops.len());
    }
}

#[test]
fn a_long_chain_beyond_eight_steps_is_no_path() {
    let mut inputs = flat();
    inputs.links.clear();
    inputs.assets[1].findings.clear();
    inputs.assets[1].weaknesses.clear();
    assert!(search(&inputs).paths.is_empty());
}
