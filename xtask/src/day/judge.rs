//! The figures of a day, and whether they hold the bar.

use super::bounds::ALL;
use super::look::Look;
use crate::Outcome;
use crate::bench::figure;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Memory breathes with batches and snapshots, so single looks say little. It is flat when neither the line through all
/// looks after the first hour, nor the highest look of the second half of that time against that of the first half,
/// rises by more than this part and these KiB.
const GROWTH: f64 = 0.10;
const GROWTH_KIB: f64 = 16.0 * 1024.0;
/// Hours between two figures of memory.
const TELL_EVERY: f64 = 4.0;
/// A simulated plant may grow as it likes.
const NOT_JUDGED: &str = "plant";

/// Tells of memory and disk when the first hour or another four are over.
pub(super) fn tell(seen: &Look, before: Option<&Look>) {
    let before = before.map_or(0.0, |before| before.hours);
    let is_over = |hour: f64| before < hour && seen.hours >= hour;
    let four = (seen.hours / TELL_EVERY).floor() * TELL_EVERY;
    if is_over(1.0) || (four > 0.0 && is_over(four)) {
        state("as of", seen);
    }
}

fn state(name: &str, seen: &Look) {
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    let memory: Map<String, Value> =
        seen.memory.iter().map(|(name, (_, kib))| (name.clone(), json!(kib / 1024))).collect();
    let disk: Map<String, Value> =
        ALL.iter().zip(&seen.bytes).map(|(bound, bytes)| (bound.place.into(), json!(bytes / 1024))).collect();
    figure(
        name,
        json!({ "hour": rounded(seen.hours), "wall_s": rounded(seen.wall_s), "frames": seen.frames,
                "rss_mib": memory, "disk_kib": disk }),
    );
}

/// Prints what the day was and fails with what missed the bar.
pub(super) fn judge(looks: &[Look], hours: u64) -> Outcome {
    let Some(last) = looks.last() else { return Err("nothing was seen".into()) };
    state("at the end", last);
    let told = looks.iter().find(|look| look.behind_s < super::PRESENT_S).unwrap_or(last);
    figure(
        "speed",
        json!({ "hours": hours, "wall_s": told.wall_s, "hours_per_wall_s": told.hours / told.wall_s,
                "frames": told.frames, "frames_per_wall_s": told.frames / told.wall_s }),
    );
    let mut missed = memory(looks);
    missed.extend(disk(looks));
    missed.extend(losses(looks));
    if missed.is_empty() { Ok(()) } else { Err(missed.join("; ")) }
}

/// Memory of each process against what it was after an hour.
fn memory(looks: &[Look]) -> Vec<String> {
    let mut missed = Vec::new();
    let Some(hour) = looks.iter().find(|look| look.hours >= 1.0) else {
        return vec!["not one hour was told".into()];
    };
    for (name, (id, kib)) in &hour.memory {
        let later = looks.iter().filter(|look| look.hours >= 1.0);
        let sizes: Vec<(f64, u64)> =
            later.clone().filter_map(|look| Some((look.hours, look.memory.get(name)?.1))).collect();
        let [early, late] = halves(&sizes);
        let (at_hour, slope) = (kib_of(*kib), slope(&sizes));
        let rise = slope * sizes.last().map_or(0.0, |(hours, _)| hours - 1.0);
        let (may_rise, may_peak) = (at_hour * GROWTH + GROWTH_KIB, early * (1.0 + GROWTH) + GROWTH_KIB);
        let is_same = later.clone().all(|look| look.memory.get(name).is_some_and(|seen| seen.0 == *id));
        let is_judged = name != NOT_JUDGED;
        figure(
            "memory",
            json!({ "process": name, "is_judged": is_judged, "at_hour_mib": at_hour / 1024.0,
                    "mib_per_hour": slope / 1024.0, "rise_mib": rise / 1024.0, "bar_rise_mib": may_rise / 1024.0,
                    "highest_of_first_half_mib": early / 1024.0, "highest_of_second_half_mib": late / 1024.0,
                    "bar_highest_mib": may_peak / 1024.0 }),
        );
        if !is_same {
            missed.push(format!("{name} ended and was started again"));
        }
        if is_judged && (rise > may_rise || late > may_peak) {
            missed.push(format!("{name} grew after the first hour"));
        }
    }
    missed
}

/// The highest look of each half of the time.
fn halves(sizes: &[(f64, u64)]) -> [f64; 2] {
    let end = sizes.last().map_or(0.0, |(hours, _)| *hours);
    let middle = sizes.first().map_or(0.0, |(hours, _)| (hours + end) / 2.0);
    let highest = |is_late: bool| {
        let half = sizes.iter().filter(|(hours, _)| (*hours >= middle) == is_late);
        kib_of(half.map(|(_, kib)| *kib).max().unwrap_or(0))
    };
    [false, true].map(highest)
}

fn kib_of(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX))
}

/// The slope of the line through points that fits best by least squares.
fn slope(points: &[(f64, u64)]) -> f64 {
    let points: Vec<(f64, f64)> = points.iter().map(|(hour, kib)| (*hour, kib_of(*kib))).collect();
    let count = points.iter().map(|_| 1.0).sum::<f64>().max(1.0);
    let mean_x = points.iter().map(|point| point.0).sum::<f64>() / count;
    let mean_y = points.iter().map(|point| point.1).sum::<f64>() / count;
    let both: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let spread: f64 = points.iter().map(|(x, _)| (x - mean_x) * (x - mean_x)).sum();
    if spread > 0.0 { both / spread } else { 0.0 }
}

/// The most that each kind of data ever took.
fn disk(looks: &[Look]) -> Vec<String> {
    let mut missed = Vec::new();
    for (at, bound) in ALL.iter().enumerate() {
        let largest = looks.iter().filter_map(|look| look.bytes.get(at)).max().copied().unwrap_or(0);
        let name = bound.place.trim_end_matches('/');
        figure(
            "disk",
            json!({ "kind": name, "largest_bytes": largest, "quota_bytes": bound.quota,
                    "slack_bytes": bound.slack, "is_over": largest > bound.quota + bound.slack }),
        );
        if largest > bound.quota + bound.slack {
            missed.push(format!("{name} took {largest} bytes"));
        }
    }
    missed
}

/// Counters of what was left out, and what the server found wrong with itself in this time.
fn losses(looks: &[Look]) -> Vec<String> {
    let mut largest: BTreeMap<&str, f64> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for look in looks {
        for (name, value) in &look.counters {
            let known = largest.entry(name).or_default();
            *known = known.max(*value);
        }
        look.reasons.iter().for_each(|reason| *reasons.entry(reason).or_default() += 1);
    }
    figure("counters", json!({ "largest": largest, "looks": looks.len(), "reasons": reasons }));
    let is_loss = |name: &str| !name.starts_with("yagura_queue_depth");
    let lost = largest.iter().filter(|(name, value)| is_loss(name) && **value > 0.0);
    lost.map(|(name, value)| format!("{name} is {value}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leak_shows_in_the_later_half() {
        assert_eq!(halves(&[(1.0, 300), (2.0, 100), (3.0, 200), (4.0, 250)]), [300.0, 250.0]);
    }

    #[test]
    fn a_slope_is_that_of_the_line() {
        assert!((slope(&[(1.0, 100), (2.0, 110), (3.0, 120)]) - 10.0).abs() < 1e-9);
        assert!(slope(&[(1.0, 7)]).abs() < 1e-9);
    }
}
