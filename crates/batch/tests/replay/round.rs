//! The same calls in the same order.

use crate::plants;
use crate::told::{Both, Counted, Told};
use batch::{Header, MirrorAccount, Words, Writer, replay};
use facts::Sink;
use facts::id::SensorId;
use wire::{CaptureId, Time};

pub(crate) fn words() -> Words {
    Words::new(|name| observe::Protocol::named(name).map(|protocol| facts::Protocol::from(protocol).id))
}

pub(crate) fn sensor() -> SensorId {
    "0192f0c1-2b3c-7d4e-8f50-617283940a1b".parse().expect("an id")
}

/// Replays what a source says and compares.
fn comes_back(of: &str, source: impl FnOnce(&mut dyn Sink)) -> usize {
    let (mut told, mut writer, mut again) =
        (Told::default(), Writer::new(sensor(), 1, usize::MAX), Told::default());
    source(&mut Both(&mut told, &mut writer));
    let batch = writer.take();
    let report = replay(&batch, &mut words(), &mut again).expect("a whole batch");
    assert_eq!((report.unknown, report.damaged), (0, 0), "{of}");
    assert_eq!(report.records, u64::try_from(told.0.len()).expect("few"), "{of}");
    for (one, other) in told.0.iter().zip(&again.0) {
        assert_eq!(one, other, "{of}");
    }
    println!("{of}: {} calls, {} bytes", told.0.len(), batch.len());
    told.0.len()
}

#[test]
fn the_demo_plant() {
    assert!(comes_back("demo", |sink| plants::demo(20, sink)) > 5_000);
}

#[test]
fn every_capture_of_the_dissectors() {
    for path in plants::own_captures() {
        assert!(comes_back(&path.display().to_string(), |sink| plants::file(&path, sink)) > 5);
    }
}

#[test]
fn a_full_batch_refuses_and_counts() {
    let (mut all, mut writer, mut again) =
        (Counted::default(), Writer::new(sensor(), 7, 20_000), Counted::default());
    plants::demo(20, &mut Both(&mut all, &mut writer));
    let refused = writer.refused();
    assert!(refused.observations > 1_000 && refused.flows > 0, "{refused:?}");
    let batch = writer.take();
    assert!(batch.len() <= 20_000);
    let report = replay(&batch, &mut words(), &mut again).expect("a whole batch");
    assert_eq!((report.damaged, report.header.refused, report.header.sequence), (0, refused, 7));
    assert_eq!(again.0 + refused.total(), all.0, "nothing is lost without being counted");
    assert!(writer.is_empty() && writer.sequence() == 8);
    let next = writer.take();
    assert_eq!(Header::read(&next).map(|header| header.refused.total()), Ok(0));
}

#[test]
fn accounts_of_the_mirror_come_back() {
    let mut writer = Writer::new(sensor(), 0, 4096);
    let account = MirrorAccount {
        capture: CaptureId(3),
        last: Time(5_000_000_000),
        frames: 1000,
        kernel_drops: 2,
        one_way_flows: 1,
        undecoded: vec![("link_type_147".into(), 5)],
        vlans: vec![(0, 10), (12, 990)],
        ..MirrorAccount::default()
    };
    writer.mirror(&account);
    writer.stages(&[("carry_exhausted", 3), ("gathered", 400)]);
    let report = replay(&writer.take(), &mut words(), &mut Counted::default()).expect("a batch");
    assert_eq!(report.mirrors, [account]);
    assert_eq!(report.stages, [("carry_exhausted", 3), ("gathered", 400)]);
    assert_eq!((report.header.first, report.header.last), (Time(5_000_000_000), Time(5_000_000_000)));
}
