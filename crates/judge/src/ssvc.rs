//! How soon a patch is due: decision trees beside the score, because a date needs a decision, not a number (section 10 of the
//! risk model).

use crate::risk::{Impact, Level, Spread, Weakness};

/// State of exploitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exploitation {
    /// None known.
    None,
    /// Exploit code is public.
    Poc,
    /// It is exploited.
    Active,
}

/// What an exploit gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TechnicalImpact {
    /// Some control, or a denial of service.
    Partial,
    /// Full control.
    Total,
}

/// What is at stake for mission and well-being.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stake {
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
}

/// How far an asset is reachable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exposure {
    /// Hardly.
    Small,
    /// Through filters.
    Controlled,
    /// From the Internet or remote access.
    Open,
}

/// What an attack would do to people and mission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HumanImpact {
    /// I1, I2.
    Low,
    /// I3.
    Medium,
    /// I4, I5.
    High,
    /// I5 with S of 4 or more.
    VeryHigh,
}

/// Decision of the coordinator tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coordinator {
    /// Keep an eye on it.
    Track,
    /// `track*`: keep a close eye on it.
    TrackClosely,
    /// Attend to it.
    Attend,
    /// Act.
    Act,
}

/// Decision of the deployer tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// Not now.
    Defer,
    /// At the next planned stop.
    Scheduled,
    /// Sooner than planned.
    OutOfCycle,
    /// At once.
    Immediate,
}

/// Exploitation of a weakness from what is known of it.
#[must_use]
pub const fn exploitation(weakness: &Weakness) -> Exploitation {
    if weakness.exploited {
        Exploitation::Active
    } else if weakness.public_exploit {
        Exploitation::Poc
    } else {
        Exploitation::None
    }
}

/// Exposure from X and the best path factor from the Internet or remote access: open from 0.7 on, else small up to X of 0.08. Of
/// a range the assumed value counts: what is unknown is assumed open enough.
#[must_use]
pub fn exposure(x: Spread, open: f64) -> Exposure {
    if open >= 0.7 || open.is_nan() {
        Exposure::Open
    } else if x.value <= 0.08 {
        Exposure::Small
    } else {
        Exposure::Controlled
    }
}

/// Human impact of an asset.
#[must_use]
pub fn human_impact(impact: &Impact) -> HumanImpact {
    let [safety, ..] = impact.values;
    match Level::of_impact(impact.value).number() {
        5 if safety >= 4 => HumanImpact::VeryHigh,
        4 | 5 => HumanImpact::High,
        3 => HumanImpact::Medium,
        _ => HumanImpact::Low,
    }
}

/// CISA's coordinator tree.
#[must_use]
pub const fn coordinator(
    exploitation: Exploitation,
    automatable: bool,
    impact: TechnicalImpact,
    stake: Stake,
) -> Coordinator {
    use Coordinator::{Act, Attend, Track, TrackClosely};
    use Exploitation::{Active, None, Poc};
    use TechnicalImpact::{Partial, Total};
    let [low, medium, high] = match (exploitation, automatable, impact) {
        (None, false, Partial) => [Track, Track, Track],
        (None, false, Total) => [Track, Track, TrackClosely],
        (None, true, Partial | Total) => [Track, Track, Attend],
        (Poc, false, Partial) => [Track, Track, TrackClosely],
        (Poc, false, Total) => [Track, TrackClosely, Attend],
        (Poc, true, Partial) => [Track, Track, Attend],
        (Poc, true, Total) => [Track, TrackClosely, Attend],
        (Active, false, Partial) => [Track, Track, Attend],
        (Active, false, Total) => [Track, Attend, Act],
        (Active, true, Partial) => [Attend, Attend, Act],
        (Active, true, Total) => [Attend, Act, Act],
    };
    match stake {
        Stake::Low => low,
        Stake::Medium => medium,
        Stake::High => high,
    }
}

/// The deployer tree.
#[must_use]
pub const fn deployer(
    exploitation: Exploitation,
    exposure: Exposure,
    automatable: bool,
    impact: HumanImpact,
) -> Decision {
    use Decision::{Defer as D, Immediate as I, OutOfCycle as O, Scheduled as S};
    use Exploitation::{Active, None, Poc};
    use Exposure::{Controlled, Open, Small};
    let [low, medium, high, very_high] = match (exploitation, exposure, automatable) {
        (None, Small, false) => [D, D, S, S],
        (None, Small, true) => [D, S, S, S],
        (None, Controlled, false) => [D, S, S, S],
        (None, Controlled, true) => [S, S, S, S],
        (None, Open, false) => [D, S, S, S],
        (None, Open, true) => [S, S, S, O],
        (Poc, Small, false) => [D, S, S, S],
        (Poc, Small, true) => [S, S, S, S],
        (Poc, Controlled, false) => [D, S, S, S],
        (Poc, Controlled, true) => [S, S, S, O],
        (Poc, Open, false) => [S, S, S, O],
        (Poc, Open, true) => [S, S, O, O],
        (Active, Small, false) => [S, S, O, O],
        (Active, Small, true) => [S, O, O, O],
        (Active, Controlled, false) => [S, S, O, O],
        (Active, Controlled, true) => [O, O, O, O],
        (Active, Open, false) => [S, O, O, I],
        (Active, Open, true) => [O, O, I, I],
    };
    match impact {
        HumanImpact::Low => low,
        HumanImpact::Medium => medium,
        HumanImpact::High => high,
        HumanImpact::VeryHigh => very_high,
    }
}

/// A timeline of CISA's directive BOD 26-04; only a reference for OT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeline {
    /// Within so many days.
    Days {
        /// How many.
        days: u32,
        /// Whether a forensic check goes with it.
        forensic: bool,
    },
    /// At the next upgrade.
    NextUpgrade,
}

/// BOD 26-04 from: known exploited, publicly exposed, automatable, technical impact.
#[must_use]
pub const fn directive(
    exploited: bool,
    exposed: bool,
    automatable: bool,
    impact: TechnicalImpact,
) -> Timeline {
    let total = matches!(impact, TechnicalImpact::Total);
    match (exploited, exposed, automatable, total) {
        (true, true, _, true) | (true, _, true, true) => Timeline::Days { days: 3, forensic: true },
        (true, true, true, false) | (false, true, true, true) => Timeline::Days { days: 3, forensic: false },
        (true, ..) | (false, true, true, false) | (false, true, false, true) => {
            Timeline::Days { days: 14, forensic: false }
        }
        (false, true, false, false) | (false, false, true, _) => Timeline::Days { days: 60, forensic: false },
        (false, false, false, _) => Timeline::NextUpgrade,
    }
}

/// Dates of the owner for a decision, in days from the day of the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Until when a mitigation is due: a rule, a service off, a monitoring rule. The patch keeps its own date.
    pub mitigation_days: Option<u32>,
    /// Until when the patch is due at the latest.
    pub patch_days_max: Option<u32>,
    /// Whether the patch goes into the first stop window that comes, planned or not.
    pub next_window: bool,
    /// Until when the decision is reviewed.
    pub review_days: Option<u32>,
}

/// The owner's dates by decision; they may edit them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// For [`Decision::Defer`].
    pub defer: Due,
    /// For [`Decision::Scheduled`].
    pub scheduled: Due,
    /// For [`Decision::OutOfCycle`].
    pub out_of_cycle: Due,
    /// For [`Decision::Immediate`].
    pub immediate: Due,
}

impl Default for Dates {
    /// The defaults of section 10. For *immediate* the model names no date of the patch itself: that of *out-of-cycle* holds, since
    /// a more urgent decision is not later.
    fn default() -> Self {
        let none = Due { mitigation_days: None, patch_days_max: None, next_window: false, review_days: None };
        let soon = Due { mitigation_days: Some(7), patch_days_max: Some(30), next_window: true, ..none };
        Self {
            defer: Due { review_days: Some(365), ..none },
            scheduled: Due { patch_days_max: Some(180), review_days: Some(180), ..none },
            out_of_cycle: soon,
            immediate: Due { mitigation_days: Some(2), ..soon },
        }
    }
}

impl Dates {
    /// Dates of a decision.
    #[must_use]
    pub const fn of(&self, decision: Decision) -> Due {
        match decision {
            Decision::Defer => self.defer,
            Decision::Scheduled => self.scheduled,
            Decision::OutOfCycle => self.out_of_cycle,
            Decision::Immediate => self.immediate,
        }
    }
}
