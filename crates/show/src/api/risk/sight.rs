//! Which part of the plant is asked for, and which the asker may see.

use crate::api::caller::Caller;
use crate::api::judged::{Judge, Judged};
use crate::api::place::field_id;
use crate::api::problem::Answer;
use authz::{Permission, Place, Visible};
use facts::id::{AssetUid, LineId, SystemId, ZoneId};
use judge::risk::Snapshot;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::IntoParams;

/// A part of the plant. Several words mean all of them.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Part {
    /// Id of a line.
    pub line: Option<String>,
    /// Id of a zone.
    pub zone: Option<String>,
    /// Id of a logical system.
    pub system: Option<String>,
}

/// A part of the plant as it is compared, with what the asker may see of it.
pub(crate) struct Wanted {
    line: Option<LineId>,
    zone: Option<ZoneId>,
    system: Option<SystemId>,
    visible: Visible,
}

impl Wanted {
    pub(crate) fn read(part: &Part, caller: &Caller) -> Answer<Self> {
        let Part { line, zone, system } = part;
        Ok(Self {
            line: line.as_deref().map(|id| field_id("line", id)).transpose()?,
            zone: zone.as_deref().map(|id| field_id("zone", id)).transpose()?,
            system: system.as_deref().map(|id| field_id("system", id)).transpose()?,
            visible: caller.visible(Permission::ViewRisk),
        })
    }

    /// Whether the asker may see what stands here.
    pub(crate) fn shows(&self, line: Option<LineId>, zone: Option<ZoneId>) -> bool {
        self.visible.shows(Place { line, zone })
    }

    /// Whether an asset is of the part asked for.
    pub(crate) fn fits(&self, snapshot: &Snapshot) -> bool {
        self.is_of(snapshot.line, snapshot.zone, snapshot.system)
    }

    /// The same of where an asset stands.
    pub(crate) fn is_of(&self, line: Option<LineId>, zone: Option<ZoneId>, system: Option<SystemId>) -> bool {
        self.line.is_none_or(|wanted| line == Some(wanted))
            && self.zone.is_none_or(|wanted| zone == Some(wanted))
            && self.system.is_none_or(|wanted| system == Some(wanted))
    }

    /// Whether an asset is of the part asked for, and the asker may see it.
    pub(crate) fn counts(&self, snapshot: &Snapshot) -> bool {
        self.fits(snapshot) && self.shows(snapshot.line, snapshot.zone)
    }
}

/// What an asker may be told of assets and zones that a risk rests on.
pub(super) struct Sight<'j> {
    judged: &'j Judged,
    visible: &'j Visible,
    zones: BTreeSet<ZoneId>,
}

impl<'j> Sight<'j> {
    /// Zones are told where the asker sees something that stands in them.
    pub(super) fn new(judged: &'j Judged, visible: &'j Visible) -> Self {
        let mut sight = Self { judged, visible, zones: BTreeSet::new() };
        if !visible.is_everything() {
            let seen = judged.plant.assets().iter().filter(|asset| sight.asset(asset.id).is_some());
            sight.zones = seen.filter_map(|asset| asset.zone).collect();
        }
        sight
    }

    /// The asset, when the asker may see it.
    pub(super) fn asset(&self, id: AssetUid) -> Option<&'j Judge> {
        let asset = self.judged.assets.get(&id)?;
        self.visible.shows(Place { line: asset.line, zone: asset.zone }).then_some(asset)
    }

    /// Whether the asker may be told of a zone.
    pub(super) fn is_zone(&self, zone: ZoneId) -> bool {
        self.visible.is_everything()
            || self.zones.contains(&zone)
            || self.visible.shows(Place { line: None, zone: Some(zone) })
    }

    /// Its id, when the asker may be told.
    pub(super) fn zone(&self, zone: Option<ZoneId>) -> Option<String> {
        zone.filter(|zone| self.is_zone(*zone)).map(|zone| zone.to_string())
    }

    /// What was judged.
    pub(super) fn judged(&self) -> &'j Judged {
        self.judged
    }
}

/// A word of a closed list as the interface writes it.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text.replace('_', "-"),
        Ok(serde_json::Value::Object(map)) => {
            map.keys().next().map(|key| key.replace('_', "-")).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// A day, `YYYY-MM-DD`.
pub(crate) fn day_text(day: i64) -> String {
    let days = jiff::Span::new().try_days(day).unwrap_or_default();
    let first = jiff::civil::date(1970, 1, 1);
    first.checked_add(days).unwrap_or(first).to_string()
}

/// The number of a day that was written.
pub(crate) fn day_number(text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text.parse().ok()?;
    date.since(jiff::civil::date(1970, 1, 1)).ok().map(|span| i64::from(span.get_days()))
}
