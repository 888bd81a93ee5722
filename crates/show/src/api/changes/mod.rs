//! What changed, in the order in which it changed: read as a list, or followed as a stream.

mod permitted;
mod stream;
#[cfg(test)]
mod tests;

use super::caller::Caller;
use super::guard::guarded;
use super::page::limit;
use super::problem::{Answer, invalid};
use super::state::Api;
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Query, State};
use permitted::Permitted;
use serde::{Deserialize, Serialize};
use store::changes::{self, Change};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The nouns whose changes the feed tells.
pub(crate) const KINDS: [&str; 18] = [
    "asset",
    "calendar",
    "cell",
    "import",
    "line",
    "map",
    "network",
    "register-row",
    "retention",
    "sensor",
    "setting",
    "sign-off",
    "site",
    "system",
    "token",
    "user",
    "webhook",
    "zone",
];

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(Permission::ViewAssets, routes!(list_changes)))
        .routes(guarded(Permission::ViewAssets, routes!(stream::stream_changes)))
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ChangeRow {
    /// Its place in the feed. Who has read up to it has missed nothing before it.
    pub revision: i64,
    /// What changed: `asset`, `line`, `register-row`, …
    pub kind: String,
    /// Id of the object.
    pub object: String,
    /// `added`, `changed` or `removed`.
    pub action: String,
    /// When, UTC.
    pub time: String,
}

impl ChangeRow {
    pub(crate) fn of(change: &Change) -> Self {
        Self {
            revision: change.revision,
            kind: change.kind.clone(),
            object: change.object.clone(),
            action: change.action.word().to_owned(),
            time: utc_us(change.at.0),
        }
    }
}

/// Part of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangePage {
    /// Changes, oldest first. A page may hold fewer than asked for while more follow.
    items: Vec<ChangeRow>,
    /// Ask again with this as `cursor` for what follows; null at the end.
    next: Option<String>,
    /// Changes between the ends of this page that the asker may not see.
    hidden: u64,
    /// Revision of the newest change there is: ask for changes since then later.
    newest: i64,
    /// False when changes after `since` are no longer kept: read everything anew, then go on from `newest`.
    is_complete: bool,
}

/// Where the list begins.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ChangesFilter {
    /// Only changes after this revision; 0 for all that are kept.
    #[param(minimum = 0)]
    since: Option<i64>,
    /// Rows at most, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// `next` of the page before; it stands for `since`.
    cursor: Option<String>,
}

/// Whether changes right after `at` are missing: forgotten, or of a feed that was put back by a restored backup.
pub(crate) fn is_gap(at: i64, (oldest, newest): (i64, i64)) -> bool {
    at > newest || (at < newest && (oldest == 0 || at + 1 < oldest))
}

/// Changes after a revision.
#[utoipa::path(get, path = "/changes", tag = "changes", params(ChangesFilter),
    responses((status = 200, description = "Changes", body = ChangePage)))]
pub(crate) async fn list_changes(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<ChangesFilter>,
) -> Answer<Json<ChangePage>> {
    let limit = u16::try_from(limit(filter.limit)?).unwrap_or(u16::MAX);
    let since = match filter.cursor.as_deref() {
        Some(cursor) => cursor.parse().map_err(|_| invalid("cursor", "is none that this list gave"))?,
        None => filter.since.unwrap_or(0),
    };
    if !(0..i64::MAX).contains(&since) {
        return Err(invalid("since", "is no revision"));
    }
    let range = changes::range(api.store()).await?;
    let is_complete = !is_gap(since, range);
    let rows = changes::since(api.store(), since, limit).await?;
    let more = rows.len() >= usize::from(limit);
    let next = rows.last().filter(|row| more && row.revision < range.1).map(|row| row.revision.to_string());
    let mut permitted = Permitted::new(&api, &caller);
    let mut page = ChangePage { items: Vec::new(), next, hidden: 0, newest: range.1, is_complete };
    for row in &rows {
        if permitted.shows(row).await? {
            page.items.push(ChangeRow::of(row));
        } else {
            page.hidden += 1;
        }
    }
    Ok(Json(page))
}
