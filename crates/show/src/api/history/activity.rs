//! How much happened hour by hour: of the protocols, the verbs, and the machines that ask.
//!
//! Every sum is of rows that the lists of history give when they are asked for the same: with `begun`, `innermost`
//! and `asks`.

use super::super::caller::Caller;
use super::super::problem::{Answer, invalid, unavailable};
use super::super::sight::Sight;
use super::super::state::Api;
use super::filter::range;
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Query, State};
use facts::id::AssetUid;
use history::{CommandRow, Cursor, Filter, FlowRow, HOUR_US, History, Order, Range, Row};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Rows that are summed at most; a chart of more would take longer than anybody waits.
const ROWS_MAX: usize = 200_000;
/// Rows that are read at once.
const ROWS_AT_ONCE: usize = 5_000;
/// Columns of a chart at most.
const COLUMNS_MAX: i64 = 400;
/// Series that are told by themselves; the others are one.
const SERIES_MAX: usize = 12;

/// Which sums.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivityFilter {
    /// What is told apart.
    #[param(inline)]
    by: ActivityBy,
    /// Hours of a column, 1 to 24.
    #[serde(default = "one")]
    #[param(minimum = 1, maximum = 24, default = 1)]
    hours: i64,
    /// Only what began at or after this moment (RFC 3339); seven days before `until` when nothing is named. Columns
    /// begin at whole hours of UTC.
    from: Option<String>,
    /// Only what began before this moment (RFC 3339); now when nothing is named.
    until: Option<String>,
}

/// What is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ActivityBy {
    /// Innermost protocols of conversations.
    Protocol,
    /// Verbs of commands.
    Verb,
    /// Machines that ask, of conversations.
    Talker,
}

/// How much happened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Activity {
    /// The busiest twelve, the busiest first, then the others together.
    items: Vec<ActivitySeries>,
    /// Begin of each column, UTC.
    columns: Vec<String>,
    /// End of the last column, UTC.
    until: String,
    /// Whether everything was summed; otherwise only the newest 200,000 rows.
    is_whole: bool,
    /// Rows left out because they lie outside the asker's lines and zones.
    hidden: u64,
    /// Whether history is kept at all.
    is_kept: bool,
    /// Files of history that are damaged or gone: what they held is missing here.
    damaged: Vec<String>,
}

/// One of what is told apart.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct ActivitySeries {
    /// The protocol (empty where none was recognised), the verb, or the id of the machine.
    key: String,
    /// How the machine is called.
    name: Option<String>,
    /// Whether this is all that is not told by itself.
    is_others: bool,
    /// Rows of history, by column.
    rows: Vec<u64>,
    /// Messages, or how often commands were given, by column.
    times: Vec<u64>,
    /// Bytes on the wire, by column; 0 for verbs.
    bytes: Vec<u64>,
}

fn one() -> i64 {
    1
}

/// How much happened hour by hour. A column counts the rows that began in it; the lists of history show exactly these
/// when they are asked with `begun=true` from its begin to its end, and `innermost=true` or `asks=true` where a protocol
/// or a machine is named.
#[utoipa::path(get, path = "/history/activity", tag = "history", params(ActivityFilter),
    responses((status = 200, description = "Sums", body = Activity)))]
pub(crate) async fn sum_history(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<ActivityFilter>,
) -> Answer<Json<Activity>> {
    if !(1..=24).contains(&filter.hours) {
        return Err(invalid("hours", "is not between 1 and 24"));
    }
    let asked = range(filter.from.as_deref(), filter.until.as_deref(), caller.now_us)?;
    let width_us = filter.hours * HOUR_US;
    let from_us = asked.from_us.saturating_sub(asked.from_us.rem_euclid(HOUR_US));
    let span_us = asked.until_us.saturating_sub(from_us);
    let columns = span_us / width_us + i64::from(span_us % width_us > 0);
    if columns > COLUMNS_MAX {
        return Err(invalid("from", format!("makes more than {COLUMNS_MAX} columns: name a later one")));
    }
    let columns = usize::try_from(columns).unwrap_or_default();
    let mut sums = Sums { from_us, width_us, columns, ..Sums::default() };
    let range = Range { from_us, until_us: asked.until_us };
    let mut sight = Sight::new(&api, &caller, Permission::ViewHistory);
    if let Some(history) = &api.parts().history {
        match filter.by {
            ActivityBy::Verb => {
                let key = |row: &CommandRow| Some(row.verb.name().to_owned());
                sums.read(&api, history, range, &mut sight, key).await?;
            }
            ActivityBy::Protocol => {
                let key = |row: &FlowRow| Some(row.protocol.clone().into_owned());
                sums.read(&api, history, range, &mut sight, key).await?;
            }
            ActivityBy::Talker => {
                let key = |row: &FlowRow| row.client_asset.map(|asset| asset.to_string());
                sums.read(&api, history, range, &mut sight, key).await?;
            }
        }
    }
    let starts = (0_i64..).take(columns).map(|column| utc_us(from_us + column * width_us));
    Ok(Json(Activity {
        columns: starts.collect(),
        until: utc_us(asked.until_us),
        is_whole: !sums.is_cut,
        hidden: sums.hidden,
        is_kept: api.parts().history.is_some(),
        damaged: core::mem::take(&mut sums.damaged),
        items: sums.series(&sight, filter.by),
    }))
}

/// What a row adds.
trait Adds: Row {
    fn begin_us(&self) -> i64;
    fn times(&self) -> u64;
    fn bytes(&self) -> u64;
    fn ends(&self) -> [Option<AssetUid>; 2];
}

impl Adds for FlowRow {
    fn begin_us(&self) -> i64 {
        self.time
    }
    fn times(&self) -> u64 {
        self.messages
    }
    fn bytes(&self) -> u64 {
        self.bytes_to_server.saturating_add(self.bytes_to_client)
    }
    fn ends(&self) -> [Option<AssetUid>; 2] {
        [self.client_asset, self.server_asset]
    }
}

impl Adds for CommandRow {
    fn begin_us(&self) -> i64 {
        self.time
    }
    fn times(&self) -> u64 {
        self.count
    }
    fn bytes(&self) -> u64 {
        0
    }
    fn ends(&self) -> [Option<AssetUid>; 2] {
        [self.client_asset, self.server_asset]
    }
}

/// Rows, times and bytes of a column.
type Sum = [u64; 3];

#[derive(Default)]
struct Sums {
    from_us: i64,
    width_us: i64,
    columns: usize,
    /// By key; `None` for machines that no asset is known for.
    found: BTreeMap<Option<String>, Vec<Sum>>,
    hidden: u64,
    is_cut: bool,
    damaged: Vec<String>,
}

impl Sums {
    async fn read<R: Adds>(
        &mut self,
        api: &Api,
        history: &History,
        range: Range,
        sight: &mut Sight<'_>,
        key: impl Fn(&R) -> Option<String>,
    ) -> Answer<()> {
        let filter = Filter { site: Some(api.parts().site), begun: true, ..Filter::default() };
        let mut after: Option<Cursor> = None;
        for _ in 0..ROWS_MAX / ROWS_AT_ONCE {
            let page = history.page::<R>(&filter, range, Order::NewestFirst, after, ROWS_AT_ONCE).await;
            let page = page.map_err(|error| unavailable("read the history", error))?;
            for file in page.reading.damaged {
                if !self.damaged.contains(&file) {
                    self.damaged.push(file);
                }
            }
            for row in &page.rows {
                let ends = row.ends();
                for asset in ends.into_iter().flatten() {
                    sight.look(asset).await?;
                }
                if ends.into_iter().any(|end| sight.shows(end)) {
                    // A machine that the asker may not see is counted with those that nobody knows.
                    let [client, _] = ends;
                    let named = key(row).filter(|key| {
                        client.is_none_or(|id| id.to_string() != *key || sight.asset(id).is_some())
                    });
                    self.add(named, row);
                } else {
                    self.hidden += 1;
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
        self.is_cut = true;
        Ok(())
    }

    fn add(&mut self, key: Option<String>, row: &impl Adds) {
        let column = row.begin_us().saturating_sub(self.from_us).div_euclid(self.width_us.max(1));
        let columns = self.columns;
        let sums = self.found.entry(key).or_insert_with(|| vec![[0; 3]; columns]);
        if let Some(sum) = usize::try_from(column).ok().and_then(|column| sums.get_mut(column)) {
            for (sum, more) in sum.iter_mut().zip([1, row.times(), row.bytes()]) {
                *sum = sum.saturating_add(more);
            }
        }
    }

    /// The busiest by what they sent or how often, then the others.
    fn series(self, sight: &Sight<'_>, by: ActivityBy) -> Vec<ActivitySeries> {
        let unknown = self.found.get(&None).cloned();
        let mut known: Vec<(String, Vec<Sum>)> =
            self.found.into_iter().filter_map(|(key, sums)| Some((key?, sums))).collect();
        let weight = |sums: &[Sum]| {
            sums.iter().fold((0_u64, 0_u64), |(times, rows), [row, time, _]| {
                (times.saturating_add(*time), rows.saturating_add(*row))
            })
        };
        known.sort_by(|(one, left), (other, right)| {
            weight(right).cmp(&weight(left)).then_with(|| one.cmp(other))
        });
        let rest = known.split_off(known.len().min(SERIES_MAX));
        let mut others: Vec<Sum> = vec![[0; 3]; self.columns];
        let has_others = !rest.is_empty() || unknown.is_some();
        for sums in rest.into_iter().map(|(_, sums)| sums).chain(unknown) {
            for (sum, more) in others.iter_mut().zip(sums) {
                for (sum, more) in sum.iter_mut().zip(more) {
                    *sum = sum.saturating_add(more);
                }
            }
        }
        let mut series: Vec<ActivitySeries> =
            known.into_iter().map(|(key, sums)| told(key, &sums, sight, by)).collect();
        if has_others {
            series.push(ActivitySeries { is_others: true, ..told(String::new(), &others, sight, by) });
        }
        series
    }
}

fn told(key: String, sums: &[Sum], sight: &Sight<'_>, by: ActivityBy) -> ActivitySeries {
    let asset = (by == ActivityBy::Talker).then(|| key.parse().ok()).flatten();
    let name = asset.and_then(|id| sight.asset(id)).map(|asset| {
        let names = [&asset.floor_name, &asset.name, &asset.model, &asset.address];
        names.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default()
    });
    ActivitySeries {
        key,
        name: name.filter(|name| !name.is_empty()),
        is_others: false,
        rows: sums.iter().map(|[rows, _, _]| *rows).collect(),
        times: sums.iter().map(|[_, times, _]| *times).collect(),
        bytes: sums.iter().map(|[_, _, bytes]| *bytes).collect(),
    }
}
