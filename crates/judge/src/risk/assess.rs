//! From facts to assessments: own likelihoods first, then one hop of neighbours, then bands (sections 2 and 4.7).

use super::impact::{Impact, impacts};
use super::inputs::Asset;
use super::method::{Level, Method, score};
use super::own::{Own, TERMS_MAX, UNKNOWNS_MAX, own};
use super::passage::Crossing;
use super::plant::Plant;
use super::reach::Ways;
use super::sum::{keep, plain, together};
use super::tables::LATERAL;
use super::term::{Assessment, Spread, Term, TermKind, Unknown};
use facts::id::AssetUid;
use std::sync::Arc;
use wire::Time;

/// The risk of every asset, sorted by id.
#[must_use]
pub fn assess(plant: &Plant, now: Time, method: &Method) -> Vec<Assessment> {
    let ways = Ways::new(plant, now, method);
    let own: Vec<Own> = plant.assets.iter().map(|asset| own(&ways, asset)).collect();
    let likelihoods: Vec<Spread> = own.iter().map(|own| own.likelihood).collect();
    let of = |place: u32| likelihoods.get(place as usize).copied();
    let assets = plant.assets.iter().zip(own).zip(impacts(plant)).zip(0..);
    assets
        .map(|(((asset, own), impact), place)| join(&ways, asset, impact, own, neighbours(&ways, place, of)))
        .collect()
}

/// The risk of some assets after only their facts changed, and of those that they talk to, whose neighbours they are. `before`
/// is what [`assess`] gave with the same rules and moment for all; what it lacks counts as without own likelihood.
///
/// Returns the assessments that may differ, sorted by id. Where a consequence changed, assets behind the same gates may take
/// another P: those are among them too.
#[must_use]
pub fn reassess(
    plant: &Plant,
    now: Time,
    method: &Method,
    changed: &[AssetUid],
    before: &[Assessment],
) -> Vec<Assessment> {
    let ways = Ways::new(plant, now, method);
    let mut changed: Vec<usize> = changed.iter().filter_map(|id| plant.place(*id)).collect();
    changed.sort_unstable();
    changed.dedup();
    let fresh = |place: usize| plant.assets.get(place).map(|asset| own(&ways, asset));
    let owns: Vec<(usize, Own)> = changed.iter().filter_map(|place| Some((*place, fresh(*place)?))).collect();
    let of = |place: u32| {
        let known = owns.binary_search_by_key(&(place as usize), |(place, _)| *place);
        let known = known.ok().and_then(|at| owns.get(at)).map(|(_, own)| own.likelihood);
        known.or_else(|| earlier(before, plant.assets.get(place as usize)?.id).map(|known| known.own))
    };
    let impacts = impacts(plant);
    let mut touched = changed.clone();
    touched.extend(changed.iter().flat_map(|place| plant.targets(*place)).map(|place| *place as usize));
    let assets = plant.assets.iter().zip(&impacts).zip(0..);
    touched.extend(assets.filter_map(|((asset, impact), place)| {
        earlier(before, asset.id).is_none_or(|known| known.impact != *impact).then_some(place)
    }));
    touched.sort_unstable();
    touched.dedup();
    let again = |place: usize| {
        let (asset, impact) = (plant.assets.get(place)?, impacts.get(place)?);
        let neighbours = neighbours(&ways, u32::try_from(place).ok()?, of);
        Some(join(&ways, asset, *impact, own(&ways, asset), neighbours))
    };
    touched.into_iter().filter_map(again).collect()
}

fn earlier(before: &[Assessment], asset: AssetUid) -> Option<&Assessment> {
    before.binary_search_by_key(&asset, |known| known.asset).ok().and_then(|at| before.get(at))
}

/// Ln: each neighbour once, by the worst of its services.
fn neighbours(ways: &Ways<'_>, place: u32, own: impl Fn(u32) -> Option<Spread>) -> Vec<Term> {
    let Some(asset) = ways.plant.assets.get(place as usize) else { return Vec::new() };
    let mut terms = Vec::new();
    for talks in ways.plant.talks_to(place as usize).chunk_by(|a, b| a.from == b.from) {
        let Some(from) = talks.first().and_then(|talk| ways.plant.assets.get(talk.from as usize)) else {
            continue;
        };
        let mut worst: Option<(Crossing, Spread)> = None;
        let mut seen = None;
        for talk in talks {
            let (crossing, factor) = ways.between(from, asset, talk.service, talk.seen);
            seen = seen.max(Some(talk.seen));
            if worst.is_none_or(|(_, known)| factor.value > known.value) {
                worst = Some((crossing, factor));
            }
        }
        let likelihood = talks.first().and_then(|talk| own(talk.from));
        let (Some((crossing, factor)), Some(likelihood)) = (worst, likelihood) else { continue };
        let numbers = [LATERAL, likelihood.value, factor.value, 1.0];
        let value = likelihood.with(factor, |own, r| LATERAL * own * r);
        let term = plain(TermKind::Neighbour(from.id), Arc::from(""), numbers, value);
        // A neighbour without a likelihood of its own is no factor.
        if value.high > 0.0 {
            terms.push(Term { crossing: Some(crossing), seen, ..term });
        }
    }
    terms
}

/// Puts an asset's assessment together.
fn join(ways: &Ways<'_>, asset: &Asset, impact: Impact, own: Own, neighbours: Vec<Term>) -> Assessment {
    let Own { mut terms, mut left_out, mut unknowns, likelihood: own } = own;
    let mut neighbours = neighbours;
    left_out += keep(&mut neighbours, TERMS_MAX, TermKind::RestOfNeighbours);
    let lateral = together(&neighbours);
    terms.append(&mut neighbours);
    _ = keep(&mut terms, usize::MAX, TermKind::Rest);
    let likelihood = own.with(lateral, |own, lateral| 1.0 - (1.0 - own) * (1.0 - lateral));
    set_shares(&mut terms);
    for crossing in
        terms.iter().filter_map(|term| term.crossing).filter(|crossing| crossing.state.is_unknown())
    {
        let unknown = match (crossing.from, crossing.to) {
            (Some(from), Some(to)) => Unknown::Boundary { from, to },
            _ => Unknown::Zone,
        };
        if unknowns.len() < UNKNOWNS_MAX && !unknowns.contains(&unknown) {
            unknowns.push(unknown);
        }
    }
    if !impact.is_decided() {
        unknowns.push(Unknown::Consequence);
    }
    unknowns.sort_unstable();
    let impact_level = Level::of_impact(impact.value);
    let band = |likelihood| ways.method.matrix.band(Level::of_likelihood(likelihood), impact_level);
    let tolerable = ways.method.tolerable;
    let lived_with = terms.iter().any(|term| term.accepted);
    let hatched =
        lived_with && band(likelihood.value) > tolerable && band(without_accepted(&terms)) <= tolerable;
    Assessment {
        asset: asset.id,
        zone: asset.zone,
        line: asset.line,
        system: asset.system,
        site: asset.site,
        method: Arc::clone(&ways.method.version),
        impact,
        own,
        likelihood,
        likelihood_level: Level::of_likelihood(likelihood.value),
        impact_level,
        band: band(likelihood.value),
        score: likelihood.map(|likelihood| score(likelihood, impact.value)),
        band_low: band(likelihood.low),
        band_high: band(likelihood.high),
        terms,
        left_out,
        unknowns,
        hatched,
    }
}

/// Share of term i: -ln(1 - l_i) / sum(-ln(1 - l_j)) (section 6).
fn set_shares(terms: &mut [Term]) {
    let part = |term: &Term| -(-term.value.value).ln_1p();
    let sum: f64 = terms.iter().map(part).sum();
    for term in terms {
        term.share = if sum > 0.0 { part(term) / sum } else { 0.0 };
    }
}

fn without_accepted(terms: &[Term]) -> f64 {
    let left = terms.iter().filter(|term| !term.accepted).map(|term| 1.0 - term.value.value);
    1.0 - left.product::<f64>()
}
