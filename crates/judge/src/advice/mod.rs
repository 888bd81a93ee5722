//! Which update to make, when, and what is due until then.
//!
//! [`advise`] says for one asset and advisory what to install or what to do instead; [`PatchTrack`] keeps the states of
//! IEC 62443-2-3; [`queue`] proposes what fits the next stop of a line; [`goals`] counts controllers on their newest authorised
//! version.

mod deferral;
mod goals;
mod patch;
mod update;
mod window;

pub use deferral::{Deferral, DeferralFault, REVIEW_DAYS_MAX};
pub use goals::{ControllerState, Goals, Ratio, goals};
pub use patch::{MoveFault, PatchMove, PatchState, PatchTrack, Side, next_states};
pub use update::{Advice, Advisory, Fix, Instead, Need, Step, advise, advise_all};
pub use window::{Fit, Queued, WaitReason, Window, Work, queue};
