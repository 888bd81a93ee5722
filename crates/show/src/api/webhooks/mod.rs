//! Receivers of signed change messages, and what became of each message.

mod deliveries;
#[cfg(test)]
mod tests;

use super::caller::Caller;
use super::changes::KINDS;
use super::guard::guarded;
use super::page::Page;
use super::problem::{Answer, conflict, internal, invalid, not_found};
use super::state::Api;
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use facts::id::WebhookId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::webhooks::{self, Webhook};
use store::{Moment, changes};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Receivers at most: each gets its own copy of every message.
const RECEIVERS_MAX: usize = 20;
/// Letters of a name at most.
const NAME_MAX: usize = 100;
/// Letters of an address at most.
const URL_MAX: usize = 2_000;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(Permission::ManageWebhooks, routes!(list_webhooks, add_webhook)))
        .routes(guarded(Permission::ManageWebhooks, routes!(show_webhook, replace_webhook, remove_webhook)))
        .routes(guarded(Permission::ManageWebhooks, routes!(renew_webhook_secret)))
        .routes(guarded(Permission::ManageWebhooks, routes!(deliveries::list_deliveries)))
        .routes(guarded(Permission::ManageWebhooks, routes!(deliveries::replay_deliveries)))
}

/// What the sealed secret of a receiver is bound to.
pub(crate) fn sealing_purpose(id: WebhookId) -> String {
    format!("webhook:{id}")
}

/// A receiver as it is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookChange {
    /// Its name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Where messages are posted: `https://…`, or `http://…` on the server's own machine.
    #[schema(max_length = 2000, example = "https://tickets.example/yagura")]
    url: String,
    /// Kinds of objects whose changes it gets; empty for all.
    #[serde(default)]
    #[schema(max_items = 18)]
    kinds: Vec<String>,
    /// Whether messages are sent. What changes meanwhile is sent when it is enabled again, as far as it is still kept.
    #[serde(default = "yes")]
    enabled: bool,
}

/// A receiver.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookRow {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Where messages are posted.
    url: String,
    /// Kinds of objects whose changes it gets; empty for all.
    kinds: Vec<String>,
    /// Whether messages are sent.
    enabled: bool,
    /// Id of the user who made it.
    made_by: String,
    /// When it was made, UTC.
    made: String,
    /// Changes up to this revision have become messages.
    last_revision: i64,
}

/// A receiver with its secret, which is told only now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookSecret {
    /// The receiver.
    webhook: WebhookRow,
    /// Signs its messages: the key of HMAC-SHA-256 is this text as it stands here.
    secret: String,
}

fn yes() -> bool {
    true
}

impl WebhookRow {
    fn of(webhook: &Webhook) -> Self {
        Self {
            id: webhook.id.to_string(),
            name: webhook.name.clone(),
            url: webhook.url.clone(),
            kinds: webhook.kinds.clone(),
            enabled: webhook.enabled,
            made_by: webhook.made_by.to_string(),
            made: utc_us(webhook.made_at.0),
            last_revision: webhook.last_revision,
        }
    }
}

impl WebhookChange {
    fn check(&mut self) -> Answer<()> {
        self.name = self.name.trim().to_owned();
        let letters = self.name.chars().count();
        if letters == 0 || letters > NAME_MAX || self.name.chars().any(char::is_control) {
            return Err(invalid("name", format!("needs 1 to {NAME_MAX} letters on one line")));
        }
        self.kinds.sort();
        self.kinds.dedup();
        if let Some(kind) = self.kinds.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
            let kind: String = kind.chars().take(40).collect();
            return Err(invalid("kinds", format!("{kind} is none of {}", KINDS.join(", "))));
        }
        check_url(&self.url)
    }
}

/// Messages name objects of the plant: they leave the machine encrypted or not at all.
fn check_url(text: &str) -> Answer<()> {
    let bad = |why: &str| Err(invalid("url", why));
    let Some(url) = url::Url::parse(text).ok().filter(|_| text.len() <= URL_MAX) else {
        return bad("is no address of the form https://host/path");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return bad("holds a user name or password; messages are signed instead");
    }
    let is_own_machine = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_own_machine => Ok(()),
        "http" => bad("is not encrypted: http is possible to this machine only, use https"),
        _ => bad("is neither https nor http"),
    }
}

/// Receivers by name.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks",
    responses((status = 200, description = "Receivers", body = Page<WebhookRow>)))]
pub(crate) async fn list_webhooks(State(api): State<Api>) -> Answer<Json<Page<WebhookRow>>> {
    let webhooks = webhooks::list(api.store()).await?;
    Ok(Json(Page::whole(webhooks.iter().map(WebhookRow::of).collect(), 0)))
}

/// A receiver.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The receiver", body = WebhookRow)))]
pub(crate) async fn show_webhook(State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<WebhookRow>> {
    Ok(Json(WebhookRow::of(&find(&api, &id).await?)))
}

/// Adds a receiver: it gets the changes that come from now on. The answer holds its secret, which is never told again.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = WebhookChange,
    responses((status = 201, description = "The receiver and its secret", body = WebhookSecret)))]
pub(crate) async fn add_webhook(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(mut wanted): Json<WebhookChange>,
) -> Answer<(StatusCode, Json<WebhookSecret>)> {
    wanted.check()?;
    let made_by = caller.person()?;
    let id = WebhookId(Uuid::now_v7());
    let (secret, sealed) = new_secret(&api, id)?;
    let at = Moment(caller.now_us);
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "webhook.add", &format!("webhook {id}"), &detail(&wanted)).await?;
    if webhooks::list(&mut tx).await?.len() >= RECEIVERS_MAX {
        return Err(conflict(format!("there are {RECEIVERS_MAX} receivers already: remove one first")));
    }
    let last_revision = changes::range(&mut tx).await?.1;
    let WebhookChange { name, url, kinds, enabled } = wanted;
    let webhook =
        Webhook { id, name, url, secret: sealed, kinds, enabled, made_by, made_at: at, last_revision };
    webhooks::put(&mut tx, &webhook, at).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok((StatusCode::CREATED, Json(WebhookSecret { webhook: WebhookRow::of(&webhook), secret })))
}

/// Changes a receiver. Its secret and its messages stay.
#[utoipa::path(put, path = "/webhooks/{id}", tag = "webhooks", request_body = WebhookChange,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The receiver", body = WebhookRow)))]
pub(crate) async fn replace_webhook(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(mut wanted): Json<WebhookChange>,
) -> Answer<Json<WebhookRow>> {
    wanted.check()?;
    let before = find(&api, &id).await?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "webhook.change", &format!("webhook {}", before.id), &detail(&wanted)).await?;
    // Looked up again under the transaction: the secret may have been renewed meanwhile.
    let found = webhooks::find(&mut tx, before.id).await?.ok_or_else(|| not_found("webhook", &id))?;
    let WebhookChange { name, url, kinds, enabled } = wanted;
    let webhook = Webhook { name, url, kinds, enabled, ..found };
    webhooks::put(&mut tx, &webhook, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(WebhookRow::of(&webhook)))
}

/// Removes a receiver and its messages.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path, description = "Its id")),
    responses((status = 204, description = "Removed")))]
pub(crate) async fn remove_webhook(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let webhook = find(&api, &id).await?;
    let mut tx = api.store().write().await?;
    let object = format!("webhook {}", webhook.id);
    caller
        .note(&mut tx, "webhook.remove", &object, &json!({ "name": webhook.name, "url": webhook.url }))
        .await?;
    webhooks::remove(&mut tx, webhook.id, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a receiver a new secret; the old one signs nothing any more, not even messages that wait.
#[utoipa::path(post, path = "/webhooks/{id}/secret", tag = "webhooks",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The receiver and its secret", body = WebhookSecret)))]
pub(crate) async fn renew_webhook_secret(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<WebhookSecret>> {
    let before = find(&api, &id).await?;
    let (secret, sealed) = new_secret(&api, before.id)?;
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "webhook.renew-secret", &format!("webhook {}", before.id), &json!({})).await?;
    let found = webhooks::find(&mut tx, before.id).await?.ok_or_else(|| not_found("webhook", &id))?;
    let webhook = Webhook { secret: sealed, ..found };
    webhooks::put(&mut tx, &webhook, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(WebhookSecret { webhook: WebhookRow::of(&webhook), secret }))
}

async fn find(api: &Api, text: &str) -> Answer<Webhook> {
    let missing = || not_found("webhook", text);
    let id: WebhookId = text.parse().map_err(|_| missing())?;
    webhooks::find(api.store(), id).await?.ok_or_else(missing)
}

/// A secret as text, and sealed as it is kept.
fn new_secret(api: &Api, id: WebhookId) -> Answer<(String, Vec<u8>)> {
    let bytes = login::random::<32>().map_err(|error| internal("make a secret", error))?;
    let secret = login::to_hex(&bytes);
    let sealed = api.parts().keys.seal(&sealing_purpose(id), secret.as_bytes());
    Ok((secret, sealed.map_err(|error| internal("seal a secret", error))?))
}

fn detail(wanted: &WebhookChange) -> serde_json::Value {
    json!({ "name": wanted.name, "url": wanted.url, "kinds": wanted.kinds, "enabled": wanted.enabled })
}
