//! Assets by risk: the list below the matrix.

use super::sight::{Part, Wanted, word};
use super::summary::{RiskRange, UNKNOWN, band, is_unknown, whole};
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::page::{self, Page};
use crate::api::problem::{Answer, invalid};
use crate::api::state::Api;
use axum::Json;
use axum::extract::{Extension, Query, State};
use core::cmp::Reverse;
use judge::risk::{Change, Snapshot, WeaknessState, change};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How the risk of an asset may have changed.
const CHANGES: [&str; 3] = ["became-high", "increased", "decreased"];

/// Which assets.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(in crate::api) struct RiskFilter {
    /// Id of a line.
    line: Option<String>,
    /// Id of a zone.
    zone: Option<String>,
    /// Id of a logical system.
    system: Option<String>,
    /// Level of likelihood, 1 to 5.
    #[param(minimum = 1, maximum = 5)]
    likelihood: Option<u8>,
    /// Level of impact, 1 to 5.
    #[param(minimum = 1, maximum = 5)]
    impact: Option<u8>,
    /// `low`, `medium`, `high` or `critical`; several by commas.
    band: Option<String>,
    /// `became-high`, `increased` or `decreased` within 7 days.
    change: Option<String>,
    /// What is not known of them: `consequences`, `identity`, `zone`, or `ranged` for a band that hangs on what is not known.
    unknown: Option<String>,
    /// Rows at most, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// An asset with its risk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RiskAsset {
    /// Its id.
    asset: String,
    /// Its name, or its address.
    name: String,
    /// What it is.
    kind: String,
    /// Product, or order number where that is all that is known.
    model: String,
    /// Firmware version.
    firmware: String,
    /// Id of its line.
    line: Option<String>,
    /// Id of its zone.
    zone: Option<String>,
    /// Id of its logical system.
    system: Option<String>,
    /// Level of likelihood, 1 to 5.
    likelihood: u8,
    /// Level of impact, 1 to 5.
    impact: u8,
    /// `low`, `medium`, `high` or `critical`.
    band: String,
    /// The band if everything unknown turned out well.
    band_low: String,
    /// The band if everything unknown turned out badly.
    band_high: String,
    /// Score, 0 to 100.
    score: RiskRange,
    /// Whether it is beyond the tolerable risk only by what the owner lives with.
    hatched: bool,
    /// Whether people decided all its consequences.
    decided: bool,
    /// The band 7 days before; null when it is not known.
    band_before: Option<String>,
    /// Change of the score within 7 days; null when it is not known.
    moved: Option<f64>,
    /// Why it is another than yesterday, strongest first.
    reasons: Vec<String>,
    /// Weaknesses that are open.
    weaknesses: u64,
    /// Those of them that are known to be exploited.
    exploited: u64,
    /// What weighs most: the kind of the largest term and what it names.
    main_term: Option<MainTerm>,
}

/// What weighs most.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MainTerm {
    /// `weakness`, `finding`, `alert`, `neighbour`, `rest`, `rest-of-neighbours`.
    kind: String,
    /// Which finding, or what decided the threat of a weakness; empty otherwise.
    basis: String,
    /// The weakness, the finding, the name of the neighbour.
    reference: String,
    /// Its share of the likelihood, 0 to 1.
    share: f64,
}

/// Assets of a part of the plant or of a cell of the matrix, worst first: by band, then by score.
#[utoipa::path(get, path = "/risk/assets", tag = "risk", params(RiskFilter),
    responses((status = 200, description = "Assets", body = Page<RiskAsset>)))]
pub(super) async fn list_risk_assets(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<RiskFilter>,
) -> Answer<Json<Page<RiskAsset>>> {
    let judged = api.judged();
    let wanted = filter.wanted(&caller)?;
    let (seen, unseen) =
        filter.every(&judged, |row| wanted.fits(row), |row| wanted.shows(row.line, row.zone));
    let limit = usize::try_from(page::limit(filter.limit)?).unwrap_or(usize::MAX);
    let begin: usize = match &filter.cursor {
        Some(cursor) => cursor.parse().map_err(|_| invalid("cursor", "is none that this list gave"))?,
        None => 0,
    };
    let items: Vec<RiskAsset> =
        seen.iter().skip(begin).take(limit).filter_map(|row| row_of(&judged, row)).collect();
    let end = begin.saturating_add(limit);
    let next = (end < seen.len()).then(|| end.to_string());
    Ok(Json(Page { items, next, hidden: whole(unseen.len()) }))
}

impl RiskFilter {
    /// The part of the plant asked for, when every word of the filter is one.
    pub(super) fn wanted(&self, caller: &Caller) -> Answer<Wanted> {
        let part = Part { line: self.line.clone(), zone: self.zone.clone(), system: self.system.clone() };
        let wanted = Wanted::read(&part, caller)?;
        for (field, level) in [("likelihood", self.likelihood), ("impact", self.impact)] {
            if level.is_some_and(|level| !(1..=5).contains(&level)) {
                return Err(invalid(field, "is not between 1 and 5"));
            }
        }
        for (field, given, words) in
            [("change", &self.change, &CHANGES[..]), ("unknown", &self.unknown, &UNKNOWN)]
        {
            if given.as_deref().is_some_and(|given| !words.contains(&given)) {
                return Err(invalid(field, format!("is none of {}", words.join(", "))));
            }
        }
        Ok(wanted)
    }

    /// The assets that fit and may be seen, worst first, and those that fit and may not.
    pub(super) fn every<'j>(
        &self,
        judged: &'j Judged,
        is_wanted: impl Fn(&Snapshot) -> bool,
        is_shown: impl Fn(&Snapshot) -> bool,
    ) -> (Vec<&'j Snapshot>, Vec<&'j Snapshot>) {
        let all = judged.today.iter().filter(|row| row.active && is_wanted(row) && fits(judged, self, row));
        let (mut seen, unseen): (Vec<_>, Vec<_>) = all.partition(|row| is_shown(row));
        seen.sort_by(|one, other| {
            let key = |row: &Snapshot| (Reverse(row.band), row.asset);
            let by_score = other.score.value.total_cmp(&one.score.value);
            key(one).0.cmp(&key(other).0).then(by_score).then(one.asset.cmp(&other.asset))
        });
        (seen, unseen)
    }
}

fn fits(judged: &Judged, filter: &RiskFilter, row: &Snapshot) -> bool {
    let before = judged.before(row.asset).filter(|before| before.active);
    let is_changed = match filter.change.as_deref() {
        None => true,
        Some("became-high") => {
            let is_new = before.is_none() && row.first_seen.0 / 1_000 >= judged.time_us - 7 * 86_400_000_000;
            row.band.is_high() && (is_new || before.is_some_and(|before| !before.band.is_high()))
        }
        Some("increased") => before.is_some_and(|before| change(before, row) == Change::Increased),
        _ => before.is_some_and(|before| change(before, row) == Change::Decreased),
    };
    filter.likelihood.is_none_or(|level| row.likelihood_level.number() == level)
        && filter.impact.is_none_or(|level| row.impact_level.number() == level)
        && filter.band.as_ref().is_none_or(|bands| bands.split(',').any(|wanted| wanted == band(row.band)))
        && filter.unknown.as_ref().is_none_or(|what| is_unknown(judged, row, what))
        && is_changed
}

pub(super) fn row_of(judged: &Judged, row: &Snapshot) -> Option<RiskAsset> {
    let assessment = judged.assessment(row.asset)?;
    let about = judged.assets.get(&row.asset).cloned().unwrap_or_default();
    let asset = judged.plant.asset(row.asset)?;
    let before = judged.before(row.asset).filter(|before| before.active);
    let is_open = |state| matches!(state, WeaknessState::Open | WeaknessState::Accepted(_));
    let mut open: Vec<_> = asset.weaknesses.iter().filter(|weakness| is_open(weakness.state)).collect();
    open.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    open.dedup_by(|one, other| one.id == other.id);
    let reasons = judged.reasons.get(&row.asset).map_or(&[][..], |reasons| reasons);
    let main_term = assessment.terms.first().map(|term| MainTerm {
        kind: word(&term.kind),
        basis: super::term::basis(term),
        reference: super::term::reference(judged, term),
        share: term.share,
    });
    Some(RiskAsset {
        asset: row.asset.to_string(),
        name: about.name,
        kind: about.kind,
        model: if about.model.is_empty() { about.order_number } else { about.model },
        firmware: about.firmware,
        line: row.line.map(|id| id.to_string()),
        zone: row.zone.map(|id| id.to_string()),
        system: row.system.map(|id| id.to_string()),
        likelihood: row.likelihood_level.number(),
        impact: row.impact_level.number(),
        band: band(row.band),
        band_low: band(assessment.band_low),
        band_high: band(assessment.band_high),
        score: RiskRange::of(row.score),
        hatched: row.hatched,
        decided: row.decided,
        band_before: before.map(|before| band(before.band)),
        moved: before.map(|before| row.score.value - before.score.value),
        reasons: reasons.iter().map(|reason| word(&reason.kind)).collect(),
        weaknesses: whole(open.len()),
        exploited: whole(open.iter().filter(|weakness| weakness.exploited).count()),
        main_term,
    })
}
