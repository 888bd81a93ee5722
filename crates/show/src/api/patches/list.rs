//! What to install and when: one row for each asset of which an advisory speaks.

use super::dates;
use super::track::tracks;
use super::work::{Item, STOP_MIN, fit_words, items};
use crate::api::calendars::Stops;
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::page::{self, Page};
use crate::api::problem::{Answer, internal, invalid};
use crate::api::risk::{Part, Wanted, word};
use crate::api::state::Api;
use crate::api::vulnerabilities::decision_word;
use crate::time::utc_us;
use authz::{Permission, Place, Visible};
use axum::Json;
use axum::extract::{Extension, Query, State};
use facts::id::LineId;
use judge::advice::{Deferral, Instead, Need, PatchState, Step, next_states};
use judge::intake::{Found, first_state};
use judge::risk::WeaknessState;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::risk::patch;
use utoipa::{IntoParams, ToSchema};
use wire::Time;

/// Which patches.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(in crate::api) struct PatchFilter {
    /// Words that all occur in the asset's name, product, or the version.
    text: Option<String>,
    /// State of the patch by IEC TR 62443-2-3, such as `released` or `authorized`; several by commas.
    state: Option<String>,
    /// `next-stop`, `any-time` or `waits`.
    fit: Option<String>,
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

/// What to do about the weaknesses of an asset.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PatchRow {
    /// Id of the asset.
    asset: String,
    /// Its name, or its address.
    name: String,
    /// What it is.
    kind: String,
    /// Id of its line.
    line: Option<String>,
    /// Manufacturer.
    vendor: String,
    /// Product, or order number where that is all that is known.
    product: String,
    /// The version that runs; empty when it is not known.
    installed: String,
    /// `update`; `mitigate` where no version may be installed and an advisory says what to do instead; `contain` where none does.
    step: &'static str,
    /// The newest version that mends; null where there is none.
    version: Option<String>,
    /// What advisories say to do instead, or until then.
    mitigations: Vec<String>,
    /// Whether the asset has to stop for it: `yes`, `assumed` because nobody said, or `no`.
    stop: &'static str,
    /// Minutes that are planned for it.
    minutes: Option<u32>,
    /// How soon to act: `immediate`, `out-of-cycle`, `scheduled` or `defer`.
    decision: &'static str,
    /// From when dates run: the asset was there and the first of its weaknesses was published, UTC.
    since: String,
    /// Until when a mitigation is due, UTC; null where none is asked for.
    mitigate_by: Option<String>,
    /// Until when the update is due, UTC; null where the next upgrade is early enough.
    patch_by: Option<String>,
    /// Until when the decision is looked at again, UTC.
    review_by: Option<String>,
    /// State by IEC TR 62443-2-3: `available`, `in-test`, `not-approved`, `not-applicable`, `approved`, `released`,
    /// `in-internal-test`, `not-authorized`, `authorized`, `effective` or `installed`; null where there is no patch.
    state: Option<String>,
    /// The states that may follow.
    next_states: Vec<String>,
    /// The deferral that holds.
    deferral: Option<DeferralRow>,
    /// When it can be done: `next-stop`, `any-time` or `waits`; null where nothing is installed.
    fit: Option<&'static str>,
    /// Why it waits: `not-authorized`, `deferred`, `full` (more urgent work fills the stop), `no-stop` (none is planned) or
    /// `no-line`.
    waits_for: Option<&'static str>,
    /// The stop of its line in which it fits.
    window: Option<StopWindow>,
    /// The advisories that it answers.
    advisories: Vec<String>,
    /// The open weaknesses of the asset.
    weaknesses: Vec<String>,
    /// Those of them that the update does not mend.
    remaining: Vec<String>,
    /// How many of the open ones are known to be exploited.
    exploited: u64,
    /// `low`, `medium`, `high` or `critical`.
    band: String,
    /// Score of the asset's risk.
    score: f64,
}

/// A time in which a line stands still.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct StopWindow {
    /// From, UTC.
    pub(crate) from: String,
    /// Until, UTC.
    pub(crate) to: String,
}

impl StopWindow {
    /// The next stop of a line that is long enough for an update; `None` when its calendar plans none.
    pub(in crate::api) fn next(stops: &Stops, line: Option<LineId>, now_us: i64) -> Option<Self> {
        let (from, to) = stops.next(line, now_us, STOP_MIN)?;
        Some(Self { from: utc_us(from), to: utc_us(to) })
    }
}

/// A decision to patch later.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DeferralRow {
    /// Why.
    reason: String,
    /// Who answers for it.
    owner: String,
    /// When it was decided, UTC.
    since: String,
    /// Until when it holds, UTC.
    until: String,
    /// What protects in the meantime.
    mitigations: Vec<String>,
    /// What remains, in words.
    residual_risk: String,
}

impl DeferralRow {
    pub(super) fn of(deferral: &Deferral) -> Self {
        Self {
            reason: deferral.reason.clone(),
            owner: deferral.owner.clone(),
            since: utc(deferral.since),
            until: utc(deferral.until),
            mitigations: deferral.mitigations.clone(),
            residual_risk: deferral.residual_risk.clone(),
        }
    }
}

/// What to install on each asset and when, the most urgent first. Work is proposed for the next stop of the asset's line by its
/// calendar, and only as much as fits into it.
#[utoipa::path(get, path = "/vulnerabilities/patches", tag = "vulnerabilities", params(PatchFilter),
    responses((status = 200, description = "Patches", body = Page<PatchRow>)))]
pub(super) async fn list_patches(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<PatchFilter>,
) -> Answer<Json<Page<PatchRow>>> {
    let limit = usize::try_from(page::limit(filter.limit)?).unwrap_or(usize::MAX);
    let begin: usize = match &filter.cursor {
        Some(cursor) => cursor.parse().map_err(|_| invalid("cursor", "is none that this list gave"))?,
        None => 0,
    };
    let (all, hidden) = every(&api, &caller, filter, None).await?;
    let end = begin.saturating_add(limit);
    let next = (end < all.len()).then(|| end.to_string());
    Ok(Json(Page { items: all.into_iter().skip(begin).take(limit).collect(), next, hidden }))
}

/// The same rows for a file, and how many the asker may not have.
///
/// # Errors
///
/// A filter that cannot be taken.
pub(in crate::api) async fn patch_rows(
    api: &Api,
    caller: &Caller,
    filter: PatchFilter,
) -> Answer<(Vec<serde_json::Value>, u64)> {
    let export = caller.visible(Permission::ExportData);
    let (all, hidden) = every(api, caller, filter, Some(export)).await?;
    let lines = store::structure::line::list(api.store(), api.parts().site).await?;
    let named = |row: PatchRow| {
        let line = lines.iter().find(|line| Some(line.id.to_string()) == row.line);
        let mut row = serde_json::to_value(&row).unwrap_or_default();
        if let Some(row) = row.as_object_mut() {
            row.insert("line".into(), line.map(|line| line.name.clone()).into());
        }
        row
    };
    Ok((all.into_iter().map(named).collect(), hidden))
}

/// The rows that fit, and how many of them the asker may not see, or not have: `also` must show them, too.
async fn every(
    api: &Api,
    caller: &Caller,
    filter: PatchFilter,
    also: Option<Visible>,
) -> Answer<(Vec<PatchRow>, u64)> {
    let tracks = tracks(&patch::list(api.store()).await?)?;
    let (stops, dates) = (Stops::read(api).await?, dates::read(api.store()).await?);
    let (judged, now_us) = (api.judged(), caller.now_us);
    let wanted = filter.wanted(caller)?;
    let work = move || {
        let (mut rows, mut hidden) = (Vec::new(), 0);
        for item in items(&judged, &tracks, &stops, &dates, now_us) {
            let about = item.about;
            if !wanted.is_of(about.line, about.zone, about.system) {
                continue;
            }
            let row = row(&judged, &item);
            if !filter.fits(&row) {
                continue;
            }
            let place = Place { line: about.line, zone: about.zone };
            let is_shown = wanted.shows(place.line, place.zone);
            match is_shown && also.as_ref().is_none_or(|also| also.shows(place)) {
                true => rows.push((item.advice.decision, row)),
                false => hidden += 1,
            }
        }
        rows.sort_by(|(one, row), (other, next)| {
            let by_score = next.score.total_cmp(&row.score);
            other.cmp(one).then((row.exploited == 0).cmp(&(next.exploited == 0))).then(by_score)
        });
        (rows.into_iter().map(|(_, row)| row).collect(), hidden)
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| internal("gather patches", error))
}

impl PatchFilter {
    fn wanted(&self, caller: &Caller) -> Answer<Wanted> {
        let part = Part { line: self.line.clone(), zone: self.zone.clone(), system: self.system.clone() };
        if self.fit.as_deref().is_some_and(|fit| !["next-stop", "any-time", "waits"].contains(&fit)) {
            return Err(invalid("fit", "is none of next-stop, any-time, waits"));
        }
        let states = self.state.iter().flat_map(|states| states.split(','));
        for state in states {
            if state_of(state).is_none() {
                return Err(invalid("state", "is none of those of IEC TR 62443-2-3"));
            }
        }
        Wanted::read(&part, caller)
    }

    fn fits(&self, row: &PatchRow) -> bool {
        let is_state = self
            .state
            .as_ref()
            .is_none_or(|states| states.split(',').any(|state| row.state.as_deref() == Some(state)));
        let is_fit = self.fit.as_deref().is_none_or(|fit| row.fit == Some(fit));
        let is_text = self.text.as_ref().is_none_or(|text| {
            let texts =
                [&row.name, &row.vendor, &row.product, row.version.as_ref().unwrap_or(&row.installed)];
            let texts = texts.map(|text| text.to_lowercase()).join(" ");
            text.to_lowercase().split_whitespace().all(|word| texts.contains(word))
        });
        is_state && is_fit && is_text
    }
}

/// The state of a word of the interface.
pub(super) fn state_of(text: &str) -> Option<PatchState> {
    let is_word = !text.contains('_');
    serde_json::from_value(text.replace('-', "_").into()).ok().filter(|_| is_word)
}

fn row(judged: &Judged, item: &Item<'_>) -> PatchRow {
    let (about, advice) = (item.about, &item.advice);
    let (step, mitigations) = match &advice.step {
        Step::Update(_) | Step::Nothing => ("update", Vec::new()),
        Step::Instead(Instead::Mitigate(texts)) => ("mitigate", texts.clone()),
        Step::Instead(Instead::Contain) => ("contain", Vec::new()),
    };
    let found = judged.found(item.asset);
    let version = (!advice.advisory.is_empty()).then(|| advice.advisory.to_string());
    let state = version
        .as_ref()
        .map(|_| advice.state.unwrap_or_else(|| first_state(&judged.library, found, &about.vendor)));
    let (fit, waits_for, window) = match &item.queued {
        None => (None, None, None),
        Some(queued) => {
            let (fit, why, window) = fit_words(queued.fit);
            (Some(fit), why, window)
        }
    };
    let weaknesses = open(judged, item);
    let by =
        |days: Option<u32>| days.map(|days| utc(Time(advice.since.0.saturating_add(i64::from(days) * DAY))));
    let snapshot = judged.snapshot(item.asset);
    PatchRow {
        asset: item.asset.to_string(),
        name: about.name.clone(),
        kind: about.kind.clone(),
        line: about.line.map(|id| id.to_string()),
        vendor: about.vendor.clone(),
        product: if about.model.is_empty() { &about.order_number } else { &about.model }.clone(),
        installed: about.firmware.clone(),
        step,
        version,
        mitigations,
        stop: match advice.stop {
            Need::Yes => "yes",
            Need::Assumed => "assumed",
            Need::No => "no",
        },
        minutes: item.queued.as_ref().map(|queued| queued.minutes),
        decision: decision_word(advice.decision),
        since: utc(advice.since),
        mitigate_by: by(advice.due.mitigation_days),
        patch_by: by(advice.due.patch_days_max),
        review_by: by(advice.due.review_days),
        next_states: state.iter().flat_map(|state| next_states(*state)).map(word).collect(),
        state: state.as_ref().map(word),
        deferral: advice.deferral.as_ref().map(DeferralRow::of),
        fit,
        waits_for,
        window: window.map(|window| StopWindow { from: utc(window.from), to: utc(window.to) }),
        advisories: advisories(judged, found),
        weaknesses: weaknesses.iter().map(|(id, _)| (*id).to_owned()).collect(),
        remaining: advice.remaining.iter().map(ToString::to_string).collect(),
        exploited: weaknesses.iter().map(|(_, is_exploited)| u64::from(*is_exploited)).sum(),
        band: snapshot.map(|row| word(&row.band)).unwrap_or_default(),
        score: snapshot.map_or(0.0, |row| row.score.value),
    }
}

/// Nanoseconds of a day.
const DAY: i64 = 86_400_000_000_000;

/// The open weaknesses of an asset, and whether each is known to be exploited.
fn open<'j>(judged: &'j Judged, item: &Item<'_>) -> BTreeSet<(&'j str, bool)> {
    let asset = judged.plant.asset(item.asset);
    let weaknesses = asset.map_or(&[][..], |asset| &asset.weaknesses);
    let is_open = |state| matches!(state, WeaknessState::Open | WeaknessState::Accepted(_));
    let open = weaknesses.iter().filter(|weakness| is_open(weakness.state));
    open.map(|weakness| (&*weakness.id, weakness.exploited)).collect()
}

fn advisories(judged: &Judged, found: &[Found]) -> Vec<String> {
    let ids = found.iter().filter_map(|found| Some(found.advisory(&judged.library)?.id.clone()));
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

pub(super) fn utc(time: Time) -> String {
    utc_us(time.0.div_euclid(1_000))
}
