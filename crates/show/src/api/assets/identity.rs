//! What an asset is, said by a person: over what was inferred, which stays to be seen beside it.

use super::super::caller::Caller;
use super::super::place::{self, text, words};
use super::super::problem::{Answer, conflict, invalid, not_found};
use super::super::state::Api;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Moment;
use store::assets;
use store::assets::overrule::{self, FIELDS, Override};
use utoipa::ToSchema;

/// What a person says against the wire.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideWanted {
    /// What it shall be.
    #[schema(max_length = 200)]
    value: String,
    /// Why.
    #[schema(max_length = 1000)]
    reason: String,
}

/// Whether an asset is confirmed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// Whether what is known of it is right.
    is_confirmed: bool,
}

/// Overrules a field of an asset.
#[utoipa::path(put, path = "/assets/{id}/overrides/{field}", tag = "assets", request_body = OverrideWanted,
    params(("id" = String, Path, description = "Id of the asset"), ("field" = String, Path, description =
        "name, kind, role, level, vendor, model, order_number, firmware, hardware, serial or os")),
    responses((status = 204, description = "Overruled")))]
pub(crate) async fn put_override(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path((id, field)): Path<(String, String)>,
    Json(wanted): Json<OverrideWanted>,
) -> Answer<StatusCode> {
    if !FIELDS.contains(&field.as_str()) {
        return Err(not_found("field that can be overruled:", &field));
    }
    let value = words("value", &wanted.value, 200, false)?;
    if field == "level" && plant::structure::Level::read(&value).is_none() {
        return Err(invalid("value", "is no level: 0, 1, 2, 3, DMZ or 4"));
    }
    let reason = text("reason", &wanted.reason, 1000, true)?;
    let (made_by, made_at) = (caller.person()?, Moment(caller.now_us));
    let mut on = api.store().write().await?;
    let detail = json!({ "field": field, "value": value, "reason": reason });
    caller.note(&mut on, "asset.overrule", &format!("asset {id}"), &detail).await?;
    let asset = place::asset(&caller, Permission::ConfirmIdentity, &mut on, &id).await?.id;
    let heard = String::new();
    overrule::put(&mut on, &Override { asset, field, value, heard, reason, made_by, made_at }).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Lets the wire say again what a field is.
#[utoipa::path(delete, path = "/assets/{id}/overrides/{field}", tag = "assets",
    params(("id" = String, Path, description = "Id of the asset"), ("field" = String, Path, description = "Field")),
    responses((status = 204, description = "No longer overruled")))]
pub(crate) async fn remove_override(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path((id, field)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let mut on = api.store().write().await?;
    caller.note(&mut on, "asset.overrule-end", &format!("asset {id}"), &json!({ "field": field })).await?;
    let asset = place::asset(&caller, Permission::ConfirmIdentity, &mut on, &id).await?.id;
    overrule::remove(&mut on, asset, &field, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Confirms what is known of an asset, or takes that back.
#[utoipa::path(put, path = "/assets/{id}/confirmation", tag = "assets", request_body = Confirmation,
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 204, description = "Noted")))]
pub(crate) async fn confirm_asset(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<Confirmation>,
) -> Answer<StatusCode> {
    let person = caller.person()?;
    let mut on = api.store().write().await?;
    caller.note(&mut on, "asset.confirm", &format!("asset {id}"), &json!(wanted)).await?;
    let asset = place::asset(&caller, Permission::ConfirmIdentity, &mut on, &id).await?;
    if let Some(other) = asset.merged_into {
        return Err(conflict(format!("asset {id} was merged into {other}")));
    }
    assets::place::confirm(&mut on, asset.id, wanted.is_confirmed.then_some(person), Moment(caller.now_us))
        .await?;
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}
