//! Notes that people write on an asset.

use super::super::caller::Caller;
use super::super::place::{self, words};
use super::super::problem::{Answer, not_found};
use super::super::state::Api;
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Moment;
use store::assets::note;
use utoipa::ToSchema;

/// A note to be written.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteWanted {
    /// What it says.
    #[schema(max_length = 10000)]
    text: String,
}

/// A note.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct NoteRow {
    /// Its id.
    id: String,
    /// What it says.
    text: String,
    /// Id of the user who wrote it.
    made_by: String,
    /// When, UTC.
    made_at: String,
}

impl NoteRow {
    pub(super) fn of(note: &note::Note) -> Self {
        Self {
            id: note.id.clone(),
            text: note.text.clone(),
            made_by: note.made_by.to_string(),
            made_at: utc_us(note.made_at.0),
        }
    }
}

/// Writes a note on an asset.
#[utoipa::path(post, path = "/assets/{id}/notes", tag = "assets", request_body = NoteWanted,
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 201, description = "The note", body = NoteRow)))]
pub(crate) async fn add_note(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<NoteWanted>,
) -> Answer<(StatusCode, Json<NoteRow>)> {
    let text = words("text", &wanted.text, plant::structure::NOTES_MAX, true)?;
    let person = caller.person()?;
    let mut on = api.store().write().await?;
    caller.note(&mut on, "asset.note", &format!("asset {id}"), &json!({ "text": text })).await?;
    let asset = place::asset(&caller, Permission::EditAssets, &mut on, &id).await?;
    let note = note::add(&mut on, asset.id, &text, person, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    Ok((StatusCode::CREATED, Json(NoteRow::of(&note))))
}

/// Removes a note.
#[utoipa::path(delete, path = "/assets/{id}/notes/{note}", tag = "assets",
    params(("id" = String, Path, description = "Id of the asset"), ("note" = String, Path, description = "Id of the note")),
    responses((status = 204, description = "Removed")))]
pub(crate) async fn remove_note(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path((id, wanted)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let mut on = api.store().write().await?;
    let asset = place::asset(&caller, Permission::EditAssets, &mut on, &id).await?;
    let notes = note::list(&mut on, asset.id).await?;
    let gone = notes.iter().find(|note| note.id == wanted).ok_or_else(|| not_found("note", &wanted))?;
    caller.note(&mut on, "asset.note-remove", &format!("asset {id}"), &json!({ "text": gone.text })).await?;
    note::remove(&mut on, gone, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}
