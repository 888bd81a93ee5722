//! A process that is killed, and one whose disk is full, by running this test as a process of its own.

#![expect(clippy::expect_used, reason = "a test")]

use journal::{Appended, Journal, Limits, WhenFull};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const LIMITS: Limits = Limits { segment_bytes: 20_000, total_bytes: 1 << 30, when_full: WhenFull::Refuse };
/// Names the folder to the process that is started.
const FOLDER: &str = "JOURNAL_TEST_FOLDER";

fn contents(sequence: u64) -> Vec<u8> {
    sequence.to_le_bytes().repeat(usize::try_from(sequence % 50).expect("small"))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn this_test(name: &str, folder: &Path) -> Vec<String> {
    let program = std::env::current_exe().expect("this test");
    let words = ["--exact", name, "--ignored", "--nocapture"].map(String::from);
    assert!(folder.is_absolute());
    core::iter::once(program.display().to_string()).chain(words).collect()
}

#[test]
#[ignore = "the process that the test below starts and kills"]
fn appends_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut journal = Journal::open(Path::new(&folder), LIMITS).expect("opened");
    assert!(journal.losses().iter().all(|loss| loss.reason == journal::Reason::TornTail));
    let mut out = std::io::stdout();
    loop {
        let sequence = journal.next_sequence();
        assert_eq!(journal.append(sequence, &contents(sequence)).expect("appended"), Appended::Written);
        if sequence.is_multiple_of(3) {
            journal.sync().expect("synced");
            writeln!(out, "acknowledged {sequence}").expect("told");
        }
        if sequence.is_multiple_of(400) {
            journal.forget_before(sequence.saturating_sub(200)).expect("forgotten");
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let folder = folder("killed");
    let mut last = None;
    for round in 0..12_u64 {
        let [program, words @ ..] = &this_test("appends_until_killed", &folder)[..] else { return };
        let mut child = Command::new(program)
            .args(words)
            .env(FOLDER, &folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let out = child.stdout.take().expect("its output");
        let reader = std::thread::spawn(move || {
            let lines = BufReader::new(out).lines().map_while(Result::ok);
            lines.filter_map(|line| line.split("acknowledged ").nth(1)?.trim().parse::<u64>().ok()).last()
        });
        std::thread::sleep(Duration::from_millis(60 + round * 13));
        child.kill().expect("killed");
        child.wait().expect("ended");
        last = reader.join().expect("read").or(last);
        let journal = Journal::open(&folder, LIMITS).expect("opened");
        let mut reading = journal.read_from(0);
        let mut found: Option<u64> = None;
        while let Some(record) = reading.next().expect("readable") {
            assert_eq!(record.contents, contents(record.sequence));
            assert!(found.is_none_or(|before| before + 1 == record.sequence), "no gap");
            found = Some(record.sequence);
        }
        assert!(reading.losses().is_empty());
        assert!(found >= last, "acknowledged {last:?}, found {found:?}");
    }
    println!("killed 12 times, {last:?} records acknowledged in the end");
    assert!(last.is_some_and(|last| last > 30));
}

#[test]
#[ignore = "the process that the test below starts with small files"]
fn appends_to_a_full_disk() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let limits = Limits { segment_bytes: 1 << 20, ..LIMITS };
    let mut journal = Journal::open(Path::new(&folder), limits).expect("opened");
    let (mut sequence, mut failures) = (0, 0);
    // Ever shorter records: each size fails when it no longer fits, and the next shorter one still does.
    for len in [5000, 2000, 700, 90] {
        while journal.append(sequence, &vec![7; len]).is_ok() {
            sequence += 1;
        }
        failures += 1;
    }
    journal.sync().expect("synced");
    let mut reading = journal.read_from(0);
    let mut found = 0;
    while let Some(record) = reading.next().expect("readable") {
        assert_eq!(record.sequence, found);
        found += 1;
    }
    assert_eq!((found, failures, reading.losses().len()), (sequence, 4, 0));
    println!("survived with {sequence} records");
}

#[test]
fn a_write_that_fails_half_way_leaves_the_log_usable() {
    let folder = folder("full-disk");
    // No file may grow beyond 32 KiB; the signal that usually goes with it is ignored.
    let out = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
        .args(this_test("appends_to_a_full_disk", &folder))
        .env(FOLDER, &folder)
        .output()
        .expect("started");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{text}{}", String::from_utf8_lossy(&out.stderr));
    let records: u64 = text
        .split("survived with ")
        .nth(1)
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .expect("how many");
    assert!(records > 6, "{records}");
    let journal = Journal::open(&folder, LIMITS).expect("opened");
    assert_eq!((journal.records(), journal.losses().len()), (records, 0));
}
