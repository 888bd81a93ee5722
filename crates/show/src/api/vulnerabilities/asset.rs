//! Weaknesses of one asset, by advisory.

use super::weakness::{WeaknessRow, rows};
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::page::Page;
use crate::api::place;
use crate::api::problem::Answer;
use crate::api::risk::word;
use crate::api::state::Api;
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use facts::id::AssetUid;
use judge::intake::{Found, newest_fix};
use knowledge::advisory::{Advisory, Remediation, RemediationKind};
use serde::Serialize;
use store::risk::decision::{self, Decision};
use utoipa::ToSchema;

/// What is known of the weaknesses of an asset.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssetVulnerabilities {
    /// The firmware by which advisories were compared; empty when it is not known.
    firmware: String,
    /// Which of `vendor`, `model` and `firmware` the wire does not tell, so that they were compared as the register says them.
    from_register: Vec<&'static str>,
    /// The newest version that any of its advisories calls fixed; null when there is none.
    newest_fix: Option<String>,
    /// Advisories that speak of it, the surest first.
    advisories: Page<AssetAdvisory>,
    /// What people decided, newest first; withdrawn decisions and those of another firmware among them.
    decisions: Vec<DecisionRow>,
}

/// An advisory that speaks of an asset.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssetAdvisory {
    /// Identifier by its publisher.
    advisory: String,
    /// Its title.
    title: String,
    /// Who published it.
    publisher: String,
    /// `exact`, `range` or `family`.
    grade: String,
    /// Why it speaks of the asset, with the values compared.
    reason: String,
    /// The text of the advisory that decided.
    source: String,
    /// Versions that mend it, the lowest first.
    fixed_in: Vec<String>,
    /// What helps.
    remedies: Vec<RemedyRow>,
    /// Its weaknesses that the asset has.
    weaknesses: Vec<WeaknessRow>,
    /// Where to read on.
    references: Vec<String>,
}

/// What helps.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RemedyRow {
    /// `vendor-fix`, `optional-patch`, `workaround`, `mitigation`, `fix-planned`, `none-available` or `no-fix-planned`.
    kind: &'static str,
    /// The text.
    text: String,
    /// Where to get it; empty when it says nothing.
    url: String,
    /// What must restart; empty when it says nothing.
    restart: String,
}

impl RemedyRow {
    pub(super) fn of(remedy: &Remediation) -> Self {
        Self {
            kind: match remedy.kind {
                RemediationKind::VendorFix => "vendor-fix",
                RemediationKind::OptionalPatch => "optional-patch",
                RemediationKind::Workaround => "workaround",
                RemediationKind::Mitigation => "mitigation",
                RemediationKind::FixPlanned => "fix-planned",
                RemediationKind::NoneAvailable => "none-available",
                RemediationKind::NoFixPlanned => "no-fix-planned",
            },
            text: remedy.text.clone(),
            url: remedy.url.clone(),
            restart: remedy.restart.clone(),
        }
    }
}

/// A decision about a weakness.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecisionRow {
    /// Its id.
    id: String,
    /// The weakness.
    weakness: String,
    /// `not-affected`, `fixed` or `accepted`.
    state: &'static str,
    /// Why it does not apply, in the words of VEX; empty otherwise.
    justification: String,
    /// Why.
    reason: String,
    /// Until when it counts, UTC; null without an end.
    until: Option<String>,
    /// The firmware of which it was said.
    firmware: String,
    /// Who decided.
    decided_by: String,
    /// When, UTC.
    decided_at: String,
    /// `counts`, `withdrawn`, `ended`, `replaced` by a later one, or `other-firmware`: the asset runs another by now.
    standing: &'static str,
}

/// The advisories that speak of an asset, with what was decided.
#[utoipa::path(get, path = "/assets/{id}/vulnerabilities", tag = "vulnerabilities",
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 200, description = "Its weaknesses", body = AssetVulnerabilities)))]
pub(super) async fn list_asset_vulnerabilities(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<AssetVulnerabilities>> {
    let asset = place::asset(&caller, Permission::ViewRisk, api.store(), &id).await?;
    let decisions = decision::of_asset(api.store(), asset.id).await?;
    let judged = api.judged();
    let found = judged.found(asset.id);
    let items = found.iter().filter_map(|found| row(&judged, asset.id, found));
    let about = judged.assets.get(&asset.id).cloned().unwrap_or_default();
    let mut seen = std::collections::BTreeSet::new();
    let mut told = Vec::new();
    for decision in &decisions {
        let is_newest = decision.withdrawn_at.is_none() && seen.insert(decision.weakness.clone());
        told.push(decision_row(decision, is_newest, &about.firmware, caller.now_us));
    }
    Ok(Json(AssetVulnerabilities {
        newest_fix: newest_fix(found),
        firmware: about.firmware,
        from_register: about.from_register,
        advisories: Page::whole(items.collect(), 0),
        decisions: told,
    }))
}

fn row(judged: &Judged, asset: AssetUid, found: &Found) -> Option<AssetAdvisory> {
    let advisory = found.advisory(&judged.library)?;
    let remedies = found.remedies.iter().filter_map(|place| remedy(advisory, *place));
    Some(AssetAdvisory {
        advisory: advisory.id.clone(),
        title: advisory.title.clone(),
        publisher: advisory.publisher.clone(),
        grade: word(&found.grade),
        reason: found.reason.clone(),
        source: found.source.clone(),
        fixed_in: found.fixed_in.clone(),
        remedies: remedies.map(RemedyRow::of).collect(),
        weaknesses: rows(judged, asset, found, advisory),
        references: links(advisory),
    })
}

pub(super) fn remedy(advisory: &Advisory, place: u32) -> Option<&Remediation> {
    advisory.remediations.get(usize::try_from(place).ok()?)
}

/// Addresses of the advisory that a browser may open.
pub(super) fn links(advisory: &Advisory) -> Vec<String> {
    let urls = advisory.references.iter().map(|reference| reference.url.clone());
    urls.filter(|url| url.starts_with("https://") || url.starts_with("http://")).take(20).collect()
}

fn decision_row(decision: &Decision, is_newest: bool, firmware: &str, now_us: i64) -> DecisionRow {
    let is_accepted = decision.state == decision::DecisionState::Accepted;
    DecisionRow {
        id: decision.id.clone(),
        weakness: decision.weakness.clone(),
        state: decision.state.word(),
        justification: decision.justification.clone(),
        reason: decision.reason.clone(),
        until: decision.until.map(|until| utc_us(until.0)),
        firmware: decision.firmware.clone(),
        decided_by: decision.maker.clone(),
        decided_at: utc_us(decision.made_at.0),
        standing: match () {
            () if decision.withdrawn_at.is_some() => "withdrawn",
            () if !is_newest => "replaced",
            () if decision.until.is_some_and(|until| until.0 <= now_us) => "ended",
            () if !is_accepted && decision.firmware != firmware => "other-firmware",
            () => "counts",
        },
    }
}
