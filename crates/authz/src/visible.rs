//! Which objects of a list somebody sees: for SQL and, exactly the same, in memory.

use crate::scope::{Place, Scope};
use core::fmt::Write;
use facts::id::{LineId, ZoneId};

/// Which objects of a list somebody sees: those inside at least one of its areas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible {
    areas: Vec<Area>,
}

/// Part of a plant, as the store takes it: an object is inside when its line is among `lines` and its zone among
/// `zones`. `None` is no limit; an object without a line is inside only where lines are not limited (so for zones).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// The lines, in ascending order.
    pub lines: Option<Vec<LineId>>,
    /// The zones, in ascending order.
    pub zones: Option<Vec<ZoneId>>,
}

/// A condition for a WHERE clause and what its placeholders stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate {
    /// The condition, in parentheses: true or not, never NULL for a row.
    pub text: String,
    /// The texts that the placeholders stand for, in order.
    pub arguments: Vec<String>,
}

impl Visible {
    /// Everything.
    #[must_use]
    pub fn everything() -> Self {
        Self { areas: vec![Area { lines: None, zones: None }] }
    }

    /// Nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self { areas: Vec::new() }
    }

    pub(crate) fn from_scopes<'a>(scopes: impl Iterator<Item = &'a Scope>) -> Self {
        let mut areas = Vec::new();
        for scope in scopes {
            if scope.is_whole() {
                return Self::everything();
            }
            let area = Area {
                lines: scope.lines.as_ref().map(|lines| lines.iter().copied().collect()),
                zones: scope.zones.as_ref().map(|zones| zones.iter().copied().collect()),
            };
            if !area.is_empty() && !areas.contains(&area) {
                areas.push(area);
            }
        }
        Self { areas }
    }

    /// The areas; none is nothing.
    #[must_use]
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// Whether nothing is hidden.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.areas.iter().any(|area| area.lines.is_none() && area.zones.is_none())
    }

    /// Whether an object at `place` is seen.
    #[must_use]
    pub fn shows(&self, place: Place) -> bool {
        self.areas.iter().any(|area| area.covers(place))
    }

    /// The same as a condition over two columns that hold ids as text or NULL. Placeholders are numbered from
    /// `first`. The column names go into the text as they are, so they must be constants of the caller.
    #[must_use]
    pub fn predicate(&self, line_column: &str, zone_column: &str, first: usize) -> Predicate {
        let mut predicate = Predicate { text: String::from("("), arguments: Vec::new() };
        for (at, area) in self.areas.iter().enumerate() {
            predicate.text.push_str(if at == 0 { "(" } else { " OR (" });
            predicate.push_list(line_column, area.lines.as_deref(), first);
            predicate.text.push_str(" AND ");
            predicate.push_list(zone_column, area.zones.as_deref(), first);
            predicate.text.push(')');
        }
        predicate.text.push_str(if self.areas.is_empty() { "1 = 0)" } else { ")" });
        predicate
    }
}

impl Area {
    /// Whether nothing can be inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.as_ref().is_some_and(Vec::is_empty) || self.zones.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether `place` is inside.
    #[must_use]
    pub fn covers(&self, place: Place) -> bool {
        let inside_lines =
            self.lines.as_ref().is_none_or(|lines| place.line.is_some_and(|line| lines.contains(&line)));
        let inside_zones =
            self.zones.as_ref().is_none_or(|zones| place.zone.is_some_and(|zone| zones.contains(&zone)));
        inside_lines && inside_zones
    }
}

impl Predicate {
    fn push_list(&mut self, column: &str, ids: Option<&[impl ToString]>, first: usize) {
        let Some(ids) = ids else {
            self.text.push_str("1 = 1");
            return;
        };
        // Without the first test a row without a line would be NULL, which NOT (to count what is hidden) keeps.
        let _ = write!(self.text, "{column} IS NOT NULL AND {column} IN (");
        for (at, id) in ids.iter().enumerate() {
            let separator = if at == 0 { "" } else { ", " };
            let _ = write!(self.text, "{separator}${}", first + self.arguments.len());
            self.arguments.push(id.to_string());
        }
        self.text.push(')');
    }
}
