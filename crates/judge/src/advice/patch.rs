//! States of a patch on an asset by IEC TR 62443-2-3, with their history.
//!
//! The supplier's side and the owner's are apart on purpose: a patch that the supplier approved is not yet authorised by the
//! owner. A deferral is no state but a record on any open state.

use super::deferral::{Deferral, DeferralFault};
use crate::{DAY, text};
use serde::{Deserialize, Serialize};
use wire::Time;

/// A state of (asset, patch).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchState {
    /// Offered, not yet tested.
    Available,
    /// Under test by the supplier of the control system.
    InTest,
    /// Failed the supplier's test; must not be used.
    NotApproved,
    /// Judged not relevant for the control system.
    NotApplicable,
    /// Passed the supplier's test.
    Approved,
    /// Released by the supplier for use.
    Released,
    /// Under test by the owner.
    InInternalTest,
    /// Failed the owner's test, or rejected for risk.
    NotAuthorized,
    /// Allowed by the owner for installation.
    Authorized,
    /// Placed for installation: window set, media distributed.
    Effective,
    /// Installed and verified.
    Installed,
}

/// Who sets a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The supplier.
    Supplier,
    /// The asset owner.
    Owner,
    /// Either.
    Either,
}

impl PatchState {
    /// Who sets it.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::Available | Self::InTest | Self::NotApproved | Self::Approved | Self::Released => {
                Side::Supplier
            }
            Self::NotApplicable => Side::Either,
            Self::InInternalTest
            | Self::NotAuthorized
            | Self::Authorized
            | Self::Effective
            | Self::Installed => Side::Owner,
        }
    }

    /// Whether the owner allows it: authorised, placed or installed.
    #[must_use]
    pub const fn is_authorized(self) -> bool {
        matches!(self, Self::Authorized | Self::Effective | Self::Installed)
    }

    /// Whether something is still to be done about it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Installed | Self::NotApplicable | Self::NotApproved | Self::NotAuthorized)
    }
}

/// The states in which a patch comes: from the supplier of the control system itself it comes tested.
const FIRST: [PatchState; 2] = [PatchState::Available, PatchState::Released];

/// What a step asks for besides a name and a date.
const REASON: &[(PatchState, PatchState)] = &[
    // Only for components without a supplier that tests.
    (PatchState::Available, PatchState::InInternalTest),
    // A step back from what was installed.
    (PatchState::Installed, PatchState::Effective),
    // The owner's test is left out; needs an approver too.
    (PatchState::Released, PatchState::Authorized),
];

/// The states that may follow a state.
#[must_use]
pub const fn next_states(from: PatchState) -> &'static [PatchState] {
    use PatchState::{
        Approved, Authorized, Available, Effective, InInternalTest, InTest, Installed, NotApplicable,
        NotApproved, NotAuthorized, Released,
    };
    match from {
        Available => &[InTest, NotApplicable, InInternalTest],
        InTest => &[Approved, NotApproved, NotApplicable],
        Approved => &[Released],
        Released => &[InInternalTest, Authorized, NotApplicable],
        InInternalTest => &[Authorized, NotAuthorized],
        Authorized => &[Effective],
        Effective => &[Installed],
        NotAuthorized => &[InInternalTest],
        NotApproved => &[InTest],
        Installed => &[Effective],
        NotApplicable => &[],
    }
}

/// A step of a patch on an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchMove {
    /// The state from here on.
    pub to: PatchState,
    /// When.
    #[serde(with = "text::time")]
    pub at: Time,
    /// Who.
    pub actor: String,
    /// Why; may be empty where no reason is asked for.
    pub note: String,
    /// Who approved it, where that is asked for.
    pub approver: String,
    /// For [`PatchState::Installed`]: whether the network, an agent or a backup showed the version. Typed in, it is *reported*.
    pub verified: bool,
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveFault {
    /// The state does not follow the present one.
    NotNext(PatchState, PatchState),
    /// The first state is *available* or *released*.
    NotFirst(PatchState),
    /// It is earlier than the step before.
    Earlier,
    /// Nobody is named.
    NoActor,
    /// The step needs a reason.
    NoReason(PatchState, PatchState),
    /// The step needs an approver.
    NoApprover(PatchState, PatchState),
}

impl core::fmt::Display for MoveFault {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NotNext(from, to) => {
                write!(formatter, "{to:?} does not follow {from:?}: choose one of {:?}", next_states(*from))
            }
            Self::NotFirst(to) => write!(formatter, "a patch begins as Available or Released, not as {to:?}"),
            Self::Earlier => write!(formatter, "the step is earlier than the one before: correct its time"),
            Self::NoActor => write!(formatter, "nobody is named for the step: say who"),
            Self::NoReason(from, to) => {
                write!(formatter, "from {from:?} to {to:?} needs a reason: add a note")
            }
            Self::NoApprover(from, to) => {
                write!(formatter, "from {from:?} to {to:?} needs an approver: name one")
            }
        }
    }
}

/// A patch on an asset: its steps, oldest first, and its deferrals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchTrack {
    /// Steps.
    pub moves: Vec<PatchMove>,
    /// Deferrals, oldest first; the last counts.
    pub deferrals: Vec<Deferral>,
}

impl PatchTrack {
    /// The present state.
    #[must_use]
    pub fn state(&self) -> Option<PatchState> {
        self.moves.last().map(|last| last.to)
    }

    /// Whether it is installed and something other than a person's word shows it.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.moves.last().is_some_and(|last| last.to == PatchState::Installed && last.verified)
    }

    /// Takes the next step.
    ///
    /// # Errors
    /// [`MoveFault`]; nothing changes then.
    pub fn step(&mut self, next: PatchMove) -> Result<(), MoveFault> {
        if next.actor.trim().is_empty() {
            return Err(MoveFault::NoActor);
        }
        match self.moves.last() {
            None if !FIRST.contains(&next.to) => return Err(MoveFault::NotFirst(next.to)),
            None => {}
            Some(last) => check(last, &next)?,
        }
        self.moves.push(next);
        Ok(())
    }

    /// Defers.
    ///
    /// # Errors
    /// [`DeferralFault`]; nothing changes then.
    pub fn defer(&mut self, deferral: Deferral, days_max: u32) -> Result<(), DeferralFault> {
        if !self.state().is_some_and(PatchState::is_open) {
            return Err(DeferralFault::NothingOpen);
        }
        if deferral.reason.trim().is_empty() {
            return Err(DeferralFault::NoReason);
        }
        if deferral.owner.trim().is_empty() {
            return Err(DeferralFault::NoOwner);
        }
        let length = deferral.until.since(deferral.since);
        if length <= 0 {
            return Err(DeferralFault::EndsEarly);
        }
        if length > i64::from(days_max).saturating_mul(DAY) {
            return Err(DeferralFault::TooLong(days_max));
        }
        self.deferrals.push(deferral);
        Ok(())
    }

    /// The deferral that holds now.
    #[must_use]
    pub fn deferral(&self, now: Time) -> Option<&Deferral> {
        let open = self.state().is_some_and(PatchState::is_open);
        let holds = |deferral: &&Deferral| open && deferral.since <= now && now <= deferral.until;
        self.deferrals.last().filter(holds)
    }
}

fn check(last: &PatchMove, next: &PatchMove) -> Result<(), MoveFault> {
    if !next_states(last.to).contains(&next.to) {
        return Err(MoveFault::NotNext(last.to, next.to));
    }
    if next.at < last.at {
        return Err(MoveFault::Earlier);
    }
    if REASON.contains(&(last.to, next.to)) && next.note.trim().is_empty() {
        return Err(MoveFault::NoReason(last.to, next.to));
    }
    let skips_test = (last.to, next.to) == (PatchState::Released, PatchState::Authorized);
    if skips_test && next.approver.trim().is_empty() {
        return Err(MoveFault::NoApprover(last.to, next.to));
    }
    Ok(())
}
