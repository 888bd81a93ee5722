//! Logical systems.

use super::super::place::{text, words};
use authz::Place;
use facts::id::SiteId;
use plant::structure as plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Machines that serve one purpose together, across lines if need be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SystemRow {
    /// Its id.
    id: String,
    /// Its name as people say it.
    name: String,
    /// What it is for.
    purpose: String,
    /// What else is to be known.
    note: String,
}

/// A logical system as it shall be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemWanted {
    /// Its name, unique in the plant.
    #[schema(max_length = 200)]
    name: String,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 1000)]
    purpose: String,
    /// What else is to be known.
    #[serde(default)]
    #[schema(max_length = 10000)]
    note: String,
}

super::noun! { system System SystemId in systems, "system" at "/systems" "/systems/{id}", row SystemRow, wanted SystemWanted,
/// Logical systems. They cut across lines and zones, so a role that is limited to some sees none.
list_systems,
/// Adds a logical system.
add_system,
/// Replaces what is said of a logical system.
change_system,
/// Removes a logical system. Its assets then belong to none.
remove_system }

impl SystemRow {
    fn of(row: &System) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            purpose: row.purpose.clone(),
            note: row.note.clone(),
        }
    }
}

impl SystemWanted {
    fn kept(&self, site: SiteId, id: SystemId, _: Option<&System>) -> Answer<System> {
        Ok(System {
            id,
            site,
            name: words("name", &self.name, plan::NAME_MAX, false)?,
            purpose: text("purpose", &self.purpose, 1000, true)?,
            note: text("note", &self.note, plan::NOTES_MAX, true)?,
        })
    }
}

pub(super) fn planned(row: &System) -> plan::System {
    plan::System { id: row.id, parent: None, name: row.name.clone() }
}

fn place_of(_: &System) -> Place {
    Place::default()
}

fn order(row: &System) -> String {
    format!("{} {}", row.name, row.id)
}

async fn list_of(api: &Api) -> Answer<Vec<System>> {
    Ok(kept::list(api.store(), api.parts().site).await?)
}
