//! Weaknesses: which advisories speak of which assets, what was decided about them, and what to do.

mod action;
mod advisory;
mod asset;
mod decision;
mod list;
mod table;
#[cfg(test)]
mod tests;
mod vex;
mod weakness;

pub(super) use list::VulnerabilityFilter;
pub(super) use table::weakness_rows;
pub(super) use weakness::decision_word;

use super::guard::guarded;
use super::state::Api;
use authz::Permission::{DecideRisk, ExportData, ViewRisk};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every endpoint of weaknesses.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewRisk, routes!(list::list_vulnerabilities)))
        .routes(guarded(ViewRisk, routes!(advisory::show_vulnerability)))
        .routes(guarded(ViewRisk, routes!(action::list_updates)))
        .routes(guarded(ExportData, routes!(vex::export_vulnerabilities)))
        .routes(guarded(ViewRisk, routes!(asset::list_asset_vulnerabilities)))
        .routes(guarded(DecideRisk, routes!(decision::decide_vulnerabilities)))
        .routes(guarded(DecideRisk, routes!(decision::withdraw_decision)))
}
