//! The risk of one asset with everything it comes from.

use super::action::{ActionRow, is_told};
use super::assets::{RiskAsset, row_of};
use super::sight::{Sight, day_text, word};
use super::summary::{RiskRange, whole};
use super::term::{TermRow, UnknownRow};
use crate::api::calendars::Stops;
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::patches::StopWindow;
use crate::api::place;
use crate::api::problem::{Answer, internal, not_found};
use crate::api::state::Api;
use crate::time::utc_us;
use authz::{Permission, Visible};
use axum::Json;
use axum::extract::{Extension, Path, State};
use facts::id::{AssetUid, LineId};
use judge::risk::{Impact, Ranked, Snapshot, lowers_this, paths};
use serde::Serialize;
use std::sync::Arc;
use store::risk::snapshot::{self, SnapshotRow};
use utoipa::ToSchema;
use wire::Time;

/// Days of the series.
const SERIES_DAYS: i64 = 762;

/// The risk of an asset.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssetRisk {
    /// When it was computed, UTC.
    time: String,
    /// Version of the method.
    method: String,
    /// The asset with its place in the matrix.
    asset: RiskAsset,
    /// Likelihood within 30 days as an index, 0 to 1: 1 − product of (1 − term).
    likelihood: RiskRange,
    /// The same without neighbours.
    own: RiskRange,
    /// How bad its loss would be.
    impact: ImpactRow,
    /// Its factors, largest first.
    terms: Vec<TermRow>,
    /// How many small factors stand together in one term.
    left_out: u32,
    /// What is not known.
    unknowns: Vec<UnknownRow>,
    /// What would lower it, the best first of each class of cost.
    lowers: Vec<ActionRow>,
    /// How many further actions concern assets or zones that the asker may not see.
    lowers_hidden: u64,
    /// The most probable paths to it, when it is critical.
    paths: Vec<PathRow>,
    /// From day to day, oldest first; a row stands until the next.
    series: Vec<SeriesRow>,
}

/// How bad the loss of an asset would be.
#[derive(Debug, Serialize, ToSchema)]
struct ImpactRow {
    /// 0 to 1.
    value: f64,
    /// Which consequence decides.
    decisive: String,
    /// The five consequences: people's safety, environment, production, quality and finance, data.
    values: Vec<ConsequenceRow>,
    /// Whether a tested standby took its share off.
    standby: bool,
    /// Id of the critical asset to which this is the only path, when that raised production.
    raised_for: Option<String>,
}

/// A consequence.
#[derive(Debug, Serialize, ToSchema)]
struct ConsequenceRow {
    /// `safety`, `environment`, `production`, `finance` or `data`.
    consequence: &'static str,
    /// 0 to 5.
    value: u8,
    /// `asset`, `zone`, `process`, `assumed` or `only-path`.
    origin: String,
}

/// A path that an attacker may take.
#[derive(Debug, Serialize, ToSchema)]
struct PathRow {
    /// The product of its steps, 0 to 1.
    probability: f64,
    /// Where it begins: `internet`, `third-party`, `enterprise`, `dmz`, `ot`, `same-zone` or `physical`.
    start: String,
    /// Id of the zone where it begins.
    zone: Option<String>,
    /// Its steps.
    hops: Vec<HopRow>,
}

/// A step of a path.
#[derive(Debug, Serialize, ToSchema)]
struct HopRow {
    /// Id of the asset that is taken; null for one that the asker may not see.
    asset: Option<String>,
    /// Its name.
    name: String,
    /// How likely the step is.
    probability: f64,
    /// By what: `weakness` or `finding`.
    by: String,
    /// Which.
    reference: String,
    /// Techniques of ATT&CK for ICS.
    techniques: Vec<&'static str>,
}

/// The risk of an asset from a day on.
#[derive(Debug, Serialize, ToSchema)]
struct SeriesRow {
    /// The day, `YYYY-MM-DD`.
    day: String,
    /// Version of the method.
    method: String,
    /// Whether it was active.
    active: bool,
    /// `low`, `medium`, `high` or `critical`.
    band: String,
    /// Score, 0 to 100.
    score: RiskRange,
    /// Likelihood, 0 to 1.
    likelihood: f64,
    /// Impact, 0 to 1.
    impact: f64,
    /// Why it is another than before, strongest first.
    reasons: Vec<String>,
}

/// The risk of an asset: its factors with evidence and way, what is unknown, what would lower it, and its history.
#[utoipa::path(get, path = "/assets/{id}/risk", tag = "risk",
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 200, description = "Its risk", body = AssetRisk)))]
pub(super) async fn show_asset_risk(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<AssetRisk>> {
    let asset = place::asset(&caller, Permission::ViewRisk, api.store(), &id).await?;
    let judged = api.judged();
    let since = judged.day.saturating_sub(SERIES_DAYS);
    let rows = snapshot::of_asset(api.store(), asset.id, since).await?;
    let (visible, stops) = (caller.visible(Permission::ViewRisk), Stops::read(&api).await?);
    let work = move || {
        let mut risk = risk_of(&judged, &visible, asset.id, &rows)?;
        risk.plan(&stops, asset.line, caller.now_us);
        Some(risk)
    };
    let risk =
        tokio::task::spawn_blocking(work).await.map_err(|error| internal("compute its risk", error))?;
    risk.map(Json).ok_or_else(|| not_found("risk of the asset", id))
}

impl AssetRisk {
    /// Says when the line of the asset stops next, where something has to stop.
    fn plan(&mut self, stops: &Stops, line: Option<LineId>, now_us: i64) {
        let mut stopping = self.lowers.iter_mut().filter(|action| action.needs_stop).peekable();
        if stopping.peek().is_none() || line.is_none() {
            return;
        }
        let window = StopWindow::next(stops, line, now_us);
        stopping.for_each(|action| action.window.clone_from(&window));
    }
}

fn risk_of(judged: &Arc<Judged>, visible: &Visible, id: AssetUid, rows: &[SnapshotRow]) -> Option<AssetRisk> {
    let assessment = judged.assessment(id)?;
    let now = Time(judged.time_us.saturating_mul(1_000));
    let sight = Sight::new(judged, visible);
    let lowers = lowers_this(&judged.plant, &judged.assessments, id, now, &judged.method);
    let told: Vec<_> = lowers.iter().filter(|effect| is_told(&sight, &effect.action)).collect();
    Some(AssetRisk {
        time: utc_us(judged.time_us),
        method: assessment.method.to_string(),
        asset: row_of(judged, judged.snapshot(id)?)?,
        likelihood: RiskRange::of(assessment.likelihood),
        own: RiskRange::of(assessment.own),
        impact: impact(&sight, &assessment.impact),
        terms: assessment.terms.iter().map(|term| TermRow::of(&sight, term)).collect(),
        left_out: assessment.left_out,
        unknowns: assessment.unknowns.iter().map(|unknown| UnknownRow::of(&sight, unknown)).collect(),
        lowers_hidden: whole(lowers.len() - told.len()),
        lowers: told.iter().map(|effect| ActionRow::of(judged, effect, true)).collect(),
        paths: paths_to(&sight, id, now),
        series: rows.iter().filter_map(series).collect(),
    })
}

fn impact(sight: &Sight<'_>, impact: &Impact) -> ImpactRow {
    let names = ["safety", "environment", "production", "finance", "data"];
    let values = names.into_iter().zip(impact.values.iter().zip(&impact.origins));
    ImpactRow {
        value: impact.value,
        decisive: word(&impact.decisive),
        values: values
            .map(|(consequence, (value, origin))| ConsequenceRow {
                consequence,
                value: *value,
                origin: word(origin),
            })
            .collect(),
        standby: impact.standby,
        raised_for: impact.raised_for.filter(|id| sight.asset(*id).is_some()).map(|id| id.to_string()),
    }
}

/// Paths are searched for this asset alone: those of all critical assets take longer than a request should.
fn paths_to(sight: &Sight<'_>, id: AssetUid, now: Time) -> Vec<PathRow> {
    let judged = sight.judged();
    let Some(own) = judged.assessment(id) else { return Vec::new() };
    if own.impact.value < judge::risk::CRITICAL_IMPACT {
        return Vec::new();
    }
    let all = paths(&judged.plant, core::slice::from_ref(own), now, &judged.method);
    all.paths.iter().filter(|path| path.target == id).map(|path| path_row(sight, path)).collect()
}

fn path_row(sight: &Sight<'_>, path: &Ranked) -> PathRow {
    let hops = path.hops.iter().map(|hop| {
        let asset = sight.asset(hop.asset);
        HopRow {
            asset: asset.map(|_| hop.asset.to_string()),
            name: asset.map(|asset| asset.name.clone()).unwrap_or_default(),
            probability: hop.probability,
            by: word(&hop.by),
            reference: hop.reference.to_string(),
            techniques: hop.techniques.to_vec(),
        }
    });
    PathRow {
        probability: path.probability,
        start: word(&path.start.class),
        zone: sight.zone(path.start.zone),
        hops: hops.collect(),
    }
}

fn series(row: &SnapshotRow) -> Option<SeriesRow> {
    let kept: Snapshot = serde_json::from_str(&row.document.0).ok()?;
    let reasons: Vec<serde_json::Value> = serde_json::from_str(&row.reasons.0).unwrap_or_default();
    let kind = |reason: &serde_json::Value| Some(reason.get("kind")?.as_str()?.replace('_', "-"));
    Some(SeriesRow {
        day: day_text(row.day),
        method: kept.method.to_string(),
        active: kept.active,
        band: word(&kept.band),
        score: RiskRange::of(kept.score),
        likelihood: kept.likelihood,
        impact: kept.impact,
        reasons: reasons.iter().filter_map(kind).collect(),
    })
}
