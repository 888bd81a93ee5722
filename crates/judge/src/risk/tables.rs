//! The tables of sections 3 and 4, value by value.

use super::evidence::{AlertState, ControlKind, FindingKind, Grade, Weakness};
use super::inputs::Role;
use super::method::{Band, unit};
use super::term::Basis;

/// Assumed consequences of a role, in the order S E P F D (section 3).
pub(super) const fn assumed(role: Role) -> [u8; 5] {
    match role {
        Role::Safety => [5, 4, 4, 3, 1],
        Role::Controller => [2, 2, 4, 3, 1],
        Role::Engineering => [1, 1, 4, 3, 2],
        Role::Operator => [1, 1, 3, 2, 1],
        Role::Server => [0, 0, 3, 3, 3],
        Role::Gateway => [1, 1, 4, 3, 3],
        Role::Field => [1, 1, 2, 2, 0],
        Role::Office => [0, 0, 1, 1, 1],
    }
}

/// Weights of the consequences in the impact, in the order S E P F D (section 2).
pub(super) const CONSEQUENCE_WEIGHTS: [f64; 5] = [1.0, 1.0, 0.9, 0.8, 0.7];
/// What a tested hot standby takes off the impact.
pub(super) const STANDBY: f64 = 0.2;
/// From here on an asset is critical: a target of paths (section 7).
pub const CRITICAL_IMPACT: f64 = 0.8;

/// The lowest path factor (section 4.1).
pub(super) const PATH_FLOOR: f64 = 0.01;
/// Share of a neighbour's own likelihood that crosses to the next asset (section 4.7).
pub(super) const LATERAL: f64 = 0.3;
/// How long traffic counts as observed, and how long rules and most evidence count, in days.
pub(super) const EVIDENCE_DAYS: f64 = 30.0;
/// How long a denial counts as fresh, in days.
pub(super) const FRESH_DAYS: f64 = 7.0;
/// How long an attested separation counts, in days. The model names no limit; a year is that of the other attestations.
pub(super) const ATTESTED_DAYS: f64 = 365.0;

/// Factor of a broker on its path: with MFA, approval and recording 0.40; with less than that 0.80, which the model says of a
/// broker without MFA.
pub(super) const BROKERED: f64 = 0.40;
/// See [`BROKERED`].
pub(super) const BROKERED_IN_PART: f64 = 0.80;

/// Threat of a finding (section 4.4).
#[must_use]
pub(super) const fn finding(kind: FindingKind) -> f64 {
    match kind {
        FindingKind::DefaultCredential => 0.50,
        FindingKind::UnauthenticatedWrites => 0.25,
        FindingKind::EndOfSupport => 0.30,
        FindingKind::ClearTextAdministration => 0.20,
        FindingKind::UnbrokeredRemoteTool => 0.30,
        FindingKind::InternetReachable => 0.60,
        FindingKind::DualHomed => 0.25,
        FindingKind::OpenShare => 0.30,
        FindingKind::NoEndpointProtection => 0.10,
        FindingKind::ProgramChanged => 0.40,
    }
}

/// Effect of a control (section 4.5).
pub(super) const fn effect(kind: ControlKind) -> f64 {
    match kind {
        ControlKind::Monitored => 0.10,
        ControlKind::MonitoredOfficeHours => 0.05,
        ControlKind::EndpointProtection | ControlKind::WriteProtection => 0.50,
        ControlKind::VirtualPatch | ControlKind::MutualAuthentication => 0.60,
        ControlKind::ServiceDisabled => 0.80,
    }
}

/// Weight of an alert's severity (section 4.6).
pub(super) const fn severity(band: Band) -> f64 {
    match band {
        Band::Critical => 0.80,
        Band::High => 0.50,
        Band::Medium => 0.20,
        Band::Low => 0.05,
    }
}

/// What is left of an alert by its state.
pub(super) const fn alert_left(state: AlertState) -> f64 {
    match state {
        AlertState::Open => 1.0,
        AlertState::Contained => 0.5,
        AlertState::Dismissed | AlertState::Eradicated => 0.0,
    }
}

/// Match confidence, and its best and worst reading: of a family the version is unknown, so it may apply fully or not at all.
pub(super) const fn confidence(grade: Grade) -> [f64; 3] {
    match grade {
        Grade::Exact => [1.0, 1.0, 1.0],
        Grade::Range => [0.8, 0.8, 0.8],
        Grade::Family => [0.0, 0.4, 1.0],
    }
}

/// Floor from CVSS: control products are rare in EPSS.
pub(super) fn floor(base: f64, remote: bool) -> f64 {
    // What is not a number is read as the worst.
    if (base >= 9.0 || base.is_nan()) && remote {
        0.15
    } else if base >= 7.0 || base.is_nan() {
        0.08
    } else if base >= 4.0 {
        0.04
    } else {
        0.02
    }
}

/// T(v) and what decided it (section 4.3).
#[must_use]
pub fn threat(weakness: &Weakness) -> (f64, Basis) {
    let mut worst = (floor(weakness.base, weakness.remote), Basis::Floor);
    let others = [
        (weakness.epss.map(unit), Basis::Epss),
        (weakness.public_exploit.then_some(0.40), Basis::PublicExploit),
        (weakness.exploited.then_some(0.90), Basis::Exploited),
    ];
    for (value, basis) in others {
        if let Some(value) = value.filter(|value| *value > worst.0) {
            worst = (value, basis);
        }
    }
    worst
}
