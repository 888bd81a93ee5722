//! Zones.

use super::super::place::{text, words};
use super::super::problem::invalid;
use authz::Place;
use facts::id::SiteId;
use plant::structure as plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Assets with the same security requirements (IEC 62443-3-2).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ZoneRow {
    /// Its id.
    id: String,
    /// Its name as people say it.
    name: String,
    /// Its Purdue level, `0` to `4` or `DMZ`; empty when it spans several.
    level: String,
    /// The security level that it shall reach, 0 to 4.
    security_target: u8,
    /// What else is to be known.
    note: String,
}

/// A zone as it shall be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ZoneWanted {
    /// Its name, unique in the plant.
    #[schema(max_length = 200)]
    name: String,
    /// Its Purdue level, `0` to `4` or `DMZ`; empty when it spans several.
    #[serde(default)]
    #[schema(max_length = 20)]
    level: String,
    /// The security level that it shall reach (SL-T, IEC 62443-3-3).
    #[serde(default)]
    #[schema(maximum = 4)]
    security_target: u8,
    /// What else is to be known.
    #[serde(default)]
    #[schema(max_length = 10000)]
    note: String,
}

super::noun! { zone Zone ZoneId in zones, "zone" at "/zones" "/zones/{id}", row ZoneRow, wanted ZoneWanted,
/// Zones.
list_zones,
/// Adds a zone.
add_zone,
/// Replaces what is said of a zone.
change_zone,
/// Removes a zone. Its assets then belong to none.
remove_zone }

impl ZoneRow {
    fn of(row: &Zone) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            level: row.level.clone(),
            security_target: row.security_target,
            note: row.note.clone(),
        }
    }
}

impl ZoneWanted {
    fn kept(&self, site: SiteId, id: ZoneId, _: Option<&Zone>) -> Answer<Zone> {
        let level = match (self.level.trim(), plan::Level::read(&self.level)) {
            ("", _) => String::new(),
            (_, Some(level)) => level.name().to_owned(),
            (_, None) => return Err(invalid("level", "is none of 0, 1, 2, 3, DMZ and 4")),
        };
        Ok(Zone {
            id,
            site,
            name: words("name", &self.name, plan::NAME_MAX, false)?,
            level,
            security_target: self.security_target,
            note: text("note", &self.note, plan::NOTES_MAX, true)?,
        })
    }
}

pub(super) fn planned(row: &Zone) -> plan::Zone {
    plan::Zone { id: row.id, parent: None, name: row.name.clone(), target_level: Some(row.security_target) }
}

fn place_of(row: &Zone) -> Place {
    Place { line: None, zone: Some(row.id) }
}

fn order(row: &Zone) -> String {
    format!("{} {}", row.name, row.id)
}

async fn list_of(api: &Api) -> Answer<Vec<Zone>> {
    Ok(kept::list(api.store(), api.parts().site).await?)
}
