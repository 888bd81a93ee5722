//! The two goals of controllers: on the newest authorised version; the same plus deferrals that hold and are mitigated (K-11).

use super::track::{Tracks, standing, tracks};
use crate::api::caller::Caller;
use crate::api::judged::{Judge, Judged};
use crate::api::problem::{Answer, internal};
use crate::api::risk::{Part, Wanted};
use crate::api::state::Api;
use crate::time::utc_us;
use axum::Json;
use axum::extract::{Extension, Query, State};
use core::cmp::Ordering;
use facts::id::AssetUid;
use judge::advice::{ControllerState, Goals, PatchState, PatchTrack, goals};
use judge::risk::{Asset, Role, WeaknessState};
use knowledge::advisory::Version;
use serde::Serialize;
use store::risk::patch;
use utoipa::ToSchema;
use wire::Time;

/// Controllers that are named at most.
const NAMED_MAX: usize = 500;

/// The two goals.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PatchGoals {
    /// When the plant was judged, UTC; null before the first time.
    time: Option<String>,
    /// Controllers on the newest version that the owner allowed, as the network shows it.
    newest: GoalRatio,
    /// The same, and those whose deferral holds and is mitigated.
    newest_or_deferred: GoalRatio,
    /// Controllers that meet neither goal, by name; the first 500.
    open: Vec<GoalRow>,
    /// How many controllers the asker may not see; they are counted in no number.
    hidden: u64,
}

/// A share with what it is made of.
#[derive(Debug, Serialize, ToSchema)]
struct GoalRatio {
    /// That many.
    numerator: u32,
    /// Of so many.
    denominator: u32,
}

/// A controller that meets neither goal.
#[derive(Debug, Serialize, ToSchema)]
struct GoalRow {
    /// Its id.
    asset: String,
    /// Its name, or its address.
    name: String,
    /// Id of its line.
    line: Option<String>,
    /// `reported`: somebody wrote that the newest authorised version is installed, and the network does not show it; `not-installed`:
    /// it was authorised and is not installed; `not-authorized`: a version that mends is known, and none was authorised;
    /// `unknown`: its product or version is not known, so nobody can say what applies.
    why: &'static str,
}

/// A controller and what is known of its patches.
struct Controller<'j> {
    asset: &'j Asset,
    about: &'j Judge,
    tracks: Vec<(u32, PatchTrack)>,
    nothing_applies: bool,
}

/// How many controllers run the newest authorised version, and how many of the others are deferred with a mitigation. Unknown
/// counts as open.
#[utoipa::path(get, path = "/vulnerabilities/patches/goals", tag = "vulnerabilities", params(Part),
    responses((status = 200, description = "The goals", body = PatchGoals)))]
pub(super) async fn show_patch_goals(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(part): Query<Part>,
) -> Answer<Json<PatchGoals>> {
    let wanted = Wanted::read(&part, &caller)?;
    let tracks = tracks(&patch::list(api.store()).await?)?;
    let (judged, now) = (api.judged(), Time(caller.now_us.saturating_mul(1_000)));
    let work = move || counted(&judged, &wanted, &tracks, now);
    tokio::task::spawn_blocking(work).await.map(Json).map_err(|error| internal("count patches", error))
}

fn counted(judged: &Judged, wanted: &Wanted, tracks: &Tracks, now: Time) -> PatchGoals {
    let (mut controllers, mut hidden) = (Vec::new(), 0);
    for asset in judged.plant.assets() {
        let Some(about) = judged.assets.get(&asset.id) else { continue };
        let is_active = judged.snapshot(asset.id).is_some_and(|snapshot| snapshot.active);
        let is_controller = matches!(asset.role, Role::Controller | Role::Safety);
        if !is_active || !is_controller || !wanted.is_of(about.line, about.zone, about.system) {
            continue;
        }
        if !wanted.shows(about.line, about.zone) {
            hidden += 1;
            continue;
        }
        controllers.push(controller(judged, asset, about, tracks, now));
    }
    let states: Vec<ControllerState<'_>> = controllers.iter().map(Controller::state).collect();
    let Goals { newest, newest_or_deferred, open, only_reported } = goals(&states, now);
    let is_in = |list: &[AssetUid], id: AssetUid| list.binary_search(&id).is_ok();
    let named = controllers.iter().filter(|one| is_in(&open, one.asset.id));
    let mut rows: Vec<GoalRow> = named.map(|one| one.row(is_in(&only_reported, one.asset.id))).collect();
    rows.sort_by(|one, other| (&one.name, &one.asset).cmp(&(&other.name, &other.asset)));
    rows.truncate(NAMED_MAX);
    PatchGoals {
        time: (judged.time_us > 0).then(|| utc_us(judged.time_us)),
        newest: GoalRatio { numerator: newest.numerator, denominator: newest.denominator },
        newest_or_deferred: GoalRatio {
            numerator: newest_or_deferred.numerator,
            denominator: newest_or_deferred.denominator,
        },
        open: rows,
        hidden,
    }
}

fn controller<'j>(
    judged: &Judged,
    asset: &'j Asset,
    about: &'j Judge,
    tracks: &Tracks,
    now: Time,
) -> Controller<'j> {
    let own = tracks.range((asset.id, String::new())..).take_while(|((of, _), _)| *of == asset.id);
    let mut own: Vec<(&String, PatchTrack)> =
        own.map(|((_, version), track)| (version, standing(track.clone(), about, version, now))).collect();
    own.sort_by(|(one, _), (other, _)| {
        Version::new(one).compare(&Version::new(other)).unwrap_or(Ordering::Equal).then(one.cmp(other))
    });
    let is_open = |state| matches!(state, WeaknessState::Open | WeaknessState::Accepted(_));
    let has_fix = asset.weaknesses.iter().any(|one| is_open(one.state) && one.fix.is_some());
    let is_known = asset.identified && !about.firmware.is_empty();
    Controller {
        asset,
        about,
        tracks: (0..).zip(own).map(|(order, (_, track))| (order, track)).collect(),
        // Nothing is known to apply to what is not known; of a plant that was never judged nothing is known at all.
        nothing_applies: is_known && !has_fix && judged.time_us > 0,
    }
}

impl Controller<'_> {
    fn state(&self) -> ControllerState<'_> {
        let mitigated = self.tracks.iter().filter_map(|(_, track)| track.deferrals.last());
        ControllerState {
            asset: self.asset.id,
            role: self.asset.role,
            patches: self.tracks.iter().map(|(order, track)| (*order, track)).collect(),
            nothing_applies: self.nothing_applies,
            mitigated: mitigated.clone().any(|deferral| !deferral.mitigations.is_empty()),
        }
    }

    fn row(&self, is_reported: bool) -> GoalRow {
        let states = || self.tracks.iter().filter_map(|(_, track)| track.state());
        let is_known = self.asset.identified && !self.about.firmware.is_empty();
        GoalRow {
            asset: self.asset.id.to_string(),
            name: self.about.name.clone(),
            line: self.about.line.map(|id| id.to_string()),
            why: match () {
                () if is_reported => "reported",
                () if states().any(PatchState::is_authorized) => "not-installed",
                () if is_known || states().next().is_some() => "not-authorized",
                () => "unknown",
            },
        }
    }
}
