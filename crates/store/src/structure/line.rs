//! Production lines.

use crate::record::record;
use crate::structure::noun;
use facts::id::{LineId, SiteId};

record! { "lines" key [id] fixed []
    /// A production line.
    pub struct Line {
        /// Its id.
        id: LineId,
        /// Its plant.
        site: SiteId,
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
}

noun! { Line, LineId, "line", "lines", parent site: SiteId, order "position, name", held "line" }
