//! The open interface under `/api/v1`: code first, one document, one shape of error, one place that says who may.
//!
//! A noun is a file: its types on the wire, its handlers, and its lines in [`routes`], where each names its permission.

mod assets;
mod caller;
mod claims;
mod exports;
mod guard;
mod health;
mod metrics;
mod page;
mod place;
mod problem;
mod register;
mod state;
mod structure;
#[cfg(test)]
mod testing;
mod traffic;
pub mod view;

pub use caller::Caller;
pub use page::Page;
pub use problem::Problem;
pub use state::Api;

use authz::Permission;
use guard::guarded;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the interface stands.
pub const BASE: &str = "/api/v1";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Yagura",
        description = "What is on a plant's network, who controls whom, and how far that can be trusted.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "Yagura")
    ),
    components(schemas(Problem))
)]
struct Base;

/// Every endpoint with its permission.
fn endpoints() -> OpenApiRouter<Api> {
    use Permission::{ViewHealth, ViewMetrics, ViewTraffic};
    OpenApiRouter::with_openapi(Base::openapi())
        .routes(guarded(ViewTraffic, routes!(traffic::list_links)))
        .routes(guarded(ViewTraffic, routes!(traffic::list_commands)))
        .routes(guarded(ViewTraffic, routes!(traffic::list_protocols)))
        .routes(guarded(ViewHealth, routes!(health::show_health)))
        .routes(guarded(ViewHealth, routes!(health::list_mirrors)))
        .routes(guarded(ViewMetrics, routes!(health::show_metrics)))
        .merge(assets::endpoints())
        .merge(claims::endpoints())
        .merge(exports::endpoints())
        .merge(register::endpoints())
        .merge(structure::endpoints())
}

/// The interface's description, as committed in `openapi/site.json`.
#[must_use]
pub fn document() -> Document {
    OpenApiRouter::new().nest(BASE, endpoints()).into_openapi()
}
