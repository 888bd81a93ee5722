//! The search for the most probable ways between zones.

use super::method::{Class, unit};
use super::network::Zone;
use super::plant::Plant;
use super::term::Spread;
use std::collections::BinaryHeap;

/// The best products with which an attacker stands in or comes to each zone.
pub(super) struct Labels {
    /// By end of the range and zone: low, value, high.
    pub(super) x: [Vec<f64>; 3],
    /// By zone, of the value: the border over which he comes; `None` where he stands.
    pub(super) came: Vec<Option<u32>>,
    /// By zone: the best path factor from outside.
    pub(super) open: Vec<f64>,
}

impl Labels {
    pub(super) fn spread(&self, zone: u32) -> Spread {
        let [low, value, high] = &self.x;
        let of = |labels: &Vec<f64>| labels.get(zone as usize).copied().unwrap_or(0.0);
        Spread { low: of(low), value: of(value), high: of(high) }
    }
}

/// Whether SSVC calls an asset *open* that is reached from there.
pub(super) const fn is_remote(class: Class) -> bool {
    matches!(class, Class::Internet | Class::ThirdParty)
}

/// A class as a bit.
pub(super) const fn bit(class: Class) -> u8 {
    1 << class as u8
}

/// Classes, as bits, of the other zones from which no declared boundaries lead to a zone, over others if need be; all when the
/// zone is not known.
pub(super) fn unled(plant: &Plant, zone: Option<u32>) -> u8 {
    let mut led = vec![false; plant.zones.len()];
    let mut open: Vec<u32> = zone.into_iter().collect();
    while let Some(zone) = open.pop() {
        if let Some(led) = led.get_mut(zone as usize)
            && !std::mem::replace(led, true)
        {
            open.extend(plant.borders_into(zone).map(|(_, border)| border.from));
        }
    }
    let others = plant.zones.iter().zip(led).filter(|(_, led)| !led);
    others.fold(0, |bits, (zone, _)| bits | bit(zone.class))
}

/// Dijkstra over products: the best label of each zone, and over which border it comes.
pub(super) fn spread_out(
    plant: &Plant,
    stand: impl Fn(&Zone) -> f64,
    factors: &[Spread],
    pick: impl Fn(Spread) -> f64,
) -> (Vec<f64>, Vec<Option<u32>>) {
    let mut labels: Vec<f64> = plant.zones.iter().map(|zone| unit(stand(zone))).collect();
    let mut came = vec![None; labels.len()];
    // Bits of floats that are not negative sort as the floats do. Of equals the zone of the lower place goes first.
    let start = labels.iter().zip(0_u32..).map(|(label, zone)| (label.to_bits(), std::cmp::Reverse(zone)));
    let mut heap: BinaryHeap<_> = start.collect();
    while let Some((bits, std::cmp::Reverse(zone))) = heap.pop() {
        let label = f64::from_bits(bits);
        if labels.get(zone as usize).is_none_or(|known| *known > label) {
            continue;
        }
        for place in plant.borders_out_of(zone) {
            let (Some(border), Some(factor)) =
                (plant.borders.get(*place as usize), factors.get(*place as usize))
            else {
                continue;
            };
            let next = label * pick(*factor);
            let (Some(known), Some(over)) =
                (labels.get_mut(border.to as usize), came.get_mut(border.to as usize))
            else {
                continue;
            };
            if next > *known {
                (*known, *over) = (next, Some(*place));
                heap.push((next.to_bits(), std::cmp::Reverse(border.to)));
            }
        }
    }
    (labels, came)
}
