//! What to do about one advisory on one asset.

use super::deferral::Deferral;
use super::patch::{PatchState, PatchTrack};
use crate::risk::{Impact, Reach, Reference, Role, Weakness, WeaknessState};
use crate::ssvc::{Dates, Decision, Due, Exposure, deployer, exploitation, exposure, human_impact};
use facts::id::AssetUid;
use std::sync::Arc;
use wire::Time;

/// An advisory as it concerns one asset.
#[derive(Clone, Debug, PartialEq)]
pub struct Advisory {
    /// Which.
    pub id: Reference,
    /// The asset.
    pub asset: AssetUid,
    /// What the asset does.
    pub role: Role,
    /// Its impact.
    pub impact: Impact,
    /// The weaknesses of the advisory that the asset has, with how each is reached and whether an attack on it can be automated
    /// (`None`: nobody said; read as yes).
    pub weaknesses: Vec<(Weakness, Option<Arc<Reach>>, Option<bool>)>,
    /// Versions that mend something, in any order.
    pub fixes: Vec<Fix>,
    /// What the advisory says to do instead, or until then, in its order.
    pub mitigations: Vec<String>,
    /// The version that runs, as the asset says it.
    pub installed: String,
    /// The track of the patch to the newest fixed version, when there is one.
    pub track: PatchTrack,
    /// When the advisory first concerned the asset; dates run from here.
    pub since: Time,
}

/// A version that mends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The version.
    pub version: String,
    /// Its place among the product's versions: the greater is the newer. Who compares versions knows it.
    pub order: u32,
    /// Which of the weaknesses it mends; none means all.
    pub mends: Vec<Reference>,
    /// What must be done or installed before.
    pub prerequisites: Vec<String>,
    /// Whether the maker says that it restarts the device; `None` when it says nothing.
    pub restart: Option<bool>,
    /// Minutes of work with the device stopped; `None` when nobody estimated it.
    pub minutes: Option<u32>,
}

/// Advice for one asset and advisory.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// The advisory.
    pub advisory: Reference,
    /// The asset.
    pub asset: AssetUid,
    /// The version that runs, as the asset says it.
    pub installed: String,
    /// What to do.
    pub step: Step,
    /// What must be done before the update.
    pub prerequisites: Vec<String>,
    /// Whether the asset has to stop for it.
    pub stop: Need,
    /// How urgent, by SSVC; the most urgent of the weaknesses.
    pub decision: Decision,
    /// The owner's dates for that.
    pub due: Due,
    /// From when these run.
    pub since: Time,
    /// Present state of the patch.
    pub state: Option<PatchState>,
    /// The deferral that holds.
    pub deferral: Option<Deferral>,
    /// Open weaknesses that the update does not mend.
    pub remaining: Vec<Reference>,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: no weakness of it is open.
    Nothing,
    /// Install the newest fixed version.
    Update(Fix),
    /// There is no fix, or none that may be used: do this instead.
    Instead(Instead),
}

/// What to do when there is no update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// What the advisory says.
    Mitigate(Vec<String>),
    /// The advisory says nothing: limit who reaches the device, watch it, plan its replacement.
    Contain,
}

/// Whether something is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// No.
    No,
    /// Nobody said; it counts as yes.
    Assumed,
    /// Yes.
    Yes,
}

/// Advice for one advisory on one asset.
#[must_use]
pub fn advise(advisory: &Advisory, dates: &Dates, now: Time) -> Advice {
    let open: Vec<_> = advisory.weaknesses.iter().filter(|(weakness, ..)| is_open(weakness)).collect();
    let usable = !matches!(
        advisory.track.state(),
        Some(PatchState::NotApproved | PatchState::NotAuthorized | PatchState::NotApplicable)
    );
    let mends = |fix: &Fix, weakness: &Weakness| fix.mends.is_empty() || fix.mends.contains(&weakness.id);
    let helps = |fix: &&Fix| open.iter().any(|(weakness, ..)| mends(fix, weakness));
    let newest = advisory.fixes.iter().filter(helps).max_by_key(|fix| (fix.order, &fix.version));
    let step = match newest.filter(|_| usable) {
        _ if open.is_empty() => Step::Nothing,
        Some(fix) => Step::Update(fix.clone()),
        None if advisory.mitigations.is_empty() => Step::Instead(Instead::Contain),
        None => Step::Instead(Instead::Mitigate(advisory.mitigations.clone())),
    };
    let decide = |(weakness, reach, automatable): &&(Weakness, Option<Arc<Reach>>, Option<bool>)| {
        decision(weakness, reach.as_deref(), *automatable, &advisory.impact)
    };
    let decision = open.iter().map(decide).max().unwrap_or(Decision::Defer);
    let (prerequisites, stop, remaining) = match &step {
        Step::Update(fix) => {
            let left = open.iter().filter(|(weakness, ..)| !mends(fix, weakness));
            (
                fix.prerequisites.clone(),
                stop(fix, advisory.role),
                left.map(|(weakness, ..)| Arc::clone(&weakness.id)).collect(),
            )
        }
        Step::Instead(_) | Step::Nothing => {
            (Vec::new(), Need::No, open.iter().map(|(weakness, ..)| Arc::clone(&weakness.id)).collect())
        }
    };
    Advice {
        advisory: Arc::clone(&advisory.id),
        asset: advisory.asset,
        installed: advisory.installed.clone(),
        step,
        prerequisites,
        stop,
        decision,
        due: dates.of(decision),
        since: advisory.since,
        state: advisory.track.state(),
        deferral: advisory.track.deferral(now).cloned(),
        remaining,
    }
}

/// Advice for many, most urgent first; then by when it began, asset and advisory. What needs nothing is left out.
#[must_use]
pub fn advise_all(advisories: &[Advisory], dates: &Dates, now: Time) -> Vec<Advice> {
    let mut all: Vec<Advice> = advisories.iter().map(|advisory| advise(advisory, dates, now)).collect();
    all.retain(|advice| advice.step != Step::Nothing);
    all.sort_by(|a, b| {
        let key = |advice: &Advice| (advice.since, advice.asset);
        b.decision
            .cmp(&a.decision)
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.advisory.cmp(&b.advisory))
    });
    all
}

fn is_open(weakness: &Weakness) -> bool {
    matches!(weakness.state, WeaknessState::Open | WeaknessState::Accepted(_))
}

/// The deployer tree for one weakness. Without a known reach the asset counts as open; what nobody said to be automatable or not
/// counts as automatable: missing data is never good news.
fn decision(
    weakness: &Weakness,
    reach: Option<&Reach>,
    automatable: Option<bool>,
    impact: &Impact,
) -> Decision {
    let exploitation = exploitation(weakness);
    let exposed = reach.map_or(Exposure::Open, |reach| exposure(reach.x, reach.open));
    deployer(exploitation, exposed, automatable.unwrap_or(true), human_impact(impact))
}

/// Whether the asset has to stop: what the maker says; else a device that controls or operates is assumed to.
fn stop(fix: &Fix, role: Role) -> Need {
    match fix.restart {
        Some(true) => Need::Yes,
        Some(false) => Need::No,
        None if crate::risk::Action::Patch(Arc::from(""), None).needs_stop(role) => Need::Assumed,
        None => Need::No,
    }
}
