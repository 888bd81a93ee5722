//! Roles and where they count, as they are told and as they are kept.

use super::problem::{Answer, invalid};
use super::state::Api;
use crate::time::{us_of, utc_us};
use authz::{Grant, Role, Scope};
use facts::id::{LineId, ZoneId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Json, structure};
use utoipa::ToSchema;

/// Lines or zones of one role at most.
const PLACES_MAX: usize = 1000;

/// Lines and zones to which a role is limited; null is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Reach {
    /// Ids of lines.
    #[schema(max_items = 1000)]
    pub lines: Option<Vec<String>>,
    /// Ids of zones.
    #[schema(max_items = 1000)]
    pub zones: Option<Vec<String>>,
}

/// A role, where and until when it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RoleRow {
    /// The role's word.
    pub role: &'static str,
    /// Where it counts.
    pub reach: Reach,
    /// When it ends, UTC; null for never.
    pub until: Option<String>,
}

impl Reach {
    /// As the decision takes it.
    pub(crate) fn scope(&self, until_us: Option<i64>) -> Option<Scope> {
        Some(Scope { lines: ids(self.lines.as_deref())?, zones: ids(self.zones.as_deref())?, until_us })
    }

    /// As it is kept.
    pub(crate) fn kept(&self) -> Json {
        Json(serde_json::to_string(self).unwrap_or_default())
    }

    fn of(scope: &Scope) -> Self {
        Self {
            lines: scope.lines.as_ref().map(|lines| lines.iter().map(LineId::to_string).collect()),
            zones: scope.zones.as_ref().map(|zones| zones.iter().map(ZoneId::to_string).collect()),
        }
    }

    /// Reads what is to be granted; each line and zone must exist.
    pub(crate) async fn checked(&self, api: &Api, until_us: Option<i64>) -> Answer<Scope> {
        let count = |ids: &Option<Vec<String>>| ids.as_ref().map_or(0, Vec::len);
        if count(&self.lines) > PLACES_MAX || count(&self.zones) > PLACES_MAX {
            return Err(invalid("reach", format!("names more than {PLACES_MAX} lines or zones")));
        }
        let scope = self.scope(until_us).ok_or_else(|| invalid("reach", "holds what is no id"))?;
        for line in scope.lines.iter().flatten() {
            if structure::line::find(api.store(), *line).await?.is_none() {
                return Err(invalid("reach.lines", format!("there is no line {line}")));
            }
        }
        for zone in scope.zones.iter().flatten() {
            if structure::zone::find(api.store(), *zone).await?.is_none() {
                return Err(invalid("reach.zones", format!("there is no zone {zone}")));
            }
        }
        Ok(scope)
    }
}

impl RoleRow {
    pub(crate) fn of(grant: &Grant) -> Self {
        let scope = grant.scope();
        Self { role: grant.role().name(), reach: Reach::of(scope), until: scope.until_us.map(utc_us) }
    }
}

/// How a scope is kept.
pub(crate) fn kept(scope: &Scope) -> Json {
    Reach::of(scope).kept()
}

/// A kept role as the decision takes it. One that cannot be read gives nothing, and the log says so.
pub(crate) fn grant(role: &str, reach: &Json, until_us: Option<i64>) -> Option<Grant> {
    let read = || {
        let reach: Reach = serde_json::from_str(&reach.0).ok()?;
        Grant::new(role.parse().ok()?, reach.scope(until_us)?).ok()
    };
    let grant = read();
    if grant.is_none() {
        tracing::error!("a kept role {role} cannot be read and gives nothing: remove it and grant it again");
    }
    grant
}

/// The role of a word.
pub(crate) fn role(word: &str) -> Answer<Role> {
    word.parse().map_err(|error| invalid("role", format!("cannot {error}")))
}

/// A moment in the future.
pub(crate) fn end(field: &str, text: &str, now_us: i64) -> Answer<i64> {
    let until = us_of(text).ok_or_else(|| invalid(field, "is no time of RFC 3339"))?;
    if until <= now_us {
        return Err(invalid(field, "lies in the past"));
    }
    Ok(until)
}

fn ids<T: core::str::FromStr + Ord>(texts: Option<&[String]>) -> Option<Option<BTreeSet<T>>> {
    let Some(texts) = texts else { return Some(None) };
    texts.iter().map(|text| text.parse().ok()).collect::<Option<_>>().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_comes_back_as_it_was_kept() {
        let line = LineId(uuid::Uuid::from_u128(7));
        let scope = Scope { lines: Some([line].into()), zones: None, until_us: Some(9) };
        let read = grant("auditor", &kept(&scope), Some(9)).expect("a role that was kept");
        assert_eq!((read.role(), read.scope()), (Role::Auditor, &scope));
        assert!(grant("auditor", &kept(&scope), None).is_none(), "an auditor for ever");
        assert!(grant("viewer", &Json("{\"lines\":[\"x\"]}".into()), None).is_none());
        assert!(
            grant("viewer", &Json("{\"cells\":[]}".into()), None).is_none(),
            "a limit that is not understood"
        );
    }
}
