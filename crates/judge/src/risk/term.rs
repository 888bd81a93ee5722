//! What a risk consists of: the terms that are stored, shown and exported, and the sum that they give.

use super::evidence::{ControlKind, FindingKind};
use super::impact::Impact;
use super::inputs::Reference;
use super::method::{Band, Class, Level, score, unit};
use super::passage::Crossing;
use super::reach::Reach;
use crate::text;
use facts::id::{AssetUid, LineId, SiteId, SystemId, ZoneId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use wire::Time;

/// A value with its range: all unknowns good, as assumed, all unknowns bad. `low <= value <= high`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// When everything unknown turns out well.
    pub low: f64,
    /// As assumed; the number that counts.
    pub value: f64,
    /// When everything unknown turns out badly.
    pub high: f64,
}

impl Spread {
    /// A value without unknowns.
    #[must_use]
    pub const fn known(value: f64) -> Self {
        Self { low: value, value, high: value }
    }

    /// Each of the three by itself.
    pub(super) fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self { low: change(self.low), value: change(self.value), high: change(self.high) }
    }

    /// Two by two.
    pub(super) fn with(self, other: Self, join: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            low: join(self.low, other.low),
            value: join(self.value, other.value),
            high: join(self.high, other.high),
        }
    }
}

/// One factor of a likelihood: `l = threat · confidence · way · factor`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// What it is.
    pub kind: TermKind,
    /// Which: the weakness, the alert; empty for neighbours.
    pub reference: Reference,
    /// T of a weakness, t of a finding, the weight of an alert's severity, 0.3 of a neighbour.
    pub threat: f64,
    /// Match confidence of a weakness, 1 of a finding, confidence of an alert, own likelihood of a neighbour.
    pub confidence: f64,
    /// X of a weakness and finding, decay of an alert, r of a neighbour.
    pub way: f64,
    /// K of a weakness and finding, half of a contained alert; 1 otherwise.
    pub factor: f64,
    /// Where X comes from.
    pub reach: Option<Arc<Reach>>,
    /// What lies between a neighbour and the asset.
    pub crossing: Option<Crossing>,
    /// What K consists of.
    pub controls: Arc<[Applied]>,
    /// Time of the evidence: when the alert or the neighbour's traffic was last seen.
    #[serde(with = "text::maybe_time")]
    pub seen: Option<Time>,
    /// l.
    pub value: Spread,
    /// Share of the likelihood (section 6); the shares of an asset add up to 1.
    pub share: f64,
    /// Whether the owner lives with it at present. It counts all the same.
    pub accepted: bool,
}

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// A weakness, and what decided its T.
    Weakness(Basis),
    /// A weak configuration.
    Finding(FindingKind),
    /// An alert.
    Alert(Band),
    /// A neighbour.
    Neighbour(#[serde(with = "text::id")] AssetUid),
    /// What an asset's list has no room for: several small own terms in one.
    Rest,
    /// The same of neighbours.
    RestOfNeighbours,
}

impl TermKind {
    /// Whether it comes from a neighbour, and so is no part of the asset's own likelihood.
    #[must_use]
    pub const fn is_neighbour(self) -> bool {
        matches!(self, Self::Neighbour(_) | Self::RestOfNeighbours)
    }
}

/// What decided T(v).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The floor of its CVSS.
    Floor,
    /// EPSS.
    Epss,
    /// Public exploit code.
    PublicExploit,
    /// Known exploitation.
    Exploited,
}

/// A control in K.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Applied {
    /// Which.
    pub kind: ControlKind,
    /// What it takes off: effect times coverage.
    pub effect: f64,
    /// When it was last proven.
    #[serde(with = "text::time")]
    pub evidence: Time,
}

/// What is not known of an asset (section 6).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Its zone.
    Zone,
    /// What it is: weaknesses cannot be known. The high end of the range counts one with the floor of a base score of 9.
    Identity,
    /// Its version: the weakness may apply or not.
    Version(Reference),
    /// Its services: the worst way counts.
    Services,
    /// Nothing is known between zones of this class and the asset's.
    Way(Class),
    /// Rules between two zones are not known or too old.
    Boundary {
        /// From here.
        #[serde(with = "text::id")]
        from: ZoneId,
        /// To there.
        #[serde(with = "text::id")]
        to: ZoneId,
    },
    /// A consequence is assumed from its role. No part of the range.
    Consequence,
}

/// The risk of an asset with everything it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
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
    /// Version of the method.
    pub method: Arc<str>,
    /// I and where it comes from.
    pub impact: Impact,
    /// Likelihood without neighbours.
    pub own: Spread,
    /// L.
    pub likelihood: Spread,
    /// Level of L.
    pub likelihood_level: Level,
    /// Level of I.
    pub impact_level: Level,
    /// Band of the two, before the flapping guard; see [`super::Snapshot::take`].
    pub band: Band,
    /// 100 · sqrt(L · I).
    pub score: Spread,
    /// Band when all unknowns are good.
    pub band_low: Band,
    /// Band when all unknowns are bad.
    pub band_high: Band,
    /// Its factors, largest first; at most [`super::TERMS_MAX`] of its own and as many neighbours.
    pub terms: Vec<Term>,
    /// How many terms stand in [`TermKind::Rest`] and [`TermKind::RestOfNeighbours`].
    pub left_out: u32,
    /// What is unknown; at most [`super::UNKNOWNS_MAX`].
    pub unknowns: Vec<Unknown>,
    /// Whether its band is beyond the tolerable one only because of what the owner lives with: drawn hatched.
    pub hatched: bool,
}

/// What terms add up to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sum {
    /// Likelihood without neighbours.
    pub own: f64,
    /// L.
    pub likelihood: f64,
    /// 100 · sqrt(L · I).
    pub score: f64,
}

/// Adds stored or exported terms up again: `L = 1 - product(1 - l)`, whatever their order.
#[must_use]
pub fn readd(terms: &[Term], impact: f64) -> Sum {
    let left = |neighbours: bool| {
        let terms = terms.iter().filter(|term| neighbours || !term.kind.is_neighbour());
        terms.map(|term| 1.0 - unit(term.value.value)).product::<f64>()
    };
    let likelihood = 1.0 - left(true);
    Sum { own: 1.0 - left(false), likelihood, score: score(likelihood, impact) }
}
