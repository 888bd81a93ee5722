//! How terms are ordered, joined and added up.

use super::evidence::FindingKind;
use super::inputs::Reference;
use super::method::unit;
use super::passage::PassageState;
use super::reach::Reach;
use super::term::{Applied, Spread, Term, TermKind};
use core::cmp::Ordering;
use facts::id::ZoneId;
use std::sync::Arc;
use wire::Time;

/// Nothing is certain: a single term stays below 1, so that its share of the logarithm is finite.
const TERM_MAX: f64 = 0.999_999;

/// 1 - product(1 - l).
pub(super) fn together(terms: &[Term]) -> Spread {
    let left =
        terms.iter().fold(Spread::known(1.0), |left, term| left.with(term.value, |left, l| left * (1.0 - l)));
    left.map(|left| 1.0 - left)
}

/// Brings terms into their order, largest first, and makes those beyond `max` one.
pub(super) fn keep(terms: &mut Vec<Term>, max: usize, rest: TermKind) -> u32 {
    terms.sort_by(larger);
    if terms.len() <= max {
        return 0;
    }
    let small = terms.split_off(max.saturating_sub(1));
    let value = together(&small);
    let accepted = small.iter().all(|term| term.accepted);
    terms.push(Term {
        kind: rest,
        accepted,
        ..plain(rest, Arc::from(""), [value.value, 1.0, 1.0, 1.0], value)
    });
    terms.sort_by(larger);
    u32::try_from(small.len()).unwrap_or(u32::MAX)
}

/// What is one thing.
pub(super) fn same(term: &Term) -> (u8, Option<FindingKind>, &Reference) {
    match term.kind {
        TermKind::Weakness(_) => (0, None, &term.reference),
        TermKind::Finding(kind) => (1, Some(kind), &term.reference),
        TermKind::Alert(_) => (2, None, &term.reference),
        TermKind::Neighbour(_) | TermKind::Rest | TermKind::RestOfNeighbours => (3, None, &term.reference),
    }
}

/// Largest first; equal values in an order of their own, so that of equals the same is always kept.
pub(super) fn larger(a: &Term, b: &Term) -> Ordering {
    let by_value = |of: fn(&Spread) -> f64| of(&b.value).total_cmp(&of(&a.value));
    let name = |term: &Term| (term.kind, term.seen, term.accepted);
    let numbers = |term: &Term| [term.threat, term.confidence, term.way, term.factor].map(f64::to_bits);
    let reach = |term: &Term| {
        let numbers = |reach: &Reach| [reach.x.high, reach.x.low, reach.open].map(f64::to_bits);
        term.reach.as_deref().map(|reach| (reach.service, reach.class, reach.from, numbers(reach)))
    };
    by_value(|value| value.value)
        .then_with(|| by_value(|value| value.high))
        .then_with(|| by_value(|value| value.low))
        .then_with(|| name(a).cmp(&name(b)))
        .then_with(|| a.reference.cmp(&b.reference))
        .then_with(|| numbers(a).cmp(&numbers(b)))
        .then_with(|| reach(a).cmp(&reach(b)))
        .then_with(|| path(a).cmp(path(b)))
        .then_with(|| {
            let controls = |term: &Term| {
                let key = |applied: &Applied| (applied.kind, applied.effect.to_bits(), applied.evidence);
                term.controls.iter().map(key).collect::<Vec<_>>()
            };
            controls(a).cmp(&controls(b))
        })
}

/// The boundaries on the way of a term, as they are compared.
fn path(term: &Term) -> impl Iterator<Item = (Option<ZoneId>, Option<ZoneId>, PassageState, Option<Time>)> {
    let crossings = term.reach.iter().flat_map(|reach| &reach.path);
    crossings.map(|crossing| (crossing.from, crossing.to, crossing.state, crossing.evidence))
}

/// A term without reach and controls; the numbers are threat, confidence, way, factor.
pub(super) fn plain(
    kind: TermKind,
    reference: Reference,
    [threat, confidence, way, factor]: [f64; 4],
    value: Spread,
) -> Term {
    let value = value.map(|value| unit(value).min(TERM_MAX));
    let (reach, crossing, controls) = (None, None, Arc::from([]));
    let (seen, share, accepted) = (None, 0.0, false);
    Term {
        kind,
        reference,
        threat,
        confidence,
        way,
        factor,
        reach,
        crossing,
        controls,
        seen,
        value,
        share,
        accepted,
    }
}
