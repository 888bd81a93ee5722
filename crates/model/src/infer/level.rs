//! The Purdue level of a machine.

use super::Kind;

/// A level of the Purdue model (IEC 62264-1 functional hierarchy, with the customary additions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// 0: sensors, actuators, drives, remote input and output.
    Process,
    /// 1: controllers.
    Control,
    /// 2: supervision of one area.
    Supervision,
    /// 3: operations of the site.
    Operations,
    /// 3.5: between plant and office.
    Dmz,
    /// 4: office.
    Enterprise,
    /// 5: outside.
    External,
}

impl Level {
    /// The number used in documents.
    #[must_use]
    pub fn number(self) -> f32 {
        match self {
            Self::Process => 0.0,
            Self::Control => 1.0,
            Self::Supervision => 2.0,
            Self::Operations => 3.0,
            Self::Dmz => 3.5,
            Self::Enterprise => 4.0,
            Self::External => 5.0,
        }
    }
}

/// Levels that follow from the kind alone. Switches, routers, gateways, plain servers and workstations stand on any
/// level, so nothing follows for them.
const LEVELS: &[(Kind, Level)] = &[
    (Kind::RemoteIo, Level::Process),
    (Kind::Drive, Level::Process),
    (Kind::Meter, Level::Process),
    (Kind::Plc, Level::Control),
    (Kind::Ied, Level::Control),
    (Kind::Rtu, Level::Control),
    (Kind::BuildingController, Level::Control),
    (Kind::Hmi, Level::Supervision),
    (Kind::Scada, Level::Supervision),
    (Kind::EngineeringStation, Level::Supervision),
    (Kind::Historian, Level::Operations),
];

/// The level that follows from what a machine is.
pub(crate) fn level(kind: Kind) -> Option<(Level, String)> {
    let (kind, level) = LEVELS.iter().find(|(of, _)| *of == kind)?;
    Some((*level, format!("a machine of kind {} stands on level {}", kind.name(), level.number())))
}

/// Fewer machines of known level than this say nothing about their neighbours.
const NEIGHBOURS_MIN: usize = 3;

/// The level of a machine whose kind tells none: that of its subnet, when at least three quarters of the machines of
/// known level there share one.
pub(crate) fn level_of_subnets(levels: &[Level], subnet: &str) -> Option<(Level, String)> {
    let mut sorted = levels.to_vec();
    sorted.sort();
    let most = sorted.chunk_by(|a, b| a == b).max_by_key(|group| group.len())?;
    let level = *most.first()?;
    if levels.len() < NEIGHBOURS_MIN || most.len() * 4 < levels.len() * 3 {
        return None;
    }
    let (same, all, number) = (most.len(), levels.len(), level.number());
    Some((
        level,
        format!("stands in {subnet}, where {same} of {all} machines of known level are on level {number}"),
    ))
}
