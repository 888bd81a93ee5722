//! Cells of a line.

use crate::record::record;
use crate::structure::noun;
use facts::id::{CellId, LineId};

record! { "cells" key [id] fixed []
    /// A cell of a line.
    pub struct Cell {
        /// Its id.
        id: CellId,
        /// Its line.
        line: LineId,
        /// Its name as people say it.
        name: String,
        /// Its short code.
        code: String,
        /// Its place along the line, counted up.
        position: u32,
        /// What else is to be known.
        note: String,
    }
}

noun! { Cell, CellId, "cell", "cells", parent line: LineId, order "position, name", held "cell" }
