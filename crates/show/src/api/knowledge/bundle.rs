//! A bundle that somebody brings on a stick: checked to its end before anything changes.

use super::status::KnowledgeStatus;
use crate::api::caller::Caller;
use crate::api::problem::{Answer, internal, invalid, too_large, too_often, unavailable};
use crate::api::receive::{Kept, receive};
use crate::api::state::Api;
use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use feeds::library;
use serde_json::json;

/// The name of a bundle while it comes in.
const BROUGHT: &str = "brought.yagura";
/// Seconds after which another may be brought.
const WAIT_SECONDS: u32 = 10;

/// Takes a bundle of public knowledge (as `yagura feeds import` or `yagura feeds update` made it, as the whole body). It is used
/// in place of the one before when a trusted key signed it and it is not older; otherwise nothing changes and the reason is told.
#[utoipa::path(put, path = "/knowledge/bundle", tag = "vulnerabilities",
    request_body(content = crate::api::binary::Binary, content_type = "application/octet-stream"),
    responses((status = 200, description = "Taken; assets are matched anew in a moment", body = KnowledgeStatus)))]
pub(super) async fn bring_knowledge(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    body: Body,
) -> Answer<Json<KnowledgeStatus>> {
    let _alone = api.bringing().ok_or_else(|| too_often(WAIT_SECONDS))?;
    let folder = api.parts().knowledge.clone();
    let unkept = |error| unavailable("keep the bundle", error);
    tokio::fs::create_dir_all(&folder).await.map_err(unkept)?;
    let path = folder.join(BROUGHT);
    // What a server left behind that was killed meanwhile.
    let _ = tokio::fs::remove_file(&path).await;
    let file = Kept::new(path.clone());
    let most = api.live().upload_bytes_max;
    let holds = |bytes| {
        let most_told = usize::try_from(most).unwrap_or(usize::MAX);
        if bytes > most { Err(too_large("the bundle", most_told)) } else { Ok(()) }
    };
    receive(&path, "the bundle", body, holds).await?;
    let checked = tokio::task::spawn_blocking({
        let folder = folder.clone();
        move || library::check(&folder, &path)
    });
    let checked = checked.await.map_err(|error| internal("read the bundle", error))?;
    let about = checked.map_err(|why| invalid("the bundle", why))?;
    let detail = json!({
        "line": about.line, "serial": about.serial, "created": about.created, "signed_by": about.signed_by,
    });
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "knowledge.bring", &format!("bundle {}", about.serial), &detail).await?;
    library::lay(&folder, &file.path).map_err(|error| unavailable("lay the bundle there", error))?;
    file.keep();
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(KnowledgeStatus::of(&about)))
}
