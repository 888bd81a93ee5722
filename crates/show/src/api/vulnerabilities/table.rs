//! Weaknesses as a table: one row for each weakness of each advisory that speaks of an asset.

use super::list::VulnerabilityFilter;
use super::weakness::{WeaknessRow, rows};
use crate::api::caller::Caller;
use crate::api::judged::Judged;
use crate::api::problem::Answer;
use crate::api::risk::word;
use authz::{Permission, Place};
use facts::id::AssetUid;
use judge::intake::Found;
use knowledge::advisory::Advisory;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Rows of a table by asset, and how many rows the asker may not see. Texts of the filter are looked for in each row, and what
/// was decided is a row like any other unless `state` asks for less. Rows beyond `most` are left out, so that more than `most`
/// come only when there are. `names` are those of lines, by id.
///
/// # Errors
///
/// A filter that cannot be taken.
pub(in crate::api) fn weakness_rows(
    judged: &Arc<Judged>,
    filter: &VulnerabilityFilter,
    caller: &Caller,
    names: &HashMap<String, String>,
    most: usize,
) -> Answer<(Vec<Value>, u64)> {
    let wanted = filter.wanted(caller)?;
    let export = caller.visible(Permission::ExportData);
    let (mut all, mut hidden) = (Vec::new(), 0);
    for (asset, found) in &judged.found {
        let Some(about) = judged.assets.get(asset) else { continue };
        if !wanted.is_of(about.line, about.zone, about.system) {
            continue;
        }
        let place = Place { line: about.line, zone: about.zone };
        let is_shown = wanted.shows(about.line, about.zone) && export.shows(place);
        for found in found.iter() {
            let Some(advisory) = found.advisory(&judged.library) else { continue };
            for weakness in rows(judged, *asset, found, advisory) {
                if !fits(&weakness, advisory, filter) {
                    continue;
                }
                if !is_shown {
                    hidden += 1;
                } else if all.len() < most {
                    all.push(row(judged, *asset, (found, advisory), &weakness, names));
                }
            }
        }
    }
    Ok((all, hidden))
}

fn fits(weakness: &WeaknessRow, advisory: &Advisory, filter: &VulnerabilityFilter) -> bool {
    let is_open = weakness.state == "open" || weakness.state == "accepted";
    let is_state = match filter.state.as_deref() {
        Some("open") => is_open,
        Some("decided") => !is_open,
        _ => true,
    };
    let is_text = filter.text.as_deref().is_none_or(|wanted| {
        let texts = [&advisory.id, &advisory.title, &advisory.publisher, &weakness.id];
        let text = texts.map(|text| text.to_lowercase()).join(" ");
        wanted.to_lowercase().split_whitespace().all(|word| text.contains(word))
    });
    is_state && is_text && filter.exploited.is_none_or(|wanted| weakness.exploited == wanted)
}

fn row(
    judged: &Judged,
    asset: AssetUid,
    (found, advisory): (&Found, &Advisory),
    weakness: &WeaknessRow,
    names: &HashMap<String, String>,
) -> Value {
    let about = judged.assets.get(&asset).cloned().unwrap_or_default();
    json!({
        "asset": asset.to_string(),
        "name": about.name,
        "line": about.line.and_then(|line| names.get(&line.to_string())),
        "model": if about.model.is_empty() { about.order_number } else { about.model },
        "firmware": about.firmware,
        "advisory": advisory.id,
        "weakness": weakness.id,
        "base": weakness.base,
        "vector": weakness.vector,
        "exploited": weakness.exploited,
        "due": weakness.due,
        "epss": weakness.epss,
        "grade": word(&found.grade),
        "reason": found.reason,
        "fixed_in": found.fixed_in,
        "state": weakness.state,
        "decision": weakness.decision,
    })
}
