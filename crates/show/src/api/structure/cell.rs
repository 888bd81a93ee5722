//! Cells of lines.

use super::super::place::{field_id, text, words};
use authz::Place;
use facts::id::SiteId;
use plant::structure as plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A cell: machines of a line that do one step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CellRow {
    /// Its id.
    id: String,
    /// Id of its line.
    line: String,
    /// Its name as people say it.
    name: String,
    /// Its short code.
    code: String,
    /// Its place along the line, counted up.
    position: u32,
    /// What else is to be known.
    note: String,
}

/// A cell as it shall be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CellWanted {
    /// Id of its line.
    line: String,
    /// Its name, unique in the line.
    #[schema(max_length = 200)]
    name: String,
    /// Its short code.
    #[serde(default)]
    #[schema(max_length = 200)]
    code: String,
    /// Its place along the line, counted up.
    #[serde(default)]
    position: u32,
    /// What else is to be known.
    #[serde(default)]
    #[schema(max_length = 10000)]
    note: String,
}

super::noun! { cell Cell CellId in cells, "cell" at "/cells" "/cells/{id}", row CellRow, wanted CellWanted,
/// Cells of all lines.
list_cells,
/// Adds a cell to a line.
add_cell,
/// Replaces what is said of a cell; it stays in its line.
change_cell,
/// Removes a cell. Its assets then stand in no cell.
remove_cell }

impl CellRow {
    fn of(row: &Cell) -> Self {
        Self {
            id: row.id.to_string(),
            line: row.line.to_string(),
            name: row.name.clone(),
            code: row.code.clone(),
            position: row.position,
            note: row.note.clone(),
        }
    }
}

impl CellWanted {
    fn kept(&self, _: SiteId, id: CellId, before: Option<&Cell>) -> Answer<Cell> {
        let line = field_id("line", &self.line)?;
        if before.is_some_and(|before| before.line != line) {
            // Its assets would stand in a cell of another line.
            return Err(conflict(
                "a cell stays in its line: add one to the other line and place the assets there",
            ));
        }
        Ok(Cell {
            id,
            line,
            name: words("name", &self.name, plan::NAME_MAX, false)?,
            code: text("code", &self.code, plan::NAME_MAX, false)?,
            position: self.position,
            note: text("note", &self.note, plan::NOTES_MAX, true)?,
        })
    }
}

pub(super) fn planned(row: &Cell) -> plan::Cell {
    plan::Cell { id: row.id, line: row.line, name: row.name.clone() }
}

fn place_of(row: &Cell) -> Place {
    Place { line: Some(row.line), zone: None }
}

fn order(row: &Cell) -> String {
    format!("{} {:010} {} {}", row.line, row.position, row.name, row.id)
}

async fn list_of(api: &Api) -> Answer<Vec<Cell>> {
    let mut cells = Vec::new();
    for line in store::structure::line::list(api.store(), api.parts().site).await? {
        cells.extend(kept::list(api.store(), line.id).await?);
    }
    Ok(cells)
}
