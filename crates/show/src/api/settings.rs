//! How long each kind of data is kept, and how much room it will take.

use super::caller::Caller;
use super::guard::guarded;
use super::page::Page;
use super::problem::{Answer, not_found};
use super::state::Api;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use history::keep::{Quota, forecast};
use history::{Entry, Kind};
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
    /// Whether it was set here; while it was not, the configuration counts.
    is_set: bool,
    /// Days; null for as long as there is room.
    keep_days: Option<u32>,
    /// Bytes; null for no limit of its own.
    bytes_max: Option<u64>,
    /// Bytes of its files now; null for what lies in the database.
    bytes: Option<u64>,
    /// Growth by the files of the last seven days.
    bytes_per_day: Option<f64>,
    /// Days until the limit in bytes is reached at that growth; null without a limit or growth.
    days_until_full: Option<f64>,
}

/// How long a kind of data is to be kept; whichever limit is reached first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionChange {
    /// Days; null for as long as there is room.
    #[schema(minimum = 1, maximum = 36_500)]
    keep_days: Option<u32>,
    /// Bytes; null for no limit of its own.
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
        let found = set.iter().find(|row| row.kind == kind);
        rows.push(row(&api, kind, found, caller.now_us).await?);
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
    Ok(Json(row(&api, kind, Some(&retention), caller.now_us).await?))
}

async fn row(api: &Api, kind: &'static str, set: Option<&Retention>, now_us: i64) -> Answer<RetentionRow> {
    let keep_days = set.map(|row| row.keep_days).filter(|days| *days > 0);
    let bytes_max = set.map(|row| row.bytes_max).filter(|bytes| *bytes > 0);
    let growth = match Kind::of(kind) {
        Some(history_kind) => {
            let files = entries(api, history_kind).await?;
            Some(forecast(&files, Quota { days: keep_days, bytes: bytes_max }, now_us))
        }
        None => None,
    };
    Ok(RetentionRow {
        kind,
        is_set: set.is_some(),
        keep_days,
        bytes_max,
        bytes: growth.map(|growth| growth.bytes),
        bytes_per_day: growth.map(|growth| growth.bytes_per_day),
        days_until_full: growth.and_then(|growth| growth.days_left),
    })
}

/// Files of a kind as the forecast takes them; it looks at hours and sizes only.
async fn entries(api: &Api, kind: Kind) -> Answer<Vec<Entry>> {
    let all = (Moment(i64::MIN), Moment(i64::MAX));
    let files = store::history::between(api.store(), kind.name(), all.0, all.1).await?;
    let entry = |file: store::history::HistoryFile| Entry {
        kind,
        hour_us: file.hour.0,
        shard: 0,
        path: file.path,
        rows: file.rows,
        bytes: file.bytes,
        crc: 0,
        first_us: file.first_at.0,
        last_us: file.last_at.0,
        made_us: file.made_at.0,
    };
    Ok(files.into_iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::super::trial::{NOW, administrator, api, ask, router};
    use super::*;
    use axum::http::StatusCode;
    use serde_json::Value;

    #[tokio::test]
    async fn a_limit_tells_when_it_will_be_reached() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, _uploads) = api(folder.path(), |_| {}).await;
        let day_us = 24 * history::HOUR_US;
        let file = |days: i64| store::history::HistoryFile {
            path: format!("flows/{days}"),
            kind: "flows".into(),
            hour: Moment(NOW - days * day_us),
            rows: 1,
            bytes: 4 << 20,
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
