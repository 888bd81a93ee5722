//! Risk as a table: one row for each factor of each asset, so that who reads the file can add it up again.

use super::assets::RiskFilter;
use super::sight::Sight;
use super::summary::{RiskRange, band, whole};
use super::term::TermRow;
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::problem::Answer;
use authz::{Permission, Place};
use judge::risk::{Snapshot, Term};
use serde_json::{Value, json};
use std::sync::Arc;

/// Rows of a table, worst asset first and its largest factor first, and how many rows the asker may not see. An asset without
/// any factor has one row that names none. Rows beyond `most` are left out, so that more than `most` come only when there are.
///
/// # Errors
///
/// A filter that cannot be taken.
pub(in crate::api) fn term_rows(
    judged: &Arc<Judged>,
    filter: &RiskFilter,
    caller: &Caller,
    most: usize,
) -> Answer<(Vec<Value>, u64)> {
    let wanted = filter.wanted(caller)?;
    let (view, export) = (caller.visible(Permission::ViewRisk), caller.visible(Permission::ExportData));
    let is_shown = |row: &Snapshot| {
        let place = Place { line: row.line, zone: row.zone };
        view.shows(place) && export.shows(place)
    };
    let (seen, unseen) = filter.every(judged, |row| wanted.fits(row), is_shown);
    let count = |row: &&Snapshot| judged.assessment(row.asset).map_or(0, |one| one.terms.len().max(1));
    let hidden = whole(unseen.iter().map(count).sum());
    let sight = Sight::new(judged, &view);
    let rows = seen.into_iter().flat_map(|row| of_asset(&sight, row)).take(most);
    Ok((rows.collect(), hidden))
}

fn of_asset<'j>(sight: &'j Sight<'j>, snapshot: &'j Snapshot) -> impl Iterator<Item = Value> + 'j {
    let judged = sight.judged();
    let assessment = judged.assessment(snapshot.asset);
    let terms = assessment.map_or(&[][..], |one| &one.terms);
    let alone = (assessment.is_some() && terms.is_empty()).then_some(None);
    let row = move |term: Option<&Term>| {
        let about = judged.assets.get(&snapshot.asset);
        let told = term.map(|term| TermRow::of(sight, term));
        let score = RiskRange::of(snapshot.score);
        let mut row = json!({
            "asset": snapshot.asset.to_string(),
            "name": about.map(|about| about.name.as_str()),
            "band": band(snapshot.band),
            "score": score,
            "likelihood": assessment.map(|one| one.likelihood.value),
            "impact": assessment.map(|one| one.impact.value),
        });
        if let (Some(told), Some(row)) = (told, row.as_object_mut()) {
            row.insert("kind".into(), json!(told.kind));
            row.insert("basis".into(), json!(told.basis));
            row.insert("reference".into(), json!(told.reference));
            row.insert("threat".into(), json!(told.threat));
            row.insert("confidence".into(), json!(told.confidence));
            row.insert("way".into(), json!(told.way));
            row.insert("factor".into(), json!(told.factor));
            row.insert("value".into(), json!(told.value));
            row.insert("share".into(), json!(told.share));
        }
        row
    };
    terms.iter().map(Some).chain(alone).map(row)
}
