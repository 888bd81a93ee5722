//! Tiles, matrix, groups and posture.

use super::sight::{Part, Wanted, day_text, word};
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::problem::Answer;
use crate::api::state::Api;
use crate::time::utc_us;
use axum::Json;
use axum::extract::{Extension, Query, State};
use facts::id::AssetUid;
use judge::risk::{
    Band, Cell, Group, Posture, PostureInputs, Snapshot, Spread, Tiles, cells, groups, posture, tiles,
};
use knowledge::advisory::Library;
use serde::Serialize;
use utoipa::ToSchema;
use wire::Time;

/// The risk of a part of the plant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RiskSummary {
    /// When it was computed, UTC; null before the first time.
    time: Option<String>,
    /// The day in the plant's time.
    day: String,
    /// Version of the method.
    method: String,
    /// The highest band that the owner lives with.
    tolerable: String,
    /// The five tiles.
    tiles: RiskTiles,
    /// The day of 7 days before with which tiles and cells are compared; null while nothing was kept then.
    compared_with: Option<String>,
    /// Whether that day was computed again by today's method and consequences: what moved then is no change of the plant.
    is_rebaseline: bool,
    /// The 25 cells, rows from the lowest likelihood. Their counts add up to the devices of the tiles.
    cells: Vec<RiskCell>,
    /// Lines, worst first.
    lines: Vec<RiskGroup>,
    /// Zones, worst first.
    zones: Vec<RiskGroup>,
    /// Logical systems, worst first.
    systems: Vec<RiskGroup>,
    /// All of it as one group; null without devices.
    all: Option<RiskGroup>,
    /// One number for the whole; null without devices.
    posture: Option<RiskPosture>,
    /// How much of it stands on assumptions.
    unknown: RiskUnknown,
    /// What is known of weaknesses, and how old that is.
    knowledge: KnowledgeAge,
    /// How many devices of the part lie outside the asker's lines and zones.
    hidden: u64,
}

/// The five tiles. What is compared with 7 days before is null while that day is not known.
#[derive(Debug, Serialize, ToSchema)]
struct RiskTiles {
    /// Devices in the system: active on the day.
    devices: u32,
    /// Devices at high risk or above.
    high: u32,
    /// Became high or above in the past week, new ones included.
    became_high: Option<u32>,
    /// Those of them that are new.
    became_high_new: Option<u32>,
    /// Risk increased in the past week.
    increased: Option<u32>,
    /// Risk decreased in the past week.
    decreased: Option<u32>,
}

/// A cell of the matrix.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RiskCell {
    /// Level of likelihood, 1 to 5.
    likelihood: u8,
    /// Level of impact, 1 to 5.
    impact: u8,
    /// `low`, `medium`, `high` or `critical`.
    band: String,
    /// Devices in it.
    count: u32,
    /// Those of them whose risk is beyond the tolerable one only by what the owner lives with.
    hatched: u32,
    /// Those of them whose band would be another if what is unknown were known: good or bad.
    ranged: u32,
    /// Devices more or fewer than 7 days before; null while that day is not known.
    moved: Option<i64>,
}

/// A part of the plant in numbers.
#[derive(Debug, Serialize, ToSchema)]
struct RiskGroup {
    /// Id of the line, zone or logical system; null for all of it.
    id: Option<String>,
    /// Devices.
    devices: u32,
    /// Of them low, medium, high, critical.
    by_band: [u32; 4],
    /// Share of devices at high or above, 0 to 1.
    high_share: f64,
    /// Sum of the scores of devices at high or above.
    burden: f64,
    /// 95th percentile of the score.
    score_p95: f64,
    /// Id of the worst device.
    worst: String,
    /// Its name.
    worst_name: String,
}

/// One number for people who want one.
#[derive(Debug, Serialize, ToSchema)]
struct RiskPosture {
    /// 0 to 100, higher is better.
    value: f64,
    /// `secure` from 90 on, `needs-improvement` from 70 on, `vulnerable`.
    grade: &'static str,
    /// Points taken off for devices at critical risk.
    critical: f64,
    /// For devices at high risk.
    high: f64,
    /// For what is not monitored.
    monitoring: f64,
    /// For what is not identified.
    identification: f64,
    /// For known-exploited weaknesses beyond their date.
    overdue: f64,
}

/// How much stands on assumptions.
#[derive(Debug, Serialize, ToSchema)]
struct RiskUnknown {
    /// Devices with consequences that nobody decided: assumed from what they are.
    consequences: u64,
    /// Devices of which it is not known what they are: no weakness can be known.
    identity: u64,
    /// Devices without a zone.
    zone: u64,
    /// Devices whose band would be another if what is unknown were known.
    ranged: u64,
}

/// What is known of weaknesses, and how old that is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnowledgeAge {
    /// When the bundle was made, RFC 3339; empty for what the program itself brings.
    created: String,
    /// Its number in its line.
    serial: u64,
    /// Who signed it; empty for what the program itself brings.
    signed_by: String,
    /// Advisories in it.
    advisories: u64,
}

impl KnowledgeAge {
    pub(crate) fn of(library: &Library) -> Self {
        Self {
            created: library.about.created.clone(),
            serial: library.about.serial,
            signed_by: library.about.signed_by.clone(),
            advisories: u64::try_from(library.index.advisories().len()).unwrap_or(u64::MAX),
        }
    }
}

/// The risk of the plant or of a part of it: five tiles, matrix, groups, posture.
#[utoipa::path(get, path = "/risk", tag = "risk", params(Part),
    responses((status = 200, description = "Risk", body = RiskSummary)))]
pub(super) async fn show_risk(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(part): Query<Part>,
) -> Answer<Json<RiskSummary>> {
    let judged = api.judged();
    let wanted = Wanted::read(&part, &caller)?;
    Ok(Json(summary(&judged, &wanted)))
}

fn summary(judged: &Judged, wanted: &Wanted) -> RiskSummary {
    let counts = |snapshot: &Snapshot| wanted.counts(snapshot);
    let now = Time(judged.time_us.saturating_mul(1_000));
    let is_known = judged.week_ago_day.is_some();
    let seen: Vec<Snapshot> =
        judged.today.iter().filter(|row| row.active && wanted.counts(row)).cloned().collect();
    let hidden = judged
        .today
        .iter()
        .filter(|row| row.active && wanted.fits(row) && !wanted.shows(row.line, row.zone))
        .count();
    let unknown = |what| whole(seen.iter().filter(|row| is_unknown(judged, row, what)).count());
    let group = |group: &Group<String>| group_row(judged, group, Some(group.key.clone()));
    let all = groups(&seen, |_| Some(0_u8));
    RiskSummary {
        time: (judged.time_us > 0).then(|| utc_us(judged.time_us)),
        day: day_text(judged.day),
        method: judged.method.version.to_string(),
        tolerable: word(&judged.method.tolerable),
        tiles: tiles_row(tiles(&judged.today, &judged.week_ago, now, counts), is_known),
        compared_with: judged.week_ago_day.map(day_text),
        is_rebaseline: judged.is_rebaseline,
        cells: cell_rows(&cells(&judged.today, &judged.week_ago, &judged.method, counts), is_known, |cell| {
            ranged_in(judged, &seen, cell)
        }),
        lines: by(&seen, |row| row.line.map(|id| id.to_string())).iter().map(group).collect(),
        zones: by(&seen, |row| row.zone.map(|id| id.to_string())).iter().map(group).collect(),
        systems: by(&seen, |row| row.system.map(|id| id.to_string())).iter().map(group).collect(),
        all: all.first().map(|all| group_row(judged, all, None)),
        posture: posture_of(judged, &seen).map(|posture| posture_row(&posture)),
        unknown: RiskUnknown {
            consequences: unknown("consequences"),
            identity: unknown("identity"),
            zone: unknown("zone"),
            ranged: unknown("ranged"),
        },
        knowledge: KnowledgeAge::of(&judged.library),
        hidden: whole(hidden),
    }
}

/// What may be unknown of an asset: what the summary counts and the list shows.
pub(super) const UNKNOWN: [&str; 4] = ["consequences", "identity", "zone", "ranged"];

/// Whether one of [`UNKNOWN`] is unknown of an asset.
pub(super) fn is_unknown(judged: &Judged, row: &Snapshot, what: &str) -> bool {
    let assessment = judged.assessment(row.asset);
    match what {
        "consequences" => !row.decided,
        "identity" => assessment.is_some_and(|one| one.unknowns.iter().any(|unknown| word(unknown) == what)),
        "zone" => row.zone.is_none(),
        _ => assessment.is_some_and(|one| one.band_low != one.band_high),
    }
}

fn ranged_in(judged: &Judged, seen: &[Snapshot], cell: &Cell) -> u32 {
    let here = |row: &&Snapshot| row.likelihood_level == cell.likelihood && row.impact_level == cell.impact;
    let ranged = seen.iter().filter(here).filter(|row| is_unknown(judged, row, "ranged"));
    u32::try_from(ranged.count()).unwrap_or(u32::MAX)
}

fn tiles_row(tiles: Tiles, is_known: bool) -> RiskTiles {
    RiskTiles {
        devices: tiles.devices,
        high: tiles.high,
        became_high: tiles.became_high.filter(|_| is_known),
        became_high_new: tiles.became_high_new,
        increased: tiles.increased.filter(|_| is_known),
        decreased: tiles.decreased.filter(|_| is_known),
    }
}

/// Cells as they go out.
pub(super) fn cell_rows(cells: &[Cell], is_known: bool, ranged: impl Fn(&Cell) -> u32) -> Vec<RiskCell> {
    let row = |cell: &Cell| RiskCell {
        likelihood: cell.likelihood.number(),
        impact: cell.impact.number(),
        band: word(&cell.band),
        count: cell.count,
        hatched: cell.hatched,
        ranged: ranged(cell),
        moved: cell.moved().filter(|_| is_known),
    };
    cells.iter().map(row).collect()
}

/// Groups by the text of an id, worst first. Groups themselves are of what can be copied: places in the list of texts.
fn by(seen: &[Snapshot], key: impl Fn(&Snapshot) -> Option<String>) -> Vec<Group<String>> {
    let mut keys: Vec<String> = seen.iter().filter_map(&key).collect();
    keys.sort_unstable();
    keys.dedup();
    let place = |row: &Snapshot| keys.binary_search(&key(row)?).ok();
    let named = |group: Group<usize>| {
        let Group { key, devices, by_band, worst, score_p95, burden, high_share } = group;
        let key = keys.get(key)?.clone();
        Some(Group { key, devices, by_band, worst, score_p95, burden, high_share })
    };
    groups(seen, place).into_iter().filter_map(named).collect()
}

fn group_row<K>(judged: &Judged, group: &Group<K>, id: Option<String>) -> RiskGroup {
    RiskGroup {
        id,
        devices: group.devices,
        by_band: group.by_band,
        high_share: group.high_share,
        burden: group.burden,
        score_p95: group.score_p95,
        worst: group.worst.to_string(),
        worst_name: judged.assets.get(&group.worst).map(|asset| asset.name.clone()).unwrap_or_default(),
    }
}

fn posture_of(judged: &Judged, seen: &[Snapshot]) -> Option<Posture> {
    let of = |row: &Snapshot| judged.plant.asset(row.asset);
    let devices = seen.len().max(1);
    let monitored = seen.iter().filter_map(of).filter(|asset| !asset.controls.is_empty()).count();
    let known = |row: &&Snapshot| {
        judged.assets.get(&row.asset).is_some_and(|asset| {
            !asset.vendor.is_empty() && !asset.model.is_empty() && !asset.firmware.is_empty()
        })
    };
    let identified = seen.iter().filter(known).count();
    let today = day_text(judged.day);
    let is_overdue = |row: &&Snapshot| {
        let weaknesses = of(row).map(|asset| asset.weaknesses.as_slice()).unwrap_or_default();
        let open = weaknesses.iter().filter(|weakness| weakness.state == judge::risk::WeaknessState::Open);
        open.filter_map(|weakness| judged.library.exploited.get(&*weakness.id))
            .any(|entry| !entry.due.is_empty() && entry.due < today)
    };
    let overdue: Vec<AssetUid> = seen.iter().filter(is_overdue).map(|row| row.asset).collect();
    posture(
        seen,
        PostureInputs {
            monitoring_coverage: share(monitored, devices),
            identification_depth: share(identified, devices),
            overdue: &overdue,
        },
    )
}

fn posture_row(posture: &Posture) -> RiskPosture {
    let [critical, high, monitoring, identification, overdue] = posture.deductions;
    RiskPosture {
        value: posture.value,
        grade: match posture.grade {
            judge::risk::PostureGrade::Secure => "secure",
            judge::risk::PostureGrade::NeedsImprovement => "needs-improvement",
            judge::risk::PostureGrade::Vulnerable => "vulnerable",
        },
        critical,
        high,
        monitoring,
        identification,
        overdue,
    }
}

/// A value with its range as it goes out.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct RiskRange {
    /// When everything unknown turns out well.
    low: f64,
    /// As assumed; the number that counts.
    value: f64,
    /// When everything unknown turns out badly.
    high: f64,
}

impl RiskRange {
    pub(crate) fn of(spread: Spread) -> Self {
        Self { low: spread.low, value: spread.value, high: spread.high }
    }
}

/// A band as it goes out.
pub(super) fn band(band: Band) -> String {
    word(&band)
}

pub(super) fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn share(part: usize, of: usize) -> f64 {
    let exact = |count: usize| u32::try_from(count).map_or(f64::from(u32::MAX), f64::from);
    exact(part) / exact(of)
}
