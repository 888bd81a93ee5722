//! Which assets, and in which order: the same words for lists and exports.

use super::super::place::{field_id, text};
use super::super::problem::{Answer, invalid, unreadable};
use crate::time::us_of;
use core::str::FromStr;
use store::Moment;
use store::assets::list::{Filter, Sort, SortBy};
use utoipa::IntoParams;

/// Values of one filter at most.
const VALUES_MAX: usize = 100;

/// Which assets. A filter that is given several times means any of its values; several filters must all fit.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the interface's document; `Wanted` reads it")]
pub(crate) struct AssetFilter {
    /// Words that must all occur in names, makes, numbers or addresses; half and full width are equal, as is case.
    #[param(max_length = 200)]
    text: Option<String>,
    /// What it is.
    #[param(required = false)]
    kind: Vec<String>,
    /// Purdue level.
    #[param(required = false)]
    level: Vec<String>,
    /// Manufacturer.
    #[param(required = false)]
    vendor: Vec<String>,
    /// Id of the line.
    #[param(required = false)]
    line: Vec<String>,
    /// Id of the logical system.
    #[param(required = false)]
    system: Vec<String>,
    /// Id of the zone.
    #[param(required = false)]
    zone: Vec<String>,
    /// Id of the network.
    #[param(required = false)]
    network: Vec<String>,
    /// How it is heard.
    #[param(required = false)]
    hearing: Vec<String>,
    /// A tag; all that are given must be there.
    #[param(required = false)]
    tag: Vec<String>,
    /// Heard at or after this time (RFC 3339).
    seen_since: Option<String>,
    /// Not heard since this time (RFC 3339).
    not_seen_since: Option<String>,
    /// First heard at or after this time (RFC 3339).
    new_since: Option<String>,
    /// Whether a person confirmed it.
    is_confirmed: Option<bool>,
    /// A column to sort by, `-` before it for descending; `name` when not given.
    sort: Option<String>,
}

/// What a query asks of the list of assets, checked.
#[derive(Clone, Debug)]
pub(in crate::api) struct Wanted {
    pub(in crate::api) filter: Filter,
    pub(in crate::api) sort: Sort,
    /// The filter as a person would write it.
    pub(in crate::api) in_words: String,
}

impl Wanted {
    /// Reads the pairs of a query; an unknown name is refused, so that a slip never widens a list.
    pub(in crate::api) fn read(pairs: &[(String, String)]) -> Answer<Self> {
        let mut wanted = Self { filter: Filter::default(), sort: Sort::default(), in_words: String::new() };
        for (name, value) in pairs {
            let value = text(name, value, 200, false)?;
            wanted.take(name, &value)?;
            if name != "sort" {
                let between = if wanted.in_words.is_empty() { "" } else { "; " };
                wanted.in_words.push_str(&format!("{between}{name} = {value}"));
            }
        }
        Ok(wanted)
    }

    fn take(&mut self, name: &str, value: &str) -> Answer<()> {
        let filter = &mut self.filter;
        match name {
            "text" => filter.text = value.to_owned(),
            "kind" => push(name, &mut filter.kinds, value.to_owned())?,
            "level" => push(name, &mut filter.levels, value.to_owned())?,
            "vendor" => push(name, &mut filter.vendors, value.to_owned())?,
            "hearing" => push(name, &mut filter.hearings, value.to_owned())?,
            "tag" => push(name, &mut filter.tags, value.to_owned())?,
            "line" => push(name, &mut filter.lines, field_id(name, value)?)?,
            "system" => push(name, &mut filter.systems, field_id(name, value)?)?,
            "zone" => push(name, &mut filter.zones, field_id(name, value)?)?,
            "network" => push(name, &mut filter.networks, field_id(name, value)?)?,
            "seen_since" => filter.seen_since = Some(moment(name, value)?),
            "not_seen_since" => filter.not_seen_since = Some(moment(name, value)?),
            "new_since" => filter.new_since = Some(moment(name, value)?),
            "is_confirmed" => filter.is_confirmed = Some(word(name, value, "true or false")?),
            "sort" => self.sort = sort(value)?,
            _ => return Err(unreadable(format!("this list has no filter `{name}`"))),
        }
        Ok(())
    }
}

fn push<T>(name: &str, values: &mut Vec<T>, value: T) -> Answer<()> {
    if values.len() >= VALUES_MAX {
        return Err(invalid(name, format!("is given more than {VALUES_MAX} times")));
    }
    values.push(value);
    Ok(())
}

/// One of a few words.
pub(in crate::api) fn word<T: FromStr>(name: &str, value: &str, allowed: &str) -> Answer<T> {
    value.parse().map_err(|_| invalid(name, format!("is not {allowed}")))
}

/// A moment of a query or body.
pub(in crate::api) fn moment(name: &str, value: &str) -> Answer<Moment> {
    us_of(value)
        .map(Moment)
        .ok_or_else(|| invalid(name, "is no time of RFC 3339, such as 2026-11-23T10:00:00Z"))
}

fn sort(value: &str) -> Answer<Sort> {
    let (is_descending, column) = value.strip_prefix('-').map_or((false, value), |column| (true, column));
    let columns: Vec<&str> = SortBy::ALL.iter().map(|by| by.word()).collect();
    let by = word("sort", column, &format!("one of {}", columns.join(", ")))?;
    Ok(Sort { by, is_descending })
}
