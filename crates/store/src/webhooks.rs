//! Receivers of change messages, and the messages on their way: each is tried until it is taken or given up.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Moment, words};
use facts::id::{UserId, WebhookId};

record! { "webhooks" key [id] fixed [made_by made_at last_revision]
    /// A receiver.
    pub struct Webhook {
        /// Its id.
        id: WebhookId,
        /// Its name.
        name: String,
        /// Where messages go.
        url: String,
        /// The secret that signs them, encrypted by the caller.
        secret: Vec<u8>,
        /// Kinds of objects whose changes it gets; empty for all.
        kinds: Vec<String>,
        /// Whether messages are sent.
        enabled: bool,
        /// Who made it.
        made_by: UserId,
        /// When.
        made_at: Moment,
        /// Changes up to this revision are messages already; see [`enqueue`].
        last_revision: i64,
    }
}

words! {
    /// How far a message is.
    DeliveryState {
        /// To be sent, for the first time or again.
        Waiting = "waiting",
        /// The receiver took it.
        Delivered = "delivered",
        /// Given up.
        Failed = "failed",
    }
}

record! { "deliveries" key [webhook revision] fixed []
    /// A message.
    pub struct Delivery {
        /// To whom.
        webhook: WebhookId,
        /// Of which change; with the receiver it is the message's id.
        revision: i64,
        /// What is sent.
        body: String,
        /// How far it is.
        state: DeliveryState,
        /// How often it was tried.
        attempts: u32,
        /// Not before this moment.
        next_at: Moment,
        /// What the receiver answered last, or what else failed.
        answer: String,
    }
}

/// Adds a receiver, or replaces the one of the id; how far its messages have come stays.
pub async fn put(on: &mut Transaction, webhook: &Webhook, at: Moment) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(webhook)).await?;
    changes::append(on, "webhook", webhook.id, Action::Changed, at).await?;
    Ok(())
}

/// The receiver of an id.
pub async fn find(from: impl Into<Reader<'_>>, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// All receivers by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Webhook>, StoreError> {
    select(from, "ORDER BY name, id", |query| query).await
}

/// Removes a receiver and its messages.
pub async fn remove(on: &mut Transaction, id: WebhookId, at: Moment) -> Result<(), StoreError> {
    on.execute(Query::new("DELETE FROM deliveries WHERE webhook = $1").bind(id)).await?;
    on.must(Query::new("DELETE FROM webhooks WHERE id = $1").bind(id)).await?;
    changes::append(on, "webhook", id, Action::Removed, at).await?;
    Ok(())
}

/// Queues messages (`(revision, body)`, by rising revision) and notes that changes up to `revision` are done, in one
/// step: after a crash no change is a message twice or never. A message that exists stays as it is.
pub async fn enqueue(
    on: &mut Transaction,
    id: WebhookId,
    messages: &[(i64, String)],
    revision: i64,
    now: Moment,
) -> Result<(), StoreError> {
    for (revision, body) in messages {
        let query = Query::new(
            "INSERT INTO deliveries (webhook, revision, body, state, attempts, next_at, answer) \
             VALUES ($1, $2, $3, 'waiting', 0, $4, '') ON CONFLICT (webhook, revision) DO NOTHING",
        );
        on.execute(query.bind(id).bind(*revision).bind(body.as_str()).bind(now)).await?;
    }
    let query = Query::new("UPDATE webhooks SET last_revision = $1 WHERE id = $2 AND last_revision <= $1");
    on.must(query.bind(revision).bind(id)).await
}

/// Messages that are due, to receivers that are enabled; the longest waiting first.
pub async fn due(from: impl Into<Reader<'_>>, now: Moment, limit: u16) -> Result<Vec<Delivery>, StoreError> {
    let rest = "WHERE state = 'waiting' AND next_at <= $1 AND webhook IN \
                (SELECT id FROM webhooks WHERE enabled = 1) ORDER BY next_at, revision LIMIT $2";
    select(from, rest, |query| query.bind(now).bind(limit)).await
}

/// Messages to a receiver that wait, also those that are not due, in the order in which it must get them.
pub async fn waiting(
    from: impl Into<Reader<'_>>,
    id: WebhookId,
    limit: u16,
) -> Result<Vec<Delivery>, StoreError> {
    let rest = "WHERE webhook = $1 AND state = 'waiting' ORDER BY revision LIMIT $2";
    select(from, rest, |query| query.bind(id).bind(limit)).await
}

/// Notes how a try ended: the delivery with its new state, attempts, next time and answer.
pub async fn tried(on: &mut Transaction, delivery: &Delivery) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(delivery)).await
}

/// Messages of a receiver, newest first, before a revision (`i64::MAX` to begin).
pub async fn deliveries(
    from: impl Into<Reader<'_>>,
    id: WebhookId,
    before: i64,
    limit: u16,
) -> Result<Vec<Delivery>, StoreError> {
    let rest = "WHERE webhook = $1 AND revision < $2 ORDER BY revision DESC LIMIT $3";
    select(from, rest, |query| query.bind(id).bind(before).bind(limit)).await
}

/// Sends messages from a revision on once more and returns how many.
pub async fn replay(
    on: &mut Transaction,
    id: WebhookId,
    revision: i64,
    now: Moment,
) -> Result<u64, StoreError> {
    let query = Query::new(
        "UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = $1, answer = '' \
         WHERE webhook = $2 AND revision >= $3",
    );
    on.execute(query.bind(now).bind(id).bind(revision)).await
}

/// Forgets messages up to a revision that are no longer waiting.
pub async fn forget_up_to(on: &mut Transaction, revision: i64) -> Result<u64, StoreError> {
    let query = Query::new("DELETE FROM deliveries WHERE revision <= $1 AND state <> 'waiting'");
    on.execute(query.bind(revision)).await
}
