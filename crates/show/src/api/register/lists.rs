//! What the register and the wire do not share: expected and not seen, seen and not registered.

use super::super::assets::AssetRow;
use super::super::caller::Caller;
use super::super::page::{Cut, Page};
use super::super::place::{areas, place_of};
use super::super::problem::Answer;
use super::super::state::Api;
use super::preview;
use authz::{Permission, Visible};
use axum::Json;
use axum::extract::{Extension, Query, State};
use facts::id::AssetUid;
use plant::register::Field;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use store::register::row::{RegisterRow, RowState};
use utoipa::{IntoParams, ToSchema};

/// A row of the plant's register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegisterLine {
    /// Its id.
    id: String,
    /// Number of the row in the imported file.
    row_number: u32,
    /// `not-seen`, `matched`, `conflict` or `retired`.
    state: &'static str,
    /// Id of the asset that it is.
    asset: Option<String>,
    /// Its columns by their stable names.
    #[schema(value_type = Object)]
    says: Value,
}

/// Which rows of the register.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RegisterFilter {
    /// `not-seen`, `matched`, `conflict` or `retired`.
    state: Option<String>,
    /// Rows at most, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Rows of the register in the order of their file; with `state=not-seen` those that were expected and never heard. A
/// row without an asset stands nowhere: who is limited to lines or zones does not see it.
#[utoipa::path(get, path = "/register/rows", tag = "register", params(RegisterFilter),
    responses((status = 200, description = "Rows", body = Page<RegisterLine>)))]
pub(crate) async fn list_register(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<RegisterFilter>,
) -> Answer<Json<Page<RegisterLine>>> {
    let state = filter.state.as_deref();
    let state = state.map(|state| super::super::assets::filter::word("state", state, STATES)).transpose()?;
    let (rows, hidden) = seen_rows(&api, &caller.visible(Permission::ViewRegister), state).await?;
    let cut = Cut { limit: filter.limit, cursor: filter.cursor };
    let page = Page::cut(rows, &cut, |row| format!("{:08} {}", row.row_number, row.id))?;
    let items = page.items.iter().map(line).collect();
    Ok(Json(Page { items, next: page.next, hidden }))
}

/// Assets that were seen and stand in no row of the register.
#[utoipa::path(get, path = "/register/unregistered", tag = "register", params(Cut),
    responses((status = 200, description = "Assets", body = Page<AssetRow>)))]
pub(crate) async fn list_unregistered(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(cut): Query<Cut>,
) -> Answer<Json<Page<AssetRow>>> {
    let rows = preview::kept_rows(api.store(), &api).await?;
    let registered: HashSet<AssetUid> = rows.iter().filter_map(|row| row.asset).collect();
    let visible = caller.visible(Permission::ViewRegister);
    let (assets, _) = preview::all_assets(&api).await?;
    let free = assets.into_iter().filter(|asset| !registered.contains(&asset.id));
    let (seen, unseen): (Vec<_>, Vec<_>) = free.partition(|asset| visible.shows(place_of(asset)));
    let page = Page::cut(seen, &cut, |asset| asset.id.to_string())?;
    let items = page.items.iter().map(AssetRow::of).collect();
    Ok(Json(Page { items, next: page.next, hidden: u64::try_from(unseen.len()).unwrap_or(u64::MAX) }))
}

const STATES: &str = "not-seen, matched, conflict or retired";

/// Rows of the register that may be seen, and how many fit and may not.
pub(in crate::api) async fn seen_rows(
    api: &Api,
    visible: &Visible,
    state: Option<RowState>,
) -> Answer<(Vec<RegisterRow>, u64)> {
    let mut rows = preview::kept_rows(api.store(), api).await?;
    rows.retain(|row| state.is_none_or(|state| row.state == state));
    if visible.is_everything() {
        return Ok((rows, 0));
    }
    let (mut places, mut cursor) = (HashSet::new(), None);
    let (scope, limit) = (areas(visible), store::Limit::new(store::Limit::MAX).unwrap_or_default());
    loop {
        let (filter, sort) = Default::default();
        let page =
            store::assets::list::list(api.store(), &filter, &scope, sort, cursor.as_ref(), limit).await?;
        places.extend(page.items.iter().map(|asset| asset.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let count = rows.len();
    rows.retain(|row| row.asset.is_some_and(|asset| places.contains(&asset)));
    let hidden = u64::try_from(count - rows.len()).unwrap_or(u64::MAX);
    Ok((rows, hidden))
}

/// Rows that were expected and never heard, and of which the switch is written down: each with those words.
pub(in crate::api) async fn never_heard(api: &Api) -> Answer<Vec<(RegisterRow, String)>> {
    let rows = preview::kept_rows(api.store(), api).await?;
    let said = |row: &RegisterRow| {
        let says: BTreeMap<String, String> = serde_json::from_str(&row.document.0).ok()?;
        says.get(Field::SwitchPort.key()).filter(|said| !said.trim().is_empty()).cloned()
    };
    let expected = rows.into_iter().filter(|row| row.state == RowState::NotSeen && row.asset.is_none());
    Ok(expected.filter_map(|row| said(&row).map(|said| (row, said))).collect())
}

fn line(row: &RegisterRow) -> RegisterLine {
    RegisterLine {
        id: row.id.to_string(),
        row_number: row.row_number,
        state: row.state.word(),
        asset: row.asset.map(|asset| asset.to_string()),
        says: serde_json::from_str(&row.document.0).unwrap_or_default(),
    }
}
