//! A weakness of an asset, as it goes out.

use crate::api::judged::Judged;
use facts::id::AssetUid;
use judge::intake::{Found, id_of, is_automatable, score_of};
use judge::risk::{Impact, Term, TermKind, Weakness, WeaknessState};
use judge::ssvc::{Decision, Exposure, deployer, exploitation, exposure, human_impact};
use knowledge::advisory::Advisory;
use serde::Serialize;
use utoipa::ToSchema;

/// A weakness of an asset.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct WeaknessRow {
    /// `CVE-2023-1234`, or the maker's own number.
    pub(super) id: String,
    /// Short heading; empty when the advisory has none.
    title: String,
    /// Kinds of weakness: `CWE-294`.
    cwes: Vec<String>,
    /// CVSS base score, 0 to 10; null when nobody scored it.
    pub(super) base: Option<f64>,
    /// CVSS vector; empty when nobody scored it.
    pub(super) vector: String,
    /// Whether it is known to be exploited.
    pub(super) exploited: bool,
    /// The list that says so; empty where none does.
    exploited_list: String,
    /// Until when that list wants it mended, `YYYY-MM-DD`; empty when it names no day.
    pub(super) due: String,
    /// Probability that it is exploited within 30 days, 0 to 1; null while it is not published.
    pub(super) epss: Option<f64>,
    /// `open`, `accepted`, `not-affected` or `fixed`.
    pub(super) state: &'static str,
    /// Share of the asset's likelihood that it makes, 0 to 1; null where it does not count.
    share: Option<f64>,
    /// How soon to act, by SSVC's tree for who deploys: `immediate`, `out-of-cycle`, `scheduled` or `defer`; null where it is
    /// not open.
    pub(super) decision: Option<String>,
}

/// The weaknesses that an advisory finds on an asset.
pub(super) fn rows(judged: &Judged, asset: AssetUid, found: &Found, advisory: &Advisory) -> Vec<WeaknessRow> {
    let known = judged.plant.asset(asset);
    let assessment = judged.assessment(asset);
    let row = |place: &u32| {
        let told = advisory.vulnerabilities.get(usize::try_from(*place).ok()?)?;
        let id = id_of(advisory, *place)?;
        let weakness = known?.weaknesses.iter().find(|weakness| *weakness.id == *id)?;
        let score = score_of(told, found.product);
        let listed = judged.library.exploited.get(&told.cve);
        let is_this = |term: &&Term| matches!(term.kind, TermKind::Weakness(_)) && *term.reference == *id;
        let term = assessment.and_then(|assessment| assessment.terms.iter().find(is_this));
        let is_open = matches!(weakness.state, WeaknessState::Open | WeaknessState::Accepted(_));
        Some(WeaknessRow {
            title: told.title.clone(),
            cwes: told.cwes.clone(),
            base: score.map(|(_, base)| base),
            vector: score.map(|(vector, _)| vector.to_owned()).unwrap_or_default(),
            exploited: weakness.exploited,
            exploited_list: listed.map(|entry| entry.list.clone()).unwrap_or_default(),
            due: listed.map(|entry| entry.due.clone()).unwrap_or_default(),
            epss: weakness.epss,
            state: state(weakness.state),
            share: term.map(|term| term.share),
            decision: assessment
                .filter(|_| is_open)
                .map(|assessment| decision(judged, weakness, term, &assessment.impact)),
            id,
        })
    };
    found.weaknesses.iter().filter_map(row).collect()
}

pub(super) fn state(state: WeaknessState) -> &'static str {
    match state {
        WeaknessState::Open => "open",
        WeaknessState::Accepted(_) => "accepted",
        WeaknessState::NotAffected => "not-affected",
        WeaknessState::Fixed => "fixed",
    }
}

/// The deployer tree. Without a known way it counts as open to all: missing data is never good news.
fn decision(judged: &Judged, weakness: &Weakness, term: Option<&Term>, impact: &Impact) -> String {
    let exposed = term
        .and_then(|term| term.reach.as_deref())
        .map_or(Exposure::Open, |reach| exposure(reach.x, reach.open));
    let is_automatable = is_automatable(&judged.library, weakness);
    let decision = deployer(exploitation(weakness), exposed, is_automatable, human_impact(impact));
    decision_word(decision).to_owned()
}

/// A decision as the interface writes it.
pub(in crate::api) const fn decision_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Immediate => "immediate",
        Decision::OutOfCycle => "out-of-cycle",
        Decision::Scheduled => "scheduled",
        Decision::Defer => "defer",
    }
}

/// The most urgent of decisions as they are written.
pub(super) fn most_urgent<'a>(decisions: impl Iterator<Item = &'a String>) -> Option<String> {
    let order = ["immediate", "out-of-cycle", "scheduled", "defer"];
    let place = |text: &&String| order.iter().position(|known| known == text).unwrap_or(order.len());
    decisions.min_by_key(place).cloned()
}
