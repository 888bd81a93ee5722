//! How long each kind of data is kept, and how much room it will take.

use super::caller::Caller;
use super::guard::guarded;
use super::page::Page;
use super::problem::{Answer, not_found};
use super::state::Api;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use history::Kind;
use keep::retention::{Bounds, Piece, forecast};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Moment;
use store::settings::{self, Retention};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Kinds of data with a limit of their own, as the configuration names them.
const KINDS: [&str; 6] = ["flows", "commands", "values", "detections", "changes", "uploads"];

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(Permission::ViewSettings, routes!(list_retention)))
        .routes(guarded(Permission::ManageSettings, routes!(set_retention)))
}

/// How long a kind of data is kept, and how it grows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RetentionRow {
    /// `flows`, `commands`, `values`, `detections`, `changes` or `uploads`.
    kind: &'static str,
    /// Whether it was set here; while it was not, the limits are those of the configuration.
    is_set: bool,
    /// Days that are kept; null for as long as there is room.
    keep_days: Option<u32>,
    /// Bytes that it may take; null for no limit of its own.
    bytes_max: Option<u64>,
    /// Bytes of its files now; null for what lies in the database.
    bytes: Option<u64>,
    /// Growth by the files of the last seven days.
    bytes_per_day: Option<f64>,
    /// What it will take when it no longer grows.
    bytes_in_the_end: Option<u64>,
    /// How many days back it will reach then.
    days_in_the_end: Option<f64>,
    /// Days until the limit in bytes is reached at that growth; null when the limit in days comes first.
    days_until_full: Option<f64>,
}

/// How long a kind of data is to be kept; whichever limit is reached first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionChange {
    /// Days; null for what the configuration says.
    #[schema(minimum = 1, maximum = 36_500)]
    keep_days: Option<u32>,
    /// Bytes; null for what the configuration says.
    #[schema(minimum = 1_048_576)]
    bytes_max: Option<u64>,
}

/// How long each kind of data is kept, and when its room will be used up.
#[utoipa::path(get, path = "/settings/retention", tag = "settings",
    responses((status = 200, description = "Limits and growth", body = Page<RetentionRow>)))]
pub(crate) async fn list_retention(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Json<Page<RetentionRow>>> {
    let set = settings::list_retention(api.store()).await?;
    let mut rows = Vec::new();
    for kind in KINDS {
        let is_set = set.iter().any(|row| row.kind == kind);
        rows.push(row(&api, kind, is_set, caller.now_us).await?);
    }
    Ok(Json(Page::whole(rows, 0)))
}

/// Sets how long a kind of data is kept, from now on.
#[utoipa::path(put, path = "/settings/retention/{kind}", tag = "settings", request_body = RetentionChange,
    params(("kind" = String, Path, description = "Kind of data")),
    responses((status = 200, description = "Limits and growth", body = RetentionRow)))]
pub(crate) async fn set_retention(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(kind): Path<String>,
    Json(change): Json<RetentionChange>,
) -> Answer<Json<RetentionRow>> {
    let known = KINDS.into_iter().find(|known| *known == kind);
    let kind = known.ok_or_else(|| not_found("kind of data", &kind))?;
    if change.keep_days.is_some_and(|days| !(1..=36_500).contains(&days)) {
        return Err(super::problem::invalid("keep_days", "is not between 1 and 36500"));
    }
    // Less than a file of an hour would delete everything as soon as it is written.
    if change.bytes_max.is_some_and(|bytes| !(1 << 20..=1 << 60).contains(&bytes)) {
        return Err(super::problem::invalid("bytes_max", "is not between 1 MiB and 1 EiB"));
    }
    let retention = Retention {
        kind: kind.into(),
        keep_days: change.keep_days.unwrap_or(0),
        bytes_max: change.bytes_max.unwrap_or(0),
    };
    let mut tx = api.store().write().await?;
    let before = settings::list_retention(&mut tx).await?.into_iter().find(|row| row.kind == kind);
    let detail = json!({
        "keep_days": change.keep_days,
        "bytes_max": change.bytes_max,
        "before": before.map(|row| json!({ "keep_days": row.keep_days, "bytes_max": row.bytes_max })),
    });
    caller.note(&mut tx, "retention.set", &format!("retention {kind}"), &detail).await?;
    settings::put_retention(&mut tx, &retention, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(row(&api, kind, true, caller.now_us).await?))
}

async fn row(api: &Api, kind: &'static str, is_set: bool, now_us: i64) -> Answer<RetentionRow> {
    let limits = settings::retention(api.store(), &api.live().keeping.limits).await?;
    let limit = limits.into_iter().find(|limit| limit.kind == kind);
    let keep_days = limit.as_ref().map(|row| row.keep_days).filter(|days| *days > 0);
    let bytes_max = limit.as_ref().map(|row| row.bytes_max).filter(|bytes| *bytes > 0);
    let mut row = RetentionRow {
        kind,
        is_set,
        keep_days,
        bytes_max,
        bytes: None,
        bytes_per_day: None,
        bytes_in_the_end: None,
        days_in_the_end: None,
        days_until_full: None,
    };
    if Kind::of(kind).is_some() {
        let pieces = pieces(api, kind).await?;
        let bounds = Bounds { days: keep_days.unwrap_or(u32::MAX), bytes: bytes_max.unwrap_or(u64::MAX) };
        let forecast = forecast(&pieces, bounds, now_us);
        row.bytes = Some(pieces.iter().map(|piece| piece.bytes).sum());
        row.bytes_per_day = Some(forecast.bytes_per_day);
        row.bytes_in_the_end = Some(forecast.bytes_in_the_end);
        row.days_in_the_end = Some(forecast.days_in_the_end);
        row.days_until_full = forecast.days_until_full;
    }
    Ok(row)
}

/// Files of a kind as the forecast takes them.
async fn pieces(api: &Api, kind: &str) -> Answer<Vec<Piece>> {
    let files = store::history::between(api.store(), kind, Moment(i64::MIN), Moment(i64::MAX)).await?;
    let piece = |file: store::history::HistoryFile| Piece {
        first: file.first_at.0.min(file.made_at.0),
        last: file.last_at.0.min(file.made_at.0),
        bytes: file.bytes,
    };
    Ok(files.into_iter().map(piece).collect())
}

#[cfg(test)]
mod tests {
    use super::super::live::{Keeping, Live};
    use super::super::testing::fixed;
    use super::super::trial::{NOW, administrator, api, ask, router};
    use super::*;
    use axum::http::StatusCode;
    use serde_json::Value;

    #[tokio::test]
    async fn a_limit_tells_when_it_will_be_reached() {
        let folder = tempfile::tempdir().expect("a folder");
        let default = |kind: &str, keep_days| Retention { kind: kind.into(), keep_days, bytes_max: 1 << 30 };
        let defaults = vec![default("flows", 400), default("commands", 1100)];
        let (api, _uploads) = api(folder.path(), |parts| {
            let keeping = Keeping { limits: defaults, ..Keeping::default() };
            parts.live = fixed(Live { keeping, ..Live::default() });
        })
        .await;
        let day_us = 24 * history::HOUR_US;
        let file = |days: i64| store::history::HistoryFile {
            kind: "flows".into(),
            hour: Moment(NOW - days * day_us),
            shard: 1,
            path: format!("flows/{days}"),
            rows: 1,
            bytes: 4 << 20,
            crc: 0,
            first_at: Moment(NOW - days * day_us),
            last_at: Moment(NOW - days * day_us),
            made_at: Moment(NOW - days * day_us),
        };
        let mut tx = api.store().write().await.expect("a transaction");
        store::history::replace(&mut tx, &[file(1), file(2)], &[]).await.expect("the files");
        tx.commit().await.expect("a commit");
        let router = router(&api, administrator());
        let wanted = json!({ "keep_days": 400, "bytes_max": 16 << 20 });
        let (status, row) = ask(&router, "PUT", "/settings/retention/flows", &wanted).await;
        assert_eq!(status, StatusCode::OK);
        // 8 MiB in two days: the other 8 MiB last two more.
        assert_eq!((&row["bytes"], &row["days_until_full"]), (&json!(8 << 20), &json!(2.0)));
        let (_, list) = ask(&router, "GET", "/settings/retention", &Value::Null).await;
        assert_eq!(
            (&list["items"][0]["keep_days"], &list["items"][1]["is_set"]),
            (&json!(400), &json!(false))
        );
        assert_eq!(list["items"][1]["keep_days"], json!(1100), "what the configuration says");
        assert_eq!(
            (&list["items"][4]["kind"], &list["items"][4]["bytes"]),
            (&json!("changes"), &Value::Null)
        );
        for bad in [json!({ "keep_days": 0 }), json!({ "bytes_max": 1 }), json!({ "keep_days": 40_000 })] {
            let (status, _) = ask(&router, "PUT", "/settings/retention/flows", &bad).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        }
        assert_eq!(
            ask(&router, "PUT", "/settings/retention/weather", &wanted).await.0,
            StatusCode::NOT_FOUND
        );
    }
}
