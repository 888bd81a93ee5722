//! The feed as server-sent events (WHATWG HTML, section 9.2): a stream that begins again where it broke off.

use super::super::caller::Caller;
use super::super::live::StreamPermit;
use super::super::problem::{Answer, invalid, too_often};
use super::super::state::Api;
use super::permitted::Permitted;
use super::{ChangeRow, is_gap};
use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use store::changes;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use utoipa::IntoParams;

/// A comment is sent when nothing else was for so long.
const HEART_BEAT: Duration = Duration::from_secs(15);
/// The feed is looked at so often even when nobody told of a change: another process may have made one.
const LOOK: Duration = Duration::from_secs(5);
/// A stream ends after so long, and the client comes again: by then its rights may have changed.
const LIFE: Duration = Duration::from_secs(300);
/// The client comes again after so long.
const COME_AGAIN: Duration = Duration::from_secs(2);
/// Seconds after which a stream may be free, when all are in use.
const WAIT_SECONDS: u32 = 10;
/// Changes that are read at once.
const BATCH: u16 = 200;

/// Where the stream begins.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StreamFilter {
    /// Begin after this revision; the header `Last-Event-ID` goes before. Without either it begins with what comes.
    #[param(minimum = 0)]
    since: Option<i64>,
}

struct Feed {
    api: Api,
    caller: Caller,
    at: i64,
    ready: VecDeque<Event>,
    changed: watch::Receiver<u64>,
    end: Instant,
    /// Given back when the stream ends, however it ends.
    _permit: StreamPermit,
}

/// Changes as they happen. Each event has the revision as its id, the kind as its name and a change as its data.
/// An event `reset` tells that changes in between are no longer kept: read everything anew. A comment is sent each
/// 15 s; a stream ends after 5 minutes, to be opened again with `Last-Event-ID`, as browsers do by themselves.
#[utoipa::path(get, path = "/changes/stream", tag = "changes",
    params(StreamFilter, ("Last-Event-ID" = Option<i64>, Header, description = "Revision of the last event that was received")),
    responses((status = 200, description = "Events", body = String, content_type = "text/event-stream")))]
pub(crate) async fn stream_changes(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Query(filter): Query<StreamFilter>,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let permit = api.streams().admit(api.live().streams_max).ok_or_else(|| too_often(WAIT_SECONDS))?;
    let since = match headers.get("last-event-id") {
        Some(id) => Some(
            id.to_str()
                .ok()
                .and_then(|id| id.parse().ok())
                .ok_or_else(|| invalid("Last-Event-ID", "is no revision"))?,
        ),
        None => filter.since,
    };
    let at = match since {
        Some(at) if at < 0 => return Err(invalid("since", "is no revision")),
        Some(at) => at,
        None => changes::range(api.store()).await?.1,
    };
    let (changed, end) = (api.parts().changed.subscribe(), Instant::now() + LIFE);
    let feed = Feed { api, caller, at, ready: VecDeque::new(), changed, end, _permit: permit };
    // The first thing said is when to come again; it also makes the headers go out at once.
    let hello = stream::once(async { Ok(Event::default().retry(COME_AGAIN)) });
    let events = stream::StreamExt::chain(hello, stream::unfold(feed, next));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEART_BEAT)))
}

async fn next(mut feed: Feed) -> Option<(Result<Event, Infallible>, Feed)> {
    loop {
        if let Some(event) = feed.ready.pop_front() {
            return Some((Ok(event), feed));
        }
        if Instant::now() >= feed.end {
            return None;
        }
        // Before the look, so that what is committed during it wakes us.
        feed.changed.borrow_and_update();
        match fill(&mut feed).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(problem) => {
                tracing::warn!("an event stream ends: {}", problem.message);
                return None;
            }
        }
        let wake = feed.end.min(Instant::now() + LOOK);
        if let Ok(Err(_)) = timeout_at(wake, feed.changed.changed()).await {
            return None;
        }
    }
}

/// Reads what follows; false when nothing does.
async fn fill(feed: &mut Feed) -> Answer<bool> {
    let range = changes::range(feed.api.store()).await?;
    if is_gap(feed.at, range) {
        feed.at = range.1;
        let event = Event::default().event("reset").id(range.1.to_string());
        feed.ready.push_back(event.data(serde_json::json!({ "revision": range.1 }).to_string()));
        return Ok(true);
    }
    let rows = changes::since(feed.api.store(), feed.at, BATCH).await?;
    let caller = Caller { now_us: feed.api.now_us(), ..feed.caller.clone() };
    let mut permitted = Permitted::new(&feed.api, &caller);
    for row in &rows {
        if permitted.shows(row).await? {
            let data = serde_json::to_string(&ChangeRow::of(row)).unwrap_or_default();
            let event = Event::default().event(&row.kind).id(row.revision.to_string()).data(data);
            feed.ready.push_back(event);
        }
        feed.at = row.revision;
    }
    Ok(!rows.is_empty())
}
