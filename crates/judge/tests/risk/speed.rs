//! How long large plants take: printed, never asserted. Run with `cargo test --release -p judge -- --ignored --nocapture`.

use super::plants::*;
use judge::risk::{
    Asset, Boundary, Class, ControlKind, Finding, FindingKind, Inputs, Link, Method, Plant, Role, Service,
    Snapshot, Verdict, Weakness, Zone, assess, cells, lowers_most, lowers_this, paths, reassess, tiles,
};
use std::time::Instant;

const ASSETS: u64 = 10_000;
const ZONES: u64 = 60;

/// 10,000 assets in 60 zones, 20 weaknesses and 8 neighbours each.
fn large() -> Inputs {
    let roles =
        [Role::Controller, Role::Field, Role::Operator, Role::Engineering, Role::Server, Role::Safety];
    let services: Vec<Service> = (0..200).map(|port| Service::tcp(1000 + port)).collect();
    let service = |number: u64| services[usize::try_from(number % 200).unwrap()];
    let asset = |number: u64| {
        let mut asset = Asset::new(asset_id(number), roles[usize::try_from(number % 6).unwrap()]);
        asset.zone = Some(zone_id(5 + number % ZONES));
        asset.line = Some(line_id(number % 20));
        asset.services = (0..5).map(|more| service(number * 7 + more)).collect();
        asset.services.push(SMB);
        let weak = |more: u64| Weakness {
            services: if more.is_multiple_of(2) { vec![service(number * 7 + more % 5)] } else { vec![] },
            exploited: (number + more).is_multiple_of(97),
            epss: Some(0.001 * f64::from(u32::try_from(more).unwrap())),
            fix: Some(format!("update-{}", (number + more) % 300).into()),
            ..weakness(
                &format!("CVE-2024-{}", (number * 13 + more) % 5000),
                4.0 + f64::from(u32::try_from(more % 6).unwrap()),
            )
        };
        asset.weaknesses = (0..20).map(weak).collect();
        asset.findings = vec![Finding { services: vec![SMB], ..finding(FindingKind::OpenShare) }];
        asset.controls = vec![control(ControlKind::Monitored)];
        asset
    };
    let mut zones = vec![
        zone(1, Class::Internet),
        zone(2, Class::ThirdParty),
        zone(3, Class::Enterprise),
        zone(4, Class::Dmz),
    ];
    zones.extend((0..ZONES).map(|number| Zone { id: zone_id(5 + number), class: Class::Ot }));
    let mut boundaries: Vec<Boundary> =
        vec![boundary(1, 3, vec![]), boundary(2, 4, vec![]), boundary(3, 4, vec![])];
    for number in 0..ZONES {
        let passages = |more: u64| {
            let mut passages = vec![
                passage(None, denied(), None),
                passage(Some(service(number + more)), Verdict::Permitted, None),
            ];
            passages.extend((0..30).map(|step| {
                let seen = passage(Some(service(number * 3 + step)), Verdict::Permitted, Some(days_ago(3)));
                judge::risk::Passage { asset: Some(asset_id(number + step * ZONES)), ..seen }
            }));
            passages
        };
        boundaries.push(boundary(4, 5 + number, passages(1)));
        boundaries.push(boundary(5 + number, 5 + (number + 1) % ZONES, passages(2)));
        boundaries.push(boundary(5 + (number + 1) % ZONES, 5 + number, passages(3)));
    }
    let link = |number: u64| Link {
        from: asset_id(number.wrapping_mul(2_654_435_761) % ASSETS),
        to: asset_id(number % ASSETS),
        service: service(number),
        seen: days_ago(2),
    };
    Inputs {
        assets: (0..ASSETS).map(asset).collect(),
        zones,
        boundaries,
        links: (0..8 * ASSETS).map(link).collect(),
    }
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("{what}: {:?}", start.elapsed());
    done
}

#[test]
#[ignore = "prints times, proves nothing"]
fn ten_thousand_assets() {
    let (inputs, method) = (large(), Method::default());
    let mut plant = timed("sort and join", || Plant::new(inputs));
    let before = timed("assess all", || assess(&plant, NOW, &method));
    let terms: usize = before.iter().map(|found| found.terms.len()).sum();
    println!("{} assets, {terms} terms", before.len());
    let mut changed = (*plant.assets()[42]).clone();
    changed.weaknesses.push(weakness("CVE-NEW", 9.8));
    let id = changed.id;
    plant.replace(changed);
    let again = timed("one changed asset", || reassess(&plant, NOW, &method, &[id], &before));
    println!("{} assets assessed again", again.len());
    let snapshots: Vec<Snapshot> = timed("snapshots", || {
        let take = |found| Snapshot::take(found, (days_ago(50), true), None, None, &method);
        before.iter().map(take).collect()
    });
    timed("tiles and cells", || {
        (tiles(&snapshots, &snapshots, NOW, |_| true), cells(&snapshots, &snapshots, &method, |_| true))
    });
    // From here on the assessments are those of the changed facts.
    let before = assess(&plant, NOW, &method);
    let effects = timed("what lowers this", || lowers_this(&plant, &before, id, NOW, &method));
    println!("{} actions", effects.len());
    let effects = timed("what lowers most", || lowers_most(&plant, &before, NOW, &method, 5, |_| true));
    println!(
        "{} actions, the first moves {:?}",
        effects.len(),
        effects.first().map(|effect| effect.shift.moved)
    );
    let found = timed("paths", || paths(&plant, &before, NOW, &method));
    println!("{} paths, {} targets left out", found.paths.len(), found.targets_left_out);
}
