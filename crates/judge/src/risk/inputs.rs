//! What a risk is computed from: facts about one plant, in any order.

use super::evidence::{Alert, Control, Finding, Weakness};
use super::network::{Boundary, Link, Zone};
use facts::Transport;
use facts::id::{AssetUid, LineId, SiteId, SystemId, ZoneId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Name of something outside: `CVE-2023-1234`, an alert's number, a rule. Shared, since many terms carry it.
pub type Reference = Arc<str>;

/// All that is known of a plant on one day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// The assets in scope; an id stands for one asset.
    pub assets: Vec<Asset>,
    /// The zones, those outside included: the Internet, the office network, a maker's remote access are zones of their class.
    /// Only what stands here is a place an attacker may come from.
    pub zones: Vec<Zone>,
    /// What lies between zones.
    pub boundaries: Vec<Boundary>,
    /// Who talks to whom.
    pub links: Vec<Link>,
}

/// A device.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// Which.
    pub id: AssetUid,
    /// What it does; decides the consequences that are assumed.
    pub role: Role,
    /// Zone it stands in; a device in quarantine is in the zone of its restricted segment (section 4.2, point 6).
    pub zone: Option<ZoneId>,
    /// Line it belongs to.
    pub line: Option<LineId>,
    /// Logical system it belongs to.
    pub system: Option<SystemId>,
    /// Plant it stands in.
    pub site: Option<SiteId>,
    /// Consequences decided by people, letter by letter, for the asset, its zone and its process.
    pub decided: Decided,
    /// Whether a hot standby or manual fallback is declared and was tested within 12 months.
    pub hot_standby: bool,
    /// Whether it is known what it is (maker and product). Of others no weakness can be known.
    pub identified: bool,
    /// Services seen or open.
    pub services: Vec<Service>,
    /// Devices it is wired to on its way to the rest of the plant; exactly one makes that one its only path.
    pub wired_to: Vec<AssetUid>,
    /// Known weaknesses.
    pub weaknesses: Vec<Weakness>,
    /// Weak configuration.
    pub findings: Vec<Finding>,
    /// What lowers its likelihood.
    pub controls: Vec<Control>,
    /// Alerts and incidents.
    pub alerts: Vec<Alert>,
}

impl Asset {
    /// An asset of which nothing is known but its id and role.
    #[must_use]
    pub fn new(id: AssetUid, role: Role) -> Self {
        Self {
            id,
            role,
            zone: None,
            line: None,
            system: None,
            site: None,
            decided: Decided::default(),
            hot_standby: false,
            identified: true,
            services: Vec::new(),
            wired_to: Vec::new(),
            weaknesses: Vec::new(),
            findings: Vec::new(),
            controls: Vec::new(),
            alerts: Vec::new(),
        }
    }
}

/// Rows of the table of assumed consequences (section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Safety controller, safety engineering station.
    Safety,
    /// PLC, DCS, RTU, motion, robot.
    Controller,
    /// Engineering workstation, HMI server, SCADA, domain controller of OT.
    Engineering,
    /// HMI panel, operator station.
    Operator,
    /// Historian, MES interface, OT server. Also what nothing is known of: its P is the middle of the table.
    Server,
    /// Remote-access gateway, firewall, core switch of OT.
    Gateway,
    /// Access switch, I/O, drive, sensor gateway.
    Field,
    /// Printer, camera, office device in OT.
    Office,
}

/// Consequences that people decided, 0..=5 in the order S E P F D; `None` where they did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decided {
    /// For the asset; wins.
    pub asset: [Option<u8>; 5],
    /// For its zone.
    pub zone: [Option<u8>; 5],
    /// For its process.
    pub process: [Option<u8>; 5],
}

/// A service: transport and port, or an EtherType or IP protocol number for what has no ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Service {
    /// What carries it.
    pub transport: Transport,
    /// Port.
    pub port: u16,
}

impl Service {
    /// A TCP port.
    #[must_use]
    pub const fn tcp(port: u16) -> Self {
        Self { transport: Transport::Tcp, port }
    }
}

impl core::fmt::Display for Service {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let transport = match self.transport {
            Transport::Link => "link",
            Transport::Ip => "ip",
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
        };
        write!(formatter, "{transport}/{}", self.port)
    }
}

/// A text that names no service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoService;

impl core::str::FromStr for Service {
    type Err = NoService;

    fn from_str(text: &str) -> Result<Self, NoService> {
        let (transport, port) = text.split_once('/').ok_or(NoService)?;
        let transport = match transport {
            "link" => Transport::Link,
            "ip" => Transport::Ip,
            "tcp" => Transport::Tcp,
            "udp" => Transport::Udp,
            _ => return Err(NoService),
        };
        Ok(Self { transport, port: port.parse().map_err(|_| NoService)? })
    }
}
