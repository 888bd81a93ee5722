//! Networks: where an address means one thing.

use super::super::place::{field_id, text, words};
use super::super::problem::invalid;
use authz::Place;
use core::net::IpAddr;
use facts::id::SiteId;
use plant::structure as plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Interfaces, VLANs or prefixes of one network at most.
const PARTS_MAX: usize = 200;

/// A set of sensor interfaces and VLANs in which an address means one thing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NetworkRow {
    /// Its id.
    id: String,
    /// Its name as people say it.
    name: String,
    /// `proposed` by the product or `confirmed` by a person.
    state: &'static str,
    /// Id of the zone of all that stands in it, unless an asset says otherwise.
    zone: Option<String>,
    /// Interfaces of sensors that listen to it.
    interfaces: Vec<String>,
    /// VLAN numbers; empty for all.
    vlans: Vec<String>,
    /// Prefixes as `10.1.0.0/16`.
    prefixes: Vec<String>,
    /// What else is to be known.
    note: String,
}

/// A network as it shall be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NetworkWanted {
    /// Its name, unique in the plant.
    #[schema(max_length = 200)]
    name: String,
    /// Id of the zone of all that stands in it; null for none.
    #[serde(default)]
    zone: Option<String>,
    /// Interfaces of sensors that listen to it.
    #[serde(default)]
    #[schema(max_items = 200)]
    interfaces: Vec<String>,
    /// VLAN numbers, 1 to 4094; empty for all.
    #[serde(default)]
    #[schema(max_items = 200)]
    vlans: Vec<u16>,
    /// Prefixes as `10.1.0.0/16`.
    #[serde(default)]
    #[schema(max_items = 200)]
    prefixes: Vec<String>,
    /// What else is to be known.
    #[serde(default)]
    #[schema(max_length = 10000)]
    note: String,
}

super::noun! { network Network NetworkUid in networks, "network" at "/networks" "/networks/{id}",
row NetworkRow, wanted NetworkWanted,
/// Networks.
list_networks,
/// Adds a network, which is thereby confirmed.
add_network,
/// Replaces what is said of a network, which is thereby confirmed.
change_network,
/// Removes a network.
remove_network }

impl NetworkRow {
    fn of(row: &Network) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            state: row.state.word(),
            zone: row.zone.map(|zone| zone.to_string()),
            interfaces: row.interfaces.clone(),
            vlans: row.vlans.clone(),
            prefixes: row.prefixes.clone(),
            note: row.note.clone(),
        }
    }
}

impl NetworkWanted {
    fn kept(&self, site: SiteId, id: NetworkUid, before: Option<&Network>) -> Answer<Network> {
        let longest = self.interfaces.len().max(self.vlans.len()).max(self.prefixes.len());
        if longest > PARTS_MAX {
            return Err(invalid(
                "body",
                format!("names more than {PARTS_MAX} interfaces, VLANs or prefixes"),
            ));
        }
        if self.vlans.iter().any(|vlan| !(1..=4094).contains(vlan)) {
            return Err(invalid("vlans", "are numbers from 1 to 4094"));
        }
        if let Some(bad) = self.prefixes.iter().find(|text| prefix(text).is_none()) {
            let bad: String = bad.chars().take(60).collect();
            return Err(invalid("prefixes", format!("`{bad}` is none, such as 10.1.0.0/16")));
        }
        let interfaces = self.interfaces.iter().map(|name| words("interfaces", name, plan::NAME_MAX, false));
        Ok(Network {
            id,
            site,
            name: words("name", &self.name, plan::NAME_MAX, false)?,
            state: kept::NetworkState::Confirmed,
            zone: self.zone.as_deref().map(|zone| field_id("zone", zone)).transpose()?,
            // What the living model calls it is not for people to change.
            model_key: before.map(|before| before.model_key.clone()).unwrap_or_default(),
            interfaces: interfaces.collect::<Answer<_>>()?,
            vlans: self.vlans.iter().map(u16::to_string).collect(),
            prefixes: self.prefixes.iter().map(|prefix| prefix.trim().to_owned()).collect(),
            note: text("note", &self.note, plan::NOTES_MAX, true)?,
        })
    }
}

fn prefix(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.trim().split_once('/')?;
    Some((address.parse().ok()?, length.parse().ok()?))
}

pub(super) fn planned(row: &Network) -> plan::Network {
    let vlan = row.vlans.first().and_then(|vlan| vlan.parse().ok());
    let prefixes = row.prefixes.iter().filter_map(|text| prefix(text)).collect();
    plan::Network { id: row.id, zone: row.zone, name: row.name.clone(), vlan, prefixes }
}

fn place_of(row: &Network) -> Place {
    Place { line: None, zone: row.zone }
}

fn order(row: &Network) -> String {
    format!("{} {}", row.name, row.id)
}

async fn list_of(api: &Api) -> Answer<Vec<Network>> {
    Ok(kept::list(api.store(), api.parts().site).await?)
}
