//! When the plant and its lines work: shifts, planned stops, holidays, fiscal years.
//!
//! The plant's own calendar is that of the configuration until somebody sets another; lines name theirs, or follow the
//! plant's.

mod document;
mod stops;
#[cfg(test)]
mod tests;

pub use document::{
    CalendarDocument, HolidayDocument, Holidays, ShiftDocument, StopDocument, StopReason, StopWhen,
    WeekStart, Weekday,
};

pub(crate) use stops::Stops;

use super::caller::Caller;
use super::guard::guarded;
use super::page::{Cut, Page};
use super::place::words;
use super::problem::{Answer, conflict, internal, invalid, not_found};
use super::state::Api;
use authz::Permission::{EditCalendars, ViewCalendars};
use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use plant::calendar::Calendar;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::structure::{calendar as kept, line, site};
use store::{Moment, Reader};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The id of the plant's own calendar.
const PLANT: &str = "plant";
/// Calendars of a plant at most.
const CALENDARS_MAX: usize = 500;
/// Days of one answer at most: a fiscal year and the weeks around it.
const DAYS_MAX: i32 = 400;
/// Letters of a calendar's name at most.
const NAME_MAX: usize = 100;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewCalendars, routes!(list_calendars)))
        .routes(guarded(ViewCalendars, routes!(show_calendar)))
        .routes(guarded(EditCalendars, routes!(set_calendar)))
        .routes(guarded(EditCalendars, routes!(remove_calendar)))
        .routes(guarded(ViewCalendars, routes!(list_calendar_days)))
}

/// A calendar.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarRow {
    /// `plant` for the plant's own, otherwise its name, as lines say it.
    id: String,
    /// `configuration` where nobody set it here, otherwise `set`.
    source: &'static str,
    /// Names of the lines that follow it. Lines that name none follow the plant's.
    lines: Vec<String>,
    /// What it says.
    calendar: CalendarDocument,
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DaysFilter {
    /// The first day, such as `2026-04-01`.
    from: String,
    /// The last day; 400 days at most.
    until: String,
}

/// What a day is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayRow {
    /// The day, such as `2026-11-23`.
    date: String,
    /// The same as Japanese offices write it; null before 1873.
    era_date: Option<String>,
    /// `working`, `stop`, `holiday` or `off` (no shift begins on it).
    kind: &'static str,
    /// The holiday in Japanese, or as the plant calls its own; null for none.
    holiday: Option<String>,
    /// The public holiday in English.
    holiday_english: Option<&'static str>,
    /// Planned stops that take something of the day.
    stops: Vec<String>,
    /// The fiscal year, as the plant calls it.
    fiscal_year: i16,
    /// The quarter of the fiscal year, 1 to 4.
    fiscal_quarter: i8,
}

/// Days of a calendar.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarDays {
    /// The calendar that says so: `plant` where there is none of the name asked for.
    calendar: String,
    /// One for each day.
    items: Vec<DayRow>,
    /// Working days among them.
    working_days: u32,
}

/// Calendars: the plant's own first, the others by name.
#[utoipa::path(get, path = "/calendars", tag = "calendars", params(Cut),
    responses((status = 200, description = "Calendars", body = Page<CalendarRow>)))]
async fn list_calendars(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(cut): Query<Cut>,
) -> Answer<Json<Page<CalendarRow>>> {
    let site = api.parts().site;
    let all = kept::list(api.store(), site).await?;
    let lines = visible_lines(&api, &caller).await?;
    let mut rows = Vec::new();
    if !all.iter().any(|calendar| calendar.name.is_empty()) {
        rows.push(row(&api, "", None, &lines)?);
    }
    for calendar in &all {
        rows.push(row(&api, &calendar.name, Some(calendar), &lines)?);
    }
    Page::cut(rows, &cut, |row| if row.id == PLANT { String::new() } else { row.id.clone() }).map(Json)
}

/// A calendar.
#[utoipa::path(get, path = "/calendars/{id}", tag = "calendars",
    params(("id" = String, Path, description = "`plant`, or its name")),
    responses((status = 200, description = "The calendar", body = CalendarRow)))]
async fn show_calendar(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<CalendarRow>> {
    let name = name_of(&id);
    let found = kept::find(api.store(), api.parts().site, name).await?;
    if found.is_none() && !name.is_empty() {
        return Err(not_found("calendar", &id));
    }
    let lines = visible_lines(&api, &caller).await?;
    row(&api, name, found.as_ref(), &lines).map(Json)
}

/// Sets a calendar, whether or not there is one of the name.
#[utoipa::path(put, path = "/calendars/{id}", tag = "calendars", request_body = CalendarDocument,
    params(("id" = String, Path, description = "`plant`, or its name")),
    responses((status = 200, description = "As it is kept", body = CalendarRow)))]
async fn set_calendar(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<CalendarDocument>,
) -> Answer<Json<CalendarRow>> {
    let name = match name_of(&id) {
        "" => String::new(),
        name => words("id", name, NAME_MAX, false)?,
    };
    let site = api.parts().site;
    wanted.calendar(&plants_zone(&api).await?)?;
    let document = store::Json(serde_json::to_string(&wanted).unwrap_or_default());
    let new = kept::Calendar { site, name, document };
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "calendar.set", &object(&new.name), &json!({ "calendar": wanted })).await?;
    let all = kept::list(&mut tx, site).await?;
    if all.len() >= CALENDARS_MAX && !all.iter().any(|calendar| calendar.name == new.name) {
        return Err(conflict(format!("there are {CALENDARS_MAX} calendars already: remove some first")));
    }
    kept::put(&mut tx, &new, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    let lines = visible_lines(&api, &caller).await?;
    row(&api, &new.name, Some(&new), &lines).map(Json)
}

/// Removes a calendar that no line follows. Without its own one, the plant follows that of the configuration again.
#[utoipa::path(delete, path = "/calendars/{id}", tag = "calendars",
    params(("id" = String, Path, description = "`plant`, or its name")),
    responses((status = 204, description = "Removed"),
        (status = 409, description = "A line follows it", body = super::Problem)))]
async fn remove_calendar(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let (name, site) = (name_of(&id), api.parts().site);
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "calendar.remove", &object(name), &json!({})).await?;
    if kept::find(&mut tx, site, name).await?.is_none() {
        return Err(not_found("calendar", &id));
    }
    let lines = line::list(&mut tx, site).await?;
    if let Some(line) = lines.iter().find(|line| !name.is_empty() && line.calendar == name) {
        return Err(conflict(format!("line {} follows it: let the line follow another first", line.name)));
    }
    kept::remove(&mut tx, site, name, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

/// What each day is: working or not, and why; holidays by name; the fiscal year.
#[utoipa::path(get, path = "/calendars/{id}/days", tag = "calendars",
    params(("id" = String, Path, description = "`plant`, or its name"), DaysFilter),
    responses((status = 200, description = "Days", body = CalendarDays)))]
async fn list_calendar_days(
    State(api): State<Api>,
    Path(id): Path<String>,
    Query(filter): Query<DaysFilter>,
) -> Answer<Json<CalendarDays>> {
    let name = name_of(&id);
    let found = kept::find(api.store(), api.parts().site, name).await?;
    if found.is_none() && !name.is_empty() {
        return Err(not_found("calendar", &id));
    }
    let day = |field: &str, text: &str| {
        text.parse::<Date>().map_err(|_| invalid(field, "is not a day such as 2026-04-01"))
    };
    let (from, until) = (day("from", &filter.from)?, day("until", &filter.until)?);
    let days = from.until(until).map_err(|_| invalid("until", "is too far from `from`"))?.get_days();
    if !(0..DAYS_MAX).contains(&days) {
        return Err(invalid("until", format!("is before `from`, or more than {DAYS_MAX} days after it")));
    }
    let calendar = document(&api, found.as_ref())?.calendar(&plants_zone(&api).await?)?;
    // Holidays of a year are computed for each day: some milliseconds that no other request should wait for.
    let made = tokio::task::spawn_blocking(move || {
        let days = from.series(jiff::Span::new().days(1)).take_while(|day| *day <= until);
        days.map(|day| day_row(&calendar, day)).collect::<Vec<_>>()
    });
    let items = made.await.map_err(|error| internal("lay out the calendar", error))?;
    let working = items.iter().filter(|row| row.kind == "working").count();
    let working_days = u32::try_from(working).unwrap_or(u32::MAX);
    Ok(Json(CalendarDays { calendar: id_of(name), items, working_days }))
}

fn day_row(calendar: &Calendar, day: Date) -> DayRow {
    let (public, own) = (calendar.holiday(day), calendar.own_holiday(day));
    let stops: Vec<String> = calendar.stops_on(day).into_iter().map(|stop| stop.name.clone()).collect();
    let kind = if calendar.is_working_day(day) {
        "working"
    } else if !stops.is_empty() {
        "stop"
    } else if public.is_some() || own.is_some() {
        "holiday"
    } else {
        "off"
    };
    let quarter = calendar.fiscal.of(day);
    DayRow {
        date: day.to_string(),
        era_date: plant::calendar::era_date(day),
        kind,
        holiday: public.map(|day| day.japanese.to_owned()).or_else(|| own.map(|day| day.name.clone())),
        holiday_english: public.map(|day| day.english),
        stops,
        fiscal_year: quarter.year,
        fiscal_quarter: quarter.quarter,
    }
}

fn row(api: &Api, name: &str, found: Option<&kept::Calendar>, lines: &[line::Line]) -> Answer<CalendarRow> {
    let follows = lines.iter().filter(|line| line.calendar == name);
    Ok(CalendarRow {
        id: id_of(name),
        source: if found.is_some() { "set" } else { "configuration" },
        lines: follows.map(|line| line.name.clone()).collect(),
        calendar: document(api, found)?,
    })
}

fn document(api: &Api, found: Option<&kept::Calendar>) -> Answer<CalendarDocument> {
    match found {
        None => Ok(api.live().calendar.clone()),
        Some(kept) => {
            serde_json::from_str(&kept.document.0).map_err(|error| internal("read a calendar", error))
        }
    }
}

/// Lines whose names the asker may know.
async fn visible_lines(api: &Api, caller: &Caller) -> Answer<Vec<line::Line>> {
    let visible = caller.visible(authz::Permission::ViewStructure);
    let mut lines = line::list(api.store(), api.parts().site).await?;
    lines.retain(|line| visible.shows(authz::Place { line: Some(line.id), zone: None }));
    Ok(lines)
}

async fn plants_zone(api: &Api) -> Answer<String> {
    let site = site::find(Reader::from(api.store()), api.parts().site).await?;
    Ok(site.map_or_else(|| "UTC".to_owned(), |site| site.time_zone))
}

fn name_of(id: &str) -> &str {
    if id == PLANT { "" } else { id }
}

fn id_of(name: &str) -> String {
    if name.is_empty() { PLANT.to_owned() } else { name.to_owned() }
}

fn object(name: &str) -> String {
    format!("calendar {}", id_of(name))
}
