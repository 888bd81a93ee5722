//! The model that a new process finds is the one that the killed process had.

#![expect(clippy::expect_used, reason = "a test")]

use batch::Writer;
use facts::id::SensorId;
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use observe::{Limits, Pipeline};
use sensor::Position;
use simulator::Simulator;
use site::Keeper;
use std::path::{Path, PathBuf};
use wire::{Mac, Time};

const SECOND: i64 = 1_000_000_000;
const SENSOR: SensorId = SensorId(uuid::Uuid::from_u128(7));

/// Hears nothing.
struct Deaf;

impl Sink for Deaf {
    fn observation(&mut self, _: &Seen, _: &Observation<'_>) {}
    fn heard(&mut self, _: &Heard) {}
    fn presence(&mut self, _: &Presence) {}
    fn flow(&mut self, _: &FlowSummary<'_>) {}
    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}
    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}

/// Batches of the demo plant, one for each of so many seconds.
fn batches(seconds: i64) -> Vec<Vec<u8>> {
    let plant = simulator::demo().expect("the demo plant");
    let mut simulator = Simulator::new(plant, 3, Time(0));
    let mut pipeline = Pipeline::new(Limits::default());
    let mut writer = Writer::new(SENSOR, 1, 16 << 20);
    let mut batches = Vec::new();
    for second in 1..=seconds {
        simulator.run_until(Time(second * SECOND), |frame| pipeline.frame(&frame, &mut writer));
        pipeline.account(&mut writer);
        batches.push(writer.take());
    }
    batches
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("yagura-keeper-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn take(keeper: &mut Keeper, number: u64, batch: &[u8]) {
    let (told, trouble) = keeper.take(Position { incarnation: 9, sequence: number }, batch, &mut Deaf);
    assert_eq!(trouble, None);
    assert_eq!(told.expect("a readable batch").damaged, 0);
}

/// Everything that the model knows, as text.
fn known(keeper: &Keeper) -> String {
    let inventory = keeper.model.inventory();
    let mut text = Vec::new();
    show::write_document(&mut text, &[], &inventory).expect("memory");
    String::from_utf8(text).expect("JSON is UTF-8")
}

fn open(folder: &Path) -> Keeper {
    Keeper::open(folder, model::Limits::default()).expect("the folder can be used")
}

#[test]
fn a_process_that_was_killed_goes_on_where_it_was() {
    let folder = folder("killed");
    let batches = batches(12);
    let mut keeper = open(&folder);
    for (number, batch) in (1..).zip(&batches) {
        take(&mut keeper, number, batch);
        keeper.sync().expect("a disk");
        match number {
            4 => keeper.snapshot().expect("a disk"),
            // Dropped without a word: what a kill leaves.
            2 | 6 | 9 => {
                let before = known(&keeper);
                drop(keeper);
                keeper = open(&folder);
                assert_eq!(known(&keeper), before, "after batch {number}");
                assert_eq!(keeper.last(), Some(Position { incarnation: 9, sequence: number }));
            }
            _ => {}
        }
    }
    let mut never_stopped = open(&self::folder("whole"));
    for (number, batch) in (1..).zip(&batches) {
        take(&mut never_stopped, number, batch);
    }
    assert_eq!(known(&keeper), known(&never_stopped));
    assert!(known(&keeper).contains("\"kind\":\"plc\""), "the plant was understood");
}

#[test]
fn a_damaged_snapshot_is_passed_over_for_the_one_before() {
    let folder = folder("damaged");
    let batches = batches(9);
    let mut keeper = open(&folder);
    for (number, batch) in (1..).zip(&batches) {
        take(&mut keeper, number, batch);
        if number % 3 == 0 {
            keeper.snapshot().expect("a disk");
        }
    }
    let whole = known(&keeper);
    drop(keeper);
    let mut snapshots: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "snapshot"))
        .collect();
    snapshots.sort();
    assert_eq!(snapshots.len(), 2, "the newest and one to fall back on");
    let newest = snapshots.last().expect("two of them");
    let mut bytes = std::fs::read(newest).expect("a file");
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 0x55;
    }
    std::fs::write(newest, bytes).expect("a disk");
    let keeper = open(&folder);
    assert_eq!(known(&keeper), whole, "the older snapshot and the journal behind it give the same");
    assert!(
        keeper.remarks.iter().any(|remark| remark.contains("snapshot")),
        "and it is said: {:?}",
        keeper.remarks
    );
}

#[test]
fn the_model_remembers_what_it_may_and_counts_the_rest() {
    let folder = folder("small");
    let small = model::Limits { addresses: 8, links: 6, ..model::Limits::default() };
    let batches = batches(9);
    let mut keeper = Keeper::open(&folder, small).expect("the folder can be used");
    // The first batches in a snapshot, the next in the journal, the last in another process.
    for (number, batch) in (1..).zip(&batches).take(6) {
        take(&mut keeper, number, batch);
        if number == 3 {
            keeper.snapshot().expect("a disk");
        }
    }
    drop(keeper);
    let mut keeper = Keeper::open(&folder, small).expect("the folder can be used");
    for (number, batch) in (1..).zip(&batches).skip(6) {
        take(&mut keeper, number, batch);
    }
    let inventory = keeper.model.inventory();
    let (links, overflow) = (inventory.links().count(), inventory.overflow);
    assert!(inventory.assets.len() <= 8 && links <= 6, "{links} links");
    assert!(overflow.addresses > 0 && overflow.links > 0, "{overflow:?}");
}
