//! The most probable loop-free paths to one asset.
//!
//! Searched backwards from the target, best first. What a partial path can still become is bounded by the best way from outside
//! to its first asset, found once for all targets; so hardly more is looked at than what is found.

use super::inputs::Service;
use std::collections::BinaryHeap;

/// The most paths of one target.
pub const PATHS_MAX: usize = 10;
/// The most steps of a path, the one from outside included.
pub const HOPS_MAX: usize = 8;
/// The most partial paths that are looked at for one target.
const LOOKED_AT_MAX: usize = 20_000;
/// Paths less probable than this are none.
const PROBABILITY_MIN: f64 = 1e-9;

/// A step from one asset to the one that holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) from: u32,
    pub(super) probability: f64,
    /// Place of the term that it uses.
    pub(super) via: u32,
    pub(super) service: Service,
}

/// The way into an asset from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) probability: f64,
    pub(super) via: u32,
}

/// Assets by place, with the steps into them.
pub(super) struct Graph {
    entries: Vec<Option<Entry>>,
    into: Vec<Vec<Edge>>,
    out: Vec<Vec<(u32, f64)>>,
    best: std::cell::OnceCell<Vec<f64>>,
}

impl Graph {
    pub(super) fn new(assets: usize) -> Self {
        Self {
            entries: vec![None; assets],
            into: vec![Vec::new(); assets],
            out: vec![Vec::new(); assets],
            best: std::cell::OnceCell::new(),
        }
    }

    pub(super) fn enter(&mut self, place: u32, probability: f64, via: u32) {
        if let Some(entry) = self.entries.get_mut(place as usize) {
            *entry = Some(Entry { probability, via });
        }
    }

    /// Adds a step into `place`; of several from one asset the most probable stays.
    pub(super) fn step(&mut self, place: u32, edge: Edge) {
        let Some(into) = self.into.get_mut(place as usize) else { return };
        match into.iter_mut().find(|known| known.from == edge.from) {
            Some(known) if known.probability >= edge.probability => return,
            Some(known) => *known = edge,
            None => into.push(edge),
        }
        if let Some(out) = self.out.get_mut(edge.from as usize) {
            out.push((place, edge.probability));
        }
    }

    pub(super) fn entry(&self, place: u32) -> Option<Entry> {
        self.entries.get(place as usize).copied().flatten()
    }

    pub(super) fn edge(&self, from: u32, to: u32) -> Option<Edge> {
        self.into.get(to as usize)?.iter().find(|edge| edge.from == from).copied()
    }

    /// By asset: the probability of the best way from outside, whatever its length.
    fn best(&self) -> &[f64] {
        self.best.get_or_init(|| {
            let mut best = vec![0.0_f64; self.entries.len()];
            let mut heap = BinaryHeap::new();
            for ((entry, best), place) in self.entries.iter().zip(&mut best).zip(0_u32..) {
                *best = entry.map_or(0.0, |entry| entry.probability);
                heap.push((best.to_bits(), std::cmp::Reverse(place)));
            }
            while let Some((bits, std::cmp::Reverse(place))) = heap.pop() {
                let probability = f64::from_bits(bits);
                if best.get(place as usize).is_none_or(|known| *known > probability) {
                    continue;
                }
                for (to, step) in self.out.get(place as usize).into_iter().flatten() {
                    let next = probability * step;
                    if let Some(known) = best.get_mut(*to as usize).filter(|known| next > **known) {
                        *known = next;
                        heap.push((next.to_bits(), std::cmp::Reverse(*to)));
                    }
                }
            }
            best
        })
    }
}

/// A partial path: an asset and the partial path that it leads on to.
#[derive(Clone, Copy)]
struct Part {
    place: u32,
    next: Option<usize>,
    probability: f64,
    hops: usize,
}

/// The paths, most probable first, each as places from the first asset to the target.
pub(super) fn best_paths(graph: &Graph, target: u32) -> Vec<Vec<u32>> {
    let best = graph.best();
    let bound = |place: u32| best.get(place as usize).copied().unwrap_or(0.0);
    let mut parts = vec![Part { place: target, next: None, probability: 1.0, hops: 1 }];
    // Priority, the older first among equals, and whether the part starts here.
    let mut heap = BinaryHeap::from([(bound(target).to_bits(), std::cmp::Reverse((0_usize, false)))]);
    let mut found = Vec::new();
    while let Some((_, std::cmp::Reverse((at, starts)))) = heap.pop() {
        let Some(part) = parts.get(at).copied() else { break };
        let places = places(&parts, at);
        if starts {
            found.push(places);
            if found.len() == PATHS_MAX {
                break;
            }
            continue;
        }
        if let Some(entry) = graph.entry(part.place) {
            let probability = part.probability * entry.probability;
            if probability >= PROBABILITY_MIN {
                heap.push((probability.to_bits(), std::cmp::Reverse((at, true))));
            }
        }
        if part.hops == HOPS_MAX || parts.len() >= LOOKED_AT_MAX {
            continue;
        }
        for edge in graph.into.get(part.place as usize).into_iter().flatten() {
            let probability = part.probability * edge.probability;
            let hope = probability * bound(edge.from);
            if hope >= PROBABILITY_MIN && !places.contains(&edge.from) {
                heap.push((hope.to_bits(), std::cmp::Reverse((parts.len(), false))));
                parts.push(Part { place: edge.from, next: Some(at), probability, hops: part.hops + 1 });
            }
        }
    }
    found
}

/// From the part's asset to the target.
fn places(parts: &[Part], mut at: usize) -> Vec<u32> {
    let mut places = Vec::with_capacity(HOPS_MAX);
    while let Some(part) = parts.get(at) {
        places.push(part.place);
        let Some(next) = part.next else { break };
        at = next;
    }
    places
}
