//! The past of the demo: the same each time, thinned out, and followed by the present without a gap.

#![expect(clippy::expect_used, reason = "a test may fail loudly in what its cases share")]

use simulator::Simulator;
use std::collections::BTreeMap;
use wire::{Mac, Time};

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;
/// 2026-11-24T00:00:00Z, a Tuesday, 9 o'clock at the plant.
const PRESENT: Time = Time(1_795_478_400 * SECOND);

/// Runs the demo from 14 days ago to a minute behind the present.
fn run(mut take: impl FnMut(i64, &[u8])) {
    let plant = simulator::demo().expect("the demo plant");
    let mut simulator = Simulator::with_past(plant, 1, Time(PRESENT.0 - 14 * DAY), PRESENT);
    simulator.run_until(Time(PRESENT.0 + 60 * SECOND), |frame| take(frame.time.0 - PRESENT.0, frame.bytes));
}

#[test]
fn the_past_is_thinned_and_the_present_follows_without_a_gap() {
    let (mut past, mut present, mut gap, mut last) = (0_u64, 0_u64, 0, -14 * DAY);
    let mut days = BTreeMap::<i64, u64>::new();
    run(|time, _| {
        *(if time < 0 { &mut past } else { &mut present }) += 1;
        *days.entry(time.div_euclid(DAY)).or_default() += 1;
        if time > -3_600 * SECOND {
            gap = gap.max(time - last);
        }
        last = time;
    });
    assert!((50_000..1_000_000).contains(&past), "{past} frames of 14 days");
    assert!(present > 5_000, "{present} frames of a minute");
    assert!(gap < 60 * SECOND, "the last hour has a gap of {gap} ns");
    // 13 to 9 days ago are Wednesday to Sunday by UTC.
    let of = |days_ago: i64| days.get(&-days_ago).copied().unwrap_or_default();
    assert!(of(10) < of(12) && of(9) * 10 < of(12) * 9, "the weekend is quiet: {days:?}");
}

#[test]
fn machines_come_in_the_course_of_time() {
    let mut first = BTreeMap::<Mac, i64>::new();
    run(|time, bytes| {
        if let Some(mac) = bytes.get(6..12).and_then(|mac| <[u8; 6]>::try_from(mac).ok()) {
            first.entry(Mac(mac)).or_insert(time);
        }
    });
    let drive = first.get(&Mac([0x00, 0x1d, 0x9c, 0x40, 0x00, 0x31])).expect("the drive of line 4");
    assert!((-77 * 3_600 * SECOND..-76 * 3_600 * SECOND).contains(drive), "{drive}");
    let early = first.values().filter(|time| **time < -13 * DAY).count();
    assert!(early > 50, "most were there from the beginning: {early} of {}", first.len());
    assert!(!first.contains_key(&Mac([0xf8, 0x75, 0xa4, 0x70, 0x00, 0xa7])), "the story has not begun");
}

#[test]
fn the_past_is_the_same_each_time() {
    let digest = || {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        run(|time, bytes| {
            for byte in time.to_le_bytes().iter().chain(bytes) {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
            }
        });
        hash
    };
    assert_eq!(digest(), digest());
}
