//! The map: everything that it draws in two answers, and where people put its boxes.

mod drawn;
mod places;

use super::guard::guarded;
use super::state::Api;
use authz::Permission::{ViewAssets, ViewTraffic};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every endpoint of the map.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewAssets, routes!(drawn::list_map_assets)))
        .routes(guarded(ViewTraffic, routes!(drawn::list_map_links)))
        .merge(places::endpoints())
}
