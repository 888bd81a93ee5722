//! How far one has read what the product tells: what was read is not told again.

use super::super::caller::Caller;
use super::super::guard::guarded;
use super::super::problem::{Answer, invalid};
use super::super::state::Api;
use crate::time::{us_of, utc_us};
use authz::Permission::ManageOwnAccount;
use axum::Json;
use axum::extract::{Extension, State};
use serde::{Deserialize, Serialize};
use store::Moment;
use store::access::read_mark::{self, ReadMark};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How far one has read.
#[derive(Debug, Serialize, ToSchema)]
struct ReadMarkRow {
    /// Everything until then was read, UTC; null before the first time.
    until: Option<String>,
}

/// How far one has read now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadMarkWanted {
    /// Everything until then was read (RFC 3339). What lies ahead of the server's clock is taken as now, and what lies
    /// before the mark that is kept does not move it.
    until: String,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(guarded(ManageOwnAccount, routes!(show_read_mark, set_read_mark)))
}

/// How far one has read.
#[utoipa::path(get, path = "/account/read-mark", tag = "account",
    responses((status = 200, description = "The mark", body = ReadMarkRow)))]
async fn show_read_mark(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Json<ReadMarkRow>> {
    let until = read_mark::find(api.store(), caller.person()?).await?;
    Ok(Json(ReadMarkRow { until: until.map(|until| utc_us(until.0)) }))
}

/// Moves the mark forward.
#[utoipa::path(put, path = "/account/read-mark", tag = "account", request_body = ReadMarkWanted,
    responses((status = 200, description = "The mark as it is kept", body = ReadMarkRow)))]
async fn set_read_mark(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<ReadMarkWanted>,
) -> Answer<Json<ReadMarkRow>> {
    let user_id = caller.person()?;
    let until = us_of(&wanted.until).ok_or_else(|| invalid("until", "is no time of RFC 3339"))?;
    let mark = ReadMark { user_id, read_until: Moment(until.min(caller.now_us)) };
    let mut tx = api.store().write().await?;
    read_mark::advance(&mut tx, &mark).await?;
    let kept = read_mark::find(&mut tx, user_id).await?;
    tx.commit().await?;
    Ok(Json(ReadMarkRow { until: kept.map(|until| utc_us(until.0)) }))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::bench::{START_US, api, ask, person, through_door};
    use super::*;
    use authz::{Role, Scope};
    use serde_json::json;

    #[tokio::test]
    async fn a_mark_is_ones_own_and_never_lies_ahead() {
        let folder = tempfile::tempdir().expect("a folder");
        let api = api(folder.path()).await;
        let router = through_door(&api);
        let (_, one) = person(&api, "one", Role::Viewer, &Scope::everything()).await;
        let (_, other) = person(&api, "other", Role::Viewer, &Scope::everything()).await;
        let path = "/api/v1/account/read-mark";
        assert!(ask(&router, "get", path, &one, None).await.body["until"].is_null());
        let set = async |seconds: i64| {
            let until = utc_us(START_US + seconds * 1_000_000);
            ask(&router, "put", path, &one, Some(json!({ "until": until }))).await.body["until"].clone()
        };
        assert_eq!(set(-60).await, json!(utc_us(START_US - 60_000_000)));
        assert_eq!(set(-90).await, json!(utc_us(START_US - 60_000_000)), "never back");
        assert_eq!(set(90).await, json!(utc_us(START_US)), "never ahead");
        assert!(ask(&router, "get", path, &other, None).await.body["until"].is_null());
        let wrong = ask(&router, "put", path, &one, Some(json!({ "until": "yesterday" }))).await;
        assert_eq!(wrong.status, 422);
    }
}
