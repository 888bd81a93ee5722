//! The plant itself.

use super::super::caller::Caller;
use super::super::guard::guarded;
use super::super::place::{text, words};
use super::super::problem::{Answer, invalid, not_found, refused};
use super::super::state::Api;
use authz::Object;
use authz::Permission::{EditStructure, ViewStructure};
use axum::Json;
use axum::extract::{Extension, State};
use plant::structure as plan;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Moment;
use store::structure::site::{self, Site};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The plant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SiteRow {
    /// Its id.
    id: String,
    /// Its name as people say it.
    name: String,
    /// Its short code.
    code: String,
    /// Its time zone: `Asia/Tokyo`.
    time_zone: String,
    /// What else is to be known.
    note: String,
}

/// The plant as it shall be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteWanted {
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// Its short code.
    #[serde(default)]
    #[schema(max_length = 200)]
    code: String,
    /// Its time zone by its IANA name.
    #[schema(max_length = 60)]
    time_zone: String,
    /// What else is to be known.
    #[serde(default)]
    #[schema(max_length = 10000)]
    note: String,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewStructure, routes!(show_site)))
        .routes(guarded(EditStructure, routes!(change_site)))
}

impl SiteRow {
    fn of(site: Site) -> Self {
        Self {
            id: site.id.to_string(),
            name: site.name,
            code: site.code,
            time_zone: site.time_zone,
            note: site.note,
        }
    }
}

/// The plant.
#[utoipa::path(get, path = "/site", tag = "structure",
    responses((status = 200, description = "The plant", body = SiteRow),
        (status = 404, description = "It has no name yet", body = super::super::Problem)))]
pub(crate) async fn show_site(State(api): State<Api>) -> Answer<Json<SiteRow>> {
    let id = api.parts().site;
    let site = site::find(api.store(), id).await?.ok_or_else(|| not_found("site", id))?;
    Ok(Json(SiteRow::of(site)))
}

/// Replaces what is said of the plant. Only a role without limit of lines and zones may do this.
#[utoipa::path(put, path = "/site", tag = "structure", request_body = SiteWanted,
    responses((status = 200, description = "As it is kept", body = SiteRow)))]
pub(crate) async fn change_site(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<SiteWanted>,
) -> Answer<Json<SiteRow>> {
    caller.access.decide(EditStructure, Object::whole(), caller.now_us).map_err(refused)?;
    plant::calendar::zone(&wanted.time_zone).map_err(|error| invalid("time_zone", error))?;
    let site = Site {
        id: api.parts().site,
        name: words("name", &wanted.name, plan::NAME_MAX, false)?,
        code: text("code", &wanted.code, plan::NAME_MAX, false)?,
        time_zone: wanted.time_zone.clone(),
        note: text("note", &wanted.note, plan::NOTES_MAX, true)?,
    };
    let mut on = api.store().write().await?;
    caller.note(&mut on, "site.change", &format!("site {}", site.id), &json!(wanted)).await?;
    site::put(&mut on, &site, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(Json(SiteRow::of(site)))
}
