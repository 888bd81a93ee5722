//! Which rows of history are asked for.

use super::super::page::limit;
use super::super::problem::{Answer, invalid};
use super::super::sight::Sight;
use crate::time::us_of;
use facts::Verb;
use facts::id::SiteId;
use history::{Cursor, Filter, Order, Range, Who};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

const DAY_US: i64 = 24 * 3_600 * 1_000_000;
/// Days that are searched when no beginning is named.
const DAYS: i64 = 7;
/// Letters of any text at most.
const TEXT_MAX: usize = 200;

/// Which rows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HistoryFilter {
    /// Only those with this asset at one end; assets that were merged into it count as it.
    asset: Option<String>,
    /// Only those with this asset at the other end (flows and commands only).
    peer: Option<String>,
    /// Only those with this address at one end; not together with `asset`.
    address: Option<String>,
    /// Only this protocol.
    protocol: Option<String>,
    /// Only this verb (commands only).
    verb: Option<String>,
    /// Only those with this in any of their texts, in whatever case.
    #[param(max_length = 200)]
    text: Option<String>,
    /// Only those between two different Purdue levels that are known, or only the others (flows and commands only).
    crosses_levels: Option<bool>,
    /// Only those that `asset` asked, not those that it was asked (flows and commands only).
    asks: bool,
    /// Only flows whose innermost protocol is `protocol`, not those that carry another in it.
    innermost: bool,
    /// Only what began within the span, so that spans side by side show each row once.
    begun: bool,
    /// Only what reaches beyond this moment (RFC 3339); seven days before `until` when nothing is named.
    from: Option<String>,
    /// Only what began before this moment (RFC 3339); now when nothing is named.
    until: Option<String>,
    /// Which way.
    #[param(inline)]
    order: Option<HistoryOrder>,
    /// Rows at most, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// `next` of the page before, with everything else unchanged; name `from` and `until` then.
    cursor: Option<String>,
}

/// Which way rows come, by their beginning.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HistoryOrder {
    /// From `until` back.
    #[default]
    Newest,
    /// From `from` on.
    Oldest,
}

/// The same, checked.
pub(crate) struct Asked {
    pub(crate) filter: Filter,
    pub(crate) range: Range,
    pub(crate) order: Order,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: usize,
}

impl HistoryFilter {
    pub(crate) async fn checked(&self, site: SiteId, sight: &mut Sight<'_>, now_us: i64) -> Answer<Asked> {
        let given = [&self.address, &self.protocol, &self.verb, &self.text];
        if given.into_iter().flatten().any(|text| text.chars().count() > TEXT_MAX) {
            return Err(invalid("the filter", format!("holds a text of more than {TEXT_MAX} letters")));
        }
        let asset = match (&self.asset, &self.address) {
            (Some(_), Some(_)) => {
                return Err(invalid("address", "cannot be asked for together with an asset"));
            }
            (Some(asset), None) => sight.named("asset", asset).await?,
            (None, Some(address)) => Who { addresses: vec![address.to_lowercase()], ..Who::default() },
            (None, None) => Who::default(),
        };
        let peer = match &self.peer {
            Some(peer) => sight.named("peer", peer).await?,
            None => Who::default(),
        };
        let verb = self.verb.as_deref().map(verb).transpose()?;
        let filter = Filter {
            site: Some(site),
            asset,
            peer,
            protocols: self.protocol.iter().cloned().collect(),
            verbs: verb.into_iter().collect(),
            text: self.text.clone().unwrap_or_default(),
            crosses_levels: self.crosses_levels,
            levels: None,
            begun: self.begun,
            innermost: self.innermost,
            asking: self.asks,
        };
        let after = self.cursor.as_deref().map(str::parse).transpose();
        Ok(Asked {
            filter,
            range: range(self.from.as_deref(), self.until.as_deref(), now_us)?,
            order: match self.order.unwrap_or_default() {
                HistoryOrder::Newest => Order::NewestFirst,
                HistoryOrder::Oldest => Order::OldestFirst,
            },
            after: after.map_err(|_| invalid("cursor", "is none that this list gave"))?,
            limit: usize::try_from(limit(self.limit)?).unwrap_or(usize::MAX),
        })
    }
}

fn verb(word: &str) -> Answer<Verb> {
    let found = Verb::ALL.iter().find(|verb| verb.name() == word);
    found.copied().ok_or_else(|| invalid("verb", "is none of the verbs of commands"))
}

/// The span between two moments; the last seven days where none is named.
pub(super) fn range(from: Option<&str>, until: Option<&str>, now_us: i64) -> Answer<Range> {
    let until_us = moment("until", until)?.unwrap_or_else(|| now_us.saturating_add(1));
    let from_us = moment("from", from)?.unwrap_or_else(|| until_us.saturating_sub(DAYS * DAY_US));
    if from_us >= until_us {
        return Err(invalid("until", "does not lie after from"));
    }
    Ok(Range { from_us, until_us })
}

/// A moment that may be named.
pub(crate) fn moment(field: &str, text: Option<&str>) -> Answer<Option<i64>> {
    let read = |text| us_of(text).ok_or_else(|| invalid(field, "is no time of RFC 3339"));
    text.map(read).transpose()
}
