//! An import: a file comes in, is previewed, decided, applied, and taken back.

use super::super::caller::Caller;
use super::super::page::{Cut, Page};
use super::super::place::{field_id, path_id, words};
use super::super::problem::{Answer, conflict, invalid, not_found};
use super::super::state::Api;
use super::super::structure;
use super::preview::{self, RowWords, Stored, Summary};
use super::steps::{Ground, key, steps};
use crate::time::utc_us;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use facts::id::{ImportId, RegisterRowId};
use plant::register::{Change, Decision, Encoding, Field, Options, plan};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use store::register::import::{self, Import, ImportState, Undo};
use store::{Moment, assets};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How to read the file; what is left out is found out.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadOptions {
    /// The name of the file.
    #[param(max_length = 200)]
    file_name: String,
    /// Encoding of a CSV file: `utf-8`, `utf-16le`, `utf-16be` or `cp932`.
    encoding: Option<String>,
    /// The sheet of a workbook.
    sheet: Option<String>,
    /// Row of the header, from 1; 0 for a file without one.
    header_row: Option<u32>,
    /// Which column is what: `1:name,3:ip,4:-`; `-` leaves a column out.
    #[param(max_length = 4000)]
    columns: Option<String>,
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportRow {
    /// Its id.
    id: String,
    /// The name of the file.
    file_name: String,
    /// `previewed`, `applied`, `undone` or `dropped`.
    state: &'static str,
    /// Id of the user who brought it.
    made_by: String,
    /// When, UTC.
    made_at: String,
    /// When it was applied, UTC.
    applied_at: Option<String>,
    /// When it was taken back, UTC.
    undone_at: Option<String>,
}

/// An import and what it means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportDetail {
    /// The import.
    #[serde(flatten)]
    import: ImportRow,
    /// How it was read, and how many rows mean what, when it was previewed.
    preview: Summary,
}

/// What people decided about an import.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApplyWanted {
    /// About single rows. Without one, a matched row is attached, one never seen is kept, one in conflict is left out.
    decisions: Vec<DecisionWanted>,
    /// Whether rows of the register that the file does not have are removed.
    remove_absent: bool,
    /// Whether matched assets get name, number, place and owner of their row where nothing is said yet.
    fill_placements: bool,
}

/// What a person decided about a row.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionWanted {
    /// Number of the row.
    row: u32,
    /// `skip`, `keep` (expected, not seen) or `attach`.
    action: String,
    /// Id of the asset to attach to.
    #[serde(default)]
    asset: Option<String>,
}

/// What was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Applied {
    /// Rows of the register that came, changed or went.
    rows: usize,
    /// Assets that were placed.
    placed: usize,
}

/// How to take an import back.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UndoWanted {
    /// Also where somebody changed something since.
    anyway: bool,
}

impl ImportRow {
    fn of(row: &Import) -> Self {
        Self {
            id: row.id.to_string(),
            file_name: row.file_name.clone(),
            state: row.state.word(),
            made_by: row.made_by.to_string(),
            made_at: utc_us(row.made_at.0),
            applied_at: row.applied_at.map(|at| utc_us(at.0)),
            undone_at: row.undone_at.map(|at| utc_us(at.0)),
        }
    }
}

impl ReadOptions {
    fn options(&self) -> Answer<Options> {
        let mut options = Options { sheet: self.sheet.clone(), ..Options::default() };
        if let Some(name) = &self.encoding {
            let encoding = Encoding::from_name(name);
            options.encoding =
                Some(encoding.ok_or_else(|| invalid("encoding", "is utf-8, utf-16le, utf-16be or cp932"))?);
        }
        options.mapping.header_row = self.header_row;
        for part in self.columns.iter().flat_map(|text| text.split(',')).filter(|part| !part.is_empty()) {
            let bad = || invalid("columns", "is written as 1:name,3:ip,4:- with the fields' stable names");
            let (number, field) = part.split_once(':').ok_or_else(bad)?;
            let number: usize = number.trim().parse().map_err(|_| bad())?;
            if !(1..=plant::register::COLUMNS_MAX).contains(&number) {
                return Err(bad());
            }
            let field = match field.trim() {
                "-" => None,
                key => Some(Field::from_key(key).ok_or_else(bad)?),
            };
            options.mapping.columns.insert(number, field);
        }
        Ok(options)
    }
}

/// Reads a register (CSV or XLSX, at most 32 MiB) into a preview; nothing of the plant changes.
#[utoipa::path(post, path = "/register/imports", tag = "register", params(ReadOptions),
    request_body(content = crate::api::binary::Binary, content_type = "application/octet-stream"),
    responses((status = 201, description = "The preview", body = ImportDetail)))]
pub(crate) async fn add_import(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<ReadOptions>,
    body: Bytes,
) -> Answer<(StatusCode, Json<ImportDetail>)> {
    let file_name = words("file_name", &wanted.file_name, 200, false)?;
    let made_by = caller.person()?;
    let stored = preview::read(&api, body.to_vec(), wanted.options()?).await?;
    let text = serde_json::to_string(&stored).unwrap_or_default();
    let row = Import {
        id: ImportId(Uuid::now_v7()),
        site: api.parts().site,
        file_name,
        state: ImportState::Previewed,
        preview: store::Json(text),
        made_by,
        made_at: Moment(caller.now_us),
        applied_by: None,
        applied_at: None,
        undone_by: None,
        undone_at: None,
    };
    let mut on = api.store().write().await?;
    let detail = json!({ "file": row.file_name, "bytes": body.len() });
    caller.note(&mut on, "register.preview", &format!("import {}", row.id), &detail).await?;
    import::put(&mut on, &row, row.made_at).await?;
    on.commit().await?;
    api.tell_changed();
    Ok((StatusCode::CREATED, Json(ImportDetail { import: ImportRow::of(&row), preview: stored.summary })))
}

/// Imports.
#[utoipa::path(get, path = "/register/imports", tag = "register", params(Cut),
    responses((status = 200, description = "Imports, oldest first", body = Page<ImportRow>)))]
pub(crate) async fn list_imports(
    State(api): State<Api>,
    Query(cut): Query<Cut>,
) -> Answer<Json<Page<ImportRow>>> {
    let rows = import::list(api.store(), api.parts().site).await?;
    let rows = rows.iter().map(ImportRow::of).collect();
    Ok(Json(Page::cut(rows, &cut, |row| format!("{} {}", row.made_at, row.id))?))
}

/// An import: how the file was read, its faults, and how many rows mean what.
#[utoipa::path(get, path = "/register/imports/{id}", tag = "register",
    params(("id" = String, Path, description = "Id of the import")),
    responses((status = 200, description = "The import", body = ImportDetail)))]
pub(crate) async fn show_import(
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Answer<Json<ImportDetail>> {
    let (row, stored) = found(&api, &id).await?;
    Ok(Json(ImportDetail { import: ImportRow::of(&row), preview: stored.summary }))
}

/// Rows of an import and what each means.
#[utoipa::path(get, path = "/register/imports/{id}/rows", tag = "register", params(Cut,
    ("id" = String, Path, description = "Id of the import")),
    responses((status = 200, description = "Rows in the file's order", body = Page<RowWords>)))]
pub(crate) async fn list_import_rows(
    State(api): State<Api>,
    Path(id): Path<String>,
    Query(cut): Query<Cut>,
) -> Answer<Json<Page<RowWords>>> {
    let (_, stored) = found(&api, &id).await?;
    Ok(Json(Page::cut(stored.rows, &cut, |row| format!("{:08}", row.row))?))
}

async fn found(api: &Api, id: &str) -> Answer<(Import, Stored)> {
    let row = import::find(api.store(), path_id("import", id)?).await?;
    let row = row.ok_or_else(|| not_found("import", id))?;
    let stored = preview::parsed(&row.preview.0)?;
    Ok((row, stored))
}

/// Applies a previewed import; it can be taken back exactly.
#[utoipa::path(post, path = "/register/imports/{id}/apply", tag = "register", request_body = ApplyWanted,
    params(("id" = String, Path, description = "Id of the import")),
    responses((status = 200, description = "What was changed", body = Applied)))]
pub(crate) async fn apply_import(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<ApplyWanted>,
) -> Answer<Json<Applied>> {
    let by = caller.person()?;
    let (row, stored) = found(&api, &id).await?;
    let decisions = decisions(&api, &stored, &wanted).await?;
    let plant = structure::whole(api.store(), api.parts().site).await?;
    let (assets, _) = preview::all_assets(&api).await?;
    let taken = assets.iter().map(|asset| plant::fold(&asset.equipment_number)).collect();
    let (preview, rows) = preview::planned(&stored);
    let numbers = rows.iter().map(|row| (key(&row.entry), row.number)).collect();
    let mut on = api.store().write().await?;
    caller.note(&mut on, "register.apply", &format!("import {id}"), &json!(wanted)).await?;
    let kept = preview::kept(&preview::kept_rows(&mut on, &api).await?);
    let new_id = || RegisterRowId(Uuid::now_v7());
    let changes = plan(&preview, &rows, &decisions, &kept, row.id, wanted.remove_absent, new_id);
    let ground = Ground { api: &api, plant: &plant, numbers, taken, fill: wanted.fill_placements };
    let steps = steps(&mut on, ground, &changes).await?;
    import::apply(&mut on, row.id, &steps, by, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    let rows = changes.iter().filter(|change| matches!(change, Change::Row { .. })).count();
    Ok(Json(Applied { rows, placed: steps.len() - rows }))
}

async fn decisions(api: &Api, stored: &Stored, wanted: &ApplyWanted) -> Answer<BTreeMap<u32, Decision>> {
    let mut decisions = BTreeMap::new();
    for wanted in &wanted.decisions {
        if !stored.rows.iter().any(|row| row.row == wanted.row) {
            return Err(invalid("decisions", format!("there is no row {} without a fault", wanted.row)));
        }
        let decision = match (wanted.action.as_str(), &wanted.asset) {
            ("skip", None) => Decision::Skip,
            ("keep", None) => Decision::Keep,
            ("attach", Some(asset)) => {
                let id = field_id("decisions", asset)?;
                let asset = assets::find(api.store(), id).await?.filter(|asset| asset.merged_into.is_none());
                Decision::Attach(asset.ok_or_else(|| not_found("asset", id))?.id)
            }
            _ => return Err(invalid("decisions", "are skip, keep, or attach with an asset")),
        };
        decisions.insert(wanted.row, decision);
    }
    Ok(decisions)
}

/// Takes an applied import back: everything is as it was before. What somebody changed since is told (409) and nothing
/// is done, unless `anyway`.
#[utoipa::path(post, path = "/register/imports/{id}/undo", tag = "register", request_body = UndoWanted,
    params(("id" = String, Path, description = "Id of the import")),
    responses((status = 204, description = "Taken back")))]
pub(crate) async fn undo_import(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<UndoWanted>,
) -> Answer<StatusCode> {
    let by = caller.person()?;
    let import: ImportId = path_id("import", &id)?;
    let mut on = api.store().write().await?;
    caller.note(&mut on, "register.undo", &format!("import {id}"), &json!(wanted)).await?;
    let undone = import::undo(&mut on, import, wanted.anyway, by, Moment(caller.now_us)).await?;
    if let Undo::ChangedSince(changed) = undone {
        let first: Vec<&str> = changed.iter().take(10).map(String::as_str).collect();
        let message = format!("{} were changed since the import: {}", changed.len(), first.join(", "));
        return Err(conflict(message));
    }
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}
