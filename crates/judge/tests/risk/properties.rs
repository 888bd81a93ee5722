//! What must hold for any plant.

use super::plants::*;
use facts::id::AssetUid;
use judge::risk::{
    AlertState, Assessment, Asset, Band, Boundary, Class, Control, ControlKind, Finding, FindingKind, Grade,
    Inputs, Link, Method, Passage, Plant, Role, Service, Snapshot, Verdict, Weakness, WeaknessState, Zone,
    assess, cells, readd, reassess, tiles,
};
use proptest::prelude::*;
use std::sync::Arc;

const ROLES: [Role; 8] = [
    Role::Safety,
    Role::Controller,
    Role::Engineering,
    Role::Operator,
    Role::Server,
    Role::Gateway,
    Role::Field,
    Role::Office,
];
const SERVICES: [Service; 3] = [SMB, S7, Service::tcp(80)];
const GRADES: [Grade; 3] = [Grade::Family, Grade::Range, Grade::Exact];
const FINDINGS: [FindingKind; 4] = [
    FindingKind::DefaultCredential,
    FindingKind::UnauthenticatedWrites,
    FindingKind::EndOfSupport,
    FindingKind::NoEndpointProtection,
];
const CONTROLS: [ControlKind; 7] = [
    ControlKind::Monitored,
    ControlKind::MonitoredOfficeHours,
    ControlKind::EndpointProtection,
    ControlKind::VirtualPatch,
    ControlKind::WriteProtection,
    ControlKind::ServiceDisabled,
    ControlKind::MutualAuthentication,
];
const CLASSES: [Class; 5] = [Class::Internet, Class::ThirdParty, Class::Enterprise, Class::Dmz, Class::Ot];

fn any_services() -> impl Strategy<Value = Vec<Service>> {
    prop::sample::subsequence(SERVICES.to_vec(), 0..=3)
}

prop_compose! {
    fn any_weakness()(
        name in 0..6_u32, base in 0.0..10.0_f64, flags in any::<[bool; 4]>(), epss in prop::option::of(0.0..1.0_f64),
        services in any_services(), grade in prop::sample::select(GRADES.to_vec()), state in 0..4_u8,
    ) -> Weakness {
        let state = match state {
            0 => WeaknessState::Fixed,
            1 => WeaknessState::Accepted(days_ago(-5)),
            _ => WeaknessState::Open,
        };
        Weakness {
            remote: flags[0], exploited: flags[1] && flags[2], public_exploit: flags[2], changes_program: flags[3],
            epss, services, grade, state, fix: Some(Arc::from("fix")), ..weakness(&format!("CVE-{name}"), base)
        }
    }
}

prop_compose! {
    fn any_finding()(kind in prop::sample::select(FINDINGS.to_vec()), services in any_services()) -> Finding {
        Finding { services, ..finding(kind) }
    }
}

prop_compose! {
    fn any_control()(
        kind in prop::sample::select(CONTROLS.to_vec()), age in 0..60_i64, coverage in 0.0..=1.0_f64,
        name in 0..6_u32, services in any_services(),
    ) -> Control {
        let weakness = Some(Arc::from(format!("CVE-{name}")));
        Control { kind, evidence: days_ago(age), limit_days: None, coverage, weakness, services }
    }
}

prop_compose! {
    fn any_asset()(
        role in prop::sample::select(ROLES.to_vec()), zone in prop::option::weighted(0.9, 1..6_u64), line in 0..3_u64,
        flags in any::<[bool; 2]>(), services in any_services(),
        weaknesses in prop::collection::vec(any_weakness(), 0..4),
        findings in prop::collection::vec(any_finding(), 0..3),
        controls in prop::collection::vec(any_control(), 0..4),
        alerts in prop::collection::vec((0..4_usize, 0.0..=1.0_f64, 0..20_i64), 0..2),
    ) -> Asset {
        let alert = |(severity, confidence, age)| alert("A", Band::ALL[severity], confidence, days_ago(age), AlertState::Open);
        Asset {
            zone: zone.map(zone_id), line: Some(line_id(line)), hot_standby: flags[0], identified: flags[1], services,
            weaknesses, findings, controls, alerts: alerts.into_iter().map(alert).collect(),
            ..Asset::new(asset_id(0), role)
        }
    }
}

fn any_verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::NoFilter),
        Just(Verdict::Permitted),
        Just(Verdict::Unknown),
        (0..60_i64, 0..60_i64).prop_map(|(since, age)| Verdict::Denied {
            since: days_ago(since.max(age)),
            evidence: days_ago(age)
        }),
        (0..500_i64).prop_map(|age| Verdict::Separated { attested: days_ago(age) }),
    ]
}

prop_compose! {
    fn any_passage()(
        asset in prop::option::weighted(0.3, 0..8_u64), service in prop::option::of(prop::sample::select(SERVICES.to_vec())),
        verdict in any_verdict(), seen in prop::option::of(0..60_i64),
    ) -> Passage {
        Passage { asset: asset.map(asset_id), service, verdict, seen: seen.map(days_ago), planned: false }
    }
}

prop_compose! {
    fn any_boundary()(
        from in 1..6_u64, to in 1..6_u64, device in prop::option::of(0..8_u64),
        passages in prop::collection::vec(any_passage(), 0..4),
    ) -> Boundary {
        Boundary { device: device.map(asset_id), ..boundary(from, to, passages) }
    }
}

prop_compose! {
    fn any_inputs()(
        assets in prop::collection::vec(any_asset(), 1..8),
        classes in prop::collection::vec(prop::sample::select(CLASSES.to_vec()), 5),
        boundaries in prop::collection::vec(any_boundary(), 0..8),
        links in prop::collection::vec((0..8_u64, 0..8_u64, prop::sample::select(SERVICES.to_vec()), 0..60_i64), 0..12),
    ) -> Inputs {
        let number = |(asset, number)| Asset { id: asset_id(number), ..asset };
        let link = |(from, to, service, age)| Link { from: asset_id(from), to: asset_id(to), service, seen: days_ago(age) };
        Inputs {
            assets: assets.into_iter().zip(0..).map(number).collect(),
            zones: classes.into_iter().zip(1..).map(|(class, number)| Zone { id: zone_id(number), class }).collect(),
            boundaries,
            links: links.into_iter().map(link).collect(),
        }
    }
}

/// No asset is lower than before.
fn never_lower(before: &[Assessment], after: &[Assessment]) {
    for (before, after) in before.iter().zip(after) {
        for (old, new) in [
            (before.score.low, after.score.low),
            (before.score.value, after.score.value),
            (before.score.high, after.score.high),
        ] {
            assert!(new >= old - 1e-9, "{old} became {new} at {}", before.asset);
        }
        assert!(after.band >= before.band);
    }
}

fn snapshots(assessments: &[Assessment]) -> Vec<Snapshot> {
    let take = |assessment| Snapshot::take(assessment, (days_ago(100), true), None, None, &Method::default());
    assessments.iter().map(take).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_are_in_range_and_terms_readd(inputs in any_inputs()) {
        for assessment in run(&inputs) {
            let sum = readd(&assessment.terms, assessment.impact.value);
            prop_assert!((sum.score - assessment.score.value).abs() < 0.01);
            prop_assert!((sum.likelihood - assessment.likelihood.value).abs() < 1e-9);
            let l = assessment.likelihood;
            prop_assert!(0.0 <= l.low && l.low <= l.value + 1e-12 && l.value <= l.high + 1e-12 && l.high <= 1.0);
            prop_assert!((0.0..=1.0).contains(&assessment.impact.value));
            let shares: f64 = assessment.terms.iter().map(|term| term.share).sum();
            prop_assert!(assessment.terms.iter().all(|term| term.value.value == 0.0) || (shares - 1.0).abs() < 1e-9);
            for term in &assessment.terms {
                let product = term.threat * term.confidence * term.way * term.factor;
                prop_assert!(term.value.value >= product - 1e-9, "{term:?}");
            }
        }
    }

    #[test]
    fn order_never_matters(inputs in any_inputs(), seed in any::<u64>()) {
        let mut other = inputs.clone();
        shuffle(&mut other.assets, seed);
        shuffle(&mut other.zones, seed);
        shuffle(&mut other.boundaries, seed);
        shuffle(&mut other.links, seed);
        for asset in &mut other.assets {
            shuffle(&mut asset.weaknesses, seed);
            shuffle(&mut asset.findings, seed);
            shuffle(&mut asset.controls, seed);
            shuffle(&mut asset.alerts, seed);
            shuffle(&mut asset.services, seed);
        }
        other.boundaries.iter_mut().for_each(|boundary| shuffle(&mut boundary.passages, seed));
        prop_assert_eq!(run(&inputs), run(&other));
    }

    #[test]
    fn more_exposure_never_lowers(
        inputs in any_inputs(), at in any::<prop::sample::Index>(), more in any_weakness(), found in any_finding(),
        link in (0..8_u64, 0..8_u64), seen in any::<prop::sample::Index>(),
    ) {
        let before = run(&inputs);
        let change = |change: &dyn Fn(&mut Inputs)| {
            let mut other = inputs.clone();
            change(&mut other);
            never_lower(&before, &run(&other));
        };
        let at = at.index(inputs.assets.len());
        change(&|other| other.assets[at].weaknesses.push(more.clone()));
        change(&|other| other.assets[at].findings.push(found.clone()));
        change(&|other| other.assets[at].alerts.push(alert("B", Band::High, 0.5, days_ago(1), AlertState::Open)));
        change(&|other| {
            let (from, to) = (asset_id(link.0), asset_id(link.1));
            other.links.push(Link { from, to, service: SMB, seen: NOW });
        });
        change(&|other| {
            // A service more, where some are known: with none known the worst of all counts already.
            let services = &mut other.assets[at].services;
            services.extend((!services.is_empty()).then_some(Service::tcp(80)));
        });
        change(&|other| {
            let passages = other.boundaries.iter_mut().flat_map(|boundary| &mut boundary.passages);
            let mut passages: Vec<&mut Passage> = passages.collect();
            if !passages.is_empty() {
                let at = seen.index(passages.len());
                passages[at].seen = Some(NOW);
            }
        });
        let mut open = inputs.clone();
        let passages = open.boundaries.iter_mut().flat_map(|boundary| &mut boundary.passages);
        passages.for_each(|passage| passage.verdict = Verdict::NoFilter);
        // The high end may fall: what was unknown is known now.
        for (before, after) in before.iter().zip(&run(&open)) {
            prop_assert!(after.score.value >= before.score.value - 1e-9);
        }
    }

    #[test]
    fn a_proven_control_never_raises(inputs in any_inputs(), at in any::<prop::sample::Index>(), more in any_control()) {
        let mut other = inputs.clone();
        let at = at.index(other.assets.len());
        // The control counts only when its evidence holds; what it is for must not depend on the services known otherwise.
        other.assets[at].controls.push(more);
        never_lower(&run(&other), &run(&inputs));
    }

    #[test]
    fn without_causes_there_is_no_likelihood(inputs in any_inputs()) {
        let mut other = inputs;
        other.links.clear();
        for asset in &mut other.assets {
            asset.weaknesses.clear();
            asset.findings.clear();
            asset.alerts.clear();
        }
        for assessment in run(&other) {
            prop_assert_eq!(assessment.likelihood.value, 0.0);
            prop_assert!(assessment.terms.is_empty());
        }
    }

    #[test]
    fn cells_add_up_to_the_first_tile(inputs in any_inputs(), line in 0..3_u64, week_ago in any_inputs()) {
        let (today, before) = (snapshots(&run(&inputs)), snapshots(&run(&week_ago)));
        let filter = |snapshot: &Snapshot| snapshot.line == Some(line_id(line));
        let tiles = tiles(&today, &before, NOW, filter);
        let cells = cells(&today, &before, &Method::default(), filter);
        prop_assert_eq!(cells.iter().map(|cell| cell.count).sum::<u32>(), tiles.devices);
        let high = cells.iter().filter(|cell| cell.band.is_high()).map(|cell| cell.count);
        prop_assert_eq!(high.sum::<u32>(), tiles.high);
    }

    #[test]
    fn one_change_gives_what_all_anew_would(inputs in any_inputs(), at in any::<prop::sample::Index>(), more in any_weakness()) {
        let method = Method::default();
        let mut plant = Plant::new(inputs);
        let before = assess(&plant, NOW, &method);
        let mut changed = (*plant.assets()[at.index(plant.assets().len())]).clone();
        changed.weaknesses.push(more);
        changed.decided.asset[0] = Some(5);
        let id: AssetUid = changed.id;
        plant.replace(changed);
        let mut after = before;
        for next in reassess(&plant, NOW, &method, &[id], &after.clone()) {
            let at = after.iter().position(|known| known.asset == next.asset).unwrap();
            after[at] = next;
        }
        prop_assert_eq!(after, assess(&plant, NOW, &method));
    }

    #[test]
    fn stored_terms_are_read_back(inputs in any_inputs()) {
        for assessment in run(&inputs) {
            let text = serde_json::to_string(&assessment).unwrap();
            let read: Assessment = serde_json::from_str(&text).unwrap();
            let again = readd(&read.terms, read.impact.value);
            prop_assert!((again.score - assessment.score.value).abs() < 0.01);
            prop_assert!((again.likelihood - assessment.likelihood.value).abs() < 1e-9);
            prop_assert_eq!(read.terms.len(), assessment.terms.len());
        }
    }
}

/// A permutation from a seed.
fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for at in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        items.swap(at, usize::try_from(seed >> 33).unwrap() % (at + 1));
    }
}
