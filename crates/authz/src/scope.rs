//! Where and until when a role counts.

use crate::role::Role;
use core::fmt;
use facts::id::{LineId, ZoneId};
use std::collections::BTreeSet;

/// Where and until when a role counts. `None` is no limit; an empty set is nothing at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The lines, if it is limited to some. What stands on no line is then outside.
    pub lines: Option<BTreeSet<LineId>>,
    /// The zones, if it is limited to some. What is in no zone is then outside.
    pub zones: Option<BTreeSet<ZoneId>>,
    /// The first moment that no longer counts, in microseconds since 1970 UTC.
    pub until_us: Option<i64>,
}

/// Where an object is: its line and its zone, as far as it has any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The line it stands on.
    pub line: Option<LineId>,
    /// The zone it is in.
    pub zone: Option<ZoneId>,
}

/// A role within a scope: what a user or a token is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    role: Role,
    scope: Scope,
}

/// Why a role cannot be granted so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantError {
    /// The role is only given for a limited time.
    NeedsEnd(Role),
}

impl Scope {
    /// Everything, for ever.
    #[must_use]
    pub fn everything() -> Self {
        Self::default()
    }

    /// Whether it is limited to no line and no zone.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.lines.is_none() && self.zones.is_none()
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

    /// Whether it no longer counts at `now_us`.
    #[must_use]
    pub fn is_over(&self, now_us: i64) -> bool {
        self.until_us.is_some_and(|until| now_us >= until)
    }
}

impl Grant {
    /// `role` within `scope`. Limited to lines or zones, a role keeps only its placed permissions there.
    ///
    /// # Errors
    /// When the role must end and the scope does not.
    pub fn new(role: Role, scope: Scope) -> Result<Self, GrantError> {
        if role.must_end() && scope.until_us.is_none() {
            return Err(GrantError::NeedsEnd(role));
        }
        Ok(Self { role, scope })
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Where and until when.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl fmt::Display for GrantError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeedsEnd(role) => write!(formatter, "grant the role {role}: it needs a date when it ends"),
        }
    }
}

impl core::error::Error for GrantError {}
