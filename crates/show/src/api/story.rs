//! The story of a demo: its simulated plant plays chapters, and the console says where to look. A site whose plant is a
//! real one has no story, and says so.

use super::caller::Caller;
use super::guard::guarded;
use super::problem::{Answer, Problem, internal, not_found, unavailable};
use super::state::Api;
use authz::Permission::{PlayStory, ViewHealth};
use axum::Json;
use axum::extract::{Extension, State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::time::timeout;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The plant answers within this time, or it is not there.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of its answer at most.
const ANSWER_MAX: u64 = 64 * 1024;

/// The story of the demo's plant.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct Story {
    /// Its chapters in their order.
    chapters: Vec<StoryChapter>,
    /// Number of the present one, from 0.
    chapter: usize,
    /// Seconds of it that were played.
    played_s: u32,
    /// How it stands.
    mode: StoryMode,
    /// Until when the plant's past was told, microseconds since 1970 UTC; null once the present is reached.
    past_us: Option<i64>,
}

/// A chapter.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct StoryChapter {
    /// Its stable name.
    key: String,
    /// Seconds it takes.
    seconds: u16,
    /// Where in the console its result is to be seen: paths with their queries, the first place first.
    look: Vec<String>,
}

/// How the story stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum StoryMode {
    /// It waits for somebody; the plant goes on.
    Paused,
    /// It plays.
    Playing,
    /// All chapters were played.
    Ended,
}

/// What somebody wants of the story.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StoryWanted {
    /// What to do.
    action: StoryAction,
}

/// What can be done with the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum StoryAction {
    /// Go on, chapter after chapter; from the end, take everything back and begin anew.
    Play,
    /// Stand still; the plant goes on.
    Pause,
    /// Begin the next chapter; what is left of this one happens at once.
    Next,
    /// Take this chapter back as far as the plant can, and begin it again.
    Repeat,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewHealth, routes!(show_story)))
        .routes(guarded(PlayStory, routes!(play_story)))
}

/// The story of the demo's plant, and where it stands.
#[utoipa::path(get, path = "/story", tag = "story",
    responses((status = 200, description = "The story", body = Story),
        (status = 404, description = "This site is no demo", body = Problem)))]
async fn show_story(State(api): State<Api>) -> Answer<Json<Story>> {
    ask(&api, &json!({})).await.map(Json)
}

/// Plays, pauses, goes on to the next chapter or repeats this one. Only the simulated plant acts; nothing that was
/// recorded changes.
#[utoipa::path(post, path = "/story", tag = "story", request_body = StoryWanted,
    responses((status = 200, description = "Where it stands now", body = Story),
        (status = 404, description = "This site is no demo", body = Problem)))]
async fn play_story(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<StoryWanted>,
) -> Answer<Json<Story>> {
    let told = ask(&api, &json!(wanted)).await?;
    let mut on = api.store().write().await?;
    caller.note(&mut on, "story.act", "story", &json!(wanted)).await?;
    on.commit().await?;
    Ok(Json(told))
}

async fn ask(api: &Api, request: &serde_json::Value) -> Answer<Story> {
    let socket = api.parts().host.story.as_deref();
    let socket = socket.ok_or_else(|| not_found("story", "of a simulated plant"))?;
    // While it tells its past it may take longer.
    let failed = |error: io::Error| unavailable("ask the simulated plant", error);
    let line = timeout(PATIENCE, exchange(socket, request)).await;
    let line = line.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(failed)?;
    serde_json::from_str(&line).map_err(|error| internal("understand the simulated plant", error))
}

/// One line there, one line back.
async fn exchange(socket: &Path, request: &serde_json::Value) -> io::Result<String> {
    let mut stream = UnixStream::connect(socket).await?;
    stream.write_all(format!("{request}\n").as_bytes()).await?;
    let mut line = String::new();
    BufReader::new(stream.take(ANSWER_MAX)).read_line(&mut line).await?;
    Ok(line)
}

#[cfg(test)]
mod tests {
    use crate::api::trial::{api, ask, person, router};
    use authz::{Role, Scope};
    use axum::http::StatusCode;
    use serde_json::{Value, json};
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::UnixListener;

    /// A plant that answers everything with its story and remembers what it was asked.
    fn plant(listener: UnixListener) -> tokio::sync::mpsc::UnboundedReceiver<Value> {
        let (tell, told) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                let mut line = String::new();
                stream.read_line(&mut line).await.expect("a line");
                tell.send(serde_json::from_str(&line).expect("JSON")).expect("the test listens");
                let story = json!({
                    "chapters": [{ "key": "runs", "seconds": 20, "look": ["/today"] }],
                    "chapter": 0, "played_s": 7, "mode": "playing", "past_us": null,
                });
                stream.write_all(format!("{story}\n").as_bytes()).await.expect("it is read");
            }
        });
        told
    }

    #[tokio::test]
    async fn a_demo_tells_its_story_and_operators_play_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("story.sock");
        let mut asked = plant(UnixListener::bind(&socket).expect("a socket"));
        let (api, _uploads) = api(folder.path(), |parts| parts.host.story = Some(socket)).await;
        let play = json!({ "action": "next" });
        for (role, may_play) in [(Role::Viewer, false), (Role::Operator, true), (Role::SiteLeader, true)] {
            let router = router(&api, person(role, Scope::everything()));
            let (status, story) = ask(&router, "GET", "/story", &Value::Null).await;
            assert_eq!((status, &story["played_s"]), (StatusCode::OK, &json!(7)), "{role}");
            assert_eq!(asked.recv().await, Some(json!({})));
            let (status, _) = ask(&router, "POST", "/story", &play).await;
            assert_eq!(status, if may_play { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{role}");
            if may_play {
                assert_eq!(asked.recv().await, Some(play.clone()));
            }
        }
        let router = router(&api, person(Role::Operator, Scope::everything()));
        let (status, _) = ask(&router, "POST", "/story", &json!({ "action": "rewrite" })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    #[tokio::test]
    async fn a_real_plant_has_no_story() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, _uploads) = api(folder.path(), |_| {}).await;
        let router = router(&api, person(Role::Administrator, Scope::everything()));
        for (method, body) in [("GET", Value::Null), ("POST", json!({ "action": "play" }))] {
            let (status, problem) = ask(&router, method, "/story", &body).await;
            assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("not-found")), "{method}");
        }
    }
}
