//! What is found after a crash, after damage, and when there is no room.

#![expect(clippy::expect_used, reason = "a test")]

use journal::{Appended, Error, Journal, Limits, Reading, Reason, WhenFull};
use std::fs;
use std::path::{Path, PathBuf};

const LIMITS: Limits = Limits { segment_bytes: 1000, total_bytes: 100_000, when_full: WhenFull::Refuse };

/// An empty folder of this name.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// Contents that depend on the number.
fn contents(sequence: u64) -> Vec<u8> {
    let len = usize::try_from(sequence * 37 % 200).expect("small");
    (0..len).map(|at| (at as u64 ^ sequence).to_le_bytes()[0]).collect()
}

fn append(journal: &mut Journal, numbers: core::ops::Range<u64>) {
    for sequence in numbers {
        assert_eq!(journal.append(sequence, &contents(sequence)).expect("appended"), Appended::Written);
    }
}

fn numbers(mut reading: Reading) -> Vec<u64> {
    let mut numbers = Vec::new();
    while let Some(record) = reading.next().expect("readable") {
        assert_eq!(record.contents, contents(record.sequence));
        numbers.push(record.sequence);
    }
    numbers
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    found.sort();
    found
}

#[test]
fn records_come_back_in_their_order() {
    let folder = folder("order");
    let mut journal = Journal::open(&folder, LIMITS).expect("opened");
    assert_eq!((journal.next_sequence(), journal.first_sequence()), (0, None));
    append(&mut journal, 0..50);
    append(&mut journal, 70..80);
    assert!(matches!(journal.append(79, b""), Err(Error::OutOfOrder { sequence: 79, least: 80 })));
    assert!(matches!(journal.append(80, &[0; 1000]), Err(Error::TooLong { .. })));
    assert!(matches!(Journal::open(&folder, LIMITS), Err(Error::InUse(_))));
    journal.sync().expect("synced");
    let expected: Vec<u64> = (0..50).chain(70..80).collect();
    assert_eq!(numbers(journal.read_from(0)), expected);
    drop(journal);
    let mut journal = Journal::open(&folder, LIMITS).expect("opened");
    assert_eq!((journal.losses(), journal.records(), journal.next_sequence()), (&[][..], 60, 80));
    assert_eq!(numbers(journal.read_from(45)), [45, 46, 47, 48, 49, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79]);
    assert!(segments(&folder).len() > 4);
    journal.forget_before(49).expect("removed");
    let first = journal.first_sequence().expect("some");
    assert!(first > 20 && first <= 49, "whole segments: {first}");
    assert_eq!(numbers(journal.read_from(0)).first(), Some(&first));
    journal.forget_before(1_000).expect("removed");
    assert_eq!(segments(&folder).len(), 1, "the newest stays");
    append(&mut journal, 80..81);
}

#[test]
fn a_tail_torn_at_any_byte_is_cut() {
    let folder = folder("torn");
    let mut journal = Journal::open(&folder, LIMITS).expect("opened");
    append(&mut journal, 0..3);
    let before = usize::try_from(journal.bytes()).expect("small");
    append(&mut journal, 3..4);
    drop(journal);
    let [path] = segments(&folder).try_into().expect("one segment");
    let whole = fs::read(&path).expect("bytes");
    for len in before..whole.len() {
        fs::write(&path, &whole[..len]).expect("written");
        let mut journal = Journal::open(&folder, LIMITS).expect("opened");
        assert_eq!(journal.losses().len(), usize::from(len > before), "cut at {len}");
        assert!(journal.losses().iter().all(|loss| loss.reason == Reason::TornTail
            && loss.at == before as u64
            && loss.bytes == (len - before) as u64));
        append(&mut journal, 3..5);
        assert_eq!(numbers(journal.read_from(0)), [0, 1, 2, 3, 4], "cut at {len}");
    }
    // A file system may also leave zeros where the last record was not written.
    let mut zeros = whole[..before].to_vec();
    zeros.resize(whole.len() + 100, 0);
    fs::write(&path, zeros).expect("written");
    let mut journal = Journal::open(&folder, LIMITS).expect("opened");
    assert_eq!(journal.losses().len(), 1);
    append(&mut journal, 3..5);
    drop(journal);
    let journal = Journal::open(&folder, LIMITS).expect("opened");
    assert_eq!(numbers(journal.read_from(0)), [0, 1, 2, 3, 4]);
}

#[test]
fn a_changed_record_costs_at_most_the_rest_of_its_segment() {
    let folder = folder("flips");
    let mut journal = Journal::open(&folder, LIMITS).expect("opened");
    append(&mut journal, 0..60);
    drop(journal);
    let paths = segments(&folder);
    let whole: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).expect("bytes")).collect();
    let mut dice = 7_u64;
    for _ in 0..300 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let which = usize::try_from(dice >> 33).expect("small") % paths.len();
        let (path, mut changed) = (&paths[which], whole[which].clone());
        let at = usize::try_from(dice >> 20 & 0xffff).expect("small") % changed.len();
        changed[at] ^= 1 << (dice >> 17 & 7);
        fs::write(path, &changed).expect("written");
        let mut journal = Journal::open(&folder, LIMITS).expect("opened");
        let mut reading = journal.read_from(0);
        let mut found = Vec::new();
        while let Some(record) = reading.next().expect("readable") {
            assert_eq!(record.contents, contents(record.sequence), "never a wrong record");
            found.push(record.sequence);
        }
        assert!(found.is_sorted_by(|a, b| a < b));
        // A changed length shows when the log is opened, behind the place where reading finds it.
        let reported = journal.losses().len() + reading.losses().len();
        assert!((1..=2).contains(&reported), "{reported}");
        let first = |path: &PathBuf| path.file_stem()?.to_str()?.parse::<u64>().ok();
        let next = paths.iter().filter_map(first).find(|start| Some(*start) > first(path)).unwrap_or(60);
        let others = (0..60).filter(|number| *number < first(path).expect("a name") || *number >= next);
        assert!(others.into_iter().all(|number| found.contains(&number)), "other segments are whole");
        // Appending goes on, behind the damage in a new segment.
        append(&mut journal, 1000..1002);
        assert!(numbers(journal.read_from(1000)) == [1000, 1001]);
        drop(journal);
        for path in segments(&folder) {
            fs::remove_file(path).expect("removed");
        }
        paths.iter().zip(&whole).for_each(|(path, bytes)| fs::write(path, bytes).expect("written"));
    }
}

#[test]
fn a_full_log_refuses_or_drops_as_told() {
    let folder = folder("full");
    let small = Limits { total_bytes: 3000, ..LIMITS };
    let mut journal = Journal::open(&folder, small).expect("opened");
    let refused = (0..100)
        .filter(|number| journal.append(*number, &contents(*number)).expect("no error") == Appended::Refused);
    let refused = refused.count() as u64;
    assert!(refused > 20 && journal.refused() == refused && journal.bytes() <= 3000);
    assert_eq!(journal.records() + refused, 100);
    drop(journal);
    let dropping = Limits { when_full: WhenFull::DropOldest, ..small };
    let mut journal = Journal::open(&folder, dropping).expect("opened");
    let before = journal.records();
    append(&mut journal, 200..300);
    assert!(journal.bytes() <= 3000);
    assert_eq!(journal.records() + journal.dropped(), before + 100);
    assert_eq!(numbers(journal.read_from(0)).last(), Some(&299), "the newest stay");
}

#[test]
fn what_cannot_be_written_is_an_error_and_no_more() {
    let folder = folder("obstacle");
    let mut journal = Journal::open(&folder, LIMITS).expect("opened");
    append(&mut journal, 0..1);
    let mut next = 1;
    // The next segment cannot be made: something of its name stands there.
    let obstacle = loop {
        let path = folder.join(format!("{next:020}.log"));
        fs::create_dir(&path).expect("made");
        match journal.append(next, &contents(next)) {
            Ok(_) => fs::remove_dir(&path).expect("removed"),
            Err(error) => {
                assert!(!error.is_disk_full(), "{error}");
                break path;
            }
        }
        next += 1;
    };
    assert!(journal.append(next, &contents(next)).is_err(), "as long as it stands there");
    assert_eq!(numbers(journal.read_from(0)), (0..next).collect::<Vec<_>>());
    fs::remove_dir(obstacle).expect("removed");
    append(&mut journal, next..next + 30);
    assert_eq!(numbers(journal.read_from(0)), (0..next + 30).collect::<Vec<_>>());
}
