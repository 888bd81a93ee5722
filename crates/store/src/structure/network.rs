//! Networks: where an address means one thing.

use crate::record::record;
use crate::structure::noun;
use crate::value::words;
use facts::id::{NetworkUid, SiteId, ZoneId};

words! {
    /// Who says that a network is one.
    NetworkState {
        /// The product proposes it.
        Proposed = "proposed",
        /// A person confirmed it.
        Confirmed = "confirmed",
    }
}

record! { "networks" key [id] fixed []
    /// A set of sensor interfaces and VLANs in which an address means one thing.
    pub struct Network {
        /// Its id.
        id: NetworkUid,
        /// Its plant.
        site: SiteId,
        /// Its name as people say it.
        name: String,
        /// Who says so.
        state: NetworkState,
        /// The zone of all that stands in it, unless an asset says otherwise.
        zone: Option<ZoneId>,
        /// How the living model names it; empty when it never heard of it.
        model_key: String,
        /// Interfaces of sensors that listen to it: `sensor id/interface`.
        interfaces: Vec<String>,
        /// VLAN numbers in decimal; empty for all.
        vlans: Vec<String>,
        /// Prefixes as `10.1.0.0/16`.
        prefixes: Vec<String>,
        /// What else is to be known.
        note: String,
    }
}

noun! { Network, NetworkUid, "network", "networks", parent site: SiteId, order "name" }
