//! Weaknesses by action: one update or one mitigation for all the assets that it helps.

use super::weakness::{most_urgent, rows};
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::page::Page;
use crate::api::problem::{Answer, internal};
use crate::api::risk::{Part, Wanted, word};
use crate::api::state::Api;
use axum::Json;
use axum::extract::{Extension, Query, State};
use facts::id::AssetUid;
use judge::intake::{Found, newest_fix, role_of};
use judge::risk::Action;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::ToSchema;

/// What to do about assets of one product.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UpdateRow {
    /// Manufacturer.
    vendor: String,
    /// Product, or order number where that is all that is known.
    product: String,
    /// `update`; `mitigate` where no version mends it and the advisory says what to do instead; `contain` where it says nothing.
    step: &'static str,
    /// The newest version that mends; null where there is none.
    version: Option<String>,
    /// Whether the assets have to stop for it: `yes`, `assumed` because nobody said, or `no`.
    stop: &'static str,
    /// How soon to act: `immediate`, `out-of-cycle`, `scheduled` or `defer`; null where all was decided.
    decision: Option<String>,
    /// The advisories that it answers.
    advisories: Vec<String>,
    /// The open weaknesses that it answers.
    weaknesses: Vec<String>,
    /// How many of them are known to be exploited.
    exploited: u64,
    /// The assets, worst first.
    assets: Vec<UpdateAsset>,
}

/// An asset to be updated.
#[derive(Debug, Serialize, ToSchema)]
struct UpdateAsset {
    /// Its id.
    asset: String,
    /// Its name, or its address.
    name: String,
    /// Id of its line.
    line: Option<String>,
    /// The version that runs; empty when it is not known.
    firmware: String,
    /// `low`, `medium`, `high` or `critical`.
    band: String,
    /// Its score.
    score: f64,
}

#[derive(Default)]
struct Sum {
    advisories: BTreeSet<String>,
    weaknesses: BTreeSet<String>,
    exploited: BTreeSet<String>,
    decisions: Vec<String>,
    assets: Vec<UpdateAsset>,
    says_restart: Option<bool>,
    needs_stop: bool,
}

type Key = (String, String, &'static str, Option<String>);

/// What to do about weaknesses: by product, the newest version that mends, or what to do instead.
#[utoipa::path(get, path = "/vulnerabilities/updates", tag = "vulnerabilities", params(Part),
    responses((status = 200, description = "Updates", body = Page<UpdateRow>)))]
pub(super) async fn list_updates(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(part): Query<Part>,
) -> Answer<Json<Page<UpdateRow>>> {
    let wanted = Wanted::read(&part, &caller)?;
    let judged = api.judged();
    let work = move || gather(&judged, &wanted);
    let (items, hidden) =
        tokio::task::spawn_blocking(work).await.map_err(|error| internal("gather updates", error))?;
    Ok(Json(Page::whole(items, hidden)))
}

fn gather(judged: &Judged, wanted: &Wanted) -> (Vec<UpdateRow>, u64) {
    let mut sums: BTreeMap<Key, Sum> = BTreeMap::new();
    let mut hidden = 0;
    for (asset, found) in &judged.found {
        let Some(about) = judged.assets.get(asset) else { continue };
        if !wanted.is_of(about.line, about.zone, about.system) {
            continue;
        }
        if !wanted.shows(about.line, about.zone) {
            hidden += 1;
            continue;
        }
        add(judged, *asset, found, &mut sums);
    }
    let mut items: Vec<UpdateRow> = sums.into_iter().map(row).collect();
    let urgency = |row: &UpdateRow| {
        let order = ["immediate", "out-of-cycle", "scheduled", "defer"];
        let place = |text: &str| order.iter().position(|known| *known == text);
        (row.exploited == 0, row.decision.as_deref().and_then(place).unwrap_or(order.len()))
    };
    items.sort_by_key(|row| (urgency(row), core::cmp::Reverse(row.assets.len())));
    (items, hidden)
}

fn add(judged: &Judged, asset: AssetUid, found: &[Found], sums: &mut BTreeMap<Key, Sum>) {
    let Some(about) = judged.assets.get(&asset) else { return };
    let product = if about.model.is_empty() { &about.order_number } else { &about.model };
    let newest = newest_fix(found);
    for found in found {
        let Some(advisory) = found.advisory(&judged.library) else { continue };
        let open: Vec<_> =
            rows(judged, asset, found, advisory).into_iter().filter(|row| row.state == "open").collect();
        if open.is_empty() {
            continue;
        }
        let remedies = || found.remedies.iter().filter_map(|place| super::asset::remedy(advisory, *place));
        use knowledge::advisory::RemediationKind::{Mitigation, Workaround};
        let is_mitigable = remedies().any(|remedy| matches!(remedy.kind, Mitigation | Workaround));
        let (step, version) = match (found.fixed_in.is_empty(), is_mitigable) {
            (false, _) => ("update", newest.clone()),
            (true, true) => ("mitigate", None),
            (true, false) => ("contain", None),
        };
        let key = (about.vendor.clone(), product.clone(), step, version);
        let sum = sums.entry(key).or_default();
        sum.advisories.insert(advisory.id.clone());
        for row in open {
            if row.exploited {
                sum.exploited.insert(row.id.clone());
            }
            sum.decisions.extend(row.decision.clone());
            sum.weaknesses.insert(row.id);
        }
        if step == "update" {
            for remedy in remedies().filter(|remedy| !remedy.restart.is_empty()) {
                let stops = remedy.restart != "none";
                sum.says_restart = Some(sum.says_restart.unwrap_or_default() || stops);
            }
            sum.needs_stop |= Action::Patch(Arc::from(""), None).needs_stop(role_of(&about.kind));
        }
        let id = asset.to_string();
        if sum.assets.last().is_none_or(|last| last.asset != id) {
            let snapshot = judged.snapshot(asset);
            sum.assets.push(UpdateAsset {
                asset: id,
                name: about.name.clone(),
                line: about.line.map(|id| id.to_string()),
                firmware: about.firmware.clone(),
                band: snapshot.map(|row| word(&row.band)).unwrap_or_default(),
                score: snapshot.map_or(0.0, |row| row.score.value),
            });
        }
    }
}

fn row(((vendor, product, step, version), mut sum): (Key, Sum)) -> UpdateRow {
    sum.assets
        .sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.asset.cmp(&other.asset)));
    UpdateRow {
        vendor,
        product,
        step,
        version,
        stop: match sum.says_restart {
            Some(true) => "yes",
            Some(false) => "no",
            None if sum.needs_stop => "assumed",
            None => "no",
        },
        decision: most_urgent(sum.decisions.iter()),
        advisories: sum.advisories.into_iter().collect(),
        weaknesses: sum.weaknesses.into_iter().collect(),
        exploited: u64::try_from(sum.exploited.len()).unwrap_or(u64::MAX),
        assets: sum.assets,
    }
}
