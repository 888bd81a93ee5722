//! Lists as files, which say of themselves where they come from and what they leave out.

mod columns;
mod judged;
#[cfg(test)]
mod tests;

use super::assets::AssetRow;
use super::assets::filter::{Wanted, word};
use super::caller::Caller;
use super::guard::guarded;
use super::place::{areas, of_list};
use super::problem::{Answer, internal, invalid, not_found, refused, unreadable};
use super::register;
use super::state::Api;
use super::structure;
use super::traffic::{self, TrafficFilter};
use act::export::{self, Charset, Csv, Language, Provenance, Table};
use authz::Permission::{self, ExportData, ViewAssets, ViewRegister, ViewTraffic};
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use columns::{ASSETS, COMMANDS, Columns, LINKS, REGISTER, table};
use facts::id::AssetUid;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use store::Limit;
use store::assets::address::{self, AddressKind};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Rows of a file at most.
const ROWS_MAX: u32 = 100_000;
/// Changed characters that a header lists at most; the file counts all.
const LISTED_MAX: usize = 50;

/// Every endpoint of exports.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(guarded(ExportData, routes!(export_list)))
}

/// How the file is written. All filters of the list are taken too, by the same names.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the interface's document; `Form` reads it")]
pub(crate) struct ExportOptions {
    /// `csv`, `xlsx` or `json`; `csv` when not given.
    format: Option<String>,
    /// `utf-8` (with a mark at its beginning) or `cp932`, for CSV.
    charset: Option<String>,
    /// `en` or `ja`, of the titles.
    language: Option<String>,
    /// Assets, vulnerabilities and patches: words that must occur.
    text: Option<String>,
    /// Register: `not-seen`, `matched`, `conflict` or `retired`. Vulnerabilities: `open`, `decided` or `all`; all when not given.
    /// Patches: states of IEC TR 62443-2-3 by commas.
    state: Option<String>,
    /// Vulnerabilities, risk and patches: id of a line.
    line: Option<String>,
    /// Vulnerabilities: whether it is known to be exploited.
    exploited: Option<bool>,
    /// Patches: `next-stop`, `any-time` or `waits`.
    fit: Option<String>,
    /// Risk: `low`, `medium`, `high` or `critical`; several by commas.
    band: Option<String>,
    /// Links and commands: only this protocol.
    protocol: Option<String>,
}

/// How a file is written.
struct Form {
    format: &'static str,
    charset: Charset,
    language: Language,
}

/// A list, what it leaves out, and the filter in words.
struct List {
    columns: &'static Columns,
    rows: Vec<Value>,
    hidden: u64,
    filter: String,
}

/// A list as a file: `assets`, `links`, `commands`, `register`, `vulnerabilities` (a row for each weakness of each advisory about
/// an asset), `risk` (a row for each factor of each asset: 1 − product of (1 − value) is its likelihood) or `patches` (what to
/// install on each asset and when), at most 100,000 rows. The file states site, filter, time with
/// zone, who asked, its rows and how many were hidden. `X-Rows`, `X-Hidden` and `X-Characters-Changed` say it too; what
/// code page 932 could not hold is listed in `X-Changed` as `U+9AD9=U+3013*2`.
#[utoipa::path(get, path = "/exports/{list}", tag = "exports", params(ExportOptions,
    ("list" = String, Path, description = "assets, links, commands, register, vulnerabilities, risk or patches")),
    responses((status = 200, description = "The file", content(
        (String = "text/csv"),
        (serde_json::Value = "application/json"),
        (crate::api::binary::Binary = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub(crate) async fn export_list(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(which): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Answer<(HeaderMap, Vec<u8>)> {
    let (form, pairs) = Form::read(pairs)?;
    let list = match which.as_str() {
        "assets" => assets(&api, &caller, &pairs).await?,
        "links" | "commands" => traffic_list(&api, &caller, &which, &pairs)?,
        "register" => register_list(&api, &caller, &pairs).await?,
        "vulnerabilities" => judged::weaknesses(&api, &caller, pairs).await?,
        "risk" => judged::terms(&api, &caller, pairs).await?,
        "patches" => judged::patches(&api, &caller, pairs).await?,
        _ => return Err(not_found("list that can be exported:", &which)),
    };
    if list.rows.len() > usize::try_from(ROWS_MAX).unwrap_or(usize::MAX) {
        return Err(invalid("filter", format!("fits more than {ROWS_MAX} rows: narrow it")));
    }
    let provenance = provenance(&api, &caller, &list).await?;
    let mut on = api.store().write().await?;
    let detail = json!({ "rows": list.rows.len(), "hidden": list.hidden, "filter": list.filter, "format": form.format });
    caller.note(&mut on, "export", &format!("list {which}"), &detail).await?;
    on.commit().await?;
    let work = move || -> Answer<(HeaderMap, Vec<u8>)> {
        written(&table(list.columns, &list.rows), &provenance, &form, &which)
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| internal("write the export", error))?
}

impl Form {
    /// Takes its own pairs out of a query and leaves the filter.
    fn read(pairs: Vec<(String, String)>) -> Answer<(Self, Vec<(String, String)>)> {
        let mut form = Self { format: "csv", charset: Charset::Utf8, language: Language::English };
        let mut filter = Vec::new();
        for (name, value) in pairs {
            match (name.as_str(), value.as_str()) {
                ("format", "csv") => form.format = "csv",
                ("format", "xlsx") => form.format = "xlsx",
                ("format", "json") => form.format = "json",
                ("charset", "utf-8") => form.charset = Charset::Utf8,
                ("charset", "cp932") => form.charset = Charset::Cp932,
                ("language", "en") => form.language = Language::English,
                ("language", "ja") => form.language = Language::Japanese,
                ("format", _) => return Err(invalid("format", "is none of csv, xlsx and json")),
                ("charset", _) => return Err(invalid("charset", "is none of utf-8 and cp932")),
                ("language", _) => return Err(invalid("language", "is none of en and ja")),
                _ => filter.push((name, value)),
            }
        }
        Ok((form, filter))
    }
}

/// The permission to see the list is needed beside that to export. Every role that may export may see all lists on the
/// same lines and zones, so what may be exported is what is shown.
fn may(caller: &Caller, view: Permission) -> Answer<authz::Visible> {
    caller.may_enter(view).map_err(refused)?;
    Ok(caller.visible(ExportData))
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

async fn assets(api: &Api, caller: &Caller, pairs: &[(String, String)]) -> Answer<List> {
    let scope = areas(&may(caller, ViewAssets)?);
    let wanted = Wanted::read(pairs)?;
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let (mut found, mut cursor) = (Vec::new(), None);
    let hidden = loop {
        let (filter, sort) = (&wanted.filter, wanted.sort);
        let page = store::assets::list::list(api.store(), filter, &scope, sort, cursor.as_ref(), limit);
        let page = page.await.map_err(of_list)?;
        cursor = page.next;
        found.extend(page.items);
        if cursor.is_none() || found.len() > usize::try_from(ROWS_MAX).unwrap_or(usize::MAX) {
            break page.hidden;
        }
    };
    let mut addresses: HashMap<AssetUid, [Vec<String>; 2]> = HashMap::new();
    for row in address::list_all(api.store()).await? {
        let [ips, macs] = addresses.entry(row.asset).or_default();
        match row.kind {
            AddressKind::Ip => ips.push(row.address),
            AddressKind::Mac => macs.push(row.address),
            _ => {}
        }
    }
    let names = names(api).await?;
    let row = |asset: &store::assets::Asset| {
        let mut row = json!(AssetRow::of(asset));
        let [ips, macs] = addresses.get(&asset.id).cloned().unwrap_or_default();
        let called = if asset.floor_name.is_empty() { &asset.name } else { &asset.floor_name };
        let named = |key: &str| names.get(&text(&row, key)).cloned().unwrap_or_default();
        let further = json!({
            "called": called, "ips": ips, "macs": macs, "line_name": named("line"), "cell_name": named("cell"),
            "system_name": named("system"), "zone_name": named("zone"), "network_name": named("network"),
        });
        if let (Some(row), Value::Object(further)) = (row.as_object_mut(), further) {
            row.extend(further);
        }
        row
    };
    Ok(List { columns: &ASSETS, rows: found.iter().map(row).collect(), hidden, filter: wanted.in_words })
}

/// Names of lines, cells, systems, zones and networks by id.
async fn names(api: &Api) -> Answer<HashMap<String, String>> {
    let plant = structure::whole(api.store(), api.parts().site).await?;
    let lines = plant.lines.into_iter().map(|row| (row.id.to_string(), row.name));
    let cells = plant.cells.into_iter().map(|row| (row.id.to_string(), row.name));
    let systems = plant.systems.into_iter().map(|row| (row.id.to_string(), row.name));
    let zones = plant.zones.into_iter().map(|row| (row.id.to_string(), row.name));
    let networks = plant.networks.into_iter().map(|row| (row.id.to_string(), row.name));
    Ok(lines.chain(cells).chain(systems).chain(zones).chain(networks).collect())
}

fn traffic_list(api: &Api, caller: &Caller, which: &str, pairs: &[(String, String)]) -> Answer<List> {
    let visible = may(caller, ViewTraffic)?;
    let filter = TrafficFilter::read(pairs)?;
    let view = api.view();
    let most = ROWS_MAX + 1;
    let (columns, rows, hidden): (_, Vec<Value>, _) = if which == "links" {
        let page = traffic::every_link(&view, &visible, &filter, most)?;
        (&LINKS, page.items.iter().map(|row| json!(row)).collect(), page.hidden)
    } else {
        let page = traffic::every_command(&view, &visible, &filter, most)?;
        (&COMMANDS, page.items.iter().map(|row| json!(row)).collect(), page.hidden)
    };
    let words: Vec<String> = pairs.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    Ok(List { columns, rows, hidden, filter: words.join("; ") })
}

async fn register_list(api: &Api, caller: &Caller, pairs: &[(String, String)]) -> Answer<List> {
    let visible = may(caller, ViewRegister)?;
    let mut state = None;
    for (name, value) in pairs {
        match name.as_str() {
            "state" => state = Some(word("state", value, "not-seen, matched, conflict or retired")?),
            _ => return Err(unreadable(format!("this list has no filter `{name}`"))),
        }
    }
    let (rows, hidden) = register::seen_rows(api, &visible, state).await?;
    let row = |row: &store::register::row::RegisterRow| {
        let mut says: Map<String, Value> = serde_json::from_str(&row.document.0).unwrap_or_default();
        says.insert("state".into(), json!(row.state.word()));
        Value::Object(says)
    };
    let filter = state.map(|state| format!("state = {state}")).unwrap_or_default();
    Ok(List { columns: &REGISTER, rows: rows.iter().map(row).collect(), hidden, filter })
}

async fn provenance(api: &Api, caller: &Caller, list: &List) -> Answer<Provenance> {
    let site = store::structure::site::find(api.store(), api.parts().site).await?;
    let zone = site.as_ref().and_then(|site| plant::calendar::zone(&site.time_zone).ok());
    Ok(Provenance {
        site: site.map(|site| site.name).unwrap_or_default(),
        filter: list.filter.clone(),
        at: jiff::Timestamp::from_microsecond(caller.now_us).unwrap_or_default(),
        zone: zone.unwrap_or(jiff::tz::TimeZone::UTC),
        by: caller.name.clone(),
        hidden: list.hidden,
    })
}

fn written(table: &Table, provenance: &Provenance, form: &Form, which: &str) -> Answer<(HeaderMap, Vec<u8>)> {
    let failed = |error: export::ExportError| internal("write the export", error);
    let name = format!("{which}.{}", form.format);
    let (media_type, bytes, losses) = match form.format {
        "xlsx" => {
            let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            let file = export::xlsx(table, provenance, form.language).map_err(failed)?;
            (media_type, file.bytes, export::Losses::default())
        }
        "json" => ("application/json", export::json(table, provenance), export::Losses::default()),
        _ => {
            let Csv { bytes, losses } =
                export::csv(table, provenance, form.language, form.charset).map_err(failed)?;
            let is_utf8 = form.charset == Charset::Utf8;
            (if is_utf8 { "text/csv; charset=utf-8" } else { "text/csv; charset=Shift_JIS" }, bytes, losses)
        }
    };
    let mut headers = super::assets::download(media_type, &name);
    let mut say = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    say("x-characters-changed", losses.count.to_string());
    let code = |character: char| format!("U+{:04X}", u32::from(character));
    let listed = losses.characters.iter().take(LISTED_MAX);
    let listed = listed.map(|(was, is)| format!("{}={}*{}", code(*was), code(is.character), is.count));
    say("x-changed", listed.collect::<Vec<_>>().join(" "));
    said_of_itself(&mut headers, table.rows.len(), provenance.hidden);
    Ok((headers, bytes))
}

/// What every file says of itself in its headers.
pub(super) fn said_of_itself(headers: &mut HeaderMap, rows: usize, hidden: u64) {
    let count = |number: String| HeaderValue::try_from(number).unwrap_or(HeaderValue::from_static(""));
    headers.insert(HeaderName::from_static("x-rows"), count(rows.to_string()));
    headers.insert(HeaderName::from_static("x-hidden"), count(hidden.to_string()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
