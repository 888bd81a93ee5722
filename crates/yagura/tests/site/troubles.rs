//! What befalls a server in years: a full disk, a locked database, an interface that goes, a clock that is set. It keeps
//! listening, says what is wrong and what to do, and goes on by itself; nothing that was acknowledged is lost.

use super::cable::{self, MIRROR, READ, Station, WRITE, counted};
use super::common::{PATIENCE, Site, assets, get, items};
use drive::{Client, until};
use serde_json::json;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Commands of the plant in a trouble.
const COMMANDS: u64 = 50;
/// Size of the disk that fills up.
const DISK: &str = "size=96m";

fn in_a_namespace(test: &str) {
    if !cable::inside(test) {
        println!("skipped: no permission to make a network namespace");
    }
}

fn configuration() -> String {
    format!("[evidence]\nbytes = \"0 B\"\n[[capture.interface]]\nname = \"{MIRROR}\"\n")
}

fn reasons(client: &Client) -> String {
    get(client, "/health")["reasons"].to_string()
}

fn is_told(client: &Client, words: &str) {
    until(&format!("the health page says: {words}"), PATIENCE, || {
        reasons(client).contains(words).then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: {}", reasons(client)));
}

fn is_over(client: &Client, words: &str) {
    until(&format!("no longer: {words}"), PATIENCE, || (!reasons(client).contains(words)).then_some(()))
        .unwrap_or_else(|error| panic!("{error}: {}", reasons(client)));
}

/// Waits until the plant is heard, so that what is sent from now on is counted from the first.
fn is_heard(client: &Client, station: &mut Station) {
    let before = counted(client, READ);
    until("the plant is heard", PATIENCE, || {
        station.send(READ);
        (counted(client, READ) > before).then_some(())
    })
    .expect("a mirror");
}

/// Commands are counted while there is trouble.
fn keeps_watching(client: &Client, station: &mut Station) -> u64 {
    let wanted = counted(client, WRITE) + COMMANDS;
    (0..COMMANDS).for_each(|_| station.send(WRITE));
    until("each command is counted", PATIENCE, || (counted(client, WRITE) >= wanted).then_some(()))
        .unwrap_or_else(|error| panic!("{error}: {} of {wanted}", counted(client, WRITE)));
    wanted
}

/// Adds lines; the names of those that were acknowledged. An answer that is none says what is wrong.
fn write_lines(client: &Client, what: &str, count: u32) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0..count {
        let name = format!("{what} {number}");
        let answer = client.send("POST", "/lines", &json!({ "name": name })).expect("an answer");
        match answer.status {
            201 => acknowledged.push(name),
            status => assert!(status == 503 && answer.json()["code"] == "unavailable", "{}", answer.text()),
        }
    }
    acknowledged
}

fn are_there(client: &Client, lines: &[String]) {
    let known = items(client, "/lines?limit=500");
    for name in lines {
        assert!(known.iter().any(|line| line["name"] == **name), "{name} was acknowledged");
    }
}

fn killed_and_back(site: &Site, client: &Client) {
    site.program.kill("main", PATIENCE).expect("the main process");
    site.program.ready(PATIENCE).expect("it is started again");
    until("an answer", PATIENCE, || client.get("/health").ok().filter(|answer| answer.status == 200))
        .expect("it answers");
}

#[test]
fn a_full_disk() {
    in_a_namespace("troubles::disk_is_full");
}

/// Mounted in the namespace, where it goes with the test.
fn small_disk(data: &Path) {
    fs::create_dir_all(data).expect("a folder");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(data).status();
    assert!(mounted.is_ok_and(|status| status.success()), "mount {}", data.display());
}

/// Takes all room.
fn fill(path: &Path) {
    let mut file = File::create(path).expect("a file");
    for size in [1 << 20, 4096, 1] {
        let bytes = vec![7; size];
        while file.write_all(&bytes).is_ok() {}
    }
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn disk_is_full() {
    cable::lay();
    let site = Site::prepared("disk-full", &configuration(), small_disk);
    let client = site.enrol();
    let mut station = Station::new();
    is_heard(&client, &mut station);
    let mut lines = write_lines(&client, "before", 5);
    assert_eq!(lines.len(), 5);

    let filler = site.folder.join("data/filler");
    fill(&filler);
    lines.extend(write_lines(&client, "while it is full", 5));
    let wanted = keeps_watching(&client, &mut station);
    is_told(&client, "No space left on device");
    let log = site.program.said();
    assert!(
        log.contains("No space left on device") && log.contains("look at the disk of the data folder"),
        "{log}"
    );

    fs::remove_file(&filler).expect("room");
    is_over(&client, "No space left on device");
    is_over(&client, "cannot be");
    let after = write_lines(&client, "after", 5);
    assert_eq!(after.len(), 5, "it takes changes again");
    lines.extend(after);
    killed_and_back(&site, &client);
    are_there(&client, &lines);
    let kept = counted(&client, WRITE);
    assert!(
        kept >= wanted,
        "{kept} of {wanted}: what was heard while the disk was full was put there when it could"
    );
}

#[test]
fn a_locked_database() {
    in_a_namespace("troubles::database_is_locked");
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn database_is_locked() {
    cable::lay();
    let site = Site::first("locked", &configuration());
    let client = site.enrol();
    let mut station = Station::new();
    is_heard(&client, &mut station);
    let lines = write_lines(&client, "before", 5);

    let url = format!("sqlite:{}", site.folder.join("data/yagura.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let store =
        runtime.block_on(store::Store::connect(&url, store::Options::default())).expect("the database");
    let held = runtime.block_on(store.write()).expect("the lock");
    // A machine has an address more, which the inventory cannot take now.
    cable::run("ip address add 10.9.0.77/24 dev left0");
    let further = std::net::UdpSocket::bind("10.9.0.77:0").expect("an address of the cable");
    further.send_to(&[0x80, 0, 2, 0, 0, 0, 0, 0x63, 0, 1, 5, 1], "10.9.0.2:9600").expect("a cable");
    is_told(&client, "the database is held by another process");
    keeps_watching(&client, &mut station);
    assert!(write_lines(&client, "while it is locked", 1).is_empty());
    assert!(site.program.said().contains("the database is held by another process"));

    runtime.block_on(held.commit()).expect("the lock is let go");
    is_over(&client, "the database is held by another process");
    let is_stored = || {
        let mut rows = assets(&client)
            .into_keys()
            .map(|id| get(&client, &format!("/assets/{id}"))["addresses"].to_string());
        rows.any(|addresses| addresses.contains("10.9.0.77")).then_some(())
    };
    until("the address is stored", PATIENCE, is_stored).expect("an address more");
    assert_eq!(write_lines(&client, "after", 5).len(), 5, "it takes changes again");
    are_there(&client, &lines);
}

#[test]
fn an_interface_that_goes_and_returns() {
    in_a_namespace("troubles::interface_goes");
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn interface_goes() {
    cable::lay();
    let site = Site::first("interface", &configuration());
    let client = site.enrol();
    let mut station = Station::new();
    is_heard(&client, &mut station);
    keeps_watching(&client, &mut station);

    drop(station);
    assert!(cable::run("ip link delete left0"), "the cable is cut");
    is_told(&client, "no such interface; it is opened when it appears");
    let row =
        || items(&client, "/mirrors").into_iter().find(|row| row["name"] == MIRROR).expect("the mirror");
    assert_eq!(row()["verdict"], "down");
    assert!(site.program.said().contains(&format!("{MIRROR}: no such interface")));

    cable::lay();
    let mut station = Station::new();
    is_heard(&client, &mut station);
    keeps_watching(&client, &mut station);
    is_over(&client, "no such interface");
    until("the mirror is good", PATIENCE, || (row()["verdict"] == "good").then_some(()))
        .expect("a good mirror");
}

#[test]
fn a_clock_that_is_set() {
    in_a_namespace("troubles::clock_is_set");
}

/// A library that the program is started with: its clock is ahead by the seconds in a file.
fn clock(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let (source, library, offset) = (folder.join("clock.c"), folder.join("clock.so"), folder.join("offset"));
    let text = format!(
        "#include <stdio.h>\n#include <sys/syscall.h>\n#include <time.h>\n#include <unistd.h>\n\
         int clock_gettime(clockid_t id, struct timespec *at) {{\n\
         int result = syscall(SYS_clock_gettime, id, at); long ahead = 0;\n\
         if (id != CLOCK_REALTIME) return result;\n\
         FILE *file = fopen(\"{}\", \"r\");\n\
         if (file) {{ if (fscanf(file, \"%ld\", &ahead) == 1) at->tv_sec += ahead; fclose(file); }}\n\
         return result; }}\n",
        offset.display()
    );
    fs::write(&source, text).expect("a file");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status();
    built.is_ok_and(|status| status.success()).then_some((library, offset))
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn clock_is_set() {
    cable::lay();
    let Some((library, offset)) = clock(&super::common::folder("clock-library")) else {
        return println!("skipped: no C compiler to make the clock with");
    };
    let site = Site::with("clock", &configuration(), ("LD_PRELOAD", library.as_os_str()));
    let client = site.enrol();
    let mut station = Station::new();
    is_heard(&client, &mut station);
    let lines = write_lines(&client, "before", 5);

    fs::write(&offset, "-7200").expect("a file");
    is_told(&client, "the clock of this computer was set back by 7");
    keeps_watching(&client, &mut station);
    assert!(site.program.said().contains("let it follow a time server"));
    let back = write_lines(&client, "two hours ago", 5);
    assert_eq!(back.len(), 5);

    fs::write(&offset, "0").expect("a file");
    // By the new time nobody asked anything for two hours: log-ins are over.
    let again = || drive::log_in(&site.nobody, "root").ok();
    let client = until("a log-in", PATIENCE, again).expect("the password counts");
    is_told(&client, "the clock of this computer was set forward by 7");
    keeps_watching(&client, &mut station);
    are_there(&client, &[lines, back].concat());
    assert_eq!(get(&client, "/audit/verification")["whole"], true, "the audit log holds over both");
}
