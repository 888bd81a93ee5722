//! Patches of assets: what to install and when, the states of IEC TR 62443-2-3 with their history, deferrals, and two goals.

mod dates;
mod deed;
mod goals;
mod history;
mod list;
#[cfg(test)]
mod tests;
mod track;
mod work;

pub(super) use list::{PatchFilter, StopWindow, patch_rows};

use super::guard::guarded;
use super::state::Api;
use authz::Permission::{DecideRisk, EditRiskMethod, ViewRisk};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every endpoint of patches.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewRisk, routes!(list::list_patches)))
        .routes(guarded(ViewRisk, routes!(goals::show_patch_goals)))
        .routes(guarded(ViewRisk, routes!(dates::show_patch_dates)))
        .routes(guarded(EditRiskMethod, routes!(dates::change_patch_dates)))
        .routes(guarded(ViewRisk, routes!(history::list_asset_patches)))
        .routes(guarded(DecideRisk, routes!(deed::move_patches)))
        .routes(guarded(DecideRisk, routes!(deed::defer_patches)))
}
