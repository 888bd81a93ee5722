//! Zones.

use crate::record::record;
use crate::structure::noun;
use facts::id::{SiteId, ZoneId};

record! { "zones" key [id] fixed []
    /// Assets with the same security requirements (IEC 62443-3-2).
    pub struct Zone {
        /// Its id.
        id: ZoneId,
        /// Its plant.
        site: SiteId,
        /// Its name as people say it.
        name: String,
        /// Its Purdue level as the model writes levels; empty when it spans several.
        level: String,
        /// The security level that it shall reach (SL-T, IEC 62443-3-3), 0 to 4.
        security_target: u8,
        /// What else is to be known.
        note: String,
    }
}

noun! { Zone, ZoneId, "zone", "zones", parent site: SiteId, order "name", held "zone" }
