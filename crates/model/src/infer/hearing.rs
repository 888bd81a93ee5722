//! How a machine was heard.

use crate::address::{BOTH_WAYS, HEARD, SENT_TO_ONE};

/// How far the capture heard a machine. Everything else known of it is only as good as this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hearing {
    /// A conversation of it was heard in both directions.
    BothDirections,
    /// It sent to single machines, but no conversation was heard in both directions.
    OneDirection,
    /// It only sent to groups (broadcast, multicast).
    OnlyGroups,
    /// It was never heard: others sent to it or named it.
    OnlyTalkedAbout,
    /// It was heard before; now frames still go to it and none come from it: its port left the mirror, or it is off.
    NoLongerHeard,
}

impl Hearing {
    /// The word used in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BothDirections => "both-directions",
            Self::OneDirection => "one-direction",
            Self::OnlyGroups => "only-groups",
            Self::OnlyTalkedAbout => "only-talked-about",
            Self::NoLongerHeard => "no-longer-heard",
        }
    }
}

/// From the marks of all its addresses together, and whether one of its interfaces is no longer heard.
pub(crate) fn hearing(marks: u16, is_lost: bool) -> Hearing {
    if is_lost {
        Hearing::NoLongerHeard
    } else if marks & HEARD == 0 {
        Hearing::OnlyTalkedAbout
    } else if marks & BOTH_WAYS != 0 {
        Hearing::BothDirections
    } else if marks & SENT_TO_ONE != 0 {
        Hearing::OneDirection
    } else {
        Hearing::OnlyGroups
    }
}
