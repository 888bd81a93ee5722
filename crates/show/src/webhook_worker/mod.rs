//! Sends changes to the receivers that asked for them: signed, in order, again until they are taken.
//!
//! A message is `POST`ed as JSON: the change as the feed tells it. `Yagura-Signature: t=SECONDS,v1=HEX` signs it:
//! HMAC-SHA-256 with the receiver's secret over the seconds, a full stop and the body. `Yagura-Revision` is the
//! message's place in the feed: a receiver sees a message more than once when its answer was lost, and knows it by
//! that. Any answer 2xx takes a message; redirects are not followed. Messages of one receiver never overtake each
//! other: while one waits for its next try, those behind it wait too. A message that is not taken for a day is given
//! up.
//!
//! After a message `reset` changes in between were no longer kept: the receiver must read everything anew.

mod send;
#[cfg(test)]
mod tests;

use crate::api::{Api, ChangeRow, is_gap, sealing_purpose};
use crate::time::utc_us;
use futures_util::future::join_all;
use reqwest::Client;
use std::time::{Duration, Instant};
use store::webhooks::{self, Delivery, DeliveryState, Webhook};
use store::{Moment, StoreError, changes};
use tokio::time::timeout;

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 24 * 3_600 * SECOND_US;
/// The first pause after a failure; each further one is twice as long, up to an hour.
const PAUSE_US: i64 = 10 * SECOND_US;
const PAUSE_MAX_US: i64 = 3_600 * SECOND_US;
/// So many tries with those pauses fill a day.
const TRIES_MAX: u32 = 32;
/// How often is looked for what is due, even when nobody tells of a change.
const LOOK: Duration = Duration::from_secs(2);
/// Rounds follow each other no faster.
const REST: Duration = Duration::from_millis(100);
/// One receiver holds a round up no longer, apart from the one message that it is slow to take.
const SHARE: Duration = Duration::from_secs(5);
/// Changes that become messages in one transaction.
const BATCH: u16 = 500;
/// How often old messages are forgotten.
const TIDY: Duration = Duration::from_secs(600);

/// Works until the task is dropped. What is not sent by then waits in the store.
pub async fn run(api: Api) {
    let client = match send::client() {
        Ok(client) => client,
        Err(error) => {
            tracing::error!("cannot send messages to webhooks: {error}");
            return;
        }
    };
    let mut changed = api.parts().changed.subscribe();
    let mut tidied: Option<Instant> = None;
    loop {
        changed.borrow_and_update();
        let now = api.now();
        match round(&api, &client, now).await {
            Ok(true) => {}
            Ok(false) => {
                // Either way the next round looks at the store itself.
                let _ = timeout(LOOK, changed.changed()).await;
            }
            Err(error) => {
                tracing::warn!("messages to webhooks wait: failed to {error}");
                tokio::time::sleep(LOOK).await;
            }
        }
        if tidied.is_none_or(|at| at.elapsed() > TIDY) {
            tidied = Some(Instant::now());
            if let Err(error) = tidy(&api).await {
                tracing::warn!("old messages to webhooks stay: failed to {error}");
            }
        }
        tokio::time::sleep(REST).await;
    }
}

/// Makes messages of new changes and sends what is due; true when more may be due at once.
async fn round(api: &Api, client: &Client, now: Moment) -> Result<bool, StoreError> {
    let receivers: Vec<Webhook> =
        webhooks::list(api.store()).await?.into_iter().filter(|one| one.enabled).collect();
    for receiver in &receivers {
        queue(api, receiver, now).await?;
    }
    let ends = join_all(receivers.iter().map(|receiver| deliver(api, client, receiver, now))).await;
    ends.into_iter().try_fold(false, |more, end| Ok(more | end?))
}

/// What changed since the last message of a receiver becomes messages.
async fn queue(api: &Api, receiver: &Webhook, now: Moment) -> Result<(), StoreError> {
    let mut last = receiver.last_revision;
    loop {
        let range = changes::range(api.store()).await?;
        if last >= range.1 {
            return Ok(());
        }
        let mut messages = Vec::new();
        if is_gap(last, range) {
            last = if range.0 > 0 { range.0 - 1 } else { range.1 };
            messages.push((last, reset(last, now)));
        }
        let rows = changes::since(api.store(), last, BATCH).await?;
        for row in &rows {
            if receiver.kinds.is_empty() || receiver.kinds.contains(&row.kind) {
                messages.push((row.revision, serde_json::to_string(&ChangeRow::of(row)).unwrap_or_default()));
            }
            last = row.revision;
        }
        let mut tx = api.store().write().await?;
        // It may have been removed since it was listed; then nobody waits for the messages.
        if webhooks::find(&mut tx, receiver.id).await?.is_none() {
            return Ok(());
        }
        webhooks::enqueue(&mut tx, receiver.id, &messages, last, now).await?;
        tx.commit().await?;
    }
}

fn reset(revision: i64, now: Moment) -> String {
    let row = ChangeRow {
        revision,
        kind: "reset".into(),
        object: String::new(),
        action: "changed".into(),
        time: utc_us(now.0),
    };
    serde_json::to_string(&row).unwrap_or_default()
}

/// Sends what is due to one receiver, in order; true when its share of the round was used up.
async fn deliver(api: &Api, client: &Client, receiver: &Webhook, now: Moment) -> Result<bool, StoreError> {
    let secret = match api.parts().keys.open(&sealing_purpose(receiver.id), &receiver.secret) {
        Ok(secret) => secret,
        Err(error) => {
            tracing::error!(
                "webhook {} gets no messages: failed to {error}; give it a new secret",
                receiver.id
            );
            return Ok(false);
        }
    };
    let began = Instant::now();
    while began.elapsed() < SHARE {
        let head = webhooks::waiting(api.store(), receiver.id, 1).await?.pop();
        let Some(message) = head.filter(|message| message.next_at <= now) else { return Ok(false) };
        let answer = send::post(client, &receiver.url, secret.expose(), &message, now).await;
        let is_taken = answer.is_ok();
        let tried = judged(message, answer, now);
        let mut tx = api.store().write().await?;
        if webhooks::find(&mut tx, receiver.id).await?.is_none() {
            return Ok(false);
        }
        webhooks::tried(&mut tx, &tried).await?;
        tx.commit().await?;
        if !is_taken {
            // The next one may be due at once, but a receiver that fails gets a rest.
            return Ok(false);
        }
    }
    Ok(true)
}

/// The message after a try.
fn judged(message: Delivery, answer: Result<String, String>, now: Moment) -> Delivery {
    let attempts = message.attempts.saturating_add(1);
    // Before the first try `next_at` says since when it waits: behind others, mostly, that were not taken.
    let is_old = message.attempts == 0 && now.0.saturating_sub(message.next_at.0) >= DAY_US;
    let (state, next_at, answer) = match answer {
        Ok(answer) => (DeliveryState::Delivered, message.next_at, answer),
        Err(why) if is_old || attempts >= TRIES_MAX => (DeliveryState::Failed, message.next_at, why),
        Err(why) => (DeliveryState::Waiting, now.after(pause(attempts)), why),
    };
    Delivery { state, attempts, next_at, answer, ..message }
}

/// The pause after so many failures, in microseconds.
fn pause(failures: u32) -> i64 {
    let doublings = failures.saturating_sub(1).min(20);
    PAUSE_US.saturating_mul(1 << doublings).min(PAUSE_MAX_US)
}

/// Messages are kept as long as the changes that they tell.
async fn tidy(api: &Api) -> Result<(), StoreError> {
    let (oldest, _) = changes::range(api.store()).await?;
    if oldest > 1 {
        let mut tx = api.store().write().await?;
        webhooks::forget_up_to(&mut tx, oldest - 1).await?;
        tx.commit().await?;
    }
    Ok(())
}
