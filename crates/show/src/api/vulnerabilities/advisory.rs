//! One advisory with the assets that it speaks of.

use super::asset::{RemedyRow, links, remedy};
use super::weakness::{WeaknessRow, rows};
use crate::api::caller::Caller;
use crate::api::problem::{Answer, not_found};
use crate::api::risk::{Part, Wanted, word};
use crate::api::state::Api;
use axum::Json;
use axum::extract::{Extension, Path, State};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// An advisory with the assets that it speaks of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VulnerabilityDetail {
    /// Identifier by its publisher.
    advisory: String,
    /// Other identifiers of the same text.
    aliases: Vec<String>,
    /// Its title.
    title: String,
    /// Who published it.
    publisher: String,
    /// Revision by its publisher.
    revision: String,
    /// First release as written.
    released: String,
    /// Newest release as written.
    updated: String,
    /// What it says, in its own words.
    notes: Vec<String>,
    /// Where to read on.
    references: Vec<String>,
    /// What helps, for any of the assets.
    remedies: Vec<RemedyRow>,
    /// The assets, worst first.
    assets: Vec<AdvisoryAsset>,
    /// How many assets lie outside the asker's lines and zones.
    hidden: u64,
}

/// An asset that an advisory speaks of.
#[derive(Debug, Serialize, ToSchema)]
struct AdvisoryAsset {
    /// Its id.
    asset: String,
    /// Its name, or its address.
    name: String,
    /// Id of its line.
    line: Option<String>,
    /// Product.
    model: String,
    /// Firmware version.
    firmware: String,
    /// `low`, `medium`, `high` or `critical`: the risk of the asset.
    band: String,
    /// Its score.
    score: f64,
    /// `exact`, `range` or `family`.
    grade: String,
    /// Why it speaks of the asset, with the values compared.
    reason: String,
    /// The text of the advisory that decided.
    source: String,
    /// Versions that mend it, the lowest first.
    fixed_in: Vec<String>,
    /// The weaknesses that the asset has.
    weaknesses: Vec<WeaknessRow>,
}

/// An advisory with the assets that it speaks of.
#[utoipa::path(get, path = "/vulnerabilities/{advisory}", tag = "vulnerabilities",
    params(("advisory" = String, Path, description = "Identifier by its publisher")),
    responses((status = 200, description = "The advisory", body = VulnerabilityDetail)))]
pub(super) async fn show_vulnerability(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<VulnerabilityDetail>> {
    let judged = api.judged();
    let wanted = Wanted::read(&Part::default(), &caller)?;
    let advisory = judged.library.advisory(&id).ok_or_else(|| not_found("advisory", &id))?;
    let (mut assets, mut remedies, mut hidden) = (Vec::new(), BTreeSet::new(), 0);
    for (asset, found) in &judged.found {
        let of = found
            .iter()
            .find(|found| found.advisory(&judged.library).is_some_and(|one| core::ptr::eq(one, advisory)));
        let (Some(found), Some(about)) = (of, judged.assets.get(asset)) else { continue };
        if !wanted.shows(about.line, about.zone) {
            hidden += 1;
            continue;
        }
        remedies.extend(found.remedies.iter().copied());
        let snapshot = judged.snapshot(*asset);
        assets.push(AdvisoryAsset {
            asset: asset.to_string(),
            name: about.name.clone(),
            line: about.line.map(|id| id.to_string()),
            model: if about.model.is_empty() { &about.order_number } else { &about.model }.clone(),
            firmware: about.firmware.clone(),
            band: snapshot.map(|row| word(&row.band)).unwrap_or_default(),
            score: snapshot.map_or(0.0, |row| row.score.value),
            grade: word(&found.grade),
            reason: found.reason.clone(),
            source: found.source.clone(),
            fixed_in: found.fixed_in.clone(),
            weaknesses: rows(&judged, *asset, found, advisory),
        });
    }
    assets.sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.asset.cmp(&other.asset)));
    Ok(Json(VulnerabilityDetail {
        advisory: advisory.id.clone(),
        aliases: advisory.aliases.clone(),
        title: advisory.title.clone(),
        publisher: advisory.publisher.clone(),
        revision: advisory.revision.clone(),
        released: advisory.first_released.clone(),
        updated: advisory.last_released.clone(),
        notes: advisory.notes.iter().map(|note| note.text.clone()).take(10).collect(),
        references: links(advisory),
        remedies: remedies.iter().filter_map(|place| remedy(advisory, *place)).map(RemedyRow::of).collect(),
        assets,
        hidden,
    }))
}
