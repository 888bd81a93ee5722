//! The two goals of controller patches: on the newest authorised version; the same plus valid deferrals (KPI K-11).

use super::patch::{PatchState, PatchTrack};
use crate::risk::Role;
use facts::id::AssetUid;
use wire::Time;

/// A controller's patches.
#[derive(Clone, Debug, PartialEq)]
pub struct ControllerState<'a> {
    /// Which.
    pub asset: AssetUid,
    /// What it does; only controllers count, safety controllers among them.
    pub role: Role,
    /// Its patches with their order among the versions: the greater is the newer.
    pub patches: Vec<(u32, &'a PatchTrack)>,
    /// Whether it is known that no patch applies; a controller without patches is else not known to be on the newest version.
    pub nothing_applies: bool,
    /// Whether a mitigation is in force; a deferral counts only with one.
    pub mitigated: bool,
}

/// A share with what it is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// That many.
    pub numerator: u32,
    /// Of so many.
    pub denominator: u32,
}

/// The two goals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goals {
    /// Controllers whose newest authorised version is installed and verified.
    pub newest: Ratio,
    /// The same, and those whose deferral holds and is mitigated.
    pub newest_or_deferred: Ratio,
    /// Controllers in neither, sorted.
    pub open: Vec<AssetUid>,
    /// Controllers whose version somebody typed in, but nothing shows: in no numerator of the first goal. Sorted.
    pub only_reported: Vec<AssetUid>,
}

/// Counts both goals. The newest authorised version is that of the newest patch that the owner authorised; newer ones that are
/// still under test, or refused, do not count against a controller. A controller without any authorised patch counts as done only
/// when it is known that nothing applies.
#[must_use]
pub fn goals(controllers: &[ControllerState<'_>], now: Time) -> Goals {
    let mut goals = Goals::default();
    for controller in controllers.iter().filter(|known| matches!(known.role, Role::Controller | Role::Safety))
    {
        let authorized = controller
            .patches
            .iter()
            .filter(|(_, track)| track.state().is_some_and(PatchState::is_authorized));
        let newest =
            authorized.max_by_key(|(order, track)| (*order, !track.is_verified())).map(|(_, track)| *track);
        let done = newest.map_or(controller.nothing_applies, PatchTrack::is_verified);
        let deferrable = newest
            .into_iter()
            .chain(controller.patches.iter().map(|(_, track)| *track).filter(|_| newest.is_none()));
        let deferred =
            controller.mitigated && deferrable.into_iter().any(|track| track.deferral(now).is_some());
        goals.newest.denominator += 1;
        goals.newest_or_deferred.denominator += 1;
        goals.newest.numerator += u32::from(done);
        goals.newest_or_deferred.numerator += u32::from(done || deferred);
        if !done && newest.and_then(PatchTrack::state) == Some(PatchState::Installed) {
            goals.only_reported.push(controller.asset);
        }
        if !done && !deferred {
            goals.open.push(controller.asset);
        }
    }
    goals.open.sort_unstable();
    goals.only_reported.sort_unstable();
    goals
}
