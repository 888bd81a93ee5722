//! What speaks for and against an asset: weaknesses, findings, controls, alerts.

use super::inputs::{Reference, Service};
use super::method::Band;
use serde::{Deserialize, Serialize};
use wire::Time;

/// A known weakness of an asset.
#[derive(Clone, Debug, PartialEq)]
pub struct Weakness {
    /// Which: `CVE-2023-1234`. The same id on one asset counts once, with its worst entry.
    pub id: Reference,
    /// CVSS base score, 0..=10, of the newest version given.
    pub base: f64,
    /// Whether it is reachable over a network without privilege and without a person's help.
    pub remote: bool,
    /// EPSS, 0..=1, when published.
    pub epss: Option<f64>,
    /// Whether a list of known exploitation, the maker or JVN says it is exploited.
    pub exploited: bool,
    /// Whether exploit code is public.
    pub public_exploit: bool,
    /// Services it needs; none means it names none, and then any service of the asset serves.
    pub services: Vec<Service>,
    /// How sure it is that the asset has it.
    pub grade: Grade,
    /// Whether it changes programs or firmware, so that a key switch in RUN helps.
    pub changes_program: bool,
    /// Label of the update that removes it: what shares a label goes with one update.
    pub fix: Option<Reference>,
    /// Whether its advisory names a mitigation.
    pub mitigable: bool,
    /// What became of it.
    pub state: WeaknessState,
}

/// How sure a match is (section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Product family only: the version is unknown. 0.4.
    Family,
    /// Version range. 0.8.
    Range,
    /// Exact version. 1.0.
    Exact,
}

/// What became of a weakness on an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WeaknessState {
    /// It is there.
    Open,
    /// The installed version mends it.
    Fixed,
    /// The maker or the owner says that it does not apply.
    NotAffected,
    /// The owner lives with it until then; it counts in full and is marked (section 6).
    Accepted(Time),
}

/// A weak configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which kind; decides its threat.
    pub kind: FindingKind,
    /// What tells it from others of its kind on the asset: a service, an account. May be empty.
    pub reference: Reference,
    /// Services over which it can be used; none means any.
    pub services: Vec<Service>,
    /// Until when the owner lives with it.
    pub accepted_until: Option<Time>,
}

/// Rows of the table of findings (section 4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Default or blank credential confirmed.
    DefaultCredential,
    /// Control protocol accepts writes without authentication.
    UnauthenticatedWrites,
    /// Operating system or firmware past end of support.
    EndOfSupport,
    /// Clear-text remote administration.
    ClearTextAdministration,
    /// Remote-support tool that is not brokered.
    UnbrokeredRemoteTool,
    /// Directly reachable from the Internet.
    InternetReachable,
    /// Undeclared dual-homed.
    DualHomed,
    /// SMB v1, anonymous share, VNC without password.
    OpenShare,
    /// No endpoint protection on an eligible host.
    NoEndpointProtection,
    /// Program changed without approval, until closed.
    ProgramChanged,
}

/// Evidence of a control (section 4.5).
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Which.
    pub kind: ControlKind,
    /// When it was last proven.
    pub evidence: Time,
    /// How long that counts, in days; 30 when not said.
    pub limit_days: Option<u32>,
    /// Share of the asset that it covers, 0..=1.
    pub coverage: f64,
    /// For [`ControlKind::VirtualPatch`]: the weakness. Empty otherwise.
    pub weakness: Option<Reference>,
    /// For a control of services: which.
    pub services: Vec<Service>,
}

/// Rows of the table of controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlKind {
    /// Healthy sensor, attended 24 h.
    Monitored,
    /// Healthy sensor, attended in office hours only.
    MonitoredOfficeHours,
    /// Endpoint protection or allow-listing that works.
    EndpointProtection,
    /// Virtual patch or IPS rule for one weakness, active.
    VirtualPatch,
    /// Key switch in RUN or write protection on.
    WriteProtection,
    /// Service disabled, confirmed by silence.
    ServiceDisabled,
    /// Mutual authentication on the service.
    MutualAuthentication,
}

/// An alert or incident (section 4.6).
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Which.
    pub id: Reference,
    /// How bad, on the scale of bands.
    pub severity: Band,
    /// How sure, 0..=1.
    pub confidence: f64,
    /// When it was last seen.
    pub at: Time,
    /// What became of it.
    pub state: AlertState,
}

/// What became of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertState {
    /// Nobody closed it.
    Open,
    /// False positive or benign.
    Dismissed,
    /// Contained, eradication not confirmed: half.
    Contained,
    /// Resolved, eradication confirmed.
    Eradicated,
}
