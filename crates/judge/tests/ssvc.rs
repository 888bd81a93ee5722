//! The decision trees, row by row as the model prints them.

#![expect(clippy::panic, reason = "the helpers of these tests stand outside the test functions")]

use judge::ssvc::{
    Coordinator, Dates, Decision, Exploitation, Exposure, HumanImpact, Stake, TechnicalImpact, Timeline,
    coordinator, deployer, directive, exposure,
};

const EXPLOITATIONS: [(&str, Exploitation); 3] =
    [("none", Exploitation::None), ("poc", Exploitation::Poc), ("active", Exploitation::Active)];

fn pick<T: Copy>(table: &[(&str, T)], word: &str) -> T {
    table.iter().find(|(name, _)| *name == word).unwrap_or_else(|| panic!("{word}")).1
}

#[test]
fn the_coordinator_tree() {
    let rows = "\
none no partial track track track
none no total track track track*
none yes partial track track attend
none yes total track track attend
poc no partial track track track*
poc no total track track* attend
poc yes partial track track attend
poc yes total track track* attend
active no partial track track attend
active no total track attend act
active yes partial attend attend act
active yes total attend act act";
    let decisions = [
        ("track", Coordinator::Track),
        ("track*", Coordinator::TrackClosely),
        ("attend", Coordinator::Attend),
        ("act", Coordinator::Act),
    ];
    let impacts = [("partial", TechnicalImpact::Partial), ("total", TechnicalImpact::Total)];
    for row in rows.lines() {
        let words: Vec<&str> = row.split(' ').collect();
        for (stake, word) in [Stake::Low, Stake::Medium, Stake::High].into_iter().zip(&words[3..]) {
            let found = coordinator(
                pick(&EXPLOITATIONS, words[0]),
                words[1] == "yes",
                pick(&impacts, words[2]),
                stake,
            );
            assert_eq!(found, pick(&decisions, word), "{row} {stake:?}");
        }
    }
}

#[test]
fn the_deployer_tree() {
    let rows = "\
none small no defer defer scheduled scheduled
none small yes defer scheduled scheduled scheduled
none controlled no defer scheduled scheduled scheduled
none controlled yes scheduled scheduled scheduled scheduled
none open no defer scheduled scheduled scheduled
none open yes scheduled scheduled scheduled out-of-cycle
poc small no defer scheduled scheduled scheduled
poc small yes scheduled scheduled scheduled scheduled
poc controlled no defer scheduled scheduled scheduled
poc controlled yes scheduled scheduled scheduled out-of-cycle
poc open no scheduled scheduled scheduled out-of-cycle
poc open yes scheduled scheduled out-of-cycle out-of-cycle
active small no scheduled scheduled out-of-cycle out-of-cycle
active small yes scheduled out-of-cycle out-of-cycle out-of-cycle
active controlled no scheduled scheduled out-of-cycle out-of-cycle
active controlled yes out-of-cycle out-of-cycle out-of-cycle out-of-cycle
active open no scheduled out-of-cycle out-of-cycle immediate
active open yes out-of-cycle out-of-cycle immediate immediate";
    let decisions = [
        ("defer", Decision::Defer),
        ("scheduled", Decision::Scheduled),
        ("out-of-cycle", Decision::OutOfCycle),
        ("immediate", Decision::Immediate),
    ];
    let exposures =
        [("small", Exposure::Small), ("controlled", Exposure::Controlled), ("open", Exposure::Open)];
    let impacts = [HumanImpact::Low, HumanImpact::Medium, HumanImpact::High, HumanImpact::VeryHigh];
    for row in rows.lines() {
        let words: Vec<&str> = row.split(' ').collect();
        for (impact, word) in impacts.into_iter().zip(&words[3..]) {
            let exploitation = pick(&EXPLOITATIONS, words[0]);
            let found = deployer(exploitation, pick(&exposures, words[1]), words[2] == "yes", impact);
            assert_eq!(found, pick(&decisions, word), "{row} {impact:?}");
        }
    }
}

#[test]
fn the_directives_timelines() {
    use TechnicalImpact::{Partial, Total};
    let days = |days, forensic| Timeline::Days { days, forensic };
    let cases = [
        ((true, true, false, Total), days(3, true)),
        ((true, false, true, Total), days(3, true)),
        ((true, true, true, Total), days(3, true)),
        ((true, true, true, Partial), days(3, false)),
        ((false, true, true, Total), days(3, false)),
        ((true, false, false, Total), days(14, false)),
        ((true, true, false, Partial), days(14, false)),
        ((true, false, true, Partial), days(14, false)),
        ((true, false, false, Partial), days(14, false)),
        ((false, true, true, Partial), days(14, false)),
        ((false, true, false, Total), days(14, false)),
        ((false, true, false, Partial), days(60, false)),
        ((false, false, true, Partial), days(60, false)),
        ((false, false, true, Total), days(60, false)),
        ((false, false, false, Total), Timeline::NextUpgrade),
        ((false, false, false, Partial), Timeline::NextUpgrade),
    ];
    for ((exploited, exposed, automatable, impact), expected) in cases {
        assert_eq!(directive(exploited, exposed, automatable, impact), expected);
    }
}

#[test]
fn exposure_comes_from_reach() {
    let x = judge::risk::Spread::known;
    assert_eq!(exposure(x(0.9), 0.7), Exposure::Open);
    assert_eq!(exposure(x(0.5), 0.69), Exposure::Controlled);
    assert_eq!(exposure(x(0.08), 0.1), Exposure::Small);
    assert_eq!(exposure(x(0.081), 0.0), Exposure::Controlled);
}

#[test]
fn the_owners_dates() {
    let dates = Dates::default();
    assert_eq!(dates.of(Decision::Immediate).mitigation_days, Some(2));
    let soon = dates.of(Decision::OutOfCycle);
    assert_eq!((soon.mitigation_days, soon.patch_days_max, soon.next_window), (Some(7), Some(30), true));
    assert_eq!(dates.of(Decision::Scheduled).patch_days_max, Some(180));
    assert_eq!(dates.of(Decision::Defer).review_days, Some(365));
}
