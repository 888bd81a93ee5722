//! Lists: one shape, and how far one request reaches.

use super::problem::{Problem, invalid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Rows of one answer at most.
pub(crate) const LIMIT_MAX: u32 = 500;
/// Rows of one answer when nothing is asked for.
const LIMIT_DEFAULT: u32 = 100;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Ask again with this as `cursor` for what follows; null at the end.
    pub next: Option<String>,
    /// How many rows fit the filter but lie outside the asker's lines and zones.
    pub hidden: u64,
}

/// Where a list begins and how many rows it gives.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Cut {
    /// Rows at most, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl Cut {
    /// The rows asked for.
    pub(crate) fn limit(&self) -> Result<u32, Problem> {
        limit(self.limit)
    }
}

/// The rows asked for, within bounds.
pub(crate) fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(LIMIT_DEFAULT),
        Some(limit @ 1..=LIMIT_MAX) => Ok(limit),
        Some(limit) => Err(invalid("limit", format!("{limit} is not between 1 and {LIMIT_MAX}"))),
    }
}

impl<T> Page<T> {
    /// The wanted part of a list that is at hand as a whole, in the order of `key`, which is unique. All of it is the
    /// asker's to see.
    pub(crate) fn cut(items: Vec<T>, cut: &Cut, key: impl Fn(&T) -> String) -> Result<Self, Problem> {
        let limit = usize::try_from(cut.limit()?).unwrap_or(usize::MAX);
        let mut items: Vec<(String, T)> = items.into_iter().map(|item| (key(&item), item)).collect();
        items.sort_by(|(one, _), (other, _)| one.cmp(other));
        items.retain(|(key, _)| cut.cursor.as_ref().is_none_or(|cursor| key > cursor));
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| has_more).map(|(key, _)| key.clone());
        Ok(Self { items: items.into_iter().map(|(_, item)| item).collect(), next, hidden: 0 })
    }

    /// A whole list in one page.
    pub(crate) fn whole(items: Vec<T>, hidden: u64) -> Self {
        Self { items, next: None, hidden }
    }
}
