//! Risk: how likely and how bad, where it stands in the matrix, why, and what would lower it.

mod action;
mod assets;
mod choke;
mod consequence;
mod day;
mod detail;
mod method;
mod sight;
mod summary;
mod table;
mod term;
#[cfg(test)]
pub(super) mod tests;
mod whatif;

pub(super) use assets::RiskFilter;
pub(super) use sight::{Part, Wanted, word};
pub(super) use table::term_rows;

use super::guard::guarded;
use super::state::Api;
use authz::Permission::{DecideRisk, EditRiskMethod, ViewRisk};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every endpoint of risk.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewRisk, routes!(summary::show_risk)))
        .routes(guarded(ViewRisk, routes!(assets::list_risk_assets)))
        .routes(guarded(ViewRisk, routes!(action::list_risk_actions)))
        .routes(guarded(ViewRisk, routes!(choke::list_choke_points)))
        .routes(guarded(ViewRisk, routes!(day::list_risk_days)))
        .routes(guarded(ViewRisk, routes!(day::show_risk_day)))
        .routes(guarded(ViewRisk, routes!(detail::show_asset_risk)))
        .routes(guarded(ViewRisk, routes!(whatif::try_risk_actions)))
        .routes(guarded(ViewRisk, routes!(consequence::list_consequences)))
        .routes(guarded(DecideRisk, routes!(consequence::decide_consequences)))
        .routes(guarded(DecideRisk, routes!(consequence::remove_consequences)))
        .routes(guarded(ViewRisk, routes!(method::show_risk_method)))
        .routes(guarded(EditRiskMethod, routes!(method::change_risk_method)))
}
