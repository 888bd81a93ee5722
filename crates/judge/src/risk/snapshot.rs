//! What is kept of an asset and day, and the guard that keeps bands from flapping (sections 1 and 2).

use super::method::{Band, Level, Method, score};
use super::term::{Assessment, Spread};
use crate::text;
use facts::id::{AssetUid, LineId, SiteId, SystemId, ZoneId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use wire::Time;

/// How far below a threshold L must be for a band to go down at once.
const MARGIN: f64 = 0.9;

/// An asset's risk on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Which asset.
    #[serde(with = "text::id")]
    pub asset: AssetUid,
    /// Its zone.
    #[serde(with = "text::maybe_id")]
    pub zone: Option<ZoneId>,
    /// Its line.
    #[serde(with = "text::maybe_id")]
    pub line: Option<LineId>,
    /// Its logical system.
    #[serde(with = "text::maybe_id")]
    pub system: Option<SystemId>,
    /// Its plant.
    #[serde(with = "text::maybe_id")]
    pub site: Option<SiteId>,
    /// Whether it was active on that day: what counts as a device in the system.
    pub active: bool,
    /// When it was first seen.
    #[serde(with = "text::time")]
    pub first_seen: Time,
    /// Version of the method.
    pub method: Arc<str>,
    /// L.
    pub likelihood: f64,
    /// I.
    pub impact: f64,
    /// Whether people decided all its consequences.
    pub decided: bool,
    /// Level of L as shown: while the guard holds a band, the level that gives it.
    pub likelihood_level: Level,
    /// Level of I.
    pub impact_level: Level,
    /// The band as shown.
    pub band: Band,
    /// The band of L and I of this day alone.
    pub raw_band: Band,
    /// 100 · sqrt(L · I) with its range.
    pub score: Spread,
    /// Drawn hatched: see [`Assessment::hatched`].
    pub hatched: bool,
}

impl Snapshot {
    /// An assessment as a snapshot. `shown` is the asset's last snapshot, on demand or daily, and `yesterday` the last daily one
    /// of an earlier day; none for a new asset.
    ///
    /// A band goes up at once. It goes down only when L lies 10 % below the threshold, or when yesterday's L and I already gave
    /// the lower band. After a change of method or matrix both are to be [`recalculated`] first.
    #[must_use]
    pub fn take(
        assessment: &Assessment,
        seen: (Time, bool),
        shown: Option<&Self>,
        yesterday: Option<&Self>,
        method: &Method,
    ) -> Self {
        let likelihood = assessment.likelihood.value;
        let band = |level| method.matrix.band(level, assessment.impact_level);
        let raw = assessment.band;
        let with_margin = band(Level::of_likelihood(likelihood / MARGIN));
        let held = yesterday.map_or(with_margin, |yesterday| with_margin.min(raw.max(yesterday.raw_band)));
        let settled = shown.map_or(raw, |shown| raw.max(shown.band.min(held)));
        let levels = Level::ALL.into_iter().filter(|level| *level >= assessment.likelihood_level);
        let level = levels.clone().find(|level| band(*level) >= settled);
        let (first_seen, active) = seen;
        Self {
            asset: assessment.asset,
            zone: assessment.zone,
            line: assessment.line,
            system: assessment.system,
            site: assessment.site,
            active,
            first_seen,
            method: Arc::clone(&assessment.method),
            likelihood,
            impact: assessment.impact.value,
            decided: assessment.impact.is_decided(),
            likelihood_level: level.unwrap_or(assessment.likelihood_level),
            impact_level: assessment.impact_level,
            band: settled,
            raw_band: raw,
            score: assessment.score,
            hatched: assessment.hatched,
        }
    }
}

/// An old snapshot as it would have been with today's consequences and matrix: what the week after a first import of criticality
/// or an edited matrix is compared with, so that deciding is not drawn as movement (section 1). L stays: after a change of what
/// makes L the old inputs must be assessed again.
#[must_use]
pub fn recalculated(old: &Snapshot, today: &Snapshot, method: &Method) -> Snapshot {
    let impact_level = Level::of_impact(today.impact);
    let band = |level| method.matrix.band(level, impact_level);
    let likelihood_of =
        |score: f64| if old.impact > 0.0 { (score / 100.0).powi(2) / old.impact } else { 0.0 };
    Snapshot {
        impact: today.impact,
        decided: today.decided,
        impact_level,
        band: band(old.likelihood_level),
        raw_band: band(Level::of_likelihood(old.likelihood)),
        method: Arc::clone(&method.version),
        score: Spread {
            value: score(old.likelihood, today.impact),
            ..old.score.map(|value| score(likelihood_of(value), today.impact))
        },
        ..old.clone()
    }
}
