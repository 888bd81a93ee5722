//! Captures that people bring: taken in, handed to a sensor process of their own, and what became of them.

use super::caller::Caller;
use super::guard::guarded;
use super::page::Page;
use super::problem::{Answer, Problem, invalid, not_found, too_large, too_often, unavailable};
use super::receive::{Kept, receive};
use super::state::{Api, Upload};
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use facts::id::JobId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::Path as FilePath;
use store::jobs::{self, Job};
use store::settings;
use store::{Moment, Store, StoreError};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Kind of the jobs that read uploaded captures.
pub const JOB: &str = "upload";
/// What the names of their files begin with.
const FILE: &str = "upload-";
/// A job that is done stays, so that its fate can be told; it is not due again for a hundred years.
const NEVER_US: i64 = 100 * 365 * 24 * 3_600 * 1_000_000;
/// Seconds after which there may be room for another capture.
const WAIT_SECONDS: u32 = 30;
/// Letters of a file name at most.
const NAME_MAX: usize = 200;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(Permission::UploadCaptures, routes!(list_uploads, upload_capture)))
        .routes(guarded(Permission::UploadCaptures, routes!(show_upload)))
}

/// A capture that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadRow {
    /// Its id.
    id: String,
    /// Its name as uploaded.
    name: String,
    /// Its bytes.
    bytes: u64,
    /// When it came, UTC.
    time: String,
    /// `waiting`, `reading`, `done` or `failed`.
    state: &'static str,
    /// Why it failed, in one line; empty otherwise.
    problem: String,
    /// When it was read to its end, UTC.
    done: Option<String>,
}

/// What an upload is called.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UploadName {
    /// Name of the file, for people.
    #[param(max_length = 200)]
    name: String,
}

/// What the job needs to know of it.
#[derive(Deserialize, Serialize)]
struct Told {
    name: String,
    bytes: u64,
    time_us: i64,
}

/// Takes a capture in (pcap or pcapng, as the whole body). It is read by a process of its own; ask for its state.
#[utoipa::path(post, path = "/uploads", tag = "uploads", params(UploadName),
    request_body(content = crate::api::binary::Binary, content_type = "application/octet-stream"),
    responses((status = 202, description = "Taken in", body = UploadRow)))]
pub(crate) async fn upload_capture(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(UploadName { name }): Query<UploadName>,
    body: Body,
) -> Answer<(StatusCode, Json<UploadRow>)> {
    if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(invalid("name", format!("may have {NAME_MAX} letters at most, on one line")));
    }
    let name = if name.trim().is_empty() { String::from("capture") } else { name };
    // Those before it are not read yet.
    let queue = api.parts().uploads.try_reserve().map_err(|_| too_often(WAIT_SECONDS))?;
    let id = JobId(Uuid::now_v7());
    let file = Kept::new(api.parts().folder.join(format!("{FILE}{id}")));
    let room = bounds(&api).await?;
    let bytes = receive(&file.path, "the capture", body, |bytes| room.holds(bytes)).await?;
    // Others may have come in at the same time.
    bounds(&api).await?;
    let told = Told { name: name.clone(), bytes, time_us: caller.now_us };
    let job = Job {
        id,
        kind: JOB.into(),
        unique_key: format!("{JOB} {id}"),
        document: store::Json(serde_json::to_string(&told).unwrap_or_default()),
        due_at: Moment(caller.now_us),
        every: NEVER_US,
        lease_holder: String::new(),
        lease_until: Moment(0),
        attempts: 0,
        last_error: String::new(),
        last_done_at: None,
    };
    let mut tx = api.store().write().await?;
    caller
        .note(&mut tx, "capture.upload", &format!("upload {id}"), &json!({ "name": name, "bytes": bytes }))
        .await?;
    jobs::add(&mut tx, &job).await?;
    tx.commit().await?;
    queue.send(Upload { path: file.keep(), name, job: id });
    Ok((StatusCode::ACCEPTED, Json(row(&job, caller.now_us))))
}

/// Captures that were taken in and not read to their end, oldest first: what a server that was ended left behind.
pub async fn unread_uploads(store: &Store, folder: &FilePath) -> Result<Vec<Upload>, StoreError> {
    let jobs = jobs::list(store).await?;
    let unread = |job: &&Job| job.kind == JOB && job.last_done_at.is_none() && job.last_error.is_empty();
    let upload = |job: &Job| Upload {
        path: folder.join(format!("{FILE}{}", job.id)),
        name: serde_json::from_str::<Told>(&job.document.0)
            .map_or_else(|_| "capture".into(), |told| told.name),
        job: job.id,
    };
    Ok(jobs.iter().filter(unread).map(upload).collect())
}

/// Removes the files of which no upload is in `unread`: what a server left behind that was killed while it received
/// one, or when it had just read one. Call it before captures come in.
pub fn clear_uploads(folder: &FilePath, unread: &[Upload]) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_capture = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(FILE));
        if is_capture && unread.iter().all(|upload| upload.path != path) {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Captures that were uploaded, newest first.
#[utoipa::path(get, path = "/uploads", tag = "uploads",
    responses((status = 200, description = "Uploads", body = Page<UploadRow>)))]
pub(crate) async fn list_uploads(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Json<Page<UploadRow>>> {
    let mut jobs = jobs::list(api.store()).await?;
    jobs.retain(|job| job.kind == JOB);
    jobs.sort_by_key(|job| std::cmp::Reverse(job.id));
    // The oldest are still asked for by their id.
    jobs.truncate(500);
    Ok(Json(Page::whole(jobs.iter().map(|job| row(job, caller.now_us)).collect(), 0)))
}

/// What became of an uploaded capture.
#[utoipa::path(get, path = "/uploads/{id}", tag = "uploads", params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The upload", body = UploadRow)))]
pub(crate) async fn show_upload(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<UploadRow>> {
    let jobs = jobs::list(api.store()).await?;
    let job = jobs.iter().find(|job| job.kind == JOB && job.id.to_string() == id);
    job.map(|job| Json(row(job, caller.now_us))).ok_or_else(|| not_found("upload", id))
}

fn row(job: &Job, now_us: i64) -> UploadRow {
    let told: Option<Told> = serde_json::from_str(&job.document.0).ok();
    let state = if job.last_done_at.is_some() {
        "done"
    } else if job.lease_until.0 > now_us {
        "reading"
    } else if job.last_error.is_empty() {
        "waiting"
    } else {
        "failed"
    };
    UploadRow {
        id: job.id.to_string(),
        bytes: told.as_ref().map_or(0, |told| told.bytes),
        time: utc_us(told.as_ref().map_or(0, |told| told.time_us)),
        name: told.map(|told| told.name).unwrap_or_default(),
        state,
        problem: job.last_error.clone(),
        done: job.last_done_at.map(|at| utc_us(at.0)),
    }
}

/// Bytes that one capture may have.
struct Room {
    /// At any time.
    most: u64,
    /// While those that came before it are not read.
    left: u64,
}

impl Room {
    fn holds(&self, bytes: u64) -> Answer<()> {
        if bytes > self.most {
            return Err(too_large("the capture", usize::try_from(self.most).unwrap_or(usize::MAX)));
        }
        if bytes > self.left { Err(no_room()) } else { Ok(()) }
    }
}

/// How much may come in. Captures that lie here are not forgotten for a further one: nobody has read them yet.
async fn bounds(api: &Api) -> Answer<Room> {
    let live = api.live();
    let limits = settings::retention(api.store(), &live.keeping.limits).await?;
    let quota = limits.iter().find(|limit| limit.kind == "uploads" && limit.bytes_max > 0);
    let quota = quota.map_or(u64::MAX, |limit| limit.bytes_max);
    let taken = taken(&api.parts().folder).await.map_err(|error| unavailable("keep the capture", error))?;
    let left = quota.checked_sub(taken).ok_or_else(no_room)?;
    Ok(Room { most: live.upload_bytes_max.min(quota), left })
}

fn no_room() -> Problem {
    let why = "those that wait to be read take the bytes that [retention.uploads] gives them";
    let mut problem = unavailable("take the capture", why);
    problem.retry_after = Some(WAIT_SECONDS);
    problem
}

/// Bytes of all captures that lie here, those included that are being received.
async fn taken(folder: &FilePath) -> std::io::Result<u64> {
    let mut entries = tokio::fs::read_dir(folder).await?;
    let mut taken: u64 = 0;
    while let Some(entry) = entries.next_entry().await? {
        if entry.file_name().to_string_lossy().starts_with(FILE) {
            // One that was read goes meanwhile.
            taken = taken.saturating_add(entry.metadata().await.map_or(0, |file| file.len()));
        }
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::super::live::{Keeping, Live};
    use super::super::testing::fixed;
    use super::super::trial::{NOW, administrator, api, ask, person, router};
    use super::*;
    use authz::{Role, Scope};
    use axum::http::Request;
    use facts::id::LineId;
    use serde_json::Value;
    use tower::ServiceExt;

    async fn send(router: &axum::Router, bytes: usize) -> StatusCode {
        let request = Request::post("/api/v1/uploads?name=line1.pcap").body(Body::from(vec![7; bytes]));
        router.clone().oneshot(request.expect("a request")).await.expect("an answer").status()
    }

    fn files(folder: &FilePath) -> usize {
        let names = std::fs::read_dir(folder).expect("the folder").flatten();
        names.filter(|entry| entry.file_name().to_string_lossy().starts_with("upload-")).count()
    }

    #[tokio::test]
    async fn a_capture_is_handed_on_whole_and_its_fate_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, mut uploads) = api(folder.path(), |_| {}).await;
        let router = router(&api, administrator());
        assert_eq!(send(&router, 1_000).await, StatusCode::ACCEPTED);
        let upload = uploads.try_recv().expect("an upload");
        assert_eq!(std::fs::read(&upload.path).expect("the file"), vec![7; 1_000]);
        let path = format!("/uploads/{}", upload.job);
        let (_, row) = ask(&router, "GET", &path, &Value::Null).await;
        assert_eq!(
            (&row["state"], &row["name"], &row["bytes"]),
            (&json!("waiting"), &json!("line1.pcap"), &json!(1_000))
        );

        let mut tx = api.store().write().await.expect("a transaction");
        let job = jobs::take(&mut tx, &[JOB], "reader", Moment(NOW), Moment(NOW + 10)).await;
        let job = job.expect("the store").expect("a job");
        assert!(jobs::succeed(&mut tx, &job, Moment(NOW + 5)).await.expect("the store"));
        tx.commit().await.expect("a commit");
        let (_, row) = ask(&router, "GET", &path, &Value::Null).await;
        assert_eq!(row["state"], json!("done"));
        let (_, list) = ask(&router, "GET", "/uploads", &Value::Null).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    }

    #[tokio::test]
    async fn what_cannot_be_taken_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, mut uploads) = api(folder.path(), |_| {}).await;
        let everything = router(&api, administrator());
        assert_eq!(send(&everything, 1_001).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(send(&everything, 0).await, StatusCode::UNPROCESSABLE_ENTITY);
        let scope = Scope { lines: Some([LineId(Uuid::from_u128(7))].into()), ..Scope::everything() };
        assert_eq!(send(&router(&api, person(Role::Operator, scope)), 10).await, StatusCode::FORBIDDEN);
        assert_eq!((files(folder.path()), uploads.try_recv().is_err()), (0, true));
        for _ in 0..4 {
            assert_eq!(send(&everything, 10).await, StatusCode::ACCEPTED);
        }
        assert_eq!(send(&everything, 10).await, StatusCode::TOO_MANY_REQUESTS, "nobody reads them");
    }

    /// Only what lies here counts, and nothing that was taken in goes for what comes.
    #[tokio::test]
    async fn captures_that_are_not_read_take_no_more_than_their_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let limit = settings::Retention { kind: "uploads".into(), keep_days: 30, bytes_max: 1_500 };
        let keeping = Keeping { limits: vec![limit], ..Keeping::default() };
        let live = Live { upload_bytes_max: 2_000, keeping, ..Live::default() };
        let (api, mut uploads) = api(folder.path(), |parts| parts.live = fixed(live)).await;
        let router = router(&api, administrator());
        assert_eq!(send(&router, 1_501).await, StatusCode::PAYLOAD_TOO_LARGE, "it will never find room");
        assert_eq!(send(&router, 1_000).await, StatusCode::ACCEPTED);
        assert_eq!(send(&router, 501).await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(send(&router, 500).await, StatusCode::ACCEPTED, "exactly full is not too full");
        assert_eq!((files(folder.path()), send(&router, 1).await), (2, StatusCode::SERVICE_UNAVAILABLE));
        let first = uploads.try_recv().expect("an upload");
        std::fs::remove_file(&first.path).expect("it was read");
        assert_eq!(send(&router, 1_000).await, StatusCode::ACCEPTED);
    }

    #[tokio::test]
    async fn what_a_killed_server_left_of_a_capture_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, mut uploads) = api(folder.path(), |_| {}).await;
        let router = router(&api, administrator());
        assert_eq!(send(&router, 10).await, StatusCode::ACCEPTED);
        let left = folder.path().join(format!("{FILE}{}", Uuid::now_v7()));
        std::fs::write(&left, [7; 10]).expect("a part of a capture");
        let unread = unread_uploads(api.store(), folder.path()).await.expect("the store");
        clear_uploads(folder.path(), &unread).expect("a folder");
        let waiting = uploads.try_recv().expect("an upload");
        assert_eq!((waiting.path.exists(), left.exists()), (true, false));
        assert!(folder.path().join("yagura.db").exists(), "nothing else");
    }
}
