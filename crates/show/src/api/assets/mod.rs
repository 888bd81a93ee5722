//! The inventory: lists, single assets, and what people say of them.

mod bulk;
mod detail;
mod file;
pub(super) mod filter;
mod identity;
mod note;
mod placement;
mod regroup;
mod row;
#[cfg(test)]
pub(super) mod tests;

pub(super) use file::download;
pub(super) use placement::{Say, applied};
pub(super) use row::AssetRow;

use super::caller::Caller;
use super::guard::{guarded, of_size};
use super::page::{Cut, Page};
use super::place::{areas, of_list, page_of, rows};
use super::problem::{Answer, unreadable};
use super::state::Api;
use authz::Permission::{ConfirmIdentity, EditAssets, MergeAssets, ViewAssets};
use axum::Json;
use axum::extract::{Extension, Query, State};
use filter::{AssetFilter, Wanted};
use store::{Cursor, assets};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every endpoint of assets.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewAssets, routes!(list_assets)))
        .routes(guarded(ViewAssets, routes!(detail::show_asset)))
        .routes(guarded(EditAssets, routes!(placement::place_asset)))
        .routes(guarded(EditAssets, routes!(bulk::place_assets)))
        .routes(guarded(ConfirmIdentity, routes!(identity::put_override)))
        .routes(guarded(ConfirmIdentity, routes!(identity::remove_override)))
        .routes(guarded(ConfirmIdentity, routes!(identity::confirm_asset)))
        .routes(guarded(EditAssets, routes!(note::add_note)))
        .routes(guarded(EditAssets, routes!(note::remove_note)))
        .routes(guarded(MergeAssets, routes!(regroup::merge_asset)))
        .routes(guarded(MergeAssets, routes!(regroup::split_asset)))
        .routes(guarded(MergeAssets, routes!(regroup::undo_regrouping)))
        .routes(guarded(EditAssets, of_size(assets::file::BYTES_MAX, routes!(file::add_file))))
        .routes(guarded(ViewAssets, routes!(file::read_file)))
        .routes(guarded(EditAssets, routes!(file::remove_file)))
}

/// Assets that fit the filter.
#[utoipa::path(get, path = "/assets", tag = "assets", params(AssetFilter, Cut),
    responses((status = 200, description = "Assets", body = Page<AssetRow>)))]
pub(crate) async fn list_assets(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Answer<Json<Page<AssetRow>>> {
    let (cut, pairs): (Vec<_>, Vec<_>) =
        pairs.into_iter().partition(|(name, _)| matches!(name.as_str(), "limit" | "cursor"));
    let (mut limit, mut cursor) = (None, None);
    for (name, value) in cut {
        match name.as_str() {
            "limit" => limit = Some(value.parse().map_err(|_| unreadable("`limit` is no number"))?),
            _ => cursor = Some(Cursor(value)),
        }
    }
    let wanted = Wanted::read(&pairs)?;
    let scope = areas(&caller.visible(ViewAssets));
    let (filter, limit) = (&wanted.filter, rows(limit)?);
    let page = assets::list::list(api.store(), filter, &scope, wanted.sort, cursor.as_ref(), limit);
    Ok(Json(page_of(page.await.map_err(of_list)?, AssetRow::of)))
}
