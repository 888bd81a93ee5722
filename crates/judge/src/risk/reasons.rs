//! Why a risk changed: the difference of two assessments of one asset (section 8).

use super::inputs::Reference;
use super::passage::{Crossing, PassageState};
use super::reach::Reach;
use super::term::{Assessment, Basis, Term, TermKind};
use facts::id::AssetUid;
use serde::Serialize;
use std::sync::Arc;

/// The most reasons that are kept of one change.
const REASONS_MAX: usize = 20;
/// What a neighbour's part must move to be a reason.
const NEIGHBOUR_MOVED: f64 = 0.005;

/// One reason, with what it did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// Which kind.
    pub kind: ReasonKind,
    /// The weakness, alert, finding or control that it is about; empty where there is none.
    pub reference: Reference,
    /// The boundary that it is about.
    pub crossing: Option<Crossing>,
    /// The neighbour that it is about.
    #[serde(with = "crate::text::maybe_id")]
    pub neighbour: Option<AssetUid>,
    /// Change of -ln(1 - L) that it made: above 0 it raised the risk. 0 where the likelihood is not what changed.
    pub effect: f64,
}

/// Kinds of reasons: those of section 8, then what else can move a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// A weakness that was not there.
    NewVulnerability,
    /// A weakness became known as exploited.
    KnownExploited,
    /// EPSS rose.
    EpssRise,
    /// A weakness is gone: patched, or judged not to apply.
    PatchInstalled,
    /// A rule closed a way.
    RuleApplied,
    /// A way is open that a rule closed.
    RuleRemoved,
    /// A denial is no longer fresh.
    PolicyEvidenceAged,
    /// Traffic passes where rules deny it.
    ContradictingTraffic,
    /// An alert.
    NewAlert,
    /// An alert was closed.
    AlertClosed,
    /// Consequences changed.
    CriticalityChanged,
    /// A control's evidence is gone: sensor down, endpoint stale.
    ControlLost,
    /// A neighbour's risk, or the way from it, changed.
    NeighbourChanged,
    /// The asset is new.
    FirstSeen,
    /// The method is another.
    MethodVersion,
    /// A finding that was not there.
    NewFinding,
    /// A finding was closed.
    FindingClosed,
    /// A control was proven.
    ControlProven,
    /// Traffic opens a way that was only permitted or unknown.
    NewTraffic,
    /// A way was not used for 30 days, or lapsed otherwise.
    WayQuiet,
    /// What is known of a weakness changed otherwise: its score, its exploit, how sure the match is.
    ThreatChanged,
    /// An alert faded or became another.
    AlertAged,
}

/// The reasons, strongest first.
#[must_use]
pub fn reasons(before: Option<&Assessment>, after: &Assessment) -> Vec<Reason> {
    let Some(before) = before else { return vec![reason(ReasonKind::FirstSeen, "", 0.0)] };
    let mut found = Vec::new();
    if before.method != after.method {
        found.push(reason(ReasonKind::MethodVersion, &after.method, 0.0));
    }
    if before.impact.value.total_cmp(&after.impact.value).is_ne() {
        found.push(reason(ReasonKind::CriticalityChanged, "", 0.0));
    }
    for term in &after.terms {
        match find(&before.terms, term) {
            Some(known) => found.extend(changed(known, term)),
            None => found.extend(appeared(term, part(term), true)),
        }
    }
    for term in before.terms.iter().filter(|term| find(&after.terms, term).is_none()) {
        found.extend(appeared(term, -part(term), false));
    }
    merge(found)
}

fn reason(kind: ReasonKind, reference: &str, effect: f64) -> Reason {
    Reason { kind, reference: Arc::from(reference), crossing: None, neighbour: None, effect }
}

fn part(term: &Term) -> f64 {
    -(-term.value.value).ln_1p()
}

/// The same thing on another day; what decided a weakness's threat may differ, and an alert's severity.
fn find<'a>(terms: &'a [Term], of: &Term) -> Option<&'a Term> {
    let same = |a: TermKind, b: TermKind| match (a, b) {
        (TermKind::Weakness(_), TermKind::Weakness(_)) | (TermKind::Alert(_), TermKind::Alert(_)) => true,
        (a, b) => a == b,
    };
    terms.iter().find(|term| same(term.kind, of.kind) && term.reference == of.reference)
}

fn appeared(term: &Term, effect: f64, is_new: bool) -> Option<Reason> {
    let kind = match (term.kind, is_new) {
        (TermKind::Weakness(_), true) => ReasonKind::NewVulnerability,
        (TermKind::Weakness(_), false) => ReasonKind::PatchInstalled,
        (TermKind::Finding(_), true) => ReasonKind::NewFinding,
        (TermKind::Finding(_), false) => ReasonKind::FindingClosed,
        (TermKind::Alert(_), true) => ReasonKind::NewAlert,
        (TermKind::Alert(_), false) => ReasonKind::AlertClosed,
        (TermKind::Neighbour(_) | TermKind::RestOfNeighbours, _) => return neighbour(term, effect),
        (TermKind::Rest, _) => return None,
    };
    Some(reason(kind, &term.reference, effect))
}

fn neighbour(term: &Term, effect: f64) -> Option<Reason> {
    let neighbour = if let TermKind::Neighbour(asset) = term.kind { Some(asset) } else { None };
    let changed = reason(ReasonKind::NeighbourChanged, "", effect);
    (effect.abs() >= NEIGHBOUR_MOVED).then_some(Reason { neighbour, crossing: term.crossing, ..changed })
}

/// What changed of one term. Its effect goes to its factors by the logarithm of their change.
fn changed(before: &Term, after: &Term) -> Vec<Reason> {
    let effect = part(after) - part(before);
    if after.kind.is_neighbour() {
        return neighbour(after, effect).into_iter().collect();
    }
    if effect.abs() < 1e-12 || after.kind == TermKind::Rest {
        return Vec::new();
    }
    let ratio = |after: f64, before: f64| {
        if after > 0.0 && before > 0.0 { (after / before).ln() } else { 0.0 }
    };
    let threat = ratio(after.threat * after.confidence, before.threat * before.confidence);
    let (way, factor) = (ratio(after.way, before.way), ratio(after.factor, before.factor));
    let all = threat.abs() + way.abs() + factor.abs();
    let share = |moved: f64| if all > 0.0 { effect.abs() * moved / all } else { 0.0 };
    let mut reasons = Vec::new();
    if let TermKind::Alert(_) = after.kind {
        let kind = if after.factor < before.factor { ReasonKind::AlertClosed } else { ReasonKind::AlertAged };
        return vec![reason(kind, &after.reference, effect)];
    }
    if threat != 0.0 {
        reasons.push(reason(threat_kind(before, after), &after.reference, share(threat)));
    }
    if way != 0.0
        && let Some((before, after)) = before.reach.as_deref().zip(after.reach.as_deref())
    {
        let (kind, crossing) = way_kind(before, after, way > 0.0);
        reasons.push(Reason { crossing, ..reason(kind, "", share(way)) });
    }
    if factor != 0.0 {
        let kind = if factor > 0.0 { ReasonKind::ControlLost } else { ReasonKind::ControlProven };
        reasons.push(reason(kind, "", share(factor)));
    }
    reasons
}

fn threat_kind(before: &Term, after: &Term) -> ReasonKind {
    let exploited = TermKind::Weakness(Basis::Exploited);
    if after.kind == exploited && before.kind != exploited {
        ReasonKind::KnownExploited
    } else if after.kind == TermKind::Weakness(Basis::Epss) && after.threat > before.threat {
        ReasonKind::EpssRise
    } else {
        ReasonKind::ThreatChanged
    }
}

/// Why the way is another, and the boundary that shows it. Only the best ways of both days are known: when another boundary took
/// the place of one that led here, a rule is taken to have closed that.
fn way_kind(before: &Reach, after: &Reach, rose: bool) -> (ReasonKind, Option<Crossing>) {
    use PassageState::{
        Aged, Denied, DeniedAging, DeniedButSeen, Distrusted, NoFilter, Observed, Permitted, Separated,
        Unknown,
    };
    let is_new = |crossing: &&Crossing| {
        let same = |known: &Crossing| {
            (known.from, known.to, known.state) == (crossing.from, crossing.to, crossing.state)
        };
        !before.path.iter().any(same)
    };
    let now = |states: &[PassageState]| {
        after.path.iter().filter(is_new).find(|crossing| states.contains(&crossing.state)).copied()
    };
    let last = || after.path.iter().rfind(is_new).or(before.path.last()).copied();
    if !rose {
        // Quiet when the same boundary still leads here, only without traffic; else a rule closed it.
        let open =
            before.path.iter().find(|crossing| !matches!(crossing.state, Denied | DeniedAging | Separated));
        let still = |crossing: &Crossing| {
            let place = |crossing: &Crossing| (crossing.from, crossing.to);
            let left = |known: &&Crossing| place(known) == place(crossing) && known.factor < crossing.factor;
            crossing.state == Observed
                && after
                    .path
                    .iter()
                    .find(left)
                    .is_some_and(|known| matches!(known.state, Permitted | NoFilter | Unknown))
        };
        let kind = if open.is_some_and(still) { ReasonKind::WayQuiet } else { ReasonKind::RuleApplied };
        return (kind, now(&[Denied, DeniedAging, Separated]).or(open.copied()));
    }
    let kinds = [
        (ReasonKind::ContradictingTraffic, now(&[DeniedButSeen, Distrusted])),
        (ReasonKind::PolicyEvidenceAged, now(&[Aged, DeniedAging])),
        (ReasonKind::NewTraffic, now(&[Observed])),
    ];
    let found = kinds.into_iter().find(|(_, crossing)| crossing.is_some());
    found.unwrap_or_else(|| (ReasonKind::RuleRemoved, last()))
}

/// The same reason told by several terms is one.
fn merge(found: Vec<Reason>) -> Vec<Reason> {
    let mut merged: Vec<Reason> = Vec::new();
    for next in found {
        let place = |reason: &Reason| reason.crossing.map(|crossing| (crossing.from, crossing.to));
        let key =
            |reason: &Reason| (reason.kind, Arc::clone(&reason.reference), place(reason), reason.neighbour);
        match merged.iter_mut().find(|known| key(known) == key(&next)) {
            Some(known) => known.effect += next.effect,
            None => merged.push(next),
        }
    }
    merged.sort_by(|a, b| {
        let by_effect = b.effect.abs().total_cmp(&a.effect.abs());
        by_effect.then_with(|| (a.kind, &a.reference, a.neighbour).cmp(&(b.kind, &b.reference, b.neighbour)))
    });
    merged.truncate(REASONS_MAX);
    merged
}
