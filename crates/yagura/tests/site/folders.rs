//! A watched folder: what is laid into it is read once, whatever happens meanwhile.

use super::capture_file;
use super::common::{PATIENCE, Site, folder, get, items};
use drive::{Client, until};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// What the folder is called.
const LABEL: &str = "レコーダ";
/// Between two pieces of a file that is written slowly: shorter than a file must stand still.
const PIECE: Duration = Duration::from_secs(1);

fn watched(name: &str) -> (Site, PathBuf) {
    let inbox = folder(&format!("{name}-inbox"));
    let further = format!(
        "[evidence]\nbytes = \"0 B\"\n[[capture.folder]]\npath = \"{}\"\nlabel = \"{LABEL}\"\n",
        inbox.display()
    );
    (Site::first(name, &further), inbox)
}

fn capture(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../observe/src/protocols").join(name);
    fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The folder's row among the mirrors.
fn row(client: &Client) -> Option<Value> {
    items(client, "/mirrors").into_iter().find(|row| row["name"] == LABEL)
}

/// Frames that were read in the folder since the start.
fn frames(client: &Client) -> u64 {
    row(client).and_then(|row| row["packets"].as_u64()).unwrap_or(0)
}

/// Frames in a capture of the classic format, little-endian.
fn frames_in(capture: &[u8]) -> u64 {
    let (mut at, mut frames) = (24, 0);
    while let Some(length) = capture.get(at + 8..at + 12) {
        let length = u32::from_le_bytes(length.try_into().expect("four bytes"));
        at += 16 + usize::try_from(length).expect("a length");
        frames += 1;
    }
    frames
}

/// How often each protocol's commands were asked, in all.
fn asked(client: &Client, protocol: &str) -> u64 {
    let rows = items(client, &format!("/commands?protocol={protocol}&limit=500"));
    rows.iter().filter_map(|row| row["requests"].as_u64()).sum()
}

fn reasons(client: &Client) -> String {
    get(client, "/health")["reasons"].to_string()
}

#[test]
fn what_is_laid_in_is_read_once() {
    let (mut site, inbox) = watched("folder");
    let client = site.enrol();
    let good = || row(&client).filter(|row| row["verdict"] == "good");
    until("the empty folder is good", PATIENCE, good).expect("a folder");

    // One by renaming, one slowly: neither is read before it is whole.
    let modbus = capture("modbus/captures/identity.pcap");
    fs::write(inbox.join(".modbus.pcap"), &modbus).expect("a file");
    fs::rename(inbox.join(".modbus.pcap"), inbox.join("modbus.pcap")).expect("a name");
    let s7 = capture("s7comm/captures/recon.pcap");
    let mut slow = fs::File::create(inbox.join("s7.pcap")).expect("a file");
    for piece in s7.chunks(s7.len().div_ceil(4)) {
        slow.write_all(piece).expect("a disk");
        thread::sleep(PIECE);
    }
    drop(slow);
    let both = || (asked(&client, "modbus") > 0 && asked(&client, "s7comm") > 0).then_some(());
    until("both are read", PATIENCE, both).expect("commands of both");
    let counts = || (asked(&client, "modbus"), asked(&client, "s7comm"));
    let all = frames_in(&modbus) + frames_in(&s7);
    let read = until("they are counted", PATIENCE, || {
        let frames = frames(&client);
        (frames == all && row(&client)?["verdict"] == "good").then_some(frames)
    });
    let (known, read) = (counts(), read.expect("every frame of both"));

    // The same once more: under another name, and written anew under its own. Then one that is none, which is read
    // after them since it is younger, and one that grows after it was read.
    fs::write(inbox.join("copy.pcap"), &modbus).expect("a file");
    fs::write(inbox.join("s7.pcap"), &s7).expect("a file");
    fs::write(inbox.join("broken.pcap"), "no capture at all").expect("a file");
    until("the broken one is told", PATIENCE, || reasons(&client).contains("broken.pcap").then_some(()))
        .expect("a reason");
    assert_eq!((counts(), frames(&client)), (known, read), "nothing counted twice");
    assert_eq!(row(&client).expect("the folder")["verdict"], "degraded");
    let mut grown = fs::File::options().append(true).open(inbox.join("copy.pcap")).expect("a file");
    grown.write_all(modbus.get(24..).expect("records")).expect("a disk");
    until("growth is told", PATIENCE, || reasons(&client).contains("went on growing").then_some(()))
        .expect("a reason");
    assert_eq!((counts(), frames(&client)), (known, read), "its beginning would count twice");

    site.end();
    site.again();
    until("it is told again", PATIENCE, || reasons(&client).contains("broken.pcap").then_some(()))
        .expect("a reason");
    assert_eq!(counts(), known, "nothing is read again");
    let names = ["broken.pcap", "copy.pcap", "modbus.pcap", "s7.pcap"];
    assert!(names.iter().all(|name| inbox.join(name).exists()), "what was laid in stays");
    site.end();
}

/// The process that reads a capture for this one.
fn reader(main: u32) -> Option<u32> {
    let tasks = fs::read_dir(format!("/proc/{main}/task")).ok()?;
    let lists = tasks.flatten().filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let ids: Vec<u32> =
        lists.collect::<Vec<_>>().join(" ").split_whitespace().filter_map(|id| id.parse().ok()).collect();
    ids.into_iter().find(|id| {
        let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|word| word == b"__reader")
    })
}

/// Bytes of the journal: it grows with what is taken.
fn journal(site: &Site) -> u64 {
    let files = fs::read_dir(site.folder.join("data/model/journal")).into_iter().flatten().flatten();
    files.filter_map(|file| Some(file.metadata().ok()?.len())).sum()
}

/// Kills the main process, and a reader, in the middle of the reading; how often that was.
fn kill_while_it_reads(site: &mut Site) -> u32 {
    let mut kills = 0;
    let mut before = journal(site);
    for victim in ["main", "reader", "main"] {
        let taken = until("more is taken while it is read", PATIENCE, || {
            let main = site.program.process("main")?;
            let reader = reader(main)?;
            let now = journal(site);
            (now > before).then_some((now, reader))
        });
        // What is left may be too little to be met once more.
        let Ok((now, reader)) = taken else { break };
        before = now;
        if victim == "main" {
            site.program.kill("main", PATIENCE).expect("the main process");
            site.program.ready(PATIENCE).expect("it is started again");
        } else {
            let pid = rustix::process::Pid::from_raw(i32::try_from(reader).expect("a number"));
            // It may have ended a moment ago.
            let _ = rustix::process::kill_process(pid.expect("a number"), rustix::process::Signal::KILL);
        }
        kills += 1;
    }
    kills
}

#[test]
fn a_capture_in_which_everything_was_killed_counts_once() {
    let (mut site, inbox) = watched("folder-kills");
    let client = site.enrol();
    let made = capture_file::make(&site.folder.join("plant.pcap"), SECONDS);
    fs::rename(&made, inbox.join("plant.pcap")).expect("a name");
    let kills = kill_while_it_reads(&mut site);
    assert!(kills >= 2, "killed {kills} times in the middle");
    until("it is read", PATIENCE, || (frames(&client) > 0).then_some(())).expect("frames");
    site.end();
    let known = capture_file::known(&site.folder.join("data/model"));
    let expected = capture_file::of_a_local_run(&inbox.join("plant.pcap"), 2000);
    assert!(known == expected, "{} and {} letters", known.len(), expected.len());
}

#[test]
fn an_upload_in_which_everything_was_killed_counts_once() {
    let mut site = Site::first("upload-kills", "[evidence]\nbytes = \"0 B\"\n");
    let client = site.enrol();
    let made = capture_file::make(&site.folder.join("plant.pcap"), SECONDS);
    let bytes = fs::read(&made).expect("the capture");
    let taken = client.upload("/uploads?name=plant.pcap", &bytes).and_then(|answer| answer.expect(202));
    let id = taken.expect("taken").json()["id"].as_str().expect("an id").to_owned();
    let kills = kill_while_it_reads(&mut site);
    assert!(kills >= 2, "killed {kills} times in the middle");
    let done = || {
        let answer = client.get(&format!("/uploads/{id}")).ok()?.json();
        (answer["state"] == "done").then_some(())
    };
    until("it is read", PATIENCE, done).expect("the capture");
    site.end();
    let known = capture_file::known(&site.folder.join("data/model"));
    let expected = capture_file::of_a_local_run(&made, 1000);
    assert!(known == expected, "{} and {} letters", known.len(), expected.len());
}

/// Seconds of the plant: enough to be killed in several times.
const SECONDS: i64 = 3_000;
