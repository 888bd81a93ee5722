//! From what is known of a plant and of the world to the facts that risk is computed from.
//!
//! What is asked: [`Machine`]s as they were heard, [`Talk`]s between them, [`Place`]s (zones), [`Ruling`]s of people, and a
//! [`Library`] of what is publicly known. What comes out: [`Inputs`] of the risk engine, and for each machine the advisories
//! that speak of it.

mod finding;
mod found;
mod place;
mod role;
#[cfg(test)]
mod tests;
mod update;
mod weakness;

pub use found::{Found, found};
pub use place::{INTERNET, Place, class_of_level};
pub use role::role_of;
pub use update::{Subject, first_state, is_automatable, patch};
pub use weakness::{Ruled, Ruling, id_of, newest_fix, ruled, score_of};

use crate::risk::{Asset, Control, ControlKind, Decided, Inputs, Service};
use facts::id::{AssetUid, LineId, SiteId, SystemId, ZoneId};
use facts::{Transport, Weak};
use knowledge::advisory::{Library, Spoken};
use std::collections::BTreeMap;
use std::sync::Arc;
use wire::Time;

/// A machine as it was heard and placed.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Which.
    pub id: AssetUid,
    /// What it is, as the model writes it.
    pub kind: String,
    /// What it says of itself.
    pub spoken: Spoken,
    /// Its operating system as heard; empty when not known.
    pub os: String,
    /// Its zone, or that of its network.
    pub zone: Option<ZoneId>,
    /// Its line.
    pub line: Option<LineId>,
    /// Its logical system.
    pub system: Option<SystemId>,
    /// Its plant.
    pub site: Option<SiteId>,
    /// Last time heard.
    pub last_seen: Time,
    /// Whether both directions of its traffic are heard.
    pub is_heard_well: bool,
    /// Consequences that people decided.
    pub decided: Decided,
    /// Whether a hot standby is declared and was tested within 12 months.
    pub hot_standby: bool,
}

/// One machine offers a service to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Talk {
    /// Who asks.
    pub from: Caller,
    /// Who offers.
    pub to: AssetUid,
    /// The name of the protocol, to be shown; `unknown` where none was recognised.
    pub protocol: &'static str,
    /// What the use of that protocol shows by itself.
    pub shows: Option<Weak>,
    /// The service.
    pub service: Service,
    /// Whether it was answered: of a question alone it is not known that the service is there.
    pub is_answered: bool,
    /// Last time.
    pub last: Time,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An asset.
    Asset(AssetUid),
    /// A public address.
    Internet,
    /// Somebody else who is no asset.
    Stranger,
}

/// What [`gather`] asks for.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The machines.
    pub machines: &'a [Machine],
    /// Who talks to whom.
    pub talks: &'a [Talk],
    /// The zones.
    pub places: &'a [Place],
    /// What people decided about weaknesses.
    pub rulings: &'a BTreeMap<(AssetUid, String), Ruling>,
    /// What is publicly known.
    pub library: &'a Library,
    /// Today, `YYYY-MM-DD`, for dates of support.
    pub today: &'a str,
}

/// What [`gather`] gives.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The facts for the risk engine.
    pub inputs: Inputs,
    /// The advisories that speak of each machine; machines of none are left out. Machines that say the same share one list.
    pub found: BTreeMap<AssetUid, Arc<[Found]>>,
}

/// Puts the facts together.
#[must_use]
pub fn gather(known: &Known<'_>) -> Gathered {
    let mut by_server: BTreeMap<AssetUid, Vec<&Talk>> = BTreeMap::new();
    for talk in known.talks.iter().filter(|talk| talk.is_answered) {
        by_server.entry(talk.to).or_default().push(talk);
    }
    let found = found(known.library, known.machines);
    let nothing = Vec::new();
    let assets = known.machines.iter().map(|machine| {
        let talks = by_server.get(&machine.id).unwrap_or(&nothing);
        let found = found.get(&machine.id).map_or(&[][..], |found| found);
        asset(known, machine, talks, found)
    });
    let inputs = Inputs {
        assets: assets.collect(),
        zones: place::zones(known),
        boundaries: place::boundaries(known),
        links: place::links(known),
    };
    Gathered { inputs, found }
}

fn asset(known: &Known<'_>, machine: &Machine, talks: &[&Talk], found: &[Found]) -> Asset {
    let role = role_of(&machine.kind);
    // What has no port is no service that somebody could reach from another network.
    let has_port = |service: &Service| matches!(service.transport, Transport::Tcp | Transport::Udp);
    let mut services: Vec<Service> = talks.iter().map(|talk| talk.service).filter(has_port).collect();
    services.sort_unstable();
    services.dedup();
    let spoken = &machine.spoken;
    let is_identified =
        !(spoken.vendor.is_empty() || spoken.product.is_empty() && spoken.order_number.is_empty());
    let monitored = machine.is_heard_well.then_some(Control {
        // Whether somebody attends day and night is not known: the weaker of the two.
        kind: ControlKind::MonitoredOfficeHours,
        evidence: machine.last_seen,
        limit_days: None,
        coverage: 1.0,
        weakness: None,
        services: Vec::new(),
    });
    Asset {
        zone: machine.zone,
        line: machine.line,
        system: machine.system,
        site: machine.site,
        decided: machine.decided,
        hot_standby: machine.hot_standby,
        identified: is_identified,
        services,
        weaknesses: weakness::weaknesses(known, machine, found),
        findings: finding::findings(known, machine, role, talks),
        controls: monitored.into_iter().collect(),
        ..Asset::new(machine.id, role)
    }
}
