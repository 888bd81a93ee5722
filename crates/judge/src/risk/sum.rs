//! How terms are ordered, joined and added up.

use super::evidence::FindingKind;
use super::inputs::Reference;
use super::method::unit;
use super::term::{Spread, Term, TermKind};
use std::sync::Arc;

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

/// Largest first; equal values in an order of their own.
pub(super) fn larger(a: &Term, b: &Term) -> core::cmp::Ordering {
    let key = |term: &Term| (term.value.value, term.value.high, term.value.low);
    let by = |a: f64, b: f64| b.total_cmp(&a);
    let ((a1, a2, a3), (b1, b2, b3)) = (key(a), key(b));
    by(a1, b1).then_with(|| by(a2, b2)).then_with(|| by(a3, b3)).then_with(|| {
        (a.kind, &a.reference, a.seen, a.accepted).cmp(&(b.kind, &b.reference, b.seen, b.accepted))
    })
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
