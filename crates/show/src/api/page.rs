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
pub struct Cut {
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
    /// A whole list in one page.
    pub(crate) fn whole(items: Vec<T>, hidden: u64) -> Self {
        Self { items, next: None, hidden }
    }
}
