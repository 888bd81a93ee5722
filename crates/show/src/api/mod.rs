//! The open interface under `/api/v1`: code first, one document, one shape of error, one place that says who may.
//!
//! A noun is a file: its types on the wire, its handlers, and its lines in [`routes`], where each names its permission.

mod account;
mod assets;
mod audit;
mod backups;
mod binary;
mod calendars;
mod caller;
mod certificate;
mod changes;
mod claims;
mod commissioning;
mod door;
mod enrolment;
mod entry;
mod errand;
mod evidence;
mod exports;
mod guard;
mod health;
mod history;
mod identify;
pub mod judged;
mod knowledge;
mod links;
mod live;
mod map;
mod metrics;
mod mirror_advice;
mod names;
mod page;
mod patches;
mod place;
mod problem;
mod rates;
mod receive;
mod register;
mod reset;
mod risk;
mod saved_views;
mod scope;
mod sensor_links;
mod sensors;
mod session;
mod settings;
mod sight;
mod state;
mod story;
mod structure;
mod support;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tokens;
mod traffic;
#[cfg(test)]
pub(crate) mod trial;
mod uploads;
mod users;
pub mod view;
mod vulnerabilities;
mod waiting;
mod webhooks;

pub use audit::{is_signed, sign_audit};
pub use backups::{BackupMade, kept_backups, note_backup};
pub use calendars::{
    CalendarDocument, HolidayDocument, Holidays, ShiftDocument, StopDocument, StopReason, StopWhen,
    WeekStart, Weekday,
};
pub use caller::Caller;
pub use certificate::{CertificateSource, Served};
pub(crate) use changes::{ChangeRow, is_gap};
pub(crate) use door::guarded as behind_door;
pub(crate) use enrolment::enter;
pub use entry::{Directory, Entry, Provider, Rule};
pub use errand::{Errand, ErrandError, run_errand};
pub use links::{DEMO, demo_link, first_link, forget_ended};
pub use live::{Keeping, Live};
pub use page::Page;
pub use problem::Problem;
pub use reset::{ResetWish, reset_login};
pub use sensor_links::SENSOR as SENSOR_LINK;
pub use state::{Api, Host, Parts, RemoteEntrance, Upload};
pub use support::{SupportWish, health_text};
pub use uploads::{JOB as UPLOAD_JOB, clear_uploads, unread_uploads};
pub(crate) use webhooks::sealing_purpose;

use authz::Permission;
use axum::{Router, middleware};
use guard::guarded;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
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
    components(schemas(Problem)),
    modifiers(&Proofs),
    security(("session" = []), ("token" = []))
)]
struct Base;

/// How a request proves who asks.
struct Proofs;

impl Modify for Proofs {
    fn modify(&self, document: &mut Document) {
        let cookie = ApiKey::Cookie(ApiKeyValue::new(login::session::cookie_name(true)));
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("yg_…").build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        components.add_security_scheme("token", SecurityScheme::Http(token));
    }
}

/// Every endpoint with its permission.
fn endpoints() -> OpenApiRouter<Api> {
    use Permission::{ViewHealth, ViewMetrics, ViewTraffic};
    OpenApiRouter::new()
        .routes(guarded(ViewTraffic, routes!(traffic::list_links)))
        .routes(guarded(ViewTraffic, routes!(traffic::list_commands)))
        .routes(guarded(ViewTraffic, routes!(traffic::list_protocols)))
        .routes(guarded(ViewHealth, routes!(health::show_health)))
        .routes(guarded(ViewHealth, routes!(health::list_mirrors)))
        .routes(guarded(ViewMetrics, routes!(health::show_metrics)))
        .merge(account::endpoints())
        .merge(assets::endpoints())
        .merge(audit::endpoints())
        .merge(backups::endpoints())
        .merge(calendars::endpoints())
        .merge(certificate::endpoints())
        .merge(changes::endpoints())
        .merge(claims::endpoints())
        .merge(commissioning::endpoints())
        .merge(enrolment::endpoints())
        .merge(evidence::endpoints())
        .merge(exports::endpoints())
        .merge(history::endpoints())
        .merge(knowledge::endpoints())
        .merge(map::endpoints())
        .merge(mirror_advice::endpoints())
        .merge(patches::endpoints())
        .merge(register::endpoints())
        .merge(risk::endpoints())
        .merge(saved_views::endpoints())
        .merge(sensor_links::endpoints())
        .merge(sensors::endpoints())
        .merge(session::endpoints())
        .merge(settings::endpoints())
        .merge(story::endpoints())
        .merge(structure::endpoints())
        .merge(support::endpoints())
        .merge(tokens::endpoints())
        .merge(uploads::endpoints())
        .merge(users::endpoints())
        .merge(vulnerabilities::endpoints())
        .merge(webhooks::endpoints())
}

/// The interface's description, as committed in `openapi/site.json`.
#[must_use]
pub fn document() -> Document {
    OpenApiRouter::with_openapi(Base::openapi()).nest(BASE, endpoints()).into_openapi()
}

/// Every endpoint below its base, not yet behind the door.
pub(crate) fn routes() -> Router<Api> {
    let (router, _) = endpoints().split_for_parts();
    let router = router.fallback(guard::no_such_endpoint).layer(middleware::from_fn(door::one_shape));
    Router::new().nest(BASE, router)
}
