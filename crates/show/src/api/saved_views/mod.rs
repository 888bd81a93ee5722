//! Views that people save: filter, order and columns of a list. Those of a site leader or administrator can be shared
//! with everybody.

use super::caller::Caller;
use super::guard::guarded;
use super::page::{Cut, Page};
use super::place::words;
use super::problem::{Answer, conflict, invalid, not_found};
use super::state::Api;
use crate::time::utc_us;
use authz::Permission::{ManageOwnAccount, ShareViews};
use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use facts::id::UserId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use store::views::{self, SavedView};
use store::{Moment, Transaction, Trouble};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Views of one person at most.
const VIEWS_MAX: usize = 200;
/// Letters of a name, and of one value of a filter, at most.
const TEXT_MAX: usize = 200;
/// Values of one key of a filter at most.
const VALUES_MAX: usize = 100;
/// Columns at most.
const COLUMNS_MAX: usize = 100;
/// Bytes of a view as it is kept, at most.
const BYTES_MAX: usize = 16 * 1024;
/// Parameters that say how a list is cut, which is no part of a view.
const CUTS: [&str; 2] = ["limit", "cursor"];

/// The lists of this interface by their path below its base, each with the parameters of its filter.
static LISTS: LazyLock<BTreeMap<String, BTreeSet<String>>> = LazyLock::new(lists);

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ManageOwnAccount, routes!(list_saved_views)))
        .routes(guarded(ManageOwnAccount, routes!(add_saved_view)))
        .routes(guarded(ManageOwnAccount, routes!(show_saved_view)))
        .routes(guarded(ManageOwnAccount, routes!(change_saved_view)))
        .routes(guarded(ManageOwnAccount, routes!(remove_saved_view)))
        .routes(guarded(ShareViews, routes!(share_saved_view)))
        .routes(guarded(ShareViews, routes!(unshare_saved_view)))
}

/// A saved view.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedViewRow {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// The list that it shows, as its path below the base of the interface: `assets`, `history/flows`.
    noun: String,
    /// What it shows.
    #[serde(flatten)]
    shown: Shown,
    /// Whether it is the asker's own.
    own: bool,
    /// Whether everybody may use it.
    shared: bool,
    /// Counts its changes; a change names the one that it is based on.
    revision: u64,
    /// The last change, UTC.
    changed: String,
}

/// Filter, order and columns.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Shown {
    /// Parameters of the list, as its description names them; several values of one parameter in brackets.
    #[schema(value_type = BTreeMap<String, FilterValue>)]
    filter: BTreeMap<String, FilterValue>,
    /// The column by which it is sorted.
    #[schema(max_length = 60)]
    sort: Option<String>,
    /// Whether it is sorted from the end.
    descending: bool,
    /// Columns from left to right; none for the usual ones.
    #[schema(max_items = 100)]
    columns: Vec<String>,
}

/// A value of a filter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum FilterValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// Any of several texts.
    Texts(Vec<String>),
}

/// A view to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedViewWanted {
    /// Its name; a person has it once for a list.
    #[schema(max_length = 200)]
    name: String,
    /// The list that it shows, as its path below the base of the interface.
    noun: String,
    /// Parameters of the list, as its description names them.
    #[serde(default)]
    filter: BTreeMap<String, FilterValue>,
    /// The column by which it is sorted.
    #[serde(default)]
    #[schema(max_length = 60)]
    sort: Option<String>,
    /// Whether it is sorted from the end.
    #[serde(default)]
    descending: bool,
    /// Columns from left to right.
    #[serde(default)]
    #[schema(max_items = 100)]
    columns: Vec<String>,
    /// For a change: `revision` of the view as it was read. A later change by somebody else is then not lost.
    #[serde(default)]
    revision: Option<u64>,
}

/// One's own views, and those that are shared.
#[utoipa::path(get, path = "/saved-views", tag = "saved-views", params(Cut),
    responses((status = 200, description = "By list and name", body = Page<SavedViewRow>)))]
async fn list_saved_views(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(cut): Query<Cut>,
) -> Answer<Json<Page<SavedViewRow>>> {
    let user = caller.person()?;
    let rows = views::list(api.store(), user).await?;
    let rows = rows.iter().map(|view| SavedViewRow::of(view, user)).collect();
    Page::cut(rows, &cut, |row: &SavedViewRow| format!("{} {} {}", row.noun, row.name, row.id)).map(Json)
}

/// Saves a view of one's own.
#[utoipa::path(post, path = "/saved-views", tag = "saved-views", request_body = SavedViewWanted,
    responses((status = 201, description = "Saved", body = SavedViewRow)))]
async fn add_saved_view(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<SavedViewWanted>,
) -> Answer<(StatusCode, Json<SavedViewRow>)> {
    let user = caller.person()?;
    let new = wanted.kept(Uuid::now_v7().to_string(), user, caller.now_us)?;
    let mut tx = api.store().write().await?;
    caller
        .note(&mut tx, "view.add", &object(&new.id), &json!({ "noun": new.noun, "name": new.name }))
        .await?;
    let own = views::list(&mut tx, user).await?.iter().filter(|view| view.user_id == user).count();
    if own >= VIEWS_MAX {
        return Err(conflict(format!("you have {VIEWS_MAX} views already: remove some first")));
    }
    put(&mut tx, &new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(SavedViewRow::of(&new, user))))
}

/// A view of one's own, or one that is shared.
#[utoipa::path(get, path = "/saved-views/{id}", tag = "saved-views", params(("id" = String, Path)),
    responses((status = 200, description = "The view", body = SavedViewRow)))]
async fn show_saved_view(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<SavedViewRow>> {
    let user = caller.person()?;
    let view = views::find(api.store(), &id).await?.filter(|view| view.shared || view.user_id == user);
    let view = view.ok_or_else(|| not_found("view", &id))?;
    Ok(Json(SavedViewRow::of(&view, user)))
}

/// Changes a view of one's own. One that is shared changes for everybody.
#[utoipa::path(put, path = "/saved-views/{id}", tag = "saved-views", request_body = SavedViewWanted,
    params(("id" = String, Path)),
    responses((status = 200, description = "As it is now", body = SavedViewRow)))]
async fn change_saved_view(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<SavedViewWanted>,
) -> Answer<Json<SavedViewRow>> {
    let user = caller.person()?;
    let new = wanted.kept(id.clone(), user, caller.now_us)?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "view.change", &object(&id), &json!({ "noun": new.noun, "name": new.name })).await?;
    let old = own(&mut tx, user, &id).await?;
    if wanted.revision.is_some_and(|revision| revision != old.revision) {
        return Err(conflict(format!("the view was changed meanwhile: it is at revision {}", old.revision)));
    }
    let new = SavedView { shared: old.shared, revision: old.revision + 1, ..new };
    put(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Json(SavedViewRow::of(&new, user)))
}

/// Removes a view of one's own.
#[utoipa::path(delete, path = "/saved-views/{id}", tag = "saved-views", params(("id" = String, Path)),
    responses((status = 204, description = "Removed")))]
async fn remove_saved_view(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let user = caller.person()?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "view.remove", &object(&id), &json!({})).await?;
    own(&mut tx, user, &id).await?;
    views::remove(&mut tx, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shares a view of one's own with everybody. What a list shows stays a matter of who looks at it.
#[utoipa::path(post, path = "/saved-views/{id}/share", tag = "saved-views", params(("id" = String, Path)),
    responses((status = 200, description = "As it is now", body = SavedViewRow)))]
async fn share_saved_view(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<SavedViewRow>> {
    set_shared(&api, &caller, &id, true).await
}

/// Takes a shared view back, also that of somebody else. It stays its owner's own.
#[utoipa::path(delete, path = "/saved-views/{id}/share", tag = "saved-views", params(("id" = String, Path)),
    responses((status = 200, description = "As it is now", body = SavedViewRow)))]
async fn unshare_saved_view(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<SavedViewRow>> {
    set_shared(&api, &caller, &id, false).await
}

async fn set_shared(api: &Api, caller: &Caller, id: &str, shared: bool) -> Answer<Json<SavedViewRow>> {
    let user = caller.person()?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "view.share", &object(id), &json!({ "shared": shared })).await?;
    let found = views::find(&mut tx, id).await?;
    let old = found.filter(|view| view.user_id == user || (view.shared && !shared));
    let old = old.ok_or_else(|| not_found("view", id))?;
    let new = SavedView { shared, revision: old.revision + 1, changed_at: Moment(caller.now_us), ..old };
    put(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Json(SavedViewRow::of(&new, user)))
}

/// A view of one's own; that of somebody else is as if it was not there.
async fn own(tx: &mut Transaction, user: UserId, id: &str) -> Answer<SavedView> {
    let found = views::find(&mut *tx, id).await?.filter(|view| view.user_id == user);
    found.ok_or_else(|| not_found("view of your own", id))
}

async fn put(tx: &mut Transaction, view: &SavedView) -> Answer<()> {
    views::put(tx, view).await.map_err(|error| match error.trouble {
        Trouble::Conflict => conflict(format!("you have a view `{}` of {} already", view.name, view.noun)),
        _ => error.into(),
    })
}

fn object(id: &str) -> String {
    format!("view {id}")
}

impl SavedViewRow {
    fn of(view: &SavedView, asker: UserId) -> Self {
        Self {
            id: view.id.clone(),
            name: view.name.clone(),
            noun: view.noun.clone(),
            shown: serde_json::from_str(&view.document.0).unwrap_or_default(),
            own: view.user_id == asker,
            shared: view.shared,
            revision: view.revision,
            changed: utc_us(view.changed_at.0),
        }
    }
}

impl SavedViewWanted {
    fn kept(&self, id: String, user: UserId, now_us: i64) -> Answer<SavedView> {
        let name = words("name", &self.name, TEXT_MAX, false)?;
        let Some((noun, parameters)) = LISTS.get_key_value(&self.noun) else {
            let known: Vec<&str> = LISTS.keys().map(String::as_str).collect();
            return Err(invalid("noun", format!("is none of {}", known.join(", "))));
        };
        for (key, value) in &self.filter {
            if !parameters.contains(key) {
                return Err(invalid("filter", format!("{noun} has no parameter `{}`", short(key))));
            }
            value.check(key)?;
        }
        if self.columns.len() > COLUMNS_MAX {
            return Err(invalid("columns", format!("are more than {COLUMNS_MAX}")));
        }
        if let Some(column) = self.columns.iter().chain(&self.sort).find(|column| !is_column(column)) {
            return Err(invalid("columns", format!("`{}` cannot be a column", short(column))));
        }
        let shown = Shown {
            filter: self.filter.clone(),
            sort: self.sort.clone(),
            descending: self.descending,
            columns: self.columns.clone(),
        };
        let document = serde_json::to_string(&shown).unwrap_or_default();
        if document.len() > BYTES_MAX {
            return Err(invalid("filter", format!("and columns take more than {BYTES_MAX} bytes")));
        }
        Ok(SavedView {
            id,
            user_id: user,
            noun: noun.clone(),
            name,
            document: store::Json(document),
            shared: false,
            revision: 1,
            changed_at: Moment(now_us),
        })
    }
}

impl FilterValue {
    fn check(&self, key: &str) -> Answer<()> {
        let texts: &[String] = match self {
            Self::Flag(_) | Self::Number(_) => &[],
            Self::Text(text) => core::slice::from_ref(text),
            Self::Texts(texts) => texts,
        };
        if texts.len() > VALUES_MAX {
            return Err(invalid(key, format!("has more than {VALUES_MAX} values")));
        }
        texts.iter().try_for_each(|text| super::place::text(key, text, TEXT_MAX, false).map(drop))
    }
}

fn is_column(name: &str) -> bool {
    let fits =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_.-".contains(letter);
    (1..=60).contains(&name.len()) && name.chars().all(fits)
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Read from the description, so that a new list, or a new parameter of one, is known at once.
fn lists() -> BTreeMap<String, BTreeSet<String>> {
    let document = serde_json::to_value(super::document()).unwrap_or_default();
    let mut lists = BTreeMap::new();
    for (path, item) in document.get("paths").and_then(serde_json::Value::as_object).into_iter().flatten() {
        let page = item.pointer("/get/responses/200/content/application~1json/schema/$ref");
        let is_page = page
            .and_then(serde_json::Value::as_str)
            .is_some_and(|name| name.starts_with("#/components/schemas/Page_"));
        let noun = path.strip_prefix(super::BASE).and_then(|rest| rest.strip_prefix('/'));
        let parameters = item
            .pointer("/get/parameters")
            .and_then(serde_json::Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        // Lists of history have pages of their own shape.
        let is_list =
            is_page || parameters.iter().any(|one| one.get("name").is_some_and(|name| name == "limit"));
        let Some(noun) = noun.filter(|noun| is_list && !noun.contains('{')) else { continue };
        let names = parameters
            .iter()
            .filter(|one| one.get("in").is_some_and(|place| place == "query"))
            .filter_map(|one| one.get("name")?.as_str());
        let names = names.filter(|name| !CUTS.contains(name)).map(str::to_owned).collect();
        lists.insert(noun.to_owned(), names);
    }
    lists
}

#[cfg(test)]
mod tests;
