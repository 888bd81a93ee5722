//! The facts in order: sorted by id, with places instead of ids where they are walked through.

use super::inputs::{Asset, Inputs, Service};
use super::network::{Boundary, Link, Passage, Zone};
use facts::id::{AssetUid, ZoneId};
use std::sync::Arc;
use wire::Time;

/// A plant's facts, sorted and joined. Equal for equal facts in any order.
#[derive(Clone, Debug)]
pub struct Plant {
    /// Shared, so that a copy with one change is cheap.
    pub(super) assets: Vec<Arc<Asset>>,
    pub(super) zones: Vec<Zone>,
    pub(super) borders: Vec<Border>,
    /// By place of a zone: places of the borders that lead into it.
    pub(super) borders_into: Vec<Vec<u32>>,
    /// The same of those that lead out of it.
    pub(super) borders_out: Vec<Vec<u32>>,
    /// By place of an asset: who talks to it, sorted by who.
    pub(super) talks_to: Vec<Vec<Talk>>,
    /// By place of an asset: whom it talks to.
    pub(super) targets: Vec<Vec<u32>>,
    /// Services that a passage names, sorted.
    pub(super) listed: Vec<Service>,
}

/// A boundary with the places of its zones.
#[derive(Clone, Debug)]
pub(super) struct Border {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Sorted by asset (none first), service (none first).
    pub(super) boundary: Boundary,
}

/// One asset talks to another, which holds this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Talk {
    pub(super) from: u32,
    pub(super) service: Service,
    pub(super) seen: Time,
}

impl Plant {
    /// Sorts and joins. Assets with the same id become one with what all of them have; links and boundaries whose ends are
    /// unknown are left out.
    #[must_use]
    pub fn new(inputs: Inputs) -> Self {
        let Inputs { mut assets, mut zones, boundaries, links } = inputs;
        assets.iter_mut().for_each(order);
        assets.sort_by_cached_key(|asset| {
            (
                asset.id,
                asset.role,
                asset.zone,
                asset.line,
                asset.system,
                asset.site,
                asset.decided,
                asset.hot_standby,
            )
        });
        assets.dedup_by(|next, kept| next.id == kept.id && join(kept, next));
        zones.sort_unstable();
        zones.dedup_by_key(|zone| zone.id);
        let mut plant = Self {
            talks_to: vec![Vec::new(); assets.len()],
            targets: vec![Vec::new(); assets.len()],
            borders_into: vec![Vec::new(); zones.len()],
            borders_out: vec![Vec::new(); zones.len()],
            assets: assets.into_iter().map(Arc::new).collect(),
            zones,
            borders: Vec::new(),
            listed: Vec::new(),
        };
        plant.set_boundaries(boundaries);
        plant.set_links(&links);
        plant
    }

    /// The assets, sorted by id.
    #[must_use]
    pub fn assets(&self) -> &[Arc<Asset>] {
        &self.assets
    }

    /// One asset.
    #[must_use]
    pub fn asset(&self, id: AssetUid) -> Option<&Asset> {
        self.assets.get(self.place(id)?).map(Arc::as_ref)
    }

    /// The boundaries.
    pub fn boundaries(&self) -> impl Iterator<Item = &Boundary> {
        self.borders.iter().map(|border| &border.boundary)
    }

    /// Puts changed facts of one asset in place; false when there is none of this id.
    pub fn replace(&mut self, mut asset: Asset) -> bool {
        order(&mut asset);
        let place = self.place(asset.id).and_then(|place| self.assets.get_mut(place));
        place.map(|kept| *kept = Arc::new(asset)).is_some()
    }

    /// Replaces all boundaries.
    pub fn set_boundaries(&mut self, boundaries: Vec<Boundary>) {
        let mut borders: Vec<Border> = boundaries
            .into_iter()
            .filter_map(|mut boundary| {
                boundary.passages.sort_unstable();
                boundary.passages.dedup();
                let (from, to) = (self.zone_place(boundary.from)?, self.zone_place(boundary.to)?);
                (from != to).then_some(Border { from, to, boundary })
            })
            .collect();
        borders.sort_by(|a, b| {
            let key =
                |border: &Border| (border.from, border.to, border.boundary.device, border.boundary.broker);
            key(a).cmp(&key(b)).then_with(|| a.boundary.passages.cmp(&b.boundary.passages))
        });
        self.borders_into.iter_mut().chain(&mut self.borders_out).for_each(Vec::clear);
        for (border, place) in borders.iter().zip(0..) {
            if let Some(into) = self.borders_into.get_mut(border.to as usize) {
                into.push(place);
            }
            if let Some(out) = self.borders_out.get_mut(border.from as usize) {
                out.push(place);
            }
        }
        let passages = borders.iter().flat_map(|border| &border.boundary.passages);
        self.listed = passages.filter_map(|passage| passage.service).collect();
        self.listed.sort_unstable();
        self.listed.dedup();
        self.borders = borders;
    }

    fn set_links(&mut self, links: &[Link]) {
        for link in links {
            let (Some(from), Some(to)) = (self.place(link.from), self.place(link.to)) else { continue };
            if from == to {
                continue;
            }
            if let Some(talks) = self.talks_to.get_mut(to) {
                talks.push(Talk { from: place_32(from), service: link.service, seen: link.seen });
            }
            if let Some(targets) = self.targets.get_mut(from) {
                targets.push(place_32(to));
            }
        }
        for talks in &mut self.talks_to {
            talks.sort_unstable();
            talks.dedup();
        }
        for targets in &mut self.targets {
            targets.sort_unstable();
            targets.dedup();
        }
    }

    pub(super) fn place(&self, id: AssetUid) -> Option<usize> {
        self.assets.binary_search_by_key(&id, |asset| asset.id).ok()
    }

    pub(super) fn zone_place(&self, id: ZoneId) -> Option<u32> {
        self.zones.binary_search_by_key(&id, |zone| zone.id).ok().map(place_32)
    }

    pub(super) fn talks_to(&self, place: usize) -> &[Talk] {
        self.talks_to.get(place).map_or(&[], Vec::as_slice)
    }

    pub(super) fn targets(&self, place: usize) -> &[u32] {
        self.targets.get(place).map_or(&[], Vec::as_slice)
    }

    pub(super) fn borders_out_of(&self, zone: u32) -> &[u32] {
        self.borders_out.get(zone as usize).map_or(&[], Vec::as_slice)
    }

    pub(super) fn borders_into(&self, zone: u32) -> impl Iterator<Item = (u32, &Border)> {
        let into = self.borders_into.get(zone as usize).map_or(&[][..], Vec::as_slice);
        into.iter().filter_map(|place| Some((*place, self.borders.get(*place as usize)?)))
    }
}

/// The facts as they would be with every planned rule applied: what a forecast is computed from (section 4.2, point 5). A
/// planned passage takes the place of what is known of the assets and services that it speaks of.
#[must_use]
pub fn forecast(plant: &Plant) -> Plant {
    let mut planned = plant.clone();
    let boundaries = plant.boundaries().cloned().map(|mut boundary| {
        let plans: Vec<Passage> =
            boundary.passages.iter().filter(|passage| passage.planned).copied().collect();
        boundary.passages.retain(|passage| !plans.iter().any(|plan| covers(plan, passage)));
        boundary.passages.extend(plans.into_iter().map(|plan| Passage { planned: false, ..plan }));
        boundary
    });
    planned.set_boundaries(boundaries.collect());
    planned
}

/// Whether a rule decides all that the passage speaks of.
pub(super) fn covers(rule: &Passage, passage: &Passage) -> bool {
    (rule.asset.is_none() || rule.asset == passage.asset)
        && (rule.service.is_none() || rule.service == passage.service)
}

/// Brings what an asset lists into an order of its own.
fn order(asset: &mut Asset) {
    asset.weaknesses.sort_by(|a, b| a.id.cmp(&b.id));
    asset.findings.sort_by(|a, b| (a.kind, &a.reference).cmp(&(b.kind, &b.reference)));
    asset.services.sort_unstable();
    asset.services.dedup();
    asset.wired_to.sort_unstable();
    asset.wired_to.dedup();
}

/// Adds what `next` has to `kept`; always true.
fn join(kept: &mut Asset, next: &mut Asset) -> bool {
    kept.services.append(&mut next.services);
    kept.wired_to.append(&mut next.wired_to);
    kept.weaknesses.append(&mut next.weaknesses);
    kept.findings.append(&mut next.findings);
    kept.controls.append(&mut next.controls);
    kept.alerts.append(&mut next.alerts);
    kept.identified &= next.identified;
    order(kept);
    true
}

fn place_32(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
