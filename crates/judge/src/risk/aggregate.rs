//! Zones, lines, logical systems and sites: counts, the worst, the burden; and the one number for those who want one (section 9).

use super::snapshot::Snapshot;
use facts::id::AssetUid;
use std::collections::BTreeMap;

/// The risk of several assets. No average: it would hide the few bad ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Group<K> {
    /// What they have in common.
    pub key: K,
    /// How many are active.
    pub devices: u32,
    /// How many in each band, lowest first.
    pub by_band: [u32; 4],
    /// The first by band, then score.
    pub worst: AssetUid,
    /// 95th percentile of the score: the least score that 95 of 100 do not exceed.
    pub score_p95: f64,
    /// Sum of the scores of those at high risk or above.
    pub burden: f64,
    /// Share of those at high risk or above, 0..=1.
    pub high_share: f64,
}

/// Groups of active assets by a key, those with the worst asset first. What has no key is left out.
pub fn groups<K: Ord + Copy>(today: &[Snapshot], key: impl Fn(&Snapshot) -> Option<K>) -> Vec<Group<K>> {
    let mut members: BTreeMap<K, Vec<&Snapshot>> = BTreeMap::new();
    for snapshot in today.iter().filter(|snapshot| snapshot.active) {
        if let Some(key) = key(snapshot) {
            members.entry(key).or_default().push(snapshot);
        }
    }
    let mut groups: Vec<(&Snapshot, Group<K>)> =
        members.into_iter().filter_map(|(key, members)| group(key, members)).collect();
    groups.sort_by(|(a, first), (b, second)| {
        let by_burden = second.burden.total_cmp(&first.burden);
        worst_first(a, b).then(by_burden).then_with(|| first.key.cmp(&second.key))
    });
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The order of all lists: band, then score, then id.
fn worst_first(a: &Snapshot, b: &Snapshot) -> core::cmp::Ordering {
    let by_score = || b.score.value.total_cmp(&a.score.value);
    b.band.cmp(&a.band).then_with(by_score).then_with(|| a.asset.cmp(&b.asset))
}

fn group<K>(key: K, mut members: Vec<&Snapshot>) -> Option<(&Snapshot, Group<K>)> {
    members.sort_by(|a, b| worst_first(a, b));
    let worst = *members.first()?;
    let devices = u32::try_from(members.len()).ok()?;
    let mut by_band = [0; 4];
    for snapshot in &members {
        if let Some(count) = by_band.get_mut(snapshot.band as usize) {
            *count += 1;
        }
    }
    let high = members.iter().filter(|snapshot| snapshot.band.is_high());
    let (count, burden) =
        high.fold((0_u32, 0.0), |(count, sum), snapshot| (count + 1, sum + snapshot.score.value));
    let mut scores: Vec<f64> = members.iter().map(|snapshot| snapshot.score.value).collect();
    scores.sort_by(f64::total_cmp);
    // Nearest rank: the ceil(0.95 n)-th of n.
    let rank = (members.len() * 95).div_ceil(100);
    let score_p95 = scores.get(rank.saturating_sub(1)).copied().unwrap_or(0.0);
    let high_share = f64::from(count) / f64::from(devices);
    Some((worst, Group { key, devices, by_band, worst: worst.asset, score_p95, burden, high_share }))
}

/// What the posture score takes from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PostureInputs<'a> {
    /// Share of OT zones with a healthy sensor, 0..=1 (KPI K-31).
    pub monitoring_coverage: f64,
    /// Share of OT assets with maker, model and version, 0..=1 (KPI K-03).
    pub identification_depth: f64,
    /// Assets with a known-exploited weakness beyond its date, sorted.
    pub overdue: &'a [AssetUid],
}

/// The posture score with what was taken off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posture {
    /// 0..=100, higher is better.
    pub value: f64,
    /// In words.
    pub grade: PostureGrade,
    /// Points off for: critical, high, monitoring, identification, overdue known-exploited.
    pub deductions: [f64; 5],
}

/// The posture in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostureGrade {
    /// Below 70.
    Vulnerable,
    /// 70 to 89.
    NeedsImprovement,
    /// 90 and above.
    Secure,
}

/// The posture of active assets; `None` without any. Shares are weighted by impact; when all impacts are 0, by count. Coverage
/// that is not a number counts as none.
#[must_use]
pub fn posture(today: &[Snapshot], inputs: PostureInputs<'_>) -> Option<Posture> {
    use super::method::Band;
    let active = || today.iter().filter(|snapshot| snapshot.active);
    active().next()?;
    let weighted = active().any(|snapshot| snapshot.impact > 0.0);
    let weight = |snapshot: &Snapshot| if weighted { snapshot.impact } else { 1.0 };
    let all: f64 = active().map(weight).sum();
    let share = |counts: &dyn Fn(&Snapshot) -> bool| {
        active().filter(|snapshot| counts(snapshot)).map(weight).sum::<f64>() / all
    };
    let missing = |covered: f64| if covered.is_nan() { 1.0 } else { 1.0 - covered.clamp(0.0, 1.0) };
    let deductions = [
        40.0 * share(&|snapshot| snapshot.band == Band::Critical),
        25.0 * share(&|snapshot| snapshot.band == Band::High),
        15.0 * missing(inputs.monitoring_coverage),
        10.0 * missing(inputs.identification_depth),
        10.0 * share(&|snapshot| inputs.overdue.binary_search(&snapshot.asset).is_ok()),
    ];
    let value = (100.0 - deductions.iter().sum::<f64>()).clamp(0.0, 100.0);
    let grade = if value >= 90.0 {
        PostureGrade::Secure
    } else if value >= 70.0 {
        PostureGrade::NeedsImprovement
    } else {
        PostureGrade::Vulnerable
    };
    Some(Posture { value, grade, deductions })
}
