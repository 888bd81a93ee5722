//! Where traffic may pass: zones, what lies between them, and who talks to whom.

use super::inputs::Service;
use super::method::Class;
use facts::id::{AssetUid, ZoneId};
use wire::Time;

/// A zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Zone {
    /// Which.
    pub id: ZoneId,
    /// What an attacker who stands there is counted as.
    pub class: Class,
}

/// The border from one zone to another, in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Boundary {
    /// From here.
    pub from: ZoneId,
    /// To there.
    pub to: ZoneId,
    /// The device that filters, when there is one.
    pub device: Option<AssetUid>,
    /// For remote access: the broker that it passes.
    pub broker: Option<Broker>,
    /// What is known for services; what none of them speaks of is unknown.
    pub passages: Vec<Passage>,
}

/// What a broker asks for (section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broker {
    /// A second factor.
    pub mfa: bool,
    /// Approval of each session.
    pub approval: bool,
    /// Recording.
    pub recording: bool,
}

/// What is known of one service over a boundary. The most exact entry for an asset and service counts; of equals the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// For one asset behind the boundary, or for all.
    pub asset: Option<AssetUid>,
    /// For one service, or for all.
    pub service: Option<Service>,
    /// What the rules say.
    pub verdict: Verdict,
    /// When matching traffic was last seen.
    pub seen: Option<Time>,
    /// Recommended or exported but not confirmed as applied: counts only in a forecast.
    pub planned: bool,
}

/// What the rules of a boundary say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// There is no filter.
    NoFilter,
    /// The imported applied rules let it pass.
    Permitted,
    /// There is a filter whose rules are not known.
    Unknown,
    /// The imported applied rules stop it.
    Denied {
        /// Since when they are in force; traffic from before does not contradict them.
        since: Time,
        /// When they were last collected.
        evidence: Time,
    },
    /// Physical separation or a one-way gateway.
    Separated {
        /// When somebody attested it.
        attested: Time,
    },
}

/// One asset talks to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Who begins.
    pub from: AssetUid,
    /// Who answers; this one is at risk.
    pub to: AssetUid,
    /// Over which service.
    pub service: Service,
    /// When last.
    pub seen: Time,
}
