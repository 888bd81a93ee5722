//! Paths to critical assets: reasoning over facts, nothing is sent (section 7).
//!
//! An attacker comes to an asset directly with the largest of its terms `T · X · K`; from one asset to the next with
//! `r · max(T · K)` over the weaknesses and findings of the service used. Both carry the match confidence, as the score does. The
//! weight of the class where he starts is part of the probability and stands beside it.

use super::action::{Action, remedies};
use super::evidence::FindingKind;
use super::inputs::{Asset, Reference, Service};
use super::method::{Class, Method};
use super::passage::Crossing;
use super::plant::Plant;
use super::reach::Ways;
use super::search::{Edge, Graph, best_paths};
use super::tables::CRITICAL_IMPACT;
use super::term::{Assessment, Basis, Term, TermKind};
use facts::id::{AssetUid, ZoneId};
use std::collections::BTreeMap;
use wire::Time;

/// The most targets, worst first.
pub const TARGETS_MAX: usize = 500;

/// The most probable paths to critical assets, and what most of them pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paths {
    /// By target in order of risk, each target's most probable first; at most 10 of each.
    pub paths: Vec<Ranked>,
    /// What many paths pass.
    pub chokes: Chokes,
    /// Critical assets beyond [`TARGETS_MAX`], for which none was searched.
    pub targets_left_out: usize,
}

/// One path to a critical asset.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The critical asset.
    pub target: AssetUid,
    /// Probability of the whole path, that of the start included.
    pub probability: f64,
    /// Where it starts.
    pub start: Start,
    /// The steps; the last arrives at the target. At most 8, no asset twice.
    pub hops: Vec<Hop>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// What the attacker is counted as.
    pub class: Class,
    /// The zone where he stands, when it is another than the first asset's.
    pub zone: Option<ZoneId>,
    /// The weight of the class.
    pub weight: f64,
    /// The boundaries he passes before the first asset.
    pub path: Vec<Crossing>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// The asset that is taken.
    pub asset: AssetUid,
    /// Probability of this step.
    pub probability: f64,
    /// By which weakness or finding.
    pub by: TermKind,
    /// Which.
    pub reference: Reference,
    /// Over which service, when one is known.
    pub service: Option<Service>,
    /// What lies between the asset before and this one; the first step has the start's path instead.
    pub crossing: Option<Crossing>,
    /// ATT&CK for ICS techniques.
    pub techniques: &'static [&'static str],
    /// Rules and updates that break it here.
    pub broken_by: Vec<Action>,
}

/// Assets and steps by the sum of the probabilities of the paths through them, largest first. A path's target is none of its own
/// chokes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chokes {
    /// Assets passed.
    pub assets: Vec<(AssetUid, f64)>,
    /// Steps passed, from one asset to the next.
    pub steps: Vec<((AssetUid, AssetUid), f64)>,
}

/// Searches the paths to all assets with I of 0.8 and above. `assessments` is that of all assets, sorted by id.
#[must_use]
pub fn paths(plant: &Plant, assessments: &[Assessment], now: Time, method: &Method) -> Paths {
    let ways = Ways::new(plant, now, method);
    let of = |asset: &Asset| {
        let at = assessments.binary_search_by_key(&asset.id, |known| known.asset).ok()?;
        assessments.get(at)
    };
    let known: Vec<Option<&Assessment>> = plant.assets.iter().map(|asset| of(asset)).collect();
    let graph = graph(&ways, &known);
    let mut targets: Vec<(u32, &Assessment)> = known
        .iter()
        .zip(0..)
        .filter_map(|(assessment, place)| Some((place, (*assessment)?)))
        .filter(|(_, assessment)| assessment.impact.value >= CRITICAL_IMPACT)
        .collect();
    targets.sort_by(|(_, a), (_, b)| {
        let by_score = || b.score.value.total_cmp(&a.score.value);
        b.band.cmp(&a.band).then_with(by_score).then_with(|| a.asset.cmp(&b.asset))
    });
    let targets_left_out = targets.len().saturating_sub(TARGETS_MAX);
    let mut paths = Vec::new();
    for (place, assessment) in targets.into_iter().take(TARGETS_MAX) {
        for found in best_paths(&graph, place) {
            paths.extend(ranked(&ways, &known, &graph, assessment.asset, &found));
        }
    }
    let chokes = chokes(&paths);
    Paths { paths, chokes, targets_left_out }
}

/// The strongest direct term of each asset, and the steps between assets that talk.
fn graph(ways: &Ways<'_>, known: &[Option<&Assessment>]) -> Graph {
    let plant = ways.plant;
    let mut graph = Graph::new(plant.assets.len());
    for ((asset, assessment), place) in plant.assets.iter().zip(known).zip(0_u32..) {
        let terms = assessment.map_or(&[][..], |assessment| assessment.terms.as_slice());
        let usable = || terms.iter().zip(0_u32..).filter(|(term, _)| is_entry(term));
        // Terms are sorted: the first is the strongest, and of equals always the same.
        if let Some((term, via)) = usable().next() {
            graph.enter(place, term.value.value, via);
        }
        for talk in plant.talks_to(place as usize) {
            let Some(from) = plant.assets.get(talk.from as usize) else { continue };
            let (_, r) = ways.between(from, asset, talk.service, talk.seen);
            let strength = |term: &Term| term.threat * term.confidence * term.factor;
            let serves = |term: &Term| {
                let services = services(asset, term);
                services.is_empty() || services.contains(&talk.service)
            };
            let best = usable()
                .filter(|(term, _)| serves(term))
                .map(|(term, via)| (strength(term), via))
                .max_by(|(a, first), (b, second)| a.total_cmp(b).then_with(|| second.cmp(first)));
            if let Some((strength, via)) = best {
                let edge =
                    Edge { from: talk.from, probability: r.value * strength, via, service: talk.service };
                graph.step(place, edge);
            }
        }
    }
    graph
}

fn is_entry(term: &Term) -> bool {
    matches!(term.kind, TermKind::Weakness(_) | TermKind::Finding(_)) && term.value.value > 0.0
}

/// The services by which a term can be used; none means any.
fn services<'a>(asset: &'a Asset, term: &Term) -> &'a [Service] {
    match term.kind {
        TermKind::Weakness(_) => asset
            .weaknesses
            .iter()
            .find(|weakness| weakness.id == term.reference)
            .map_or(&[], |weakness| &weakness.services),
        TermKind::Finding(kind) => asset
            .findings
            .iter()
            .find(|finding| finding.kind == kind && finding.reference == term.reference)
            .map_or(&[], |finding| &finding.services),
        _ => &[],
    }
}

/// A found path in words; `found` are places from the first asset to the target.
fn ranked(
    ways: &Ways<'_>,
    known: &[Option<&Assessment>],
    graph: &Graph,
    target: AssetUid,
    found: &[u32],
) -> Option<Ranked> {
    let plant = ways.plant;
    let term = |place: u32, via: u32| known.get(place as usize).copied().flatten()?.terms.get(via as usize);
    let (first, rest) = found.split_first()?;
    let entry = graph.entry(*first)?;
    let direct = term(*first, entry.via)?;
    let hop = |place: u32, term: &Term, probability, service, crossing: Option<Crossing>| {
        let asset = plant.assets.get(place as usize)?;
        let mut broken_by = remedies(plant, asset, term);
        if let Some(crossing) = crossing {
            // Between assets the rule is the one on their own way, not on the way from outside.
            broken_by
                .retain(|action| !matches!(action, Action::ApplyRule { .. } | Action::BrokerRemoteAccess));
            let zones = crossing.from.zip(crossing.to).filter(|(from, to)| from != to);
            broken_by.extend(zones.map(|(from, to)| Action::ApplyRule { from, to, service }));
        }
        broken_by.sort_unstable();
        broken_by.dedup();
        let (by, reference) = (term.kind, std::sync::Arc::clone(&term.reference));
        let techniques = techniques(term.kind);
        Some(Hop { asset: asset.id, probability, by, reference, service, crossing, techniques, broken_by })
    };
    let reach = direct.reach.as_deref()?;
    let weight = ways.method.weight(reach.class);
    let start = Start { class: reach.class, zone: reach.from, weight, path: reach.path.clone() };
    let mut hops = vec![hop(
        *first,
        direct,
        if weight > 0.0 { entry.probability / weight } else { 0.0 },
        reach.service,
        None,
    )?];
    let mut probability = entry.probability;
    let mut before = *first;
    for place in rest {
        let edge = graph.edge(before, *place)?;
        let (from, to) = (plant.assets.get(before as usize)?, plant.assets.get(*place as usize)?);
        let talks = plant.talks_to(*place as usize);
        let seen = talks
            .iter()
            .filter(|talk| (talk.from, talk.service) == (before, edge.service))
            .map(|talk| talk.seen);
        let (crossing, _) = ways.between(from, to, edge.service, seen.max()?);
        let next =
            hop(*place, term(*place, edge.via)?, edge.probability, Some(edge.service), Some(crossing))?;
        hops.push(next);
        probability *= edge.probability;
        before = *place;
    }
    Some(Ranked { target, probability, start, hops })
}

/// ATT&CK for ICS techniques of a step.
const fn techniques(by: TermKind) -> &'static [&'static str] {
    match by {
        TermKind::Weakness(Basis::Floor | Basis::Epss | Basis::PublicExploit | Basis::Exploited) => {
            &["T0866"]
        }
        TermKind::Finding(kind) => match kind {
            FindingKind::DefaultCredential => &["T0812", "T0859"],
            FindingKind::UnauthenticatedWrites => &["T0855", "T0836"],
            FindingKind::EndOfSupport => &["T0866"],
            FindingKind::ClearTextAdministration => &["T0842", "T0859"],
            FindingKind::UnbrokeredRemoteTool => &["T0822"],
            FindingKind::InternetReachable => &["T0883", "T0819"],
            FindingKind::DualHomed => &["T0886"],
            FindingKind::OpenShare => &["T0886", "T0867"],
            FindingKind::NoEndpointProtection => &["T0863"],
            FindingKind::ProgramChanged => &["T0889", "T0843"],
        },
        _ => &[],
    }
}

fn chokes(paths: &[Ranked]) -> Chokes {
    let mut assets: BTreeMap<AssetUid, f64> = BTreeMap::new();
    let mut steps: BTreeMap<(AssetUid, AssetUid), f64> = BTreeMap::new();
    for path in paths {
        for hop in path.hops.iter().filter(|hop| hop.asset != path.target) {
            *assets.entry(hop.asset).or_default() += path.probability;
        }
        for pair in path.hops.windows(2) {
            if let [from, to] = pair {
                *steps.entry((from.asset, to.asset)).or_default() += path.probability;
            }
        }
    }
    Chokes { assets: largest_first(assets), steps: largest_first(steps) }
}

fn largest_first<K: Ord>(sums: BTreeMap<K, f64>) -> Vec<(K, f64)> {
    let mut sums: Vec<(K, f64)> = sums.into_iter().collect();
    sums.sort_by(|(a, first), (b, second)| second.total_cmp(first).then_with(|| a.cmp(b)));
    sums
}
