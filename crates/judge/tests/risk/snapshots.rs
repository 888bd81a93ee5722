//! Days of snapshots: the guard, tiles, cells, groups, posture.

use super::plants::*;
use facts::id::AssetUid;
use judge::risk::{
    Assessment, Band, Level, Method, PostureGrade, PostureInputs, Snapshot, Spread, Tiles, cells, groups,
    posture, recalculated, tiles,
};
use std::sync::Arc;

/// The worked example's workstation with another likelihood and impact.
fn assessed(likelihood: f64, impact: f64) -> Assessment {
    let method = Method::default();
    let mut found = run(&flat()).remove(0);
    found.likelihood = Spread::known(likelihood);
    found.likelihood_level = Level::of_likelihood(likelihood);
    found.impact.value = impact;
    found.impact_level = Level::of_impact(impact);
    found.band = method.matrix.band(found.likelihood_level, found.impact_level);
    found.score = Spread::known(judge::risk::score(likelihood, impact));
    found
}

fn take(likelihood: f64, impact: f64, shown: Option<&Snapshot>) -> Snapshot {
    let found = assessed(likelihood, impact);
    Snapshot::take(&found, (days_ago(100), true), shown, shown, &Method::default())
}

#[test]
fn a_band_goes_up_at_once_and_down_with_a_margin_or_on_the_second_day() {
    let high = take(0.151, 0.72, None);
    assert_eq!(high.band, Band::High);
    // Just below the threshold: held, and so is the level, so that the cell has the band.
    let held = take(0.149, 0.72, Some(&high));
    assert_eq!((held.band, held.raw_band, held.likelihood_level.number()), (Band::High, Band::Medium, 4));
    assert_eq!(take(0.149, 0.72, Some(&held)).band, Band::Medium);
    assert_eq!(take(0.134, 0.72, Some(&high)).band, Band::Medium);
    assert_eq!(take(0.151, 0.72, Some(&take(0.01, 0.72, None))).band, Band::High);
    // Less impact is no flapping.
    assert_eq!(take(0.2, 0.3, Some(&high)).band, Band::Medium);
}

fn snapshot(number: u64, likelihood: f64, impact: f64) -> Snapshot {
    let mut found = take(likelihood, impact, None);
    found.asset = asset_id(number);
    found
}

#[test]
fn tiles_count_what_they_say() {
    let gone = Snapshot { active: false, ..snapshot(8, 0.5, 0.9) };
    let new = Snapshot { first_seen: days_ago(3), ..snapshot(6, 0.5, 0.9) };
    let back = snapshot(7, 0.5, 0.9);
    let today = [
        snapshot(1, 0.20, 0.72), // was Medium
        snapshot(2, 0.50, 0.72), // was High
        snapshot(3, 0.12, 0.72), // Medium, score up by more than 5
        snapshot(4, 0.06, 0.72), // Medium, score down by more than 5
        snapshot(5, 0.10, 0.72), // Medium, a little up
        new,
        back,
        gone.clone(),
    ];
    let before = [
        snapshot(1, 0.10, 0.72),
        snapshot(2, 0.20, 0.72),
        snapshot(3, 0.06, 0.72),
        snapshot(4, 0.12, 0.72),
        snapshot(5, 0.09, 0.72),
        gone,
    ];
    let found = tiles(&today, &before, NOW, |_| true);
    let expected = Tiles {
        devices: 7,
        high: 4,
        became_high: Some(2),
        became_high_new: Some(1),
        increased: Some(3),
        decreased: Some(1),
    };
    assert_eq!(found, expected);
    let cells = cells(&today, &before, &Method::default(), |_| true);
    let at = |likelihood, impact| {
        let place = |cell: &&judge::risk::Cell| {
            (cell.likelihood.number(), cell.impact.number()) == (likelihood, impact)
        };
        *cells.iter().find(place).unwrap()
    };
    assert_eq!((at(3, 4).count, at(3, 4).before, at(3, 4).moved()), (3, Some(4), Some(-1)));
    assert_eq!((at(5, 5).count, at(5, 5).before, at(5, 5).band), (2, Some(0), Band::Critical));
}

#[test]
fn another_method_is_no_movement() {
    let mut method = Method::default();
    let before = snapshot(1, 0.10, 0.72);
    method.version = Arc::from("1+own");
    let today = Snapshot { method: Arc::clone(&method.version), ..snapshot(1, 0.10, 1.0) };
    let found = tiles(std::slice::from_ref(&today), std::slice::from_ref(&before), NOW, |_| true);
    assert_eq!((found.devices, found.increased), (1, None));
    let old = recalculated(&before, &today, &method);
    let found = tiles(&[today], &[old], NOW, |_| true);
    assert_eq!((found.increased, found.decreased, found.became_high), (Some(0), Some(0), Some(0)));
}

#[test]
fn groups_show_the_worst_and_no_average() {
    let mut today: Vec<Snapshot> = (1..=20).map(|number| snapshot(number, 0.06, 0.72)).collect();
    today[3] = snapshot(4, 0.5, 0.9);
    today[4] = Snapshot { line: Some(line_id(2)), ..snapshot(5, 0.2, 0.72) };
    for other in today.iter_mut().filter(|snapshot| snapshot.line.is_none()) {
        other.line = Some(line_id(1));
    }
    let found = groups(&today, |snapshot| snapshot.line);
    assert_eq!(found.iter().map(|group| group.key).collect::<Vec<_>>(), [line_id(1), line_id(2)]);
    assert_eq!((found[0].devices, found[0].by_band, found[0].worst), (19, [0, 18, 0, 1], asset_id(4)));
    assert!((found[0].burden - 67.08).abs() < 0.01 && (found[0].high_share - 1.0 / 19.0).abs() < 1e-9);
    // 19 of 19 are needed for 95 of 100.
    assert!((found[0].score_p95 - 67.08).abs() < 0.01);
}

#[test]
fn posture_takes_off_what_the_model_says() {
    let today = [snapshot(1, 0.5, 0.9), snapshot(2, 0.2, 0.72), snapshot(3, 0.001, 0.18)];
    let overdue: [AssetUid; 1] = [asset_id(3)];
    let inputs = PostureInputs { monitoring_coverage: 0.8, identification_depth: 0.5, overdue: &overdue };
    let found = posture(&today, inputs).unwrap();
    let expected = [40.0 * 0.5, 25.0 * 0.4, 3.0, 5.0, 10.0 * 0.1];
    for (found, expected) in found.deductions.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9);
    }
    assert_eq!((found.value.round(), found.grade), (61.0, PostureGrade::Vulnerable));
    assert!(posture(&[], inputs).is_none());
}
