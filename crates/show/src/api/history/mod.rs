//! What happened: flows, commands, values and raw detections of past hours, and of the open one.

mod activity;
mod filter;
mod rows;
#[cfg(test)]
mod tests;

use super::caller::Caller;
use super::guard::guarded;
use super::problem::{Answer, unavailable};
use super::sight::Sight;
use super::state::Api;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Query, State};
use filter::HistoryFilter;
pub(super) use filter::moment;
use history::Row;
use rows::{HistoryCommand, HistoryDetection, HistoryFlow, HistoryValue, Told};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(Permission::ViewHistory, routes!(list_history_flows)))
        .routes(guarded(Permission::ViewHistory, routes!(list_history_commands)))
        .routes(guarded(Permission::ViewHistory, routes!(list_history_values)))
        .routes(guarded(Permission::ViewHistory, routes!(list_history_detections)))
        .routes(guarded(Permission::ViewHistory, routes!(activity::sum_history)))
}

/// Part of what happened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryPage<T> {
    /// Rows of which the asker may see at least one end. A page may hold fewer than asked for while more follow.
    items: Vec<T>,
    /// Ask again with this as `cursor` for what follows; null at the end.
    next: Option<String>,
    /// Rows left out of this page because they lie outside the asker's lines and zones.
    hidden: u64,
    /// Whether history is kept at all.
    is_kept: bool,
    /// Files of history that are damaged or gone: their rows are missing here.
    damaged: Vec<String>,
    /// Begin of the span that was searched, UTC.
    from: String,
    /// End of the span that was searched, UTC.
    until: String,
}

/// Who talked to whom, by hour.
#[utoipa::path(get, path = "/history/flows", tag = "history", params(HistoryFilter),
    responses((status = 200, description = "Flows", body = HistoryPage<HistoryFlow>),
        (status = 404, description = "No such asset", body = super::Problem)))]
pub(crate) async fn list_history_flows(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<HistoryFilter>,
) -> Answer<Json<HistoryPage<HistoryFlow>>> {
    page(&api, &caller, &filter).await
}

/// Who did what.
#[utoipa::path(get, path = "/history/commands", tag = "history", params(HistoryFilter),
    responses((status = 200, description = "Commands", body = HistoryPage<HistoryCommand>),
        (status = 404, description = "No such asset", body = super::Problem)))]
pub(crate) async fn list_history_commands(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<HistoryFilter>,
) -> Answer<Json<HistoryPage<HistoryCommand>>> {
    page(&api, &caller, &filter).await
}

/// What the process was at.
#[utoipa::path(get, path = "/history/values", tag = "history", params(HistoryFilter),
    responses((status = 200, description = "Values", body = HistoryPage<HistoryValue>),
        (status = 404, description = "No such asset", body = super::Problem)))]
pub(crate) async fn list_history_values(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<HistoryFilter>,
) -> Answer<Json<HistoryPage<HistoryValue>>> {
    page(&api, &caller, &filter).await
}

/// What rules saw, before alerts were made of it.
#[utoipa::path(get, path = "/history/detections", tag = "history", params(HistoryFilter),
    responses((status = 200, description = "Detections", body = HistoryPage<HistoryDetection>),
        (status = 404, description = "No such asset", body = super::Problem)))]
pub(crate) async fn list_history_detections(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<HistoryFilter>,
) -> Answer<Json<HistoryPage<HistoryDetection>>> {
    page(&api, &caller, &filter).await
}

async fn page<T: Told>(api: &Api, caller: &Caller, filter: &HistoryFilter) -> Answer<Json<HistoryPage<T>>>
where
    T::Row: Row,
{
    let mut sight = Sight::new(api, caller, Permission::ViewHistory);
    let asked = filter.checked(api.parts().site, &mut sight, caller.now_us).await?;
    let mut page = HistoryPage {
        items: Vec::new(),
        next: None,
        hidden: 0,
        is_kept: api.parts().history.is_some(),
        damaged: Vec::new(),
        from: crate::time::utc_us(asked.range.from_us),
        until: crate::time::utc_us(asked.range.until_us),
    };
    let Some(history) = &api.parts().history else { return Ok(Json(page)) };
    let found =
        history.page::<T::Row>(&asked.filter, asked.range, asked.order, asked.after, asked.limit).await;
    let found = found.map_err(|error| unavailable("read the history", error))?;
    page.next = found.next.map(|cursor| cursor.to_string());
    page.damaged = found.reading.damaged;
    for row in found.rows {
        let ends = T::ends(&row);
        for asset in ends.iter().copied().flatten() {
            sight.look(asset).await?;
        }
        if ends.into_iter().any(|end| sight.shows(end)) {
            page.items.push(T::told(row, &sight));
        } else {
            page.hidden += 1;
        }
    }
    Ok(Json(page))
}
