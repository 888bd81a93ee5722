//! What a risk consists of, as it goes out: every term with its numbers, evidence and way.

use super::sight::{Sight, word};
use super::summary::RiskRange;
use crate::api::judged::Judged;
use crate::time::utc_us;
use judge::risk::{Applied, Crossing, Reach, Term, TermKind, Unknown};
use serde::Serialize;
use utoipa::ToSchema;

/// One factor of a likelihood: `value = threat · confidence · way · factor`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TermRow {
    /// `weakness`, `finding`, `alert`, `neighbour`, `rest` or `rest-of-neighbours`.
    pub(super) kind: String,
    /// What decided the threat: for a weakness `floor`, `epss`, `public-exploit` or `exploited`; for a finding which; for an
    /// alert its severity; empty otherwise.
    pub(super) basis: String,
    /// The weakness, what tells a finding from others of its kind, the alert, the name of the neighbour.
    pub(super) reference: String,
    /// Id of the neighbour; null where there is none or the asker may not see it.
    neighbour: Option<String>,
    /// How often it is used: T of a weakness, t of a finding, weight of an alert, 0.3 of a neighbour.
    pub(super) threat: f64,
    /// How sure it is: of the match, of the alert; the own likelihood of a neighbour.
    pub(super) confidence: f64,
    /// How it is reached: X, the decay of an alert, r of a neighbour.
    pub(super) way: f64,
    /// What controls leave of it: K.
    pub(super) factor: f64,
    /// The product, with its range.
    pub(super) value: RiskRange,
    /// Its share of the likelihood, 0 to 1; shares add up to 1.
    pub(super) share: f64,
    /// Whether the owner lives with it at present; it counts all the same.
    accepted: bool,
    /// Where the way comes from.
    reach: Option<ReachRow>,
    /// What lies between a neighbour and the asset.
    crossing: Option<CrossingRow>,
    /// The controls in the factor.
    controls: Vec<ControlRow>,
    /// Time of the evidence, UTC.
    seen: Option<String>,
}

/// How a service is reached.
#[derive(Debug, Serialize, ToSchema)]
struct ReachRow {
    /// Who stands there: `internet`, `third-party`, `enterprise`, `dmz`, `ot`, `same-zone` or `physical`.
    class: String,
    /// Id of the zone where he stands; null for the own zone, what is not known, and what the asker may not see.
    from: Option<String>,
    /// The service, `tcp/502`; null for any.
    service: Option<String>,
    /// The boundaries on the way.
    path: Vec<CrossingRow>,
}

/// A boundary on a way.
#[derive(Debug, Serialize, ToSchema)]
struct CrossingRow {
    /// Id of the zone before it; null for one that is not known or that the asker may not see.
    from: Option<String>,
    /// Id of the zone behind it; null as before.
    to: Option<String>,
    /// What the service meets: `observed`, `permitted`, `no-filter`, `unknown`, `aged`, `denied-aging`, `denied`,
    /// `denied-but-seen`, `distrusted` or `separated`.
    state: String,
    /// Path factor.
    factor: f64,
    /// Time of the evidence, UTC.
    evidence: Option<String>,
}

/// A control that lowers a term.
#[derive(Debug, Serialize, ToSchema)]
struct ControlRow {
    /// Which.
    control: String,
    /// The share that it takes off.
    effect: f64,
    /// When it was last proven, UTC.
    evidence: String,
}

/// What is not known of an asset.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnknownRow {
    /// `zone`, `identity`, `version`, `services`, `way`, `boundary` or `consequence`.
    kind: String,
    /// The weakness of an unknown version, the class of a way; empty otherwise.
    reference: String,
    /// Id of the zone before a boundary.
    from: Option<String>,
    /// Id of the zone behind it.
    to: Option<String>,
}

impl TermRow {
    pub(super) fn of(sight: &Sight<'_>, term: &Term) -> Self {
        let neighbour = match term.kind {
            TermKind::Neighbour(id) => Some(id).filter(|id| sight.asset(*id).is_some()),
            _ => None,
        };
        let is_hidden = neighbour.is_none() && matches!(term.kind, TermKind::Neighbour(_));
        Self {
            kind: word(&term.kind),
            basis: basis(term),
            reference: if is_hidden { String::new() } else { reference(sight.judged(), term) },
            neighbour: neighbour.map(|id| id.to_string()),
            threat: term.threat,
            confidence: term.confidence,
            way: term.way,
            factor: term.factor,
            value: RiskRange::of(term.value),
            share: term.share,
            accepted: term.accepted,
            reach: term.reach.as_deref().map(|found| reach(sight, found)),
            crossing: term.crossing.as_ref().map(|passed| crossing(sight, passed)),
            controls: term.controls.iter().map(control).collect(),
            seen: term.seen.map(|time| utc_us(time.0 / 1_000)),
        }
    }
}

/// Which finding, what decided the threat of a weakness, the severity of an alert.
pub(super) fn basis(term: &Term) -> String {
    match term.kind {
        TermKind::Weakness(basis) => word(&basis),
        TermKind::Finding(kind) => word(&kind),
        TermKind::Alert(band) => word(&band),
        _ => String::new(),
    }
}

/// What a term names; of a neighbour its name.
pub(super) fn reference(judged: &Judged, term: &Term) -> String {
    match term.kind {
        TermKind::Neighbour(id) => judged.assets.get(&id).map(|asset| asset.name.clone()).unwrap_or_default(),
        _ => term.reference.to_string(),
    }
}

fn reach(sight: &Sight<'_>, reach: &Reach) -> ReachRow {
    ReachRow {
        class: word(&reach.class),
        from: sight.zone(reach.from),
        service: reach.service.map(|service| service.to_string()),
        path: reach.path.iter().map(|passed| crossing(sight, passed)).collect(),
    }
}

fn crossing(sight: &Sight<'_>, crossing: &Crossing) -> CrossingRow {
    CrossingRow {
        from: sight.zone(crossing.from),
        to: sight.zone(crossing.to),
        state: word(&crossing.state),
        factor: crossing.factor,
        evidence: crossing.evidence.map(|time| utc_us(time.0 / 1_000)),
    }
}

fn control(applied: &Applied) -> ControlRow {
    ControlRow {
        control: word(&applied.kind),
        effect: applied.effect,
        evidence: utc_us(applied.evidence.0 / 1_000),
    }
}

impl UnknownRow {
    pub(super) fn of(sight: &Sight<'_>, unknown: &Unknown) -> Self {
        let (reference, from, to) = match unknown {
            Unknown::Version(reference) => (reference.to_string(), None, None),
            Unknown::Way(class) => (word(class), None, None),
            Unknown::Boundary { from, to } => (String::new(), sight.zone(Some(*from)), sight.zone(Some(*to))),
            _ => (String::new(), None, None),
        };
        Self { kind: word(unknown), reference, from, to }
    }
}
