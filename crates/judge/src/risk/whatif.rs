//! What would lower a risk: each action applied to a copy of the facts, and the difference (section 6).

use super::action::{Action, CostClass, applied, candidates, remedies, ruled};
use super::assess::reassess;
use super::inputs::Role;
use super::method::{Band, Level, Method};
use super::plant::Plant;
use super::term::{Assessment, TermKind};
use facts::id::AssetUid;
use std::collections::BTreeMap;
use wire::Time;

/// The most actions that are tried for one asset.
const TRIED_MAX: usize = 40;
/// The most neighbours whose own weaknesses are thought of.
const NEIGHBOURS_MAX: usize = 3;
/// The most assets from which the actions for all are taken, worst first.
const WORST_MAX: usize = 500;
/// The most actions for all that are tried, by what their terms weigh.
const TRIED_FOR_ALL_MAX: usize = 16;
/// From here on a score counts as improved.
const IMPROVED: f64 = 0.05;

/// What an action would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The action.
    pub action: Action,
    /// What it costs.
    pub cost: CostClass,
    /// What would change.
    pub shift: Shift,
}

/// How the plant would stand otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// Whether some asset that it changes has to stop for it.
    pub needs_stop: bool,
    /// The asset asked for: its score before and after; 0 when all were asked for.
    pub score: (f64, f64),
    /// And its band.
    pub band: (Band, Band),
    /// Where it stands in the matrix, likelihood and impact, before and after; the lowest levels when all were asked for.
    pub cell: ((Level, Level), (Level, Level)),
    /// How many other devices improve.
    pub others: u32,
    /// How many devices move to a lower band.
    pub moved: u32,
    /// How many of them leave high or above.
    pub moved_below_high: u32,
    /// Sum of all score reductions.
    pub reduction: f64,
}

/// What would lower the risk of one asset: every action on it and its worst neighbours, by cost class, then by how much. `before`
/// is the assessment of all, sorted.
#[must_use]
pub fn lowers_this(
    plant: &Plant,
    before: &[Assessment],
    asset: AssetUid,
    now: Time,
    method: &Method,
) -> Vec<Effect> {
    let Some(assessment) = find(before, asset) else { return Vec::new() };
    let mut actions = candidates(plant, assessment, method);
    let neighbours = assessment.terms.iter().filter_map(|term| match term.kind {
        TermKind::Neighbour(neighbour) => find(before, neighbour),
        _ => None,
    });
    for neighbour in neighbours.take(NEIGHBOURS_MAX) {
        let accepts = |action: &Action| matches!(action, Action::AcceptRisk(_) | Action::Replace(_));
        actions.extend(candidates(plant, neighbour, method).into_iter().filter(|action| !accepts(action)));
    }
    actions.sort_unstable();
    actions.dedup();
    actions.truncate(TRIED_MAX);
    let mut effects: Vec<Effect> =
        actions.into_iter().map(|action| try_out(plant, before, Some(asset), action, now, method)).collect();
    effects.retain(|effect| {
        effect.shift.score.0 - effect.shift.score.1 > IMPROVED || effect.cost == CostClass::Decision
    });
    effects.sort_by(|a, b| {
        let lowered = |effect: &Effect| effect.shift.score.0 - effect.shift.score.1;
        let by_score = lowered(b).total_cmp(&lowered(a));
        a.cost.cmp(&b.cost).then(by_score).then_with(|| a.action.cmp(&b.action))
    });
    effects
}

/// What lowers the risk of all most: `count` actions for all assets that `filter` lets through, those first that take most devices
/// out of high and above, then by devices moved, then by the sum of scores.
#[must_use]
pub fn lowers_most(
    plant: &Plant,
    before: &[Assessment],
    now: Time,
    method: &Method,
    count: usize,
    filter: impl Fn(&Assessment) -> bool,
) -> Vec<Effect> {
    let mut worst: Vec<&Assessment> = before.iter().filter(|assessment| filter(assessment)).collect();
    worst.sort_by(|a, b| {
        let by_score = || b.score.value.total_cmp(&a.score.value);
        b.band.cmp(&a.band).then_with(by_score).then_with(|| a.asset.cmp(&b.asset))
    });
    let mut weights: BTreeMap<Action, f64> = BTreeMap::new();
    for assessment in worst.into_iter().take(WORST_MAX) {
        let Some(asset) = plant.asset(assessment.asset) else { continue };
        for term in &assessment.terms {
            for action in remedies(plant, asset, term) {
                *weights.entry(action.for_all()).or_default() += term.share * assessment.score.value;
            }
        }
    }
    let mut actions: Vec<(Action, f64)> = weights.into_iter().collect();
    actions.sort_by(|(a, first), (b, second)| second.total_cmp(first).then_with(|| a.cmp(b)));
    let tried = actions.into_iter().take(TRIED_FOR_ALL_MAX.max(count));
    let mut effects: Vec<Effect> =
        tried.map(|(action, _)| try_out(plant, before, None, action, now, method)).collect();
    effects.retain(|effect| effect.shift.reduction > IMPROVED);
    effects.sort_by(|a, b| {
        let key = |effect: &Effect| (effect.shift.moved_below_high, effect.shift.moved);
        let by_score = || b.shift.reduction.total_cmp(&a.shift.reduction);
        key(b).cmp(&key(a)).then_with(by_score).then_with(|| a.action.cmp(&b.action))
    });
    effects.truncate(count);
    effects
}

fn find(before: &[Assessment], asset: AssetUid) -> Option<&Assessment> {
    before.binary_search_by_key(&asset, |known| known.asset).ok().and_then(|at| before.get(at))
}

/// What these actions would do together, applied to a copy one after the other. `before` is the assessment of all, sorted; with an
/// asset its own change is told.
#[must_use]
pub fn what_if(
    plant: &Plant,
    before: &[Assessment],
    asset: Option<AssetUid>,
    actions: &[Action],
    now: Time,
    method: &Method,
) -> Shift {
    let (mut copied, mut changed, mut needs_stop) = (None, Vec::new(), false);
    for action in actions {
        let (next, touched, roles) = copy(copied.as_ref().unwrap_or(plant), action, now);
        needs_stop |= roles.iter().any(|role| action.needs_stop(*role));
        changed.extend(touched);
        copied = Some(next);
    }
    changed.sort_unstable();
    changed.dedup();
    let after = match &copied {
        Some(copied) => reassess(copied, now, method, &changed, before),
        None => Vec::new(),
    };
    shift(before, &after, asset, needs_stop)
}

/// Applies one action to a copy.
fn try_out(
    plant: &Plant,
    before: &[Assessment],
    asset: Option<AssetUid>,
    action: Action,
    now: Time,
    method: &Method,
) -> Effect {
    let shift = what_if(plant, before, asset, core::slice::from_ref(&action), now, method);
    Effect { cost: action.cost(), action, shift }
}

fn shift(before: &[Assessment], after: &[Assessment], asset: Option<AssetUid>, needs_stop: bool) -> Shift {
    let this = asset.and_then(|asset| find(before, asset));
    let cell = |known: &Assessment| (known.likelihood_level, known.impact_level);
    let (score, band) = (this.map_or(0.0, |this| this.score.value), this.map_or(Band::Low, |this| this.band));
    let same_cell = this.map_or((Level::MIN, Level::MIN), cell);
    let mut shift = Shift {
        needs_stop,
        score: (score, score),
        band: (band, band),
        cell: (same_cell, same_cell),
        others: 0,
        moved: 0,
        moved_below_high: 0,
        reduction: 0.0,
    };
    for next in after {
        let Some(known) = find(before, next.asset) else { continue };
        let lowered = known.score.value - next.score.value;
        shift.reduction += lowered;
        shift.moved += u32::from(next.band < known.band);
        shift.moved_below_high += u32::from(known.band.is_high() && !next.band.is_high());
        if asset == Some(next.asset) {
            (shift.score.1, shift.band.1, shift.cell.1) = (next.score.value, next.band, cell(next));
        } else {
            shift.others += u32::from(lowered > IMPROVED);
        }
    }
    shift
}

/// The plant after an action, the assets whose own likelihood may differ, and the roles of those that were changed themselves.
fn copy(plant: &Plant, action: &Action, now: Time) -> (Plant, Vec<AssetUid>, Vec<Role>) {
    let mut copy = plant.clone();
    let (mut changed, mut roles) = (Vec::new(), Vec::new());
    for asset in &plant.assets {
        if let Some(next) = applied(action, asset, now) {
            changed.push(next.id);
            roles.push(next.role);
            copy.replace(next);
        }
    }
    let mut zones: Vec<u32> = Vec::new();
    let boundaries = plant.borders.iter().map(|border| match ruled(action, plant, &border.boundary, now) {
        Some(ruled) => {
            zones.push(border.to);
            ruled
        }
        None => border.boundary.clone(),
    });
    let boundaries: Vec<_> = boundaries.collect();
    if !zones.is_empty() {
        copy.set_boundaries(boundaries);
        let behind = behind(plant, zones);
        let is_behind = |zone| plant.zone_place(zone).is_some_and(|zone| behind.contains(&zone));
        let assets = plant.assets.iter().filter(|asset| asset.zone.is_some_and(is_behind));
        changed.extend(assets.map(|asset| asset.id));
    }
    (copy, changed, roles)
}

/// The zones and all that lie behind them, sorted.
fn behind(plant: &Plant, mut open: Vec<u32>) -> std::collections::BTreeSet<u32> {
    let mut behind = std::collections::BTreeSet::new();
    while let Some(zone) = open.pop() {
        if behind.insert(zone) {
            let borders =
                plant.borders_out_of(zone).iter().filter_map(|place| plant.borders.get(*place as usize));
            open.extend(borders.map(|border| border.to));
        }
    }
    behind
}
