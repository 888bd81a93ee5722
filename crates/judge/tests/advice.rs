//! Update advice: what to install, patch states, windows, goals.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the helpers of these tests stand outside the test functions"
)]

use facts::id::{AssetUid, LineId};
use judge::advice::{
    Advice, Advisory, ControllerState, Deferral, DeferralFault, Fit, Fix, Instead, MoveFault, Need,
    PatchMove, PatchState, PatchTrack, Ratio, Step, WaitReason, Window, Work, advise, advise_all, goals,
    next_states, queue,
};
use judge::risk::{Asset, Grade, Inputs, Method, Plant, Role, Weakness, WeaknessState, assess};
use judge::ssvc::{Dates, Decision};
use std::sync::Arc;
use uuid::Uuid;
use wire::Time;

const DAY: i64 = 86_400_000_000_000;
const HOUR: i64 = DAY / 24;
const NOW: Time = Time(1_800_000_000_000_000_000);

fn after(nanoseconds: i64) -> Time {
    Time(NOW.0 + nanoseconds)
}

fn asset(number: u64) -> AssetUid {
    AssetUid(Uuid::from_u64_pair(1, number))
}

fn line(number: u64) -> LineId {
    LineId(Uuid::from_u64_pair(3, number))
}

fn weakness(id: &str, exploited: bool) -> Weakness {
    Weakness {
        id: Arc::from(id),
        base: 9.8,
        remote: true,
        epss: None,
        exploited,
        public_exploit: false,
        services: vec![],
        grade: Grade::Exact,
        changes_program: false,
        fix: None,
        mitigable: false,
        state: WeaknessState::Open,
    }
}

fn fix(version: &str, order: u32, mends: &[&str]) -> Fix {
    Fix {
        version: version.into(),
        order,
        mends: mends.iter().map(|id| Arc::from(*id)).collect(),
        prerequisites: vec![],
        restart: None,
        minutes: None,
    }
}

fn step(to: PatchState, hours: i64) -> PatchMove {
    PatchMove {
        to,
        at: after(hours * HOUR - 30 * DAY),
        actor: "mori".into(),
        note: "why".into(),
        approver: "sato".into(),
        verified: true,
    }
}

fn track(states: &[PatchState]) -> PatchTrack {
    let mut track = PatchTrack::default();
    for (state, hours) in states.iter().zip(0..) {
        track.step(step(*state, hours)).unwrap();
    }
    track
}

use PatchState::{
    Approved, Authorized, Available, Effective, InInternalTest, InTest, Installed, NotApproved, Released,
};
const TO_AUTHORIZED: [PatchState; 6] = [Available, InTest, Approved, Released, InInternalTest, Authorized];
const TO_INSTALLED: [PatchState; 8] =
    [Available, InTest, Approved, Released, InInternalTest, Authorized, Effective, Installed];

fn advisory(number: u64) -> Advisory {
    let plant =
        Plant::new(Inputs { assets: vec![Asset::new(asset(number), Role::Controller)], ..Inputs::default() });
    let impact = assess(&plant, NOW, &Method::default())[0].impact;
    Advisory {
        id: Arc::from("SSA-1"),
        asset: asset(number),
        role: Role::Controller,
        impact,
        weaknesses: vec![
            (weakness("CVE-A", false), None, Some(false)),
            (weakness("CVE-B", false), None, Some(false)),
        ],
        fixes: vec![fix("V2.9", 29, &[]), fix("V3.1", 31, &["CVE-A"]), fix("V2.8", 28, &[])],
        mitigations: vec!["Limit access to port 102.".into()],
        installed: "V2.6".into(),
        track: track(&TO_AUTHORIZED),
        since: after(-10 * DAY),
    }
}

fn advice(advisory: &Advisory) -> Advice {
    advise(advisory, &Dates::default(), NOW)
}

#[test]
fn the_newest_fixed_version_is_proposed_with_what_it_leaves() {
    let found = advice(&advisory(1));
    let Step::Update(newest) = &found.step else { panic!("{:?}", found.step) };
    assert_eq!((newest.version.as_str(), found.remaining.as_slice()), ("V3.1", &[Arc::from("CVE-B")][..]));
    assert_eq!(
        (found.stop, found.state, found.decision),
        (Need::Assumed, Some(Authorized), Decision::Scheduled)
    );
    assert_eq!(found.due.patch_days_max, Some(180));
}

#[test]
fn without_a_usable_fix_there_is_a_mitigation() {
    let mut known = advisory(1);
    known.fixes.clear();
    assert_eq!(advice(&known).step, Step::Instead(Instead::Mitigate(known.mitigations.clone())));
    known.mitigations.clear();
    assert_eq!(advice(&known).step, Step::Instead(Instead::Contain));
    let refused = Advisory { track: track(&[Available, InTest, NotApproved]), ..advisory(1) };
    assert!(matches!(advice(&refused).step, Step::Instead(_)));
    let mut mended = advisory(1);
    mended.weaknesses.iter_mut().for_each(|(weakness, ..)| weakness.state = WeaknessState::Fixed);
    assert_eq!(advice(&mended).step, Step::Nothing);
    assert!(advise_all(&[mended], &Dates::default(), NOW).is_empty());
}

#[test]
fn the_most_urgent_weakness_decides() {
    let mut known = advisory(1);
    known.weaknesses[1].0 = weakness("CVE-B", true);
    let found = advise_all(&[advisory(2), known], &Dates::default(), NOW);
    assert_eq!(found[0].asset, asset(1));
    // No reach is known: open; exploited, not automatable, I4.
    assert_eq!((found[0].decision, found[1].decision), (Decision::OutOfCycle, Decision::Scheduled));
}

#[test]
fn patch_states_follow_each_other_as_the_standard_says() {
    let mut known = track(&TO_AUTHORIZED);
    assert_eq!(known.step(step(Installed, 50)), Err(MoveFault::NotNext(Authorized, Installed)));
    assert_eq!(known.step(step(Effective, 0)), Err(MoveFault::Earlier));
    let nobody = PatchMove { actor: " ".into(), ..step(Effective, 50) };
    assert_eq!(known.step(nobody), Err(MoveFault::NoActor));
    assert_eq!(PatchTrack::default().step(step(InTest, 0)), Err(MoveFault::NotFirst(InTest)));
    let mut released = track(&[Available, InTest, Approved, Released]);
    let skip = PatchMove { approver: String::new(), ..step(Authorized, 50) };
    assert_eq!(released.step(skip), Err(MoveFault::NoApprover(Released, Authorized)));
    let back = PatchMove { note: String::new(), ..step(Effective, 50) };
    assert_eq!(track(&TO_INSTALLED).step(back), Err(MoveFault::NoReason(Installed, Effective)));
    assert_eq!(known.moves.len(), TO_AUTHORIZED.len());
    let steps: usize = TO_INSTALLED.iter().map(|state| next_states(*state).len()).sum();
    assert_eq!(steps + next_states(PatchState::NotAuthorized).len() + next_states(NotApproved).len(), 17);
}

fn deferral(from: i64, to: i64) -> Deferral {
    Deferral {
        reason: "No stop before spring.".into(),
        owner: "tanaka".into(),
        since: after(from * DAY),
        until: after(to * DAY),
        mitigations: vec!["Rule on FW-1".into()],
        residual_risk: "low".into(),
    }
}

#[test]
fn a_deferral_has_reason_owner_and_end() {
    let mut known = track(&TO_AUTHORIZED);
    assert_eq!(
        known.defer(Deferral { reason: String::new(), ..deferral(0, 30) }, 90),
        Err(DeferralFault::NoReason)
    );
    assert_eq!(
        known.defer(Deferral { owner: String::new(), ..deferral(0, 30) }, 90),
        Err(DeferralFault::NoOwner)
    );
    assert_eq!(known.defer(deferral(0, 91), 90), Err(DeferralFault::TooLong(90)));
    assert_eq!(known.defer(deferral(0, 0), 90), Err(DeferralFault::EndsEarly));
    assert_eq!(known.defer(deferral(-1, 30), 90), Ok(()));
    assert!(known.deferral(NOW).is_some() && known.deferral(after(31 * DAY)).is_none());
    assert_eq!(track(&TO_INSTALLED).defer(deferral(0, 30), 90), Err(DeferralFault::NothingOpen));
}

#[test]
fn the_queue_proposes_only_what_fits_the_next_window() {
    let urgent = |number, hours: i64| {
        let mut known = advisory(number);
        known.fixes = vec![Fix { minutes: Some(u32::try_from(hours * 60).unwrap()), ..fix("V3.1", 31, &[]) }];
        known
    };
    let mut first = urgent(3, 2);
    first.weaknesses[0].0.exploited = true;
    let mut free = urgent(4, 2);
    free.fixes[0].restart = Some(false);
    let mut late = urgent(5, 1);
    late.track.defer(deferral(-1, 30), 90).unwrap();
    let tested = Advisory { track: track(&[Available, InTest]), ..urgent(6, 1) };
    let all: Vec<Advice> =
        [urgent(1, 3), urgent(2, 2), first, free, late, tested, urgent(7, 1), urgent(8, 1)]
            .iter()
            .map(advice)
            .collect();
    let lines = [Some(1), Some(1), Some(1), Some(1), Some(1), Some(1), None, Some(2)];
    let works: Vec<Work<'_>> =
        all.iter().zip(lines).map(|(advice, number)| Work { advice, line: number.map(line) }).collect();
    let window = |number, from: i64, to: i64| Window {
        line: line(number),
        from: after(from * HOUR),
        to: after(to * HOUR),
    };
    // The window of line 1 has begun: four hours are left.
    let next = window(1, -2, 4);
    let found = queue(&works, &[window(1, 24, 48), next, window(1, -20, -10)], NOW);
    let fit = |number| found.iter().find(|queued| queued.asset == asset(number)).unwrap().fit;
    assert_eq!(found[0].asset, asset(3));
    assert_eq!((fit(3), fit(1), fit(2)), (Fit::Next(next), Fit::Waits(WaitReason::Full), Fit::Next(next)));
    assert_eq!((fit(4), fit(5)), (Fit::AnyTime, Fit::Waits(WaitReason::Deferred(after(30 * DAY)))));
    assert_eq!((fit(6), fit(7)), (Fit::Waits(WaitReason::NotAuthorized), Fit::Waits(WaitReason::NoLine)));
    assert_eq!(fit(8), Fit::Waits(WaitReason::NoWindow));
}

#[test]
fn the_two_goals_have_numerator_and_denominator() {
    let (installed, authorized, tested) =
        (track(&TO_INSTALLED), track(&TO_AUTHORIZED), track(&[Available, InTest]));
    let mut reported = track(&TO_INSTALLED);
    reported.moves.last_mut().unwrap().verified = false;
    let mut deferred = track(&TO_AUTHORIZED);
    deferred.defer(deferral(-1, 30), 90).unwrap();
    let of = |number, role, patches: Vec<(u32, _)>, mitigated| ControllerState {
        asset: asset(number),
        role,
        patches,
        nothing_applies: false,
        mitigated,
    };
    let controllers = [
        of(1, Role::Controller, vec![(1, &installed), (2, &tested)], false),
        of(2, Role::Safety, vec![(1, &installed), (2, &authorized)], false),
        of(3, Role::Controller, vec![(2, &deferred)], true),
        of(4, Role::Controller, vec![(2, &deferred)], false),
        of(5, Role::Controller, vec![(2, &reported)], false),
        of(6, Role::Controller, vec![], false),
        of(7, Role::Engineering, vec![(2, &installed)], false),
        ControllerState { nothing_applies: true, ..of(8, Role::Controller, vec![], false) },
    ];
    let found = goals(&controllers, NOW);
    assert_eq!(found.newest, Ratio { numerator: 2, denominator: 7 });
    assert_eq!(found.newest_or_deferred, Ratio { numerator: 3, denominator: 7 });
    assert_eq!(found.open, [2, 4, 5, 6].map(asset));
    assert_eq!(found.only_reported, [asset(5)]);
}
