//! Weaknesses by advisory: known-exploited ones first.

use super::weakness::{most_urgent, rows};
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::page::{self, Page};
use crate::api::problem::{Answer, internal, invalid};
use crate::api::risk::Wanted;
use crate::api::state::Api;
use axum::Json;
use axum::extract::{Extension, Query, State};
use core::cmp::Reverse;
use knowledge::advisory::Grade;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, ToSchema};

/// Which advisories.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct VulnerabilityFilter {
    /// Words that all occur in its identifiers, its title, its weaknesses or its publisher.
    text: Option<String>,
    /// Whether one of its weaknesses is known to be exploited.
    exploited: Option<bool>,
    /// `open` (default): with open weaknesses on assets; `decided`: all of them were decided; `all`.
    state: Option<String>,
    /// Id of a line.
    line: Option<String>,
    /// Id of a zone.
    zone: Option<String>,
    /// Id of a logical system.
    system: Option<String>,
    /// Rows at most, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// An advisory with the assets that it speaks of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VulnerabilityRow {
    /// Identifier by its publisher.
    advisory: String,
    /// Its title.
    title: String,
    /// Who published it.
    publisher: String,
    /// First release as written.
    released: String,
    /// Newest release as written.
    updated: String,
    /// The weaknesses that assets have.
    weaknesses: Vec<String>,
    /// The highest CVSS base score among them; null when nobody scored one.
    base: Option<f64>,
    /// How many of them are known to be exploited.
    exploited: u64,
    /// The first day by which a list wants one of them mended; empty when none names a day.
    due: String,
    /// The highest probability of exploitation among them; null while none is published.
    epss: Option<f64>,
    /// Assets with an open weakness of it.
    open: u64,
    /// Assets of which every weakness of it was decided.
    decided: u64,
    /// Assets that it surely means, by their exact version.
    exact: u64,
    /// Assets whose version lies in its range.
    range: u64,
    /// Assets of the product family whose version is not known.
    family: u64,
    /// How soon to act, the most urgent of its weaknesses: `immediate`, `out-of-cycle`, `scheduled` or `defer`.
    decision: Option<String>,
    /// Whether a version that mends it is known for some asset.
    has_fix: bool,
}

/// Advisories that speak of assets, known-exploited ones first, then the most urgent and severe.
#[utoipa::path(get, path = "/vulnerabilities", tag = "vulnerabilities", params(VulnerabilityFilter),
    responses((status = 200, description = "Advisories", body = Page<VulnerabilityRow>)))]
pub(super) async fn list_vulnerabilities(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<VulnerabilityFilter>,
) -> Answer<Json<Page<VulnerabilityRow>>> {
    let part = crate::api::risk::Part {
        line: filter.line.clone(),
        zone: filter.zone.clone(),
        system: filter.system.clone(),
    };
    let wanted = Wanted::read(&part, &caller)?;
    if filter.state.as_deref().is_some_and(|state| !["open", "decided", "all"].contains(&state)) {
        return Err(invalid("state", "is none of open, decided, all"));
    }
    let limit = usize::try_from(page::limit(filter.limit)?).unwrap_or(usize::MAX);
    let begin: usize = match &filter.cursor {
        Some(cursor) => cursor.parse().map_err(|_| invalid("cursor", "is none that this list gave"))?,
        None => 0,
    };
    let judged = api.judged();
    let work = move || {
        let (mut all, hidden) = every(&judged, &wanted);
        all.retain(|row| fits(row, &filter));
        all.sort_by(order);
        let end = begin.saturating_add(limit);
        let next = (end < all.len()).then(|| end.to_string());
        Page { items: all.into_iter().skip(begin).take(limit).collect(), next, hidden }
    };
    let page = tokio::task::spawn_blocking(work).await;
    Ok(Json(page.map_err(|error| internal("gather advisories", error))?))
}

fn order(one: &VulnerabilityRow, other: &VulnerabilityRow) -> core::cmp::Ordering {
    let urgency = |row: &VulnerabilityRow| match row.decision.as_deref() {
        Some("immediate") => 0,
        Some("out-of-cycle") => 1,
        Some("scheduled") => 2,
        Some(_) => 3,
        None => 4,
    };
    let key = |row: &VulnerabilityRow| (Reverse(row.exploited > 0), urgency(row));
    let base = |row: &VulnerabilityRow| row.base.unwrap_or(10.0);
    key(one)
        .cmp(&key(other))
        .then(base(other).total_cmp(&base(one)))
        .then(other.open.cmp(&one.open))
        .then(one.advisory.cmp(&other.advisory))
}

fn fits(row: &VulnerabilityRow, filter: &VulnerabilityFilter) -> bool {
    let is_state = match filter.state.as_deref() {
        Some("all") => true,
        Some("decided") => row.open == 0,
        _ => row.open > 0,
    };
    let text = [&row.advisory, &row.title, &row.publisher].map(|text| text.to_lowercase()).join(" ");
    let ids = row.weaknesses.join(" ").to_lowercase();
    let wanted = filter.text.as_deref().unwrap_or_default().to_lowercase();
    let is_text = wanted.split_whitespace().all(|word| text.contains(word) || ids.contains(word));
    is_state && is_text && filter.exploited.is_none_or(|wanted| (row.exploited > 0) == wanted)
}

/// What is gathered of one advisory.
#[derive(Default)]
struct Sum {
    weaknesses: BTreeSet<String>,
    exploited: BTreeSet<String>,
    due: String,
    base: Option<f64>,
    epss: Option<f64>,
    decisions: Vec<String>,
    open: u64,
    decided: u64,
    grades: [u64; 3],
    has_fix: bool,
}

fn every(judged: &Judged, wanted: &Wanted) -> (Vec<VulnerabilityRow>, u64) {
    let mut sums: BTreeMap<usize, Sum> = BTreeMap::new();
    let mut hidden = BTreeSet::new();
    for (asset, found) in &judged.found {
        let Some(about) = judged.assets.get(asset) else { continue };
        if !wanted.is_of(about.line, about.zone, about.system) {
            continue;
        }
        if !wanted.shows(about.line, about.zone) {
            hidden.extend(found.iter().map(|found| found.place));
            continue;
        }
        for found in found.iter() {
            let Some(advisory) = found.advisory(&judged.library) else { continue };
            let sum = sums.entry(found.place).or_default();
            let mut is_open = false;
            for weakness in rows(judged, *asset, found, advisory) {
                is_open |= weakness.state == "open" || weakness.state == "accepted";
                sum.add(&weakness);
            }
            *(if is_open { &mut sum.open } else { &mut sum.decided }) += 1;
            let grade = match found.grade {
                Grade::Exact => 0,
                Grade::Range => 1,
                Grade::Family => 2,
            };
            if let Some(count) = sum.grades.get_mut(grade) {
                *count += 1;
            }
            sum.has_fix |= !found.fixed_in.is_empty();
        }
    }
    hidden.retain(|place| !sums.contains_key(place));
    let row = |(place, sum): (usize, Sum)| {
        let advisory = judged.library.index.advisories().get(place)?;
        let [exact, range, family] = sum.grades;
        Some(VulnerabilityRow {
            advisory: advisory.id.clone(),
            title: advisory.title.clone(),
            publisher: advisory.publisher.clone(),
            released: advisory.first_released.clone(),
            updated: advisory.last_released.clone(),
            exploited: u64::try_from(sum.exploited.len()).unwrap_or(u64::MAX),
            weaknesses: sum.weaknesses.into_iter().collect(),
            base: sum.base,
            due: sum.due,
            epss: sum.epss,
            open: sum.open,
            decided: sum.decided,
            exact,
            range,
            family,
            decision: most_urgent(sum.decisions.iter()),
            has_fix: sum.has_fix,
        })
    };
    let rows = sums.into_iter().filter_map(row).collect();
    (rows, u64::try_from(hidden.len()).unwrap_or(u64::MAX))
}

impl Sum {
    fn add(&mut self, weakness: &super::weakness::WeaknessRow) {
        let higher = |known: Option<f64>, new: Option<f64>| match (known, new) {
            (Some(known), Some(new)) => Some(known.max(new)),
            (known, new) => known.or(new),
        };
        self.base = higher(self.base, weakness.base);
        self.epss = higher(self.epss, weakness.epss);
        if weakness.exploited {
            self.exploited.insert(weakness.id.clone());
        }
        if !weakness.due.is_empty() && (self.due.is_empty() || weakness.due < self.due) {
            self.due.clone_from(&weakness.due);
        }
        self.decisions.extend(weakness.decision.clone());
        self.weaknesses.insert(weakness.id.clone());
    }
}
