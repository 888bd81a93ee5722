//! What the plant says of the weaknesses of its devices, as documents that other programs read.

use crate::api::caller::Caller;
use crate::api::exports::said_of_itself;
use crate::api::judged::Judged;
use crate::api::place::{self, areas, of_list, place_of};
use crate::api::problem::{Answer, internal, invalid, refused};
use crate::api::risk::{Part, Wanted};
use crate::api::state::Api;
use crate::time::utc_us;
use authz::{Permission, Place, Visible};
use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use facts::id::AssetUid;
use feeds::export::{
    Device, Evidence, Justification, Report, Said, Statement, affected, csaf_vex, cyclonedx, once, open_vex,
};
use judge::risk::WeaknessState;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use store::Limit;
use store::assets::list::{Filter, Sort, list};
use store::risk::decision::{self, Decision, DecisionState};
use utoipa::IntoParams;
use uuid::Uuid;

/// Statements of a document at most.
const STATEMENTS_MAX: usize = 100_000;

/// Which document about which devices.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct VexWanted {
    /// `openvex` (OpenVEX 0.2.0), `csaf-vex` (CSAF 2.0, category VEX) or `cyclonedx` (CycloneDX 1.6 with vulnerabilities).
    form: String,
    /// Id of the only asset that it speaks of.
    asset: Option<String>,
    /// Id of a line.
    line: Option<String>,
    /// Id of a zone.
    zone: Option<String>,
    /// Id of a logical system.
    system: Option<String>,
}

/// What of the devices stands in the store and not in what was judged.
struct Kept {
    decisions: BTreeMap<(AssetUid, String), Decision>,
    serials: HashMap<AssetUid, String>,
}

/// What the plant says of the weaknesses of its devices, as OpenVEX, CSAF-VEX or CycloneDX: what advisories say, and over it what
/// people decided. Weaknesses without a CVE have no place there. A device whose version is not known is under investigation.
/// Every file is a document of its own. `X-Rows` counts its statements, `X-Hidden` the devices that the asker may not see.
#[utoipa::path(get, path = "/vulnerabilities/export", tag = "vulnerabilities", params(VexWanted),
    responses((status = 200, description = "The document", body = serde_json::Value, content_type = "application/json")))]
pub(super) async fn export_vulnerabilities(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(options): Query<VexWanted>,
) -> Answer<(HeaderMap, Vec<u8>)> {
    caller.may_enter(Permission::ViewRisk).map_err(refused)?;
    let (write, name): (fn(&Report) -> Value, _) = match options.form.as_str() {
        "openvex" => (open_vex, "vulnerabilities.openvex.json"),
        "csaf-vex" => (csaf_vex, "vulnerabilities.csaf-vex.json"),
        "cyclonedx" => (cyclonedx, "vulnerabilities.cdx.json"),
        _ => return Err(invalid("form", "is none of openvex, csaf-vex and cyclonedx")),
    };
    let part =
        Part { line: options.line.clone(), zone: options.zone.clone(), system: options.system.clone() };
    let wanted = Wanted::read(&part, &caller)?;
    let export = caller.visible(Permission::ExportData);
    let only = match &options.asset {
        Some(id) => Some(place::asset(&caller, Permission::ViewRisk, api.store(), id).await?),
        None => None,
    };
    if let Some(asset) = &only {
        caller.may_at(Permission::ExportData, place_of(asset))?;
    }
    let only = only.map(|asset| asset.id);
    let kept = kept(&api, &export).await?;
    let empty = empty(&api, &caller).await?;
    let judged = api.judged();
    let work = move || {
        let about = Devices { judged: &judged, wanted: &wanted, export: &export, only };
        report(&about, &kept, empty)
    };
    let report =
        tokio::task::spawn_blocking(work).await.map_err(|error| internal("gather weaknesses", error))?;
    if report.statements.len() > STATEMENTS_MAX {
        return Err(invalid(
            "line",
            format!("more than {STATEMENTS_MAX} statements: name a part of the plant"),
        ));
    }
    if report.statements.is_empty() && options.form != "cyclonedx" {
        let why =
            "nothing can be said: no weakness with a CVE is known of these devices, and this form needs one";
        return Err(invalid("form", why));
    }
    let (rows, hidden) = (report.statements.len(), report.hidden);
    let mut on = api.store().write().await?;
    let detail = json!({ "rows": rows, "hidden": hidden, "asset": options.asset, "line": options.line,
        "zone": options.zone, "system": options.system, "format": options.form });
    caller.note(&mut on, "export", "list vulnerabilities", &detail).await?;
    on.commit().await?;
    let work = move || serde_json::to_vec_pretty(&write(&report));
    let written =
        tokio::task::spawn_blocking(work).await.map_err(|error| internal("write the export", error))?;
    let bytes = written.map_err(|error| internal("write the export", error))?;
    let mut headers = crate::api::assets::download("application/json", name);
    said_of_itself(&mut headers, rows, hidden);
    Ok((headers, bytes))
}

/// A document about nothing yet.
async fn empty(api: &Api, caller: &Caller) -> Answer<Report> {
    let site = store::structure::site::find(api.store(), api.parts().site).await?;
    let site = site.map(|site| site.name).unwrap_or_default();
    let uuid = Uuid::now_v7().to_string();
    // A server that nobody told its address names its devices below one that leads nowhere (RFC 2606).
    let namespace = api.parts().origins.first().map_or("https://yagura.invalid", String::as_str);
    Ok(Report {
        id: format!("yagura-{uuid}"),
        uuid,
        editions: vec![utc_us(caller.now_us)],
        author: if site.is_empty() { "Yagura".into() } else { site },
        namespace: namespace.into(),
        program: ("yagura".into(), env!("CARGO_PKG_VERSION").into()),
        ..Report::default()
    })
}

async fn kept(api: &Api, export: &Visible) -> Answer<Kept> {
    // In the order of time: the last one counts.
    let standing = decision::standing(api.store()).await?;
    let decisions = standing.into_iter().map(|one| ((one.asset, one.weakness.clone()), one)).collect();
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let (scope, filter) = (areas(export), Filter::default());
    let (mut serials, mut cursor) = (HashMap::new(), None);
    loop {
        let page = list(api.store(), &filter, &scope, Sort::default(), cursor.as_ref(), limit).await;
        let page = page.map_err(of_list)?;
        serials.extend(page.items.into_iter().map(|asset| (asset.id, asset.serial)));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(Kept { decisions, serials });
        }
    }
}

/// Which devices a document is about.
struct Devices<'a> {
    judged: &'a Judged,
    wanted: &'a Wanted,
    export: &'a Visible,
    only: Option<AssetUid>,
}

fn report(about: &Devices<'_>, kept: &Kept, mut report: Report) -> Report {
    let judged = about.judged;
    let since = utc_us(judged.time_us);
    for (asset, known) in &judged.assets {
        let is_asked = about.only.is_none_or(|only| only == *asset)
            && about.wanted.is_of(known.line, known.zone, known.system);
        if !is_asked {
            continue;
        }
        let place = Place { line: known.line, zone: known.zone };
        if !about.wanted.shows(known.line, known.zone) || !about.export.shows(place) {
            report.hidden += 1;
            continue;
        }
        let at = u32::try_from(report.devices.len()).unwrap_or(u32::MAX);
        report.devices.push(Device {
            id: asset.to_string(),
            name: known.name.clone(),
            vendor: known.vendor.clone(),
            product: if known.model.is_empty() { &known.order_number } else { &known.model }.clone(),
            version: known.firmware.clone(),
            order_number: known.order_number.clone(),
            serial: kept.serials.get(asset).cloned().unwrap_or_default(),
            cpe: String::new(),
        });
        report.statements.extend(statements(judged, *asset, at, &since, &kept.decisions));
        if report.statements.len() > STATEMENTS_MAX {
            break;
        }
    }
    report
}

fn statements(
    judged: &Judged,
    asset: AssetUid,
    device: u32,
    since: &str,
    decisions: &BTreeMap<(AssetUid, String), Decision>,
) -> Vec<Statement> {
    let mut all = Vec::new();
    for found in judged.found(asset) {
        let Some(advisory) = found.advisory(&judged.library) else { continue };
        let remedies = found.remedies.iter().filter_map(|place| super::asset::remedy(advisory, *place));
        let evidence = Evidence {
            advisory,
            grade: found.grade,
            reason: &found.reason,
            product: found.product,
            weaknesses: &found.weaknesses,
            remedies: remedies.collect(),
        };
        all.extend(affected(&evidence, device, since));
    }
    let mut all = once(all);
    let known = judged.plant.asset(asset);
    for statement in &mut all {
        let weakness = known.and_then(|known| known.weaknesses.iter().find(|one| *one.id == *statement.cve));
        let decision = decisions.get(&(asset, statement.cve.clone()));
        if let Some(weakness) = weakness {
            decide(statement, weakness.state, judged.time_us, decision);
        }
    }
    all
}

/// Puts what people decided over what the advisory says. What counts is what was judged by, as in every list; the words are
/// those of the decision, where it is still the one that counted.
fn decide(statement: &mut Statement, state: WeaknessState, now_us: i64, decision: Option<&Decision>) {
    let words = |of: DecisionState| decision.filter(|decision| decision.state == of);
    let decision = match state {
        WeaknessState::Open => return,
        WeaknessState::Accepted(until) if until.0 / 1_000 <= now_us => return,
        WeaknessState::Accepted(until) => {
            let decision = words(DecisionState::Accepted);
            let reason = decision.map_or("", |decision| decision.reason.as_str());
            let end = utc_us(until.0 / 1_000);
            statement.said = Said::Affected;
            statement.plan = format!("The owner lives with it until {end}. {reason}").trim().to_owned();
            // What the advisory says stays: it is why the device is affected.
            statement.reason = format!("{} {}", statement.reason, statement.plan);
            statement.since = decision.map_or(core::mem::take(&mut statement.since), since);
            return;
        }
        WeaknessState::NotAffected => {
            let decision = words(DecisionState::NotAffected);
            let label = decision.map_or("", |decision| decision.justification.as_str());
            statement.said = Said::NotAffected { justification: Justification::of_label(label) };
            decision
        }
        WeaknessState::Fixed => {
            statement.said = Said::Fixed;
            words(DecisionState::Fixed)
        }
    };
    statement.reason = decision.map(|decision| decision.reason.clone()).unwrap_or_default();
    statement.since = decision.map_or(core::mem::take(&mut statement.since), since);
}

fn since(decision: &Decision) -> String {
    utc_us(decision.made_at.0)
}
