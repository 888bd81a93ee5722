//! Decisions to patch later.

use crate::text;
use serde::{Deserialize, Serialize};
use wire::Time;

/// The most days until a deferral is reviewed, by default.
pub const REVIEW_DAYS_MAX: u32 = 90;

/// A decision to patch later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferral {
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it was decided.
    #[serde(with = "text::time")]
    pub since: Time,
    /// Until when it holds at the latest.
    #[serde(with = "text::time")]
    pub until: Time,
    /// What protects in the meantime.
    pub mitigations: Vec<String>,
    /// What remains, in words.
    pub residual_risk: String,
}

/// Why a deferral is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeferralFault {
    /// No reason.
    NoReason,
    /// No owner.
    NoOwner,
    /// It ends before it begins.
    EndsEarly,
    /// It runs longer than so many days.
    TooLong(u32),
    /// Nothing is open to be deferred.
    NothingOpen,
}

impl core::fmt::Display for DeferralFault {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NoReason => write!(formatter, "the deferral has no reason: say why"),
            Self::NoOwner => write!(formatter, "the deferral has no owner: name who answers for it"),
            Self::EndsEarly => write!(formatter, "the deferral ends before it begins: choose a later end"),
            Self::TooLong(days) => {
                write!(formatter, "a deferral runs at most {days} days: choose an earlier end")
            }
            Self::NothingOpen => write!(formatter, "the patch is settled: there is nothing to defer"),
        }
    }
}
