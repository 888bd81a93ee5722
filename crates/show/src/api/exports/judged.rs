//! The lists of what was judged: weaknesses and risk.

use super::columns::{PATCHES, RISK, VULNERABILITIES};
use super::{List, ROWS_MAX, may, names};
use crate::api::caller::Caller;
use crate::api::patches::{PatchFilter, patch_rows};
use crate::api::problem::{Answer, internal, unreadable};
use crate::api::risk::{RiskFilter, term_rows};
use crate::api::state::Api;
use crate::api::vulnerabilities::{VulnerabilityFilter, weakness_rows};
use authz::Permission::ViewRisk;
use axum::extract::Query;
use axum::http::Uri;
use serde::de::DeserializeOwned;
use url::form_urlencoded::Serializer;

type Pairs = Vec<(String, String)>;

/// One row for each weakness of each advisory that speaks of an asset.
pub(super) async fn weaknesses(api: &Api, caller: &Caller, pairs: Pairs) -> Answer<List> {
    may(caller, ViewRisk)?;
    let (filter, in_words) = read::<VulnerabilityFilter>(&pairs)?;
    let names = names(api).await?;
    let (judged, caller) = (api.judged(), caller.clone());
    let work = move || weakness_rows(&judged, &filter, &caller, &names, most());
    let gathered = tokio::task::spawn_blocking(work).await;
    let (rows, hidden) = gathered.map_err(|error| internal("gather weaknesses", error))??;
    Ok(List { columns: &VULNERABILITIES, rows, hidden, filter: in_words })
}

/// One row for each factor of the risk of each asset.
pub(super) async fn terms(api: &Api, caller: &Caller, pairs: Pairs) -> Answer<List> {
    may(caller, ViewRisk)?;
    let (filter, in_words) = read::<RiskFilter>(&pairs)?;
    let (judged, caller) = (api.judged(), caller.clone());
    let work = move || term_rows(&judged, &filter, &caller, most());
    let gathered = tokio::task::spawn_blocking(work).await;
    let (rows, hidden) = gathered.map_err(|error| internal("gather risk", error))??;
    Ok(List { columns: &RISK, rows, hidden, filter: in_words })
}

/// One row for each asset of which an advisory speaks: what to install on it and when.
pub(super) async fn patches(api: &Api, caller: &Caller, pairs: Pairs) -> Answer<List> {
    may(caller, ViewRisk)?;
    let (filter, in_words) = read::<PatchFilter>(&pairs)?;
    let (rows, hidden) = patch_rows(api, caller, filter).await?;
    Ok(List { columns: &PATCHES, rows, hidden, filter: in_words })
}

/// One more than a file may have, so that a list that is too long is known to be.
fn most() -> usize {
    usize::try_from(ROWS_MAX).unwrap_or(usize::MAX).saturating_add(1)
}

/// The filter of the list as the list itself reads it, and in words. A file has no pages.
fn read<T: DeserializeOwned>(pairs: &Pairs) -> Answer<(T, String)> {
    if let Some((name, _)) = pairs.iter().find(|(name, _)| name == "limit" || name == "cursor") {
        return Err(unreadable(format!("a file has no `{name}`")));
    }
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    let uri: Uri = format!("/?{query}").parse().map_err(unreadable)?;
    let Query(filter) = Query::try_from_uri(&uri).map_err(|rejection| unreadable(rejection.body_text()))?;
    let words: Vec<String> = pairs.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    Ok((filter, words.join("; ")))
}
