//! One message over the wire.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, redirect};
use sha2::Sha256;
use std::time::Duration;
use store::Moment;
use store::webhooks::Delivery;

/// A receiver that has not answered by then did not take the message.
const PATIENCE: Duration = Duration::from_secs(10);
/// Letters of an answer that are kept.
const ANSWER_MAX: usize = 300;

/// What sends messages. It follows no redirect, so that a message goes where it was meant to go, and uses no proxy.
pub(super) fn client() -> reqwest::Result<Client> {
    Client::builder()
        .redirect(redirect::Policy::none())
        .timeout(PATIENCE)
        .no_proxy()
        .user_agent(concat!("yagura/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Posts a message; the error says in one line why it was not taken.
pub(super) async fn post(
    client: &Client,
    url: &str,
    secret: &[u8],
    message: &Delivery,
    now: Moment,
) -> Result<String, String> {
    let request = client
        .post(url)
        .header("content-type", "application/json")
        .header("yagura-signature", signature(secret, now, &message.body))
        .header("yagura-revision", message.revision)
        .header("yagura-webhook", message.webhook.to_string())
        .body(message.body.clone());
    match request.send().await {
        // The answer's body is not read: whoever answers decides nothing by its length.
        Ok(response) if response.status().is_success() => Ok(response.status().to_string()),
        Ok(response) if response.status().is_redirection() => {
            Err(format!("{}: redirects are not followed", response.status()))
        }
        Ok(response) => Err(response.status().to_string()),
        Err(error) if error.is_timeout() => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        Err(error) => Err(causes(&error.without_url())),
    }
}

/// `t=SECONDS,v1=HEX`: the moment keeps a message that was overheard from being sent again later.
pub(super) fn signature(secret: &[u8], now: Moment, body: &str) -> String {
    let seconds = now.0.div_euclid(1_000_000);
    // A key of any length will do (RFC 2104, clause 2), so that this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body.as_bytes());
    format!("t={seconds},v1={}", login::to_hex(mac.finalize().into_bytes().as_slice()))
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text.chars().take(ANSWER_MAX).collect()
}
