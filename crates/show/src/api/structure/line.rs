//! Production lines.

use super::super::place::{text, words};
use authz::Place;
use facts::id::SiteId;
use plant::structure as plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A production line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineRow {
    /// Its id.
    id: String,
    /// Its name as people say it.
    name: String,
    /// Its short code.
    code: String,
    /// Its place among the lines, counted up.
    position: u32,
    /// The name of its calendar; empty for the plant's own.
    calendar: String,
    /// What else is to be known.
    note: String,
}

/// A production line as it shall be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineWanted {
    /// Its name, unique in the plant.
    #[schema(max_length = 200)]
    name: String,
    /// Its short code.
    #[serde(default)]
    #[schema(max_length = 200)]
    code: String,
    /// Its place among the lines, counted up.
    #[serde(default)]
    position: u32,
    /// The name of its calendar; empty for the plant's own.
    #[serde(default)]
    #[schema(max_length = 200)]
    calendar: String,
    /// What else is to be known.
    #[serde(default)]
    #[schema(max_length = 10000)]
    note: String,
}

super::noun! { line Line LineId in lines, "line" at "/lines" "/lines/{id}", row LineRow, wanted LineWanted,
/// Production lines.
list_lines,
/// Adds a production line.
add_line,
/// Replaces what is said of a line.
change_line,
/// Removes a line without cells. Its assets then stand on no line.
remove_line }

impl LineRow {
    fn of(row: &Line) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            code: row.code.clone(),
            position: row.position,
            calendar: row.calendar.clone(),
            note: row.note.clone(),
        }
    }
}

impl LineWanted {
    fn kept(&self, site: SiteId, id: LineId, _: Option<&Line>) -> Answer<Line> {
        Ok(Line {
            id,
            site,
            name: words("name", &self.name, plan::NAME_MAX, false)?,
            code: text("code", &self.code, plan::NAME_MAX, false)?,
            position: self.position,
            calendar: text("calendar", &self.calendar, plan::NAME_MAX, false)?,
            note: text("note", &self.note, plan::NOTES_MAX, true)?,
        })
    }
}

pub(super) fn planned(row: &Line) -> plan::Line {
    plan::Line { id: row.id, name: row.name.clone() }
}

fn place_of(row: &Line) -> Place {
    Place { line: Some(row.id), zone: None }
}

fn order(row: &Line) -> String {
    format!("{:010} {} {}", row.position, row.name, row.id)
}

async fn list_of(api: &Api) -> Answer<Vec<Line>> {
    Ok(kept::list(api.store(), api.parts().site).await?)
}
