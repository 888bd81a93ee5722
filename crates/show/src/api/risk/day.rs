//! Past days: which were kept, and the matrix of one.

use super::sight::{Part, Wanted, day_number, day_text};
use super::summary::{RiskCell, cell_rows, whole};
use crate::api::caller::Caller;
use crate::api::page::Page;
use crate::api::problem::{Answer, not_found};
use crate::api::state::Api;
use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use judge::risk::{Snapshot, cells};
use serde::Serialize;
use store::risk::snapshot;
use utoipa::ToSchema;

/// A day that was kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RiskDay {
    /// The day, `YYYY-MM-DD`.
    day: String,
    /// Version of the method.
    method: String,
}

/// The matrix of a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RiskOfDay {
    /// The day, `YYYY-MM-DD`.
    day: String,
    /// Version of the method of that day; its bands are those of today's matrix.
    method: String,
    /// Devices that were active.
    devices: u64,
    /// Those at high risk or above.
    high: u64,
    /// The 25 cells, rows from the lowest likelihood.
    cells: Vec<RiskCell>,
    /// How many devices lie outside the asker's lines and zones.
    hidden: u64,
}

/// The days of which snapshots are kept, oldest first.
#[utoipa::path(get, path = "/risk/days", tag = "risk",
    responses((status = 200, description = "Days", body = Page<RiskDay>)))]
pub(super) async fn list_risk_days(State(api): State<Api>) -> Answer<Json<Page<RiskDay>>> {
    let days = snapshot::days(api.store()).await?;
    let row = |day: &snapshot::Day| RiskDay { day: day_text(day.day), method: day.method.clone() };
    Ok(Json(Page::whole(days.iter().map(row).collect(), 0)))
}

/// The matrix of a past day.
#[utoipa::path(get, path = "/risk/days/{day}", tag = "risk",
    params(("day" = String, Path, description = "The day, `YYYY-MM-DD`"), Part),
    responses((status = 200, description = "Its matrix", body = RiskOfDay)))]
pub(super) async fn show_risk_day(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(text): Path<String>,
    Query(part): Query<Part>,
) -> Answer<Json<RiskOfDay>> {
    let wanted = Wanted::read(&part, &caller)?;
    let number = day_number(&text).ok_or_else(|| not_found("day", &text))?;
    let kept = snapshot::day_until(api.store(), number).await?.filter(|kept| kept.day == number);
    let kept = kept.ok_or_else(|| not_found("snapshot of the day", &text))?;
    let rows = snapshot::of_day(api.store(), number).await?;
    let all = rows.iter().filter_map(|row| serde_json::from_str(&row.document.0).ok());
    let all: Vec<Snapshot> = all.filter(|row: &Snapshot| row.active && wanted.fits(row)).collect();
    let seen: Vec<Snapshot> = all.iter().filter(|row| wanted.shows(row.line, row.zone)).cloned().collect();
    let judged = api.judged();
    Ok(Json(RiskOfDay {
        day: text,
        method: kept.method,
        devices: whole(seen.len()),
        high: whole(seen.iter().filter(|row| row.band.is_high()).count()),
        cells: cell_rows(&cells(&seen, &[], &judged.method, |_| true), false, |_| 0),
        hidden: whole(all.len() - seen.len()),
    }))
}
