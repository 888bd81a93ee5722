//! Where an attacker may stand, and how a service of an asset is reached from there: X(v,a) (section 4.1).
//!
//! A zone is a place where an attacker may stand, with the weight of its class; a boundary multiplies by its path factor. The
//! best product over all places and ways is X. It is searched once for each service that some rule names, and only when asked.

use super::inputs::{Asset, Service};
use super::method::{Class, Method};
use super::network::{Passage, Verdict, Zone};
use super::passage::{
    Crossing, Met, PassageState, broker_factor, crossed, is_distrusted, most_exact, passages_of, state, worst,
};
use super::plant::{Border, Plant};
use super::tables::PATH_FLOOR;
use super::term::Spread;
use super::ways::{Labels, bit, is_remote, spread_out, unled};
use crate::text;
use facts::id::{AssetUid, ZoneId};
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::sync::Arc;
use wire::Time;

/// How an asset's service is reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reach {
    /// X: weight of the class times the path factor.
    pub x: Spread,
    /// What the attacker who stands there is counted as.
    pub class: Class,
    /// The zone where he stands; `None` for the own zone, a physical port, and what no boundary is known of.
    #[serde(with = "text::maybe_id")]
    pub from: Option<ZoneId>,
    /// The service; `None` for any.
    #[serde(with = "text::maybe_id")]
    pub service: Option<Service>,
    /// The boundaries on the best way, from the attacker to the asset.
    pub path: Vec<Crossing>,
    /// The best path factor from the Internet or from remote access of third parties, for SSVC (section 10).
    pub open: f64,
}

/// Where nothing is recorded.
const UNKNOWN: Met = (PassageState::Unknown, None);

/// What is met where nothing else may be.
fn alone(met: Met) -> (Met, Spread) {
    (met, met.0.factor())
}

/// Which service is asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// One that some passage names: its place in `Plant::listed`.
    Listed(usize),
    /// One that no passage names.
    Unlisted,
    /// It is not known which: the worst of all.
    Any,
}

/// The ways of a plant at one moment.
pub(super) struct Ways<'a> {
    pub(super) plant: &'a Plant,
    pub(super) method: &'a Method,
    pub(super) now: Time,
    /// By place of a border: whether its denials are distrusted.
    distrusted: Vec<bool>,
    /// By place of a zone: classes that come by unknown ways, as bits.
    unled: Vec<OnceCell<u8>>,
    /// By need: labels of all zones.
    labels: Vec<OnceCell<Labels>>,
    /// By need and zone: the reach of an asset of which no passage speaks by name.
    shared: Vec<OnceCell<Arc<Reach>>>,
}

/// The best way found so far; the ends of the range are the best of all ways.
struct Best {
    x: Spread,
    class: Class,
    /// The last border and the zone before it.
    last: Option<(u32, u32)>,
}

impl Best {
    fn offer(&mut self, x: Spread, class: Class, last: Option<(u32, u32)>) {
        if x.value > self.x.value {
            (self.class, self.last) = (class, last);
        }
        self.x = self.x.with(x, f64::max);
    }
}

impl<'a> Ways<'a> {
    pub(super) fn new(plant: &'a Plant, now: Time, method: &'a Method) -> Self {
        let needs = plant.listed.len() + 2;
        let distrusted = plant.borders.iter().map(|border| is_distrusted(&border.boundary.passages, now));
        Self {
            plant,
            method,
            now,
            distrusted: distrusted.collect(),
            unled: plant.zones.iter().map(|_| OnceCell::new()).collect(),
            labels: (0..needs).map(|_| OnceCell::new()).collect(),
            shared: (0..needs * plant.zones.len()).map(|_| OnceCell::new()).collect(),
        }
    }

    pub(super) fn need(&self, service: Service) -> Need {
        self.plant.listed.binary_search(&service).map_or(Need::Unlisted, Need::Listed)
    }

    fn at(&self, need: Need) -> usize {
        match need {
            Need::Listed(place) => place,
            Need::Unlisted => self.plant.listed.len(),
            Need::Any => self.plant.listed.len() + 1,
        }
    }

    fn service(&self, need: Need) -> Option<Service> {
        match need {
            Need::Listed(place) => self.plant.listed.get(place).copied(),
            Need::Unlisted | Need::Any => None,
        }
    }

    /// How one service of an asset is reached. An asset in no known zone: from every class at hand by an unknown way.
    pub(super) fn reach(&self, asset: &Asset, need: Need) -> Option<Arc<Reach>> {
        let zone = asset.zone.and_then(|zone| self.plant.zone_place(zone));
        let Some(zone) = zone else { return Some(Arc::new(self.arrive(None, asset.id, need))) };
        let named = |border: &Border| {
            let passages = &border.boundary.passages;
            let from = passages.partition_point(|passage| passage.asset < Some(asset.id));
            passages.get(from).is_some_and(|passage| passage.asset == Some(asset.id))
        };
        if self.plant.borders_into(zone).any(|(_, border)| named(border)) {
            return Some(Arc::new(self.arrive(Some(zone), asset.id, need)));
        }
        let cell = self.shared.get(self.at(need) * self.plant.zones.len() + zone as usize)?;
        Some(Arc::clone(cell.get_or_init(|| Arc::new(self.arrive(Some(zone), asset.id, need)))))
    }

    /// The last step: over the boundaries of the asset's own zone, where rules for the asset itself count. Boundaries before
    /// are judged by their rules for all assets.
    fn arrive(&self, zone: Option<u32>, asset: AssetUid, need: Need) -> Reach {
        let weight = |class| Spread::known(self.method.weight(class));
        let mut best = Best { x: weight(Class::Physical), class: Class::Physical, last: None };
        best.offer(weight(Class::SameZone), Class::SameZone, None);
        let mut open: f64 = 0.0;
        let search = || unled(self.plant, zone);
        let unled = zone
            .and_then(|zone| self.unled.get(zone as usize))
            .map_or_else(search, |cell| *cell.get_or_init(search));
        for class in Class::ALL.into_iter().filter(|class| unled & bit(*class) != 0) {
            let factor = PassageState::Unknown.factor();
            best.offer(factor.map(|factor| factor * self.method.weight(class)), class, None);
            open = if is_remote(class) { open.max(factor.value) } else { open };
        }
        let labels = self.labels.get(self.at(need)).map(|cell| cell.get_or_init(|| self.search(need)));
        let borders = zone.into_iter().flat_map(|zone| self.plant.borders_into(zone));
        for (place, border) in borders {
            let Some(labels) = labels else { continue };
            let factor = self.crossing(place, border, Some(asset), need).1;
            let from = labels.spread(border.from);
            let class = self.stand(labels, border.from).map_or(Class::Ot, |zone| zone.class);
            let floor = self.method.weight(class) * PATH_FLOOR;
            best.offer(from.with(factor, |a, b| (a * b).max(floor)), class, Some((place, border.from)));
            open = open.max(labels.open.get(border.from as usize).copied().unwrap_or(0.0) * factor.value);
        }
        let mut path = Vec::new();
        let mut from = None;
        if let (Some((place, zone)), Some(labels)) = (best.last, labels) {
            path.extend(
                self.plant
                    .borders
                    .get(place as usize)
                    .map(|border| self.crossing(place, border, Some(asset), need).0),
            );
            from = self.trace(labels, zone, need, &mut path);
            path.reverse();
        }
        Reach { x: best.x, class: best.class, from, service: self.service(need), path, open }
    }

    /// Best products to all zones: one search for each end of the range, and one from outside for SSVC.
    fn search(&self, need: Need) -> Labels {
        let factors: Vec<Spread> = self
            .plant
            .borders
            .iter()
            .zip(0..)
            .map(|(border, place)| self.crossing(place, border, None, need).1)
            .collect();
        let stand = |zone: &Zone| self.method.weight(zone.class);
        let outside = |zone: &Zone| if is_remote(zone.class) { 1.0 } else { 0.0 };
        let (value, came) = spread_out(self.plant, stand, &factors, |factor| factor.value);
        Labels {
            x: [
                spread_out(self.plant, stand, &factors, |factor| factor.low).0,
                value,
                spread_out(self.plant, stand, &factors, |factor| factor.high).0,
            ],
            came,
            open: spread_out(self.plant, outside, &factors, |factor| factor.value).0,
        }
    }

    /// What a service meets at a border. When the service is not known, the worst of all passages counts, and that of an unknown
    /// one unless some passage speaks of all services.
    fn crossing(
        &self,
        place: u32,
        border: &Border,
        asset: Option<AssetUid>,
        need: Need,
    ) -> (Crossing, Spread) {
        let passages = border.boundary.passages.as_slice();
        let distrusted = self.is_distrusted(place);
        let state = |passage: &Passage| state(passage.verdict, passage.seen, distrusted, self.now);
        let met = if need == Need::Any {
            let all = passages_of(passages, asset).chain(passages_of(passages, None));
            let speaks = |passage: &Passage| passage.asset.is_none() && passage.service.is_none();
            let unknown = !passages.iter().any(|passage| !passage.planned && speaks(passage));
            worst(all.map(state).chain(unknown.then_some(UNKNOWN)))
        } else {
            worst(most_exact(passages, asset, self.service(need)).map(state))
        };
        let met = met.unwrap_or_else(|| alone(UNKNOWN));
        let boundary = &border.boundary;
        crossed(Some(boundary.from), Some(boundary.to), met, broker_factor(boundary.broker))
    }

    fn is_distrusted(&self, place: u32) -> bool {
        self.distrusted.get(place as usize).copied().unwrap_or(true)
    }

    /// The zone in which the attacker stands who comes to `zone` best.
    fn stand(&self, labels: &Labels, mut zone: u32) -> Option<&Zone> {
        for _ in 0..self.plant.zones.len() {
            let came = labels.came.get(zone as usize).copied().flatten();
            let Some(border) = came.and_then(|place| self.plant.borders.get(place as usize)) else { break };
            zone = border.from;
        }
        self.plant.zones.get(zone as usize)
    }

    /// Adds the crossings before `zone`, last first; says where the way begins.
    fn trace(&self, labels: &Labels, mut zone: u32, need: Need, path: &mut Vec<Crossing>) -> Option<ZoneId> {
        for _ in 0..self.plant.zones.len() {
            let Some(place) = labels.came.get(zone as usize).copied().flatten() else { break };
            let Some(border) = self.plant.borders.get(place as usize) else { break };
            path.push(self.crossing(place, border, None, need).0);
            zone = border.from;
        }
        self.plant.zones.get(zone as usize).map(|zone| zone.id)
    }

    /// r(b -> a) of a neighbour's traffic (section 4.7): within a zone there is no filter; between zones the rules of their
    /// boundary count, together with the traffic seen; of several boundaries the worst; without one the rules are unknown.
    pub(super) fn between(
        &self,
        from: &Asset,
        to: &Asset,
        service: Service,
        seen: Time,
    ) -> (Crossing, Spread) {
        let (start, end) = (from.zone, to.zone);
        let of = |verdict, latest: Option<Time>, distrusted| {
            state(verdict, latest.max(Some(seen)), distrusted, self.now)
        };
        let mut worst_of_all: Option<(Crossing, Spread)> = None;
        let mut offer = |met: (Met, Spread), broker: f64| {
            let next = crossed(start, end, met, broker);
            worst_of_all = Some(worst_of_all.map_or(next, |(known, range)| {
                let crossing = if next.1.value > range.value { next.0 } else { known };
                (crossing, range.with(next.1, f64::max))
            }));
        };
        if start.is_some() && start == end {
            offer(alone(of(Verdict::NoFilter, None, false)), 1.0);
        }
        let zones = start.zip(end).filter(|(start, end)| start != end);
        let places =
            zones.and_then(|(start, end)| self.plant.zone_place(start).zip(self.plant.zone_place(end)));
        let borders = places.into_iter().flat_map(|(start, end)| {
            self.plant.borders_into(end).filter(move |(_, border)| border.from == start)
        });
        for (place, border) in borders {
            let distrusted = self.is_distrusted(place);
            let passages = most_exact(&border.boundary.passages, Some(to.id), Some(service));
            let met = worst(passages.map(|passage| of(passage.verdict, passage.seen, distrusted)));
            let met = met.unwrap_or_else(|| alone(of(Verdict::Unknown, None, distrusted)));
            offer(met, broker_factor(border.boundary.broker));
        }
        worst_of_all.unwrap_or_else(|| crossed(start, end, alone(of(Verdict::Unknown, None, false)), 1.0))
    }
}
