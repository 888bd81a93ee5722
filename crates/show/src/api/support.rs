//! The support bundle, and what the server tells of itself for it.

use super::caller::Caller;
use super::guard::guarded;
use super::health::{health_of, mirrors_of};
use super::problem::{Answer, internal, not_found, too_often};
use super::state::Api;
use authz::Permission::ViewSupportBundle;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, Response, header};
use serde_json::json;
use tokio::sync::oneshot;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A wish for a bundle: where its bytes go, or why there are none.
pub type SupportWish = oneshot::Sender<Result<Vec<u8>, String>>;

/// Seconds after which to ask again while another bundle is made.
const WAIT_SECONDS: u32 = 10;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(guarded(ViewSupportBundle, routes!(fetch_support_bundle)))
}

/// What helps to find a fault, without secrets, as `.tar.gz`: version, configuration, health, counts, the system.
#[utoipa::path(get, path = "/support-bundle", tag = "health",
    responses((status = 200, description = "The bundle", body = Vec<u8>, content_type = "application/gzip"),
        (status = 404, description = "This server makes none", body = super::Problem)))]
async fn fetch_support_bundle(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Response<Body>> {
    let Some(wishes) = &api.parts().host.support else {
        return Err(not_found("support bundle", "of this server"));
    };
    let room = wishes.try_reserve().map_err(|_| too_often(WAIT_SECONDS))?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "support.fetch", "support-bundle", &json!({})).await?;
    tx.commit().await?;
    let (wish, answer) = oneshot::channel();
    room.send(wish);
    let made = answer.await.map_err(|error| internal("make the support bundle", error))?;
    let bytes = made.map_err(|error| internal("make the support bundle", error))?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/gzip"));
    let name = HeaderValue::from_static("attachment; filename=\"yagura-support.tar.gz\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Health and mirrors of the moment as one JSON text; a file of it lets a bundle be made while the server is down.
#[must_use]
pub fn health_text(api: &Api) -> String {
    let now_us = api.now_us();
    let view = api.view();
    let told = json!({
        "time": crate::time::utc_us(now_us),
        "health": health_of(&view, &api.live().remarks, now_us),
        "mirrors": mirrors_of(&view, now_us),
    });
    serde_json::to_string_pretty(&told).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::trial::{administrator, api, ask, router};
    use super::*;
    use axum::http::StatusCode;
    use serde_json::Value;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn a_bundle_is_fetched_and_that_is_noted() {
        let folder = tempfile::tempdir().expect("a folder");
        let (wishes, mut heard) = mpsc::channel::<SupportWish>(1);
        tokio::spawn(async move {
            while let Some(wish) = heard.recv().await {
                let _ = wish.send(Ok(b"bundle".to_vec()));
            }
        });
        let (api, _uploads) = api(folder.path(), |parts| parts.host.support = Some(wishes)).await;
        let router = router(&api, administrator());
        assert_eq!(ask(&router, "GET", "/support-bundle", &Value::Null).await.0, StatusCode::OK);
        let (_, log) = ask(&router, "GET", "/audit", &Value::Null).await;
        assert_eq!(log["items"][0]["action"], "support.fetch");
        assert!(health_text(&api).contains("\"verdict\": \"unknown\""));
    }
}
