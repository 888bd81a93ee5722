//! Backups: what was made, and a wish for one now. Making them is the server's business, not a request's.

use super::caller::Caller;
use super::guard::guarded;
use super::page::Page;
use super::problem::{Answer, conflict};
use super::state::Api;
use crate::time::utc_us;
use authz::Permission::MakeBackup;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::settings::{self, Setting};
use store::{Moment, Store, StoreError, audit};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Under this name the list is kept.
const SETTING: &str = "backups";
/// Rows that are kept.
const ROWS_MAX: usize = 200;

/// A backup that was made, or failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct BackupMade {
    /// When it began, microseconds since 1970 UTC.
    pub time_us: i64,
    /// When it ended.
    pub done_us: i64,
    /// Its file.
    pub file: String,
    /// Bytes of it.
    pub bytes: u64,
    /// Who wanted it: `product` for the plan, `user ID`, `host NAME`.
    pub asked_by: String,
    /// Why there is none.
    pub problem: Option<String>,
    /// Whether it was removed, because newer ones took its place.
    #[serde(default)]
    pub removed: bool,
}

/// A backup that was made, or failed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BackupRow {
    /// When it began, UTC.
    time: String,
    /// When it ended, UTC.
    done: String,
    /// `done`, `failed`, or `removed` once newer ones took its place.
    state: &'static str,
    /// Its file on the server.
    file: String,
    /// Bytes of it.
    bytes: u64,
    /// Who wanted it: `product` for the plan of the configuration, `user ID`, `host NAME`.
    asked_by: String,
    /// Why there is none; null where there is one.
    problem: Option<String>,
}

/// The wish for a backup was taken.
#[derive(Debug, Serialize, ToSchema)]
struct BackupAsked {
    /// When; the list of backups has a row with this or a later time when it is done.
    time: String,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(guarded(MakeBackup, routes!(list_backups, make_backup)))
}

/// The last 200 backups, newest first.
#[utoipa::path(get, path = "/backups", tag = "backups",
    responses((status = 200, description = "Backups", body = Page<BackupRow>)))]
async fn list_backups(State(api): State<Api>) -> Answer<Json<Page<BackupRow>>> {
    let rows = kept_backups(api.store()).await?;
    Ok(Json(Page::whole(rows.into_iter().map(BackupRow::of).collect(), 0)))
}

/// Makes a backup now, where the configuration says and for those whom it names. The answer does not wait for it.
#[utoipa::path(post, path = "/backups", tag = "backups",
    responses((status = 202, description = "It is being made", body = BackupAsked),
        (status = 409, description = "No folder is configured, or one waits already", body = super::Problem)))]
async fn make_backup(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<(StatusCode, Json<BackupAsked>)> {
    let wishes = api.parts().host.backups.as_ref();
    let wishes = wishes.ok_or_else(|| conflict("no folder for backups is configured: section [backup]"))?;
    let room = wishes.try_reserve().map_err(|_| conflict("a backup is being made or waits already"))?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "backup.ask", "backup", &json!({})).await?;
    tx.commit().await?;
    room.send(caller.actor_word());
    Ok((StatusCode::ACCEPTED, Json(BackupAsked { time: utc_us(caller.now_us) })))
}

/// Backups that were made, newest first.
pub async fn kept_backups(store: &Store) -> Result<Vec<BackupMade>, StoreError> {
    Ok(read(settings::find(store, SETTING).await?))
}

/// Writes down what became of a backup, and which files went for it; in the list and in the audit log.
pub async fn note_backup(store: &Store, made: &BackupMade, gone: &[String]) -> Result<(), StoreError> {
    let at = Moment(made.done_us);
    let mut tx = store.write().await?;
    let action = if made.problem.is_none() { "backup.make" } else { "backup.fail" };
    let detail = json!({ "file": made.file, "bytes": made.bytes, "problem": made.problem, "removed": gone });
    let actor = made.asked_by.as_str();
    let detail = store::Json(detail.to_string());
    audit::append(&mut tx, &audit::Deed { at, actor, action, object: "backup", detail }).await?;
    let mut rows = read(settings::find(&mut tx, SETTING).await?);
    for row in &mut rows {
        row.removed |= gone.contains(&row.file);
    }
    rows.insert(0, made.clone());
    rows.truncate(ROWS_MAX);
    let value = store::Json(serde_json::to_string(&rows).unwrap_or_default());
    let setting = Setting { key: SETTING.into(), value, made_by: String::new(), made_at: at };
    settings::put(&mut tx, &setting).await?;
    tx.commit().await
}

/// What cannot be read is an empty list: backups go on.
fn read(setting: Option<Setting>) -> Vec<BackupMade> {
    setting.and_then(|setting| serde_json::from_str(&setting.value.0).ok()).unwrap_or_default()
}

impl BackupRow {
    fn of(made: BackupMade) -> Self {
        let state = match (&made.problem, made.removed) {
            (Some(_), _) => "failed",
            (None, true) => "removed",
            (None, false) => "done",
        };
        Self {
            time: utc_us(made.time_us),
            done: utc_us(made.done_us),
            state,
            file: made.file,
            bytes: made.bytes,
            asked_by: made.asked_by,
            problem: made.problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{NOW, administrator, api, ask, person, router};
    use super::*;
    use authz::{Role, Scope};
    use serde_json::Value;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn a_wish_is_taken_once_and_its_end_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let (wishes, mut heard) = mpsc::channel(1);
        let (api, _uploads) = api(folder.path(), |parts| parts.host.backups = Some(wishes)).await;
        let router = router(&api, administrator());
        let (status, _) = ask(&router, "POST", "/backups", &Value::Null).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        let (status, told) = ask(&router, "POST", "/backups", &Value::Null).await;
        assert_eq!((status, &told["code"]), (StatusCode::CONFLICT, &json!("conflict")));
        let asked_by = heard.recv().await.expect("a wish");
        assert!(asked_by.starts_with("user "), "{asked_by}");
        let row = |file: &str, problem: Option<&str>| BackupMade {
            time_us: NOW,
            done_us: NOW + 1,
            file: file.into(),
            bytes: 7,
            asked_by: asked_by.clone(),
            problem: problem.map(Into::into),
            removed: false,
        };
        note_backup(api.store(), &row("/b/1", None), &[]).await.expect("noted");
        note_backup(api.store(), &row("/b/2", Some("the disk is full")), &[]).await.expect("noted");
        note_backup(api.store(), &row("/b/3", None), &["/b/1".into()]).await.expect("noted");
        let (_, list) = ask(&router, "GET", "/backups", &Value::Null).await;
        let states: Vec<_> =
            list["items"].as_array().expect("rows").iter().map(|row| &row["state"]).collect();
        assert_eq!(states, ["done", "failed", "removed"]);
        let (_, log) = ask(&router, "GET", "/audit", &Value::Null).await;
        assert_eq!(log["items"][0]["action"], "backup.make");
        assert_eq!(log["items"][3]["action"], "backup.ask");
    }

    #[tokio::test]
    async fn only_an_administrator_may_and_only_with_a_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, _uploads) = api(folder.path(), |_| {}).await;
        let leader = router(&api, person(Role::SiteLeader, Scope::everything()));
        assert_eq!(ask(&leader, "GET", "/backups", &Value::Null).await.0, StatusCode::FORBIDDEN);
        assert_eq!(ask(&leader, "POST", "/backups", &Value::Null).await.0, StatusCode::FORBIDDEN);
        let administrator = router(&api, administrator());
        let (status, told) = ask(&administrator, "POST", "/backups", &Value::Null).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(told["message"].as_str().is_some_and(|text| text.contains("[backup]")), "{told}");
    }
}
