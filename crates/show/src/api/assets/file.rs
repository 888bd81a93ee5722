//! Files kept with an asset: drawings, parameter lists, photographs of a name plate.

use super::super::caller::Caller;
use super::super::place::{self, path_id, words};
use super::super::problem::{Answer, conflict, invalid, not_found};
use super::super::state::Api;
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use facts::id::FileId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::assets::file::{self, File, NewFile};
use store::{Moment, Trouble};
use utoipa::{IntoParams, ToSchema};

/// A file without its bytes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FileRow {
    /// Its id.
    id: String,
    /// Its name as uploaded.
    name: String,
    /// Its media type as uploaded.
    media_type: String,
    /// Its length in bytes.
    size: u64,
    /// The SHA-256 of its bytes.
    sha256: String,
    /// Id of the user who brought it.
    made_by: String,
    /// When, UTC.
    made_at: String,
}

impl FileRow {
    pub(super) fn of(file: &File) -> Self {
        Self {
            id: file.id.to_string(),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            sha256: file.sha256.clone(),
            made_by: file.made_by.to_string(),
            made_at: utc_us(file.made_at.0),
        }
    }
}

/// What the file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileName {
    /// Its name.
    #[param(max_length = 200)]
    name: String,
}

/// Keeps a file with an asset: at most 100 files of 16 MiB each.
#[utoipa::path(post, path = "/assets/{id}/files", tag = "assets", params(FileName,
    ("id" = String, Path, description = "Id of the asset")),
    request_body(content = crate::api::binary::Binary, content_type = "application/octet-stream"),
    responses((status = 201, description = "The file", body = FileRow)))]
pub(crate) async fn add_file(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(wanted): Query<FileName>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<(StatusCode, Json<FileRow>)> {
    let name = words("name", &wanted.name, 200, false)?;
    if body.is_empty() {
        return Err(invalid("body", "is empty"));
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.filter(|text| text.len() <= 100).unwrap_or("application/octet-stream");
    let person = caller.person()?;
    let mut on = api.store().write().await?;
    let detail = json!({ "name": name, "bytes": body.len() });
    caller.note(&mut on, "asset.file", &format!("asset {id}"), &detail).await?;
    let asset = place::asset(&caller, Permission::EditAssets, &mut on, &id).await?;
    let new = NewFile { name: &name, media_type, bytes: &body };
    let added = file::add(&mut on, asset.id, &new, person, Moment(caller.now_us)).await;
    let file = added.map_err(|error| match error.trouble {
        Trouble::Malformed => conflict(format!("asset {id} has {} files already", file::FILES_MAX)),
        _ => error.into(),
    })?;
    on.commit().await?;
    api.tell_changed();
    Ok((StatusCode::CREATED, Json(FileRow::of(&file))))
}

/// The bytes of a file. It comes as a download that no browser shows, whatever was uploaded.
#[utoipa::path(get, path = "/assets/{id}/files/{file}", tag = "assets",
    params(("id" = String, Path, description = "Id of the asset"), ("file" = String, Path, description = "Id of the file")),
    responses((status = 200, description = "Its bytes", body = crate::api::binary::Binary, content_type = "application/octet-stream")))]
pub(crate) async fn read_file(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path((id, wanted)): Path<(String, String)>,
) -> Answer<impl IntoResponse> {
    let asset = place::asset(&caller, Permission::ViewAssets, api.store(), &id).await?;
    let wanted: FileId = path_id("file", &wanted)?;
    let file = file::find(api.store(), wanted).await?.filter(|file| file.asset == asset.id);
    let file = file.ok_or_else(|| not_found("file", wanted))?;
    let bytes = file::bytes(api.store(), wanted).await?.ok_or_else(|| not_found("file", wanted))?;
    Ok((download("application/octet-stream", &file.name), bytes))
}

/// Removes a file.
#[utoipa::path(delete, path = "/assets/{id}/files/{file}", tag = "assets",
    params(("id" = String, Path, description = "Id of the asset"), ("file" = String, Path, description = "Id of the file")),
    responses((status = 204, description = "Removed")))]
pub(crate) async fn remove_file(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path((id, wanted)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let wanted: FileId = path_id("file", &wanted)?;
    let mut on = api.store().write().await?;
    let asset = place::asset(&caller, Permission::EditAssets, &mut on, &id).await?;
    let file = file::find(&mut on, wanted).await?.filter(|file| file.asset == asset.id);
    let file = file.ok_or_else(|| not_found("file", wanted))?;
    let detail = json!({ "name": file.name, "sha256": file.sha256 });
    caller.note(&mut on, "asset.file-remove", &format!("asset {id}"), &detail).await?;
    file::remove(&mut on, &file, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Headers of a download; the name as RFC 8187 writes one that is not ASCII.
pub(in crate::api) fn download(media_type: &'static str, name: &str) -> HeaderMap {
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let disposition = HeaderValue::try_from(format!("attachment; filename*=UTF-8''{encoded}"));
    let disposition = disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ])
}
