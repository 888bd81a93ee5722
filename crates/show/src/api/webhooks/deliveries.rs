//! Messages on their way to a receiver.

use super::super::caller::Caller;
use super::super::page::{Cut, Page};
use super::super::problem::{Answer, invalid};
use super::super::state::Api;
use super::find;
use crate::time::utc_us;
use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Moment;
use store::webhooks::{self, Delivery, DeliveryState};
use utoipa::ToSchema;

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryRow {
    /// Revision of the change that it tells; with the receiver it names the message.
    revision: i64,
    /// `waiting`, `delivered` or `failed`.
    state: &'static str,
    /// How often it was tried.
    attempts: u32,
    /// Not before this moment it is tried (again), UTC; null when it is no longer waiting.
    next_try: Option<String>,
    /// What the receiver answered last, or what else failed.
    answer: String,
    /// What is sent.
    body: String,
}

/// Which messages to send once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replay {
    /// From this revision on.
    #[schema(minimum = 1)]
    from_revision: i64,
}

/// How many messages go out once more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replayed {
    /// Messages that wait again. Changes from before the receiver was made never were messages: list them.
    messages: u64,
}

/// Messages of a receiver, newest first.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path, description = "Id of the receiver"), Cut),
    responses((status = 200, description = "Messages", body = Page<DeliveryRow>)))]
pub(crate) async fn list_deliveries(
    State(api): State<Api>,
    Path(id): Path<String>,
    Query(cut): Query<Cut>,
) -> Answer<Json<Page<DeliveryRow>>> {
    let webhook = find(&api, &id).await?;
    let before = cut.cursor.as_deref().map_or(Ok(i64::MAX), str::parse);
    let before = before.map_err(|_| invalid("cursor", "is none that this list gave"))?;
    let limit = u16::try_from(cut.limit()?).unwrap_or(u16::MAX);
    let rows = webhooks::deliveries(api.store(), webhook.id, before, limit).await?;
    let is_full = rows.len() >= usize::from(limit);
    let next = rows.last().filter(|_| is_full).map(|row| row.revision.to_string());
    Ok(Json(Page { items: rows.into_iter().map(row).collect(), next, hidden: 0 }))
}

/// Sends messages from a revision on once more, those that were taken and those that were given up.
#[utoipa::path(post, path = "/webhooks/{id}/replay", tag = "webhooks", request_body = Replay,
    params(("id" = String, Path, description = "Id of the receiver")),
    responses((status = 200, description = "How many", body = Replayed)))]
pub(crate) async fn replay_deliveries(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(replay): Json<Replay>,
) -> Answer<Json<Replayed>> {
    if replay.from_revision < 1 {
        return Err(invalid("from_revision", "is no revision"));
    }
    let webhook = find(&api, &id).await?;
    let mut tx = api.store().write().await?;
    let detail = json!({ "from_revision": replay.from_revision });
    caller.note(&mut tx, "webhook.replay", &format!("webhook {}", webhook.id), &detail).await?;
    let messages = webhooks::replay(&mut tx, webhook.id, replay.from_revision, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(Replayed { messages }))
}

fn row(delivery: Delivery) -> DeliveryRow {
    let waits = delivery.state == DeliveryState::Waiting;
    DeliveryRow {
        revision: delivery.revision,
        state: delivery.state.word(),
        attempts: delivery.attempts,
        next_try: waits.then(|| utc_us(delivery.next_at.0)),
        answer: delivery.answer,
        body: delivery.body,
    }
}
