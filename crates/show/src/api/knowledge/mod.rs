//! Public knowledge of products and weaknesses: what is here, who is trusted to sign it, and a newer bundle brought in.

mod bundle;
mod keys;
mod status;
#[cfg(test)]
mod tests;

use super::guard::guarded;
use super::state::Api;
use authz::Permission::{ManageSettings, ViewRisk, ViewSettings};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every endpoint of public knowledge.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewRisk, routes!(status::show_knowledge)))
        .routes(guarded(ManageSettings, routes!(bundle::bring_knowledge)))
        .routes(guarded(ViewSettings, routes!(keys::list_knowledge_keys)))
        .routes(guarded(ManageSettings, routes!(keys::set_knowledge_keys)))
}
