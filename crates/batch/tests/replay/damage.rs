//! Cut, changed and foreign batches: an error or fewer records, never a panic.

use crate::plants;
use crate::round::{sensor, words};
use crate::told::{Counted, Told};
use batch::{Writer, replay};

fn small_batch() -> Vec<u8> {
    let mut writer = Writer::new(sensor(), 1, 6_000);
    plants::demo(3, &mut writer);
    writer.take()
}

#[test]
fn cut_at_every_byte() {
    let batch = small_batch();
    assert!(batch.len() > 4_000);
    let mut words = words();
    let whole = replay(&batch, &mut words, &mut Counted::default()).expect("whole").records;
    for len in 0..batch.len() {
        let mut counted = Counted::default();
        match replay(&batch[..len], &mut words, &mut counted) {
            Ok(report) => assert!(report.records <= whole && report.records == counted.0, "cut at {len}"),
            Err(_) => assert!(counted.0 <= whole, "cut at {len}"),
        }
    }
}

#[test]
fn changed_at_random() {
    let batch = small_batch();
    let (mut words, mut errors, mut damaged) = (words(), 0, 0);
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        let mut changed = batch.clone();
        for _ in 0..=dice % 3 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(dice >> 33).expect("small") % changed.len();
            changed[at] ^= 1 << (dice >> 29 & 7);
        }
        let mut counted = Counted::default();
        match replay(&changed, &mut words, &mut counted) {
            Ok(report) => damaged += u64::from(report.damaged > 0 || report.unknown > 0),
            Err(_) => errors += 1,
        }
        assert!(counted.0 <= batch.len() as u64);
    }
    assert!(
        errors > 100 && damaged > 100,
        "damage is noticed: {errors} errors, {damaged} with damaged records"
    );
}

#[test]
fn a_record_of_a_later_version_is_passed_over() {
    let mut batch = small_batch();
    let mut words = words();
    let before = replay(&batch, &mut words, &mut Counted::default()).expect("whole");
    batch.extend([200, 3, 1, 2, 3]);
    // A known kind with more behind its fields, as a later version may write it: heard in no network.
    let heard = [3, 14, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 64, 1];
    batch.extend(heard);
    let mut told = Told::default();
    let report = replay(&batch, &mut words, &mut told).expect("whole");
    assert_eq!((report.unknown, report.damaged, report.records), (1, 0, before.records + 1));
    assert!(told.0.last().is_some_and(|line| line.contains("02:00:00:00:00:01")), "{:?}", told.0.last());
}

#[test]
fn counts_that_promise_too_much_reserve_nothing() {
    let mut writer = Writer::new(sensor(), 1, 4096);
    let mut batch = writer.take();
    // A flow that promises 2⁶³ layers, a word of 2⁶³ bytes.
    batch.extend([4, 10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]);
    let report = replay(&batch, &mut words(), &mut Counted::default()).expect("framed");
    assert_eq!((report.records, report.damaged), (0, 1));
    batch.extend([0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    assert!(replay(&batch, &mut words(), &mut Counted::default()).is_err());
}
