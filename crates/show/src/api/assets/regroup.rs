//! Assets that are one, and assets that are several, said by people; each can be taken back.

use super::super::caller::Caller;
use super::super::place::{self, field_id, text};
use super::super::problem::{Answer, invalid, not_found};
use super::super::state::Api;
use crate::time::utc_us;
use authz::Permission::MergeAssets;
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use facts::id::AssetUid;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Moment;
use store::assets::address::{AddressKey, AddressRow};
use store::assets::regroup::{self, Regrouping};
use utoipa::ToSchema;
use uuid::Uuid;

/// An address by which an asset is found again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressWords {
    /// Id of the network where it means something; null where it means the same everywhere.
    network: Option<String>,
    /// `serial`, `mac`, `ip`, `name` or `part`.
    kind: String,
    /// The address.
    address: String,
}

/// A merge or a split.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RegroupingRow {
    /// Its id.
    id: String,
    /// `merge` or `split`.
    kind: &'static str,
    /// The asset that stays.
    asset: String,
    /// The asset that went into it, or that came out of it.
    other: String,
    /// Why.
    reason: String,
    /// Id of the user who did it, or `model` where the product found out by itself.
    made_by: String,
    /// When, UTC.
    made_at: String,
    /// When it was taken back, UTC.
    undone_at: Option<String>,
}

/// Which other asset is the same.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeWanted {
    /// Id of the asset that goes into this one.
    other: String,
    /// Why.
    #[schema(max_length = 1000)]
    reason: String,
}

/// What is another asset.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitWanted {
    /// The addresses that become an asset of their own; at least one address must stay.
    #[schema(max_items = 1000)]
    addresses: Vec<AddressWords>,
    /// Why.
    #[schema(max_length = 1000)]
    reason: String,
}

impl AddressWords {
    pub(super) fn of(row: &AddressRow) -> Self {
        let network = row.network.map(|network| network.to_string());
        Self { network, kind: row.kind.to_string(), address: row.address.clone() }
    }

    fn key(&self) -> Answer<AddressKey> {
        let network = self.network.as_deref().map(|id| field_id("addresses", id)).transpose()?;
        let kind = self.kind.parse().map_err(|_| invalid("addresses", "have a kind that does not exist"))?;
        Ok(AddressKey { network, kind, address: self.address.clone() })
    }
}

impl RegroupingRow {
    pub(super) fn of(row: &Regrouping) -> Self {
        Self {
            id: row.id.clone(),
            kind: row.kind.word(),
            asset: row.asset.to_string(),
            other: row.other.to_string(),
            reason: row.reason.clone(),
            made_by: row.made_by.map_or_else(|| "model".to_owned(), |by| by.to_string()),
            made_at: utc_us(row.made_at.0),
            undone_at: row.undone_at.map(|at| utc_us(at.0)),
        }
    }
}

/// Puts another asset into this one: they are one machine.
#[utoipa::path(post, path = "/assets/{id}/merge", tag = "assets", request_body = MergeWanted,
    params(("id" = String, Path, description = "Id of the asset that stays")),
    responses((status = 201, description = "Merged", body = RegroupingRow)))]
pub(crate) async fn merge_asset(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<MergeWanted>,
) -> Answer<(StatusCode, Json<RegroupingRow>)> {
    let reason = text("reason", &wanted.reason, 1000, true)?;
    let by = caller.person()?;
    let mut on = api.store().write().await?;
    caller.note(&mut on, "asset.merge", &format!("asset {id}"), &json!(wanted)).await?;
    let asset = place::asset(&caller, MergeAssets, &mut on, &id).await?.id;
    let other = place::asset(&caller, MergeAssets, &mut on, &wanted.other).await?.id;
    let deed = regroup::Deed { by: Some(by), reason: &reason, at: Moment(caller.now_us) };
    let row = regroup::merge(&mut on, asset, other, deed).await?;
    on.commit().await?;
    api.tell_changed();
    Ok((StatusCode::CREATED, Json(RegroupingRow::of(&row))))
}

/// Makes some addresses of an asset an asset of their own: they are several machines.
#[utoipa::path(post, path = "/assets/{id}/split", tag = "assets", request_body = SplitWanted,
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 201, description = "Split", body = RegroupingRow)))]
pub(crate) async fn split_asset(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(wanted): Json<SplitWanted>,
) -> Answer<(StatusCode, Json<RegroupingRow>)> {
    let reason = text("reason", &wanted.reason, 1000, true)?;
    let keys: Vec<AddressKey> = wanted.addresses.iter().map(AddressWords::key).collect::<Answer<_>>()?;
    let by = caller.person()?;
    let mut on = api.store().write().await?;
    caller.note(&mut on, "asset.split", &format!("asset {id}"), &json!(wanted)).await?;
    let asset = place::asset(&caller, MergeAssets, &mut on, &id).await?.id;
    let deed = regroup::Deed { by: Some(by), reason: &reason, at: Moment(caller.now_us) };
    let row = regroup::split(&mut on, asset, AssetUid(Uuid::now_v7()), &keys, deed).await?;
    on.commit().await?;
    api.tell_changed();
    Ok((StatusCode::CREATED, Json(RegroupingRow::of(&row))))
}

/// Takes a merge or a split back.
#[utoipa::path(post, path = "/assets/{id}/regroupings/{regrouping}/undo", tag = "assets",
    params(("id" = String, Path, description = "Id of one of its assets"),
        ("regrouping" = String, Path, description = "Id of the merge or split")),
    responses((status = 204, description = "Taken back")))]
pub(crate) async fn undo_regrouping(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path((id, wanted)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let by = caller.person()?;
    let mut on = api.store().write().await?;
    caller
        .note(&mut on, "asset.regroup-undo", &format!("asset {id}"), &json!({ "regrouping": wanted }))
        .await?;
    let asset = place::asset(&caller, MergeAssets, &mut on, &id).await?.id;
    let rows = regroup::of_asset(&mut on, asset).await?;
    let row = rows.iter().find(|row| row.id == wanted).ok_or_else(|| not_found("merge or split", &wanted))?;
    for end in [row.asset, row.other] {
        place::asset(&caller, MergeAssets, &mut on, &end.to_string()).await?;
    }
    regroup::undo(&mut on, &wanted, by, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}
