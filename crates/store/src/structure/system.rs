//! Logical systems.

use crate::record::record;
use crate::structure::noun;
use facts::id::{SiteId, SystemId};

record! { "systems" key [id] fixed []
    /// Machines that serve one purpose together, across lines if need be.
    pub struct System {
        /// Its id.
        id: SystemId,
        /// Its plant.
        site: SiteId,
        /// Its name as people say it.
        name: String,
        /// What it is for.
        purpose: String,
        /// What else is to be known.
        note: String,
    }
}

noun! { System, SystemId, "system", "systems", parent site: SiteId, order "name", held "system" }
