//! Makes guessing slow: per account and per address, over restarts.

use super::super::caller::Caller;
use super::super::problem::{Answer, Problem, too_often, wrong_credentials};
use super::super::state::Api;
use login::throttle::{ACCOUNT, ADDRESS, Throttle};
use store::access::throttle;
use store::{Moment, StoreError, Transaction};

/// Lets an attempt through, or says how long to wait. The attempt counts against the account before it is judged, so
/// that a hundred at the same time are not one.
pub(super) async fn admit(api: &Api, caller: &Caller, name: &str) -> Answer<()> {
    api.rates().login(caller.address)?;
    let now = caller.now_us;
    let account = account_key(name);
    let mut wait_us = waiting(api, &account, &ACCOUNT, now).await?;
    if let Some(address) = address_key(caller) {
        wait_us = wait_us.max(waiting(api, &address, &ADDRESS, now).await?);
    }
    if wait_us > 0 {
        return Err(too_often(
            u32::try_from(wait_us.div_euclid(1_000_000)).unwrap_or(u32::MAX).saturating_add(1),
        ));
    }
    let mut tx = api.store().write().await?;
    count(&mut tx, &account, &ACCOUNT, now).await?;
    tx.commit().await?;
    Ok(())
}

/// It was the right person: what failed before is forgotten, in the transaction of the log-in.
pub(crate) async fn forgive(on: &mut Transaction, name: &str) -> Result<(), StoreError> {
    throttle::clear(on, &account_key(name)).await
}

/// Counts a failed attempt against the address and writes it down.
pub(super) async fn failed(api: &Api, caller: &Caller, name: &str) -> Problem {
    let work = async {
        let mut tx = api.store().write().await?;
        caller.note(&mut tx, "session.refused", &format!("name {name}"), &detail(caller)).await?;
        if let Some(address) = address_key(caller) {
            count(&mut tx, &address, &ADDRESS, caller.now_us).await?;
        }
        tx.commit().await
    };
    match work.await {
        Ok(()) => wrong_credentials(),
        Err(error) => error.into(),
    }
}

/// From where.
pub(super) fn detail(caller: &Caller) -> serde_json::Value {
    serde_json::json!({ "address": caller.address.map(|address| address.to_string()) })
}

async fn waiting(api: &Api, key: &str, rule: &Throttle, now: i64) -> Result<i64, StoreError> {
    let kept = throttle::find(api.store(), key).await?;
    Ok(kept.map_or(0, |kept| rule.wait_us(kept.failures, kept.last_failed_at.0, now)))
}

async fn count(on: &mut Transaction, key: &str, rule: &Throttle, now: i64) -> Result<(), StoreError> {
    if let Some(kept) = throttle::find(&mut *on, key).await?
        && rule.count(kept.failures, kept.last_failed_at.0, now) == 1
    {
        throttle::clear(on, key).await?;
    }
    throttle::fail(on, key, Moment(now)).await.map(|_| ())
}

fn account_key(name: &str) -> String {
    format!("user {name}")
}

fn address_key(caller: &Caller) -> Option<String> {
    caller.address.map(|address| format!("address {address}"))
}
